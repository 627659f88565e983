import Columns

extension Rule {
  /// Makes two projections or filters in a row one, and drops projections that change nothing.
  static let mergeProjections = Rule("MergeProjections") { plan, _ in merge(plan) }

  /// What pruning has left adjacent.
  static let mergeProjectionsAgain = Rule("MergeProjections") { plan, _ in merge(plan) }

  private static func merge(_ plan: LogicalPlan) -> LogicalPlan {
    let result = plan.mapInputs(merge)
    switch result {
    case .filter(.filter(let input, let first), let second):
      return .filter(input, .and(first.conjuncts + second.conjuncts))
    case .project(.project(let input, let inner), let outer):
      guard let merged = combine(inner, outer.map(\.expression)) else { return result }
      return merge(
        .project(
          input, zip(outer, merged).map { Projection(output: $0.output, expression: $1) }))
    case .project(let input, let projections):
      let isIdentity = projections.allSatisfy { $0.expression == .column($0.output) }
      guard isIdentity, Set(projections.map(\.output)) == Set(input.outputs) else { return result }
      return input
    case .aggregate(.project(let input, let inner), let aggregation):
      var uses: [Expression] = []
      result.forEachExpression { uses.append($0) }
      guard combine(inner, uses) != nil else { return result }
      let meanings = Dictionary(
        inner.map { ($0.output, $0.expression) }, uniquingKeysWith: { first, _ in first })
      return LogicalPlan.aggregate(input, aggregation).mapExpressions { expression in
        expression.replacingColumns { meanings[$0] }
      }
    default: return result
    }
  }

  /// The outer expressions over what the inner projection reads; nil if that would compute something
  /// twice.
  private static func combine(_ inner: [Projection], _ outer: [Expression]) -> [Expression]? {
    let meanings = Dictionary(
      inner.map { ($0.output, $0.expression) }, uniquingKeysWith: { first, _ in first })
    var uses: [ColumnReference: Int] = [:]
    for expression in outer { countUses(expression, &uses) }
    for projection in inner where uses[projection.output] ?? 0 > 1 {
      switch projection.expression {
      case .column, .literal: continue
      default: return nil
      }
    }
    guard inner.allSatisfy({ $0.expression.isDeterministic }) else { return nil }
    return outer.map { expression in expression.replacingColumns { meanings[$0] } }
  }

  private static func countUses(_ expression: Expression, _ uses: inout [ColumnReference: Int]) {
    if case .column(let column) = expression { uses[column, default: 0] += 1 }
    // A lambda's body runs many times, so what it names counts as used often.
    if case .call(let call) = expression {
      for case .lambda(_, let body) in call.arguments {
        for column in body.columns { uses[column, default: 0] += 2 }
      }
    }
    expression.forEachChild { countUses($0, &uses) }
  }
}
