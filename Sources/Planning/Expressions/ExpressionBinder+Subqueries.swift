import Columns
import Kernels
import SQL

extension ExpressionBinder {
  /// A subquery as a value: its join goes to the collector.
  func bindSubquery(_ syntax: ExpressionSyntax) throws -> Expression {
    guard let subqueries, lambdaParameters.isEmpty else {
      let place = lambdaParameters.isEmpty ? clause.rawValue : "a lambda"
      throw SQLError("\(place) cannot contain a subquery; join it in FROM", at: syntax.range)
    }
    switch syntax.kind {
    case .scalarQuery(let query): return try bindScalarQuery(query, into: subqueries)
    case .exists(let query):
      let output = binder.newColumn("exists", .boolean)
      var pending = try membership(query, operands: [], kind: .mark, mark: output)
      pending.join.markIsNeverNull = true
      subqueries.joins.append(pending)
      return .column(output)
    case .inQuery(let operand, let query, let negated):
      let isIn = try bindMembership(query, try operands(operand), into: subqueries)
      return negate(isIn, negated)
    case .quantified(let operation, let operand, let isAll, let query):
      return try bindQuantified(
        operation, operand, isAll: isAll, query, at: syntax.range, into: subqueries)
    default: preconditionFailure("only subqueries are bound here")
    }
  }

  /// `x IN (SELECT …)` as a value: true, false or NULL.
  private func bindMembership(
    _ query: Query, _ operands: [(Expression, SourceRange)], into subqueries: SubqueryCollector
  ) throws -> Expression {
    let output = binder.newColumn("in", .boolean)
    var certain = try membership(query, operands: operands, kind: .mark, mark: output)
    let join = certain.join
    guard join.equalities.count > operands.count || join.residual != nil else {
      subqueries.joins.append(certain)
      return .column(output)
    }
    // Only a NULL among the compared values makes the answer unknown; an unknown correlation merely
    // keeps a row out of the subquery. So a second mark asks whether a row of the subquery might match.
    certain.join.markIsNeverNull = true
    let mark = binder.newColumn("may be in", .boolean)
    var possible = certain
    possible.join.mark = mark
    possible.join.equalities.removeFirst(operands.count)
    possible.join.residual = .conjunction(
      join.equalities.prefix(operands.count).map(\.mayHold) + (join.residual?.conjuncts ?? []))
    subqueries.joins += [certain, possible]
    return .membership(output, mark)
  }

  /// A conjunct of WHERE that is IN or EXISTS: a join that keeps or drops rows.
  ///
  /// - Returns: nil for any other condition.
  func bindSemiJoin(_ syntax: ExpressionSyntax) throws -> PendingJoin? {
    switch syntax.kind {
    case .exists(let query): return try membership(query, operands: [], kind: .semi)
    case .inQuery(let operand, let query, let negated):
      return try membership(
        query, operands: try operands(operand), kind: negated ? .nullAwareAnti : .semi)
    case .quantified(.equal, let operand, isAll: false, let query):
      return try membership(query, operands: try operands(operand), kind: .semi)
    case .quantified(.notEqual, let operand, isAll: true, let query):
      return try membership(query, operands: try operands(operand), kind: .nullAwareAnti)
    case .not(let inner):
      switch inner.kind {
      case .exists(let query): return try membership(query, operands: [], kind: .anti)
      case .inQuery(let operand, let query, let negated):
        return try membership(
          query, operands: try operands(operand), kind: negated ? .semi : .nullAwareAnti)
      default: return nil
      }
    default: return nil
    }
  }

  private func operands(_ syntax: ExpressionSyntax) throws -> [(Expression, SourceRange)] {
    guard case .row(let items) = syntax.kind else { return [(try bind(syntax), syntax.range)] }
    return try items.map { (try bind($0), $0.range) }
  }

  /// The join that tells whether the query has a row that equals the operands (any row for EXISTS).
  private func membership(
    _ query: Query, operands: [(Expression, SourceRange)], kind: Join.Kind,
    mark: ColumnReference? = nil
  ) throws -> PendingJoin {
    let relation = try binder.bindQuery(query, scope.environment, outer: scope)
    guard operands.isEmpty || relation.columns.count == operands.count else {
      throw SQLError(
        "IN compares \(operands.count) value\(operands.count == 1 ? "" : "s"), but the subquery has "
          + "\(relation.columns.count) columns", at: query.range)
    }
    let subquery = try binder.joinable(
      relation.plan, outer: scope.references, needsRowsOnly: operands.isEmpty, at: query.range)
    let compared = try zip(operands, relation.columns).map { operand, column in
      let equal = try compare(.equal, operand.0, .column(column.reference), at: operand.1)
      guard case .compare(_, let left, let right) = equal else {
        throw SQLError("a row in IN must be written as (a, b)", at: operand.1)
      }
      return Join.Equality(left: left, right: right)
    }
    guard kind == .nullAwareAnti, subquery.isCorrelated else {
      return subquery.pending(kind, comparing: compared, mark: mark)
    }
    // Only rows of the same group count, NULLs among them: x NOT IN (…) holds where no row of the
    // group equals x or might.
    var pending = subquery.pending(.anti)
    pending.join.residual = .conjunction(
      (pending.join.residual?.conjuncts ?? []) + compared.map(\.mayHold))
    return pending
  }

