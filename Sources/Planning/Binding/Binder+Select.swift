import Columns
import SQL

/// An item of the select list, bound.
struct SelectedItem {
  var name: String
  var expression: Expression
  let subqueries: SubqueryCollector
  let range: SourceRange
}

/// What ORDER BY sorts by: an output, or an expression of its own.
private enum SortTarget {
  case output(Int)
  case expression(Expression)
}

extension Binder {
  /// FROM → WHERE → GROUP BY → HAVING → window functions → select list → DISTINCT → ORDER BY.
  func bindSelect(
    _ select: Select, orderBy: [SortItem], _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation {
    let from =
      try select.from.map { try bindFrom($0, environment, outer: outer) }
      ?? FromItem(plan: .values([], rows: [[]]), relations: [], columns: [])
    let scope = from.scope(parent: outer, environment)
    let aliases = Set(
      select.items.compactMap { item -> String? in
        if case .expression(_, let alias?) = item { alias.text.lowercased() } else { nil }
      })
    var plan = from.plan
    if let condition = select.condition {
      plan = try filtered(plan, by: condition, scope, aliases)
    }

    let aggregates = AggregateCollector()
    let windows = try WindowCollector(select.windows)
    var items = try bindItems(select, scope, aggregates, windows, aliases)
    let selectPlaces = places
    let equalSubqueries = EqualSubqueries()
    if select.groupBy != nil || !orderBy.isEmpty {
      for item in items { equalSubqueries.add(item.subqueries.joins) }
    }

    let groupSubqueries = SubqueryCollector()
    var hoisted: Set<Int> = []
    var drawn: [Projection] = []
    let keyBinder = ExpressionBinder(self, scope, clause: .groupBy, subqueries: groupSubqueries)
    keyBinder.forbiddenAliases = aliases
    let aggregateOutputs = { Set(aggregates.computations.map(\.output)) }
    let grouping = try Grouping(
      select.groupBy, self, equalSubqueries, scope, at: select.range
    ) { syntax in
      if let position = try ordinal(syntax, of: items.count, in: "GROUP BY") {
        let columns = items[position].expression.columns
        guard columns.isDisjoint(with: aggregateOutputs()),
          columns.isDisjoint(with: windows.computations.map(\.output))
        else {
          throw SQLError(
            "GROUP BY position \(position + 1) is an aggregate or window function",
            at: syntax.range)
        }
        hoisted.insert(position)
        // `random()` is drawn before the rows are grouped, and shown as it was drawn.
        if !items[position].expression.isDeterministic {
          let column = newColumn(items[position].name, items[position].expression.type)
          drawn.append(Projection(output: column, expression: items[position].expression))
          items[position].expression = .column(column)
        }
        return [items[position].expression]
      }
      let known = groupSubqueries.joins.count
      defer { equalSubqueries.add(groupSubqueries.joins[known...]) }
      if case .row(let parts) = syntax.kind { return try parts.map { try keyBinder.bind($0) } }
      return [try keyBinder.bind(syntax)]
    }

    let havingSubqueries = SubqueryCollector()
    var having: Expression?
    if let condition = select.having {
      let binder = ExpressionBinder(
        self, scope, clause: .having, aggregates: aggregates, subqueries: havingSubqueries)
      binder.forbiddenAliases = aliases
      having = try binder.bindCondition(condition)
      equalSubqueries.add(havingSubqueries.joins)
    }
    let havingPlaces = places
    let sortSubqueries = SubqueryCollector()
    var targets = try bindSortItems(
      orderBy, items, scope, aggregates, windows, sortSubqueries, equalSubqueries)

    for position in hoisted { plan = items[position].subqueries.apply(to: plan, numbering) }
    if !drawn.isEmpty {
      let kept = plan.outputs.map { Projection(output: $0, expression: .column($0)) }
      plan = .project(plan, kept + drawn)
    }
    if select.groupBy != nil || having != nil || !aggregates.isEmpty {
      plan = aggregates.inputSubqueries.apply(
        to: groupSubqueries.apply(to: plan, numbering), numbering)
      let inputs = Set(plan.outputs)
      let groupingId =
        grouping.sets != nil && !aggregates.groupings.isEmpty
        ? newColumn("grouping_id", .bigint) : nil
      plan = .aggregate(
        plan,
        Aggregation(
          keys: zip(grouping.outputs, grouping.keys).map { Projection(output: $0, expression: $1) },
          aggregates: aggregates.computations, groupingSets: grouping.sets,
          groupingId: groupingId))
      let masks = try groupingMasks(aggregates, grouping, id: groupingId)
      var above = GroupedExpressions(
        grouping: grouping, inputs: inputs, replacements: masks, places: havingPlaces,
        spellings: spellings)
      if let condition = having {
        let mapped = try above.map(condition)
        try havingSubqueries.mapLeftSides(wanted: mapped.columns) { try above.map($0) }
        plan = .filter(havingSubqueries.apply(to: plan, numbering), mapped)
      }
      above.places = selectPlaces
      for position in items.indices {
        items[position].expression = try above.map(
          items[position].expression, at: items[position].range)
      }
      above.places = places
      targets = try targets.map { target, item in
        guard case .expression(let expression) = target else { return (target, item) }
        return (.expression(try above.map(expression, at: item.expression.range)), item)
      }
      windows.computations = try windows.computations.map { computation in
        try computation.mapExpressions { try above.map($0) }
      }
      let wanted = Self.columns(of: items, targets, windows)
      try sortSubqueries.mapLeftSides(wanted: wanted) { try above.map($0) }
      above.places = selectPlaces
      for (position, item) in items.enumerated() where !hoisted.contains(position) {
        try item.subqueries.mapLeftSides(wanted: wanted) { try above.map($0, at: item.range) }
      }
    } else {
      sortSubqueries.mapLeftSides(wanted: Self.columns(of: [], targets, windows)) { $0 }
    }
    for (position, item) in items.enumerated() where !hoisted.contains(position) {
      plan = item.subqueries.apply(to: plan, numbering)
    }
    plan = windows.apply(to: sortSubqueries.apply(to: plan, numbering))
    return try projected(plan, items, targets, isDistinct: select.isDistinct)
  }

  /// What is named over the subqueries of the select list and ORDER BY.
  private static func columns(
    of items: [SelectedItem], _ targets: [(SortTarget, SortItem)], _ windows: WindowCollector
  ) -> Set<ColumnReference> {
    var found: Set<ColumnReference> = []
    for item in items { item.expression.collectColumns(into: &found) }
    for case (.expression(let expression), _) in targets { expression.collectColumns(into: &found) }
    LogicalPlan.window(.values([], rows: []), windows.computations).forEachExpression {
      $0.collectColumns(into: &found)
    }
    return found
  }

  // MARK: WHERE

  private func filtered(
    _ input: LogicalPlan, by condition: ExpressionSyntax, _ scope: Scope, _ aliases: Set<String>
  ) throws -> LogicalPlan {
    let subqueries = SubqueryCollector()
    let semiJoins = SubqueryCollector()
    let binder = ExpressionBinder(self, scope, clause: .where, subqueries: subqueries)
    binder.forbiddenAliases = aliases
    var early: [Expression] = []
    var late: [Expression] = []
    var conjuncts: [ExpressionSyntax] = [condition]
    if case .and(let operands) = condition.kind { conjuncts = operands }
    for conjunct in conjuncts {
      if let join = try binder.bindSemiJoin(conjunct) {
        semiJoins.joins.append(join)
        continue
      }
      let before = subqueries.joins.count
      let bound = try binder.bindCondition(conjunct)
      if subqueries.joins.count == before { early += bound.conjuncts } else { late.append(bound) }
    }
    var plan = input
    if let condition = Expression.conjunction(early) { plan = .filter(plan, condition) }
    // IN and EXISTS drop rows, so they come first unless they compare a subquery's value.
    let values = Set(
      subqueries.joins.flatMap { $0.join.right.outputs + ($0.join.mark.map { [$0] } ?? []) })
    let needsValues = semiJoins.joins.contains { join in
      join.join.equalities.contains { !$0.left.columns.isDisjoint(with: values) }
        || join.join.residual.map { !$0.columns.isDisjoint(with: values) } ?? false
    }
    plan =
      needsValues
      ? semiJoins.apply(to: subqueries.apply(to: plan, numbering), numbering)
      : subqueries.apply(to: semiJoins.apply(to: plan, numbering), numbering)
    if let condition = Expression.conjunction(late) { plan = .filter(plan, condition) }
    return plan
  }

  // MARK: The select list

  private func bindItems(
    _ select: Select, _ scope: Scope, _ aggregates: AggregateCollector,
    _ windows: WindowCollector, _ aliases: Set<String>
  ) throws -> [SelectedItem] {
    var items: [SelectedItem] = []
    for item in select.items {
      switch item {
      case .all(let qualifier, let range):
        if let qualifier, !Self.namesTable(qualifier, in: scope) {
          let row = ExpressionSyntax(.name(qualifier), qualifier.range)
          if let fields = try rowFields(row, scope, aggregates, windows) {
            items += fields
            continue
          }
        }
        items += try expand(qualifier, at: range, scope)
      case .fields(let row, let aliases, let range):
        items += try expandFields(row, aliases, at: range, scope, aggregates, windows)
      case .expression(let syntax, let alias):
        let subqueries = SubqueryCollector()
        let binder = ExpressionBinder(
          self, scope, clause: .select, aggregates: aggregates, windows: windows,
          subqueries: subqueries)
        binder.forbiddenAliases = aliases
        let expression = try binder.bind(syntax)
        items.append(
          SelectedItem(
            name: alias?.text ?? defaultName(syntax, expression, position: items.count),
            expression: expression, subqueries: subqueries, range: syntax.range))
      }
    }
    return items
  }

  /// A column's own name, a row field's name, else `_col0` by position as in Athena.
  private func defaultName(_ syntax: ExpressionSyntax, _ bound: Expression, position: Int) -> String
  {
    switch syntax.kind {
    case .name(let name):
      let written = name.last.text
      if case .column(let column) = bound, column.name.lowercased() == written.lowercased() {
        return column.name
      }
      return written
    case .field(_, let name): return name.text
    default: return "_col\(position)"
    }
  }

  func expand(_ qualifier: QualifiedName?, at range: SourceRange, _ scope: Scope) throws
    -> [SelectedItem]
  {
    let named = qualifier.flatMap { Self.scope(naming: $0, from: scope) } ?? scope
    var columns = named.columns.filter { !$0.isHidden }
    if let qualifier {
      let parts = qualifier.parts.map { $0.text.lowercased() }
      let matching = Set(
        named.relations.indices.filter { named.relations[$0].matches(parts[...]) })
      guard !matching.isEmpty else {
        throw SQLError(
          "no table named '\(qualifier.text)' in FROM"
            + Spelling.hint(
              for: qualifier.last.text, among: scope.relations.compactMap(\.names.last)),
          at: qualifier.range)
      }
      columns = columns.filter { matching.contains($0.relation) && !$0.needsQualifier }
      guard !columns.isEmpty else {
        throw SQLError(
          "'\(qualifier.text).*' has no column left: those that USING joins by belong to neither table",
          at: range)
      }
    } else {
      guard !scope.relations.isEmpty else {
        throw SQLError("SELECT * needs a table in FROM", at: range)
      }
      columns = columns.filter { !$0.needsQualifier }
    }
    for column in columns {
      if case .column(let reference) = column.expression { places[reference] = range }
    }
    return columns.map {
      SelectedItem(
        name: $0.name, expression: $0.expression, subqueries: SubqueryCollector(), range: range)
    }
  }

  // MARK: ORDER BY

  private func bindSortItems(
    _ orderBy: [SortItem], _ items: [SelectedItem], _ scope: Scope,
    _ aggregates: AggregateCollector, _ windows: WindowCollector, _ subqueries: SubqueryCollector,
    _ equalSubqueries: EqualSubqueries
  ) throws -> [(SortTarget, SortItem)] {
    guard !orderBy.isEmpty else { return [] }
    var byName: [String: Int] = [:]
    var ambiguous: Set<String> = []
    var byExpression: [Expression: Int] = [:]
    for (position, item) in items.enumerated() {
      let name = item.name.lowercased()
      if let first = byName[name] {
        if items[first].expression != item.expression { ambiguous.insert(name) }
      } else {
        byName[name] = position
      }
      let expression = equalSubqueries.canonical(item.expression)
      if byExpression[expression] == nil { byExpression[expression] = position }
    }
    let binder = ExpressionBinder(
      self, scope, clause: .orderBy, aggregates: aggregates, windows: windows,
      subqueries: subqueries)
    for (name, position) in byName where !ambiguous.contains(name) {
      binder.outputs[name] = items[position].expression
    }
    return try orderBy.map { item in
      if let position = try ordinal(item.expression, of: items.count, in: "ORDER BY") {
        return (.output(position), item)
      }
      if case .name(let name) = item.expression.kind, name.parts.count == 1 {
        let key = name.last.text.lowercased()
        guard !ambiguous.contains(key) else {
          throw SQLError(
            "'\(name.text)' is ambiguous in ORDER BY: several output columns have that name",
            at: name.range)
        }
        if let position = byName[key] { return (.output(position), item) }
      }
      let known = subqueries.joins.count
      let bound = try binder.bind(item.expression)
      equalSubqueries.add(subqueries.joins[known...])
      let position = byExpression[equalSubqueries.canonical(bound)]
      if let position { return (.output(position), item) }
      return (.expression(bound), item)
    }
  }

  // MARK: The finished rows

  private func projected(
    _ input: LogicalPlan, _ items: [SelectedItem], _ targets: [(SortTarget, SortItem)],
    isDistinct: Bool
  ) throws -> BoundRelation {
    let available = Set(input.outputs)
    var projections: [Projection] = []
    var known: [Expression: ColumnReference] = [:]
    func output(_ expression: Expression, _ name: String) -> ColumnReference {
      if let column = known[expression] { return column }
      let column: ColumnReference
      if case .column(let reference) = expression, available.contains(reference) {
        column = reference
      } else {
        column = newColumn(name, expression.type)
      }
      known[expression] = column
      projections.append(Projection(output: column, expression: expression))
      return column
    }
    // Two columns of one value are two columns all the same: a query around this one may group by each
    // of them in sets of its own.
    var taken: Set<ColumnReference> = []
    var copies: [Projection] = []
    let columns = items.map { item in
      let reference = output(item.expression, item.name)
      if taken.insert(reference).inserted {
        return ResultColumn(name: item.name, reference: reference)
      }
      let copy = newColumn(item.name, reference.type)
      copies.append(Projection(output: copy, expression: .column(reference)))
      return ResultColumn(name: item.name, reference: copy)
    }
    let visible = projections.count
    let keys = try targets.map { target, item in
      switch target {
      case .output(let position):
        return try sortKey(.column(columns[position].reference), item)
      case .expression(let expression):
        return try sortKey(.column(output(expression, "sort")), item)
      }
    }
    guard !isDistinct || projections.count == visible else {
      throw SQLError(
        "with SELECT DISTINCT, ORDER BY can only use expressions of the select list",
        at: targets.first { if case .expression = $0.0 { true } else { false } }?.1.expression.range
      )
    }
    var plan = LogicalPlan.project(input, projections)
    if isDistinct {
      let own = columns.filter { taken.contains($0.reference) }
      plan = distinct(BoundRelation(plan: plan, columns: own)).plan
    }
    if !copies.isEmpty {
      let kept = plan.outputs.map { Projection(output: $0, expression: .column($0)) }
      plan = .project(plan, kept + copies)
    }
    if !keys.isEmpty { plan = .sort(plan, keys) }
    return BoundRelation(plan: plan, columns: columns)
  }

  private func groupingMasks(
    _ aggregates: AggregateCollector, _ grouping: Grouping, id: ColumnReference?
  ) throws -> [ColumnReference: Expression] {
    var masks: [ColumnReference: Expression] = [:]
    for (keys, output) in aggregates.groupings {
      let positions = try keys.map { range, expression in
        guard let position = grouping.position(of: expression) else {
          throw SQLError("grouping(…) takes columns of GROUP BY", at: range)
        }
        return position
      }
      masks[output] = grouping.groupingMask(of: positions, id: id)
    }
    return masks
  }
}

/// Rewrites expressions of a grouped query to what exists above the aggregate.
private struct GroupedExpressions {
  let grouping: Grouping
  /// Columns below the aggregate: out of reach unless they are keys.
  let inputs: Set<ColumnReference>
  /// What `grouping(…)` calls stand for.
  let replacements: [ColumnReference: Expression]
  /// Where each column was last named in the clause.
  var places: [ColumnReference: SourceRange]
  let spellings: [ColumnReference: String]

  func map(_ expression: Expression, at range: SourceRange? = nil) throws -> Expression {
    if let key = grouping.output(for: expression) { return .column(key) }
    guard case .column(let column) = expression else {
      return try expression.mapChildren { try map($0, at: range) }
    }
    if let replacement = replacements[column] { return replacement }
    guard !inputs.contains(column) else {
      throw SQLError(
        "column '\(spellings[column] ?? column.name)' must be in GROUP BY or inside an aggregate",
        at: places[column] ?? range)
    }
    return expression
  }
}
