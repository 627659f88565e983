import Columns
import Kernels
import SQL

/// Computes a correlated subquery for all outer rows at once: the domain of the outer values is pushed
/// down to where they are named, and every operator on the way keeps the rows of each apart.
///
/// What ``Decorrelation`` can lift is joined more cheaply; this takes every other shape.
///
/// Source: Neumann and Kemper, "Unnesting Arbitrary Queries", BTW 2015.
struct DependentPlan {
  private let binder: Binder
  private let range: SourceRange
  /// The rows that the subquery is computed for.
  private let rows: LogicalPlan
  private let columns: [ColumnReference]
  private let names: [ColumnReference: ColumnReference]
  /// Shared plans that name outer columns, as they are computed for all outer rows.
  private var shared: [Int: SharedPlan] = [:]

  init(_ outer: [ColumnReference], _ domain: Domain, _ binder: Binder, at range: SourceRange) {
    self.binder = binder
    self.range = range
    rows = domain.marker
    columns = domain.columns
    names = Dictionary(zip(outer, domain.columns), uniquingKeysWith: { first, _ in first })
  }

  /// Computed for each row of `rows`, none of which has a number of its own: only for plans that
  /// ``LogicalPlan/isRowByRow`` calls so.
  init(over rows: LogicalPlan, _ binder: Binder, at range: SourceRange) {
    self.binder = binder
    self.range = range
    self.rows = rows
    columns = rows.outputs
    names = [:]
  }

  /// The plan whose outputs are the domain's columns and the subquery's.
  ///
  /// - Throws: `SQLError` for the few operators that cannot be computed so.
  mutating func push(_ plan: LogicalPlan) throws -> LogicalPlan {
    guard isDependent(plan) else {
      if case .values(let columns, let cells) = plan, columns.isEmpty, cells.count == 1 {
        return rows
      }
      return .join(Join(kind: .inner, left: rows, right: plan))
    }
    switch plan {
    case .filter(let input, let condition): return .filter(try push(input), renamed(condition))
    case .project(let input, let projections):
      return .project(
        try push(input), passed + projections.map { $0.mapExpression(renamed) })
    case .values(let outputs, let rows): return pushValues(outputs, rows)
    case .aggregate(let input, let aggregation):
      return try pushAggregate(push(input), aggregation)
    case .join(let join): return try pushJoin(join)
    case .window(let input, let computations):
      return .window(
        try push(input),
        computations.map { computation in
          var result = computation.mapExpressions(renamed)
          result.partitionBy += columns.map { .column($0) }
          return result
        })
    case .sort(let input, _): return try push(input)
    case .limit(let input, let offset, let count): return try pushLimit(input, offset, count)
    case .unionAll(let inputs, let outputs, let lists):
      return .unionAll(
        try inputs.map { try push($0) }, outputs: columns + outputs,
        inputs: lists.map { columns + $0 })
    case .setOperation(var operation):
      operation.left = try push(operation.left)
      operation.right = try push(operation.right)
      operation.outputs = columns + operation.outputs
      operation.leftInputs = columns + operation.leftInputs
      operation.rightInputs = columns + operation.rightInputs
      return .setOperation(operation)
    case .unnest(let input, var unnest):
      unnest.collections = unnest.collections.map(renamed)
      return .unnest(try push(input), unnest)
    case .singleRow(let input): return try pushSingleRow(input)
    case .sample(let input, let percent): return .sample(try push(input), percent: percent)
    case .shared(let plan, let outputs):
      let known: SharedPlan
      if let done = shared[plan.id] {
        known = done
      } else {
        known = SharedPlan(
          id: binder.numbering.next(), name: plan.name, plan: try push(plan.plan),
          columns: columns + plan.columns)
        shared[plan.id] = known
      }
      return .shared(known, outputs: columns + outputs)
    case .scan, .recursive, .recursiveReference:
      throw SQLError(
        "a recursive query cannot name columns of the query around it", at: range)
    }
  }

  private func isDependent(_ plan: LogicalPlan) -> Bool {
    let free = plan.freeColumns
    return names.isEmpty ? !free.isDisjoint(with: columns) : free.contains { names[$0] != nil }
  }

  private func renamed(_ expression: Expression) -> Expression {
    names.isEmpty ? expression : expression.replacingColumns { names[$0].map { .column($0) } }
  }

  /// The domain's columns, passed on.
  private var passed: [Projection] {
    columns.map { Projection(output: $0, expression: .column($0)) }
  }

