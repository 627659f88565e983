import Files

/// A run of a file's rows that is stored together.
package struct ParquetRowGroup: Sendable {
  package let rowCount: Int
  /// Bytes of the row group's pages in the file.
  package let byteCount: Int
  /// One entry per column of the file's schema; of nested columns nothing is known.
  package let statistics: RowGroupStatistics
}

/// What is known of the columns of a row group.
///
/// A query asks for those of a few columns, so each is read from the footer when it is asked for.
package struct RowGroupStatistics: Sendable, RandomAccessCollection {
  private let file: MappedFile
  private let footerStart: Int
  private let group: RowGroupMetadata
  private let orders: [Bool]
  private let tree: SchemaTree

  /// - Parameters:
  ///   - footerStart: where the footer begins that `group` was read from.
  ///   - orders: whether each leaf declares the order of its bounds.
  init(
    _ file: MappedFile, footerStart: Int, _ group: RowGroupMetadata, orders: [Bool],
    _ tree: SchemaTree
  ) {
    self.file = file
    self.footerStart = footerStart
    self.group = group
    self.orders = orders
    self.tree = tree
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { tree.nodes.count }

  package subscript(column: Int) -> ColumnStatistics {
    let node = tree.nodes[column]
    guard node.isFlat, case .leaf(let index) = node.content else { return ColumnStatistics() }
    return StatisticsReading.statistics(
      of: tree.leaves[index], group.columns[index].type, stored(index), rowCount: group.rowCount,
      orders)
  }

  /// What the footer says of a leaf. It was walked through when the file was opened, so only a file that
  /// changes under its reader can have something else there.
  private func stored(_ leaf: Int) -> StoredStatistics {
    guard let place = group.columns[leaf].statisticsPlace else { return StoredStatistics() }
    var reader = ThriftReader(
      file.copy(footerStart + place.lowerBound..<footerStart + place.upperBound))
    return (try? StoredStatistics(reading: &reader)) ?? StoredStatistics()
  }
}
