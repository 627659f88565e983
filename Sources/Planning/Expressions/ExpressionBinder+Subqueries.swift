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
      var join = try membership(query, operands: [], kind: .mark, mark: output)
      join.markIsNeverNull = true
      subqueries.joins.append(join)
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
    var join = try membership(query, operands: operands, kind: .mark, mark: output)
    let isCorrelated = join.equalities.count > operands.count || join.residual != nil
    guard isCorrelated else {
      subqueries.joins.append(join)
      return .column(output)
    }
    // Only a NULL among the compared values makes the answer unknown; an unknown correlation merely
    // keeps a row out of the subquery. So a second mark asks whether a row of the subquery might match.
    join.markIsNeverNull = true
    let mark = binder.newColumn("may be in", .boolean)
    var possible = try membership(query, operands: operands, kind: .mark, mark: mark)
    let unknown = possible.equalities.prefix(operands.count).map {
      Expression.or([
        .compare(.equal, $0.left, $0.right), .isNull($0.left), .isNull($0.right),
      ])
    }
    possible.equalities.removeFirst(operands.count)
    possible.residual = .conjunction(unknown + (possible.residual?.conjuncts ?? []))
    possible.markIsNeverNull = true
    subqueries.joins += [join, possible]
    return .caseWhen(
      [
        Expression.Branch(condition: .column(output), result: .true),
        Expression.Branch(condition: .column(mark), result: .literal(.null, .boolean)),
      ], otherwise: .false, .boolean)
  }

  /// A conjunct of WHERE that is IN or EXISTS: a join that keeps or drops rows.
  ///
  /// - Returns: nil for any other condition.
  func bindSemiJoin(_ syntax: ExpressionSyntax) throws -> Join? {
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
  ) throws -> Join {
    var relation = try binder.bindQuery(query, scope.environment, outer: scope)
    let outer = relation.plan.freeColumns
    guard operands.isEmpty || relation.columns.count == operands.count else {
      throw SQLError(
        "IN compares \(operands.count) value\(operands.count == 1 ? "" : "s"), but the subquery has "
          + "\(relation.columns.count) columns", at: query.range)
    }
    var decorrelation = Decorrelation(
      binder, outer: outer, at: query.range, needsRowsOnly: operands.isEmpty)
    if !outer.isEmpty { relation.plan = try decorrelation.lift(relation.plan) }
    var equalities: [Join.Equality] = []
    for ((value, range), column) in zip(operands, relation.columns) {
      let equal = try compare(.equal, value, .column(column.reference), at: range)
      guard case .compare(_, let left, let right) = equal else {
        throw SQLError("a row in IN must be written as (a, b)", at: range)
      }
      equalities.append(Join.Equality(left: left, right: right))
    }
    let inner = Set(relation.plan.outputs)
    // An outer query's column is neither side's; it stays in the condition and is lifted further out.
    let split = JoinConditionSplit(decorrelation.conditions, left: outer, right: inner)
    if kind == .nullAwareAnti && !decorrelation.conditions.isEmpty {
      // Only rows of the same group count, NULLs among them: x NOT IN (…) holds where no row of the
      // group equals x or might.
      let blocked = equalities.map {
        Expression.or([
          .compare(.equal, $0.left, $0.right), .isNull($0.left), .isNull($0.right),
        ])
      }
      return Join(
        kind: .anti, left: relation.plan, right: relation.plan, equalities: split.equalities,
        residual: .conjunction(split.rest + blocked))
    }
    return Join(
      kind: kind, left: relation.plan, right: relation.plan,
      equalities: equalities + split.equalities, residual: .conjunction(split.rest), mark: mark)
  }

  private func bindScalarQuery(_ query: Query, into subqueries: SubqueryCollector) throws
    -> Expression
  {
    var relation = try binder.bindQuery(query, scope.environment, outer: scope)
    guard let column = relation.columns.first?.reference, relation.columns.count == 1 else {
      throw SQLError(
        "a subquery used as a value must have one column, found \(relation.columns.count)",
        at: query.range)
    }
    let outer = relation.plan.freeColumns
    guard !outer.isEmpty else {
      subqueries.joins.append(
        Join(kind: .inner, left: relation.plan, right: .singleRow(relation.plan)))
      return .column(column)
    }
    var decorrelation = Decorrelation(binder, outer: outer, at: query.range)
    relation.plan = try decorrelation.lift(relation.plan)
    guard decorrelation.hasGlobalAggregate || decorrelation.isLimitedToOne else {
      return try bindSingleRow(relation.plan, column, &decorrelation, at: query, into: subqueries)
    }
    let split = JoinConditionSplit(
      decorrelation.conditions, left: outer, right: Set(relation.plan.outputs))
    // Rows without a group take what the aggregates give for no rows: count is 0, others NULL.
    let empty = decorrelation.emptyValues[column] ?? .literal(.null, column.type)
    guard case .literal(.null, _) = empty else {
      let found = binder.newColumn("found", .boolean)
      let kept = relation.plan.outputs.map { Projection(output: $0, expression: .column($0)) }
      let plan = LogicalPlan.project(
        relation.plan, kept + [Projection(output: found, expression: .true)])
      subqueries.joins.append(
        Join(
          kind: .left, left: plan, right: plan, equalities: split.equalities,
          residual: .conjunction(split.rest)))
      return .caseWhen(
        [Expression.Branch(condition: .isNull(.column(found)), result: empty)],
        otherwise: .column(column), column.type)
    }
    subqueries.joins.append(
      Join(
        kind: .left, left: relation.plan, right: relation.plan, equalities: split.equalities,
        residual: .conjunction(split.rest)))
    return .column(column)
  }

  /// A correlated subquery that may have several rows for a row of the outer query: they are counted,
  /// and a row that takes one of several is an error when it is computed.
  private func bindSingleRow(
    _ plan: LogicalPlan, _ column: ColumnReference, _ decorrelation: inout Decorrelation,
    at query: Query, into subqueries: SubqueryCollector
  ) throws -> Expression {
    guard let anyValue = functions.aggregate("arbitrary"), let count = functions.aggregate("count"),
      let star = count.overloads.firstIndex(where: { $0.parameters.isEmpty })
    else { throw SQLError("a correlated subquery must end with LIMIT 1", at: query.range) }
    let keys = try decorrelation.keysOfConditions()
    let value = binder.newColumn(column.name, column.type)
    let rows = binder.newColumn("rows", .bigint)
    let grouped = LogicalPlan.aggregate(
      plan,
      Aggregation(
        keys: keys,
        aggregates: [
          AggregateComputation(
            output: value, function: anyValue, overload: 0, arguments: [.column(column)]),
          AggregateComputation(output: rows, function: count, overload: star, arguments: []),
        ]))
    let split = JoinConditionSplit(
      decorrelation.conditions, left: decorrelation.outer,
      right: Set(grouped.outputs))
    subqueries.joins.append(
      Join(
        kind: .left, left: grouped, right: grouped, equalities: split.equalities,
        residual: .conjunction(split.rest)))
    return .call(
      FunctionCall(
        function: SingleRowFunction.singleRow, overload: 0,
        arguments: [.expression(.column(value)), .expression(.column(rows))], type: column.type))
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
    guard let column = relation.columns.first, relation.columns.count == 1,
      relation.plan.freeColumns.isEmpty
    else {
      throw SQLError(
        "ANY and ALL take an uncorrelated subquery of one column", at: query.range)
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
    subqueries.joins.append(
      Join(
        kind: .inner, left: relation.plan,
        right: .singleRow(
          .aggregate(
            relation.plan, Aggregation(keys: [], aggregates: collector.computations)))))
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
