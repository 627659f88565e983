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
    let subqueries = SubqueryCollector()
    if case .on(let expression) = condition {
      let binder = ExpressionBinder(self, scope, clause: .on, subqueries: subqueries)
      conjuncts = try binder.bindCondition(expression).conjuncts
    }
    // A subquery keeps every row, so it may stand on the side whose columns it names.
    var (leftPlan, rightPlan) = (left.plan, right.plan)
    let ofBoth = SubqueryCollector()
    for pending in subqueries.joins {
      let named = pending.outerColumns
      if named.isSubset(of: left.plan.outputs) {
        leftPlan = pending.joined(to: leftPlan, numbering)
      } else if named.isSubset(of: right.plan.outputs) {
        rightPlan = pending.joined(to: rightPlan, numbering)
      } else {
        ofBoth.joins.append(pending)
      }
    }
    guard ofBoth.joins.isEmpty else {
      guard kind == .inner else {
        throw SQLError(
          "a subquery in ON of an outer join can name columns of one side only", at: range)
      }
      let pairs = try joined(leftPlan, rightPlan, kind, on: [], at: range)
      item.plan = .filter(ofBoth.apply(to: pairs, numbering), .and(conjuncts))
      return item
    }
    item.plan = try joined(leftPlan, rightPlan, kind, on: conjuncts, at: range)
    return item
  }

  private func joinKind(_ kind: JoinKind) -> Join.Kind {
    switch kind {
    case .inner, .cross: .inner
    case .left: .left
    case .right: .right
    case .full: .full
    }
  }

  /// A join whose right side may name columns of the left one, being LATERAL.
  private func joined(
    _ left: LogicalPlan, _ right: LogicalPlan, _ kind: JoinKind, on conjuncts: [Expression],
    at range: SourceRange
  ) throws -> LogicalPlan {
    let outer = right.freeColumns.intersection(left.outputs)
    guard !outer.isEmpty else { return join(joinKind(kind), left, right, on: conjuncts) }
    guard kind != .right && kind != .full else {
      throw SQLError("a LATERAL subquery cannot be right of a RIGHT or FULL join", at: range)
    }
    if kind != .left, right.isRowByRow {
      var dependent = DependentPlan(over: left, self, at: range)
      let pairs = try dependent.push(right)
      return Expression.conjunction(conjuncts).map { .filter(pairs, $0) } ?? pairs
    }
    let subquery = try joinable(right, outer: outer, needsEveryRow: kind != .left, at: range)
    let outputs = Set(subquery.plan.outputs)
    let split = JoinConditionSplit(
      conjuncts.filter { $0 != .true } + subquery.conditions, left: Set(left.outputs),
      right: outputs)
    return PendingJoin(
      Join(
        kind: joinKind(kind), left: left, right: subquery.plan,
        equalities: subquery.equalities + split.equalities, residual: .conjunction(split.rest)),
      subquery.domain
    ).joined(to: left, numbering)
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
    var seen: Set<String> = []
    for name in names {
      guard seen.insert(name.text.lowercased()).inserted else {
        throw SQLError("USING names '\(name.text)' twice", at: name.range)
      }
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
