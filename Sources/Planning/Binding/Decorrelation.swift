import Columns
import Kernels
import SQL

/// Lifts what a correlated subquery says about the query around it out of the subquery, so that it
/// can be computed once and joined.
///
/// Conditions on outer columns move up past filters, projections and joins; an aggregate they pass
/// groups by the columns that they compare:
///
///     (SELECT max(x) FROM t WHERE t.k = o.k)   →   o LEFT JOIN (SELECT k, max(x) FROM t GROUP BY k) ON k = o.k
///
/// Source: Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015, the simple cases.
struct Decorrelation {
  private let binder: Binder
  let outer: Set<ColumnReference>
  /// EXISTS: what the rows hold does not matter.
  private let needsRowsOnly: Bool

  /// What an operator wants of the rows below it.
  private enum Need {
    /// That there is one.
    case any
    /// What they hold; how often one occurs does not matter.
    case distinct
    case all
  }

  /// What was lifted: conditions over the lifted plan's outputs and outer columns.
  private(set) var conditions: [Expression] = []
  /// The subquery has one row even where no row fits: `SELECT count(*) …`.
  private(set) var hasGlobalAggregate = false
  private(set) var isLimitedToOne = false
  /// What the outputs are where no row fits, for a global aggregate.
  private(set) var emptyValues: [ColumnReference: Expression] = [:]

  init(
    _ binder: Binder, outer: Set<ColumnReference>, needsRowsOnly: Bool = false
  ) {
    self.binder = binder
    self.outer = outer
    self.needsRowsOnly = needsRowsOnly
  }

  /// The plan without outer columns; its outputs are the old ones and what the conditions need.
  ///
  /// - Throws: ``Unliftable`` where the correlation is of another kind; see ``DependentPlan``.
  mutating func lift(_ plan: LogicalPlan) throws -> LogicalPlan {
    try lift(plan, needsRowsOnly ? .any : .all)
  }

  private mutating func lift(_ plan: LogicalPlan, _ need: Need) throws -> LogicalPlan {
    guard !plan.freeColumns.isDisjoint(with: outer) else { return plan }
    switch plan {
    case .filter(let input, let condition): return try liftFilter(input, condition, need)
    case .project(let input, let projections): return try liftProject(input, projections, need)
    case .aggregate(let input, let aggregation): return try liftAggregate(input, aggregation, need)
    case .join(let join): return try liftJoin(join, need == .any ? .distinct : need)
    case .window(let input, let computations): return try liftWindow(input, computations)
    case .sort(let input, let keys):
      let lifted = try lift(input, need)
      if need == .any { return lifted }
      try check(keys.map(\.expression))
      return .sort(lifted, keys)
    case .limit(let input, let offset, let count): return try liftLimit(input, offset, count, need)
    case .scan, .values, .unionAll, .setOperation, .unnest, .singleRow, .shared, .recursive,
      .recursiveReference, .sample:
      throw Unliftable()
    }
  }

  private func isCorrelated(_ expression: Expression) -> Bool {
    !expression.columns.isDisjoint(with: outer)
  }

  private func check(_ expressions: [Expression]) throws {
    guard !expressions.contains(where: isCorrelated) else {
      throw Unliftable()
    }
  }

  private mutating func liftFilter(
    _ input: LogicalPlan, _ condition: Expression, _ need: Need
  ) throws -> LogicalPlan {
    let lifted = try lift(input, need == .any ? .distinct : need)
    var kept: [Expression] = []
    for conjunct in condition.conjuncts {
      guard isCorrelated(conjunct) else {
        kept.append(conjunct)
        continue
      }
      guard !hasGlobalAggregate else { throw Unliftable() }
      conditions.append(conjunct)
    }
    guard let rest = Expression.conjunction(kept) else { return lifted }
    let onEmpty = rest.replacingColumns { emptyValues[$0] }
    for (column, value) in emptyValues {
      emptyValues[column] = .caseWhen(
        [Expression.Branch(condition: onEmpty, result: value)],
        otherwise: .literal(.null, column.type), column.type)
    }
    return .filter(lifted, rest)
  }

