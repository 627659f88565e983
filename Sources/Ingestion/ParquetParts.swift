import Columns
import Parquet

/// The rows of a Parquet file in batches.
///
/// They are decoded by one thread: the writer encodes on the others, and with batches waiting between them
/// the same work takes more memory and more time.
struct ParquetParts {
  let path: String
  /// Positions of the columns to read.
  let columns: [Int]

  private static let batchRows = 1 << 16

  /// Calls `body` with each batch and the number of its first row in the file, from 1.
  ///
  /// - Throws: `FormatError` for a damaged file; what `body` throws.
  func forEach(_ body: (Batch, _ firstRow: Int) throws -> Void) throws {
    let file = try ParquetFile(path)
    var firstRow = 1
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: columns, batchSize: ParquetParts.batchRows)
      while let batch = try reader.next() {
        try body(batch, firstRow)
        firstRow += batch.count
      }
    }
  }
}
