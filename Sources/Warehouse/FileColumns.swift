import Columns
import Delta
import Files
import Parquet

/// Where a table's columns stand in its files.
struct FileColumns: Sendable {
  /// With the columns of ``FileFacts`` behind the table's own.
  let schema: Schema
  /// nil where columns are called in files what they are called in the table.
  private let locator: ColumnLocator?

  init(_ schema: Schema) {
    self.schema = schema
    locator = nil
  }

  init(_ snapshot: Snapshot) {
    schema = snapshot.schema.withFileFacts
    locator = ColumnLocator(snapshot)
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
    guard let locator else {
      return file.position(named: schema[column].name).map {
        Place(position: $0, reading: .widened(type))
      }
    }
    guard let position = try locator.position(of: column, in: file) else { return nil }
    let found = file.schema[position].type
    let reading: ColumnReading =
      switch locator.mapping {
      case .none: .widened(type)
      case .name: .named(locator.field(column), type, found: found)
      case .id: .numbered(locator.field(column), type, found: found, file.fieldIDs[position])
      }
    return Place(position: position, reading: reading)
  }
}
