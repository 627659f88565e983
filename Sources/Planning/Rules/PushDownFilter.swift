import Columns
import SQL

extension Rule {
  /// Moves each condition to where it drops rows soonest: into scans, to the sides of joins, below
  /// projections and aggregates. Cross joins with an equality become inner joins on it, outer joins
  /// whose padding a condition drops become inner ones.
  static let pushDownFilter = Rule("PushDownFilter") { plan, _ in
    FilterPusher.push(plan, [])
  }
}

private enum FilterPusher {
  /// The plan filtered by `conditions`, each as deep as it goes.
  static func push(_ plan: LogicalPlan, _ conditions: [Expression]) -> LogicalPlan {
    switch plan {
    case .filter(let input, let condition):
      return push(input, unique(condition.conjuncts + conditions))
    case .scan(var scan):
      let (below, above) = split(conditions) { $0.isDeterministic }
      scan.filters = unique(scan.filters + below)
      return filtered(.scan(scan), above)
    case .project(let input, let projections): return project(input, projections, conditions)
    case .aggregate(let input, let aggregation): return aggregate(input, aggregation, conditions)
    case .join(let join): return push(join, conditions)
    case .unionAll(let inputs, let outputs, let columns):
      let (below, above) = split(conditions) { $0.isDeterministic }
      let pushed = zip(inputs, columns).map { input, columns in
        push(input, below.map { renamed($0, outputs, columns) })
      }
      return filtered(.unionAll(pushed, outputs: outputs, inputs: columns), above)
    case .setOperation(var operation):
      let (below, above) = split(conditions) { $0.isDeterministic }
      operation.left = push(
        operation.left, below.map { renamed($0, operation.outputs, operation.leftInputs) })
      operation.right = push(
        operation.right, below.map { renamed($0, operation.outputs, operation.rightInputs) })
      return filtered(.setOperation(operation), above)
    case .window(let input, let computations):
      let keys = computations.map { computation in
        Set(
          computation.partitionBy.compactMap { key -> ColumnReference? in
            if case .column(let column) = key { column } else { nil }
          })
      }
      let common = keys.dropFirst().reduce(keys.first ?? []) { $0.intersection($1) }
      let (below, above) = split(conditions) {
        let columns = $0.columns
        return $0.isDeterministic && !columns.isEmpty && columns.isSubset(of: common)
      }
      return filtered(.window(push(input, below), computations), above)
    case .sort(let input, let keys):
      return .sort(push(input, conditions), keys)
    case .unnest(let input, let unnest):
      let outputs = Set(input.outputs)
      let (below, above) = split(conditions) {
        $0.isDeterministic && $0.columns.isSubset(of: outputs)
      }
      return filtered(.unnest(push(input, below), unnest), above)
    case .values, .limit, .singleRow, .shared, .recursive, .recursiveReference, .sample:
      return filtered(plan.mapInputs { push($0, []) }, conditions)
    }
  }

  private static func filtered(_ plan: LogicalPlan, _ conditions: [Expression]) -> LogicalPlan {
    guard let condition = Expression.conjunction(conditions) else { return plan }
    return .filter(plan, condition)
  }

  private static func unique(_ conditions: [Expression]) -> [Expression] {
    var seen: Set<Expression> = []
    return conditions.filter { !$0.isDeterministic || seen.insert($0).inserted }
  }

  private static func split(_ conditions: [Expression], by test: (Expression) -> Bool) -> (
    [Expression], [Expression]
  ) {
    (conditions.filter(test), conditions.filter { !test($0) })
  }

  private static func renamed(
    _ condition: Expression, _ outputs: [ColumnReference], _ inputs: [ColumnReference]
  ) -> Expression {
    let names = Dictionary(zip(outputs, inputs), uniquingKeysWith: { first, _ in first })
    return condition.replacingColumns { names[$0].map { .column($0) } }
  }

  private static func project(
    _ input: LogicalPlan, _ projections: [Projection], _ conditions: [Expression]
  ) -> LogicalPlan {
    let meanings = Dictionary(
      projections.map { ($0.output, $0.expression) }, uniquingKeysWith: { first, _ in first })
    let random = Set(projections.filter { !$0.expression.isDeterministic }.map(\.output))
    let (below, above) = split(conditions) {
      $0.isDeterministic && $0.columns.isDisjoint(with: random)
    }
    let translated = below.flatMap { condition in
      BooleanSimplifier.simplify(condition.replacingColumns { meanings[$0] }).conjuncts
    }
    return filtered(.project(push(input, translated), projections), above)
  }

