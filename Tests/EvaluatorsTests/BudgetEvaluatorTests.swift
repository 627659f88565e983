import Columns
import Evaluators
import Testing
import TextFormats
import Warehouse

@Suite struct BudgetEvaluatorTests {
  private func status(
    _ lake: TestLake, limit: String = "1000", filters: String = "", thresholds: String = ""
  ) throws -> BudgetStatus {
    let text = """
      {"Budgets": [{"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "\(limit)", "Unit": "USD"}, "CostFilters": {\(filters)},
        "Notifications": [\(thresholds)]}]}
      """
    var file = BudgetFile()
    try file.add(try JSONValue.parse(Array(text.utf8), file: "b.json"), file: "b.json")
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try #require(try BudgetEvaluator(lake.warehouse, day).evaluate(file.merged()).first)
  }

  private func threshold(_ type: String, _ percent: Int) -> String {
    """
    {"NotificationType": "\(type)", "ComparisonOperator": "GREATER_THAN",
     "Threshold": \(percent), "ThresholdType": "PERCENTAGE"}
    """
  }

  /// Ten dollars a day: September whole, October up to the 20th.
  private func steady() throws -> TestLake {
    try TestLake((0..<50).map { .init(day: $0, cost: 10) }, days: 50)
  }

  @Test func `a month's actual and forecast`() throws {
    let status = try status(
      try steady(), limit: "250",
      thresholds: threshold("ACTUAL", 70) + "," + threshold("ACTUAL", 90) + ","
        + threshold("FORECASTED", 100))
    #expect(status.actual == 200)
    #expect(abs((status.forecast ?? 0) - 310) < 1)
    #expect(status.thresholds.map(\.state) == [.alarm, .ok, .alarm])
    #expect(status.state == .alarm)
  }

  @Test func `a threshold on the forecast is unknown without history, never fine`() throws {
    let young = try TestLake((0..<8).map { .init(day: $0, cost: 10) }, days: 8)
    let status = try status(young, thresholds: threshold("FORECASTED", 100))
    #expect(status.forecast == nil)
    #expect(status.thresholds.map(\.state) == [.unknown])
  }

  @Test func `an empty lake is unknown`() throws {
    let warehouse = try Warehouse(Warehouse.Configuration(lake: ":memory:", now: 0))
    let day = try EvaluationDay(warehouse, asOf: 0)
    #expect(day.dataThrough == nil)
  }

  @Test func `filters count what they name and nothing else`() throws {
    let tag = [MapEntry(key: .text("team"), value: .text("data"))]
    let lake = try TestLake(
      (0..<40).flatMap { day in
        [
          TestLake.Charge(day: day, cost: 1),
          TestLake.Charge(day: day, account: "222222222222", cost: 2, tags: tag),
          TestLake.Charge(day: day, region: "eu-west-1", usageType: "EU-NatGateway-Bytes", cost: 4),
        ]
      }, days: 40)
    // Ten days of October.
    #expect(try status(lake).actual == 70)
    #expect(try status(lake, filters: "\"LinkedAccount\": [\"222222222222\"]").actual == 20)
    #expect(try status(lake, filters: "\"Region\": [\"eu-west-1\"]").actual == 40)
    #expect(try status(lake, filters: "\"TagKeyValue\": [\"user:team$data\"]").actual == 20)
    #expect(try status(lake, filters: "\"TagKeyValue\": [\"user:team$\"]").actual == 50)
    #expect(
      try status(lake, filters: "\"Service\": [\"Amazon Elastic Compute Cloud - Compute\"]").actual
        == 30)
    #expect(try status(lake, filters: "\"Service\": [\"EC2 - Other\"]").actual == 40)
  }

  @Test func `a filter that is not understood makes the budget unknown`() throws {
    let status = try status(
      try steady(), filters: "\"Scope\": [\"x\"]", thresholds: threshold("ACTUAL", 1))
    #expect(status.state == .unknown)
    #expect(status.actual == nil)
    #expect(status.message?.contains("'SCOPE' is not supported") == true)
  }

  @Test func `names in filters are text, not SQL`() throws {
    let status = try status(try steady(), filters: "\"Service\": [\"x' OR '1'='1\"]")
    #expect(status.actual == 0)
  }
}
