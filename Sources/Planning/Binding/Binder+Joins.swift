import Columns
import SQL

extension Binder {
  func bindJoin(
    _ leftReference: TableReference, _ rightReference: TableReference, _ kind: JoinKind,
    _ condition: JoinCondition, at range: SourceRange, _ environment: Environment, outer: Scope?,
    beside: FromItem?
  ) throws -> FromItem {
    let left = try bindFrom(leftReference, environment, outer: outer, beside: beside)
    var inner = rightReference
    while case .parenthesized(let next) = inner { inner = next }
    if case .unnest = inner {
      return try bindJoinWithUnnest(left, inner, kind, condition, at: range, environment, outer)
    }
    let right = try bindFrom(rightReference, environment, outer: outer, beside: left)
    var item = concatenated(left, right)
    if case .using(let names) = condition {
      return try bindUsing(names, left, right, item, joinKind(kind), environment, outer)
    }
    let scope = item.scope(parent: outer, environment)
    var conjuncts: [Expression] = []
    let lateral = try correlation(of: right.plan, with: left.plan, kind, at: range)
    var sides = (left: left.plan, right: lateral.plan)
    if case .on(let expression) = condition {
      let subqueries = SubqueryCollector()
      let binder = ExpressionBinder(self, scope, clause: .on, subqueries: subqueries)
      conjuncts = try binder.bindCondition(expression).conjuncts
      try attach(subqueries, to: &sides, at: expression.range)
    }
    item.plan = join(
      joinKind(kind), sides.left, sides.right, on: conjuncts + lateral.conditions)
    return item
  }

  /// Puts the subqueries of ON below the join, each on the side whose columns it names.
  private func attach(
    _ subqueries: SubqueryCollector, to sides: inout (left: LogicalPlan, right: LogicalPlan),
    at range: SourceRange
  ) throws {
    for subquery in subqueries.joins {
      var join = subquery
      let columns = join.equalities.reduce(into: join.residual?.columns ?? []) {
        $0.formUnion($1.left.columns.union($1.right.columns))
      }
      let named = columns.subtracting(join.right.outputs)
      if !named.isDisjoint(with: sides.left.outputs) {
        guard named.isDisjoint(with: sides.right.outputs) else {
          throw SQLError(
            "a subquery in ON that names columns of both tables is not supported; filter in WHERE",
            at: range)
        }
        join.left = sides.left
        sides.left = .join(join)
      } else {
        join.left = sides.right
        sides.right = .join(join)
      }
    }
  }

  private func joinKind(_ kind: JoinKind) -> Join.Kind {
    switch kind {
    case .inner, .cross: .inner
    case .left: .left
    case .right: .right
    case .full: .full
    }
  }

  /// A LATERAL subquery's conditions on columns to its left become conditions of the join.
  private func correlation(
    of right: LogicalPlan, with left: LogicalPlan, _ kind: JoinKind, at range: SourceRange
  ) throws -> (plan: LogicalPlan, conditions: [Expression]) {
    let outer = right.freeColumns.intersection(left.outputs)
    guard !outer.isEmpty else { return (right, []) }
    guard kind != .right && kind != .full else {
      throw SQLError("a LATERAL subquery cannot be right of a RIGHT or FULL join", at: range)
    }
    var decorrelation = Decorrelation(self, outer: outer, at: range)
    let plan = try decorrelation.lift(right)
    guard !decorrelation.hasGlobalAggregate || kind == .left else {
      throw SQLError(
        "a correlated LATERAL subquery that aggregates all rows is supported with LEFT JOIN LATERAL "
          + "… ON true; write GROUP BY or LEFT JOIN", at: range)
    }
    return (plan, decorrelation.conditions)
  }

  func concatenated(_ left: FromItem, _ right: FromItem) -> FromItem {
    let shift = left.relations.count
    return FromItem(
      plan: left.plan, relations: left.relations + right.relations,
      columns: left.columns
        + right.columns.map { column in
          var moved = column
          moved.relation += shift
          return moved
        })
  }

