import Files

/// A second, smaller sample: two months in which everything happens that the sample organisation is spared,
/// so that each finding, reason and state of the evaluators has a case.
///
/// Its bills come several times, as bills do: ``deliveries`` names the last day of each, of which half is in
/// then, and of the day before nine tenths.
package enum CaseBook {
  /// The last day of each delivery, counted from 2026-09-01.
  package static let deliveries = [46, 47, 48, 53]

  /// Writes everything as it is known on the morning after a day, in place of what was known before.
  ///
  /// - Parameter day: counted from 2026-09-01.
  /// - Throws: `FileError` when a file cannot be written.
  package static func write(to directory: String, through day: Int) throws {
    let items = CaseBills.items(through: day)
    for month in SampleCalendar.Month.allCases {
      let own = items.filter { $0.month == month }
      try SampleData.write(
        SampleData.csv(own), to: Path.join(directory, "bill/cases-\(month.folder).csv"))
    }
    try SampleData.write(CaseBills.small, to: Path.join(directory, "small-bill/cur-1.csv"))
    // A delivery that fails: half of a table's name is all that came.
    try SampleData.write("PAR1", to: Path.join(directory, "broken/cur-1.parquet"))
    for (name, text) in CaseFleet.files(through: day) {
      try SampleData.write(text, to: Path.join(directory, name))
    }
    try SampleData.write(budgets, to: Path.join(directory, "budgets.json"))
    try SampleData.write(feedback, to: Path.join(directory, "feedback.json"))
    try SampleData.write(suppressions, to: Path.join(directory, "suppressions.json"))
    try SampleData.write(nightly, to: Path.join(directory, "nightly.json"))
  }

  /// One that a burst in September frightened and the month did not; one that follows the forecast.
  private static let budgets = """
    {"Budgets": [
    {"BudgetName": "burst", "BudgetType": "COST", "TimeUnit": "MONTHLY",
     "BudgetLimit": {"Amount": "2700", "Unit": "USD"},
     "CostFilters": {"Service": ["Amazon DynamoDB"]},
     "Notifications": [{"NotificationType": "BURN_RATE", "ComparisonOperator": "GREATER_THAN",
       "Threshold": 150, "ThresholdType": "PERCENTAGE", "WindowDays": [7, 1]}]},
    {"BudgetName": "cases", "BudgetType": "COST", "TimeUnit": "MONTHLY",
     "BudgetLimit": {"Amount": "16000", "Unit": "USD"}, "CostFilters": {},
     "Notifications": [
       {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 60,
        "ThresholdType": "PERCENTAGE"},
       {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN", "Threshold": 100,
        "ThresholdType": "PERCENTAGE"}]},
    \(unknown.joined(separator: ",\n"))
    ]}

    """

  /// One for each reason not to judge a budget or a threshold.
  private static let unknown = [
    budget("each day", #""TimeUnit": "DAILY", "CostFilters": {}"#, notifies: "FORECASTED"),
    budget(
      "next year",
      #""TimeUnit": "MONTHLY", "CostFilters": {}, "TimePeriod": {"Start": "2027-01-01"}"#),
    budget(
      "no reservation", #""TimeUnit": "MONTHLY", "CostFilters": {"Service": ["Amazon Redshift"]}"#,
      type: "RI_UTILIZATION"),
    budget(
      "pace of a share", #""TimeUnit": "MONTHLY", "CostFilters": {}"#,
      type: "SAVINGS_PLANS_UTILIZATION", notifies: "BURN_RATE"),
    budget(
      "long window", #""TimeUnit": "MONTHLY", "CostFilters": {}"#, notifies: "BURN_RATE",
      days: "[90, 1]"),
    budget(
      "new service", #""TimeUnit": "MONTHLY", "CostFilters": {"Service": ["AWS Lambda"]}"#,
      notifies: "FORECASTED"),
    budget(
      "net", #""TimeUnit": "MONTHLY", "Metrics": ["NetUnblendedCost"], "FilterExpression": {}"#),
    budget(
      "query", #""TimeUnit": "MONTHLY", "Query": "SELECT day, amount FROM nowhere""#,
      type: "QUERY"),
    budget(
      "scope",
      #""TimeUnit": "MONTHLY", "FilterExpression": {"Dimensions": {"Key": "RIGHTSIZING_TYPE", "Values": ["Modify"]}}"#
    ),
  ]

  private static func budget(
    _ name: String, _ more: String, type: String = "COST", notifies basis: String = "ACTUAL",
    days: String = "[7, 1]"
  ) -> String {
    let isShare = type.hasPrefix("RI_") || type.hasPrefix("SAVINGS")
    let limit =
      isShare
      ? #"{"Amount": "100", "Unit": "PERCENTAGE"}"# : #"{"Amount": "1000", "Unit": "USD"}"#
    let windows = basis == "BURN_RATE" ? ", \"WindowDays\": \(days)" : ""
    return """
      {"BudgetName": "\(name)", "BudgetType": "\(type)", "BudgetLimit": \(limit), \(more),
       "Notifications": [{"NotificationType": "\(basis)", "Threshold": 100,
         "ComparisonOperator": "\(isShare ? "LESS" : "GREATER")_THAN",
         "ThresholdType": "PERCENTAGE"\(windows)}]}
      """
  }

  private static let feedback = """
    [{"verdict": "ignore", "service": "Amazon ElastiCache", "until": "2026-12-31",
      "reason": "migration"},
     {"verdict": "expected", "service": "Elastic Load Balancing", "from": "2026-10-18",
      "until": "2026-10-20", "reason": "load test"}]

    """

  private static let suppressions = """
    [{"resource": "\(CaseFleet.suppressed)", "until": "2027-01-31", "reason": "load test in January"}]

    """

  private static let nightly = """
    {
      "sources": [
        { "path": "bill" }, { "path": "small-bill" }, { "path": "broken" }, { "path": "inventory" },
        { "path": "metrics" }
      ],
      "budgets": ["budgets.json"], "rules": "all", "anomalyFeedback": "feedback.json",
      "suppressions": ["suppressions.json"],
      "channels": [{ "name": "log", "type": "file", "path": "out/alerts.jsonl" }]
    }

    """
}
