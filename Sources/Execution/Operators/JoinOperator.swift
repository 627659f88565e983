import Columns
import Kernels
import Planning
import SQL
import Synchronization

/// Joins: the right side is indexed by its keys, then the left side streams past it, piece by piece.
///
/// Joined rows come in the order of the left side, and for one left row in the order of the right side.
/// RIGHT and FULL joins first give all rows with a left side, then the right rows without.
final class JoinOperator: PhysicalOperator, @unchecked Sendable {
  private let join: Join
  private let context: ExecutionContext
  private var index: JoinIndex?
  /// For RIGHT and FULL joins: everything, computed at once, because the last rows depend on all.
  private var stored: RowStore?
  /// Where the right side does not fit into memory: everything.
  private var spilled: SpilledJoin?

  init(
    _ join: Join, left: PhysicalOperator, right: PhysicalOperator, outputs: [ColumnReference],
    _ context: ExecutionContext
  ) {
    self.join = join
    self.context = context
    super.init(outputs, children: [left, right])
  }

  override var name: String {
    (join.equalities.isEmpty ? "NestedLoopJoin " : "HashJoin ") + "\(join.kind)"
  }

  override var pieceCount: Int {
    spilled?.pieceCount ?? stored?.pieceCount ?? children[0].pieceCount
  }

  /// The right rows, beside them their dictionaries with a row without a match, and tables of keys.
  private static let cost = RowStore.Cost(factor: 3, perRow: 40, isJoined: true)

  override func prepare() throws {
    try children[1].prepare()
    let right = children[1]
    let store = try RowStore(of: right, context, cost: JoinOperator.cost)
    guard let (rows, _) = store.takeBatch() else {
      try children[0].prepare()
      spilled = try SpilledJoin(
        join, hashKeys, left: children[0], right: StoreOperator(right.outputs, store), context)
      return
    }
    let index = try JoinIndex(
      rows, types: right.types, keys: hashKeys,
      hasNullRow: join.kind == .left || join.kind == .full, context.compiler(right.outputs),
      context.options.cancellation)
    self.index = index
    try narrowLeft(to: rows)
    try children[0].prepare()
    if join.kind == .right || join.kind == .full { stored = try computeAll(index) }
  }

  override func stream(piece: Int) throws -> any BatchStream {
    if let spilled { return spilled.stream(piece: piece) }
    if let stored { return stored.stream(piece: piece) }
    guard let index else { return StoredStream([], batchSize: 1) }
    return try joinStream(index, piece)
  }

  private func joinStream(_ index: JoinIndex, _ piece: Int) throws -> JoinStream {
    JoinStream(
      try children[0].open(piece: piece),
      try JoinProbe(
        join, hashKeys, left: children[0].outputs, right: children[1].outputs, index, context),
      batchSize: context.options.batchSize, cancellation: context.options.cancellation)
  }

  /// Where only left rows with a match are of use and few keys are there to match, the left side learns
  /// of them: its scan leaves out files, row groups and pages, and reads the other columns of few rows.
  private func narrowLeft(to rows: Batch) throws {
    switch join.kind {
    case .inner, .semi, .right: break
    case .left, .full, .anti, .nullAwareAnti, .mark: return
    }
    guard rows.count <= JoinOperator.narrowingRows else { return }
    let compiler = context.compiler(children[1].outputs)
    for key in hashKeys {
      guard !key.isNullSafe, case .column(let column) = key.left else { continue }
      switch column.type.physical {
      case .text, .int64: break
      // Their equality has finer points than membership in a list.
      case .boolean, .double, .decimal, .array, .map, .row: continue
      }
      let values = try compiler.compile(key.right).evaluate(rows).allValues()
      let distinct = Set(values.filter { !$0.isNull })
      guard (1...JoinOperator.narrowingValues).contains(distinct.count) else { continue }
      children[0].narrow(by: .inValues(key.left, Array(distinct), containsNull: false))
    }
  }

  private static let narrowingRows = 4096
  private static let narrowingValues = 256

  override func narrow(by condition: Expression) {
    switch join.kind {
    case .inner, .left, .semi, .anti, .nullAwareAnti, .mark: break
    // A right row without its match would come with NULLs instead.
    case .right, .full: return
    }
    let left = Set(children[0].outputs.map(\.id))
    guard condition.inputs.allSatisfy({ left.contains($0.id) }) else { return }
    children[0].narrow(by: condition)
  }

