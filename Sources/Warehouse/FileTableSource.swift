import Columns
import Execution
import Planning

/// A table whose rows are in files, of each of which something is known before it is read.
protocol FileTableSource: TableSource {
  var files: [DataFile] { get }
}

extension FileTableSource {
  var fileColumns: Schema { FileFacts.columns }

  func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (kept: Int, total: Int)? {
    FilePruning.count(files, of: self, columns, filters)
  }

  func estimatedRowCount(_ columns: [ScanColumn], _ filters: [Expression]) -> Int? {
    FilePruning.rowCount(files, of: self, columns, filters)
  }

  func spread(of position: Int) -> ColumnSpread? {
    let field =
      position < schema.count ? schema[position] : fileColumns[position - schema.count]
    return FilePruning.spread(files, of: position, field.type)
  }

  func fileValues(of positions: [Int]) -> [[Value]]? { FilePruning.values(files, of: positions) }
}
