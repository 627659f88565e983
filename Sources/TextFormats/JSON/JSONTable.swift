package import Columns
package import Files

/// Tables out of JSON documents: the schema they agree on, and their rows as columns.
package struct JSONTable: Sendable {
  package let schema: Schema

  /// The narrowest schema that holds all rows: objects become ROW, arrays ARRAY, whole numbers BIGINT or
  /// DECIMAL(38, 0) or, still longer, text, other numbers DOUBLE, texts that are all dates or timestamps
  /// DATE or TIMESTAMP, and what differs in shape JSON. Names that differ only by case are one column.
  ///
  /// - Complexity: O(size of all rows).
  package init(inferring rows: some Sequence<JSONValue>) {
    self.init(rows.reduce(.unknown) { $0.widened(by: JSONShape($1)) })
  }

  init(_ shape: JSONShape) {
    schema =
      switch shape {
      case .row(let members): Schema(members.map { Field($0.name, $0.shape.type) })
      case .unknown: Schema([])
      default: Schema([Field("value", shape.type)])
      }
  }

  /// A table of a known schema.
  package init(_ schema: Schema) { self.schema = schema }

  /// The rows as columns; members that the schema lacks are left out, missing ones are NULL. A row that is
  /// no object is the value of the only column.
  ///
  /// - Throws: `FormatError` with the row (from `firstRow`) and column of a value that does not fit.
  package func batch(
    _ rows: [JSONValue], file: String, firstRow: Int = 1
  ) throws(FormatError) -> Batch {
    var columns: [Column] = []
    for field in schema.fields {
      var builder = ColumnBuilder(field.type)
      for (offset, row) in rows.enumerated() {
        let json = row.object.map { $0[ignoringCase: field.name] ?? .null } ?? row
        guard let value = JSONTable.value(json, as: field.type) else {
          throw FormatError(
            file, at: "row \(firstRow + offset), column '\(field.name)'",
            "expected \(TextValue.expectation(field.type)), found "
              + CSVFields.excerpt(json.serialized()))
        }
        builder.append(value)
      }
      columns.append(builder.finish())
    }
    return Batch(columns, count: rows.count)
  }

  /// A JSON value as a value of a type, nil where it does not fit.
  ///
  /// Lenient where services are: numbers and booleans in strings are read, and anything is text to VARCHAR.
  package static func value(_ json: JSONValue, as type: DataType) -> Value? {
    if json.isNull { return .null }
    switch (type, json) {
    case (.varchar, .string(let text)), (.varbinary, .string(let text)): return .text(text)
    case (.varchar, _), (.json, _): return .bytes(json.serialized())
    case (.boolean, .boolean(let value)): return .boolean(value)
    case (.timestamp, .number):
      return json.double.flatMap { CivilTimeText.timestamp(epoch: $0) }.map { .int64($0) }
    case (.bigint, .number), (.integer, .number):
      guard let value = json.int64, type == .bigint || Int32(exactly: value) != nil else {
        return nil
      }
      return .int64(value)
    case (.double, .number(let text)), (.decimal, .number(let text)):
      return TextValue.value(Array(text.utf8), type)
    case (.array(let element), .array(let elements)):
      return all(elements.map { value($0, as: element) }).map { .array($0) }
    case (.map(let key, let element), .object(let object)): return map(object, key, element)
    case (.map(let key, let element), .array(let elements)):
      return MapText.object(elements).flatMap { map($0, key, element) }
    case (.row(let fields), .object(let object)):
      let values = fields.map { field in
        value(object[ignoringCase: field.name ?? ""] ?? .null, as: field.type)
      }
      return all(values).map { .row($0) }
    case (.row(let fields), .array(let elements)) where elements.count == fields.count:
      return all(zip(elements, fields).map { value($0, as: $1.type) }).map { .row($0) }
    case (.array, _), (.map, _), (.row, _): return nil
    case (_, .string(let text)): return TextValue.value(Array(text.utf8), type)
    case (_, .null), (_, .boolean), (_, .number), (_, .array), (_, .object): return nil
    }
  }

  private static func map(
    _ object: JSONObject, _ key: DataType, _ element: DataType
  ) -> Value? {
    var entries: [MapEntry] = []
    entries.reserveCapacity(object.count)
    for member in object.members {
      guard let name = TextValue.value(Array(member.key.utf8), key),
        let value = value(member.value, as: element)
      else { return nil }
      entries.append(MapEntry(key: name, value: value))
    }
    return .map(entries)
  }

  private static func all(_ values: [Value?]) -> [Value]? {
    let present = values.compactMap { $0 }
    return present.count == values.count ? present : nil
  }
}