  private func computeAll(_ index: JoinIndex) throws -> RowStore {
    let left = children[0]
    let matches = MatchedRows(count: index.rows.count)
    let all = StreamOperator(outputs, pieceCount: left.pieceCount) { [self] piece in
      MatchingStream(try joinStream(index, piece), matches)
    }
    let store = try RowStore(of: all, context)
    let missing = matches.missing
    if missing.isEmpty { return store }
    let rest = Batch(
      left.types.map { Column($0, constant: .null, count: missing.count) }
        + index.columns(missing), count: missing.count)
    try store.append(rest, piece: left.pieceCount)
    return store
  }

  /// NOT IN and IN with more than one equality treat "unknown" pair by pair, so they get no index; neither
  /// do values in which a NULL may stand.
  private var hashKeys: [Join.Equality] {
    let tellsUnknown =
      join.kind == .nullAwareAnti || join.kind == .mark && !join.markIsNeverNull
    let isPairwise =
      tellsUnknown
      && (join.equalities.count > 1 || join.residual != nil
        || join.equalities.contains { $0.left.type.isNested })
    return isPairwise ? [] : join.equalities
  }
}

extension JoinProbe {
  /// - Parameters:
  ///   - keys: the equalities that the index is for; all if it is for none are conditions of a pair.
  ///   - left: the columns of the batches that are joined.
  ///   - right: the columns of the index.
  convenience init(
    _ join: Join, _ keys: [Join.Equality], left: [ColumnReference], right: [ColumnReference],
    _ index: JoinIndex, _ context: ExecutionContext
  ) throws {
    let both = context.compiler(left + right)
    var condition: Evaluation?
    var possible: Evaluation?
    if keys.isEmpty {
      let equalities = join.equalities.map(\.condition)
      let all = equalities + (join.residual.map { [$0] } ?? [])
      condition = all.isEmpty ? nil : try both.compile(.and(all))
      let unknowns =
        equalities.map { Expression.or([$0, .isNull($0)]) }
        + (join.residual.map { [$0] } ?? [])
      if !unknowns.isEmpty { possible = try both.compile(.and(unknowns)) }
    } else {
      condition = try join.residual.map(both.compile)
    }
    self.init(
      kind: join.kind, markIsNeverNull: join.markIsNeverNull, index: index,
      keys: try context.compiler(left).compile(keys.map(\.left)),
      condition: condition, possible: possible)
  }
}

/// Which right rows have found a match, over all threads.
private final class MatchedRows: Sendable {
  private let rows: Mutex<[Bool]>

  init(count: Int) {
    rows = Mutex([Bool](repeating: false, count: count))
  }

  func add(_ matched: [Bool]) {
    rows.withLock { rows in
      for row in matched.indices where matched[row] { rows[row] = true }
    }
  }

  var missing: [UInt32] {
    rows.withLock { rows in rows.indices.filter { !rows[$0] }.map { UInt32($0) } }
  }
}

/// Tells at its end which right rows have found a match.
private final class MatchingStream: BatchStream {
  private let inner: JoinStream
  private let matches: MatchedRows

  init(_ inner: JoinStream, _ matches: MatchedRows) {
    self.inner = inner
    self.matches = matches
  }

  func next() throws -> Batch? {
    if let batch = try inner.next() { return batch }
    matches.add(inner.probe.matchedRight)
    return nil
  }
}

/// Feeds left batches to the probe in parts small enough for their joined rows.
private final class JoinStream: BatchStream {
  let probe: JoinProbe
  private let left: any BatchStream
  private let batchSize: Int
  private let cancellation: CancellationToken
  private var batch: Batch?
  private var row = 0

  init(
    _ left: any BatchStream, _ probe: JoinProbe, batchSize: Int, cancellation: CancellationToken
  ) {
    self.left = left
    self.probe = probe
    self.batchSize = batchSize
    self.cancellation = cancellation
  }

  func next() throws -> Batch? {
    while true {
      try cancellation.check()
      if batch == nil {
        guard let next = try left.next() else { return nil }
        try probe.begin(next)
        batch = next
        row = 0
      }
      guard let current = batch else { return nil }
      let end = probe.end(of: row, count: current.count, joinedRows: max(batchSize, 8192))
      let result = try probe.join(row..<end)
      row = end
      if end == current.count { batch = nil }
      if result.count > 0 { return result }
    }
  }
}
