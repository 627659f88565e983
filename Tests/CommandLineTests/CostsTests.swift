import Foundation
import Testing

/// `costs` and `commitments` on a small bill.
@Suite struct CostsTests {
  private func workplace() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    return workplace
  }

  private let rules = """
    // Who pays for what.
    { "Accounts": [{ "Id": "100000000002", "Name": "shop" }],
      "CostCategories": [{ "Name": "Team", "DefaultValue": "Shared", "Rules": [
        { "Value": "Web", "Rule": { "Dimensions": { "Key": "SERVICE_CODE", "Values": ["AmazonS3"] } } }],
        "SplitChargeRules": [{ "Source": "Shared", "Targets": ["Web", "Data"], "Method": "EVEN" }] }],
      "Currency": { "Reporting": "EUR", "Rates": [{ "Month": "2026-08", "From": "USD", "Rate": 0.9 }] },
    }
    """

  @Test func `a month in five views`() throws {
    let outcome = try workplace().run(["costs", "--format", "csv"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix("billing_period,currency,charges,unblended,amortized,blended"))
    #expect(outcome.out.contains("2026-09,USD,3,1.75,1.75,"))
  }

  @Test(arguments: ["costs", "commitments"])
  func `a month without a bill is told, with those that there are`(command: String) throws {
    let outcome = try workplace().run([command, "--month", "2020-01"])
    #expect(outcome.code == 0)
    #expect(outcome.err.contains("there is no bill of 2020-01 in the lake; there are"))
    #expect(try !workplace().run([command, "--month", "2026-09"]).err.contains("no bill"))
  }

  @Test(arguments: [
    ["forecast"], ["anomalies"], ["costs"], ["commitments"], ["rightsize"], ["rules"],
    ["dashboard", "--out", "page.html"],
  ])
  func `a lake that is not there is told by its name`(arguments: [String]) throws {
    let outcome = try Workplace().run(["--lake", "misspelt"] + arguments)
    #expect(outcome.code == 0)
    #expect(outcome.err.contains("in the lake 'misspelt'"), "\(outcome.err)")
    #expect(outcome.err.contains("kakeibo ingest"))
  }

  @Test func `net costs that one payer's bill lacks are an empty cell, not a part of the sum`()
    throws
  {
    let workplace = try Workplace()
    var first = SmallBill()
    first.columns.append("lineItem/NetUnblendedCost")
    let lines = first.lines.enumerated().map { $0.offset == 0 ? $0.element : $0.element + ",0.5" }
    try workplace.write("a/cur-1.csv", lines.map { $0 + "\n" }.joined())
    try workplace.write(
      "b/cur-1.csv",
      SmallBill().text.replacingOccurrences(of: "100000000001", with: "100000000009"))
    #expect(try workplace.run(["ingest", "a/cur-1.csv"]).code == 0)
    let alone = try workplace.run(["costs", "--format", "csv"])
    #expect(alone.out.contains("2026-09,USD,3,1.75,1.75,,1.5,1.5"), "\(alone.out)")
    #expect(!alone.err.contains("note: cells"))
    #expect(try workplace.run(["ingest", "b/cur-1.csv"]).code == 0)
    let both = try workplace.run(["costs", "--format", "csv"])
    #expect(both.out.contains("2026-09,USD,6,3.5,3.5,,,"), "\(both.out)")
    #expect(
      both.err.contains("cells of 2026-09 are empty: the bills of 100000000009 have no net costs"),
      "\(both.err)")
  }

  @Test func `rules are the lake's from then on`() throws {
    let workplace = try workplace()
    try workplace.write("costs.json", rules)
    let set = try workplace.run(["--as-of", "2026-09-20", "costs", "set", "costs.json"])
    #expect(set.code == 0, "\(set.err)")
    #expect(
      set.err.contains("1 account, 1 cost category, 1 of them shares costs, reporting in EUR"))
    #expect(set.err.contains("no exchange rate from USD to EUR in 2026-09"))
    let query = try workplace.run([
      "query", "--format", "csv",
      "SELECT SubAccountName, x_CostCategories['Team'] AS team, count(*) AS n FROM costs GROUP BY 1, 2",
    ])
    #expect(query.out == "SubAccountName,team,n\nshop,Shared,3\n")
    let split = try workplace.run(["costs", "split", "--format", "csv"])
    #expect(split.out.contains("2026-09,Team,Web,SPLIT,Shared,0.88,USD"), "\(split.out)")
    #expect(split.out.contains("2026-09,Team,Shared,SPLIT,Data,-0.87,USD"))
    let rate = try workplace.run(["query", "SELECT sum(x_ExchangeRate) FROM costs"])
    #expect(rate.code != 0)
    #expect(rate.err.contains("no rate from USD to EUR in 2026-09"))
  }

  @Test(arguments: [
    (["costs", "sett"], "expected 'set', 'split' or nothing, found 'sett'; did you mean 'set'?"),
    (["costs", "set"], "expected a file"), (["costs", "set", "no.json"], "there is no such file"),
    (["costs", "split"], "no category shares costs"),
    (["costs", "--month", "2026-9"], "expected a month such as 2026-01"),
    (["commitments", "--month", "x"], "expected a month such as 2026-01"),
    (["budgets", "backtest"], "expected --config FILE or --file BUDGETS.json"),
  ])
  func `a wrong request says what was expected`(words: [String], message: String) throws {
    let outcome = try workplace().run(words)
    #expect(outcome.code == 2)
    #expect(outcome.err.contains(message), "\(outcome.err)")
  }

  @Test func `a year is replayed night by night`() throws {
    let workplace = try workplace()
    try workplace.write(
      "budgets.json",
      """
      {"Budgets": [{"BudgetName": "all", "BudgetLimit": {"Amount": "1", "Unit": "USD"},
        "TimeUnit": "MONTHLY", "BudgetType": "COST", "Notifications": [
          {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}]}]}
      """)
    let outcome = try workplace.run([
      "--as-of", "2026-10-05", "budgets", "backtest", "--file", "budgets.json", "--from",
      "2026-09-02", "--format", "csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(
      outcome.out.contains(
        "all,2026-09-01,2026-09-30,1.0,USD,ACTUAL > 80 %,0.8,2026-09-03,1,1.750001,2026-09-02,-1,28,1.750001,RIGHT"
      ), "\(outcome.out)")
  }

  @Test func `a bill without commitments has an empty table of them`() throws {
    let outcome = try workplace().run(["commitments", "--format", "csv"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix("commitment,kind,account"))
  }
}
