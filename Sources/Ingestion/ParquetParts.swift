import Columns
import Parquet
import TextFormats

/// The rows of a Parquet file in batches: whichever thread is free decodes the next one, the others work
/// on what is decoded, and the results come in the order of the rows.
struct ParquetParts {
  let path: String
  /// Positions of the columns to read.
  let columns: [Int]
  let threads: Int

  private static let batchRows = 1 << 16

  private struct Item: Sendable {
    let batch: Batch
    let firstRow: Int
  }

  /// - Parameters:
  ///   - map: gets each batch and the number of its first row in the file, from 1.
  ///   - body: gets what `map` makes of them, in order.
  /// - Throws: `FormatError` for a damaged file; what `map` and `body` throw.
  func forEach<Part: Sendable>(
    map: @escaping @Sendable (Batch, Int) throws -> Part, body: (Part) throws -> Void
  ) throws {
    let file = try ParquetFile(path)
    var groups = file.rowGroups.indices.makeIterator()
    var reader: ParquetBatchReader?
    var firstRow = 1
    func next() throws -> Item? {
      while true {
        if let batch = try reader?.next() {
          defer { firstRow += batch.count }
          return Item(batch: batch, firstRow: firstRow)
        }
        guard let group = groups.next() else { return nil }
        reader = try file.reader(
          rowGroup: group, columns: columns, batchSize: ParquetParts.batchRows)
      }
    }
    guard threads > 1 else {
      while let item = try next() { try body(map(item.batch, item.firstRow)) }
      return
    }
    // A batch is as large as many blocks of text: two for each thread are under way at most.
    try OrderedPipeline(threads: threads).run(
      source: next, weight: { _ in OrderedPipeline.itemsPerThread / 2 },
      work: { try map($0.batch, $0.firstRow) }, body: body)
  }
}
