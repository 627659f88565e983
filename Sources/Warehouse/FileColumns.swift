import Columns
import Delta
import Files
import Parquet

/// Where a table's columns stand in its files.
struct FileColumns: Sendable {
  let schema: Schema
  private let mapping: ColumnMapping
  /// Empty where columns are found by the names that the table has for them.
  private let stored: [StoredField]

  /// Columns that are called in files what they are called in the table.
  init(_ schema: Schema) {
    self.schema = schema
    mapping = .none
    stored = []
  }

  init(_ snapshot: Snapshot) {
    schema = snapshot.schema
    mapping = snapshot.columnMapping
    stored = snapshot.columnMapping == .none ? [] : snapshot.metadata.schema.storedFields
  }

  /// A column of a file and how it becomes the table's.
  struct Place {
    let position: Int
    let reading: ColumnReading
  }

  /// Where a column of the table stands in a file, nil when the file lacks it.
  ///
  /// - Throws: `FormatError` for a file without the numbers that the table goes by.
  func place(of column: Int, in file: ParquetFile) throws(FormatError) -> Place? {
    let type = schema[column].type
    switch mapping {
    case .none:
      return position(named: schema[column].name, in: file.schema).map {
        Place(position: $0, reading: .widened(type))
      }
    case .name:
      guard let position = position(named: stored[column].physicalName, in: file.schema) else {
        return nil
      }
      return Place(
        position: position,
        reading: .named(stored[column], type, found: file.schema[position].type))
    case .id:
      guard file.fieldIDs.isEmpty || file.fieldIDs.contains(where: { $0.id != nil }) else {
        throw FormatError(
          file.path, "not supported: the table finds columns by number, but the file has no numbers"
        )
      }
      guard let id = stored[column].id, let position = file.position(ofFieldID: id) else {
        return nil
      }
      return Place(
        position: position,
        reading: .numbered(
          stored[column], type, found: file.schema[position].type, file.fieldIDs[position]))
    }
  }

  /// The exact name first, then one that differs by case.
  private func position(named name: String, in schema: Schema) -> Int? {
    guard let position = schema.position(of: name) else { return nil }
    if schema[position].name == name { return position }
    return schema.fields.firstIndex { $0.name == name } ?? position
  }
}
