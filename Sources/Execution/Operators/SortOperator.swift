import Columns
import Kernels
import Planning

/// ORDER BY without a limit: all rows, in order.
final class SortOperator: MaterializedOperator, @unchecked Sendable {
  private let keys: [SortKey]

  init(_ input: PhysicalOperator, _ keys: [SortKey], _ context: ExecutionContext) {
    self.keys = keys
    super.init(input.outputs, children: [input], context: context)
  }

  override var name: String { "Sort" }

  /// The rows twice while they are brought into their order, and numbers to sort.
  static let cost = RowStore.Cost(factor: 2, perRow: 24, isJoined: true)

  override func computeRows() throws -> Rows {
    let store = try RowStore(of: children[0], context, cost: SortOperator.cost)
    return try SortOperator.sort(store, keys, outputs, context, limit: nil)
  }

  /// The rows of a store in order, only the first `limit` of them where given.
  static func sort(
    _ store: RowStore, _ keys: [SortKey], _ columns: [ColumnReference],
    _ context: ExecutionContext, limit: Int?
  ) throws -> Rows {
    if let (rows, held) = store.takeBatch() {
      let sorted = try rows.sorted(
        by: keys, context.compiler(columns), context.workers, limit: limit)
      context.budget.give(held)
      context.budget.note(sorted.byteCount)
      return .memory([sorted])
    }
    var sort = try ExternalSort(keys, columns, context)
    for piece in 0..<store.pieceCount {
      let stream = store.stream(piece: piece)
      while let batch = try stream.next() {
        try context.options.cancellation.check()
        try sort.add(batch)
      }
    }
    return .spilled(try sort.finish(limit: limit))
  }
}

/// ORDER BY with LIMIT: each piece keeps only its first rows.
final class TopRowsOperator: MaterializedOperator, @unchecked Sendable {
  private let keys: [SortKey]
  private let offset: Int
  private let count: Int

  init(
    _ input: PhysicalOperator, _ keys: [SortKey], offset: Int, count: Int,
    _ context: ExecutionContext
  ) {
    self.keys = keys
    self.offset = offset
    self.count = count
    super.init(input.outputs, children: [input], context: context)
  }

  override var name: String { "TopRows" }

  override func computeRows() throws -> Rows {
    let used = context.budget.used
    do {
      return .memory(try compute())
    } catch let error as ExecutionError where error.isOutOfMemory {
      // More rows are wanted than fit: they are sorted as without a limit.
      context.budget.reset(to: used)
      let store = try RowStore(of: children[0], context, cost: SortOperator.cost)
      let rows = try SortOperator.sort(store, keys, outputs, context, limit: offset + count)
      return try withoutOffset(rows)
    }
  }

  private func withoutOffset(_ rows: Rows) throws -> Rows {
    switch rows {
    case .memory(let batches):
      return .memory(
        batches.compactMap { $0.count > offset ? $0.sliced(offset..<$0.count) : nil })
    case .spilled(let spilled):
      let result = try SpilledResult(types, context)
      var toSkip = offset
      for piece in 0..<spilled.pieceCount {
        let stream = spilled.stream(piece: piece, batchSize: 8192)
        while let batch = try stream.next() {
          let skipped = min(toSkip, batch.count)
          toSkip -= skipped
          try result.append(batch.sliced(skipped..<batch.count))
        }
      }
      return .spilled(result.rows)
    }
  }

  override func compute() throws -> [Batch] {
    if count == 0 { return [] }
    let input = children[0]
    let limit = offset + count
    let used = context.budget.used
    let tops = try context.workers.map(input.pieceCount) { [keys, context] piece in
      var top = TopRows(
        keys, limit: limit, types: input.types, context.compiler(input.outputs), context)
      let stream = try input.open(piece: piece)
      while let batch = try stream.next() {
        try context.options.cancellation.check()
        try top.add(batch)
      }
      return try top.finish()
    }
    let all = Batch.concatenated(tops.filter { $0.count > 0 }, types: types)
    guard all.count > offset else { return [] }
    let sorted = try all.sorted(
      by: keys, context.compiler(outputs), context.workers, limit: limit)
    context.budget.reset(to: used)
    context.budget.note(sorted.byteCount)
    return [sorted.sliced(offset..<sorted.count)]
  }
}

