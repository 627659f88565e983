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

  override func computeRows() throws -> Rows {
    let left = try side(children[0], operation.leftInputs)
    let right = try side(children[1], operation.rightInputs)
    if let leftRows = left.batchesInMemory, let rightRows = right.batchesInMemory {
      let used = context.budget.used
      do {
        var pairing = Pairing(operation, types)
        for batch in rightRows { try pairing.addRight(batch, context.budget) }
        var kept: [Batch] = []
        for batch in leftRows { kept.append(try pairing.keptLeft(batch, context.budget)) }
        context.budget.reset(to: used)
        return .memory([Batch.concatenated(kept.filter { $0.count > 0 }, types: types)])
      } catch let error as ExecutionError where error.isOutOfMemory {
        context.budget.reset(to: used)
      }
    }
    return .spilled(try spilled(left, right))
  }

  /// One side's columns in the order of the outputs.
  private func side(_ input: PhysicalOperator, _ columns: [ColumnReference]) throws -> RowStore {
    let positions = try input.positions(of: columns)
    let picked = StreamOperator(outputs, pieceCount: input.pieceCount) { piece in
      MappedStream(try input.open(piece: piece)) { batch in
        Batch(positions.map { batch.columns[$0] }, count: batch.count)
      }
    }
    return try RowStore(of: picked, context)
  }

  /// Equal rows of both sides are in one partition, so that each can be looked at on its own.
  private func spilled(_ left: RowStore, _ right: RowStore) throws -> SpilledRows {
    let number = RowNumber.reference(0)
    let columns = outputs.map(Expression.column)
    let bytes = left.byteCount + right.byteCount
    let count = PartitionedRows.count(for: bytes * 4, partBytes: context.budget.share)
    let rights = try PartitionedRows(
      of: StoreOperator(outputs, right), by: columns, partitionCount: count, context)
    let lefts = try PartitionedRows(
      of: NumberedOperator(StoreOperator(outputs, left), number), by: columns,
      partitionCount: count, context)
    let kept = try SortedRuns(
      lefts.rows.types, keyPosition: types.count, expectedRuns: count, context)
    for partition in 0..<count {
      var pairing = Pairing(operation, types)
      kept.beginRun()
      for block in rights.rows.pieces[partition] {
        try context.options.cancellation.check()
        try pairing.addRight(rights.rows.read(block), nil)
      }
      for block in lefts.rows.pieces[partition] {
        try context.options.cancellation.check()
        try kept.append(pairing.keptLeft(lefts.rows.read(block), nil))
      }
    }
    let result = try SpilledResult(types, context)
    let merge = try kept.merged()
    while let batch = try merge.next() {
      try result.append(Batch(Array(batch.columns.dropLast()), count: batch.count))
    }
    return result.rows
  }

  /// Which left rows are kept, after all right rows are known.
  private struct Pairing {
    let operation: SetOperation
    let columnCount: Int
    let table: GroupTable
    /// How many right rows are left to pair with, by group.
    var available: [Int] = []
    var isGiven: [Bool] = []
    var accounted = 0

    init(_ operation: SetOperation, _ types: [DataType]) {
      self.operation = operation
      columnCount = types.count
      table = GroupTable(types)
    }

    private mutating func groups(of batch: Batch, _ budget: MemoryBudget?) throws -> [UInt32] {
      let groups = try table.assign(Array(batch.columns.prefix(columnCount)), count: batch.count)
      available += [Int](repeating: 0, count: table.count - available.count)
      let bytes = table.byteCount + available.count * 16
      if let budget, bytes > accounted {
        try budget.take(bytes - accounted, for: "\(operation.kind)")
        accounted = bytes
      }
      return groups
    }

    mutating func addRight(_ batch: Batch, _ budget: MemoryBudget?) throws {
      for group in try groups(of: batch, budget) { available[Int(group)] += 1 }
    }

    mutating func keptLeft(_ batch: Batch, _ budget: MemoryBudget?) throws -> Batch {
      let groups = try groups(of: batch, budget)
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
      return batch.selected(Selection(kept))
    }
  }
}
