import Columns

extension Rule {
  /// Leaves out every column that nothing above reads: scans read only what is used, aggregates and
  /// window functions that nobody asks for are not computed.
  static let pruneColumns = Rule("PruneColumns") { query, _ in
    var pruner = ColumnPruner()
    var result = query
    result.plan = pruner.prune(query)
    return result
  }
}

private struct ColumnPruner {
  /// Columns of each shared plan that some reader needs, by position.
  private var sharedNeeds: [Int: Set<Int>] = [:]

  mutating func prune(_ query: BoundQuery) -> LogicalPlan {
    let shared = SharedPlans.inOrder(of: query.plan)
    var pruned = prune(query.plan, Set(query.columns.map(\.reference)))
    // Readers before definitions, so that all needs of a definition are known when its turn comes.
    var definitions: [Int: LogicalPlan] = [:]
    for definition in shared.reversed() {
      let needs = sharedNeeds[definition.id] ?? []
      let columns = Set(needs.map { definition.columns[$0] })
      definitions[definition.id] = prune(definition.plan, columns)
    }
    var done: [Int: SharedPlan] = [:]
    for definition in shared {
      guard let plan = definitions[definition.id] else { continue }
      let positions = (sharedNeeds[definition.id] ?? []).sorted()
      done[definition.id] = SharedPlan(
        id: definition.id, name: definition.name, plan: narrowed(plan, by: done),
        columns: positions.map { definition.columns[$0] })
    }
    pruned = narrowed(pruned, by: done)
    return pruned
  }

  /// The plan reading the pruned definitions.
  private func narrowed(_ plan: LogicalPlan, by done: [Int: SharedPlan]) -> LogicalPlan {
    guard case .shared(let shared, let outputs) = plan, let definition = done[shared.id] else {
      return plan.mapInputs { narrowed($0, by: done) }
    }
    let positions = (sharedNeeds[shared.id] ?? []).sorted()
    return .shared(definition, outputs: positions.map { outputs[$0] })
  }

  private mutating func prune(_ plan: LogicalPlan, _ needed: Set<ColumnReference>) -> LogicalPlan {
    var below = needed
    switch plan {
    case .scan(var scan):
      for filter in scan.filters { filter.collectColumns(into: &below) }
      scan.columns.removeAll { !below.contains($0.reference) }
      return .scan(scan)
    case .values(let columns, let rows):
      let kept = columns.indices.filter { needed.contains(columns[$0]) }
      guard kept.count < columns.count else { return plan }
      return .values(kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
    case .filter(let input, let condition):
      condition.collectColumns(into: &below)
      return .filter(prune(input, below), condition)
    case .project(let input, let projections):
      let kept = projections.filter { needed.contains($0.output) }
      var read: Set<ColumnReference> = []
      for projection in kept { projection.expression.collectColumns(into: &read) }
      return .project(prune(input, read), kept)
    case .aggregate(let input, var aggregation):
      aggregation.aggregates.removeAll { !needed.contains($0.output) }
      if let id = aggregation.groupingId, !needed.contains(id) { aggregation.groupingId = nil }
      var read: Set<ColumnReference> = []
      LogicalPlan.aggregate(input, aggregation).forEachExpression {
        $0.collectColumns(into: &read)
      }
      return .aggregate(prune(input, read), aggregation)
    case .join(let join): return prune(join, needed)
    case .window(let input, let computations):
      let kept = computations.filter { needed.contains($0.output) }
      guard !kept.isEmpty else { return prune(input, needed) }
      LogicalPlan.window(input, kept).forEachExpression { $0.collectColumns(into: &below) }
      return .window(prune(input, below), kept)
    case .sort(let input, let keys):
      for key in keys { key.expression.collectColumns(into: &below) }
      return .sort(narrow(prune(input, below), to: below), keys)
    case .limit(let input, let offset, let count):
      return .limit(prune(input, needed), offset: offset, count: count)
    case .unionAll(let inputs, let outputs, let columns):
      let kept = outputs.indices.filter { needed.contains(outputs[$0]) }
      var pruned: [LogicalPlan] = []
      var names: [[ColumnReference]] = []
      for (input, list) in zip(inputs, columns) {
        let used = kept.map { list[$0] }
        pruned.append(prune(input, Set(used)))
        names.append(used)
      }
      return .unionAll(pruned, outputs: kept.map { outputs[$0] }, inputs: names)
    case .setOperation(var operation):
      operation.left = prune(operation.left, Set(operation.leftInputs))
      operation.right = prune(operation.right, Set(operation.rightInputs))
      return .setOperation(operation)
    case .unnest(let input, let unnest):
      for collection in unnest.collections { collection.collectColumns(into: &below) }
      return .unnest(prune(input, below), unnest)
    case .singleRow(let input): return .singleRow(prune(input, needed))
    case .sample(let input, let percent): return .sample(prune(input, needed), percent: percent)
    case .shared(let shared, let outputs):
      for (position, output) in outputs.enumerated() where needed.contains(output) {
        sharedNeeds[shared.id, default: []].insert(position)
      }
      return plan
    case .recursive(var recursion):
      recursion.base = prune(recursion.base, Set(recursion.baseColumns))
      recursion.step = prune(recursion.step, Set(recursion.stepColumns))
      return .recursive(recursion)
    case .recursiveReference: return plan
    }
  }

  private mutating func prune(_ join: Join, _ needed: Set<ColumnReference>) -> LogicalPlan {
    var result = join
    if join.kind == .mark, let mark = join.mark, !needed.contains(mark) {
      return prune(join.left, needed)
    }
    var below = needed
    LogicalPlan.join(join).forEachExpression { $0.collectColumns(into: &below) }
    // What a join gathers and keeps in memory should be no wider than it must.
    result.left = narrow(prune(join.left, below), to: below)
    result.right = narrow(prune(join.right, below), to: below)
    return .join(result)
  }

  /// The plan with a projection over it if it puts out more than is needed.
  private func narrow(_ plan: LogicalPlan, to needed: Set<ColumnReference>) -> LogicalPlan {
    let outputs = plan.outputs
    let kept = outputs.filter(needed.contains)
    guard kept.count < outputs.count else { return plan }
    return .project(plan, kept.map { Projection(output: $0, expression: .column($0)) })
  }
}
