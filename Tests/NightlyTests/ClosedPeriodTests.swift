import Columns
import Evaluators
import Nightly
import Testing
import Warehouse

/// Periods of budgets that no night saw at what they came to: none of them is left untold.
@Suite struct ClosedPeriodTests {
  private static let header =
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    + "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,"
    + "lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,"
    + "lineItem/CurrencyCode,lineItem/UnblendedCost\n"

  /// 2026-10-01, days since the epoch.
  private static let october = 20_727

  private let night: Night

  init() throws { night = try Night() }

  private func budget(_ unit: String, limit: Int, type: String = "ACTUAL") throws {
    try night.write(
      "budgets.json",
      """
      {"Budgets": [{"BudgetName": "b", "BudgetLimit": {"Amount": "\(limit)", "Unit": "USD"},
        "TimeUnit": "\(unit)", "BudgetType": "COST", "Notifications": [
          {"NotificationType": "\(type)", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]}]}
      """)
    try night.write(
      "nightly.json",
      """
      { "sources": [{ "path": "bill" }], "budgets": ["budgets.json"], "rules": [],
        "channels": [{ "name": "out", "type": "stdout" }] }
      """)
  }

  /// Runs a night at 06:00 of a day of October 2026 (32 is the first of November), with bills through
  /// another one: 50 dollars a day but for those given. Returns the titles told of budgets.
  private func run(
    on day: Int, through last: Int, _ others: [Int: Int] = [:]
  ) throws -> [String] {
    for (month, days) in [("2026-10", 1...31), ("2026-11", 32...61)]
    where days.contains(last) || last > 31 {
      let rows = days.filter { $0 <= last }.map { day in
        let date = Day.text(Self.october + day - 1)
        return "a\(day),100000000001,\(month)-01T00:00:00Z,100000000002,Usage,\(date)T00:00:00Z,"
          + "\(date)T23:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,\(others[day] ?? 50)\n"
      }
      try night.write("bill/\(month)/cur-1.csv", Self.header + rows.joined())
    }
    let outcome = try night.run(
      asOf: Int64(Self.october + day - 1) * 86_400_000_000 + 21_600_000_000)
    #expect(outcome.summary.failures.isEmpty, "\(outcome.summary.failures)")
    return outcome.told.flatMap { $0.split(separator: "\n") }.map(String.init)
      .filter { $0.contains("] budget ") }
  }

  // AWS Budgets user guide: a threshold on what was spent tells when it is first reached in a period.
  @Test func `a day that comes in together with the next is judged`() throws {
    try budget("DAILY", limit: 100)
    #expect(try run(on: 10, through: 9) == [])
    #expect(
      try run(on: 12, through: 11, [10: 500])
        == ["[critical] budget 'b' came to 500.00 USD, 500 % of 100.00 USD"])
    // Told once, and the same night again changes nothing.
    #expect(try run(on: 12, through: 11, [10: 500]) == [])
    #expect(try run(on: 13, through: 12, [10: 500]) == [])
    #expect(
      try night.warehouse().query(
        "SELECT CAST(period_start AS varchar), actual, state FROM budget_closings ORDER BY 1"
      ).rows() == [[.text("2026-10-10"), .double(500), .text("ALARM")]])
  }

  @Test func `a day that is restated after its night is judged again`() throws {
    try budget("DAILY", limit: 100)
    #expect(try run(on: 10, through: 9) == [])
    #expect(
      try run(on: 11, through: 10, [9: 150])
        == ["[critical] budget 'b' came to 150.00 USD, 150 % of 100.00 USD"])
    #expect(try run(on: 12, through: 11, [9: 150]) == [])
    // Restated once more: the day has been told.
    #expect(try run(on: 13, through: 12, [9: 160]) == [])
  }

  @Test func `the last day of a month that comes with the next month is judged`() throws {
    try budget("MONTHLY", limit: 1600)
    #expect(try run(on: 31, through: 30) == [])
    #expect(
      try run(on: 33, through: 32, [31: 300])
        == ["[critical] budget 'b' came to 1800.00 USD, 113 % of 1600.00 USD"])
    #expect(try run(on: 34, through: 33, [31: 300]) == [])
  }

  @Test
  func
    `what was spent within the limit, and what is only expected, tells nothing of an ended month`()
    throws
  {
    try budget("MONTHLY", limit: 1900)
    #expect(try run(on: 31, through: 30) == [])
    #expect(try run(on: 33, through: 32, [31: 300]) == [])
    try budget("MONTHLY", limit: 10, type: "FORECASTED")
    #expect(try run(on: 34, through: 33, [31: 400]).filter { $0.contains("came to") } == [])
  }

  @Test func `a budget that no night has judged tells nothing of the months before`() throws {
    try budget("MONTHLY", limit: 1600)
    #expect(try run(on: 33, through: 32, [31: 300]) == [])
  }

  @Test func `a budget that cannot be judged is told once, and keeps what it told`() throws {
    try budget("MONTHLY", limit: 100)
    let settings = try night.read("budgets.json")
    #expect(try run(on: 10, through: 9).count == 1)
    try night.write("budgets.json", settings.replacing("USD", with: "JPY"))
    let blind = "[warning] budget 'b' cannot be judged"
    #expect(try run(on: 11, through: 10) == [blind])
    #expect(try run(on: 12, through: 11) == [])
    #expect(
      try night.warehouse().query("SELECT count(*) FROM alerts WHERE state = 'ALARM'").rows()
        == [[.int64(2)]])
    try night.write("budgets.json", settings)
    #expect(try run(on: 13, through: 12) == [])
    #expect(
      try night.warehouse().query("SELECT title FROM alerts WHERE state = 'RESOLVED'").rows()
        == [[.text("budget 'b' cannot be judged")]])
  }

  @Test func `an alert of an ended period waits for a channel that failed`() throws {
    try budget("DAILY", limit: 100)
    let settings = try night.read("nightly.json")
    try night.write(
      "nightly.json",
      settings.replacing(
        #""type": "stdout""#, with: #""type": "command", "command": ["sh", "-c", "exit 7"]"#))
    for (day, cost) in [(10, 500), (11, 50)] {
      try night.write(
        "bill/2026-10/cur-1.csv",
        Self.header
          + (1...day).map {
            let date = Day.text(Self.october + $0 - 1)
            return "a\($0),100000000001,2026-10-01T00:00:00Z,100000000002,Usage,\(date)T00:00:00Z,"
              + "\(date)T23:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,"
              + "\($0 == 10 ? 500 : cost)\n"
          }.joined())
      let outcome = try night.run(
        asOf: Int64(Self.october + day) * 86_400_000_000 + 21_600_000_000)
      #expect(outcome.summary.failures.count == 1, "\(outcome.summary.failures)")
    }
    try night.write("nightly.json", settings)
    #expect(
      try run(on: 13, through: 12, [10: 500])
        == ["[critical] budget 'b' is at 500.00 USD, 500 % of 100.00 USD"])
  }
}
