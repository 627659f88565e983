import Columns

/// How a field of a fixed-width type is read; a type rather than a closure, so that the loop over it is
/// compiled once for each.
protocol CSVFixedField {
  associatedtype Stored: Equatable & Sendable
  static var zero: Stored { get }
  static var expected: String { get }
  static func values(_ stored: [Stored]) -> Values
  static func value(_ stored: Stored) -> Value
  /// - Parameter allowsNonFinite: as in `CSVColumn.Options`.
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Stored?
}

extension CSVFixedField where Stored == Int64 {
  static var zero: Int64 { 0 }
  static func values(_ stored: [Int64]) -> Values { .int64(stored) }
  static func value(_ stored: Int64) -> Value { .int64(stored) }
}

enum DoubleField: CSVFixedField {
  static var zero: Double { 0 }
  static var expected: String { "a number" }
  static func values(_ stored: [Double]) -> Values { .double(stored) }
  static func value(_ stored: Double) -> Value { .double(stored) }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Double? {
    if let value = NumberText.double(bytes, start, end) { return value }
    return allowsNonFinite ? NumberText.nonFinite(bytes, start, end) : nil
  }
}

enum IntegerField: CSVFixedField {
  static var expected: String { "a whole number" }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Int64? {
    guard let value = NumberText.int64(bytes, start, end) else { return nil }
    return type == .bigint || Int32(exactly: value) != nil ? value : nil
  }
}

enum TimestampField: CSVFixedField {
  static var expected: String { "a date and time such as 2026-09-01T00:00:00Z" }

  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ type: DataType, allowsNonFinite: Bool
  ) -> Int64? {
    CivilTimeText.timestamp(bytes, start, end)
  }
}
