import Columns

/// Where the pages of a column chunk lie and what their values lie between, so that a reader finds the
/// pages it needs without walking all of them.
///
/// Source: Apache Parquet format 2.11, PageIndex.md; parquet.thrift, `OffsetIndex` and `ColumnIndex`.
struct PageIndex: Sendable {
  /// One data page.
  struct Page: Sendable {
    /// Of its header, from the start of the file.
    var offset = 0
    /// Bytes of the page with its header.
    var size = 0
    /// The row of the row group that it begins with.
    var firstRow = 0
  }

  var pages: [Page] = []
  /// nil where the bounds of some page are not known.
  var bounds: PageBounds?

  /// The same, of pages that lie further on in the file.
  func moved(by offset: Int) -> PageIndex {
    var moved = self
    for page in pages.indices { moved.pages[page].offset += offset }
    return moved
  }
}

/// The bounds of a chunk's pages, in the order of the pages; all lists are equally long.
struct PageBounds: Sendable {
  /// Which way the bounds of pages that have values are sorted.
  enum Order: Int32 { case unordered, ascending, descending }

  var areNull: [Bool] = []
  /// As in statistics; empty for pages of NULLs.
  var minima: [[UInt8]] = []
  var maxima: [[UInt8]] = []
  var order = Order.unordered
  /// nil where they are not known.
  var nullCounts: [Int]?
  var nanCounts: [Int]?
}

extension PageBounds {
  /// What is known of pages of a leaf, given what is known of each page.
  ///
  /// - Returns: nil when some page has values without bounds: the format has no way to say so.
  init?(_ pages: [(bounds: ValueBounds, valueCount: Int, nullCount: Int)], _ leaf: WriteLeaf) {
    var counts: (nulls: [Int], nans: [Int]) = ([], [])
    for page in pages {
      let stored = page.bounds.stored(leaf, nullCount: page.nullCount)
      areNull.append(page.valueCount == 0)
      if page.valueCount > 0, stored.min == nil || stored.max == nil { return nil }
      minima.append(stored.min ?? [])
      maxima.append(stored.max ?? [])
      counts.nulls.append(page.nullCount)
      if let nans = stored.nanCount { counts.nans.append(nans) }
    }
    nullCounts = counts.nulls
    nanCounts = counts.nans.count == pages.count ? counts.nans : nil
    let known = pages.indices.filter { pages[$0].valueCount > 0 }
    order = PageBounds.order(known.map { pages[$0].bounds }, known.map { (minima[$0], maxima[$0]) })
  }

  /// Shortened texts are compared as they are stored, since that is what readers search.
  private static func order(
    _ bounds: [ValueBounds], _ stored: [(min: [UInt8], max: [UInt8])]
  ) -> Order {
    var (rises, falls) = (true, true)
    for index in bounds.indices.dropFirst() {
      let (before, here) = (bounds[index - 1], bounds[index])
      let isText = if case .bytes = here.min { true } else { false }
      let (low, high) =
        isText
        ? (
          compare(.bytes(stored[index - 1].min), .bytes(stored[index].min)),
          compare(.bytes(stored[index - 1].max), .bytes(stored[index].max))
        ) : (compare(before.min, here.min), compare(before.max, here.max))
      rises = rises && low <= 0 && high <= 0
      falls = falls && low >= 0 && high >= 0
    }
    return rises ? .ascending : falls ? .descending : .unordered
  }

  private static func compare(_ a: Value?, _ b: Value?) -> Int {
    guard let a, let b else { return 0 }
    return ColumnStatistics.precedes(a, b) ? -1 : ColumnStatistics.precedes(b, a) ? 1 : 0
  }
}

extension PageIndex {
  /// The bytes of the offset index.
  func encodedOffsets() -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure { w in
      w.field(1, listOf: .structure, pages) { w, page in
        w.structure { w in
          w.field(1, Int64(page.offset))
          w.field(2, Int32(page.size))
          w.field(3, Int64(page.firstRow))
        }
      }
    }
    return writer.bytes
  }
}

extension PageBounds {
  /// The bytes of the column index.
  func encoded() -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure { w in
      w.field(1, listOf: .yes, areNull) { w, isNull in w.boolean(isNull) }
      w.field(2, listOf: .binary, minima) { w, bound in w.binary(bound) }
      w.field(3, listOf: .binary, maxima) { w, bound in w.binary(bound) }
      w.field(4, order.rawValue)
      if let nullCounts {
        w.field(5, listOf: .int64, nullCounts) { w, count in w.integer(Int64(count)) }
      }
      if let nanCounts {
        w.field(8, listOf: .int64, nanCounts) { w, count in w.integer(Int64(count)) }
      }
    }
    return writer.bytes
  }
}
