import Columns
import Planning

/// A join whose right side does not fit into memory.
///
/// Both sides are shared out by a hash of the keys, and each partition is joined on its own; right rows of
/// a partition that are still too many are taken part by part, the left ones passing each part. What comes
/// of it is brought back into the order of the left rows, of which each has its number.
final class SpilledJoin {
  private let join: Join
  private let keys: [Join.Equality]
  private let context: ExecutionContext
  private let leftColumns: [ColumnReference]
  private let rightColumns: [ColumnReference]
  private let leftPieces: Int
  /// Joined rows, behind them the number of the left row.
  private let joined: SortedRuns
  /// Right rows without a match, beside NULLs, behind them their number; for RIGHT and FULL.
  private let rest: SortedRuns
  private var result: SpilledRows?
  private var restResult: SpilledRows?
  private var rightCount = 0
  private var hasRightNull = false

  private static let leftNumber = RowNumber.reference(1)
  private static let rightNumber = RowNumber.reference(2)

  /// - Parameters:
  ///   - keys: the equalities to find matches by; where there are none, all pairs are looked at.
  ///   - left: prepared, as is `right`.
  init(
    _ join: Join, _ keys: [Join.Equality], left: PhysicalOperator, right: StoreOperator,
    _ context: ExecutionContext
  ) throws {
    self.join = join
    self.keys = keys
    self.context = context
    leftColumns = left.outputs + [SpilledJoin.leftNumber]
    rightColumns = right.outputs + [SpilledJoin.rightNumber]
    leftPieces = left.pieceCount
    let rightRows = NumberedOperator(right, SpilledJoin.rightNumber)
    let leftRows = NumberedOperator(left, SpilledJoin.leftNumber)
    // A right row takes about three times its bytes with what finds it.
    let count =
      keys.isEmpty
      ? 1 : PartitionedRows.count(for: right.byteCount * 3, partBytes: context.budget.share)
    let leftTypes = left.types
    let rightTypes = right.types
    let outputs: [DataType] =
      switch join.kind {
      case .inner, .left, .right, .full: leftTypes + rightTypes
      case .semi, .anti, .nullAwareAnti: leftTypes
      case .mark: leftTypes + [.boolean]
      }
    joined = try SortedRuns(
      outputs + [RowNumber.type], keyPosition: outputs.count, expectedRuns: 2 * count, context)
    rest = try SortedRuns(
      leftTypes + rightTypes + [RowNumber.type], keyPosition: leftTypes.count + rightTypes.count,
      expectedRuns: count, context)
    let rights = try PartitionedRows(
      of: rightRows, by: keys.map(\.right), partitionCount: count, context)
    let lefts = try PartitionedRows(
      of: leftRows, by: keys.map(\.left), partitionCount: count, context)
    rightCount = rights.rows.rowCount
    var partitions: [LeftRows] = []
    for partition in 0..<count {
      let rows = LeftRows(
        lefts.reader(partition, leftColumns, context),
        count: lefts.rows.rowCount(piece: lefts.rows.pieces[partition]))
      try joinPartition(rows, rights.rows, rights.rows.pieces[partition])
      partitions.append(rows)
    }
    for rows in partitions { try finish(rows) }
    result = try joined.byPiece(count: leftPieces)
    if join.kind == .right || join.kind == .full { restResult = try rest.inOnePiece() }
  }

  var pieceCount: Int { leftPieces + (restResult?.pieceCount ?? 0) }

  func stream(piece: Int) -> any BatchStream {
    guard let result else { return StoredStream([], batchSize: 1) }
    let size = context.options.batchSize
    let rows =
      piece < leftPieces
      ? result.stream(piece: piece, batchSize: size)
      : restResult?.stream(piece: piece - leftPieces, batchSize: size)
    return MappedStream(rows ?? StoredStream([], batchSize: 1)) { batch in
      Batch(Array(batch.columns.dropLast()), count: batch.count)
    }
  }

  /// The left rows of a partition, and what is known of them after some of the right rows.
  private final class LeftRows {
    let rows: PhysicalOperator
    /// Whether a row has a match.
    var found: [Bool]
    /// Whether it could have one if its NULLs, or those of the right rows, were other values.
    var possible: [Bool]

    init(_ rows: PhysicalOperator, count: Int) {
      self.rows = rows
      found = [Bool](repeating: false, count: count)
      possible = found
    }

    /// Calls `body` with all batches and the place of the first row of each.
    func forEach(
      _ cancellation: CancellationToken, _ body: (_ batch: Batch, _ start: Int) throws -> Void
    ) throws {
      var start = 0
      for piece in 0..<rows.pieceCount {
        let stream = try rows.open(piece: piece)
        while let batch = try stream.next() {
          try cancellation.check()
          try body(batch, start)
          start += batch.count
        }
      }
    }
  }

