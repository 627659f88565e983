package import Columns

/// Reads the rows of a row group batch by batch, page by page.
///
/// Chunks that are dictionary encoded come out as dictionary columns which share one dictionary.
package final class ParquetBatchReader {
  /// The next batch, never empty; nil at the end.
  ///
  /// - Throws: `FormatError` with the row group and column when a page is damaged.
  package func next() throws -> Batch? {
    preconditionFailure("not built yet")
  }
}
