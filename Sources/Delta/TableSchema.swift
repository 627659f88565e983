package import Columns
package import Files
import TextFormats

/// A table's schema as the log has it: JSON text, beside what it means.
///
/// The text is kept, so that what other programs said of a column survives our changes.
///
/// Source: Delta PROTOCOL.md, "Schema Serialization Format".
package struct TableSchema: Sendable {
  package let schema: Schema
  package let text: String
  /// Whether a column has an expression that all rows must meet.
  package let hasInvariants: Bool
  /// Positions of columns whose bounds in the log are not those of their values: FLOAT is written there
  /// with fewer digits than it has as DOUBLE, and delta-rs writes decimals as doubles, or as the largest
  /// 64-bit number where they are larger.
  package let inexactBounds: Set<Int>
  /// Types that this program has none for, by the positions of their columns; in ``schema`` these
  /// columns have the type of NULL, and must not be read.
  package let unsupported: [Int: String]
  /// The columns as files have them.
  package let storedFields: [StoredField]
  let fields: [JSONValue]

  /// A member of a column's metadata that tells SQL types apart which the format does not.
  private static let typeKey = "kakeibo.type"

  package init(_ schema: Schema) {
    self.init(schema, schema.fields.map(TableSchema.json))
  }

  private init(_ schema: Schema, _ fields: [JSONValue]) {
    self.schema = schema
    self.fields = fields
    unsupported = [:]
    storedFields = fields.map { StoredField($0) }
    hasInvariants = fields.contains { $0.at("metadata", "delta.invariants") != nil }
    inexactBounds = TableSchema.inexactBounds(of: fields, schema)
    text = JSONValue.object(["type": .string("struct"), "fields": .array(fields)]).description
  }

  /// The schema that a log entry has; a table that has said none has no columns.
  init(logged text: String?, entry: String, place: String?) throws(FormatError) {
    guard let text else {
      self.init(Schema([]))
      return
    }
    try self.init(parsing: text, entry: entry, place: place)
  }

  /// Reads a schema; one with types that are not known is read as far as it goes.
  ///
  /// - Throws: `FormatError` for a schema that is none.
  package init(parsing text: String, entry: String, place: String?) throws(FormatError) {
    let document: JSONValue
    do {
      document = try JSONValue.parse(text, file: entry)
    } catch {
      throw FormatError(entry, at: place, "expected a schema as JSON: \(error.message)")
    }
    guard document["type"]?.string == "struct", let fields = document["fields"]?.array else {
      throw FormatError(entry, at: place, "expected a schema of type 'struct' with 'fields'")
    }
    var parsed: [Field] = []
    var unsupported: [Int: String] = [:]
    for (position, field) in fields.enumerated() {
      guard let name = field["name"]?.string, let type = field["type"] else {
        throw FormatError(entry, at: place, "expected 'name' and 'type' of each column")
      }
      let known = TableSchema.type(type, field["metadata"])
      if known == nil { unsupported[position] = type.string ?? type.description }
      parsed.append(Field(name, known ?? .null, isNullable: field["nullable"]?.boolean ?? true))
    }
    schema = Schema(parsed)
    self.unsupported = unsupported
    storedFields = fields.map { StoredField($0) }
    self.text = text
    self.fields = fields
    hasInvariants = fields.contains { $0.at("metadata", "delta.invariants") != nil }
    inexactBounds = TableSchema.inexactBounds(of: fields, schema)
  }

  /// The schema with these columns: those of the same name and type keep what was said of them.
  package func changed(to new: Schema) -> TableSchema {
    if new == schema { return self }
    return TableSchema(
      new,
      new.fields.map { field in
        guard let position = schema.position(of: field.name), schema[position] == field else {
          return TableSchema.json(field)
        }
        return fields[position]
      })
  }

  private static func inexactBounds(of fields: [JSONValue], _ schema: Schema) -> Set<Int> {
    Set(
      fields.indices.filter { position in
        if case .decimal(let precision, _) = schema[position].type { return precision > 15 }
        return fields[position]["type"]?.string == "float"
      })
  }

  private static func json(_ field: Field) -> JSONValue {
    var metadata = JSONObject()
    if let name = ownType(field.type) { metadata[typeKey] = .string(name) }
    return .object([
      "name": .string(field.name), "type": json(field.type), "nullable": .boolean(true),
      "metadata": .object(metadata),
    ])
  }

  private static func ownType(_ type: DataType) -> String? {
    switch type {
    case .json: "json"
    case .intervalYearToMonth: "interval year to month"
    case .intervalDayToSecond: "interval day to second"
    default: nil
    }
  }

  private static func json(_ type: DataType) -> JSONValue {
    switch type {
    case .boolean: .string("boolean")
    case .tinyint, .smallint, .integer: .string("integer")
    case .bigint, .intervalYearToMonth, .intervalDayToSecond: .string("long")
    case .double, .real: .string("double")
    case .decimal(let precision, let scale): .string("decimal(\(precision),\(scale))")
    case .varchar, .char, .json, .time, .null: .string("string")
    case .varbinary, .opaque: .string("binary")
    case .date: .string("date")
    case .timestamp, .timestampWithZone: .string("timestamp")
    case .array(let element):
      .object([
        "type": .string("array"), "elementType": json(element), "containsNull": .boolean(true),
      ])
    case .map(let key, let value):
      .object([
        "type": .string("map"), "keyType": json(key), "valueType": json(value),
        "valueContainsNull": .boolean(true),
      ])
    case .row(let fields):
      .object([
        "type": .string("struct"),
        "fields": .array(
          fields.enumerated().map { position, field in
            json(Field(field.name ?? "field\(position)", field.type))
          }),
      ])
    }
  }

  private static func type(_ json: JSONValue, _ metadata: JSONValue?) -> DataType? {
    if let name = json.string { return plainType(name, metadata?[typeKey]?.string) }
    switch json["type"]?.string {
    case "array":
      guard let element = json["elementType"].flatMap({ type($0, nil) }) else { return nil }
      return .array(element)
    case "map":
      guard let key = json["keyType"].flatMap({ type($0, nil) }),
        let value = json["valueType"].flatMap({ type($0, nil) })
      else { return nil }
      return .map(key: key, value: value)
    case "struct":
      guard let fields = json["fields"]?.array else { return nil }
      var known: [RowField] = []
      for field in fields {
        guard let fieldType = field["type"].flatMap({ type($0, field["metadata"]) }) else {
          return nil
        }
        known.append(RowField(name: field["name"]?.string, type: fieldType))
      }
      return .row(known)
    default: return nil
    }
  }

  private static func plainType(_ name: String, _ own: String?) -> DataType? {
    switch name {
    case "boolean": return .boolean
    case "byte", "short", "integer": return .integer
    case "long":
      return switch own {
      case "interval year to month": .intervalYearToMonth
      case "interval day to second": .intervalDayToSecond
      default: .bigint
      }
    case "float", "double": return .double
    case "string": return own == "json" ? .json : .varchar
    case "binary": return .varbinary
    case "date": return .date
    case "timestamp", "timestamp_ntz": return .timestamp
    // Columns of which nothing is known yet, and which files do not have.
    case "void", "null": return .null
    case _ where name.hasPrefix("char(") || name.hasPrefix("varchar("): return .varchar
    default: return decimalType(name)
    }
  }

  private static func decimalType(_ name: String) -> DataType? {
    if name == "decimal" { return .decimal(precision: 10, scale: 0) }
    guard name.hasPrefix("decimal("), name.hasSuffix(")") else { return nil }
    let numbers = name.dropFirst(8).dropLast().split(separator: ",").map {
      Int($0.filter { $0 != " " })
    }
    guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1],
      1...38 ~= precision, 0...precision ~= scale
    else { return nil }
    return .decimal(precision: precision, scale: scale)
  }
}
