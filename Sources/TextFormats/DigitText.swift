package import Columns

/// Texts that are numbers by name only, such as accounts: so many digits, leading zeros among them.
package enum DigitText {
  /// The rows of a text column that have something else than just so many digits; empty text and NULL are
  /// nothing.
  ///
  /// - Complexity: O(rows); of texts that are kept once, O(texts) as long as all are right.
  package static func strangers(in column: Column, digits: Int) -> [Int] {
    switch column.form {
    case .constant(let value):
      return isRight(value, digits) ? [] : Array(0..<column.count)
    case .dictionary(let codes, let dictionary):
      let right = (0..<dictionary.values.count).map { isRight(dictionary.values.value($0), digits) }
      guard right.contains(false) else { return [] }
      return codes.indices.filter { !right[Int(codes[$0])] && !column.isNull($0) }
    case .flat(.text(let texts), let validity):
      return (0..<column.count).filter { row in
        let range = texts.range(row)
        return !range.isEmpty && !isRight(texts.bytes[range], digits) && validity.isPresent(row)
      }
    case .flat:
      return []
    }
  }

  private static func isRight(_ value: Value, _ digits: Int) -> Bool {
    guard case .bytes(let bytes) = value else { return true }
    return bytes.isEmpty || isRight(bytes[...], digits)
  }

  private static func isRight(_ bytes: ArraySlice<UInt8>, _ digits: Int) -> Bool {
    bytes.count == digits && bytes.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether a text is a number as spreadsheets write long ones: `1.11111E+11`, `1,1E+11`.
  package static func isScientific(_ text: some StringProtocol) -> Bool {
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
