import Columns
import Evaluators
import Testing
import TextFormats

/// What AWS documents of budgets, case by case.
///
/// Sources: AWS Budgets API reference (Budget, Notification, TimePeriod, HistoricalOptions), AWS Cost
/// Management user guide (best practices for AWS Budgets: alerts, forecasts).
@Suite struct BudgetSemanticsTests {
  /// 2026-09-01 and the firsts of the months after.
  private let september = 20_697
  private let october = 20_727
  private let november = 20_758

  private func budget(_ fields: String, type: String = "COST") throws -> Budget {
    let text = """
      {"Budgets": [{"BudgetName": "b", "BudgetType": "\(type)", \(fields)}]}
      """
    var file = BudgetFile()
    try file.add(try JSONValue.parse(Array(text.utf8), file: "b.json"), file: "b.json")
    return try #require(try file.merged().first)
  }

  private func monthly(
    limit: String = "100", type: String = "ACTUAL", comparison: String = "GREATER_THAN",
    threshold: String = "80", measure: String = "PERCENTAGE", more: String = ""
  ) throws -> Budget {
    try budget(
      """
      "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "\(limit)", "Unit": "USD"}, \(more)
      "Notifications": [{"NotificationType": "\(type)", "ComparisonOperator": "\(comparison)",
        "Threshold": \(threshold), "ThresholdType": "\(measure)"}]
      """)
  }

  private func days(_ range: Range<Int>, _ amount: Double) -> [Int: Double] {
    Dictionary(uniqueKeysWithValues: range.map { ($0, amount) })
  }

  private func replay(
    _ budget: Budget, _ values: [Int: Double], nights: Range<Int>
  ) -> [BudgetBacktest.Outcome] {
    BudgetBacktest(nights: nights).replay(budget, BudgetSeries(numerator: values))
  }

  // MARK: Thresholds

  @Test(arguments: [
    ("GREATER_THAN", 80.0, false), ("GREATER_THAN", 80.01, true), ("LESS_THAN", 80.0, false),
    ("LESS_THAN", 79.99, true), ("EQUAL_TO", 80.0, true), ("EQUAL_TO", 80.01, false),
  ])
  func `comparisons are strict`(comparison: String, figure: Double, isCrossed: Bool) throws {
    let threshold = try #require(try monthly(comparison: comparison).thresholds.first)
    #expect(threshold.isCrossed(by: figure, limit: 100) == isCrossed)
  }

  @Test func `a percentage is of the limit, an absolute value is in the unit`() throws {
    #expect(try monthly(limit: "250").thresholds.first?.amount(limit: 250) == 200)
    let absolute = try monthly(limit: "250", measure: "ABSOLUTE_VALUE")
    #expect(absolute.thresholds.first?.amount(limit: 250) == 80)
  }

  @Test func `what was spent tells once in a period, and again in the next`() throws {
    let values = days(september..<november, 4)
    let outcomes = replay(try monthly(), values, nights: (september + 1)..<(november + 1))
    #expect(outcomes.map(\.told.count) == [1, 1])
    // The 21st day brings 84 dollars; it is known the morning after.
    #expect(outcomes.map { $0.told.first } == [september + 21, october + 21])
    #expect(outcomes.map(\.verdict) == [.right, .right])
  }