  private func pushValues(_ outputs: [ColumnReference], _ cells: [[Expression]]) -> LogicalPlan {
    let inputs = cells.map { row -> (plan: LogicalPlan, columns: [ColumnReference]) in
      let copies = outputs.map { binder.newColumn($0.name, $0.type) }
      let values = zip(copies, row).map { Projection(output: $0, expression: renamed($1)) }
      return (.project(rows, passed + values), columns + copies)
    }
    return .unionAll(
      inputs.map(\.plan), outputs: columns + outputs, inputs: inputs.map(\.columns))
  }

  // MARK: One row for every outer row

  /// Without keys there is a row also for outer values that have no row in the subquery.
  private func pushAggregate(_ input: LogicalPlan, _ aggregation: Aggregation) throws
    -> LogicalPlan
  {
    var result = aggregation
    result.keys = aggregation.keys.map { $0.mapExpression(renamed) }
    result.aggregates = aggregation.aggregates.map { $0.mapExpressions(renamed) }
    guard aggregation.keys.isEmpty else {
      let own = Array(columns.indices)
      result.keys = passed + result.keys
      result.groupingSets = try aggregation.groupingSets?.map { set in
        guard !set.isEmpty else { throw grandTotal }
        return own + set.map { $0 + own.count }
      }
      return .aggregate(input, result)
    }
    guard aggregation.groupingSets == nil else { throw grandTotal }
    let keys = copies()
    result.keys = zip(keys, columns).map { Projection(output: $0, expression: .column($1)) }
    var outputs: [Projection] = []
    result.aggregates = try result.aggregates.map { aggregate in
      let empty = try aggregate.valueOfNoRows()
      guard !empty.isNull else {
        outputs.append(
          Projection(output: aggregate.output, expression: .column(aggregate.output)))
        return aggregate
      }
      let (output, type) = (aggregate.output, aggregate.output.type)
      let found = binder.newColumn(output.name, type)
      outputs.append(
        Projection(
          output: output, expression: .coalesce([.column(found), .literal(empty, type)], type)))
      return AggregateComputation(
        output: found, function: aggregate.function, overload: aggregate.overload,
        arguments: aggregate.arguments, isDistinct: aggregate.isDistinct,
        filter: aggregate.filter, orderBy: aggregate.orderBy)
    }
    return everyRow(.aggregate(input, result), keys, outputs)
  }

  private var grandTotal: SQLError {
    SQLError(
      "a subquery that names columns of the query around it cannot have a grand total by "
        + "GROUPING SETS, ROLLUP or CUBE", at: range)
  }

  private mutating func pushSingleRow(_ input: LogicalPlan) throws -> LogicalPlan {
    let pushed = try push(input)
    let keys = copies()
    guard !input.hasAtMostOneRow else {
      let outputs = input.outputs.map { Projection(output: $0, expression: .column($0)) }
      return everyRow(
        .project(
          pushed,
          zip(keys, columns).map { Projection(output: $0, expression: .column($1)) } + outputs),
        keys, outputs)
    }
    let counted = try SingleRowCheck(input.outputs, binder, at: range)
    let grouped = LogicalPlan.aggregate(
      pushed,
      Aggregation(
        keys: zip(keys, columns).map { Projection(output: $0, expression: .column($1)) },
        aggregates: counted.aggregates))
    return everyRow(grouped, keys, counted.outputs)
  }

  /// Each row of the domain with the row that `plan` has for it, or NULLs.
  private func everyRow(
    _ plan: LogicalPlan, _ keys: [ColumnReference], _ outputs: [Projection]
  ) -> LogicalPlan {
    .project(
      .join(Join(kind: .left, left: rows, right: plan, equalities: matching(keys))),
      passed + outputs)
  }

  private func copies() -> [ColumnReference] {
    columns.map { binder.newColumn($0.name, $0.type) }
  }

  private func matching(_ keys: [ColumnReference]) -> [Join.Equality] {
    Self.matching(columns, keys)
  }

  private static func matching(
    _ left: [ColumnReference], _ right: [ColumnReference]
  ) -> [Join.Equality] {
    zip(left, right).map {
      Join.Equality(left: .column($0), right: .column($1), isNullSafe: true)
    }
  }