  private func bindScalarQuery(_ query: Query, into subqueries: SubqueryCollector) throws
    -> Expression
  {
    let relation = try binder.bindQuery(query, scope.environment, outer: scope)
    guard let column = relation.columns.first?.reference, relation.columns.count == 1 else {
      throw SQLError(
        "a subquery used as a value must have one column, found \(relation.columns.count)",
        at: query.range)
    }
    if let value = relation.plan.valueWithoutRows(of: column), !value.columns.isEmpty {
      return value
    }
    let subquery = try binder.joinable(
      relation.plan, outer: scope.references, isScalar: true, at: query.range)
    return join(subquery, column, into: subqueries)
  }

  /// The value that a scalar subquery has for each row, its join put into the collector.
  private func join(
    _ subquery: JoinableSubquery, _ column: ColumnReference, into subqueries: SubqueryCollector
  ) -> Expression {
    guard subquery.isCorrelated else {
      subqueries.joins.append(
        PendingJoin(
          Join(kind: .inner, left: subquery.plan, right: .singleRow(subquery.plan))))
      return .column(column)
    }
    let value = subquery.values[column] ?? .column(column)
    // Rows without a group take what the aggregates give for no rows: count is 0, others NULL.
    guard let empty = subquery.emptyValues[column] else {
      subqueries.joins.append(subquery.pending(.left))
      return value
    }
    let found = binder.newColumn("found", .boolean)
    var marked = subquery
    let kept = subquery.plan.outputs.map { Projection(output: $0, expression: .column($0)) }
    marked.plan = .project(
      subquery.plan, kept + [Projection(output: found, expression: .true)])
    subqueries.joins.append(marked.pending(.left))
    return .caseWhen(
      [Expression.Branch(condition: .isNull(.column(found)), result: empty)],
      otherwise: value, column.type)
  }

  /// `= ANY` is IN, `<> ALL` is NOT IN; others compare with the least or greatest row, or both.
  private func bindQuantified(
    _ operation: ComparisonOperator, _ operand: ExpressionSyntax, isAll: Bool, _ query: Query,
    at range: SourceRange, into subqueries: SubqueryCollector
  ) throws -> Expression {
    switch (operation, isAll) {
    case (.equal, false):
      return try bindSubquery(
        ExpressionSyntax(.inQuery(operand, query, negated: false), range))
    case (.notEqual, true):
      return try bindSubquery(ExpressionSyntax(.inQuery(operand, query, negated: true), range))
    default: break
    }
    guard let least = functions.aggregate("min"), let greatest = functions.aggregate("max"),
      let count = functions.aggregate("count")
    else { throw SQLError("comparison with ANY or ALL is not supported", at: range) }
    let relation = try binder.bindQuery(query, scope.environment, outer: scope)
    guard let column = relation.columns.first, relation.columns.count == 1 else {
      throw SQLError("ANY and ALL take a subquery of one column", at: query.range)
    }
    let isUpward = operation == .greater || operation == .greaterOrEqual
    let value = Expression.column(column.reference)
    let collector = AggregateCollector()
    func add(_ function: AggregateFunction, _ arguments: [Expression]) throws -> Expression {
      guard
        let overload = function.overloads.firstIndex(where: { overload in
          var match = SignatureMatch()
          return overload.parameters.count == arguments.count
            && zip(overload.parameters, arguments).allSatisfy { match.unify($0, $1.type) }
        })
      else { throw SQLError("cannot compare \(value.type) with ANY or ALL", at: range) }
      let type = function.overloads[overload].result(arguments.map(\.type))
      return .column(
        collector.add(
          function, overload, arguments, type: type, isDistinct: false, filter: nil, orderBy: [],
          binder))
    }
    // x > ALL (…) compares with the greatest, x > ANY (…) with the least; NULL rows leave it open.
    // x = ALL (…) holds where x is both, x <> ANY (…) where it is not one of them.
    let isEquality = operation == .equal || operation == .notEqual
    var edges: [Expression] = []
    if isEquality || isAll == isUpward { edges.append(try add(greatest, [value])) }
    if isEquality || isAll != isUpward { edges.append(try add(least, [value])) }
    let all = try add(count, [])
    let present = try add(count, [value])
    let grouped = LogicalPlan.aggregate(
      relation.plan, Aggregation(keys: [], aggregates: collector.computations))
    let subquery = try binder.joinable(grouped, outer: scope.references, at: query.range)
    subqueries.joins.append(
      subquery.isCorrelated
        ? subquery.pending(.left)
        : PendingJoin(Join(kind: .inner, left: grouped, right: .singleRow(subquery.plan))))
    let compared = try bind(operand)
    let sides = try edges.map { try compare(operation, compared, $0, at: range) }
    let holds: Expression = isAll ? .and(sides) : .or(sides)
    let hasNulls = Expression.compare(.notEqual, all, present)
    let unknown = Expression.literal(.null, .boolean)
    let nothing = Expression.compare(.equal, all, .literal(.int64(0), .bigint))
    return .caseWhen(
      [
        Expression.Branch(condition: nothing, result: isAll ? .true : .false),
        Expression.Branch(condition: isAll ? .not(holds) : holds, result: isAll ? .false : .true),
        Expression.Branch(condition: .or([hasNulls, .isNull(holds)]), result: unknown),
      ], otherwise: isAll ? .true : .false, .boolean)
  }
}

extension LogicalPlan {
  /// What a column of a SELECT without FROM and WHERE is: an expression that needs no rows.
  fileprivate func valueWithoutRows(of column: ColumnReference) -> Expression? {
    guard case .project(let input, let projections) = self,
      let expression = projections.first(where: { $0.output == column })?.expression
    else { return nil }
    if case .values(_, let rows) = input, rows.count == 1, rows[0].isEmpty { return expression }
    guard case .column(let inner) = expression else { return nil }
    return input.valueWithoutRows(of: inner)
  }
}
