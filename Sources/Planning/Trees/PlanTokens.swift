import Columns
import Kernels

/// A part of a plan's text in which columns are numbered by where they first occur.
enum PlanToken: Hashable {
  case word(String)
  case number(Int)
  case expression(Expression)
  case columns([Int])
}

/// Writes a plan so that two plans that compute the same in the same way have the same tokens.
struct PlanTokenWriter {
  private(set) var tokens: [PlanToken] = []
  private var numbers: [ColumnReference: Int] = [:]
  /// Columns of the query around the plan, which are told by what they are and not by their places.
  private var outer: Set<ColumnReference> = []
  /// The number of the marker that stands for the rows of the query around.
  private var domain: Int?
  /// Places of the shared plans seen, where these are told by what they compute; nil where by their number.
  private var sharedPlans: [Int: Int]?

  private mutating func number(_ column: ColumnReference) -> Int {
    if let known = numbers[column] { return known }
    numbers[column] = numbers.count
    return numbers.count - 1
  }

  private mutating func columns(_ columns: [ColumnReference]) {
    tokens.append(.columns(columns.map { number($0) }))
  }

  private mutating func plain(_ column: ColumnReference) -> ColumnReference {
    outer.contains(column)
      ? column : ColumnReference(id: -1 - number(column), name: "", type: column.type)
  }

  private mutating func plain(_ expression: Expression) -> Expression {
    if case .column(let column) = expression { return .column(plain(column)) }
    guard case .call(let call) = expression else {
      return expression.mapChildren { plain($0) }
    }
    let arguments = call.arguments.map { argument -> BoundArgument in
      switch argument {
      case .expression(let inner): .expression(plain(inner))
      case .lambda(let parameters, let body):
        .lambda(parameters: parameters.map { plain($0) }, body: plain(body))
      }
    }
    return .call(
      FunctionCall(
        function: call.function, overload: call.overload, arguments: arguments, type: call.type))
  }

  /// - Returns: false where two such plans may differ all the same: random values, recursion.
  mutating func write(_ plan: LogicalPlan) -> Bool {
    for input in plan.inputs where !write(input) { return false }
    tokens.append(.word(plan.shapeName))
    var isFixed = true
    plan.forEachExpression { if !$0.isDeterministic { isFixed = false } }
    guard isFixed else { return false }
    var expressions: [Expression] = []
    plan.forEachExpression { expressions.append($0) }
    for expression in expressions { tokens.append(.expression(plain(expression))) }
    switch plan {
    case .scan(let scan):
      // One name may stand for several versions of a table.
      guard let identity = scan.table.identity else { return false }
      tokens.append(.word(identity))
      tokens.append(.columns(scan.columns.map(\.position)))
      columns(scan.columns.map(\.reference))
    case .values(let outputs, _): columns(outputs)
    case .filter, .singleRow: break
    case .project(_, let projections): columns(projections.map(\.output))
    case .aggregate(_, let aggregation):
      tokens.append(.number(aggregation.keys.count))
      for aggregate in aggregation.aggregates {
        tokens.append(.word(aggregate.function.name))
        tokens.append(.number(aggregate.overload))
        tokens.append(.number(aggregate.arguments.count))
        tokens.append(
          .word("\(aggregate.isDistinct) \(aggregate.filter != nil) \(aggregate.orderBy.count)"))
        order(aggregate.orderBy)
      }
      tokens.append(.word("\(aggregation.groupingSets ?? [[-1]]) \(aggregation.groupingId != nil)"))
      columns(plan.outputs)
    case .join(let join):
      tokens.append(.word(join.equalities.map { "\($0.isNullSafe)" }.joined(separator: ",")))
      tokens.append(.word("\(join.residual != nil) \(join.markIsNeverNull)"))
      if let mark = join.mark { columns([mark]) }
    case .window(_, let computations):
      for computation in computations {
        tokens.append(.word("\(computation.function.shapeName) \(computation.frame)"))
        tokens.append(.number(computation.arguments.count))
        tokens.append(.number(computation.partitionBy.count))
        tokens.append(
          .word(
            "\(computation.ignoresNulls) \(computation.filter != nil) \(computation.isDistinct)"))
        order(computation.orderBy)
        columns([computation.output])
      }
    case .sort(_, let keys): order(keys)
    case .limit(_, let offset, let count):
      tokens.append(.number(offset))
      tokens.append(.number(count ?? -1))
    case .unionAll(_, let outputs, let inputs):
      for list in inputs { columns(list) }
      columns(outputs)
    case .setOperation(let operation):
      tokens.append(.word("\(operation.isAll)"))
      columns(operation.leftInputs)
      columns(operation.rightInputs)
      columns(operation.outputs)
    case .unnest(_, let unnest):
      tokens.append(.word("\(unnest.keepsEmpty)"))
      columns(unnest.outputs + (unnest.ordinality.map { [$0] } ?? []))
    case .shared(let shared, let outputs):
      guard writeShared(shared) else { return false }
      columns(outputs)
    case .recursiveReference(let id, let outputs) where id == domain: columns(outputs)
    case .sample, .recursive, .recursiveReference: return false
    }
    return true
  }

