import Columns

/// Numbers of accounts as bills have them, and what spreadsheets make of them.
///
/// A spreadsheet that saves a bill turns `111111222222` into `1.11111E+11`, which other accounts become,
/// too, and drops leading zeros: costs of several accounts are then one's, and nothing brings them apart
/// again. Only a column that has nothing but such numbers tells it: of what else an account may be made,
/// other providers and made-up bills have their own ideas.
enum AccountNumbers {
  /// The first value of a column, if all of its values are numbers with an exponent.
  ///
  /// - Returns: nil too where the column has nothing; `isPlain` where a value is of another form.
  static func spoilt(in column: Column) -> (first: String?, isPlain: Bool) {
    var first: String?
    for row in 0..<column.count {
      guard let text = column.value(row).string, !text.isEmpty, text != first else { continue }
      guard isScientific(text) else { return (first, true) }
      first = first ?? text
    }
    return (first, false)
  }

  /// Whether a text is a number as spreadsheets write long ones: `1.11111E+11`, `1,1E+11`.
  private static func isScientific(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "E", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].first == "+", parts[0].first?.isNumber == true else {
      return false
    }
    let exponent = parts[1].dropFirst()
    return (1...3).contains(exponent.utf8.count) && exponent.utf8.allSatisfy(isDigit)
      && parts[0].utf8.allSatisfy { isDigit($0) || $0 == 0x2E || $0 == 0x2C }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
