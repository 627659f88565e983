import Columns
import Kernels

/// AND and OR. Operands that may fail, or that come when few rows are still undecided, are asked only
/// for the undecided rows, so that `b <> 0 AND a / b > 1` does not divide by zero.
final class LogicEvaluation: Evaluation {
  enum Connective { case and, or }

  private let connective: Connective
  private let operands: [Evaluation]
  private let areTotal: [Bool]

  init(_ connective: Connective, _ operands: [Evaluation], areTotal: [Bool]) {
    self.connective = connective
    self.operands = operands
    self.areTotal = areTotal
    super.init(.boolean)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    var result = try operands[0].evaluate(batch)
    for position in operands.indices.dropFirst() {
      if areTotal[position] {
        if isDecided(result) { return result }
        result = combine(result, try operands[position].evaluate(batch))
        continue
      }
      let undecided = undecidedRows(result)
      if undecided.count == 0 { return result }
      if undecided.count == batch.count {
        result = combine(result, try operands[position].evaluate(batch))
        continue
      }
      let part = try operands[position].evaluate(batch.selected(undecided))
      let neutral = Column(.boolean, constant: .boolean(connective == .and), count: 1)
      var index = [UInt32](repeating: 0, count: batch.count)
      for (offset, row) in undecided.rows.enumerated() { index[Int(row)] = UInt32(offset + 1) }
      let scattered = Column.concatenated([neutral, part.flattened()], type: .boolean)
        .selected(Selection(index))
      result = combine(result, scattered)
    }
    return result
  }

  private func combine(_ a: Column, _ b: Column) -> Column {
    switch connective {
    case .and: Logic.and([a, b])
    case .or: Logic.or([a, b])
    }
  }

  private func isDecided(_ column: Column) -> Bool {
    guard case .constant(.boolean(let value)) = column.form else { return false }
    return value == (connective == .or)
  }

  /// Rows that are not yet false (AND) or true (OR).
  private func undecidedRows(_ column: Column) -> Selection {
    let decided = Selecting.trueRows(connective == .or ? column : Logic.not(column))
    if decided.count == 0 { return Selection(all: column.count) }
    var rows: [UInt32] = []
    rows.reserveCapacity(column.count - decided.count)
    var next = 0
    for row in 0..<UInt32(column.count) {
      if next < decided.count, decided.rows[next] == row {
        next += 1
      } else {
        rows.append(row)
      }
    }
    return Selection(rows)
  }
}
