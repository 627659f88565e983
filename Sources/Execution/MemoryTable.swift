package import Columns
package import Planning

/// A table whose rows are in memory: `:memory:` lakes, VALUES files, tests.
///
/// Each part is a piece of its own, so several threads can share the work.
package struct MemoryTable: TableSource {
  package let name: String
  package let schema: Schema
  package let fileColumns: Schema
  /// Rows in order, cut in pieces; each has the schema's columns, and behind them ``fileColumns``.
  package let parts: [Batch]
  package let identity: String?
  package let partitionColumns: Set<Int>

  /// - Parameter identity: tells this table's rows from any other's, if something does.
  package init(
    name: String, schema: Schema, fileColumns: Schema = Schema([]), parts: [Batch],
    partitionColumns: Set<Int> = [], identity: String? = nil
  ) {
    self.partitionColumns = partitionColumns
    self.fileColumns = fileColumns
    self.identity = identity
    self.name = name
    self.schema = schema
    self.parts = parts
  }

  package var estimatedRowCount: Int? { parts.reduce(0) { $0 + $1.count } }

  package func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (
    kept: Int, total: Int
  )? { nil }

  package func scan(_ request: ScanRequest) throws -> any TableScan {
    MemoryScan(
      parts: parts.map { part in
        Batch(request.columns.map { part.columns[$0] }, count: part.count)
      },
      batchSize: max(1, request.batchSize))
  }
}

private struct MemoryScan: TableScan {
  let parts: [Batch]
  let batchSize: Int

  var pieceCount: Int { parts.count }

  func open(piece: Int) throws -> any BatchReader {
    MemoryReader(part: parts[piece], batchSize: batchSize)
  }
}

private final class MemoryReader: BatchReader {
  private let part: Batch
  private let batchSize: Int
  private var position = 0

  init(part: Batch, batchSize: Int) {
    self.part = part
    self.batchSize = batchSize
  }

  func next() -> Batch? {
    guard position < part.count else { return nil }
    let end = min(position + batchSize, part.count)
    defer { position = end }
    return part.sliced(position..<end)
  }
}
