import Columns
package import Warehouse

/// The state of the lake as OpenMetrics text, for a Prometheus textfile collector.
///
/// Source: OpenMetrics 1.0, "Text format": families with TYPE, UNIT and HELP, escaped label values,
/// `# EOF` at the end.
package struct OpenMetrics {
  private var text = ""

  /// Reads what the evaluators left in the lake and prints it.
  ///
  /// - Parameter asOf: microseconds since the epoch.
  /// - Throws: what querying the lake throws.
  package static func page(_ warehouse: Warehouse, asOf: Int64) throws -> String {
    var page = OpenMetrics()
    let latest = try LatestEvaluation.condition(warehouse)
    for family in families where try warehouse.hasTable(family.table) {
      let labels = family.labels.map { "\($0.column)" }.joined(separator: ", ")
      let result = try warehouse.query(
        """
        SELECT \(labels.isEmpty ? "" : labels + ", ")\(family.value) AS value FROM \(family.table)
        WHERE \(latest) \(family.condition)
        \(labels.isEmpty ? "" : "GROUP BY \(labels) ORDER BY \(labels)")
        """)
      page.add(family, result)
    }
    page.text += "# TYPE kakeibo_evaluated_timestamp_seconds gauge\n"
    page.text += "# UNIT kakeibo_evaluated_timestamp_seconds seconds\n"
    page.text += "# HELP kakeibo_evaluated_timestamp_seconds When the figures were computed.\n"
    page.text += "kakeibo_evaluated_timestamp_seconds \(asOf / 1_000_000)\n# EOF\n"
    return page.text
  }

  private struct Family {
    let name: String
    let help: String
    let table: String
    let labels: [(name: String, column: String)]
    let value: String
    var condition = ""
  }

  private static let families: [Family] = [
    Family(
      name: "kakeibo_budget_limit", help: "The limit of a budget's period, in its unit.",
      table: "budget_status", labels: [("budget", "budget"), ("unit", "unit")],
      value: "max(limit_amount)"),
    Family(
      name: "kakeibo_budget_actual", help: "What a budget's period came to so far.",
      table: "budget_status", labels: [("budget", "budget"), ("unit", "unit")],
      value: "max(actual)"),
    Family(
      name: "kakeibo_budget_forecast", help: "What a budget's period is expected to come to.",
      table: "budget_status", labels: [("budget", "budget"), ("unit", "unit")],
      value: "max(forecast)"),
    Family(
      name: "kakeibo_budget_alarm", help: "1 where a threshold is crossed, 0 where not.",
      table: "budget_status", labels: [("budget", "budget"), ("threshold", "threshold")],
      value: "max(CASE WHEN state = 'ALARM' THEN 1 ELSE 0 END)",
      condition: "AND threshold IS NOT NULL AND state <> 'UNKNOWN'"),
    Family(
      name: "kakeibo_budget_unknown", help: "1 where a budget could not be judged, 0 where it was.",
      table: "budget_status", labels: [("budget", "budget")],
      value: "max(CASE WHEN state = 'UNKNOWN' THEN 1 ELSE 0 END)"),
    Family(
      name: "kakeibo_cost_month_to_date", help: "Amortized cost of the current month so far.",
      table: "forecasts", labels: [("scope", "scope"), ("name", "name"), ("currency", "currency")],
      value: "max(actual)"),
    Family(
      name: "kakeibo_cost_month_forecast", help: "Amortized cost expected for the current month.",
      table: "forecasts", labels: [("scope", "scope"), ("name", "name"), ("currency", "currency")],
      value: "max(forecast)"),
    Family(
      name: "kakeibo_anomaly_impact",
      help: "Cost above the expected of recent anomalies, negative where it is below.",
      table: "anomalies",
      labels: [
        ("account", "account"), ("service", "service"), ("severity", "severity"),
        // A drop must not hide a rise in the sum.
        ("direction", "CASE WHEN impact < 0 THEN 'below' ELSE 'above' END"),
      ],
      value: "sum(impact)"),
    Family(
      name: "kakeibo_recommendation_savings",
      help: "Savings a month of recommendations, at on-demand prices.", table: "recommendations",
      labels: [("finding", "finding")], value: "sum(coalesce(monthly_savings, 0))"),
    Family(
      name: "kakeibo_rule_violations", help: "Resources that break a rule.", table: "compliance",
      labels: [("rule", "rule"), ("severity", "severity")], value: "count(*)"),
  ]

  private mutating func add(_ family: Family, _ result: QueryResult) {
    text += "# TYPE \(family.name) gauge\n# HELP \(family.name) \(family.help)\n"
    for row in result.rows() {
      guard let value = row[family.labels.count].asDouble, value.isFinite else { continue }
      let labels = family.labels.enumerated().map { position, label in
        "\(label.name)=\"\(escaped(row[position].string ?? ""))\""
      }
      text += "\(family.name){\(labels.joined(separator: ","))} \(value)\n"
    }
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n", "\r", "\r\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }
}