  private static func aggregate(
    _ input: LogicalPlan, _ aggregation: Aggregation, _ conditions: [Expression]
  ) -> LogicalPlan {
    let keys = Dictionary(
      aggregation.keys.map { ($0.output, $0.expression) }, uniquingKeysWith: { first, _ in first })
    let canPush = aggregation.groupingSets == nil && !keys.isEmpty
    let (below, above) = split(conditions) { condition in
      canPush && condition.isDeterministic
        && condition.columns.allSatisfy { keys[$0]?.isDeterministic ?? false }
    }
    let translated = below.map { condition in condition.replacingColumns { keys[$0] } }
    return filtered(.aggregate(push(input, translated), aggregation), above)
  }

  // MARK: Joins

  private static func push(_ join: Join, _ conditions: [Expression]) -> LogicalPlan {
    switch join.kind {
    case .inner: return inner(join, conditions)
    case .left, .right, .full: return outer(join, conditions)
    case .semi, .anti, .nullAwareAnti, .mark: return semi(join, conditions)
    }
  }

  private static func inner(_ join: Join, _ conditions: [Expression]) -> LogicalPlan {
    let left = Set(join.left.outputs)
    let right = Set(join.right.outputs)
    var pool = join.equalities.map(\.condition)
    pool += join.residual?.conjuncts ?? []
    pool += conditions
    pool = unique(pool)
    pool += transferred(pool)
    var toLeft: [Expression] = []
    var toRight: [Expression] = []
    var both: [Expression] = []
    var above: [Expression] = []
    for condition in pool {
      let columns = condition.columns
      if !condition.isDeterministic {
        above.append(condition)
      } else if columns.isEmpty {
        toLeft.append(condition)
      } else if columns.isSubset(of: left) {
        toLeft.append(condition)
      } else if columns.isSubset(of: right) {
        toRight.append(condition)
      } else {
        both.append(condition)
        if let part = implied(condition, for: left) { toLeft.append(part) }
        if let part = implied(condition, for: right) { toRight.append(part) }
      }
    }
    let condition = JoinConditionSplit(both, left: left, right: right)
    var result = join
    result.left = push(join.left, toLeft)
    result.right = push(join.right, toRight)
    result.equalities = condition.equalities
    result.residual = .conjunction(condition.rest)
    return filtered(.join(result), above)
  }

  /// What an equality between two columns says about the other one: `a = b AND a = 5` gives `b = 5`.
  private static func transferred(_ pool: [Expression]) -> [Expression] {
    var partners: [ColumnReference: [ColumnReference]] = [:]
    for case .compare(.equal, .column(let a), .column(let b)) in pool {
      partners[a, default: []].append(b)
      partners[b, default: []].append(a)
    }
    guard !partners.isEmpty else { return [] }
    var known = Set(pool)
    var result: [Expression] = []
    for condition in pool where condition.isDeterministic {
      switch condition {
      case .compare(_, .column, .literal), .inValues(.column, _, _): break
      default: continue
      }
      guard let column = condition.columns.first else { continue }
      for partner in partners[column] ?? [] {
        let moved = condition.replacingColumns { $0 == column ? .column(partner) : nil }
        if known.insert(moved).inserted { result.append(moved) }
      }
    }
    return result
  }

  /// What `(a1 AND b1) OR (a2 AND b2)` says about one side alone: `a1 OR a2`.
  private static func implied(_ condition: Expression, for side: Set<ColumnReference>)
    -> Expression?
  {
    guard case .or(let branches) = condition else { return nil }
    var parts: [Expression] = []
    for branch in branches {
      let own = branch.conjuncts.filter {
        let columns = $0.columns
        return !columns.isEmpty && columns.isSubset(of: side)
      }
      guard let part = Expression.conjunction(own) else { return nil }
      parts.append(part)
    }
    return BooleanSimplifier.simplify(.or(parts))
  }

