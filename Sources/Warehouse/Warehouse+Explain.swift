import Columns
import Execution
import Planning
import SQL
import Synchronization

extension Warehouse {
  /// The plan of a statement as lines of text; with `analyze` it is run and each operator says what it
  /// did.
  func explain(
    _ statement: Statement, analyze: Bool, _ context: StatementContext
  ) throws -> QueryResult {
    guard let query = explained(statement) else {
      throw SQLError("EXPLAIN takes a query, or a statement with one in it", at: nil)
    }
    let planner = planner(context)
    let plan = try planner.rewrite(planner.bind(query))
    var text = plan.plan.text
    if analyze {
      let report = try execute(plan) { _ in }
      text = lines(report, depth: 0).joined(separator: "\n")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return SmallResult.result(
      [("query plan", .varchar)], lines.filter { !$0.isEmpty }.map { [.text(String($0))] })
  }

  private func explained(_ statement: Statement) -> Query? {
    switch statement {
    case .query(let query), .createView(_, _, let query, _), .insert(_, _, let query),
      .unload(let query, _, _):
      query
    case .createTableAs(let creation): creation.query
    case .explain(let inner, _): explained(inner)
    case .prepare(_, let inner), .executeImmediate(let inner, _): explained(inner)
    case .execute(let name, _):
      prepared.withLock { $0[name.text.lowercased()] }.flatMap(explained)
    case .dropView, .dropTable, .show, .describe, .deallocate: nil
    }
  }

  private func lines(_ report: OperatorReport, depth: Int) -> [String] {
    var line = String(repeating: "  ", count: depth) + report.name
    var facts = ["rows: \(report.rows)"]
    if let read = report.rowsRead { facts.append("read: \(read)") }
    if let pieces = report.pieces { facts.append("pieces: \(pieces)") }
    facts.append("time: \(milliseconds(report.nanoseconds))")
    line += "  [" + facts.joined(separator: ", ") + "]"
    return [line] + report.children.flatMap { lines($0, depth: depth + 1) }
  }

  private func milliseconds(_ nanoseconds: Int) -> String {
    let micros = nanoseconds / 1000
    let fraction = String(micros % 1000)
    return "\(micros / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) ms"
  }
}
