import Columns
import Evaluators
import Testing
import TextFormats
import Warehouse

/// Two payers, of whom one delivered a week less: what is not known of it is not zero, and what is known of
/// the other is told.
@Suite struct LatePayerTests {
  /// 2026-09-01 to 2026-11-20; the late payer's bill ends on 2026-11-13.
  private static let days = 81
  private static let lateBy = 7
  private static let late = "222222222222"

  private func lake(spike: Int? = nil) throws -> TestLake {
    let charges = (0..<Self.days).flatMap { day in
      ["111111111111", Self.late].compactMap { account -> TestLake.Charge? in
        if account == Self.late, day >= Self.days - Self.lateBy { return nil }
        // A little noise, the same on each machine.
        let cost = 100 + Double((day * 7_919) % 11) / 10
        return TestLake.Charge(
          day: day, account: account, cost: account != Self.late && day == spike ? 3 * cost : cost,
          columns: ["BillingAccountId": .text(account)])
      }
    }
    return try TestLake(charges, days: Self.days)
  }

  private func statuses(_ lake: TestLake, _ fields: String...) throws -> [BudgetStatus] {
    var file = BudgetFile()
    for (number, fields) in fields.enumerated() {
      let text = """
        {"Budgets": [{"BudgetName": "b\(number)", "BudgetType": "COST", \(fields),
          "Notifications": [{"NotificationType": "ACTUAL", "ComparisonOperator": "LESS_THAN",
            "Threshold": 50}]}]}
        """
      try file.add(try JSONValue.parse(Array(text.utf8), file: "b.json"), file: "b.json")
    }
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try BudgetEvaluator(lake.warehouse, day).evaluate(file.merged())
  }

  private func of(_ account: String) -> String {
    #""FilterExpression": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["\#(account)"]}}"#
  }

  private let limit = #""BudgetLimit": {"Amount": "100", "Unit": "USD"}"#

  @Test func `a budget goes as far as the bills that its charges are in`() throws {
    let daily = #""TimeUnit": "DAILY", \#(limit)"#
    let found = try statuses(
      lake(), "\(daily), \(of("111111111111"))", "\(daily), \(of(Self.late))", daily)
    #expect(found.map(\.dataThrough).map { $0.map { $0 - TestLake.firstDay } } == [80, 73, 73])
    // 100 and 200 dollars a day: no day without a charge is below half of the limit.
    #expect(found.allSatisfy { $0.state == .ok })
    #expect(found.map { ($0.actual ?? 0) > 99 } == [true, true, true])
  }

  @Test func `days that a payer has not delivered are forecast, not zero`() throws {
    let monthly = #""TimeUnit": "MONTHLY", \#(limit)"#
    let found = try statuses(lake(), "\(monthly), \(of(Self.late))", monthly)
    #expect(abs(try #require(found[0].forecast) - 30 * 100.5) < 30)
    #expect(abs(try #require(found[1].forecast) - 60 * 100.5) < 60)
    let lake = try lake()
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    let total = try #require(try CostForecast.evaluate(lake.warehouse, day).first)
    #expect(abs(total.forecast - 60 * 100.5) < 60, "\(total.forecast)")
    #expect(total.dataThrough == TestLake.firstDay + 73)
  }

  @Test func `a late bill is no drop, and hides no rise of another payer's`() throws {
    let quiet = try lake()
    let day = try EvaluationDay(quiet.warehouse, asOf: quiet.warehouse.configuration.now)
    #expect(try CostAnomaly.evaluate(quiet.warehouse, day).isEmpty)
    let risen = try lake(spike: 79)
    let found = try CostAnomaly.evaluate(risen.warehouse, day)
    #expect(found.map(\.account) == ["111111111111"])
    #expect(found.map(\.start) == [TestLake.firstDay + 79])
  }

  @Test func `a payer whose bills ended long ago holds nobody up`() throws {
    let charges = (0..<Self.days).flatMap { day in
      ["111111111111", Self.late].filter { $0 != Self.late || day < 60 }.map {
        TestLake.Charge(day: day, account: $0, cost: 100, columns: ["BillingAccountId": .text($0)])
      }
    }
    let lake = try TestLake(charges, days: Self.days)
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    #expect(day.dataThrough == TestLake.firstDay + 80)
    let daily = #""TimeUnit": "DAILY", \#(limit), \#(of(Self.late))"#
    let found = try statuses(lake, daily)
    #expect(found.map(\.dataThrough) == [TestLake.firstDay + 80])
    #expect(found.map(\.state) == [.alarm])
  }

  @Test func `a bill in another currency counts for the budgets of its charges alone`() throws {
    let charges = (0..<Self.days).flatMap { day in
      [("111111111111", "USD"), (Self.late, "CNY")].map { account, currency in
        TestLake.Charge(
          day: day, account: account, cost: 3,
          columns: ["BillingAccountId": .text(account), "BillingCurrency": .text(currency)])
      }
    }
    let monthly = #""TimeUnit": "MONTHLY""#
    let yuan = #""BudgetLimit": {"Amount": "100", "Unit": "CNY"}"#
    let found = try statuses(
      TestLake(charges, days: Self.days), "\(monthly), \(limit), \(of("111111111111"))",
      "\(monthly), \(yuan), \(of(Self.late))", "\(monthly), \(limit), \(of(Self.late))",
      "\(monthly), \(limit)")
    #expect(found.map(\.actual) == [60, 60, nil, nil])
    #expect(found.map(\.state) == [.ok, .ok, .unknown, .unknown])
    #expect(found[2].message == "the bills are in CNY, the budget is in USD")
  }
}
