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

  /// The rows of each step are in memory while the next is computed; those of all steps go to a temporary
  /// file where they do not fit.
  override func computeRows() throws -> Rows {
    let last = StoredRows()
    var known = recursions
    known[recursion.id] = last
    let seen = recursion.isDistinct ? GroupTable(types) : nil
    let result = GrowingRows(types, context)
    var before = context.budget.used
    var rows = try pick(children[0], recursion.baseColumns, unseenBy: seen)
    var step = 0
    while !rows.isEmpty {
      try context.options.cancellation.check()
      step += 1
      if step > Self.maximumSteps {
        throw ExecutionError(
          "the recursive query did not end after \(Self.maximumSteps) steps; "
            + "give its step a condition that fails at last")
      }
      // What computing the rows took is given back; they and the keys of all rows so far are held.
      context.budget.reset(to: before)
      try result.append(rows)
      let bytes = rows.reduce(seen?.byteCount ?? 0) { $0 + $1.byteCount }
      before = context.budget.used
      try context.budget.take(bytes, for: "a recursive query")
      last.batches = rows
      let plan = try PhysicalPlanner(context, recursions: known).plan(recursion.step)
      try plan.prepare()
      rows = try pick(plan, recursion.stepColumns, unseenBy: seen)
    }
    context.budget.reset(to: before)
    return result.rows
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

/// Rows that come in one after the other and are kept in their order, in memory while they fit.
private final class GrowingRows {
  private let types: [DataType]
  private let context: ExecutionContext
  private var batches: [Batch] = []
  private var held = 0
  private var spilled: SpilledResult?

  init(_ types: [DataType], _ context: ExecutionContext) {
    self.types = types
    self.context = context
  }

  func append(_ rows: [Batch]) throws {
    for batch in rows {
      if let spilled {
        try spilled.append(batch)
        continue
      }
      let bytes = batch.byteCount
      // Half of what may be held is left to the steps.
      if held + bytes <= 2 * context.budget.share, context.budget.canTake(bytes) {
        batches.append(batch)
        held += bytes
        continue
      }
      let file = try SpilledResult(types, context)
      for batch in batches + [batch] { try file.append(batch) }
      batches = []
      context.budget.give(held)
      held = 0
      spilled = file
    }
  }

  var rows: MaterializedOperator.Rows {
    if let spilled { return .spilled(spilled.rows) }
    return .memory(batches.isEmpty ? [] : [Batch.concatenated(batches, types: types)])
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
