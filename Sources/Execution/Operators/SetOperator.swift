import Columns
import Planning

/// INTERSECT and EXCEPT, with ALL or distinct; left rows are kept in order.
final class SetOperator: MaterializedOperator, @unchecked Sendable {
  private let operation: SetOperation
  private let leftPositions: [Int]
  private let rightPositions: [Int]

  init(
    _ operation: SetOperation, left: PhysicalOperator, right: PhysicalOperator,
    _ context: ExecutionContext
  ) throws {
    self.operation = operation
    leftPositions = try left.positions(of: operation.leftInputs)
    rightPositions = try right.positions(of: operation.rightInputs)
    super.init(operation.outputs, children: [left, right], context: context)
  }

  override var name: String { "\(operation.kind)" }

  override func compute() throws -> [Batch] {
    let table = GroupTable(types)
    // How many right rows are left to pair with, by group.
    var available: [Int] = []
    for batch in try rows(of: children[1], rightPositions) {
      let groups = try table.assign(batch.columns, count: batch.count)
      available += [Int](repeating: 0, count: table.count - available.count)
      for group in groups { available[Int(group)] += 1 }
    }
    var isGiven: [Bool] = []
    return try rows(of: children[0], leftPositions).compactMap { batch in
      let groups = try table.assign(batch.columns, count: batch.count)
      available += [Int](repeating: 0, count: table.count - available.count)
      isGiven += [Bool](repeating: false, count: table.count - isGiven.count)
      var kept: [UInt32] = []
      for (row, group) in groups.map(Int.init).enumerated() {
        let isInRight = available[group] > 0
        if operation.isAll {
          if isInRight { available[group] -= 1 }
        } else if isGiven[group] {
          continue
        }
        if isInRight == (operation.kind == .intersect) {
          kept.append(UInt32(row))
          isGiven[group] = true
        }
      }
      return kept.isEmpty ? nil : batch.selected(Selection(kept))
    }
  }

  private func rows(of input: PhysicalOperator, _ positions: [Int]) throws -> [Batch] {
    try context.collect(input, for: "\(operation.kind)").flatMap { $0 }.map { batch in
      Batch(positions.map { batch.columns[$0] }, count: batch.count)
    }
  }
}
