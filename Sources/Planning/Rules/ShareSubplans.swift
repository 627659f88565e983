import Columns
import Kernels

extension Rule {
  /// Computes equal parts of a query once: aggregates and other plans that are held in memory anyway
  /// and that are written twice, as in `WHERE cost > (SELECT avg(cost) FROM t) … SELECT (SELECT
  /// avg(cost) FROM t)`.
  static let shareSubplans = Rule("ShareSubplans") { query, context in
    var sharing = SubplanSharing(context)
    var result = query
    let definitions = SharedPlans.inOrder(of: query.plan)
    for plan in definitions.map(\.plan) + [query.plan] { sharing.count(plan) }
    guard sharing.hasCandidates else { return result }
    result.plan = SharedPlans.map(query.plan) { sharing.share($0) }
    return result
  }
}

private struct SubplanSharing {
  private let context: RuleContext
  /// How often a plan of a certain shape occurs.
  private var shapes: [Int: Int] = [:]
  /// Every plan's text by its columns' places, for the plans whose shape occurs twice.
  private var occurrences: [[PlanToken]: Int] = [:]
  private var shared: [[PlanToken]: SharedPlan] = [:]

  init(_ context: RuleContext) {
    self.context = context
  }

  var hasCandidates: Bool { occurrences.values.contains { $0 > 1 } }

  mutating func count(_ plan: LogicalPlan) {
    _ = countShapes(plan)
    countOccurrences(plan)
  }

  /// A number that equal plans have in common, whatever their columns are called.
  private mutating func countShapes(_ plan: LogicalPlan) -> Int {
    var hasher = Hasher()
    hasher.combine(plan.shapeName)
    var expressions = 0
    plan.forEachExpression { _ in expressions += 1 }
    hasher.combine(expressions)
    for input in plan.inputs { hasher.combine(countShapes(input)) }
    let shape = hasher.finalize()
    if plan.isWorthSharing { shapes[shape, default: 0] += 1 }
    return shape
  }

  private func shape(of plan: LogicalPlan) -> Int {
    var hasher = Hasher()
    hasher.combine(plan.shapeName)
    var expressions = 0
    plan.forEachExpression { _ in expressions += 1 }
    hasher.combine(expressions)
    for input in plan.inputs { hasher.combine(shape(of: input)) }
    return hasher.finalize()
  }

  private mutating func countOccurrences(_ plan: LogicalPlan) {
    if let tokens = tokens(of: plan) { occurrences[tokens, default: 0] += 1 }
    for input in plan.inputs { countOccurrences(input) }
  }

  private func tokens(of plan: LogicalPlan) -> [PlanToken]? {
    guard plan.isWorthSharing, shapes[shape(of: plan)] ?? 0 > 1 else { return nil }
    var writer = TokenWriter()
    return writer.write(plan) ? writer.tokens : nil
  }

  private mutating func forget(_ plan: LogicalPlan, by count: Int) {
    for input in plan.inputs {
      if let tokens = tokens(of: input) { occurrences[tokens, default: 0] -= count }
      forget(input, by: count)
    }
  }

  mutating func share(_ plan: LogicalPlan) -> LogicalPlan {
    guard let tokens = tokens(of: plan), occurrences[tokens] ?? 0 > 1 else {
      return plan.mapInputs { share($0) }
    }
    let known: SharedPlan
    if let made = shared[tokens] {
      known = made
    } else {
      // What is inside is computed once with the whole.
      forget(plan, by: (occurrences[tokens] ?? 1) - 1)
      known = SharedPlan(
        id: context.numbering.next(), name: "common part", plan: plan.mapInputs { share($0) },
        columns: plan.outputs)
      shared[tokens] = known
    }
    return .shared(known, outputs: plan.outputs)
  }
}

extension LogicalPlan {
  /// Whether its rows are few or held in memory anyway, so that keeping them costs little.
  fileprivate var isWorthSharing: Bool {
    switch self {
    case .aggregate, .singleRow, .setOperation, .window: true
    case .scan, .values, .filter, .project, .join, .sort, .limit, .unionAll, .unnest, .shared,
      .recursive, .recursiveReference, .sample:
      false
    }
  }

  fileprivate var shapeName: String {
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
    case .shared(let plan, _): "shared \(plan.id)"
    case .recursive, .recursiveReference: "recursive"
    case .sample: "sample"
    }
  }
}

/// A part of a plan's text in which columns are numbered by where they first occur.
private enum PlanToken: Hashable {
  case word(String)
  case number(Int)
  case expression(Expression)
  case columns([Int])
}

/// Writes a plan so that two plans that compute the same in the same way have the same tokens.
private struct TokenWriter {
  private(set) var tokens: [PlanToken] = []
  private var numbers: [ColumnReference: Int] = [:]

  private mutating func number(_ column: ColumnReference) -> Int {
    if let known = numbers[column] { return known }
    numbers[column] = numbers.count
    return numbers.count - 1
  }

  private mutating func columns(_ columns: [ColumnReference]) {
    tokens.append(.columns(columns.map { number($0) }))
  }

  private mutating func plain(_ column: ColumnReference) -> ColumnReference {
    ColumnReference(id: -1 - number(column), name: "", type: column.type)
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
      tokens.append(.number(join.equalities.count))
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
      tokens.append(.number(shared.id))
      columns(outputs)
    case .sample, .recursive, .recursiveReference: return false
    }
    return true
  }

  private mutating func order(_ keys: [SortKey]) {
    tokens.append(.word(keys.map { "\($0.isDescending) \($0.nullsFirst)" }.joined(separator: ",")))
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
