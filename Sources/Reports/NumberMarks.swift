/// Numbers that are written with marks of their own: `1.234,50`.
package struct NumberMarks: Sendable, Hashable {
  /// What stands before the fraction: `.` or `,`.
  package let decimal: UInt8
  /// What stands between groups of three digits, nil where they are not grouped.
  package let thousands: UInt8?

  package init(decimal: UInt8, thousands: UInt8?) {
    self.decimal = decimal
    self.thousands = thousands
  }

  /// The number as programs write it, nil where the marks are not where they belong: `1.234,50` is
  /// `1234.50`, but `12.34,5` and `0.123` are no numbers.
  package func plain(_ text: [UInt8]) -> [UInt8]? {
    var rest = text[...]
    var plain: [UInt8] = []
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      plain.append(sign)
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { $0 != decimal && ($0 == thousands || NumberMarks.isDigit($0)) }
    rest = rest.dropFirst(whole.count)
    guard let digits = ungrouped(whole) else { return nil }
    plain += digits
    if rest.first == decimal {
      plain.append(UInt8(ascii: "."))
      let fraction = rest.dropFirst().prefix(while: NumberMarks.isDigit)
      guard !fraction.isEmpty else { return nil }
      plain += fraction
      rest = rest.dropFirst(1 + fraction.count)
    }
    // An exponent has no marks.
    guard rest.isEmpty || rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E"),
      !digits.isEmpty || plain.last.map(NumberMarks.isDigit) == true
    else { return nil }
    return plain + rest
  }

  /// `1234.5` as this style has it, for messages.
  package var example: String {
    let mark = String(UnicodeScalar(decimal))
    return "1" + (thousands.map { String(UnicodeScalar($0)) } ?? "") + "234" + mark + "50"
  }

  private func ungrouped(_ whole: ArraySlice<UInt8>) -> [UInt8]? {
    guard let thousands, whole.contains(thousands) else { return Array(whole) }
    let groups = whole.split(separator: thousands, omittingEmptySubsequences: false)
    // No number goes on after a lone 0 with a group: 0.123 is a fraction of another country's.
    guard (1...3).contains(groups[0].count), groups[0].first != UInt8(ascii: "0"),
      groups.dropFirst().allSatisfy({ $0.count == 3 })
    else { return nil }
    return Array(groups.joined())
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
