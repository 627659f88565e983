import Kernels
import SQL

extension LogicalPlan {
  /// The plan as plain indented text, one operator a line however long, inputs below their operator.
  ///
  ///     Limit 10
  ///       Sort cost DESC
  ///         Aggregate by line_item_product_code: sum(line_item_unblended_cost) AS sum
  ///           Scan cur columns=[line_item_product_code, line_item_unblended_cost] partitions=1 of 31
  package var text: String {
    var text = PlanText()
    text.write(self, depth: 0)
    return text.finished()
  }
}

/// Writes a plan; shared plans follow the plan that names them.
struct PlanText {
  private var lines: [String] = []
  private var shared: [SharedPlan] = []
  private var seen: Set<Int> = []

  mutating func write(_ plan: LogicalPlan, depth: Int) {
    lines.append(String(repeating: "  ", count: depth) + Self.line(plan))
    if case .shared(let plan, _) = plan, seen.insert(plan.id).inserted { shared.append(plan) }
    for input in plan.inputs { write(input, depth: depth + 1) }
  }

  mutating func finished() -> String {
    var next = 0
    while next < shared.count {
      lines.append("Shared \(shared[next].name)")
      write(shared[next].plan, depth: 1)
      next += 1
    }
    return lines.joined(separator: "\n")
  }

  /// The operator alone.
  static func line(_ plan: LogicalPlan) -> String {
    switch plan {
    case .scan(let scan): return Self.scan(scan)
    case .values(let columns, let rows):
      return "Values \(rows.count) row\(rows.count == 1 ? "" : "s")"
        + (columns.isEmpty ? "" : " " + Self.names(columns))
    case .filter(_, let condition):
      return "Filter " + Self.conditions(condition.conjuncts).joined(separator: " AND ")
    case .project(_, let projections):
      return "Project " + projections.map(Self.item).joined(separator: ", ")
    case .aggregate(_, let aggregation): return Self.aggregate(aggregation)
    case .join(let join): return Self.join(join)
    case .window(_, let computations): return Self.window(computations)
    case .sort(_, let keys): return "Sort " + keys.map(ExpressionText.key).joined(separator: ", ")
    case .limit(_, let offset, let count):
      return "Limit \(count.map(String.init) ?? "all")" + (offset > 0 ? " offset \(offset)" : "")
    case .unionAll(_, let outputs, _): return "Union all " + Self.names(outputs)
    case .setOperation(let operation):
      return (operation.kind == .intersect ? "Intersect" : "Except")
        + (operation.isAll ? " all " : " ") + Self.names(operation.outputs)
    case .unnest(_, let unnest):
      return "Unnest " + unnest.collections.map(\.text).joined(separator: ", ") + " AS "
        + Self.names(unnest.outputs + (unnest.ordinality.map { [$0] } ?? []))
        + (unnest.keepsEmpty ? " keeping empty" : "")
    case .singleRow: return "Single row"
    case .shared(let plan, let outputs): return "Read \(plan.name) " + Self.names(outputs)
    case .recursive(let recursion):
      return "Recursive union\(recursion.isDistinct ? "" : " all") " + Self.names(recursion.outputs)
    case .recursiveReference(_, let outputs): return "Last step " + Self.names(outputs)
    case .sample(_, let percent): return "Sample \(percent) %"
    }
  }

  /// What the operator is, and what its line says of it in parts.
  static func parts(of plan: LogicalPlan) -> (heading: String, parts: [String]) {
    switch plan {
    case .scan(let scan):
      var heading = "Scan \(scan.table.name)"
      if let pruning = scan.table.pruning(scan.columns, scan.filters) {
        heading += " partitions=\(pruning.kept) of \(pruning.total)"
      }
      return (
        heading,
        ["columns: " + scan.columns.map(\.reference.name).joined(separator: ", ")]
          + scan.filters.map { "filter: " + $0.text }
          + (scan.extremes != nil ? ["only the least and greatest values"] : [])
      )
    case .filter(_, let condition): return ("Filter", Self.conditions(condition.conjuncts))
    case .project(_, let projections): return ("Project", projections.map(item))
    case .aggregate(_, let aggregation):
      return (
        "Aggregate",
        aggregation.keys.map { "by " + item($0) }
          + (aggregation.groupingSets.map { ["\($0.count) grouping sets"] } ?? [])
          + aggregation.aggregates.map(computation)
      )
    case .join(let join):
      let (name, conditions) = (kind(join), conditions(of: join))
      return (name + (join.mark.map { " AS \($0.name)" } ?? ""), conditions.map { "on " + $0 })
    case .sort(_, let keys): return ("Sort", keys.map(ExpressionText.key))
    case .window(_, let computations):
      return ("Window", computations.map { Self.window([$0]) })
    case .unionAll(let inputs, _, _): return ("Union all of \(inputs.count)", [])
    case .values, .limit, .setOperation, .unnest, .singleRow, .shared, .recursive,
      .recursiveReference, .sample:
      return (line(plan), [])
    }
  }

