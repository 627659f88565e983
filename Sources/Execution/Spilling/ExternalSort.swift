import Columns
import Planning

/// Sorts more rows than fit into memory: parts are sorted and put aside, then merged.
///
/// Ties keep their order, as parts are cut from the rows in order and merged with the earlier part first.
struct ExternalSort {
  /// Runs that are merged at a time.
  private static let fanIn = 32

  private let keys: [SortKey]
  private let types: [DataType]
  private let compiler: ExpressionCompiler
  private let context: ExecutionContext
  private var held: [Batch] = []
  private var heldBytes = 0
  /// A run a piece; the key is the last column.
  private var runs: SpilledRows
  private var runCount = 0

  init(
    _ keys: [SortKey], _ columns: [ColumnReference], _ context: ExecutionContext
  ) throws {
    self.keys = keys
    types = columns.map(\.type)
    compiler = context.compiler(columns)
    self.context = context
    runs = try SpilledRows(types + [.varbinary], context)
  }

  mutating func add(_ batch: Batch) throws {
    held.append(batch)
    heldBytes += batch.flatByteCount
    if heldBytes > context.budget.share / 4 { try sortHeld() }
  }

  private mutating func sortHeld() throws {
    guard !held.isEmpty else { return }
    let rows = Batch.concatenated(held, types: types)
    held = []
    heldBytes = 0
    let columns = try keys.map { try compiler.compile($0.expression).evaluate(rows) }
    let order = Selection(
      try SortOrder(columns: columns, keys: keys, count: rows.count, context.workers)
        .permutation(context.workers))
    let sorted = try rows.selected(order, context.workers)
    let sortedKeys = columns.map { $0.selected(order) }
    let step = context.budget.blockRows(of: rows, runs: ExternalSort.fanIn)
    for start in stride(from: 0, to: rows.count, by: step) {
      try context.options.cancellation.check()
      let range = start..<min(start + step, rows.count)
      let key = SortKeyBytes.column(
        sortedKeys.map { $0.sliced(range) }, keys, count: range.count)
      try runs.append(
        Batch(sorted.sliced(range).columns + [key], count: range.count), piece: runCount)
    }
    runCount += 1
  }

  /// All rows in order, only the first `limit` of them where given.
  mutating func finish(limit: Int? = nil) throws -> SpilledRows {
    try sortHeld()
    while runCount > ExternalSort.fanIn { try mergeSome() }
    let result = try SpilledResult(types, context)
    let merge = try merge(0..<runCount)
    var left = limit ?? Int.max
    while left > 0, let batch = try merge.next() {
      let part = batch.sliced(0..<min(left, batch.count))
      left -= part.count
      try result.append(Batch(Array(part.columns.dropLast()), count: part.count))
    }
    return result.rows
  }

  private func merge(_ range: Range<Int>) throws -> RunMerge {
    try RunMerge(
      range.map { runs.stream(piece: $0, batchSize: 8192) }, types: types + [.varbinary],
      keyPosition: types.count, context.options.cancellation)
  }

  /// Makes fewer and longer runs.
  private mutating func mergeSome() throws {
    let longer = try SpilledRows(types + [.varbinary], context)
    var count = 0
    for start in stride(from: 0, to: runCount, by: ExternalSort.fanIn) {
      let merge = try merge(start..<min(start + ExternalSort.fanIn, runCount))
      while let batch = try merge.next() { try longer.append(batch, piece: count) }
      count += 1
    }
    runs = longer
    runCount = count
  }
}
