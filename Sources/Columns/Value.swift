/// One value outside a column: a literal, a partition value, a cell of a result.
///
/// Text is bytes, not `String`: SQL compares text byte by byte, where Swift would call two different
/// spellings of an accented letter equal.
package indirect enum Value: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// BIGINT, INTEGER, DATE (days), TIMESTAMP (microseconds), INTERVAL (months or microseconds).
  case int64(Int64)
  case double(Double)
  /// The unscaled value of a DECIMAL; the scale is in the type.
  case decimal(Int128)
  /// UTF-8 of VARCHAR and JSON, or the bytes of VARBINARY.
  case bytes([UInt8])
  case array([Value])
  case map([MapEntry])
  case row([Value])

  /// A VARCHAR value.
  package static func text(_ string: String) -> Value { .bytes(Array(string.utf8)) }

  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The text of a VARCHAR or JSON value, nil for other values and NULL.
  package var string: String? {
    guard case .bytes(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  package var int64: Int64? {
    guard case .int64(let value) = self else { return nil }
    return value
  }

  package var double: Double? {
    guard case .double(let value) = self else { return nil }
    return value
  }

  package var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  /// Whether it is less than another value of its type for certain; false where a type has no order,
  /// and for NaN.
  package func isSurelyLess(than other: Value) -> Bool {
    switch (self, other) {
    case (.int64(let a), .int64(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.decimal(let a), .decimal(let b)): a < b
    case (.boolean(let a), .boolean(let b)): !a && b
    case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
    default: false
    }
  }
}

/// A key and its value in a MAP.
package struct MapEntry: Hashable, Sendable {
  package let key: Value
  package let value: Value

  package init(key: Value, value: Value) {
    self.key = key
    self.value = value
  }
}
