import Columns
import Execution
import Planning
import SQL
import Synchronization

extension Warehouse {
  /// The plan of a statement as a tree, a line of text per row; with `analyze` it is run and each
  /// operator says what it did.
  func explain(
    _ statement: Statement, analyze: Bool, _ context: StatementContext
  ) throws -> QueryResult {
    guard let query = explained(statement) else {
      throw SQLError("EXPLAIN takes a query, or a statement with one in it", at: nil)
    }
    let planner = planner(context)
    let start = ContinuousClock.now
    let plan = try planner.rewrite(planner.bind(query))
    let planned = ContinuousClock.now
    guard analyze else { return lines(plan.plan.tree().lines) }
    let report = try execute(plan) { _ in }
    let facts = [
      "planned in \(DurationText.milliseconds(planned - start))",
      "run in \(DurationText.milliseconds(.now - planned))",
      "\(configuration.threads) thread\(configuration.threads == 1 ? "" : "s")",
    ]
    return lines(ReportTree().tree(report).lines + [facts.joined(separator: ", ")])
  }

  /// One row that says so where the query of a statement can be bound.
  ///
  /// - Throws: what running it would throw before the first row.
  func validate(_ statement: Statement, _ context: StatementContext) throws -> QueryResult {
    if let query = explained(statement) { _ = try planner(context).bind(query) }
    return SmallResult.result([("Valid", .boolean)], [[.boolean(true)]])
  }

  private func lines(_ lines: [String]) -> QueryResult {
    SmallResult.result([("query plan", .varchar)], lines.map { [.text($0)] })
  }

  private func explained(_ statement: Statement) -> Query? {
    switch statement {
    case .query(let query), .createView(_, _, let query, _), .insert(_, _, let query),
      .unload(let query, _, _):
      query
    case .createTableAs(let creation): creation.query
    case .explain(let inner, _), .validate(let inner): explained(inner)
    case .prepare(_, let inner), .executeImmediate(let inner, _): explained(inner)
    case .execute(let name, _):
      prepared.withLock { $0[name.text.lowercased()] }.flatMap(explained)
    case .dropView, .dropTable, .show, .describe, .describeOutput, .deallocate, .use: nil
    }
  }
}

/// What the operators of a finished query did, on the tree of its plan.
private struct ReportTree {
  private let estimates = RowEstimates()

  func tree(_ report: OperatorReport) -> PlanTree {
    var tree = PlanTree(heading: report.name)
    if let plan = report.logical {
      tree = plan.description
      if case .limit(.sort(_, let keys), let offset, let count?) = plan {
        tree = LogicalPlan.sort(.values([], rows: []), keys).description
        tree.heading =
          "Top \(count)" + (offset > 0 ? " after \(offset)" : "")
          + tree.heading.dropFirst("Sort".count)
      }
    }
    tree.facts = [PlanTree.rows(report.rows)]
    if let plan = report.logical { tree.facts[0] += ", expected " + plan.expectation(estimates) }
    tree.facts.append(DurationText.milliseconds(.nanoseconds(report.nanoseconds)))
    if let read = report.rowsRead {
      tree.facts.append(
        "read \(PlanTree.rows(read)) in \(PlanTree.grouped(report.pieces ?? 0)) pieces")
    }
    if let (read, total) = report.byteCounts() {
      tree.facts.append(
        "read \(ByteText.short(read)) of \(ByteText.short(total)), "
          + "skipped \(ByteText.short(max(0, total - read)))")
    }
    tree.children = report.children.map(self.tree)
    return tree
  }
}

private enum DurationText {
  static func milliseconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let micros = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    let fraction = String(micros % 1000)
    return "\(micros / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) ms"
  }
}

private enum ByteText {
  /// `412 B`, `3.4 kB`, `12.0 MB`.
  static func short(_ count: Int) -> String {
    var (value, unit) = (Double(count), 0)
    let units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    guard unit > 0 else { return "\(count) B" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
