import Columns
import Kernels

/// COALESCE: each operand is asked only for rows that are still NULL.
final class CoalesceEvaluation: Evaluation {
  private let operands: [Evaluation]
  private let areTotal: [Bool]

  init(_ operands: [Evaluation], areTotal: [Bool], type: DataType) {
    self.operands = operands
    self.areTotal = areTotal
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    let first = try operands[0].evaluate(batch)
    if first.hasNoNulls { return first }
    var branches = [UInt32](repeating: 0, count: batch.count)
    var parts = [BranchPart(branch: 0, column: first, isWhole: true)]
    var missing = Selection((0..<UInt32(batch.count)).filter { first.isNull(Int($0)) })
    for position in operands.indices.dropFirst() where missing.count > 0 {
      if areTotal[position] && missing.count * 2 > batch.count {
        let column = try operands[position].evaluate(batch)
        for row in missing.rows { branches[Int(row)] = UInt32(position) }
        parts.append(BranchPart(branch: position, column: column, isWhole: true))
        missing = Selection(missing.rows.filter { column.isNull(Int($0)) })
      } else {
        let column = try operands[position].evaluate(batch.selected(missing))
        let found = missing.rows.indices.filter { !column.isNull($0) }
        if found.isEmpty { continue }
        for offset in found { branches[Int(missing.rows[offset])] = UInt32(position) }
        parts.append(
          BranchPart(
            branch: position,
            column: column.selected(Selection(found.map { UInt32($0) })), isWhole: false))
        missing = Selection(
          missing.rows.indices.filter { column.isNull($0) }.map { missing.rows[$0] })
      }
    }
    if parts.count == 1 { return first }
    return BranchPart.assemble(
      parts, branches: branches, branchCount: operands.count, type: type)
  }
}
