/// The logical type of a column or expression; SQL's names for them are Athena's.
///
/// Several logical types share one physical layout (see ``Values``): integers, dates, timestamps and
/// intervals are all 64-bit integers, so that a kernel is written once for all of them.
package indirect enum DataType: Hashable, Sendable {
  /// The type of a bare `NULL`; coerces to any other type.
  case null
  case boolean
  /// 8-bit integer, held in 64 bits; arithmetic checks the range, as for the next two.
  case tinyint
  /// 16-bit integer, held in 64 bits.
  case smallint
  /// 32-bit integer, held in 64 bits; arithmetic checks the 32-bit range.
  case integer
  /// 64-bit integer.
  case bigint
  /// IEEE 754 binary32, held in 64 bits; every result is rounded to it.
  case real
  /// IEEE 754 binary64.
  case double
  /// Exact decimal: the unscaled value times 10^-scale, at most 38 digits.
  case decimal(precision: Int, scale: Int)
  /// UTF-8 text.
  case varchar
  /// UTF-8 text of so many code points, filled up with spaces.
  case char(length: Int)
  case varbinary
  /// JSON kept as its text.
  case json
  /// Days since 1970-01-01.
  case date
  /// Microseconds since 1970-01-01T00:00:00, UTC by convention, no zone.
  case timestamp
  /// Microseconds since midnight.
  case time
  /// An instant in milliseconds and a zone, as ``ZonedTime`` packs them.
  case timestampWithZone
  /// Whole months.
  case intervalYearToMonth
  /// Microseconds.
  case intervalDayToSecond
  case array(DataType)
  case map(key: DataType, value: DataType)
  case row([RowField])
  /// Bytes that only functions understand.
  case opaque(OpaqueType)
}

/// A field of a ROW type; `name` is nil for anonymous fields.
package struct RowField: Hashable, Sendable {
  package let name: String?
  package let type: DataType

  package init(name: String?, type: DataType) {
    self.name = name
    self.type = type
  }
}

extension DataType {
  /// How values of the type lie in memory.
  package var physical: PhysicalType {
    switch self {
    case .null, .boolean: .boolean
    case .tinyint, .smallint, .integer, .bigint, .date, .timestamp, .time, .timestampWithZone,
      .intervalYearToMonth, .intervalDayToSecond:
      .int64
    case .real, .double: .double
    case .decimal: .decimal
    case .varchar, .char, .varbinary, .json, .opaque: .text
    case .array: .array
    case .map: .map
    case .row: .row
    }
  }

  package var isNumeric: Bool {
    switch self {
    case .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal: true
    default: false
    }
  }

  package var isInteger: Bool { integerBits != nil }

  /// How many bits an integer type has; nil for other types.
  package var integerBits: Int? {
    switch self {
    case .tinyint: 8
    case .smallint: 16
    case .integer: 32
    case .bigint: 64
    default: nil
    }
  }

  package var isFloating: Bool { self == .double || self == .real }

  /// A day, a time of day, or both.
  package var isTime: Bool {
    switch self {
    case .date, .time, .timestamp, .timestampWithZone: true
    default: false
    }
  }

  package var isInterval: Bool { self == .intervalYearToMonth || self == .intervalDayToSecond }

  package var isNested: Bool {
    switch self {
    case .array, .map, .row: true
    default: false
    }
  }

  /// Whether `<` and ORDER BY have a meaning for the type.
  package var isOrderable: Bool {
    switch self {
    case .map, .json: false
    case .opaque(let type): type.isOrderable
    case .array(let element): element.isOrderable
    case .row(let fields): fields.allSatisfy { $0.type.isOrderable }
    default: true
    }
  }
}

extension DataType: CustomStringConvertible {
  /// The type as Athena writes it: `decimal(10,2)`, `map(varchar, double)`.
  package var description: String {
    switch self {
    case .null: "unknown"
    case .boolean: "boolean"
    case .tinyint: "tinyint"
    case .smallint: "smallint"
    case .integer: "integer"
    case .bigint: "bigint"
    case .real: "real"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .varchar: "varchar"
    case .char(let length): "char(\(length))"
    case .opaque(let type): type.rawValue
    case .varbinary: "varbinary"
    case .json: "json"
    case .date: "date"
    case .timestamp: "timestamp"
    case .time: "time"
    case .timestampWithZone: "timestamp with time zone"
    case .intervalYearToMonth: "interval year to month"
    case .intervalDayToSecond: "interval day to second"
    case .array(let element): "array(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .row(let fields):
      "row("
        + fields.map { field in
          field.name.map { "\($0) \(field.type)" } ?? "\(field.type)"
        }.joined(separator: ", ") + ")"
    }
  }
}

/// The memory layouts that a column can have; one case of ``Values`` each.
package enum PhysicalType: Hashable, Sendable {
  case boolean, int64, double, decimal, text, array, map, row
}

extension DataType {
  /// Scale of a decimal; 0 for other types.
  package var decimalScale: Int {
    if case .decimal(_, let scale) = self { scale } else { 0 }
  }

  /// Precision of a decimal; 38 for other types.
  package var decimalPrecision: Int {
    if case .decimal(let precision, _) = self { precision } else { 38 }
  }
}
