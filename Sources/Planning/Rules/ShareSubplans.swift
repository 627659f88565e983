import Columns

extension Rule {
  /// Computes equal parts of a query once: aggregates and other plans that are held in memory anyway
  /// and that are written twice, as in `WHERE cost > (SELECT avg(cost) FROM t) … SELECT (SELECT
  /// avg(cost) FROM t)`.
  static let shareSubplans = Rule("ShareSubplans") { query, context in
    var sharing = SubplanSharing(context)
    var result = query
    let definitions = SharedPlans.inOrder(of: query.plan)
    for plan in definitions.map(\.plan) + [query.plan] { sharing.count(plan) }
    guard sharing.hasCandidates else { return result }
    result.plan = SharedPlans.map(query.plan) { sharing.share($0) }
    return result
  }
}

private struct SubplanSharing {
  private let context: RuleContext
  /// How often a plan of a certain shape occurs.
  private var shapes: [Int: Int] = [:]
  /// Every plan's text by its columns' places, for the plans whose shape occurs twice.
  private var occurrences: [[PlanToken]: Int] = [:]
  private var shared: [[PlanToken]: SharedPlan] = [:]

  init(_ context: RuleContext) {
    self.context = context
  }

  var hasCandidates: Bool { occurrences.values.contains { $0 > 1 } }

  mutating func count(_ plan: LogicalPlan) {
    _ = countShapes(plan)
    countOccurrences(plan)
  }

  /// A number that equal plans have in common, whatever their columns are called.
  private mutating func countShapes(_ plan: LogicalPlan) -> Int {
    var hasher = Hasher()
    hasher.combine(plan.shapeName)
    var expressions = 0
    plan.forEachExpression { _ in expressions += 1 }
    hasher.combine(expressions)
    for input in plan.inputs { hasher.combine(countShapes(input)) }
    let shape = hasher.finalize()
    if plan.isWorthSharing { shapes[shape, default: 0] += 1 }
    return shape
  }

  private func shape(of plan: LogicalPlan) -> Int {
    var hasher = Hasher()
    hasher.combine(plan.shapeName)
    var expressions = 0
    plan.forEachExpression { _ in expressions += 1 }
    hasher.combine(expressions)
    for input in plan.inputs { hasher.combine(shape(of: input)) }
    return hasher.finalize()
  }

  private mutating func countOccurrences(_ plan: LogicalPlan) {
    if let tokens = tokens(of: plan) { occurrences[tokens, default: 0] += 1 }
    for input in plan.inputs { countOccurrences(input) }
  }

  private func tokens(of plan: LogicalPlan) -> [PlanToken]? {
    guard plan.isWorthSharing, shapes[shape(of: plan)] ?? 0 > 1 else { return nil }
    var writer = PlanTokenWriter()
    return writer.write(plan) ? writer.tokens : nil
  }

  private mutating func forget(_ plan: LogicalPlan, by count: Int) {
    for input in plan.inputs {
      if let tokens = tokens(of: input) { occurrences[tokens, default: 0] -= count }
      forget(input, by: count)
    }
  }

  mutating func share(_ plan: LogicalPlan) -> LogicalPlan {
    guard let tokens = tokens(of: plan), occurrences[tokens] ?? 0 > 1 else {
      return plan.mapInputs { share($0) }
    }
    let known: SharedPlan
    if let made = shared[tokens] {
      known = made
    } else {
      // What is inside is computed once with the whole.
      forget(plan, by: (occurrences[tokens] ?? 1) - 1)
      known = SharedPlan(
        id: context.numbering.next(), name: "common part", plan: plan.mapInputs { share($0) },
        columns: plan.outputs)
      shared[tokens] = known
    }
    return .shared(known, outputs: plan.outputs)
  }
}

extension LogicalPlan {
  /// Whether its rows are few or held in memory anyway, so that keeping them costs little.
  fileprivate var isWorthSharing: Bool {
    switch self {
    case .aggregate, .singleRow, .setOperation, .window: true
    case .scan, .values, .filter, .project, .join, .sort, .limit, .unionAll, .unnest, .shared,
      .recursive, .recursiveReference, .sample:
      false
    }
  }
}
