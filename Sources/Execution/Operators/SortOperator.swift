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

  override func compute() throws -> [Batch] {
    let rows = try context.collectOne(children[0], for: "ORDER BY")
    return [try rows.sorted(by: keys, context.compiler(outputs))]
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

  override func compute() throws -> [Batch] {
    if count == 0 { return [] }
    let input = children[0]
    let limit = offset + count
    let tops = try context.workers.map(input.pieceCount) { [keys, context] piece in
      var top = TopRows(keys, limit: limit, types: input.types, context.compiler(input.outputs))
      let stream = try input.open(piece: piece)
      while let batch = try stream.next() {
        try context.options.cancellation.check()
        try top.add(batch)
      }
      return try top.finish()
    }
    let all = Batch.concatenated(tops.filter { $0.count > 0 }, types: types)
    guard all.count > offset else { return [] }
    let sorted = try all.sorted(by: keys, context.compiler(outputs), limit: limit)
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
  private var rows: [Batch] = []
  private var rowCount = 0
  /// The first key of the last row that is still in, as a rank; rows beyond it cannot come in.
  private var bound: UInt64?

  init(_ keys: [SortKey], limit: Int, types: [DataType], _ compiler: ExpressionCompiler) {
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
    if rowCount >= max(16_384, limit * 3) { try compact() }
  }

  mutating func finish() throws -> Batch {
    try compact()
    return rows.first ?? Batch(types.map { Column($0, values: []) }, count: 0)
  }

  private mutating func compact() throws {
    if rows.isEmpty { return }
    let sorted = try Batch.concatenated(rows, types: types)
      .sorted(by: keys, compiler, limit: limit)
    rows = [sorted]
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
    switch column.flatValues {
    case .int64(let values):
      return values.map { value in
        let rank = UInt64(bitPattern: value) ^ (1 << 63)
        return key.isDescending ? ~rank : rank
      }
    case .double(let values):
      return values.map { key.isDescending ? ~SortRank.ordered($0) : SortRank.ordered($0) }
    case .boolean, .decimal, .text, .array, .map, .row: return nil
    }
  }
}

extension Batch {
  /// The rows in order, only the first `limit` of them where given.
  func sorted(by keys: [SortKey], _ compiler: ExpressionCompiler, limit: Int? = nil) throws -> Batch
  {
    if count == 0 { return self }
    let columns = try keys.map { try compiler.compile($0.expression).evaluate(self) }
    var order = SortOrder(columns: columns, keys: keys, count: count).permutation()
    if let limit, limit < order.count { order.removeLast(order.count - limit) }
    return selected(Selection(order))
  }
}