  private static func outer(_ join: Join, _ conditions: [Expression]) -> LogicalPlan {
    let left = Set(join.left.outputs)
    let right = Set(join.right.outputs)
    let dropsLeftPadding = conditions.contains { NullRejection.rejects($0, left) }
    let dropsRightPadding = conditions.contains { NullRejection.rejects($0, right) }
    var result = join
    switch join.kind {
    case .left where dropsRightPadding, .right where dropsLeftPadding:
      result.kind = .inner
      return inner(result, conditions)
    case .full where dropsLeftPadding && dropsRightPadding:
      result.kind = .inner
      return inner(result, conditions)
    case .full where dropsLeftPadding:
      result.kind = .left
    case .full where dropsRightPadding:
      result.kind = .right
    default: break
    }
    var toLeft: [Expression] = []
    var toRight: [Expression] = []
    var above: [Expression] = []
    for condition in conditions {
      let columns = condition.columns
      if !condition.isDeterministic || columns.isEmpty {
        above.append(condition)
      } else if result.kind == .left, columns.isSubset(of: left) {
        toLeft.append(condition)
      } else if result.kind == .right, columns.isSubset(of: right) {
        toRight.append(condition)
      } else {
        above.append(condition)
      }
    }
    // What an equality says of the other side's key: a row that cannot match may go before the join.
    switch result.kind {
    case .left: toRight += carried(toLeft, join.equalities, toLeft: false)
    case .right: toLeft += carried(toRight, join.equalities, toLeft: true)
    case .inner, .full, .semi, .anti, .nullAwareAnti, .mark: break
    }
    // A condition of ON over the padded side alone filters that side before the join.
    var residual: [Expression] = []
    for condition in join.residual?.conjuncts ?? [] {
      let columns = condition.columns
      if condition.isDeterministic, !columns.isEmpty, result.kind == .left,
        columns.isSubset(of: right)
      {
        toRight.append(condition)
      } else if condition.isDeterministic, !columns.isEmpty, result.kind == .right,
        columns.isSubset(of: left)
      {
        toLeft.append(condition)
      } else {
        residual.append(condition)
      }
    }
    result.residual = .conjunction(residual)
    result.left = push(join.left, toLeft)
    result.right = push(join.right, toRight)
    return filtered(.join(result), above)
  }

  private static func semi(_ join: Join, _ conditions: [Expression]) -> LogicalPlan {
    let left = Set(join.left.outputs)
    let right = Set(join.right.outputs)
    let (below, above) = split(conditions) {
      $0.isDeterministic && $0.columns.isSubset(of: left)
    }
    let (toRight, residual) = split(join.residual?.conjuncts ?? []) {
      let columns = $0.columns
      return $0.isDeterministic && !columns.isEmpty && columns.isSubset(of: right)
    }
    var result = join
    result.left = push(join.left, below)
    let carried =
      join.kind == .semi || join.kind == .anti
      ? carried(below, join.equalities, toLeft: false) : []
    result.right = push(join.right, toRight + carried)
    result.residual = .conjunction(residual)
    return filtered(.join(result), above)
  }

  /// `a.k = 5` as `b.k = 5` where a join demands `a.k = b.k`.
  private static func carried(
    _ conditions: [Expression], _ equalities: [Join.Equality], toLeft: Bool
  ) -> [Expression] {
    var partners: [ColumnReference: ColumnReference] = [:]
    for equality in equalities {
      guard case .column(let left) = equality.left, case .column(let right) = equality.right else {
        continue
      }
      partners[toLeft ? right : left] = toLeft ? left : right
    }
    guard !partners.isEmpty else { return [] }
    return conditions.compactMap { condition in
      switch condition {
      case .compare(_, .column(let column), .literal), .inValues(.column(let column), _, _):
        partners[column].map { partner in
          condition.replacingColumns { $0 == column ? .column(partner) : nil }
        }
      default: nil
      }
    }
  }
}

/// Whether a condition cannot hold where certain columns are all NULL.
enum NullRejection {
  static func rejects(_ condition: Expression, _ columns: Set<ColumnReference>) -> Bool {
    switch condition {
    case .compare(_, let left, let right):
      return isNullIfNull(left, columns) || isNullIfNull(right, columns)
    case .inValues(let operand, _, _), .like(let operand, _, _):
      return isNullIfNull(operand, columns)
    case .not(.isNull(let operand)): return isNullIfNull(operand, columns)
    case .not(.inValues(let operand, _, _)), .not(.like(let operand, _, _)):
      return isNullIfNull(operand, columns)
    case .and(let operands): return operands.contains { rejects($0, columns) }
    case .or(let operands): return operands.allSatisfy { rejects($0, columns) }
    case .column(let column): return columns.contains(column)
    default: return false
    }
  }

  /// Whether the expression is NULL whenever the columns are.
  private static func isNullIfNull(_ expression: Expression, _ columns: Set<ColumnReference>)
    -> Bool
  {
    switch expression {
    case .column(let column): columns.contains(column)
    case .arithmetic(_, let left, let right, _):
      isNullIfNull(left, columns) || isNullIfNull(right, columns)
    case .negate(let operand), .cast(let operand, _, _), .field(let operand, _, _):
      isNullIfNull(operand, columns)
    default: false
    }
  }
}
