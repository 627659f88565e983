import Columns
package import Files
package import Parquet

/// Finds the columns of a table in its files.
package struct ColumnLocator: Sendable {
  package let mapping: ColumnMapping
  /// The columns as the table's schema has them.
  private let fields: [StoredField]

  package init(_ snapshot: Snapshot) {
    mapping = snapshot.columnMapping
    fields = snapshot.metadata.schema.storedFields
  }

  /// What is known of a column of the table.
  package func field(_ column: Int) -> StoredField { fields[column] }

  /// Where a column of the table stands in a file, nil when the file lacks it.
  ///
  /// - Throws: `FormatError` for a file without the numbers that the table goes by.
  package func position(
    of column: Int, in file: ParquetFile
  ) throws(FormatError) -> Int? {
    switch mapping {
    case .none: return file.position(named: fields[column].name)
    case .name: return file.position(named: fields[column].physicalName)
    case .id:
      guard file.fieldIDs.isEmpty || file.fieldIDs.contains(where: { $0.id != nil }) else {
        throw FormatError(
          file.path,
          "not supported: the table finds columns by number, but the file has no numbers")
      }
      return fields[column].id.flatMap { file.position(ofFieldID: $0) }
    }
  }
}

extension ParquetFile {
  /// The column of exactly that name, or else one that differs by case.
  package func position(named name: String) -> Int? {
    guard let position = schema.position(of: name) else { return nil }
    if schema[position].name == name { return position }
    return schema.fields.firstIndex { $0.name == name } ?? position
  }
}
