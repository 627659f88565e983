import Columns
import SQL

/// What the type names of a statement stand for.
enum TypeNames {
  /// - Throws: `SQLError` for an unknown name, with the nearest ones, or for wrong arguments.
  static func resolve(_ syntax: TypeSyntax) throws -> DataType {
    switch syntax.name {
    case "boolean", "bool": return .boolean
    case "tinyint": return .tinyint
    case "smallint": return .smallint
    case "int", "integer": return .integer
    case "bigint", "long": return .bigint
    case "real", "float": return .real
    case "double", "double precision": return .double
    case "decimal", "numeric", "dec": return try decimal(syntax)
    case "varchar", "string", "text", "uuid", "character varying": return .varchar
    case "char", "character": return try char(syntax)
    case "varbinary", "binary": return .varbinary
    case "json": return .json
    case "date": return .date
    case "interval year to month": return .intervalYearToMonth
    case "interval day to second": return .intervalDayToSecond
    case "array": return .array(try argument(0, of: 1, in: syntax))
    case "map":
      return .map(
        key: try argument(0, of: 2, in: syntax), value: try argument(1, of: 2, in: syntax))
    case "row", "struct": return try row(syntax)
    case "time", "time without time zone": return .time
    case "timestamp with time zone": return .timestampWithZone
    default:
      if let type = OpaqueType.named(syntax.name) { return .opaque(type) }
      if syntax.name.hasPrefix("timestamp") || syntax.name == "datetime" { return .timestamp }
      throw SQLError(
        "no type named '\(syntax.name)'" + Spelling.hint(for: syntax.name, among: known),
        at: syntax.range)
    }
  }

  private static let known = [
    "boolean", "integer", "bigint", "double", "decimal", "varchar", "varbinary", "json", "date",
    "timestamp", "array", "map", "row", "string", "int", "tinyint", "smallint", "real", "char",
    "ipaddress", "hyperloglog", "tdigest",
  ]

  /// CHAR alone is one character.
  private static func char(_ syntax: TypeSyntax) throws -> DataType {
    let lengths = syntax.arguments.compactMap { argument -> Int? in
      if case .number(let number) = argument { number } else { nil }
    }
    guard lengths.count == syntax.arguments.count, lengths.count <= 1,
      (0...FixedLengths.longest).contains(lengths.first ?? 1)
    else {
      throw SQLError(
        "expected char(length) with a length up to \(FixedLengths.longest)", at: syntax.range)
    }
    return .char(length: lengths.first ?? 1)
  }

  private static func decimal(_ syntax: TypeSyntax) throws -> DataType {
    let numbers = syntax.arguments.compactMap { argument -> Int? in
      if case .number(let number) = argument { number } else { nil }
    }
    let precision = numbers.first ?? 38
    let scale = numbers.count > 1 ? numbers[1] : 0
    guard numbers.count == syntax.arguments.count, numbers.count <= 2, (1...38).contains(precision),
      (0...precision).contains(scale)
    else {
      throw SQLError(
        "expected decimal(precision, scale) with precision from 1 to 38 and scale from 0 to precision",
        at: syntax.range)
    }
    return .decimal(precision: precision, scale: scale)
  }

  private static func argument(_ position: Int, of count: Int, in syntax: TypeSyntax) throws
    -> DataType
  {
    guard syntax.arguments.count == count, case .type(let inner) = syntax.arguments[position]
    else {
      throw SQLError(
        "type '\(syntax.name)' takes \(count) type\(count == 1 ? "" : "s") in parentheses",
        at: syntax.range)
    }
    return try resolve(inner)
  }

  private static func row(_ syntax: TypeSyntax) throws -> DataType {
    let fields = try syntax.arguments.map { argument -> RowField in
      switch argument {
      case .field(let name, let type): RowField(name: name.text, type: try resolve(type))
      case .type(let type): RowField(name: nil, type: try resolve(type))
      case .number:
        throw SQLError("expected fields such as row(name varchar)", at: syntax.range)
      }
    }
    guard !fields.isEmpty else {
      throw SQLError("expected fields such as row(name varchar)", at: syntax.range)
    }
    return .row(fields)
  }
}