  /// A join on a list of conditions: equalities between the sides are told apart from the rest.
  func join(
    _ kind: Join.Kind, _ left: LogicalPlan, _ right: LogicalPlan, on conjuncts: [Expression]
  ) -> LogicalPlan {
    let condition = JoinConditionSplit(
      conjuncts, left: Set(left.outputs), right: Set(right.outputs))
    return .join(
      Join(
        kind: kind, left: left, right: right, equalities: condition.equalities,
        residual: .conjunction(condition.rest.filter { $0 != .true })))
  }

  private func bindUsing(
    _ names: [Identifier], _ left: FromItem, _ right: FromItem, _ both: FromItem,
    _ kind: Join.Kind, _ environment: Environment, _ outer: Scope?
  ) throws -> FromItem {
    let leftScope = left.scope(parent: nil, environment)
    let rightScope = right.scope(parent: nil, environment)
    var item = both
    var merged: [ScopeColumn] = []
    var conjuncts: [Expression] = []
    for name in names {
      let qualified = QualifiedName([name])
      guard let a = try leftScope.resolve(qualified)?.expression else {
        throw leftScope.unknown(qualified)
      }
      guard let b = try rightScope.resolve(qualified)?.expression else {
        throw rightScope.unknown(qualified)
      }
      guard let type = TypeCoercion.common(a.type, b.type) else {
        throw SQLError(
          "cannot join \(a.type) with \(b.type) by USING; write ON with a CAST", at: name.range)
      }
      let (x, y) = (a.coerced(to: type), b.coerced(to: type))
      conjuncts.append(.compare(.equal, x, y))
      let expression: Expression =
        switch kind {
        case .right: y
        case .full: .coalesce([x, y], type)
        default: x
        }
      merged.append(ScopeColumn(name: name.text, relation: 0, expression: expression))
      for position in item.columns.indices
      where item.columns[position].name.lowercased() == name.text.lowercased() {
        item.columns[position].needsQualifier = true
      }
    }
    // The merged columns come first in `*`, under a relation without a name.
    item.relations.insert(ScopeRelation(names: [], isAlias: false), at: 0)
    for position in item.columns.indices { item.columns[position].relation += 1 }
    item.columns = merged + item.columns
    item.plan = join(kind, left.plan, right.plan, on: conjuncts)
    return item
  }

  private func bindJoinWithUnnest(
    _ left: FromItem, _ unnest: TableReference, _ kind: JoinKind, _ condition: JoinCondition,
    at range: SourceRange, _ environment: Environment, _ outer: Scope?
  ) throws -> FromItem {
    guard kind != .right && kind != .full else {
      return try bindOuterUnnest(left, unnest, kind, condition, at: range, environment, outer)
    }
    var item = try bindUnnest(
      unnest, over: left, keepsEmpty: kind == .left, environment, outer: outer)
    guard case .on(let expression) = condition else {
      if case .using = condition { throw SQLError("UNNEST cannot be joined by USING", at: range) }
      return item
    }
    let scope = item.scope(parent: outer, environment)
    let bound = try ExpressionBinder(self, scope, clause: .on).bindCondition(expression)
    if bound == .true { return item }
    guard kind != .left else {
      throw SQLError("LEFT JOIN UNNEST takes ON true only; filter in WHERE", at: expression.range)
    }
    item.plan = .filter(item.plan, bound)
    return item
  }

  /// `RIGHT JOIN UNNEST(…) ON true`: the collections cannot name columns of the left side, so the
  /// entries stand for themselves.
  private func bindOuterUnnest(
    _ left: FromItem, _ unnest: TableReference, _ kind: JoinKind, _ condition: JoinCondition,
    at range: SourceRange, _ environment: Environment, _ outer: Scope?
  ) throws -> FromItem {
    let right = try bindUnnest(
      unnest, over: FromItem(plan: .values([], rows: [[]]), relations: [], columns: []),
      keepsEmpty: false, environment, outer: outer)
    var item = concatenated(left, right)
    guard case .on(let expression) = condition,
      try ExpressionBinder(self, item.scope(parent: outer, environment), clause: .on)
        .bindCondition(expression) == .true
    else { throw SQLError("RIGHT and FULL JOIN UNNEST take ON true only", at: range) }
    item.plan = join(joinKind(kind), left.plan, right.plan, on: [])
    return item
  }
}
