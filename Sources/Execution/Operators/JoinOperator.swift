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
  private var stored: [Batch]?

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

  override var pieceCount: Int { stored?.count ?? children[0].pieceCount }

  override func prepare() throws {
    try children[1].prepare()
    let right = children[1]
    let rows = try context.collectOne(right, for: "JOIN")
    let index = try JoinIndex(
      rows, types: right.types, keys: hashKeys.map(\.right),
      hasNullRow: join.kind == .left || join.kind == .full, context.compiler(right.outputs))
    self.index = index
    try narrowLeft(to: rows)
    try children[0].prepare()
    if join.kind == .right || join.kind == .full { stored = try computeAll(index) }
  }

  override func stream(piece: Int) throws -> any BatchStream {
    if let stored {
      return StoredStream([stored[piece]], batchSize: context.options.batchSize)
    }
    guard let index else { return StoredStream([], batchSize: 1) }
    return try JoinStream(
      try children[0].open(piece: piece), probe(index), batchSize: context.options.batchSize,
      cancellation: context.options.cancellation)
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
      guard case .column(let column) = key.left else { continue }
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

  private func computeAll(_ index: JoinIndex) throws -> [Batch] {
    let left = children[0]
    let parts = try context.workers.map(left.pieceCount) {
      [self] piece -> (batches: [Batch], matched: [Bool]) in
      let stream = try JoinStream(
        try left.open(piece: piece), probe(index), batchSize: context.options.batchSize,
        cancellation: context.options.cancellation)
      var batches: [Batch] = []
      while let batch = try stream.next() {
        try context.budget.take(batch.byteCount, for: "JOIN")
        batches.append(batch)
      }
      return (batches, stream.probe.matchedRight)
    }
    var matched = [Bool](repeating: false, count: index.rows.count)
    for part in parts {
      for row in part.matched.indices where part.matched[row] { matched[row] = true }
    }
    let missing = matched.indices.filter { !matched[$0] }.map { UInt32($0) }
    let rest = Batch(
      left.types.map { Column($0, constant: .null, count: missing.count) }
        + index.columns(missing), count: missing.count)
    return parts.flatMap(\.batches) + (missing.isEmpty ? [] : [rest])
  }

  /// NOT IN and IN with more than one equality treat "unknown" pair by pair, so they get no index.
  private var hashKeys: [Join.Equality] {
    let isPairwise =
      (join.kind == .nullAwareAnti || join.kind == .mark && !join.markIsNeverNull)
      && (join.equalities.count > 1 || join.residual != nil)
    return isPairwise ? [] : join.equalities
  }

  private func probe(_ index: JoinIndex) throws -> JoinProbe {
    let both = context.compiler(children[0].outputs + children[1].outputs)
    var condition: Evaluation?
    var possible: Evaluation?
    if hashKeys.isEmpty {
      let equalities = join.equalities.map { Expression.compare(.equal, $0.left, $0.right) }
      let all = equalities + (join.residual.map { [$0] } ?? [])
      condition = all.isEmpty ? nil : try both.compile(.and(all))
      let unknowns =
        equalities.map { Expression.or([$0, .isNull($0)]) }
        + (join.residual.map { [$0] } ?? [])
      if !unknowns.isEmpty { possible = try both.compile(.and(unknowns)) }
    } else {
      condition = try join.residual.map(both.compile)
    }
    return JoinProbe(
      kind: join.kind, markIsNeverNull: join.markIsNeverNull, index: index,
      keys: try context.compiler(children[0].outputs).compile(hashKeys.map(\.left)),
      condition: condition, possible: possible)
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
