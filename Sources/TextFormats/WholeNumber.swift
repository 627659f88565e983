import Columns

/// Whole numbers too long for BIGINT, such as ids of twenty digits.
enum WholeNumber {
  /// The digits of the longest numbers that DECIMAL holds.
  static let decimalDigits = 38

  /// The type of whole numbers beyond BIGINT, as DuckDB's HUGEINT is.
  static let decimal = DataType.decimal(precision: decimalDigits, scale: 0)

  /// How many digits a text has that is nothing but them, with or without a minus; nil for any other.
  static func digitCount(_ text: some Collection<UInt8>) -> Int? {
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
    return !digits.isEmpty && digits.allSatisfy { $0 &- 0x30 < 10 } ? digits.count : nil
  }
}
