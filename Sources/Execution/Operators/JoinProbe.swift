import Columns
import Kernels
import Planning

/// Joins left rows with an index; belongs to one stream.
final class JoinProbe {
  private let kind: Join.Kind
  private let markIsNeverNull: Bool
  private let index: JoinIndex
  private let keys: [Evaluation]
  /// What a pair must satisfy beside equal keys.
  private let condition: Evaluation?
  /// As `condition`, but where an equality is unknown it passes (NOT IN, IN as a value).
  private let possible: Evaluation?
  private var memos: [DictionaryMemo]
  private var batch = Batch([], count: 0)
  /// The key number of each row of the batch.
  private var numbers: [UInt32] = []
  /// Whether a row of the batch has NULL in a key; for NOT IN and IN.
  private(set) var hasNullKey: [Bool] = []
  /// Right rows that had a match, for RIGHT and FULL.
  private(set) var matchedRight: [Bool] = []

  init(
    kind: Join.Kind, markIsNeverNull: Bool, index: JoinIndex, keys: [Evaluation],
    condition: Evaluation?,
    possible: Evaluation?
  ) {
    self.kind = kind
    self.markIsNeverNull = markIsNeverNull
    self.index = index
    self.keys = keys
    self.condition = condition
    self.possible = possible
    memos = index.newMemos()
    if kind == .right || kind == .full {
      matchedRight = [Bool](repeating: false, count: index.rows.count)
    }
  }

  func begin(_ batch: Batch) throws {
    self.batch = batch
    guard !keys.isEmpty else { return }
    let columns = try keys.map { try $0.evaluate(batch) }
    numbers = index.find(columns, memos: &memos, count: batch.count)
    if kind == .nullAwareAnti || kind == .mark {
      hasNullKey = (0..<batch.count).map { row in columns.contains { $0.isNull(row) } }
    }
  }

  /// The end of the left rows from `start` whose joined rows are about so many.
  func end(of start: Int, count: Int, joinedRows: Int) -> Int {
    if keys.isEmpty {
      return min(count, start + max(1, joinedRows / max(1, index.rows.count)))
    }
    var total = 0
    var row = start
    while row < count, total < joinedRows {
      total += max(1, index.matches(numbers[row]).count)
      row += 1
    }
    return row
  }

  func join(_ rows: Range<Int>) throws -> Batch {
    switch kind {
    case .inner, .right:
      let pairs = try matchingPairs(rows)
      return pairs.joined(batch, index)
    case .left, .full:
      let pairs = try matchingPairs(rows).withUnmatched(rows, nullRow: index.nullRow)
      return pairs.joined(batch, index)
    case .semi: return try matched(rows) { $0 }
    case .anti: return try matched(rows) { !$0 }
    case .nullAwareAnti: return try nullAwareAnti(rows)
    case .mark: return try mark(rows)
    }
  }

  /// Left and right rows that match, in order.
  func matchingPairs(_ rows: Range<Int>) throws -> JoinPairs {
    let pairs = try candidates(rows).satisfying(condition, batch, index)
    if !matchedRight.isEmpty {
      for row in pairs.right { matchedRight[Int(row)] = true }
    }
    return pairs
  }

  /// Pairs with equal keys; all pairs where there are no keys.
  private func candidates(_ rows: Range<Int>) -> JoinPairs {
    var pairs = JoinPairs()
    if keys.isEmpty {
      let all = 0..<index.nullRow
      for row in rows {
        for right in all {
          pairs.left.append(UInt32(row))
          pairs.right.append(right)
        }
      }
      return pairs
    }
    pairs.left.reserveCapacity(rows.count)
    pairs.right.reserveCapacity(rows.count)
    for row in rows {
      for right in index.matches(numbers[row]) {
        pairs.left.append(UInt32(row))
        pairs.right.append(right)
      }
    }
    return pairs
  }

  /// Whether each row has a match.
  func hasMatch(_ rows: Range<Int>) throws -> [Bool] {
    if !keys.isEmpty, condition == nil { return rows.map { index.hasMatch(numbers[$0]) } }
    var found = [Bool](repeating: false, count: rows.count)
    if keys.isEmpty, condition == nil {
      return [Bool](repeating: index.rows.count > 0, count: rows.count)
    }
    for row in try matchingPairs(rows).left { found[Int(row) - rows.lowerBound] = true }
    return found
  }

  private func matched(_ rows: Range<Int>, keep: (Bool) -> Bool) throws -> Batch {
    let found = try hasMatch(rows)
    return batch.selected(
      Selection(found.indices.filter { keep(found[$0]) }.map { UInt32($0 + rows.lowerBound) }))
  }

  /// Whether a pair could match if its NULLs were other values.
  func mayMatch(_ rows: Range<Int>) throws -> [Bool] {
    if !keys.isEmpty {
      return rows.map { row in
        index.rows.count > 0
          && (index.hasMatch(numbers[row]) || hasNullKey[row] || index.hasNullKey)
      }
    }
    var found = [Bool](repeating: false, count: rows.count)
    for row in try candidates(rows).satisfying(possible, batch, index).left {
      found[Int(row) - rows.lowerBound] = true
    }
    return found
  }

  private func nullAwareAnti(_ rows: Range<Int>) throws -> Batch {
    let may = try mayMatch(rows)
    return batch.selected(
      Selection(may.indices.filter { !may[$0] }.map { UInt32($0 + rows.lowerBound) }))
  }

  private func mark(_ rows: Range<Int>) throws -> Batch {
    let found = try hasMatch(rows)
    if markIsNeverNull {
      let marks = Column(.boolean, .boolean(found))
      return Batch(batch.sliced(rows).columns + [marks], count: rows.count)
    }
    let may = try mayMatch(rows)
    let marks = Column(
      .boolean, .boolean(found),
      Validity(checking: found.indices.map { found[$0] || !may[$0] }))
    return Batch(batch.sliced(rows).columns + [marks], count: rows.count)
  }
}

/// Left rows of a batch, each with a right row.
struct JoinPairs {
  var left: [UInt32] = []
  var right: [UInt32] = []

  func joined(_ batch: Batch, _ index: JoinIndex) -> Batch {
    let selection = Selection(left)
    return Batch(
      batch.columns.map { $0.selected(selection) } + index.columns(right), count: left.count)
  }

  func satisfying(_ condition: Evaluation?, _ batch: Batch, _ index: JoinIndex) throws -> JoinPairs
  {
    guard let condition, !left.isEmpty else { return self }
    let hits = Selecting.trueRows(try condition.evaluate(joined(batch, index)))
    if hits.count == left.count { return self }
    return JoinPairs(
      left: hits.rows.map { left[Int($0)] }, right: hits.rows.map { right[Int($0)] })
  }

  /// These pairs and, in their place, the left rows without one.
  func withUnmatched(_ rows: Range<Int>, nullRow: UInt32) -> JoinPairs {
    var all = JoinPairs()
    var next = 0
    for row in rows {
      let before = next
      while next < left.count, left[next] == UInt32(row) {
        all.left.append(left[next])
        all.right.append(right[next])
        next += 1
      }
      if next == before {
        all.left.append(UInt32(row))
        all.right.append(nullRow)
      }
    }
    return all
  }
}