  /// `ORDER BY … LIMIT n` within the rows of each outer row: numbered, then filtered.
  private mutating func pushLimit(_ input: LogicalPlan, _ offset: Int, _ count: Int?) throws
    -> LogicalPlan
  {
    var below = input
    var orderBy: [SortKey] = []
    if case .sort(let sorted, let keys) = input {
      below = sorted
      orderBy = keys.map { $0.mapExpression(renamed) }
    }
    return binder.numbered(
      try push(below), partitionBy: columns.map { .column($0) }, orderBy: orderBy,
      offset: offset, count: count)
  }

  // MARK: Joins

  private mutating func pushJoin(_ join: Join) throws -> LogicalPlan {
    var result = join
    result.equalities = join.equalities.map { $0.mapSides(left: renamed, right: renamed) }
    result.residual = join.residual.map(renamed)
    let isRightDependent = isDependent(join.right)
    switch join.kind {
    case .inner:
      return isRightDependent && !isDependent(join.left)
        ? try pushRight(&result) : try pushLeft(&result, isRightDependent)
    case .left, .semi, .anti: return try pushLeft(&result, isRightDependent)
    case .right:
      guard isDependent(join.left) else { return try pushRight(&result) }
      let (left, keys) = try pushRenamed(join.left)
      result.left = left
      result.right = try push(join.right)
      result.equalities += Self.matching(keys, columns)
      return .join(result)
    case .full: return try pushFull(&result)
    case .mark where join.markIsNeverNull: return try pushLeft(&result, isRightDependent)
    case .nullAwareAnti:
      guard isRightDependent else { return try pushLeft(&result, false) }
      let blocked = result.equalities.map(\.mayHold)
      result.kind = .anti
      result.equalities = []
      result.residual = .conjunction(blocked + (result.residual?.conjuncts ?? []))
      return try pushLeft(&result, true)
    case .mark:
      guard isRightDependent, let mark = join.mark else { return try pushLeft(&result, false) }
      return try pushMark(&result, mark)
    }
  }

  /// Both sides are computed for the domain where both need it, and their rows kept apart.
  private mutating func pushLeft(_ join: inout Join, _ isRightDependent: Bool) throws
    -> LogicalPlan
  {
    join.left = try push(join.left)
    if isRightDependent {
      let (right, keys) = try pushRenamed(join.right)
      join.right = right
      join.equalities += matching(keys)
    }
    return .join(join)
  }

  /// The right side alone is computed for the domain.
  private mutating func pushRight(_ join: inout Join) throws -> LogicalPlan {
    join.right = try push(join.right)
    let own = Set(columns)
    let kept = join.equalities.filter { $0.left.columns.isDisjoint(with: own) }
    let others = join.equalities.filter { !$0.left.columns.isDisjoint(with: own) }
    join.equalities = kept
    join.residual = .conjunction(
      others.map(\.condition) + (join.residual?.conjuncts ?? []))
    return .join(join)
  }

  /// The plan for the domain, with numbers of their own for the domain's columns.
  private mutating func pushRenamed(_ plan: LogicalPlan) throws -> (
    LogicalPlan, [ColumnReference]
  ) {
    let keys = copies()
    let outputs = plan.outputs.map { Projection(output: $0, expression: .column($0)) }
    let renamed = zip(keys, columns).map { Projection(output: $0, expression: .column($1)) }
    return (.project(try push(plan), renamed + outputs), keys)
  }

  private mutating func pushFull(_ join: inout Join) throws -> LogicalPlan {
    let (left, leftKeys) = try pushRenamed(join.left)
    let (right, rightKeys) = try pushRenamed(join.right)
    let outputs = (join.left.outputs + join.right.outputs).map {
      Projection(output: $0, expression: .column($0))
    }
    let names = Dictionary(zip(columns, leftKeys), uniquingKeysWith: { first, _ in first })
    join.residual = join.residual?.replacingColumns { names[$0].map { .column($0) } }
    join.equalities = join.equalities.map { equality in
      equality.mapSides(
        left: { $0.replacingColumns { names[$0].map { .column($0) } } }, right: { $0 })
    }
    join.left = left
    join.right = right
    join.equalities += Self.matching(leftKeys, rightKeys)
    let keys = zip(columns, zip(leftKeys, rightKeys)).map { column, sides in
      Projection(
        output: column, expression: .coalesce([.column(sides.0), .column(sides.1)], column.type))
    }
    return .project(.join(join), keys + outputs)
  }

