package import Warehouse

import Columns
import TextFormats

/// One self-contained HTML page: budgets, charts, anomalies, recommendations, rules and runs.
///
/// No script, no font and no image comes from elsewhere; it opens from a mail or a share as it is.
package struct Page {
  private let warehouse: Warehouse
  private let asOf: Int64
  /// What rows of the latest night fulfil.
  private let latest: String

  /// - Throws: what querying the lake throws.
  package init(_ warehouse: Warehouse, asOf: Int64) throws {
    latest = try LatestEvaluation.condition(warehouse)
    self.warehouse = warehouse
    self.asOf = asOf
  }

  /// - Throws: what querying the lake throws.
  package func html(_ series: [Series]) throws -> String {
    let usual = try currency()
    var body = try header()
    body += try budgets()
    for whole in series {
      let parts = whole.byCurrency
      for one in parts {
        let own = parts.count > 1 ? one.currency : usual ?? one.currency
        let currency = one.unit == "currency" ? own ?? "" : ""
        body += section(
          one.title,
          "<p class=\"answers\">\(escaped(one.answers))"
            + (currency.isEmpty ? "" : ", in \(escaped(currency))")
            + "</p>" + Chart(one, currency: currency).html())
      }
    }
    for table in Page.tables { body += try section(of: table) }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Kakeibo</title>
      <style>\(PageStyle.css)</style></head>
      <body><main>
      \(body)
      </main></body></html>

      """
  }

  // MARK: Head

  /// The currency of all figures: empty where nothing tells, nil where there are several.
  private func currency() throws -> String? {
    guard try warehouse.hasTable("forecasts") else { return "" }
    let rows = try warehouse.query(
      """
      SELECT DISTINCT currency FROM forecasts
      WHERE scope = 'total' AND evaluated_on = (SELECT max(evaluated_on) FROM forecasts)
      """
    ).rows()
    return rows.count > 1 ? nil : rows.first?.first?.string ?? ""
  }

  private func header() throws -> String {
    var when: [UInt8] = []
    CivilTimeText.append(isoTimestamp: asOf, to: &when)
    var tiles = ""
    let totals =
      try warehouse.hasTable("forecasts")
      ? try warehouse.query(
        """
        SELECT actual, forecast, forecast_low, forecast_high,
          CAST(data_through AS varchar), date_format(period_start, '%M %Y'), currency
        FROM forecasts WHERE scope = 'total'
          AND \(latest)
        ORDER BY currency
        """
      ).rows() : []
    for row in totals {
      let currency = row[6].string ?? ""
      let month = escaped(row[5].string ?? "")
      tiles += tile(
        "\(month) so far", money(row[0].double, currency),
        "bills complete through \(escaped(row[4].string ?? ""))")
      tiles += tile(
        "\(month) expected", money(row[1].double, currency),
        "\(money(row[2].double, "")) to \(money(row[3].double, currency)), 80 % likely")
    }
    for (title, sql, note) in try counts() {
      let value = try warehouse.query(sql).rows().first?.first?.int64 ?? 0
      tiles += tile(title, "\(value)", note)
    }
    return """
      <header><h1>Kakeibo <small>as of \(escaped(String(decoding: when, as: UTF8.self)))</small></h1>
      <div class="tiles">\(tiles)</div></header>
      """
  }

  private func counts() throws -> [(String, String, String)] {
    [
      ("Thresholds crossed", "budget_status", "AND state = 'ALARM'", "of all budgets"),
      ("Anomalies", "anomalies", "", "in the last month"),
      ("Rule violations", "compliance", "", "by resource"),
    ].compactMap { title, table, condition, note in
      guard (try? warehouse.hasTable(table)) == true else { return nil }
      return (
        title,
        "SELECT count(*) FROM \(table) WHERE \(latest) \(condition)", note
      )
    }
  }

  private func tile(_ title: String, _ value: String, _ note: String) -> String {
    "<div class=\"tile\"><h3>\(title)</h3><b>\(value)</b><p>\(note)</p></div>"
  }

  private func section(_ title: String, _ content: String) -> String {
    "<section><h2>\(escaped(title))</h2>\(content)</section>\n"
  }

  // MARK: Budgets

  private func budgets() throws -> String {
    guard try warehouse.hasTable("budget_status") else { return "" }
    let rows = try warehouse.query(
      """
      SELECT budget, max(limit_amount), max(unit), max(actual), max(forecast),
        max(CASE WHEN state = 'ALARM' THEN 2 WHEN state = 'UNKNOWN' THEN 1 ELSE 0 END),
        array_join(array_agg(CASE WHEN state = 'ALARM' THEN threshold END ORDER BY threshold), ', '),
        max(message)
      FROM budget_status
      WHERE \(latest)
      GROUP BY 1 ORDER BY 6 DESC, 1
      """
    ).rows()
    guard !rows.isEmpty else { return "" }
    return section("Budgets", rows.map(meter).joined())
  }

  /// What was spent and what is expected, against the limit's mark.
  private func meter(_ row: [Value]) -> String {
    let limit = row[1].double ?? 0
    let unit = row[2].string ?? ""
    let actual = row[3].double ?? 0
    let forecast = row[4].double
    let scale = max(limit, actual, forecast ?? 0, 1e-9) * 1.05
    let share = { (value: Double) in pixel(max(0, 100 * value / scale)) }
    let state = row[5].int64 ?? 0
    let crossed = row[6].string ?? ""
    let verdict =
      state == 2 ? "crossed \(crossed)" : state == 1 ? row[7].string ?? "unknown" : "within limits"
    let expected = forecast.map { ", expected \(money($0, unit))" } ?? ""
    return """
      <div class="budget s\(state)"><h3>\(escaped(row[0].string ?? ""))
      <span>\(state == 2 ? "▲" : state == 1 ? "?" : "✓") \(escaped(verdict))</span></h3>
      <div class="meter"><i class="expected" style="width:\(share(forecast ?? actual))%"></i>\
      <i class="actual" style="width:\(share(actual))%"></i>\
      <i class="limit" style="left:\(share(limit))%"></i></div>
      <p>\(money(actual, unit)) of \(money(limit, unit))\(expected)</p></div>
      """
  }

  // MARK: Tables

  private struct Table {
    let title: String
    let name: String
    let columns: String
    let order: String
    var isEvaluated = true
    let none: String
  }

  /// Of an ARN what follows partition, service, region and account, so that columns behind it are seen.
  private static let shortResource =
    "regexp_replace(resource, '^arn:([^:]*:){4}', '') AS resource"

  private static let tables = [
    Table(
      title: "Anomalies", name: "anomalies",
      columns: """
        start_day AS "from", end_day AS "to", account, service, round(actual, 2) AS actual,
        round(expected, 2) AS expected, round(impact, 2) AS impact, lower(severity) AS severity,
        root_region AS region, root_usage_type AS "mostly"
        """, order: "abs(impact) DESC", none: "nothing out of the ordinary"),
    Table(
      title: "Recommendations", name: "recommendations",
      columns: """
        \(shortResource), name, current_type AS "type", lower(replace(finding, '_', ' ')) AS finding,
        recommended_type AS "better", round(monthly_savings, 2) AS "saves a month",
        round(cpu_p995, 1) AS "CPU %", round(memory_p995, 1) AS "memory %", explanation
        """,
      order: "CASE WHEN monthly_savings IS NULL THEN 1 ELSE 0 END, monthly_savings DESC, resource",
      none: "no server could be judged"),
    Table(
      title: "Rules", name: "compliance",
      columns: "severity, title AS \"rule\", \(shortResource), account, region, finding",
      order:
        "CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, rule, resource",
      none: "no rule is broken"),
    Table(
      title: "Runs", name: "runs",
      columns:
        "started_at AS \"started\", status, deliveries_loaded AS \"loaded\", alerts_sent AS \"alerts\", round(seconds, 1) AS seconds, message",
      order: "started_at DESC LIMIT 10", isEvaluated: false, none: "this is the first run"),
  ]

  private func section(of table: Table) throws -> String {
    guard try warehouse.hasTable(table.name) else { return "" }
    let latest =
      table.isEvaluated
      ? "WHERE \(latest)" : ""
    let result = try warehouse.query(
      "SELECT \(table.columns) FROM \(table.name) \(latest) ORDER BY \(table.order)")
    let rows = result.rows()
    guard !rows.isEmpty else {
      return section(table.title, "<p class=\"none\">\(table.none)</p>")
    }
    let head = result.schema.fields.map { "<th>\(escaped($0.name))</th>" }.joined()
    let body = rows.map { row in
      "<tr>"
        + row.enumerated().map { position, value in
          let type = result.schema[position].type
          let text =
            value.isNull
            ? "" : type == .double ? money(value.double, "") : ValueText.string(value, type)
          return "<td\(type.isNumeric ? " class=\"number\"" : "")>\(escaped(text))</td>"
        }.joined() + "</tr>"
    }
    return section(
      table.title,
      "<div class=\"scroll\"><table><thead><tr>\(head)</tr></thead>"
        + "<tbody>\(body.joined())</tbody></table></div>")
  }
}