/// The first rows of a stream in some order: rows are gathered, and now and then all but the first are
/// let go.
private struct TopRows {
  private let keys: [SortKey]
  private let limit: Int
  private let types: [DataType]
  private let compiler: ExpressionCompiler
  private let firstKey: Evaluation?
  private let context: ExecutionContext
  private var rows: [Batch] = []
  private var held = 0
  private var rowCount = 0
  /// The first key of the last row that is still in, as a rank; rows beyond it cannot come in.
  private var bound: UInt64?

  init(
    _ keys: [SortKey], limit: Int, types: [DataType], _ compiler: ExpressionCompiler,
    _ context: ExecutionContext
  ) {
    self.context = context
    self.keys = keys
    self.limit = limit
    self.types = types
    self.compiler = compiler
    firstKey = keys.first.flatMap { try? compiler.compile($0.expression) }
  }

  /// Rows after which the first ones are sorted to know what cannot come in any more.
  private var trial: Int { max(1024, limit * 4) }

  mutating func add(_ batch: Batch) throws {
    // A few of many rows give a bound that most of the others do not pass.
    if bound == nil, rowCount < trial, rowCount + batch.count > 2 * trial {
      let first = trial - rowCount
      try gather(batch.sliced(0..<first))
      try compact()
      return try gather(batch.sliced(first..<batch.count))
    }
    try gather(batch)
  }

  private mutating func gather(_ batch: Batch) throws {
    let batch = try withoutHopeless(batch)
    if batch.count == 0 { return }
    rows.append(batch)
    rowCount += batch.count
    let bytes = batch.byteCount
    held += bytes
    try context.budget.take(bytes, for: "ORDER BY")
    if rowCount >= max(16_384, limit * 3) { try compact() }
  }

  mutating func finish() throws -> Batch {
    try compact()
    return rows.first ?? Batch(types.map { Column($0, values: []) }, count: 0)
  }

  private mutating func compact() throws {
    if rows.isEmpty { return }
    let sorted = try Batch.concatenated(rows, types: types)
      .sorted(by: keys, compiler, context.workers.alone, limit: limit)
    rows = [sorted]
    let bytes = sorted.byteCount
    context.budget.give(held)
    context.budget.note(bytes)
    held = bytes
    rowCount = sorted.count
    guard sorted.count == limit, let firstKey, let key = keys.first else { return }
    let last = sorted.sliced(limit - 1..<limit)
    bound = Self.plainRanks(try firstKey.evaluate(last), key)?.first
  }

  private func withoutHopeless(_ batch: Batch) throws -> Batch {
    guard let bound, let firstKey, let key = keys.first,
      let ranks = Self.plainRanks(try firstKey.evaluate(batch), key)
    else { return batch }
    let kept = ranks.indices.filter { ranks[$0] <= bound }
    return kept.count == batch.count ? batch : batch.selected(Selection(kept.map(UInt32.init)))
  }

  /// Numbers in the order wanted that mean the same in every batch, for numeric keys without NULL.
  private static func plainRanks(_ column: Column, _ key: SortKey) -> [UInt64]? {
    guard column.hasNoNulls else { return nil }
    let ranks: [UInt64]
    switch column.flatValues {
    case .int64(let values): ranks = Ordering.ranks(values)
    case .double(let values): ranks = Ordering.ranks(values)
    case .boolean, .decimal, .text, .array, .map, .row: return nil
    }
    return key.isDescending ? ranks.map { ~$0 } : ranks
  }
}

extension Batch {
  /// The rows in order, only the first `limit` of them where given.
  ///
  /// - Throws: what evaluating the keys throws; ``QueryCancelled``.
  func sorted(
    by keys: [SortKey], _ compiler: ExpressionCompiler, _ workers: Workers, limit: Int? = nil
  ) throws -> Batch {
    if count == 0 { return self }
    let columns = try keys.map { try compiler.compile($0.expression).evaluate(self) }
    var order = try SortOrder(columns: columns, keys: keys, count: count, workers)
      .permutation(workers)
    if let limit, limit < order.count { order.removeLast(order.count - limit) }
    return try selected(Selection(order), workers)
  }
}
