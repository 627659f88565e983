import Columns
import Planning

/// WITH RECURSIVE: the base, then the step over the rows of the last step until it gives none.
final class RecursiveOperator: MaterializedOperator, @unchecked Sendable {
  /// More steps than any sensible query takes; a query that does not end is stopped here.
  private static let maximumSteps = 10_000

  private let recursion: Recursion
  private let recursions: [Int: StoredRows]

  init(
    _ recursion: Recursion, base: PhysicalOperator, _ context: ExecutionContext,
    recursions: [Int: StoredRows]
  ) {
    self.recursion = recursion
    self.recursions = recursions
    super.init(recursion.outputs, children: [base], context: context)
  }

  override var name: String { "Recursive" }

  override func compute() throws -> [Batch] {
    let last = StoredRows()
    var known = recursions
    known[recursion.id] = last
    let seen = recursion.isDistinct ? GroupTable(types) : nil
    var rows = try pick(children[0], recursion.baseColumns, unseenBy: seen)
    var result = rows
    var step = 0
    while !rows.isEmpty {
      try context.options.cancellation.check()
      step += 1
      if step > Self.maximumSteps {
        throw ExecutionError(
          "the recursive query did not end after \(Self.maximumSteps) steps; "
            + "give its step a condition that fails at last")
      }
      last.batches = rows
      let plan = try PhysicalPlanner(context, recursions: known).plan(recursion.step)
      try plan.prepare()
      rows = try pick(plan, recursion.stepColumns, unseenBy: seen)
      result += rows
    }
    return result.isEmpty ? [] : [Batch.concatenated(result, types: types)]
  }

  private func pick(
    _ input: PhysicalOperator, _ columns: [ColumnReference], unseenBy seen: GroupTable?
  ) throws -> [Batch] {
    let positions = try input.positions(of: columns)
    let batches = try context.collect(input, for: "a recursive query").flatMap { $0 }
      .map { batch in Batch(positions.map { batch.columns[$0] }, count: batch.count) }
    guard let seen else { return batches }
    return try batches.map { try $0.selected(seen.newRows($0)) }.filter { $0.count > 0 }
  }
}

extension GroupTable {
  /// The first row of each combination that was not there before; it is from now on.
  func newRows(_ batch: Batch) throws -> Selection {
    var next = UInt32(count)
    var rows: [UInt32] = []
    for (row, group) in try assign(batch.columns, count: batch.count).enumerated()
    where group == next {
      rows.append(UInt32(row))
      next += 1
    }
    return Selection(rows)
  }
}