  @Test func `a credit that brings the cost back does not make it tell again`() throws {
    var values = days(september..<october, 4)
    values[september + 22] = -50
    values[september + 24] = 60
    let outcome = try #require(
      replay(try monthly(), values, nights: (september + 1)..<(october + 1)).first)
    #expect(outcome.told == [september + 21])
  }

  @Test func `a forecast tells again after it has been back within the limit`() throws {
    let budget = try monthly(type: "FORECASTED", threshold: "100")
    var notifier = BudgetNotifier(budget)
    let states: [(Double, [Int])] = [
      (90, []), (110, [0]), (120, []), (95, []), (105, [0]), (106, []),
    ]
    for (forecast, told) in states {
      #expect(notifier.tells(try status(budget, forecast: forecast)) == told, "\(forecast)")
    }
  }

  /// A status whose forecast is what a steady series with that total gives.
  private func status(_ budget: Budget, forecast: Double) throws -> BudgetStatus {
    let values = days((september - 60)..<(september + 15), forecast / 30)
    return BudgetJudge.status(of: budget, BudgetSeries(numerator: values), on: september + 15)
  }

  @Test func `a forecast needs about five weeks of history`() throws {
    let budget = try monthly(type: "FORECASTED", threshold: "50")
    let short = BudgetSeries(numerator: days((october - 20)..<(october + 10), 10))
    let state = BudgetJudge.status(of: budget, short, on: october + 10)
    #expect(state.thresholds.map(\.state) == [.unknown])
    #expect(state.thresholds.first?.message?.contains("30 days, 35 are needed") == true)
    let enough = BudgetSeries(numerator: days((october - 30)..<(october + 10), 10))
    #expect(BudgetJudge.status(of: budget, enough, on: october + 10).thresholds[0].state == .alarm)
  }

  /// A dollar a day from the first of August, of which the lake has the bills.
  private func young(_ body: String, type: String = "ACTUAL", limit: Int) throws -> BudgetStatus {
    let budget = try budget(
      """
      \(body), "BudgetLimit": {"Amount": "\(limit)", "Unit": "USD"}, "Notifications": [
        {"NotificationType": "\(type)", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]
      """)
    let august = september - 31
    let series = BudgetSeries(numerator: days(august..<(october + 10), 1))
    return BudgetJudge.status(of: budget, series, on: october + 10, billsFrom: august)
  }

  // The year's first seven months are not in the lake: 71 dollars of it are.
  @Test(arguments: [(50, BudgetStatus.State.alarm), (100, .unknown)])
  func `a period whose beginning is not in the bills is not within its limit`(
    _ limit: Int, _ state: BudgetStatus.State
  ) throws {
    let status = try young(#""TimeUnit": "ANNUALLY""#, limit: limit)
    #expect(status.actual == 71)
    #expect(status.thresholds.map(\.state) == [state])
    #expect(
      status.thresholds.first?.message
        == "the bills in the lake begin on 2026-08-01: what was charged before is missing")
    let month = try young(#""TimeUnit": "MONTHLY""#, limit: limit)
    #expect(month.thresholds.map(\.state) == [.ok] && month.thresholds.first?.message == nil)
  }

  @Test func `a period whose beginning is not in the bills sets no limit`() throws {
    let adjustment = { (unit: String, periods: Int) in
      #""TimeUnit": "\#(unit)", "AutoAdjustData": {"AutoAdjustType": "HISTORICAL", "#
        + #""HistoricalOptions": {"BudgetAdjustmentPeriod": \#(periods)}}"#
    }
    let quarter = try young(adjustment("QUARTERLY", 1), limit: 7)
    #expect(quarter.limit == 7)
    #expect(quarter.limitSource.hasPrefix("as stated"))
    let month = try young(adjustment("MONTHLY", 6), limit: 7)
    #expect(month.limit == 30.5)
    #expect(month.limitSource == "mean of the 2 periods before")
  }

  @Test func `credits that come at the end of each month are in the forecast`() throws {
    // Ten dollars a day, 200 back on the last day of each month: a month of 30 days comes to 100.
    var values = days((september - 212)..<(october + 20), 10)
    for month in 1...7 {
      let last = Day.adding(months: -month + 1, to: october) - 1
      values[last] = -190
    }
    let budget = try monthly(limit: "150", type: "FORECASTED", threshold: "100")
    let status = BudgetJudge.status(
      of: budget, BudgetSeries(numerator: values), on: october + 20)
    #expect(status.actual == 200)
    let forecast = try #require(status.forecast)
    #expect(abs(forecast - 110) < 15, "\(forecast)")
    #expect(status.thresholds.map(\.state) == [.ok])
  }

  @Test func `a daily budget has no forecast`() throws {
    let budget = try budget(
      """
      "TimeUnit": "DAILY", "BudgetLimit": {"Amount": "5", "Unit": "USD"}, "Notifications": [
        {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN", "Threshold": 100},
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]
      """)
    let series = BudgetSeries(numerator: days(september..<october, 6))
    let state = BudgetJudge.status(of: budget, series, on: october)
    #expect(state.thresholds.map(\.state) == [.unknown, .alarm])
  }

  @Test func `a low coverage or utilisation is what alarms`() throws {
    for type in [
      "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE",
    ] {
      let budget = try budget(
        """
        "TimeUnit": "MONTHLY", "Notifications": [{"NotificationType": "ACTUAL",
          "ComparisonOperator": "LESS_THAN", "Threshold": 80}]
        """, type: type)
      // The limit is always all of it.
      #expect(budget.limit == 100 && budget.unit == "PERCENTAGE")
      for (used, state) in [(7.9, BudgetStatus.State.alarm), (8.0, .ok)] {
        let series = BudgetSeries(
          numerator: days(september..<october, used), denominator: days(september..<october, 10),
          scale: 100)
        let status = BudgetJudge.status(of: budget, series, on: september + 20)
        #expect(status.state == state, "\(type) \(used) \(status)")
      }
    }
  }

  @Test func `without any commitment a utilisation is unknown, not zero`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "Notifications": [{"NotificationType": "ACTUAL",
        "ComparisonOperator": "LESS_THAN", "Threshold": 80}]
      """, type: "RI_UTILIZATION")
    let series = BudgetSeries(numerator: [:], denominator: [:], scale: 100)
    #expect(BudgetJudge.status(of: budget, series, on: september + 20).state == .unknown)
  }

  @Test func `a replay says what was right, what was a false alarm and what was missed`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "250", "Unit": "USD"}, "Notifications": [
        {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]
      """)
    let before = days((september - 62)..<september, 10)
    func outcome(_ month: [Int: Double]) throws -> BudgetBacktest.Outcome {
      let values = before.merging(month) { $1 }
      return try #require(
        replay(budget, values, nights: (september + 1)..<(october + 1)).first {
          $0.period.lowerBound == september
        })
    }
    let steady = try outcome(days(september..<october, 10))
    #expect(steady.verdict == .right)
    // Told on the first night, 25 days before the day that brought it over.
    #expect(steady.told.first == september + 1 && steady.crossedOn == september + 25)
    #expect(steady.daysEarly == 24)
    let stopped = try outcome(days(september..<(september + 5), 10))
    #expect(stopped.verdict == .early && stopped.total == 50)
    let short = replay(
      budget, days(september..<october, 10), nights: (september + 1)..<(october + 1))
    #expect(short.first?.verdict == .missed)
    #expect(short.first?.message?.contains("too short") == true)
    let small = replay(
      try monthly(limit: "5000"), days(september..<october, 10),
      nights: (september + 1)..<(october + 1))
    #expect(small.first?.verdict == .quiet)
    let running = replay(
      try monthly(), days(september..<(september + 9), 10),
      nights: (september + 1)..<(september + 10))
    #expect(running.first?.verdict == .open)
  }

  // MARK: Periods

  @Test func `a budget begins with its first day and is kept, not deleted, after its last`() throws
  {
    let budget = try monthly(
      more: "\"TimePeriod\": {\"Start\": \"2026-10-01\", \"End\": \"2026-11-01\"},")
    let series = BudgetSeries(numerator: days((september - 60)..<(november + 20), 10))
    #expect(BudgetJudge.status(of: budget, series, on: september + 9).state == .inactive)
    #expect(BudgetJudge.status(of: budget, series, on: october + 9).state == .alarm)
    let after = BudgetJudge.status(of: budget, series, on: november + 9)
    #expect(after.state == .inactive)
    #expect(after.message?.contains("ended on 2026-11-01") == true)
  }

  @Test func `a custom budget has one period, from its first to its last day`() throws {
    let budget = try budget(
      """
      "TimeUnit": "CUSTOM", "BudgetLimit": {"Amount": "100", "Unit": "USD"},
      "TimePeriod": {"Start": "2026-09-20", "End": "2026-10-05"}, "Notifications": [
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]
      """)
    #expect(budget.period(containing: october) == (september + 19)..<(october + 4))
    let outcomes = replay(
      budget, days((september)..<november, 10), nights: september..<november)
    #expect(outcomes.map(\.told) == [[september + 19 + 11]])
  }

  @Test func `a custom budget without its days is refused`() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try budget(
        "\"TimeUnit\": \"CUSTOM\", \"BudgetLimit\": {\"Amount\": \"1\", \"Unit\": \"USD\"}")
    }
    #expect("\(error)".contains("expected 'TimePeriod' with 'Start' and 'End'"))
  }

  // MARK: Limits

  @Test func `planned limits: each from its period on, and the last one holds after the plan`()
    throws
  {
    // From September and October 2026, printed without a plain limit.
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "PlannedBudgetLimits": {
        "1790812800": {"Amount": "70", "Unit": "USD"},
        "1788220800": {"Amount": "50", "Unit": "USD"}}
      """)
    #expect(budget.limit(on: september) == 50)
    #expect(budget.limit(on: september + 29) == 50)
    #expect(budget.limit(on: october) == 70)
    #expect(budget.limit(on: november + 400) == 70)
  }

  private func adjusted(_ periods: Int, more: String = "", unit: String = "MONTHLY") throws
    -> Budget
  {
    try budget(
      """
      "TimeUnit": "\(unit)", "AutoAdjustData": {"AutoAdjustType": "HISTORICAL",
        "HistoricalOptions": {"BudgetAdjustmentPeriod": \(periods)\(more)}}
      """)
  }

  @Test func `a limit by history is the mean of the periods before`() throws {
    var values = days((september - 31)..<september, 1)
    values.merge(days(september..<october, 2)) { $1 }
    values.merge(days(october..<november, 50)) { $1 }
    let status = BudgetJudge.status(
      of: try adjusted(2), BudgetSeries(numerator: values), on: october + 5)
    #expect(status.limit == (31 + 60) / 2.0)
    #expect(status.limitSource == "mean of the 2 periods before")
  }

  @Test func `empty periods at the beginning of the history are left out, later ones count`() throws
  {
    // Of the four months before October: June empty, July spent, August empty, September spent.
    var values = days((september - 62)..<(september - 31), 2)
    values.merge(days(september..<october, 1)) { $1 }
    let status = BudgetJudge.status(
      of: try adjusted(4), BudgetSeries(numerator: values), on: october + 5)
    #expect(status.limit == (62 + 0 + 30) / 3.0)
    #expect(status.limitSource == "mean of the 3 periods before")
  }

  @Test func `a new period computes its limit anew`() throws {
    let values = days(september..<october, 1).merging(days(october..<november, 3)) { $1 }
    let series = BudgetSeries(numerator: values)
    #expect(BudgetJudge.status(of: try adjusted(1), series, on: october + 5).limit == 30)
    #expect(BudgetJudge.status(of: try adjusted(1), series, on: november + 5).limit == 93)
  }

  @Test func `where the lake knows less than AWS did, AWS's limit holds`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "77", "Unit": "USD"}, "AutoAdjustData": {
        "AutoAdjustType": "HISTORICAL", "HistoricalOptions": {"BudgetAdjustmentPeriod": 6,
        "LookBackAvailablePeriods": 6}}
      """)
    let series = BudgetSeries(numerator: days(september..<(october + 9), 1))
    let status = BudgetJudge.status(of: budget, series, on: october + 9)
    #expect(status.limit == 77)
    #expect(status.limitSource.contains("only 1 of its 6 periods"))
  }

  @Test func `a limit that follows a history that is not there is unknown`() throws {
    let status = BudgetJudge.status(
      of: try adjusted(3), BudgetSeries(numerator: [october: 5]), on: october + 2)
    #expect(status.state == .unknown)
  }

  @Test func `a limit by forecast is what was expected when the period began`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "AutoAdjustData": {"AutoAdjustType": "FORECAST"}
      """)
    var values = days((september - 62)..<october, 2)
    values.merge(days(october..<november, 100)) { $1 }
    let status = BudgetJudge.status(of: budget, BudgetSeries(numerator: values), on: october + 9)
    #expect(abs(status.limit - 62) < 1)
  }

  @Test(arguments: [("DAILY", 60), ("MONTHLY", 12), ("QUARTERLY", 4), ("ANNUALLY", 1)])
  func `the most periods of a history`(unit: String, most: Int) throws {
    #expect(throws: Never.self) { try adjusted(most, unit: unit) }
    #expect(throws: ConfigurationError.self) { try adjusted(most + 1, unit: unit) }
    #expect(throws: ConfigurationError.self) { try adjusted(0, unit: unit) }
  }

  // MARK: Defaults

  @Test func `all types of cost count unless they are left out, at unblended cost`() throws {
    #expect(try monthly().costTypes == CostTypes())
    #expect(try monthly().metric == .unblended)
    #expect(try monthly(more: "\"CostTypes\": {\"UseAmortized\": true},").metric == .amortized)
    #expect(try monthly(more: "\"CostTypes\": {\"UseBlended\": true},").metric == .blended)
    #expect(try monthly(more: "\"Metrics\": [\"NetAmortizedCost\"],").metric == .netAmortized)
    #expect(throws: ConfigurationError.self) { try monthly(more: "\"Metrics\": [\"Cost\"],") }
  }

  @Test func `a threshold without a type is a percentage`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "100", "Unit": "USD"}, "Notifications": [
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}]
      """)
    #expect(budget.thresholds.first?.isPercentage == true)
  }

  // MARK: Burn rate

  @Test func `a burn rate needs every window to be over its pace`() throws {
    let budget = try budget(
      """
      "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "300", "Unit": "USD"}, "Notifications": [
        {"NotificationType": "BURN_RATE", "Threshold": 150, "WindowDays": [1, 7]}]
      """)
    func state(_ week: Double, _ last: Double) -> BudgetStatus.State {
      var values = days(september..<(september + 19), week)
      values[september + 19] = last
      return BudgetJudge.status(
        of: budget, BudgetSeries(numerator: values), on: september + 20
      ).state
    }
    #expect(budget.thresholds.first?.text == "BURN_RATE > 150 % in 7 and 1 days")
    #expect(state(20, 20) == .alarm)
    // A single expensive day, and a week whose cause has ended.
    #expect(state(9, 40) == .ok)
    #expect(state(20, 9) == .ok)
  }
}