  private mutating func writeShared(_ shared: SharedPlan) -> Bool {
    guard let known = sharedPlans else {
      tokens.append(.number(shared.id))
      return true
    }
    let place = known[shared.id] ?? known.count
    tokens.append(.number(place))
    guard place == known.count else { return true }
    sharedPlans?[shared.id] = place
    guard write(shared.plan) else { return false }
    columns(shared.columns)
    return true
  }

  /// The tokens of a subquery's join with the rows of the query around, whose columns stay what they are.
  ///
  /// - Returns: nil where two such subqueries may differ all the same.
  static func tokens(of pending: PendingJoin) -> [PlanToken]? {
    let join = pending.join
    var writer = PlanTokenWriter()
    writer.outer = pending.outerColumns.union(join.right.freeColumns)
    writer.domain = pending.domain?.id
    writer.sharedPlans = [:]
    guard writer.write(join.right) else { return nil }
    var expressions = pending.domain?.sources ?? []
    expressions += join.equalities.flatMap { [$0.left, $0.right] }
    expressions += join.residual.map { [$0] } ?? []
    guard expressions.allSatisfy(\.isDeterministic) else { return nil }
    writer.tokens += [
      .word("\(join.kind) \(join.mark != nil) \(join.markIsNeverNull) \(join.residual != nil)"),
      .word(join.equalities.map { "\($0.isNullSafe)" }.joined(separator: ",")),
    ]
    for expression in expressions { writer.tokens.append(.expression(writer.plain(expression))) }
    writer.columns(join.right.outputs)
    return writer.tokens
  }

  private mutating func order(_ keys: [SortKey]) {
    tokens.append(.word(keys.map { "\($0.isDescending) \($0.nullsFirst)" }.joined(separator: ",")))
  }
}

extension LogicalPlan {
  /// The operator and the sizes of its lists, without any column.
  var shapeName: String {
    switch self {
    case .scan(let scan): "scan \(scan.table.name) \(scan.columns.count)"
    case .values(let columns, let rows): "values \(columns.count) \(rows.count)"
    case .filter: "filter"
    case .project(_, let projections): "project \(projections.count)"
    case .aggregate(_, let aggregation):
      "aggregate " + aggregation.aggregates.map(\.function.name).joined(separator: " ")
    case .join(let join): "join \(join.kind)"
    case .window: "window"
    case .sort: "sort"
    case .limit: "limit"
    case .unionAll(let inputs, _, _): "union \(inputs.count)"
    case .setOperation(let operation): "\(operation.kind)"
    case .unnest: "unnest"
    case .singleRow: "single"
    case .shared: "shared"
    case .recursive, .recursiveReference: "recursive"
    case .sample: "sample"
    }
  }
}

extension WindowFunction {
  fileprivate var shapeName: String {
    switch self {
    case .aggregate(let function, let overload): "\(function.name) \(overload)"
    case .rowNumber, .rank, .denseRank, .percentRank, .cumeDist, .ntile, .lag, .lead,
      .firstValue, .lastValue, .nthValue:
      "\(self)"
    }
  }
}