  /// Conditions that AND joins; a single one needs no parentheses.
  private static func conditions(_ conjuncts: [Expression]) -> [String] {
    conjuncts.map { ExpressionText.text($0, within: conjuncts.count > 1 ? .and : .none) }
  }

  private static func names(_ columns: [ColumnReference]) -> String {
    "[" + columns.map(\.name).joined(separator: ", ") + "]"
  }

  private static func item(_ projection: Projection) -> String {
    let text = projection.expression.text
    return text == projection.output.name ? text : "\(text) AS \(projection.output.name)"
  }

  private static func scan(_ scan: Scan) -> String {
    var text = "Scan \(scan.table.name) columns=" + names(scan.columns.map(\.reference))
    if !scan.filters.isEmpty {
      text += " filters=[" + scan.filters.map(\.text).joined(separator: ", ") + "]"
    }
    if scan.extremes != nil { text += " extremes only" }
    if let pruning = scan.table.pruning(scan.columns, scan.filters) {
      text += " partitions=\(pruning.kept) of \(pruning.total)"
    }
    return text
  }

  private static func aggregate(_ aggregation: Aggregation) -> String {
    var text = "Aggregate"
    if !aggregation.keys.isEmpty {
      text += " by " + aggregation.keys.map(item).joined(separator: ", ")
    }
    if let sets = aggregation.groupingSets {
      let names = sets.map { set in
        "(" + set.map { aggregation.keys[$0].output.name }.joined(separator: ", ") + ")"
      }
      text += " sets=" + names.joined(separator: " ")
    }
    guard !aggregation.aggregates.isEmpty else { return text }
    return text + (aggregation.keys.isEmpty ? " " : ": ")
      + aggregation.aggregates.map(computation).joined(separator: ", ")
  }

  private static func computation(_ aggregate: AggregateComputation) -> String {
    let arguments = aggregate.arguments.map(\.text).joined(separator: ", ")
    let isStar = aggregate.arguments.isEmpty && aggregate.function.name == "count"
    let order =
      aggregate.orderBy.isEmpty
      ? "" : " ORDER BY " + aggregate.orderBy.map(ExpressionText.key).joined(separator: ", ")
    return aggregate.function.name
      + "(\(aggregate.isDistinct ? "DISTINCT " : "")\(isStar ? "*" : arguments)\(order))"
      + (aggregate.filter.map { " FILTER (\($0.text))" } ?? "")
  }

  private static func join(_ join: Join) -> String {
    let conditions = conditions(of: join)
    return kind(join) + (conditions.isEmpty ? "" : " on " + conditions.joined(separator: " AND "))
      + (join.mark.map { " AS \($0.name)" } ?? "")
  }

  private static func kind(_ join: Join) -> String {
    switch join.kind {
    case .inner: join.equalities.isEmpty && join.residual == nil ? "Cross join" : "Inner join"
    case .left: "Left join"
    case .right: "Right join"
    case .full: "Full join"
    case .semi: "Semi join"
    case .anti: "Anti join"
    case .nullAwareAnti: "Null-aware anti join"
    case .mark: "Mark join"
    }
  }

  private static func conditions(of join: Join) -> [String] {
    let conditions = join.equalities.map { equality in
      equality.left.text + (equality.isNullSafe ? " IS NOT DISTINCT FROM " : " = ")
        + equality.right.text
    }
    let residual = join.residual?.conjuncts ?? []
    return conditions
      + (conditions.isEmpty
        ? Self.conditions(residual) : residual.map { ExpressionText.text($0, within: .and) })
  }

  private static func window(_ computations: [WindowComputation]) -> String {
    guard let first = computations.first else { return "Window" }
    var text = "Window"
    if !first.partitionBy.isEmpty {
      text += " partition by " + first.partitionBy.map(\.text).joined(separator: ", ")
    }
    if !first.orderBy.isEmpty {
      text += " order by " + first.orderBy.map(ExpressionText.key).joined(separator: ", ")
    }
    return text + ": "
      + computations.map { computation in
        "\(computation.output.name)(\(computation.isDistinct ? "DISTINCT " : "")"
          + computation.arguments.map(\.text).joined(separator: ", ")
          + ")"
      }.joined(separator: ", ")
  }
}
