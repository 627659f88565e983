extension LogicalPlan {
  /// The plans this one reads from; a shared plan's definition is not among them.
  package var inputs: [LogicalPlan] {
    switch self {
    case .scan, .values, .shared, .recursiveReference: []
    case .filter(let input, _), .project(let input, _), .aggregate(let input, _),
      .window(let input, _), .sort(let input, _), .limit(let input, _, _), .unnest(let input, _),
      .singleRow(let input), .sample(let input, _):
      [input]
    case .join(let join): [join.left, join.right]
    case .unionAll(let inputs, _, _): inputs
    case .setOperation(let operation): [operation.left, operation.right]
    case .recursive(let recursion): [recursion.base, recursion.step]
    }
  }

  /// The same operator over other inputs.
  package func mapInputs(_ transform: (LogicalPlan) throws -> LogicalPlan) rethrows -> LogicalPlan {
    switch self {
    case .scan, .values, .shared, .recursiveReference: return self
    case .filter(let input, let condition): return .filter(try transform(input), condition)
    case .project(let input, let projections): return .project(try transform(input), projections)
    case .aggregate(let input, let aggregation):
      return .aggregate(try transform(input), aggregation)
    case .window(let input, let computations): return .window(try transform(input), computations)
    case .sort(let input, let keys): return .sort(try transform(input), keys)
    case .limit(let input, let offset, let count):
      return .limit(try transform(input), offset: offset, count: count)
    case .unnest(let input, let unnest): return .unnest(try transform(input), unnest)
    case .singleRow(let input): return .singleRow(try transform(input))
    case .sample(let input, let percent): return .sample(try transform(input), percent: percent)
    case .join(var join):
      join.left = try transform(join.left)
      join.right = try transform(join.right)
      return .join(join)
    case .unionAll(let inputs, let outputs, let columns):
      return .unionAll(try inputs.map(transform), outputs: outputs, inputs: columns)
    case .setOperation(var operation):
      operation.left = try transform(operation.left)
      operation.right = try transform(operation.right)
      return .setOperation(operation)
    case .recursive(var recursion):
      recursion.base = try transform(recursion.base)
      recursion.step = try transform(recursion.step)
      return .recursive(recursion)
    }
  }

  /// The same operator with other expressions; inputs stay.
  package func mapExpressions(_ transform: (Expression) throws -> Expression) rethrows
    -> LogicalPlan
  {
    switch self {
    case .shared, .recursiveReference, .limit, .unionAll, .setOperation, .singleRow, .sample,
      .recursive:
      return self
    case .scan(var scan):
      scan.filters = try scan.filters.map(transform)
      return .scan(scan)
    case .values(let columns, let rows):
      return .values(columns, rows: try rows.map { try $0.map(transform) })
    case .filter(let input, let condition): return .filter(input, try transform(condition))
    case .project(let input, let projections):
      return .project(input, try projections.map { try $0.mapExpression(transform) })
    case .aggregate(let input, var aggregation):
      aggregation.keys = try aggregation.keys.map { try $0.mapExpression(transform) }
      aggregation.aggregates = try aggregation.aggregates.map { try $0.mapExpressions(transform) }
      return .aggregate(input, aggregation)
    case .window(let input, let computations):
      return .window(input, try computations.map { try $0.mapExpressions(transform) })
    case .sort(let input, let keys):
      return .sort(input, try keys.map { try $0.mapExpression(transform) })
    case .unnest(let input, var unnest):
      unnest.collections = try unnest.collections.map(transform)
      return .unnest(input, unnest)
    case .join(var join):
      join.equalities = try join.equalities.map {
        try $0.mapSides(left: transform, right: transform)
      }
      join.residual = try join.residual.map(transform)
      return .join(join)
    }
  }

  /// Visits each expression of this operator alone.
  package func forEachExpression(_ visit: (Expression) throws -> Void) rethrows {
    switch self {
    case .shared, .recursiveReference, .limit, .unionAll, .setOperation, .singleRow, .sample,
      .recursive:
      return
    case .scan(let scan): try scan.filters.forEach(visit)
    case .values(_, let rows): for row in rows { try row.forEach(visit) }
    case .filter(_, let condition): try visit(condition)
    case .project(_, let projections): for item in projections { try visit(item.expression) }
    case .aggregate(_, let aggregation):
      for key in aggregation.keys { try visit(key.expression) }
      for aggregate in aggregation.aggregates {
        try aggregate.arguments.forEach(visit)
        if let filter = aggregate.filter { try visit(filter) }
        for key in aggregate.orderBy { try visit(key.expression) }
      }
    case .window(_, let computations):
      for computation in computations {
        try computation.arguments.forEach(visit)
        try computation.partitionBy.forEach(visit)
        for key in computation.orderBy { try visit(key.expression) }
        if let filter = computation.filter { try visit(filter) }
      }
    case .sort(_, let keys): for key in keys { try visit(key.expression) }
    case .unnest(_, let unnest): try unnest.collections.forEach(visit)
    case .join(let join):
      for equality in join.equalities {
        try visit(equality.left)
        try visit(equality.right)
      }
      if let residual = join.residual { try visit(residual) }
    }
  }

  /// Columns that some operator in the tree names but none produces: a correlated subquery's.
  ///
  /// - Complexity: O(size of the tree).
  var freeColumns: Set<ColumnReference> {
    var used: Set<ColumnReference> = []
    var produced: Set<ColumnReference> = []
    var seen: Set<Int> = []
    func visit(_ plan: LogicalPlan) {
      if case .shared(let shared, _) = plan, seen.insert(shared.id).inserted { visit(shared.plan) }
      plan.forEachExpression { $0.collectColumns(into: &used) }
      for column in plan.newColumns { produced.insert(column) }
      for input in plan.inputs { visit(input) }
    }
    visit(self)
    return used.subtracting(produced)
  }

  /// Columns that come into being in this operator.
  private var newColumns: [ColumnReference] {
    switch self {
    case .filter, .sort, .limit, .singleRow, .sample: []
    case .scan, .values, .project, .aggregate, .unionAll, .setOperation, .shared,
      .recursiveReference, .recursive:
      outputs
    case .join(let join): join.mark.map { [$0] } ?? []
    case .window(_, let computations): computations.map(\.output)
    case .unnest(_, let unnest): unnest.outputs + (unnest.ordinality.map { [$0] } ?? [])
    }
  }
}

extension Projection {
  func mapExpression(_ transform: (Expression) throws -> Expression) rethrows -> Projection {
    Projection(output: output, expression: try transform(expression))
  }
}

extension SortKey {
  func mapExpression(_ transform: (Expression) throws -> Expression) rethrows -> SortKey {
    SortKey(
      expression: try transform(expression), isDescending: isDescending, nullsFirst: nullsFirst)
  }
}

extension AggregateComputation {
  func mapExpressions(_ transform: (Expression) throws -> Expression) rethrows
    -> AggregateComputation
  {
    AggregateComputation(
      output: output, function: function, overload: overload,
      arguments: try arguments.map(transform), isDistinct: isDistinct,
      filter: try filter.map(transform),
      orderBy: try orderBy.map { try $0.mapExpression(transform) })
  }
}

extension WindowComputation {
  func mapExpressions(_ transform: (Expression) throws -> Expression) rethrows -> WindowComputation
  {
    var result = self
    result.arguments = try arguments.map(transform)
    result.partitionBy = try partitionBy.map(transform)
    result.orderBy = try orderBy.map { try $0.mapExpression(transform) }
    result.filter = try filter.map(transform)
    return result
  }
}
