import Columns
import Files

/// The rows of a row group that one page of a column holds, and what is known of their values.
package struct ParquetPage: Sendable {
  package let rows: Range<Int>
  package let statistics: ColumnStatistics
}

extension ParquetFile {
  /// The pages of a column in a row group, as the file's page index has them.
  ///
  /// What the index says of where pages lie and which rows they hold is checked against the headers of
  /// the pages; the bounds of their values are believed, as statistics are.
  ///
  /// - Returns: nil where there is no index, for nested columns, and for an index that contradicts the
  ///   pages or itself: it is then as good as none.
  package func pages(rowGroup: Int, column: Int) -> [ParquetPage]? {
    let node = tree.nodes[column]
    let group = chunks[rowGroup]
    guard node.isFlat, case .leaf(let leafIndex) = node.content else { return nil }
    let leaf = tree.leaves[leafIndex]
    let chunk = group.columns[leafIndex]
    guard leaf.maxDefinition <= 1, leaf.maxRepetition == 0, chunk.type == leaf.storage,
      chunk.valueCount == group.rowCount,
      let pages = index(chunk.offsetIndex, PageIndex.init(reading:))?.pages,
      let bounds = index(chunk.columnIndex, PageBounds.init(reading:)),
      bounds.count == pages.count, let rows = rows(of: pages, in: chunk)
    else { return nil }
    let isOrderKnown = StatisticsReading.isOrderKnown(of: leaf, columnOrders)
    var result: [ParquetPage] = []
    for (page, rows) in rows.enumerated() {
      var known = ColumnStatistics()
      if let nulls = bounds.nullCounts?[page], (0...rows.count).contains(nulls) {
        known.nullCount = nulls
      } else if leaf.maxDefinition == 0 {
        known.nullCount = 0
      }
      if bounds.areNull[page] {
        // Claimed twice, it is believed.
        guard known.nullCount ?? rows.count == rows.count else { return nil }
        known.nullCount = rows.count
      } else if isOrderKnown {
        (known.min, known.max) = StatisticsReading.values(
          of: (bounds.minima[page], bounds.maxima[page]), leaf)
      }
      result.append(ParquetPage(rows: rows, statistics: known))
    }
    return result
  }

  /// An index that is larger is not worth reading.
  private static let maximumIndex = 1 << 22

  private func index<T>(
    _ place: (offset: Int, length: Int)?,
    _ read: (inout ThriftReader) throws(ThriftReader.Failure) -> T
  ) -> T? {
    guard let (offset, length) = place, offset >= 4, (1...Self.maximumIndex).contains(length),
      offset <= bytes.count, length <= bytes.count - offset
    else { return nil }
    var reader = ThriftReader(bytes.copy(offset..<offset + length))
    return try? read(&reader)
  }

  /// The rows of pages, if the headers of the pages say the same.
  private func rows(of pages: [PageIndex.Page], in chunk: ChunkMetadata) -> [Range<Int>]? {
    guard var reader = try? PageReader(bytes, chunk), let found = try? reader.dataPages(),
      found.count == pages.count
    else { return nil }
    var rows: [Range<Int>] = []
    var row = 0
    for (page, header) in zip(pages, found) {
      guard page.offset == header.offset, page.size == header.size, page.firstRow == row,
        header.valueCount > 0, header.valueCount <= chunk.valueCount - row
      else { return nil }
      rows.append(row..<row + header.valueCount)
      row += header.valueCount
    }
    return row == chunk.valueCount ? rows : nil
  }
}

extension PageIndex {
  fileprivate init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    var pages: [Page] = []
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      guard field == 1, kind == .list else { return false }
      try r.readList(of: .structure) { r throws(ThriftReader.Failure) in
        var page = Page()
        try r.readStruct { r, field, kind throws(ThriftReader.Failure) in
          switch (field, kind) {
          case (1, .int64): page.offset = try r.readInt()
          case (2, .int32): page.size = try r.readInt()
          case (3, .int64): page.firstRow = try r.readInt()
          default: return false
          }
          return true
        }
        pages.append(page)
      }
      return true
    }
    self.pages = pages
  }
}

extension PageBounds {
  /// How many pages there are bounds of; nil when the lists are not equally long.
  fileprivate var count: Int? {
    let count = areNull.count
    guard minima.count == count, maxima.count == count,
      nullCounts.map({ $0.count == count }) ?? true
    else { return nil }
    return count
  }

  fileprivate init(reading reader: inout ThriftReader) throws(ThriftReader.Failure) {
    try reader.readStruct { r, field, kind throws(ThriftReader.Failure) in
      switch (field, kind) {
      case (1, .list):
        try r.readList(of: .yes) { r throws(ThriftReader.Failure) in
          areNull.append(try r.readByte() == ThriftReader.Kind.yes.rawValue)
        }
      case (2, .list):
        try r.readList(of: .binary) { r throws(ThriftReader.Failure) in
          minima.append(try r.readBinary())
        }
      case (3, .list):
        try r.readList(of: .binary) { r throws(ThriftReader.Failure) in
          maxima.append(try r.readBinary())
        }
      case (5, .list):
        var counts: [Int] = []
        try r.readList(of: .int64) { r throws(ThriftReader.Failure) in
          counts.append(try r.readInt())
        }
        nullCounts = counts
      default: return false
      }
      return true
    }
  }
}