  private mutating func liftProject(
    _ input: LogicalPlan, _ projections: [Projection], _ need: Need
  ) throws -> LogicalPlan {
    let lifted = try lift(input, need)
    var kept = projections
    if need == .any {
      // What stood on a projection that went before goes as well.
      let left = Set(lifted.outputs)
      kept.removeAll { isCorrelated($0.expression) || !$0.expression.columns.isSubset(of: left) }
    } else {
      try check(projections.map(\.expression))
    }
    for projection in kept where hasGlobalAggregate {
      emptyValues[projection.output] = projection.expression.replacingColumns { emptyValues[$0] }
    }
    return .project(lifted, kept + missing(from: kept.map(\.output)))
  }

  /// Projections that pass on the inner columns of the conditions.
  private func missing(from outputs: [ColumnReference]) -> [Projection] {
    var present = Set(outputs)
    var result: [Projection] = []
    for condition in conditions {
      for column in condition.columns.subtracting(outer).sorted(by: { $0.id < $1.id })
      where present.insert(column).inserted {
        result.append(Projection(output: column, expression: .column(column)))
      }
    }
    return result
  }

  /// The inner sides of the conditions, which must all be equalities, as columns to group by.
  mutating func keysOfConditions() throws -> [Projection] {
    var keys: [Expression: ColumnReference] = [:]
    var projections: [Projection] = []
    conditions = try conditions.map { condition in
      guard case .compare(.equal, let a, let b) = condition else {
        throw Unliftable()
      }
      let (inner, other) = isCorrelated(a) ? (b, a) : (a, b)
      guard !isCorrelated(inner), other.columns.isSubset(of: outer) else {
        throw Unliftable()
      }
      let key: ColumnReference
      if let known = keys[inner] {
        key = known
      } else {
        if case .column(let column) = inner {
          key = column
        } else {
          key = binder.newColumn("key", inner.type)
        }
        keys[inner] = key
        projections.append(Projection(output: key, expression: inner))
      }
      return .compare(.equal, .column(key), other)
    }
    return projections
  }

  private mutating func liftAggregate(
    _ input: LogicalPlan, _ aggregation: Aggregation, _ need: Need
  ) throws -> LogicalPlan {
    let isDistinct =
      aggregation.aggregates.isEmpty && !aggregation.keys.isEmpty
      && aggregation.keys.allSatisfy { $0.expression == .column($0.output) }
    let isNeedless = isDistinct && need != .all
    let lifted = try lift(input, isNeedless ? need : .all)
    guard !hasGlobalAggregate, aggregation.groupingSets == nil else {
      throw Unliftable()
    }
    if isNeedless { return lifted }
    var result = aggregation
    try check(aggregation.keys.map(\.expression))
    for aggregate in aggregation.aggregates {
      try check(aggregate.arguments + (aggregate.filter.map { [$0] } ?? []))
    }
    let own = Set(aggregation.keys.map(\.output))
    result.keys += try keysOfConditions().filter { !own.contains($0.output) }
    if aggregation.keys.isEmpty {
      guard !needsRowsOnly else { throw Unliftable() }
      hasGlobalAggregate = true
      for aggregate in aggregation.aggregates {
        emptyValues[aggregate.output] = .literal(
          try aggregate.valueOfNoRows(), aggregate.output.type)
      }
    }
    return .aggregate(lifted, result)
  }

  private mutating func liftJoin(_ join: Join, _ need: Need) throws -> LogicalPlan {
    var result = join
    if join.kind == .inner {
      result.left = try lift(join.left, need)
      let ofLeft = conditions
      // What the right side groups by and passes on is of its own conditions.
      conditions = []
      result.right = try lift(join.right, need)
      conditions = ofLeft + conditions
      try checkRowsOfJoin()
      var kept: [Join.Equality] = []
      for equality in join.equalities {
        if isCorrelated(equality.left) || isCorrelated(equality.right) {
          conditions.append(equality.condition)
        } else {
          kept.append(equality)
        }
      }
      result.equalities = kept
      let residual = join.residual?.conjuncts ?? []
      conditions += residual.filter(isCorrelated)
      result.residual = .conjunction(residual.filter { !isCorrelated($0) })
      return .join(result)
    }
    guard [.left, .semi, .anti, .nullAwareAnti, .mark].contains(join.kind),
      join.right.freeColumns.isDisjoint(with: outer),
      !join.equalities.contains(where: { isCorrelated($0.left) || isCorrelated($0.right) }),
      !(join.residual.map(isCorrelated) ?? false)
    else { throw Unliftable() }
    result.left = try lift(join.left, need)
    try checkRowsOfJoin()
    return .join(result)
  }

