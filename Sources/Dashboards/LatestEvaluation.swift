import Columns
import Warehouse

/// Which findings are today's.
///
/// A night that finds nothing leaves no rows, so a table's own latest day may be of a night long past:
/// the latest night is the latest day of any table, that of the runs among them.
enum LatestEvaluation {
  private static let tables = [
    "budget_status", "forecasts", "anomalies", "recommendations", "compliance",
  ]

  /// A condition over a table of findings that its rows of the latest night fulfil.
  ///
  /// - Throws: what querying the lake throws.
  static func condition(_ warehouse: Warehouse) throws -> String {
    var days = try tables.filter { try warehouse.hasTable($0) }
      .map { "SELECT max(evaluated_on) AS day FROM \($0)" }
    if try warehouse.hasTable("runs") {
      days.append("SELECT CAST(date(max(started_at)) AS varchar) AS day FROM runs")
    }
    guard !days.isEmpty else { return "false" }
    let latest = try warehouse.query(
      "SELECT max(day) FROM (\(days.joined(separator: " UNION ALL "))) AS days"
    ).rows().first?.first?.string
    return "evaluated_on = '\(latest?.filter { $0.isNumber || $0 == "-" } ?? "")'"
  }
}
