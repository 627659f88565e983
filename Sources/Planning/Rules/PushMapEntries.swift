import Columns
import Kernels

extension Rule {
  /// Takes one entry of a map where the map is made, instead of handing the map on: below joins,
  /// filters and each side of UNION ALL. There ``readMapEntries`` may do without the map.
  static let pushMapEntries = Rule("PushMapEntries") { plan, context in
    MapEntryPusher(context).push(plan)
  }
}

private struct MapEntryPusher {
  private let context: RuleContext

  init(_ context: RuleContext) {
    self.context = context
  }

  func push(_ plan: LogicalPlan) -> LogicalPlan {
    let result = plan.mapInputs(push)
    if case .unionAll = result { return result }
    var entries: [Expression] = []
    var seen: Set<Expression> = []
    result.forEachExpression { collect($0, &entries, &seen) }
    guard !entries.isEmpty else { return result }
    var columns: [Expression: ColumnReference] = [:]
    let inputs = result.mapInputs { input in
      let outputs = Set(input.outputs)
      return entries.reduce(input) { input, entry in
        guard columns[entry] == nil, let map = map(of: entry), outputs.contains(map) else {
          return input
        }
        let column = ColumnReference(
          id: context.numbering.next(), name: entry.label, type: entry.type)
        guard let extended = adding(entry, as: column, of: map, to: input) else { return input }
        columns[entry] = column
        return extended
      }
    }
    guard !columns.isEmpty else { return result }
    return inputs.mapExpressions { replacing($0, by: columns) }
  }

  /// The entries of maps that are plain columns, outside of lambdas.
  private func collect(
    _ expression: Expression, _ entries: inout [Expression], _ seen: inout Set<Expression>
  ) {
    if map(of: expression) != nil {
      if seen.insert(expression).inserted { entries.append(expression) }
      return
    }
    expression.forEachChild { collect($0, &entries, &seen) }
  }

  /// The column `m` of `m['key']`.
  private func map(of expression: Expression) -> ColumnReference? {
    guard case .call(let call) = expression, call.isMapEntry,
      case .expression(.column(let column)) = call.arguments[0]
    else { return nil }
    return column
  }

  private func replacing(_ expression: Expression, by columns: [Expression: ColumnReference])
    -> Expression
  {
    if let column = columns[expression] { return .column(column) }
    return expression.mapChildren { replacing($0, by: columns) }
  }

  /// The plan with the entry as a further column; nil where the map comes from a table.
  private func adding(
    _ entry: Expression, as column: ColumnReference, of map: ColumnReference, to plan: LogicalPlan
  ) -> LogicalPlan? {
    func below(_ input: LogicalPlan) -> LogicalPlan? {
      adding(entry, as: column, of: map, to: input)
    }
    switch plan {
    case .filter(let input, let condition): return below(input).map { .filter($0, condition) }
    case .sort(let input, let keys): return below(input).map { .sort($0, keys) }
    case .limit(let input, let offset, let count):
      return below(input).map { .limit($0, offset: offset, count: count) }
    case .window(let input, let computations):
      guard input.outputs.contains(map) else { return nil }
      return below(input).map { .window($0, computations) }
    case .unnest(let input, let unnest):
      guard input.outputs.contains(map) else { return nil }
      return below(input).map { .unnest($0, unnest) }
    case .project(let input, let projections):
      guard let made = projections.first(where: { $0.output == map })?.expression else {
        return nil
      }
      guard case .column(let inner) = made else {
        guard made.isDeterministic else { return nil }
        let value = entry.replacingColumns { $0 == map ? made : nil }
        return .project(input, projections + [Projection(output: column, expression: value)])
      }
      let renamed = entry.replacingColumns { $0 == map ? .column(inner) : nil }
      return adding(renamed, as: column, of: inner, to: input).map {
        .project(
          $0, projections + [Projection(output: column, expression: .column(column))])
      }
    case .join(var join):
      if join.left.outputs.contains(map) {
        guard let left = below(join.left) else { return nil }
        join.left = left
        return .join(join)
      }
      guard let right = below(join.right) else { return nil }
      join.right = right
      return .join(join)
    case .unionAll(let inputs, let outputs, let columns):
      guard let position = outputs.firstIndex(of: map) else { return nil }
      var extended: [LogicalPlan] = []
      var lists: [[ColumnReference]] = []
      for (input, list) in zip(inputs, columns) {
        let copy = ColumnReference(
          id: context.numbering.next(), name: column.name, type: column.type)
        let own = list[position]
        let value = entry.replacingColumns { $0 == map ? .column(own) : nil }
        extended.append(
          adding(value, as: copy, of: own, to: input)
            ?? .project(
              input,
              input.outputs.map { Projection(output: $0, expression: .column($0)) }
                + [Projection(output: copy, expression: value)]))
        lists.append(list + [copy])
      }
      return .unionAll(extended, outputs: outputs + [column], inputs: lists)
    case .scan, .values, .aggregate, .setOperation, .singleRow, .shared, .recursive,
      .recursiveReference, .sample:
      return nil
    }
  }
}

extension FunctionCall {
  /// Whether this is `map['key']` with a constant key.
  var isMapEntry: Bool {
    guard ["subscript", "element_at"].contains(function.name), arguments.count == 2,
      case .expression(let map) = arguments[0], case .map = map.type,
      case .expression(.literal(let key, .varchar)) = arguments[1]
    else { return false }
    return !key.isNull
  }
}