  /// A join may drop the one row of an aggregate, or make several of it.
  private mutating func checkRowsOfJoin() throws {
    guard !hasGlobalAggregate else { throw Unliftable() }
    isLimitedToOne = false
  }

  private mutating func liftWindow(_ input: LogicalPlan, _ computations: [WindowComputation])
    throws -> LogicalPlan
  {
    let lifted = try lift(input, .all)
    guard !hasGlobalAggregate else { throw Unliftable() }
    var named: [Expression] = []
    LogicalPlan.window(input, computations).forEachExpression { named.append($0) }
    try check(named)
    let keys = try keysOfConditions()
    let expressions = keys.map(\.expression)
    let windowed = LogicalPlan.window(
      lifted,
      computations.map { computation in
        var result = computation
        result.partitionBy += expressions
        return result
      })
    return passing(keys, over: windowed)
  }

  /// `plan` with the computed ones among `keys` as further columns.
  private func passing(_ keys: [Projection], over plan: LogicalPlan) -> LogicalPlan {
    let present = Set(plan.outputs)
    let computed = keys.filter { !present.contains($0.output) }
    guard !computed.isEmpty else { return plan }
    return .project(
      plan, plan.outputs.map { Projection(output: $0, expression: .column($0)) } + computed)
  }

  /// `ORDER BY … LIMIT n` within the rows of each outer row: numbered, then filtered.
  private mutating func liftLimit(
    _ input: LogicalPlan, _ offset: Int, _ count: Int?, _ need: Need
  ) throws -> LogicalPlan {
    if need == .any, offset == 0, count ?? 1 > 0 { return try lift(input, need) }
    var below = input
    var orderBy: [SortKey] = []
    if case .sort(let sorted, let keys) = input {
      below = sorted
      orderBy = keys
      try check(keys.map(\.expression))
    }
    let lifted = try lift(below, .all)
    if hasGlobalAggregate, offset == 0, count ?? 1 > 0 { return lifted }
    guard !hasGlobalAggregate, let count else { throw Unliftable() }
    let keys = try keysOfConditions()
    isLimitedToOne = count <= 1
    return binder.numbered(
      passing(keys, over: lifted), partitionBy: keys.map { .column($0.output) }, orderBy: orderBy,
      offset: offset, count: count)
  }
}

/// A correlation that conditions cannot be lifted out of.
struct Unliftable: Error {}

extension Binder {
  /// The rows at some places of each partition: LIMIT and OFFSET for many at once.
  func numbered(
    _ plan: LogicalPlan, partitionBy: [Expression], orderBy: [SortKey], offset: Int, count: Int?
  ) -> LogicalPlan {
    let position = newColumn("row_number", .bigint)
    let numbered = LogicalPlan.window(
      plan,
      [
        WindowComputation(
          output: position, function: .rowNumber, arguments: [], partitionBy: partitionBy,
          orderBy: orderBy,
          frame: WindowFrame(unit: .range, start: .unboundedPreceding, end: .currentRow))
      ])
    var bounds: [Expression] = []
    if let count {
      let (last, overflow) = Int64(offset).addingReportingOverflow(Int64(count))
      bounds.append(
        .compare(
          .lessOrEqual, .column(position), .literal(.int64(overflow ? .max : last), .bigint)))
    }
    if offset > 0 {
      bounds.append(
        .compare(.greater, .column(position), .literal(.int64(Int64(offset)), .bigint)))
    }
    return .filter(numbered, .conjunction(bounds) ?? .true)
  }
}
