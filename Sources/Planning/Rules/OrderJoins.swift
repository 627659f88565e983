import Columns
import SQL

extension Rule {
  /// Joins tables that share a condition before tables that do not, and makes the smaller side the
  /// right one, which is kept in memory.
  static let orderJoins = Rule("OrderJoins") { plan, _ in order(plan) }

  /// A right side has to be this many times larger before the sides are swapped: estimates are rough,
  /// and the order that was written is often meant.
  private static let swapFactor = 3.0

  private static func order(_ plan: LogicalPlan) -> LogicalPlan {
    guard case .join(let join) = plan else { return plan.mapInputs(order) }
    if join.kind == .inner, let reordered = connected(join) { return reordered }
    var result = join
    result.left = order(join.left)
    result.right = order(join.right)
    return .join(swapped(result))
  }

  private static func swapped(_ join: Join) -> Join {
    let kind: Join.Kind
    switch join.kind {
    case .inner: kind = .inner
    case .left: kind = .right
    case .right: kind = .left
    case .full: kind = .full
    case .semi, .anti, .nullAwareAnti, .mark: return join
    }
    guard join.right.estimatedRows > join.left.estimatedRows * swapFactor,
      !(join.equalities.isEmpty && join.kind != .inner)
    else { return join }
    return Join(
      kind: kind, left: join.right, right: join.left,
      equalities: join.equalities.map { Join.Equality(left: $0.right, right: $0.left) },
      residual: join.residual)
  }

  /// Inner joins in a row, where the written order joins tables without a condition although others
  /// would have one: `FROM a, b, c WHERE a.x = c.x AND b.y = c.y`. nil where the order is fine.
  private static func connected(_ join: Join) -> LogicalPlan? {
    var inputs: [LogicalPlan] = []
    var conditions: [Expression] = []
    var hasCross = false
    func flatten(_ plan: LogicalPlan) {
      guard case .join(let join) = plan, join.kind == .inner else {
        inputs.append(plan)
        return
      }
      if join.equalities.isEmpty { hasCross = true }
      flatten(join.left)
      flatten(join.right)
      conditions += join.equalities.map { .compare(.equal, $0.left, $0.right) }
      conditions += join.residual?.conjuncts ?? []
    }
    flatten(.join(join))
    guard hasCross, inputs.count > 2, conditions.contains(where: isEquality) else { return nil }
    var remaining = inputs.map(order)
    // The largest first: it streams past the others, which are kept in memory.
    let first = remaining.indices.max {
      remaining[$0].estimatedRows < remaining[$1].estimatedRows
    }
    guard let first else { return nil }
    var plan = remaining.remove(at: first)
    while !remaining.isEmpty {
      let present = Set(plan.outputs)
      let candidates = remaining.indices.filter { position in
        let other = Set(remaining[position].outputs)
        return !JoinConditionSplit(conditions, left: present, right: other).equalities.isEmpty
      }
      let pool = candidates.isEmpty ? Array(remaining.indices) : candidates
      let next = pool.min { remaining[$0].estimatedRows < remaining[$1].estimatedRows } ?? 0
      let right = remaining.remove(at: next)
      let outputs = present.union(right.outputs)
      let usable = conditions.filter { $0.columns.isSubset(of: outputs) }
      conditions.removeAll { $0.columns.isSubset(of: outputs) }
      let split = JoinConditionSplit(usable, left: present, right: Set(right.outputs))
      plan = .join(
        Join(
          kind: .inner, left: plan, right: right, equalities: split.equalities,
          residual: .conjunction(split.rest)))
    }
    return plan
  }

  private static func isEquality(_ condition: Expression) -> Bool {
    if case .compare(.equal, _, _) = condition { true } else { false }
  }
}

extension LogicalPlan {
  /// A rough number of rows, from the tables' statistics and rules of thumb.
  var estimatedRows: Double {
    switch self {
    case .scan(let scan):
      let rows = Double(scan.table.estimatedRowCount ?? 1_000_000)
      return max(1, scan.filters.reduce(rows) { $0 * Self.selectivity($1) })
    case .values(_, let rows): return Double(rows.count)
    case .filter(let input, let condition):
      return max(1, condition.conjuncts.reduce(input.estimatedRows) { $0 * Self.selectivity($1) })
    case .project(let input, _), .window(let input, _), .sort(let input, _):
      return input.estimatedRows
    case .aggregate(let input, let aggregation):
      return aggregation.keys.isEmpty ? 1 : max(1, input.estimatedRows / 10)
    case .join(let join):
      let left = join.left.estimatedRows
      let right = join.right.estimatedRows
      switch join.kind {
      case .semi, .anti, .nullAwareAnti: return max(1, left / 2)
      case .mark: return left
      case .inner, .left, .right, .full:
        return join.equalities.isEmpty ? left * right : max(left, right)
      }
    case .limit(let input, _, let count):
      return min(input.estimatedRows, Double(count ?? .max))
    case .unionAll(let inputs, _, _): return inputs.reduce(0) { $0 + $1.estimatedRows }
    case .setOperation(let operation): return operation.left.estimatedRows
    case .unnest(let input, _): return input.estimatedRows * 3
    case .singleRow: return 1
    case .shared(let shared, _): return shared.plan.estimatedRows
    case .recursive(let recursion): return recursion.base.estimatedRows * 10
    case .recursiveReference: return 1000
    case .sample(let input, let percent): return max(1, input.estimatedRows * percent / 100)
    }
  }

  private static func selectivity(_ condition: Expression) -> Double {
    switch condition {
    case .compare(.equal, _, _): 0.1
    case .compare(.notEqual, _, _), .not: 0.9
    case .compare: 0.4
    case .inValues(_, let values, _): min(0.5, 0.1 * Double(values.count))
    case .isNull: 0.1
    case .like: 0.25
    default: 0.5
    }
  }
}
