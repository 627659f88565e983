import Delta

/// Which of the rows that a reader hands out, one run after the other, count.
struct LiveRows {
  private let deleted: DeletedRows?
  /// Positions in the file of the rows still to come, the last run first.
  private var runs: [Range<Int>]

  /// - Parameters:
  ///   - rows: what the reader hands out, ascending, counted within its row group.
  ///   - firstRow: the position in the file of the row group's first row.
  init(_ deleted: DeletedRows?, _ rows: [Range<Int>], firstRow: Int) {
    self.deleted = deleted
    runs =
      deleted == nil
      ? [] : rows.reversed().map { $0.lowerBound + firstRow..<$0.upperBound + firstRow }
  }

  /// What remains of the next rows.
  mutating func next(_ count: Int) -> DeletedRows.Remainder {
    guard let deleted else { return .all }
    if let run = runs.last, run.count >= count {
      // Batches of most readers lie within one run.
      advance(count)
      return deleted.remainder(of: run.prefix(count))
    }
    var kept: [UInt32] = []
    var position = 0
    while position < count, let run = runs.last {
      let part = run.prefix(count - position)
      advance(part.count)
      let base = UInt32(position)
      switch deleted.remainder(of: part) {
      case .all: kept += base..<base + UInt32(part.count)
      case .none: break
      case .some(let rows): kept += rows.map { $0 + base }
      }
      position += part.count
    }
    return kept.isEmpty ? .none : .some(kept)
  }

  private mutating func advance(_ count: Int) {
    guard let run = runs.popLast(), run.count > count else { return }
    runs.append(run.lowerBound + count..<run.upperBound)
  }
}
