import Columns
import Planning

/// What the operators of one running statement share.
final class ExecutionContext: Sendable {
  let options: ExecutionOptions
  let workers: Workers
  let budget: MemoryBudget

  /// Batches come and go by the thousand. Freeing one large block makes the C library keep what is
  /// freed later, instead of returning it to the system and fetching it again page by page, which took
  /// a third of the time of a short query. (glibc's mallopt(3), "dynamic mmap threshold".)
  private static let keepsFreedMemory: Bool = {
    var block: [UInt8] = []
    block.reserveCapacity(32 << 20 - 4096)
    return block.capacity > 0
  }()

  init(_ options: ExecutionOptions) {
    _ = Self.keepsFreedMemory
    self.options = options
    workers = Workers(threads: options.threads, cancellation: options.cancellation)
    budget = MemoryBudget(limit: options.memory)
  }

  func compiler(_ columns: [ColumnReference]) -> ExpressionCompiler {
    ExpressionCompiler(columns, now: options.now)
  }

  /// All batches of a prepared operator, by piece.
  func collect(_ input: PhysicalOperator, for purpose: String) throws -> [[Batch]] {
    try workers.map(input.pieceCount) { [self] piece in
      let stream = try input.open(piece: piece)
      var batches: [Batch] = []
      while let batch = try stream.next() {
        try options.cancellation.check()
        try budget.take(batch.byteCount, for: purpose)
        batches.append(batch)
      }
      return batches
    }
  }

  /// All rows of a prepared operator as one batch.
  func collectOne(_ input: PhysicalOperator, for purpose: String) throws -> Batch {
    let batches = try collect(input, for: purpose).flatMap { $0 }
    for position in input.types.indices where input.types[position].physical == .text {
      let bytes = batches.reduce(0) { $0 + $1.columns[position].byteCount }
      if bytes > Int(Int32.max) {
        throw ExecutionError(
          "\(purpose): column '\(input.outputs[position].name)' takes more than 2 GiB of text; "
            + "filter or group to fewer rows")
      }
    }
    return Batch.concatenated(batches, types: input.types)
  }
}
