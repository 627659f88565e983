import Columns
import Planning

/// An operator that has all its rows after ``prepare()``.
class MaterializedOperator: PhysicalOperator, @unchecked Sendable {
  /// Rows of a piece, so that what follows can be shared among threads.
  static let pieceRows = 65_536

  let context: ExecutionContext
  private var rows = Rows.memory([])

  enum Rows {
    case memory([Batch])
    /// Cut in pieces as ``SpilledResult`` does it.
    case spilled(SpilledRows)
  }

  init(_ outputs: [ColumnReference], children: [PhysicalOperator], context: ExecutionContext) {
    self.context = context
    super.init(outputs, children: children)
  }

  /// Computes all rows in memory; the children are prepared.
  func compute() throws -> [Batch] {
    preconditionFailure("a materialised operator says how its rows are computed")
  }

  /// Computes all rows, in memory if they fit; the children are prepared.
  func computeRows() throws -> Rows { .memory(try compute()) }

  final override func prepare() throws {
    try super.prepare()
    let start = ContinuousClock.now
    switch try computeRows() {
    case .memory(let batches): rows = .memory(MaterializedOperator.cut(batches))
    case .spilled(let spilled): rows = .spilled(spilled)
    }
    statistics.add(ContinuousClock.now - start)
  }

  private static func cut(_ batches: [Batch]) -> [Batch] {
    var pieces: [Batch] = []
    for batch in batches {
      var row = 0
      while row < batch.count {
        let end = min(row + MaterializedOperator.pieceRows, batch.count)
        pieces.append(batch.sliced(row..<end))
        row = end
      }
    }
    return pieces
  }

  final override var pieceCount: Int {
    switch rows {
    case .memory(let batches): batches.count
    case .spilled(let spilled): spilled.pieceCount
    }
  }

  final override func stream(piece: Int) -> any BatchStream {
    switch rows {
    case .memory(let batches):
      StoredStream([batches[piece]], batchSize: context.options.batchSize)
    case .spilled(let spilled):
      spilled.stream(piece: piece, batchSize: context.options.batchSize)
    }
  }
}
