/// A budget of each kind and time unit, each state, each way to set a limit: what a reader copies from.
///
/// They are not in the nightly run's config, so that its message stays that of the planted findings.
enum EveryBudget {
  static let text = """
    {
        "Budgets": [
    \(entries.map { "        {\($0)}" }.joined(separator: ",\n"))
        ]
    }

    """

  private static let entries: [String] = [
    entry(
      "cost-expression", "COST", "MONTHLY",
      [
        limit("900"), "\"Metrics\": [\"AmortizedCost\"]",
        """
        "FilterExpression": {"And": [
                    {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["\(Organisation.production.id)"]}},
                    {"Not": {"Tags": {"Key": "team", "Values": ["data"]}}}]}
        """,
        notes([note("ACTUAL", 100), note("FORECASTED", 100)]),
      ]),
    entry(
      "usage-hours", "USAGE", "MONTHLY",
      [
        limit("9000", unit: "Hrs"),
        "\"CostFilters\": {\"UsageTypeGroup\": [\"EC2: Running Hours\"]}",
        notes([note("ACTUAL", 80)]),
      ]),
    entry(
      "reservation-use", "RI_UTILIZATION", "MONTHLY",
      [
        "\"CostFilters\": {\"Service\": [\"Amazon Relational Database Service\"]}",
        notes([note("ACTUAL", 90, "LESS_THAN")]),
      ]),
    entry(
      "reservation-coverage", "RI_COVERAGE", "QUARTERLY",
      [
        "\"CostFilters\": {\"Service\": [\"Amazon Relational Database Service\"]}",
        notes([note("ACTUAL", 70, "LESS_THAN")]),
      ]),
    entry(
      "plan-use", "SAVINGS_PLANS_UTILIZATION", "DAILY",
      [
        notes([note("ACTUAL", 95, "LESS_THAN")])
      ]),
    entry(
      "plan-coverage", "SAVINGS_PLANS_COVERAGE", "MONTHLY",
      [
        notes([note("ACTUAL", 70, "LESS_THAN")])
      ]),
    entry(
      "history", "COST", "MONTHLY",
      [
        """
        "AutoAdjustData": {"AutoAdjustType": "HISTORICAL",
                    "HistoricalOptions": {"BudgetAdjustmentPeriod": 3}}
        """,
        notes([note("ACTUAL", 80)]),
      ]),
    entry(
      "expected", "COST", "MONTHLY",
      [
        "\"AutoAdjustData\": {\"AutoAdjustType\": \"FORECAST\"}", notes([note("FORECASTED", 120)]),
      ]),
    // September's and October's limits.
    entry(
      "planned", "COST", "MONTHLY",
      [
        """
        "PlannedBudgetLimits": {"1788220800": {"Amount": "4000", "Unit": "USD"},
                    "1790812800": {"Amount": "4500", "Unit": "USD"}}
        """,
        notes([note("ACTUAL", 100)]),
      ]),
    entry("year", "COST", "ANNUALLY", [limit("60000"), notes([note("FORECASTED", 100)])]),
    entry(
      "campaign", "COST", "CUSTOM",
      [
        limit("3000"),
        """
        "TimePeriod": {"Start": "2026-10-12T00:00:00+00:00", "End": "2026-10-31T00:00:00+00:00"}
        """,
        notes([note("ACTUAL", 50)]),
      ]),
    entry(
      "over", "COST", "MONTHLY",
      [
        limit("100"),
        """
        "TimePeriod": {"Start": "2026-01-01T00:00:00+00:00", "End": "2026-10-01T00:00:00+00:00"}
        """,
        notes([note("ACTUAL", 100)]),
      ]),
    entry(
      "scope", "COST", "MONTHLY",
      [
        limit("100"),
        "\"FilterExpression\": {\"Dimensions\": {\"Key\": \"SCOPE\", \"Values\": [\"x\"]}}",
        notes([note("ACTUAL", 100)]),
      ]),
    entry(
      "yen", "COST", "MONTHLY",
      [
        limit("600000", unit: "JPY"), notes([note("ACTUAL", 100)]),
      ]),
    entry("euros", "COST", "MONTHLY", [limit("100", unit: "EUR"), notes([note("ACTUAL", 100)])]),
    entry(
      "cost-per-server-hour", "UNIT_COST", "MONTHLY",
      [
        limit("0.50", unit: "USD an hour"),
        """
        "Units": {"Query": "SELECT CAST(ChargePeriodStart AS date) AS day, sum(ConsumedQuantity) AS units FROM costs WHERE x_UsageType LIKE '%BoxUsage%' GROUP BY 1"}
        """,
        notes([note("ACTUAL", 100)]),
      ]),
    entry(
      "gateway-traffic", "QUERY", "MONTHLY",
      [
        limit("1000", unit: "GB"),
        """
        "Query": "SELECT CAST(ChargePeriodStart AS date) AS day, sum(ConsumedQuantity) AS amount FROM costs WHERE x_UsageType LIKE '%NatGateway-Bytes' GROUP BY 1"
        """,
        notes([note("ACTUAL", 100)]),
      ]),
    entry(
      "pace", "COST", "MONTHLY",
      [
        limit("4500"),
        """
        "Notifications": [{"NotificationType": "BURN_RATE", "Threshold": 110, "WindowDays": [7, 1]}]
        """,
      ]),
  ]

  private static func entry(
    _ name: String, _ type: String, _ unit: String, _ fields: [String]
  ) -> String {
    let head = [
      "\"BudgetName\": \"\(name)\"", "\"BudgetType\": \"\(type)\"", "\"TimeUnit\": \"\(unit)\"",
    ]
    return (head + fields).joined(separator: ",\n            ")
  }

  private static func limit(_ amount: String, unit: String = "USD") -> String {
    "\"BudgetLimit\": {\"Amount\": \"\(amount)\", \"Unit\": \"\(unit)\"}"
  }

  private static func notes(_ list: [String]) -> String {
    "\"Notifications\": [\(list.joined(separator: ",\n                "))]"
  }

  private static func note(
    _ type: String, _ percent: Int, _ comparison: String = "GREATER_THAN"
  ) -> String {
    "{\"NotificationType\": \"\(type)\", \"ComparisonOperator\": \"\(comparison)\", "
      + "\"Threshold\": \(percent), \"ThresholdType\": \"PERCENTAGE\"}"
  }
}
