import Columns
import Delta
import Parquet

/// How a column as a file has it becomes one of the table: its fields under other names, in another
/// order, some missing, some of a narrower type.
indirect enum ColumnReading: Sendable {
  /// Fields are matched by their names, types widened where that loses nothing.
  case widened(DataType)
  case list(ColumnReading)
  case map(key: ColumnReading, value: ColumnReading)
  /// For each field of the table its position in the file's, nil where it has none.
  case row([Field])

  struct Field: Sendable {
    let name: String?
    let type: DataType
    let position: Int?
    let reading: ColumnReading
  }

  /// By physical names.
  static func named(_ stored: StoredField, _ type: DataType, found: DataType) -> ColumnReading {
    reading(stored, type, found) { field, fields, _ in
      fields.firstIndex { $0.name == field.physicalName }
    }
  }

  /// By the numbers that the file gives to its fields.
  static func numbered(
    _ stored: StoredField, _ type: DataType, found: DataType, _ ids: ParquetFieldIDs
  ) -> ColumnReading {
    reading(stored, type, found, ids) { field, _, ids in
      field.id.flatMap { id in ids?.position(of: id) }
    }
  }

  private static func reading(
    _ stored: StoredField, _ type: DataType, _ found: DataType, _ ids: ParquetFieldIDs? = nil,
    _ find: (StoredField, [RowField], ParquetFieldIDs?) -> Int?
  ) -> ColumnReading {
    let children = stored.children
    switch (type, found) {
    case (.array(let element), .array(let foundElement)) where children.count == 1:
      return .list(reading(children[0], element, foundElement, ids?.child(0), find))
    case (.map(let key, let value), .map(let foundKey, let foundValue)) where children.count == 2:
      return .map(
        key: reading(children[0], key, foundKey, ids?.child(0), find),
        value: reading(children[1], value, foundValue, ids?.child(1), find))
    case (.row(let fields), .row(let foundFields)) where children.count == fields.count:
      return .row(
        zip(fields, children).map { field, child in
          let position = find(child, foundFields, ids).flatMap {
            foundFields.indices.contains($0) ? $0 : nil
          }
          return Field(
            name: field.name, type: field.type, position: position,
            reading: position.map {
              reading(child, field.type, foundFields[$0].type, ids?.child($0), find)
            } ?? .widened(field.type))
        })
    default: return .widened(type)
    }
  }

  /// Whether values of a file are, or become without loss, values of a type; an INTEGER that is stored
  /// as a longer one is looked at value by value.
  private static func takes(_ type: DataType, _ found: DataType) -> Bool {
    if type.isNested || found.isNested || found == SchemaWidening.stored(type) { return true }
    switch (found, type) {
    case (.bigint, .integer), (.varbinary, .varchar), (.varchar, .varbinary): return true
    default: return SchemaWidening.common(type, found) == type
    }
  }

  /// - Throws: ``UnfitType`` where a value's type is none that the table's takes.
  func column(from column: Column) throws -> Column {
    if case .widened(let type) = self {
      guard ColumnReading.takes(type, column.type) else {
        throw UnfitType(found: column.type, wanted: type)
      }
      return try SchemaWidening.widened(column, to: type)
    }
    guard case .flat(let values, let validity) = column.flattened().form else { return column }
    switch (self, values) {
    case (.list(let element), .array(let list)):
      let elements = try element.column(from: list.elements).flattened()
      return Column(
        .array(elements.type), .array(ListVector(offsets: list.offsets, elements: elements)),
        validity)
    case (.map(let key, let value), .map(let map)):
      let keys = try key.column(from: map.keys).flattened()
      let values = try value.column(from: map.values).flattened()
      return Column(
        .map(key: keys.type, value: values.type),
        .map(MapVector(offsets: map.offsets, keys: keys, values: values)), validity)
    case (.row(let fields), .row(let found, let count)):
      let columns = try fields.map { field in
        guard let position = field.position else {
          return Column(field.type, constant: .null, count: count).flattened()
        }
        return try field.reading.column(from: found[position]).flattened()
      }
      return Column(
        .row(fields.map { RowField(name: $0.name, type: $0.type) }),
        .row(columns, count: count), validity)
    default: return column
    }
  }
}

extension ParquetFieldIDs {
  fileprivate func child(_ position: Int) -> ParquetFieldIDs? {
    children.indices.contains(position) ? children[position] : nil
  }
}
