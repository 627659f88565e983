import Evaluators
import Testing
import TextFormats

@Suite struct BudgetFileTests {
  private func budgets(_ texts: String...) throws -> [Budget] {
    var file = BudgetFile()
    for (number, text) in texts.enumerated() {
      let name = "budgets-\(number + 1).json"
      try file.add(try JSONValue.parse(Array(text.utf8), file: name), file: name)
    }
    return try file.merged()
  }

  private func budget(_ fields: String) -> String {
    """
    {"Budgets": [{"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY",
      "BudgetLimit": {"Amount": "100", "Unit": "USD"}\(fields.isEmpty ? "" : ", ")\(fields)}]}
    """
  }

  private let notifications = """
    {"BudgetNotificationsForAccount": [{"BudgetName": "b", "Notifications": [
      {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0,
       "ThresholdType": "PERCENTAGE", "NotificationState": "OK"},
      {"NotificationType": "FORECASTED", "ComparisonOperator": "GREATER_THAN", "Threshold": 120,
       "ThresholdType": "ABSOLUTE_VALUE", "NotificationState": "OK"}]}]}
    """

  @Test func `budgets and their notifications come from two files`() throws {
    let budget = try #require(try budgets(budget(""), notifications).first)
    #expect(budget.limit == 100 && budget.unit == "USD" && budget.timeUnit == .monthly)
    #expect(budget.thresholds.map(\.text) == ["ACTUAL > 80 %", "FORECASTED > 120"])
    #expect(budget.thresholds[0].amount(limit: budget.limit ?? 0) == 80)
    #expect(budget.thresholds[1].amount(limit: budget.limit ?? 0) == 120)
  }

  @Test func `amounts may be long binary expansions`() throws {
    let text = budget("").split(separator: "\"100\"").joined(
      separator: "\"604.4560000000000172803993336856365203857421875\"")
    #expect(try budgets(text).first?.limit == 604.456)
  }

  @Test(arguments: ["1477958399.0", "\"2016-10-31T23:59:59+00:00\""])
  func `times are seconds or ISO text`(start: String) throws {
    let budget = try budgets(budget("\"TimePeriod\": {\"Start\": \(start)}")).first
    #expect(budget?.start == 17_105)
  }

  @Test func `planned limits hold from their month on`() throws {
    // 2026-09-01 and 2026-10-01.
    let planned =
      "\"PlannedBudgetLimits\": {\"1788220800\": {\"Amount\": \"50\", \"Unit\": \"USD\"}, \"1790812800\": {\"Amount\": \"70\", \"Unit\": \"USD\"}}"
    let budget = try #require(try budgets(budget(planned)).first)
    #expect(budget.limit(on: 20_696) == 100)
    #expect(budget.limit(on: 20_697) == 50)
    #expect(budget.limit(on: 20_727) == 70)
  }

  @Test func `eighty percent exactly has not crossed eighty percent`() {
    let threshold = Threshold(
      basis: .actual, comparison: .greater, value: 80, isPercentage: true)
    #expect(!threshold.isCrossed(by: 80, limit: 100))
    #expect(threshold.isCrossed(by: 80.01, limit: 100))
  }

  @Test func `periods of each time unit`() throws {
    func period(_ unit: String) throws -> Range<Int> {
      let text = budget("").split(separator: "MONTHLY").joined(separator: unit)
      // 2026-11-21.
      return try #require(try budgets(text).first).period(containing: 20_778)
    }
    #expect(try period("DAILY") == 20_778..<20_779)
    #expect(try period("MONTHLY") == 20_758..<20_788)
    #expect(try period("QUARTERLY") == 20_727..<20_819)
    #expect(try period("ANNUALLY") == 20_454..<20_819)
  }

  @Test(arguments: [
    ("{}", "expected 'Budgets' as printed by 'aws budgets describe-budgets'"),
    ("{\"Budgets\": 7}", "budgets-1.json: Budgets: expected a list, found 7"),
    ("{\"Budgets\": [{\"BudgetName\": \"b\"}]}", "Budgets[0]: expected 'BudgetType'"),
    (
      "{\"Budgets\": [{\"BudgetName\": \"b\", \"BudgetType\": \"COST\", \"TimeUnit\": \"WEEKLY\", \"BudgetLimit\": {\"Amount\": \"1\", \"Unit\": \"USD\"}}]}",
      "expected one of DAILY, MONTHLY, QUARTERLY, ANNUALLY, CUSTOM, found 'WEEKLY'"
    ),
    (
      "{\"Budgets\": [{\"BudgetName\": \"b\", \"BudgetType\": \"COST\", \"TimeUnit\": \"MONTHLY\", \"BudgetLimit\": {\"Amount\": \"1,20\", \"Unit\": \"USD\"}}]}",
      "Budgets[0].BudgetLimit.Amount: expected a number, found '1,20'"
    ),
    (
      "{\"Budgets\": [{\"BudgetName\": \"b\", \"BudgetType\": \"COST\", \"TimeUnit\": \"MONTHLY\"}]}",
      "expected 'BudgetLimit', 'PlannedBudgetLimits' or 'AutoAdjustData', found none of them"
    ),
    (
      "{\"Budgets\": [{\"BudgetName\": \"b\", \"BudgetType\": \"SPEND\", \"TimeUnit\": \"MONTHLY\"}]}",
      "expected one of COST, USAGE, RI_UTILIZATION"
    ),
  ])
  func `a malformed budget says where and what`(text: String, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try budgets(text) }
    #expect("\(error)".contains(message), "\(error)")
  }

  @Test func `notifications for a budget that is not there`() throws {
    let error = try #require(throws: ConfigurationError.self) { try budgets(notifications) }
    #expect("\(error)".contains("'b', but no file given describes that budget"))
  }

  @Test func `two budgets of one name`() throws {
    let error = try #require(throws: ConfigurationError.self) {
      try budgets(budget(""), budget(""))
    }
    #expect("\(error)".contains("a budget 'b' is in"), "\(error)")
  }

  @Test func `a budget that is not understood keeps no other from being read`() throws {
    var file = BudgetFile()
    var told: [String?] = []
    let carbon = #"{"BudgetName": "new", "BudgetType": "CARBON", "TimeUnit": "MONTHLY"}"#
    let notifications = #"{"BudgetName": "new", "Notifications": []}"#
    for text in [
      "{\"Budgets\": [\(carbon)]}", budget(""),
      "{\"BudgetNotificationsForAccount\": [\(notifications)]}",
    ] {
      let json = try JSONValue.parse(Array(text.utf8), file: "budgets.json")
      try file.add(json, file: "budgets.json") { name, _ in told.append(name) }
    }
    #expect(try file.merged().map(\.name) == ["b"])
    #expect(told == ["new"])
  }
}
