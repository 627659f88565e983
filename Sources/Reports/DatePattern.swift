import Columns

/// How a file writes dates and times, in the letters of Unicode's date patterns: `dd/MM/yyyy HH:mm`.
///
/// | letters | what |
/// |---|---|
/// | `yyyy` | year, four digits |
/// | `MM` `M` | month, two digits, or one or two |
/// | `MMM` | `Jan` … `Dec` |
/// | `dd` `d` | day |
/// | `HH` `H` | hour from 0 to 23 |
/// | `hh` `h` with `a` | hour from 1 to 12, `AM` or `PM` |
/// | `mm` `ss` `SSS` | minute, second, its fraction with as many digits as letters, up to six |
/// | `ZZZZZ` | `Z` or `+09:00`; without it times are UTC |
/// | `'…'` | text as it is |
///
/// Instead of a pattern, `epochSeconds` and `epochMilliseconds` are numbers since 1970; as with patterns, years
/// have up to four digits, so that milliseconds are not taken for seconds.
///
/// Source: Unicode Technical Standard 35, Part 4, "Date Field Symbol Table".
package struct DatePattern: Sendable, Hashable {
  private enum Part: Sendable, Hashable {
    case field(Field, least: Int, most: Int)
    case monthName
    case half
    case zone
    case literal([UInt8])
  }

  private enum Field: Int, Sendable, Hashable {
    case year, month, day, hour, hourOfHalf, minute, second, fraction
  }

  /// The pattern as the schema has it.
  package let text: String
  private let parts: [Part]
  /// Microseconds per unit of a number since 1970; nil for patterns.
  private let epochUnit: Int64?

  /// A pattern that cannot be understood, and why.
  package struct Problem: Error, Sendable, Equatable {
    package let message: String
  }

  package init(_ text: String) throws(Problem) {
    self.text = text
    switch text {
    case "epochSeconds": epochUnit = 1_000_000
    case "epochMilliseconds": epochUnit = 1000
    default: epochUnit = nil
    }
    parts = epochUnit == nil ? try DatePattern.parts(text) : []
  }

  /// Microseconds since 1970 of a moment written so; nil for any other text.
  package func microseconds(_ text: [UInt8]) -> Int64? {
    if let epochUnit { return DatePattern.epoch(text, epochUnit) }
    var rest = text[...]
    var numbers: [Field: Int] = [:]
    var isAfternoon: Bool?
    var offset = 0
    for part in parts {
      switch part {
      case .literal(let bytes):
        guard rest.starts(with: bytes) else { return nil }
        rest = rest.dropFirst(bytes.count)
      case .field(let field, let least, let most):
        let digits = rest.prefix(most).prefix { $0 &- 0x30 < 10 }
        guard digits.count >= least else { return nil }
        numbers[field] = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if field == .fraction {
          for _ in digits.count..<6 { numbers[field, default: 0] *= 10 }
        }
        rest = rest.dropFirst(digits.count)
      case .monthName:
        let name = String(decoding: rest.prefix(3), as: UTF8.self).lowercased()
        guard let month = DatePattern.months.firstIndex(of: name) else { return nil }
        numbers[.month] = month + 1
        rest = rest.dropFirst(3)
      case .half:
        switch String(decoding: rest.prefix(2), as: UTF8.self).lowercased() {
        case "am": isAfternoon = false
        case "pm": isAfternoon = true
        default: return nil
        }
        rest = rest.dropFirst(2)
      case .zone:
        guard let found = DatePattern.offset(&rest) else { return nil }
        offset = found
      }
    }
    return rest.isEmpty ? DatePattern.moment(numbers, isAfternoon, offset) : nil
  }

  /// What a message says was expected.
  package var expectation: String {
    epochUnit == nil
      ? "a date written '\(text)'"
      : "a number of \(text == "epochSeconds" ? "seconds" : "milliseconds") since 1970, "
        + "in the years 1 to 9999"
  }

  // MARK: Values

  private static func epoch(_ text: [UInt8], _ unit: Int64) -> Int64? {
    guard let moment = anyEpoch(text, unit), moments.contains(moment) else { return nil }
    return moment
  }

  private static func anyEpoch(_ text: [UInt8], _ unit: Int64) -> Int64? {
    if let whole = NumberText.int64(text) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
      return overflow ? nil : product
    }
    guard let number = NumberText.double(text) else { return nil }
    let scaled = (number * Double(unit)).rounded()
    return scaled.magnitude < 9e18 ? Int64(scaled) : nil
  }

  /// The years 1 to 9999 in microseconds since 1970.
  private static let moments = start(ofYear: 1)..<start(ofYear: 10_000)

  private static func start(ofYear year: Int) -> Int64 {
    Int64(CivilDate(year: year, month: 1, day: 1).daysSinceEpoch) * 86_400_000_000
  }

  private static func moment(_ numbers: [Field: Int], _ isAfternoon: Bool?, _ offset: Int) -> Int64?
  {
    let date = CivilDate(
      year: numbers[.year] ?? 0, month: numbers[.month] ?? 0, day: numbers[.day] ?? 0)
    var hour = numbers[.hour] ?? 0
    if let half = numbers[.hourOfHalf] {
      guard let isAfternoon, (1...12).contains(half) else { return nil }
      hour = half % 12 + (isAfternoon ? 12 : 0)
    }
    let minute = numbers[.minute] ?? 0
    let second = numbers[.second] ?? 0
    guard date.isValid, hour < 24, minute < 60, second < 60 else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Int64(seconds) * 1_000_000 + Int64(numbers[.fraction] ?? 0)
  }

  /// Seconds east of UTC.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
    if rest.first == UInt8(ascii: "Z") {
      rest = rest.dropFirst()
      return 0
    }
    let bytes = Array(rest.prefix(6))
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy({ bytes[$0] &- 0x30 < 10 })
    else { return nil }
    let hours = Int(bytes[1] - 0x30) * 10 + Int(bytes[2] - 0x30)
    let minutes = Int(bytes[4] - 0x30) * 10 + Int(bytes[5] - 0x30)
    guard hours <= 18, minutes < 60 else { return nil }
    rest = rest.dropFirst(6)
    return (hours * 60 + minutes) * (bytes[0] == UInt8(ascii: "-") ? -60 : 60)
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  // MARK: The pattern

  private static func parts(_ text: String) throws(Problem) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let character = rest.first {
      if character == "'" {
        let body = rest.dropFirst().prefix { $0 != "'" }
        rest = rest.dropFirst(body.count + 1)
        guard rest.first == "'" else { throw Problem(message: "a ' is left open in '\(text)'") }
        rest = rest.dropFirst()
        parts.append(.literal(Array((body.isEmpty ? "'" : String(body)).utf8)))
      } else if character.isLetter {
        let run = rest.prefix { $0 == character }
        rest = rest.dropFirst(run.count)
        parts.append(try part(String(run), in: text))
      } else {
        parts.append(.literal(Array(String(character).utf8)))
        rest = rest.dropFirst()
      }
    }
    try check(parts, text)
    return parts
  }

  private static func part(_ run: String, in text: String) throws(Problem) -> Part {
    switch run {
    case "yyyy": return .field(.year, least: 4, most: 4)
    case "MM": return .field(.month, least: 2, most: 2)
    case "M": return .field(.month, least: 1, most: 2)
    case "MMM": return .monthName
    case "dd": return .field(.day, least: 2, most: 2)
    case "d": return .field(.day, least: 1, most: 2)
    case "HH": return .field(.hour, least: 2, most: 2)
    case "H": return .field(.hour, least: 1, most: 2)
    case "hh": return .field(.hourOfHalf, least: 2, most: 2)
    case "h": return .field(.hourOfHalf, least: 1, most: 2)
    case "mm": return .field(.minute, least: 2, most: 2)
    case "ss": return .field(.second, least: 2, most: 2)
    case "a": return .half
    case "ZZZZZ": return .zone
    default:
      if run.first == "S", run.count <= 6 {
        return .field(.fraction, least: run.count, most: run.count)
      }
      throw Problem(
        message: "'\(run)' in '\(text)' is nothing that is known; yyyy, MM, M, MMM, dd, d, HH, H, "
          + "hh, h, mm, ss, SSS, a and ZZZZZ are, and epochSeconds or epochMilliseconds alone; letters "
          + "that stand for themselves are put between ' and ', as in yyyy-MM-dd'T'HH:mm")
    }
  }

  private static func check(_ parts: [Part], _ text: String) throws(Problem) {
    func has(_ wanted: Field) -> Bool {
      parts.contains { part in
        if case .field(let field, _, _) = part { field == wanted } else { false }
      }
    }
    guard has(.year), has(.month) || parts.contains(.monthName), has(.day) else {
      throw Problem(message: "'\(text)' has no year (yyyy), month (MM) and day (dd)")
    }
    guard has(.hourOfHalf) == parts.contains(.half) else {
      throw Problem(message: "'\(text)' needs hh and a (AM or PM) together, or HH")
    }
  }
}
