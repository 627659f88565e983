import Columns
import SQL

extension Rule {
  /// Leaves out what can have no rows: sides of a UNION ALL and of joins below a condition that is
  /// false whatever the row, LIMIT 0.
  static let dropEmpty = Rule("DropEmpty") { plan, _ in drop(plan) }

  private static func drop(_ plan: LogicalPlan) -> LogicalPlan {
    let result = plan.mapInputs(drop)
    switch result {
    case .scan(let scan):
      return scan.filters.contains(where: isNeverTrue) ? empty(result) : result
    case .filter(let input, let condition):
      return input.isEmpty || condition.conjuncts.contains(where: isNeverTrue)
        ? empty(result) : result
    case .limit(let input, _, let count):
      return count == 0 || input.isEmpty ? empty(result) : result
    case .project(let input, _), .sort(let input, _), .window(let input, _),
      .unnest(let input, _), .sample(let input, _):
      return input.isEmpty ? empty(result) : result
    case .aggregate(let input, let aggregation):
      // Without keys, and for the grand total of grouping sets, no rows still make one.
      let hasTotal =
        aggregation.keys.isEmpty || aggregation.groupingSets?.contains(where: \.isEmpty) ?? false
      return input.isEmpty && !hasTotal ? empty(result) : result
    case .unionAll(let inputs, let outputs, let columns):
      let kept = zip(inputs, columns).filter { !$0.0.isEmpty }
      if kept.isEmpty { return empty(result) }
      guard kept.count < inputs.count else { return result }
      guard kept.count > 1 else {
        return .project(
          kept[0].0,
          zip(outputs, kept[0].1).map { Projection(output: $0, expression: .column($1)) })
      }
      return .unionAll(kept.map(\.0), outputs: outputs, inputs: kept.map(\.1))
    case .join(let join): return drop(join)
    case .setOperation(let operation):
      return operation.left.isEmpty || operation.kind == .intersect && operation.right.isEmpty
        ? empty(result) : result
    case .values, .singleRow, .shared, .recursive, .recursiveReference: return result
    }
  }

  private static func drop(_ join: Join) -> LogicalPlan {
    let plan = LogicalPlan.join(join)
    switch join.kind {
    case .inner: return join.left.isEmpty || join.right.isEmpty ? empty(plan) : plan
    case .semi: return join.left.isEmpty || join.right.isEmpty ? empty(plan) : plan
    case .anti, .nullAwareAnti:
      if join.left.isEmpty { return empty(plan) }
      return join.right.isEmpty ? join.left : plan
    case .left:
      if join.left.isEmpty { return empty(plan) }
      return join.right.isEmpty ? padded(join.left, with: join.right.outputs) : plan
    case .right:
      if join.right.isEmpty { return empty(plan) }
      return join.left.isEmpty ? padded(join.right, with: join.left.outputs) : plan
    case .full: return join.left.isEmpty && join.right.isEmpty ? empty(plan) : plan
    case .mark: return join.left.isEmpty ? empty(plan) : plan
    }
  }

  /// The rows of one side of an outer join with NULLs for the other.
  private static func padded(_ plan: LogicalPlan, with columns: [ColumnReference]) -> LogicalPlan {
    .project(
      plan,
      plan.outputs.map { Projection(output: $0, expression: .column($0)) }
        + columns.map { Projection(output: $0, expression: .literal(.null, $0.type)) })
  }

  private static func empty(_ plan: LogicalPlan) -> LogicalPlan { .values(plan.outputs, rows: []) }

  private static func isNeverTrue(_ condition: Expression) -> Bool {
    switch condition.constantBoolean {
    case .some(.some(false)), .some(.none): true
    case .some(.some(true)), .none: false
    }
  }
}

extension LogicalPlan {
  fileprivate var isEmpty: Bool {
    if case .values(_, let rows) = self { rows.isEmpty } else { false }
  }
}