  /// IN as a value: a second mark tells whether a row might be equal, were its NULLs known.
  private mutating func pushMark(_ join: inout Join, _ mark: ColumnReference) throws -> LogicalPlan
  {
    let (certain, possible) = (
      binder.newColumn("in", .boolean), binder.newColumn("may be in", .boolean)
    )
    let (right, keys) = try pushRenamed(join.right)
    join.right = right
    join.left = try push(join.left)
    var second = join
    second.equalities = matching(keys)
    second.residual = .conjunction(
      join.equalities.map(\.mayHold) + (join.residual?.conjuncts ?? []))
    second.mark = possible
    second.markIsNeverNull = true
    join.equalities += matching(keys)
    join.mark = certain
    join.markIsNeverNull = true
    second.left = .join(join)
    let outputs = join.left.outputs.map { Projection(output: $0, expression: .column($0)) }
    return .project(
      .join(second),
      outputs + [Projection(output: mark, expression: .membership(certain, possible))])
  }
}

/// Counts the rows that a scalar subquery has for each outer row, so that more than one is an error
/// when the value is taken.
struct SingleRowCheck {
  var aggregates: [AggregateComputation] = []
  /// The subquery's columns over those of the aggregates.
  var outputs: [Projection] = []

  init(_ columns: [ColumnReference], _ binder: Binder, at range: SourceRange) throws {
    let functions = binder.planner.functions
    guard let anyValue = functions.aggregate("arbitrary"), let count = functions.aggregate("count"),
      let star = count.overloads.firstIndex(where: { $0.parameters.isEmpty })
    else { throw SQLError("a correlated subquery must end with LIMIT 1", at: range) }
    let rows = binder.newColumn("rows", .bigint)
    for column in columns {
      let value = binder.newColumn(column.name, column.type)
      aggregates.append(
        AggregateComputation(
          output: value, function: anyValue, overload: 0, arguments: [.column(column)]))
      outputs.append(
        Projection(
          output: column,
          expression: .call(
            FunctionCall(
              function: SingleRowFunction.singleRow, overload: 0,
              arguments: [.expression(.column(value)), .expression(.column(rows))],
              type: column.type))))
    }
    aggregates.append(
      AggregateComputation(output: rows, function: count, overload: star, arguments: []))
  }
}

extension Join.Equality {
  /// Whether the sides are equal, or would be if a NULL were known.
  var mayHold: Expression {
    isNullSafe ? condition : .or([condition, .isNull(left), .isNull(right)])
  }
}

extension Expression {
  /// `x IN (…)` of two marks: whether a row is equal, and whether one might be.
  static func membership(_ certain: ColumnReference, _ possible: ColumnReference) -> Expression {
    .caseWhen(
      [
        Branch(condition: .column(certain), result: .true),
        Branch(condition: .column(possible), result: .literal(.null, .boolean)),
      ], otherwise: .false, .boolean)
  }
}

extension AggregateComputation {
  /// What the aggregate gives for no rows at all: 0 for counts, NULL for most others.
  func valueOfNoRows() throws -> Value {
    let accumulator = function.overloads[overload].makeAccumulator(arguments.map(\.type))
    accumulator.resize(groups: 1)
    return try accumulator.finish().value(0)
  }
}

extension LogicalPlan {
  /// Whether the plan cannot have a second row, whatever the data.
  var hasAtMostOneRow: Bool {
    switch self {
    case .values(_, let rows): rows.count <= 1
    case .filter(let input, _), .project(let input, _), .window(let input, _),
      .sort(let input, _), .sample(let input, _):
      input.hasAtMostOneRow
    case .aggregate(_, let aggregation):
      aggregation.keys.isEmpty && aggregation.groupingSets?.count ?? 1 <= 1
    case .limit(let input, _, let count): count ?? 2 <= 1 || input.hasAtMostOneRow
    case .singleRow: true
    case .join(let join):
      switch join.kind {
      case .semi, .anti, .nullAwareAnti, .mark: join.left.hasAtMostOneRow
      case .inner, .left, .right, .full:
        join.left.hasAtMostOneRow && join.right.hasAtMostOneRow && join.kind != .full
      }
    case .scan, .unionAll, .setOperation, .unnest, .shared, .recursive, .recursiveReference: false
    }
  }

  /// Whether the rows of the plan for one outer row do not depend on there being others like it.
  var isRowByRow: Bool {
    switch self {
    case .values(_, let rows): rows.count == 1
    case .filter(let input, _), .project(let input, _), .unnest(let input, _): input.isRowByRow
    case .scan: true
    case .aggregate, .join, .window, .sort, .limit, .unionAll, .setOperation, .singleRow, .shared,
      .recursive, .recursiveReference, .sample:
      false
    }
  }
}
