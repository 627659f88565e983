import Columns
import SQL

extension Rule {
  /// Orders inner joins by the rows that they are thought to leave, tables that share a condition
  /// before tables that do not, and makes the smaller side the right one, which is kept in memory.
  static let orderJoins = Rule("OrderJoins") { plan, _ in
    JoinOrdering().ordered(plan)
  }
}

private struct JoinOrdering {
  private let estimates = RowEstimates()

  /// A right side has to be this many times larger before the sides are swapped: estimates are rough,
  /// and the order that was written is often meant.
  private static let swapFactor = 3.0
  /// So many times cheaper has another order to be than the written one.
  private static let orderFactor = 2.0
  /// Every input is tried in every place.
  private static let mostInputs = 64

  /// A plan with the rows that it is thought to have, and what its joins cost: rows they put out, and
  /// twice the rows they keep.
  struct Ordered {
    var plan: LogicalPlan
    var rows: Double
    var cost = 0.0
  }

  /// The plan with all its joins in order; without any there is nothing to estimate.
  func ordered(_ plan: LogicalPlan) -> LogicalPlan {
    if case .join = plan { return order(plan).plan }
    return plan.mapInputs(ordered)
  }

  private func order(_ plan: LogicalPlan) -> Ordered {
    guard case .join(let join) = plan else {
      let result = ordered(plan)
      return Ordered(plan: result, rows: estimates.rows(of: result))
    }
    guard join.kind == .inner else {
      return joined(join, order(join.left), order(join.right))
    }
    var inputs: [Ordered] = []
    var conditions: [Expression] = []
    var hasCross = false
    let written = flatten(join, &inputs, &conditions, &hasCross)
    guard inputs.count > 2, inputs.count <= Self.mostInputs,
      let connected = greedy(inputs, conditions),
      hasCross && conditions.contains(where: isEquality)
        || connected.cost * Self.orderFactor < written.cost
    else { return written }
    return connected
  }

  /// The join of two plans, with the smaller side on the right.
  private func joined(_ join: Join, _ left: Ordered, _ right: Ordered) -> Ordered {
    var result = join
    result.left = left.plan
    result.right = right.plan
    let rows = estimates.rows(of: result, left: left.rows, right: right.rows)
    let kept = swap(&result, left.rows, right.rows)
    return Ordered(
      plan: .join(result), rows: rows, cost: left.cost + right.cost + rows + 2 * kept)
  }

  /// - Returns: the rows that the right side has now.
  private func swap(_ join: inout Join, _ left: Double, _ right: Double) -> Double {
    let kind: Join.Kind
    switch join.kind {
    case .inner: kind = .inner
    case .left: kind = .right
    case .right: kind = .left
    case .full: kind = .full
    case .semi, .anti, .nullAwareAnti, .mark: return right
    }
    guard right > left * Self.swapFactor, !(join.equalities.isEmpty && join.kind != .inner) else {
      return right
    }
    join = Join(
      kind: kind, left: join.right, right: join.left,
      equalities: join.equalities.map(\.swapped),
      residual: join.residual)
    return left
  }

  // MARK: Inner joins in a row

  /// The joins in the order that is written, and what they join.
  private func flatten(
    _ join: Join, _ inputs: inout [Ordered], _ conditions: inout [Expression],
    _ hasCross: inout Bool
  ) -> Ordered {
    func side(_ plan: LogicalPlan) -> Ordered {
      if case .join(let inner) = plan, inner.kind == .inner {
        return flatten(inner, &inputs, &conditions, &hasCross)
      }
      let input = order(plan)
      inputs.append(input)
      return input
    }
    if join.equalities.isEmpty { hasCross = true }
    let (left, right) = (side(join.left), side(join.right))
    conditions += join.equalities.map(\.condition)
    conditions += join.residual?.conjuncts ?? []
    return joined(join, left, right)
  }

  /// The largest input first: it streams past the others, which are kept in memory. Then whatever
  /// leaves the fewest rows, of those that a condition ties to what is there.
  private func greedy(_ inputs: [Ordered], _ conditions: [Expression]) -> Ordered? {
    guard let first = inputs.indices.max(by: { inputs[$0].rows < inputs[$1].rows }) else {
      return nil
    }
    var remaining = Array(inputs.indices)
    remaining.removeAll { $0 == first }
    var open = conditions.map { (condition: $0, columns: $0.columns) }
    var result = inputs[first]
    var present = Set(result.plan.outputs)
    // Conditions on nothing else tie it to no other input.
    let own = open.filter { $0.columns.isSubset(of: present) }
    if let condition = Expression.conjunction(own.map(\.condition)) {
      result.plan = .filter(result.plan, condition)
      open.removeAll { $0.columns.isSubset(of: present) }
    }
    while !remaining.isEmpty {
      var best: (place: Int, next: Ordered, isTied: Bool)?
      for place in remaining.indices {
        let input = inputs[remaining[place]]
        let own = Set(input.plan.outputs)
        let usable = open.filter { entry in
          !entry.columns.isDisjoint(with: own)
            && entry.columns.allSatisfy { own.contains($0) || present.contains($0) }
        }
        let split = JoinConditionSplit(usable.map(\.condition), left: present, right: own)
        let join = Join(
          kind: .inner, left: result.plan, right: input.plan, equalities: split.equalities,
          residual: .conjunction(split.rest))
        let rows = estimates.rows(of: join, left: result.rows, right: input.rows)
        let isTied = !split.equalities.isEmpty
        if let best {
          if best.isTied, !isTied { continue }
          if best.isTied == isTied, (best.next.rows, best.next.cost) <= (rows, input.rows) {
            continue
          }
        }
        // The cost so far stands for the size of the right side while candidates are compared.
        best = (place, Ordered(plan: .join(join), rows: rows, cost: input.rows), isTied)
      }
      guard let best, case .join(let join) = best.next.plan else { return nil }
      let right = inputs[remaining.remove(at: best.place)]
      present.formUnion(join.right.outputs)
      open.removeAll { $0.columns.isSubset(of: present) }
      result = joined(join, result, right)
    }
    guard let rest = Expression.conjunction(open.map(\.condition)) else { return result }
    result.plan = .filter(result.plan, rest)
    return result
  }

  private func isEquality(_ condition: Expression) -> Bool {
    Join.Equality(condition) != nil
  }
}
