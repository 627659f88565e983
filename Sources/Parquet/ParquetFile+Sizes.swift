import Columns

extension ParquetFile {
  /// Bytes of a column's pages in a row group, as they lie in the file.
  ///
  /// - Precondition: the row group and the column exist.
  package func byteCount(rowGroup: Int, column: Int) -> Int {
    let name = schema[column].name
    return chunks[rowGroup].columns.reduce(0) {
      $1.path.first == name ? $0 &+ $1.compressedSize : $0
    }
  }
}
