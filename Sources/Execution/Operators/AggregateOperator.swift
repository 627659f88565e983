import Columns
import Kernels
import Planning

/// GROUP BY: each piece is aggregated on its own, and the results are merged in the order of pieces.
final class AggregateOperator: MaterializedOperator, @unchecked Sendable {
  private let layout: AggregateLayout
  /// How often the rows have been shared out among partitions already.
  private let spillLevel: Int

  init(
    _ input: PhysicalOperator, _ aggregation: Aggregation, _ context: ExecutionContext,
    spillLevel: Int = 0
  ) {
    self.spillLevel = spillLevel
    layout = AggregateLayout(aggregation)
    super.init(
      aggregation.keys.map(\.output) + aggregation.aggregates.map(\.output)
        + (aggregation.groupingId.map { [$0] } ?? []),
      children: [input], context: context)
  }

  override var name: String {
    layout.aggregation.keys.isEmpty
      ? "Aggregate" : layout.aggregation.aggregates.isEmpty ? "Distinct" : "HashAggregate"
  }

  override func computeRows() throws -> Rows {
    let used = context.budget.used
    do {
      let batches = try compute()
      context.budget.reset(to: used + batches.reduce(0) { $0 + $1.byteCount })
      return .memory(batches)
    } catch let error as ExecutionError where error.isOutOfMemory {
      context.budget.reset(to: used)
      guard spillLevel < SpilledAggregation.levels else { throw error }
      return .spilled(
        try SpilledAggregation(layout, children[0], context, level: spillLevel).run(outputs))
    }
  }

  override func compute() throws -> [Batch] {
    let input = children[0]
    let total = Handoff(Box<PartialAggregate?>(nil))
    let budget = context.budget
    // The last attempt holds one piece at a time beside the total: least memory, and whether it is enough
    // does not depend on which threads happen to be ahead.
    let isLastAttempt = spillLevel >= SpilledAggregation.levels
    let workers = isLastAttempt ? context.workers.alone : context.workers
    try workers.reduce(
      input.pieceCount,
      { [layout, context] piece in
        let part = try PartialAggregate(layout, context.compiler(input.outputs))
        let stream = try input.open(piece: piece)
        while let batch = try stream.next() {
          try context.options.cancellation.check()
          try part.update(batch)
          try part.account(budget)
        }
        return part
      },
      consume: { part in
        guard let first = total.value.content else {
          total.value.content = part
          return
        }
        try first.merge(part, workers)
        part.release(budget)
        try first.account(budget)
      })
    let result =
      try total.value.content ?? PartialAggregate(layout, context.compiler(input.outputs))
    defer { result.release(budget) }
    return try result.finish(workers)
  }
}

/// What an aggregation computes, each expression once.
struct AggregateLayout: Sendable {
  let aggregation: Aggregation
  /// All keys, arguments, filters and order keys, without repeats.
  let expressions: [Expression]
  let keys: [Int]
  /// Per aggregate: positions in `expressions` of the arguments and then the order keys.
  let inputs: [[Int]]
  let filters: [Int?]
  /// Positions in `keys` of each grouping set.
  let sets: [[Int]]

  init(_ aggregation: Aggregation) {
    var found: [Expression: Int] = [:]
    var all: [Expression] = []
    func position(of expression: Expression) -> Int {
      if let known = found[expression] { return known }
      found[expression] = all.count
      all.append(expression)
      return all.count - 1
    }
    self.aggregation = aggregation
    keys = aggregation.keys.map { position(of: $0.expression) }
    inputs = aggregation.aggregates.map { computation in
      (computation.arguments + computation.orderBy.map(\.expression)).map(position)
    }
    filters = aggregation.aggregates.map { $0.filter.map(position) }
    sets = aggregation.groupingSets ?? [Array(aggregation.keys.indices)]
    expressions = all
  }
}

/// The groups and aggregates of some of the rows.
final class PartialAggregate {
  private let layout: AggregateLayout
  private let evaluations: [Evaluation]
  private let sets: [SetState]
  private var accounted = 0

  /// One grouping set: a table of groups, none where the set has no keys and all rows are one group.
  private struct SetState {
    let keys: [Int]
    let groups: GroupTable?
    let states: [AggregateState]

    var groupCount: Int { groups?.count ?? 1 }
  }

  init(_ layout: AggregateLayout, _ compiler: ExpressionCompiler) throws {
    self.layout = layout
    evaluations = try compiler.compile(layout.expressions)
    sets = try layout.sets.map { keys in
      SetState(
        keys: keys,
        groups: keys.isEmpty
          ? nil : GroupTable(keys.map { layout.aggregation.keys[$0].expression.type }),
        states: try layout.aggregation.aggregates.map {
          try AggregateState($0, isGrouped: !keys.isEmpty)
        })
    }
    for set in sets where set.groups == nil {
      for state in set.states { state.resize(groups: 1) }
    }
  }

  func update(_ batch: Batch) throws {
    let columns = try evaluations.map { try $0.evaluate(batch) }
    let filters = layout.filters.map { $0.map { Selecting.trueRows(columns[$0]) } }
    for set in sets {
      let groups = try set.groups?.assign(
        set.keys.map { columns[layout.keys[$0]] }, count: batch.count)
      for (position, state) in set.states.enumerated() {
        state.resize(groups: set.groupCount)
        var inputs = layout.inputs[position].map { columns[$0] }
        guard let rows = filters[position], rows.count < batch.count else {
          try state.update(groups: groups, columns: inputs, rowCount: batch.count)
          continue
        }
        inputs = inputs.map { $0.selected(rows) }
        try state.update(
          groups: groups.map { groups in rows.rows.map { groups[Int($0)] } }, columns: inputs,
          rowCount: rows.count)
      }
    }
  }

  func merge(_ other: PartialAggregate, _ workers: Workers) throws {
    for (mine, theirs) in zip(sets, other.sets) {
      var mapping: [UInt32] = [0]
      if let groups = mine.groups, let others = theirs.groups {
        mapping = try groups.assign(allOf: others)
      }
      for (state, otherState) in zip(mine.states, theirs.states) {
        state.resize(groups: mine.groupCount)
        try state.merge(otherState, mapping: mapping, workers)
      }
    }
  }

  func finish(_ workers: Workers) throws -> [Batch] {
    try sets.enumerated().compactMap { number, set in
      let count = set.groupCount
      if count == 0 { return nil }
      let present = set.groups?.keyColumns() ?? []
      var columns = layout.aggregation.keys.indices.map { key -> Column in
        if let position = set.keys.firstIndex(of: key) { return present[position] }
        return Column(
          layout.aggregation.keys[key].expression.type, constant: .null, count: count)
      }
      columns += try set.states.map { try $0.finish(workers) }
      if layout.aggregation.groupingId != nil {
        columns.append(Column(.bigint, constant: .int64(Int64(number)), count: count))
      }
      return Batch(columns, count: count)
    }
  }

  /// Brings what the budget knows of this state up to date; per group an estimate of the accumulators.
  func account(_ budget: MemoryBudget) throws {
    var bytes = 0
    for set in sets {
      bytes += (set.groups?.byteCount ?? 0) + set.groupCount * 32 * set.states.count
      for state in set.states { bytes += state.byteCount }
    }
    let more = bytes - accounted
    if more > budget.step || more < 0 {
      accounted = bytes
      try budget.take(more, for: "GROUP BY")
    }
  }

  func release(_ budget: MemoryBudget) {
    budget.give(accounted)
    accounted = 0
  }
}
