import Columns

extension ParquetFile {
  /// Bytes of a column's pages in a row group, as they lie in the file.
  ///
  /// - Precondition: the row group and the column exist.
  package func byteCount(rowGroup: Int, column: Int) -> Int {
    let chunks = chunks[rowGroup].columns
    return tree.nodes[column].leaves.reduce(0) { $0 &+ chunks[$1].compressedSize }
  }
}
