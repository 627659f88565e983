import Columns
import Evaluators
import Testing
import TextFormats
import Warehouse

/// Budgets over commitments, over units of business and over queries, on bills small enough to reckon.
@Suite struct BudgetKindTests {
  private func statuses(_ lake: TestLake, _ budgets: String) throws -> [BudgetStatus] {
    var file = BudgetFile()
    let text = "{\"Budgets\": [\(budgets)]}"
    try file.add(try JSONValue.parse(Array(text.utf8), file: "b.json"), file: "b.json")
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try BudgetEvaluator(lake.warehouse, day).evaluate(file.merged())
  }

  private func share(_ type: String, filters: String = "") -> String {
    """
    {"BudgetName": "\(type)\(filters.count)", "BudgetType": "\(type)", "TimeUnit": "MONTHLY",
     "CostFilters": {\(filters)}, "Notifications": [{"NotificationType": "ACTUAL",
     "ComparisonOperator": "LESS_THAN", "Threshold": 80}]}
    """
  }

  @Test(arguments: [
    "DROP TABLE cur", "INSERT INTO cur VALUES ('2027')", "CREATE TABLE x AS SELECT 1 AS a",
    "UNLOAD (SELECT 1 AS a) TO 'x' WITH (format = 'PARQUET')",
  ])
  func `a budget's query changes nothing`(_ statement: String) throws {
    let lake = try TestLake([.init(day: 0, cost: 1)], days: 2)
    let tables = try lake.warehouse.tables().map { [$0.name, "\($0.version)"] }
    let status = try #require(
      try statuses(
        lake,
        """
        {"BudgetName": "q", "BudgetType": "QUERY", "TimeUnit": "MONTHLY", "Query": "\(statement)",
         "BudgetLimit": {"Amount": "1", "Unit": "USD"}}
        """
      ).first)
    #expect(status.state == .unknown)
    #expect(status.message?.contains("expected a query such as SELECT, found") == true)
    #expect(try lake.warehouse.tables().map { [$0.name, "\($0.version)"] } == tables)
  }

  /// Ten days of September: a plan of 10 dollars a day used by 7, servers of 6 dollars a day on demand
  /// beside those that the plan covers (9 dollars at that price), a reservation of 720 units a month.
  private func lake() throws -> TestLake {
    func text(_ pairs: [String: String]) -> [String: Value] { pairs.mapValues { .text($0) } }
    var charges: [TestLake.Charge] = []
    for day in 0..<10 {
      charges.append(
        .init(
          day: day, category: "Purchase", cost: 10,
          columns: text([
            "x_LineItemType": "SavingsPlanRecurringFee", "CommitmentDiscountType": "Savings Plan",
          ]).merging(["x_CommitmentTotal": .double(10), "x_CommitmentUsed": .double(7)]) { $1 }))
      charges.append(
        .init(
          day: day, cost: 9,
          columns: text([
            "x_LineItemType": "SavingsPlanCoveredUsage", "CommitmentDiscountType": "Savings Plan",
            "x_PurchaseOption": "SavingsPlan",
          ])))
      charges.append(.init(day: day, cost: 6))
      charges.append(
        .init(
          day: day, usageType: "SpotUsage:m5.large", cost: 3,
          columns: ["x_PurchaseOption": .text("Spot")]))
      charges.append(
        .init(
          day: day, cost: 0,
          columns: text([
            "x_LineItemType": "DiscountedUsage", "CommitmentDiscountType": "Reserved Instance",
            "x_PurchaseOption": "Reserved",
          ]).merging(["x_CommitmentUsed": .double(18), "ConsumedQuantity": .double(3)]) { $1 }))
    }
    charges.append(
      .init(
        day: 0, category: "Purchase", cost: 30, days: 30,
        columns: text([
          "x_LineItemType": "RIFee", "CommitmentDiscountType": "Reserved Instance",
        ]).merging(["x_CommitmentTotal": .double(720)]) { $1 }))
    return try TestLake(charges, days: 10)
  }

  @Test func `utilisation and coverage of plans and reservations, reckoned by hand`() throws {
    let found = try statuses(
      try lake(),
      [
        share("SAVINGS_PLANS_UTILIZATION"), share("SAVINGS_PLANS_COVERAGE"),
        share("RI_UTILIZATION"), share("RI_COVERAGE"),
        share("RI_UTILIZATION", filters: "\"LinkedAccount\": [\"999999999999\"]"),
      ].joined(separator: ","))
    // 7 of 10; 9 of 9 + 6, Spot being no candidate; 180 of ten days' share of 720 units; 3 of 3 + 1 hours.
    #expect(found[0].actual == 70)
    #expect(found[1].actual == 60)
    #expect(abs((found[2].actual ?? 0) - 75) < 1e-9)
    #expect(found[3].actual == 75)
    #expect(found.prefix(4).allSatisfy { $0.state == .alarm })
    #expect(found[4].state == .unknown)
    #expect(found[4].thresholds.first?.message?.contains("nothing to divide by") == true)
  }

  /// Two reservations of 720 units a month: that of account 1 is used by account 2, that of account 2 by
  /// nobody.
  private func sharedReservations() throws -> TestLake {
    func row(_ account: String, _ id: String, _ type: String) -> [String: Value] {
      [
        "SubAccountId": .text(account), "CommitmentDiscountId": .text(id),
        "CommitmentDiscountType": .text("Reserved Instance"), "x_LineItemType": .text(type),
        "CommitmentDiscountStatus": .text(type == "RIFee" ? "Unused" : "Used"),
      ]
    }
    let fees = [("1", "a"), ("2", "b")].map { account, id in
      TestLake.Charge(
        day: 0, category: "Purchase", cost: 30, days: 30,
        columns: row(account, id, "RIFee").merging(["x_CommitmentTotal": .double(720)]) { $1 })
    }
    let uses = (0..<10).map { day in
      TestLake.Charge(
        day: day, cost: 0,
        columns: row("2", "a", "DiscountedUsage").merging(["x_CommitmentUsed": .double(18)]) { $1 })
    }
    return try TestLake(fees + uses, days: 10)
  }

  // AWS Cost Explorer, RI utilization: filters choose reservations; their hours count whoever used them.
  @Test func `a filter chooses reservations by whose they are, not by who used them`() throws {
    let lake = try sharedReservations()
    let found = try ["1", "2"].map { account in
      try statuses(lake, share("RI_UTILIZATION", filters: "\"LinkedAccount\": [\"\(account)\"]"))[0]
    }
    #expect(abs((found[0].actual ?? 0) - 75) < 1e-9)
    #expect(found[1].actual == 0)
  }

  @Test func `unused reservations are an amortized cost of each day, not of the first`() throws {
    let budget = { (unit: String, metric: String) in
      """
      {"BudgetName": "\(unit) \(metric)", "BudgetType": "COST", "TimeUnit": "\(unit)",
       "BudgetLimit": {"Amount": "100", "Unit": "USD"}, "Metrics": ["\(metric)"]}
      """
    }
    let found = try statuses(
      try sharedReservations(),
      [
        budget("DAILY", "AmortizedCost"), budget("MONTHLY", "AmortizedCost"),
        budget("DAILY", "UnblendedCost"), budget("MONTHLY", "UnblendedCost"),
      ].joined(separator: ","))
    // 60 dollars of the month, of which ten days are in.
    #expect(found.map(\.actual) == [6, 60, 0, 60])
  }

  @Test func `a cost by a unit of business`() throws {
    let lake = try TestLake((0..<40).map { .init(day: $0, cost: 10) }, days: 40)
    try lake.write(
      "orders", Schema([Field("day", .date), Field("units", .bigint)]),
      (0..<40).map { [.int64(Int64(TestLake.firstDay + $0)), .int64($0 < 30 ? 5 : 2)] })
    let status = try statuses(
      lake,
      """
      {"BudgetName": "by order", "BudgetType": "UNIT_COST", "TimeUnit": "MONTHLY",
       "BudgetLimit": {"Amount": "4", "Unit": "USD per order"},
       "Units": {"Query": "SELECT day, units FROM orders"}, "Notifications": [
         {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]}
      """)[0]
    #expect(status.actual == 5)
    #expect(status.state == .alarm)
  }

  @Test func `a budget in the reporting currency converts by the month's rate`() throws {
    let rate = { (month: Double) -> [String: Value] in
      ["x_ReportingCurrency": .text("EUR"), "x_ExchangeRate": .double(month)]
    }
    let lake = try TestLake(
      (0..<40).map { .init(day: $0, cost: 10, columns: rate($0 < 30 ? 0.5 : 0.75)) }, days: 40)
    let found = try statuses(
      lake,
      ["EUR", "USD", "JPY"].map { unit in
        """
        {"BudgetName": "\(unit)", "BudgetType": "COST", "TimeUnit": "MONTHLY",
         "BudgetLimit": {"Amount": "1000", "Unit": "\(unit)"}}
        """
      }.joined(separator: ","))
    #expect(found.map(\.actual) == [75, 100, nil])
    #expect(found[2].message == "the bills are in USD, the budget is in JPY")
  }

  /// Ten days at 10 dollars for one payer and at 100 renminbi for another.
  private func twoCurrencies(rate: Double?) throws -> TestLake {
    let charges = (0..<10).flatMap { day in
      [("USD", 10.0, 1.0), ("CNY", 100, rate ?? 1)].map { name, cost, own in
        TestLake.Charge(
          day: day, cost: cost,
          columns: [
            "BillingCurrency": .text(name), "x_ExchangeRate": .double(own),
            "x_ReportingCurrency": .text(rate == nil ? name : "USD"),
          ])
      }
    }
    let lake = try TestLake(charges, days: 10)
    try lake.write(
      "orders", Schema([Field("day", .date), Field("units", .bigint)]),
      (0..<10).map { [.int64(Int64(TestLake.firstDay + $0)), .int64(2)] })
    return lake
  }

  private func perOrder(_ unit: String) -> String {
    """
    {"BudgetName": "by \(unit)", "BudgetType": "UNIT_COST", "TimeUnit": "MONTHLY",
     "BudgetLimit": {"Amount": "4", "Unit": "\(unit)"},
     "Units": {"Query": "SELECT day, units FROM orders"}}
    """
  }

  @Test func `bills in two currencies are no sum: converted, or unknown`() throws {
    let cost = """
      {"BudgetName": "cost", "BudgetType": "COST", "TimeUnit": "MONTHLY",
       "BudgetLimit": {"Amount": "1000", "Unit": "CNY"}}
      """
    let budgets = [
      perOrder("USD an order"), perOrder("an order"), share("SAVINGS_PLANS_COVERAGE"), cost,
    ].joined(separator: ",")
    let apart = try statuses(try twoCurrencies(rate: nil), budgets)
    #expect(apart.allSatisfy { $0.state == .unknown && $0.actual == nil })
    #expect(apart[0].message == "the bills are in CNY and USD, the budget is in USD")
    #expect(apart[1].message?.contains("no reporting currency") == true)
    #expect(apart[2].message?.contains("no reporting currency") == true)
    #expect(apart[3].message == "the bills are in CNY and USD, the budget is in CNY")
    let together = try statuses(try twoCurrencies(rate: 0.14), budgets)
    // (100 + 140) dollars for 20 orders; nothing of 240 is covered.
    #expect(abs((together[0].actual ?? 0) - 12) < 1e-9)
    #expect(together[2].actual == 0)
    #expect(together[3].state == .unknown)
  }

  /// 40 days at 10: September's bills of the second payer and October's have no net costs.
  private func partlyNet(_ hasNet: @escaping (_ day: Int, _ payer: String) -> Bool) throws
    -> TestLake
  {
    try TestLake(
      (0..<40).flatMap { day in
        ["1", "2"].map { payer in
          TestLake.Charge(
            day: day, account: "account \(payer)", cost: 10,
            columns: [
              "BillingAccountId": .text(payer),
              "x_NetUnblendedCost": hasNet(day, payer) ? .double(8) : .null,
              "x_NetAmortizedCost": hasNet(day, payer) ? .double(7) : .null,
            ])
        }
      }, days: 40)
  }

  private func net(_ metric: String, account: String? = nil) -> String {
    let filter = account.map { "\"LinkedAccount\": [\"account \($0)\"]" } ?? ""
    return """
      {"BudgetName": "\(metric)\(account ?? "")", "BudgetType": "COST", "TimeUnit": "MONTHLY",
       "Metrics": ["\(metric)"], "CostFilters": {\(filter)},
       "BudgetLimit": {"Amount": "1000", "Unit": "USD"}}
      """
  }

  @Test func `net costs that only some of the bills have are no figure`() throws {
    let found = try statuses(
      try partlyNet { _, payer in payer == "1" },
      [
        net("NetUnblendedCost"), net("NetAmortizedCost"), net("NetUnblendedCost", account: "2"),
        net("NetUnblendedCost", account: "1"), net("UnblendedCost"),
      ].joined(separator: ","))
    #expect(found.prefix(3).allSatisfy { $0.state == .unknown && $0.actual == nil })
    #expect(
      found.prefix(3).allSatisfy {
        $0.message
          == "the bills of 2 have no net costs: AWS gives them to accounts with discounts"
      })
    // Ten days of October.
    #expect(found[3].actual == 80 && found[4].actual == 200)
  }

  @Test func `net costs since this month count, and there is no history of them`() throws {
    let found = try statuses(
      try partlyNet { day, _ in day >= 30 }, net("NetUnblendedCost"))
    #expect(found[0].actual == 160 && found[0].forecast == nil)
    let whole = try statuses(try partlyNet { _, _ in true }, net("NetUnblendedCost"))
    #expect(whole[0].actual == 160 && whole[0].forecast != nil)
  }

  private func query(_ sql: String) -> String {
    """
    {"BudgetName": "q", "BudgetType": "QUERY", "TimeUnit": "MONTHLY",
     "BudgetLimit": {"Amount": "50", "Unit": "USD"}, "Query": "\(sql)", "Notifications": [
       {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 100}]}
    """
  }

  @Test func `a budget over any query`() throws {
    let lake = try TestLake((0..<20).map { .init(day: $0, cost: 10) }, days: 20)
    for sql in [
      "SELECT CAST(ChargePeriodStart AS date) AS day, sum(BilledCost) / 2 AS amount FROM costs GROUP BY 1",
      "SELECT BilledCost / 2, ChargePeriodStart AS day FROM costs",
      "SELECT CAST(CAST(ChargePeriodStart AS date) AS varchar), BilledCost / 2 FROM costs",
    ] {
      let status = try statuses(lake, query(sql))[0]
      #expect(status.actual == 100, "\(sql)")
      #expect(status.state == .alarm)
    }
  }

  @Test(arguments: [
    ("SELECT 1 FROM nothing", "its query: no table named 'nothing'"),
    ("SELECT 1", "expected columns 'day' and 'amount', found 1"),
    ("SELECT 'x' AS day, 1 AS amount", "expected a date in 'day'"),
  ])
  func `a query that gives no days is unknown and says why`(sql: String, message: String) throws {
    let lake = try TestLake([.init(day: 0, cost: 10)], days: 2)
    let status = try statuses(lake, query(sql))[0]
    #expect(status.state == .unknown)
    #expect(status.message?.contains(message) == true, "\(status.message ?? "")")
  }

  @Test func `every evaluation is kept with what it knew, a repeated one once`() throws {
    let lake = try TestLake((0..<20).map { .init(day: $0, cost: 10) }, days: 20)
    let found = try statuses(lake, query("SELECT ChargePeriodStart, BilledCost FROM costs"))
    let now = lake.warehouse.configuration.now
    for moment in [now, now, now + Microseconds.hour] {
      let day = try EvaluationDay(lake.warehouse, asOf: moment)
      try BudgetRecord.keep(found, day, in: lake.warehouse)
    }
    let rows = try lake.warehouse.query(
      """
      SELECT evaluated_at, actual, limit_amount, limit_source, data_through, history_from, bills, state
      FROM budget_evaluations ORDER BY 1
      """
    ).rows()
    #expect(rows.count == 2)
    #expect(rows[0][1] == .double(200) && rows[0][3] == .text("fixed"))
    #expect(rows[0][5] == .int64(Int64(TestLake.firstDay)))
    #expect(rows[0][6].string?.hasPrefix("cur@") == true)
  }

  @Test func `notifications of one budget find it by their file's name`() throws {
    let budgets = "{\"Budgets\": [\(query("SELECT 1")), \(share("RI_COVERAGE"))]}"
    let notifications = """
      {"Notifications": [{"Threshold": 10.0, "ComparisonOperator": "GREATER_THAN",
        "NotificationType": "ACTUAL"}]}
      """
    func thresholds(_ name: String) throws -> [Int] {
      var file = BudgetFile()
      try file.add(try JSONValue.parse(Array(budgets.utf8), file: "b.json"), file: "b.json")
      try file.add(try JSONValue.parse(Array(notifications.utf8), file: name), file: name)
      return try file.merged().map(\.thresholds.count)
    }
    #expect(try thresholds("in/notifications-q.json") == [2, 1])
    #expect(try thresholds("q.json") == [2, 1])
    let error = try #require(throws: ConfigurationError.self) { try thresholds("n.json") }
    #expect("\(error)".contains("does not print whose notifications they are"))
  }
}
