import Columns

/// A column of stored values: a leaf of the schema's tree.
struct LeafColumn: Sendable {
  /// Position among the leaves, which is its position among the chunks of a row group.
  let index: Int
  let name: String
  let storage: StorageType
  /// Bytes of a FIXED_LEN_BYTE_ARRAY value.
  let typeLength: Int
  let type: DataType
  let conversion: Conversion
  /// Whether the order of stored bounds is that of the values.
  let hasOrder: Bool
  let maxDefinition: Int
  let maxRepetition: Int

  /// Bytes of a stored value, nil where they vary (texts) or are bits (booleans).
  var storedWidth: Int? {
    switch storage {
    case .boolean, .byteArray: nil
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixedLengthByteArray: typeLength
    }
  }
}

/// How stored values become values of the logical type.
enum Conversion: Sendable, Equatable {
  case boolean
  case int32, uint32, int64
  case uint64
  /// 32-bit numbers times a factor.
  case scaledInt32(Int64)
  /// 64-bit numbers times a factor: milliseconds to microseconds.
  case multipliedInt64(Int64)
  /// 64-bit numbers by a divisor, rounded down: nanoseconds to microseconds.
  case dividedInt64(Int64)
  case int96
  /// Units since the epoch in 96 bits, so many of them in a microsecond or microseconds in one.
  case int96Multiplied(Int64), int96Divided(Int64)
  case float, double, float16
  case decimalInt32, decimalInt64, decimalFixed, decimalBytes
  /// UTF-8, to be checked.
  case text
  case bytes
  case fixedBytes
  case uuid
}

extension LeafColumn {
  /// What a schema element without children holds:
  ///
  ///     BOOLEAN, DATE, DECIMAL of any storage, up to 38 digits      the same
  ///     integers, signed or not, of up to 32 bits, and of 64         INTEGER, BIGINT
  ///     unsigned of 32 and of 64 bits                                BIGINT, DECIMAL(20,0)
  ///     FLOAT16, FLOAT, DOUBLE                                       DOUBLE
  ///     TIMESTAMP of any unit, in INT64 or 12 bytes; INT96           TIMESTAMP, rounded down
  ///     TIME of any unit                                             BIGINT of microseconds
  ///     STRING, ENUM, UUID; JSON                                     VARCHAR; JSON
  ///     BSON, INTERVAL, GEOMETRY, GEOGRAPHY, plain bytes             VARBINARY as stored
  ///     an annotation that came later than this reader               as if there were none
  ///
  /// A time that 64 bits of microseconds cannot hold is an error when it is read, not a NULL: sums
  /// over what is silently missing are wrong. A VARIANT, being a group, is a ROW of its parts.
  ///
  /// - Throws: `Damage` for an annotation that does not fit the storage, and for types this engine
  ///   has no values for.
  static func meaning(of element: SchemaElement) throws(Damage) -> (DataType, Conversion) {
    guard let storage = element.type else { throw Damage("it has neither a type nor children") }
    if storage == .fixedLengthByteArray {
      guard (1...1 << 24).contains(element.typeLength) else {
        throw Damage("values of \(element.typeLength) bytes are not possible")
      }
    }
    if let decimal = decimalDigits(of: element) {
      return try decimalMeaning(decimal.precision, decimal.scale, storage)
    }
    switch storage {
    case .boolean: return (.boolean, .boolean)
    case .int32: return int32Meaning(element)
    case .int64: return int64Meaning(element)
    case .int96: return (.timestamp, .int96)
    case .float: return (.double, .float)
    case .double: return (.double, .double)
    case .byteArray:
      switch (element.logical, element.converted) {
      case (.string, _), (.enumeration, _), (nil, .utf8), (nil, .enumeration):
        return (.varchar, .text)
      case (.json, _), (nil, .json): return (.json, .text)
      default: return (.varbinary, .bytes)
      }
    case .fixedLengthByteArray: return fixedMeaning(element)
    }
  }

  /// Whether bounds of the type are in the order of its values. Of types that came later than this
  /// reader, and of some that have no order, nothing is known.
  static func hasOrder(_ element: SchemaElement) -> Bool {
    if element.type == .int96 { return false }
    switch element.logical {
    case .other, .map, .list: return false
    case .timestamp: return element.type == .int64
    case .string, .enumeration, .date, .unknown, .json, .bson, .uuid, .float16, .decimal, .time,
      .integer:
      return true
    case nil: return element.converted != .interval
    }
  }

  /// INTERVAL, three numbers that no type here has, stays bytes.
  private static func fixedMeaning(_ element: SchemaElement) -> (DataType, Conversion) {
    switch (element.logical, element.typeLength) {
    case (.uuid, 16): (.varchar, .uuid)
    case (.float16, 2): (.double, .float16)
    case (.timestamp(_, .millis), 12): (.timestamp, .int96Multiplied(1000))
    case (.timestamp(_, .micros), 12): (.timestamp, .int96Multiplied(1))
    case (.timestamp(_, .nanos), 12): (.timestamp, .int96Divided(1000))
    default: (.varbinary, .fixedBytes)
    }
  }

  private static func decimalDigits(
    of element: SchemaElement
  ) -> (precision: Int, scale: Int)? {
    if case .decimal(let precision, let scale) = element.logical { return (precision, scale) }
    if element.converted == .decimal { return (element.precision, element.scale) }
    return nil
  }

  private static func decimalMeaning(
    _ precision: Int, _ scale: Int, _ storage: StorageType
  ) throws(Damage) -> (DataType, Conversion) {
    guard precision > 0, scale >= 0, scale <= precision else {
      throw Damage("there is no decimal(\(precision),\(scale))")
    }
    guard precision <= 38 else {
      throw Damage("not supported: decimals of \(precision) digits; up to 38 are")
    }
    let type = DataType.decimal(precision: precision, scale: scale)
    switch storage {
    case .int32: return (type, .decimalInt32)
    case .int64: return (type, .decimalInt64)
    case .byteArray: return (type, .decimalBytes)
    case .fixedLengthByteArray: return (type, .decimalFixed)
    case .boolean, .int96, .float, .double:
      throw Damage("decimals cannot be stored as \(storage.name)")
    }
  }

  private static func int32Meaning(_ element: SchemaElement) -> (DataType, Conversion) {
    switch (element.logical, element.converted) {
    case (.integer(32, false), _), (nil, .uint32): (.bigint, .uint32)
    case (.date, _), (nil, .date): (.date, .int32)
    case (.time, _), (nil, .timeMillis): (.bigint, .scaledInt32(1000))
    default: (.integer, .int32)
    }
  }

  private static func int64Meaning(_ element: SchemaElement) -> (DataType, Conversion) {
    switch (element.logical, element.converted) {
    case (.integer(64, false), _), (nil, .uint64): (.decimal(precision: 20, scale: 0), .uint64)
    case (.timestamp(_, .millis), _), (nil, .timestampMillis): (.timestamp, .multipliedInt64(1000))
    case (.timestamp(_, .micros), _), (nil, .timestampMicros): (.timestamp, .int64)
    case (.timestamp(_, .nanos), _): (.timestamp, .dividedInt64(1000))
    case (.time(_, .millis), _): (.bigint, .multipliedInt64(1000))
    case (.time(_, .nanos), _): (.bigint, .dividedInt64(1000))
    default: (.bigint, .int64)
    }
  }
}
