import Columns

/// A rewrite that gives the same rows sooner.
struct Rule: Sendable {
  /// For switching it off.
  let name: String
  let apply: @Sendable (_ query: BoundQuery, _ context: RuleContext) throws -> BoundQuery

  init(
    _ name: String,
    apply: @escaping @Sendable (_ query: BoundQuery, _ context: RuleContext) throws -> BoundQuery
  ) {
    self.name = name
    self.apply = apply
  }

  /// A rule that rewrites plans one by one, shared ones too, and keeps each plan's outputs.
  init(
    _ name: String, plan: @escaping @Sendable (LogicalPlan, RuleContext) throws -> LogicalPlan
  ) {
    self.init(name) { query, context in
      var result = query
      result.plan = try SharedPlans.map(query.plan) { try plan($0, context) }
      return result
    }
  }

  /// All rules, in the order in which they work best.
  static let all: [Rule] = [
    inlineShared, foldConstants, simplifyBoolean, mergeProjections, pushDownFilter,
    foldConstants, simplifyBoolean, dropEmpty, pushMapEntries,
    readMapEntries, orderJoins, deriveRanges, derivePartitions, pushLimit, pruneColumns,
    mergeProjectionsAgain,
    shareSubplans, readExtremes,
  ]
}

/// What rules share while one query is rewritten.
final class RuleContext {
  let evaluate: ConstantEvaluator
  let numbering = Numbering()

  init(evaluate: @escaping ConstantEvaluator) {
    self.evaluate = evaluate
  }
}

/// Plans that `shared` nodes name, rewritten once each however often they are named.
enum SharedPlans {
  /// Applies `transform` to the plan and to every shared plan it reaches, definitions first.
  static func map(_ plan: LogicalPlan, _ transform: (LogicalPlan) throws -> LogicalPlan) rethrows
    -> LogicalPlan
  {
    var done: [Int: SharedPlan] = [:]
    for shared in inOrder(of: plan) {
      done[shared.id] = SharedPlan(
        id: shared.id, name: shared.name, plan: try transform(replacing(shared.plan, by: done)),
        columns: shared.columns)
    }
    return try transform(replacing(plan, by: done))
  }

  /// Every shared plan reached from `plan`, each after those that it names itself.
  static func inOrder(of plan: LogicalPlan) -> [SharedPlan] {
    var order: [SharedPlan] = []
    var seen: Set<Int> = []
    func visit(_ plan: LogicalPlan) {
      if case .shared(let shared, _) = plan, seen.insert(shared.id).inserted {
        visit(shared.plan)
        order.append(shared)
      }
      for input in plan.inputs { visit(input) }
    }
    visit(plan)
    return order
  }

  static func replacing(_ plan: LogicalPlan, by done: [Int: SharedPlan]) -> LogicalPlan {
    guard !done.isEmpty else { return plan }
    if case .shared(let shared, let outputs) = plan {
      return .shared(done[shared.id] ?? shared, outputs: outputs)
    }
    return plan.mapInputs { replacing($0, by: done) }
  }
}