  private func joinPartition(
    _ left: LeftRows, _ right: SpilledRows, _ blocks: [SpilledRows.Block]
  ) throws {
    var next = 0
    repeat {
      var parts: [Batch] = []
      var bytes = 0
      while next < blocks.count, parts.isEmpty || bytes < context.budget.share / 3 {
        let batch = try right.read(blocks[next])
        parts.append(batch)
        bytes += batch.flatByteCount
        next += 1
      }
      let rows = Batch.concatenated(parts, types: right.types)
      let index = try JoinIndex(
        rows, types: right.types, keys: keys, hasNullRow: false,
        context.compiler(rightColumns), context.options.cancellation)
      hasRightNull = hasRightNull || index.hasNullKey
      let probe = try JoinProbe(
        join, keys, left: leftColumns, right: rightColumns, index, context)
      joined.beginRun()
      try left.forEach(context.options.cancellation) { batch, start in
        try probe.begin(batch)
        var row = 0
        while row < batch.count {
          try context.options.cancellation.check()
          let end = probe.end(of: row, count: batch.count, joinedRows: 8192)
          try join(row..<end, of: batch, start, left, probe, index)
          row = end
        }
      }
      try addRest(of: index, probe.matchedRight)
    } while next < blocks.count
  }

  private func join(
    _ rows: Range<Int>, of batch: Batch, _ start: Int, _ left: LeftRows, _ probe: JoinProbe,
    _ index: JoinIndex
  ) throws {
    switch join.kind {
    case .inner, .left, .right, .full:
      let pairs = try probe.matchingPairs(rows)
      for row in pairs.left { left.found[start + Int(row)] = true }
      let all = pairs.joined(batch, index)
      let number = all.columns[leftColumns.count - 1]
      var columns = all.columns
      columns.removeLast()
      columns.remove(at: leftColumns.count - 1)
      try joined.append(Batch(columns + [number], count: all.count))
    case .semi, .anti, .nullAwareAnti, .mark:
      let found = try probe.hasMatch(rows)
      for (offset, isFound) in found.enumerated() where isFound {
        left.found[start + rows.lowerBound + offset] = true
      }
      guard join.kind == .nullAwareAnti || join.kind == .mark && !join.markIsNeverNull else {
        return
      }
      let possible =
        keys.isEmpty ? try probe.mayMatch(rows) : rows.map { probe.hasNullKey[$0] }
      for (offset, isPossible) in possible.enumerated() where isPossible {
        left.possible[start + rows.lowerBound + offset] = true
      }
    }
  }

  private func addRest(of index: JoinIndex, _ matched: [Bool]) throws {
    guard join.kind == .right || join.kind == .full else { return }
    let missing = matched.indices.filter { !matched[$0] }.map { UInt32($0) }
    rest.beginRun()
    let nulls = leftColumns.dropLast().map {
      Column($0.type, constant: .null, count: missing.count)
    }
    try rest.append(Batch(nulls + index.columns(missing), count: missing.count))
  }

  /// Gives out the left rows of which all right rows had to be known.
  private func finish(_ left: LeftRows) throws {
    guard join.kind != .inner && join.kind != .right else { return }
    joined.beginRun()
    try left.forEach(context.options.cancellation) { batch, start in
      let places = 0..<batch.count
      let found = places.map { left.found[start + $0] }
      let possible = places.map { mayMatch(left, start + $0) }
      func selected(_ isWanted: (Int) -> Bool) -> Batch {
        batch.selected(Selection(places.filter(isWanted).map { UInt32($0) }))
      }
      switch join.kind {
      case .inner, .right: break
      case .semi: try joined.append(selected { found[$0] })
      case .anti: try joined.append(selected { !found[$0] })
      case .nullAwareAnti: try joined.append(selected { !possible[$0] })
      case .left, .full:
        let rows = selected { !found[$0] }
        let nulls = rightColumns.dropLast().map {
          Column($0.type, constant: .null, count: rows.count)
        }
        try joined.append(insert(nulls, into: rows))
      case .mark:
        let validity =
          join.markIsNeverNull
          ? Validity.allPresent : Validity(checking: places.map { found[$0] || !possible[$0] })
        try joined.append(insert([Column(.boolean, .boolean(found), validity)], into: batch))
      }
    }
  }

  private func mayMatch(_ left: LeftRows, _ row: Int) -> Bool {
    if keys.isEmpty { return left.possible[row] }
    return rightCount > 0 && (left.found[row] || left.possible[row] || hasRightNull)
  }

  /// Columns before the last, which is the number.
  private func insert(_ columns: [Column], into batch: Batch) -> Batch {
    var all = batch.columns
    all.insert(contentsOf: columns, at: all.count - 1)
    return Batch(all, count: batch.count)
  }
}
