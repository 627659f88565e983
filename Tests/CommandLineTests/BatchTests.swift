import Testing

/// The commands that read a config, budgets or findings.
@Suite struct BatchTests {
  private static let budget = """
    {"Budgets": [{"BudgetName": "all", "BudgetLimit": {"Amount": "1", "Unit": "USD"},
      "TimeUnit": "MONTHLY", "BudgetType": "COST", "Notifications": [
        {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}]}]}
    """

  private func workplace() throws -> Workplace {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    try workplace.write("budgets.json", BatchTests.budget)
    try workplace.write(
      "nightly.json",
      """
      // One bill, one budget.
      { "sources": [{ "path": "cur-1.csv" }], "budgets": ["budgets.json"],
        "channels": [{ "name": "terminal", "type": "stdout" }], }
      """)
    return workplace
  }

  @Test func `a night loads, judges and tells, and tells once`() throws {
    let workplace = try workplace()
    let night = ["--as-of", "2026-09-20T06:00:00Z", "nightly", "--config", "nightly.json"]
    let first = try workplace.run(night)
    #expect(first.code == 0, "\(first.err)")
    #expect(first.out.contains("budget 'all' is at 1.75 USD"))
    #expect(first.err.contains("3 rows"))
    let second = try workplace.run(night + ["--exit-code"])
    #expect(second.code == 3)
    #expect(second.out.isEmpty)
    #expect(second.err.contains("nothing changed since the last run"))
    let runs = try workplace.run(["query", "SELECT count(*) AS n FROM runs"])
    #expect(runs.out == "n\n2\n")
  }

  @Test func `a night proves the bills that it loads, and says what does not hold`() throws {
    let workplace = try workplace()
    let night = ["--as-of", "2026-09-20T06:00:00Z", "nightly", "--config", "nightly.json"]
    let good = try workplace.run(night)
    #expect(good.err.contains("proof     1 of 1 bills add up"), "\(good.err)")
    #expect(try !workplace.run(night).err.contains("proof "))
    let text = SmallBill().text.split(separator: ",Usage,").joined(separator: ",DiscountedUsage,")
    try workplace.write("cur-1.csv", text)
    let bad = try workplace.run(night)
    #expect(bad.code == 0)
    #expect(bad.err.contains("proof     2026-09 not provable: column 'reservation_effective_cost'"))
    #expect(bad.err.contains("see 'kakeibo reconcile 2026-09'"))
  }

  @Test func `budgets alone print their state and end with three in alarm`() throws {
    let workplace = try workplace()
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let words = ["--as-of", "2026-09-20", "budgets", "--file", "budgets.json"]
    let outcome = try workplace.run(words)
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.contains("ALARM"))
    #expect(try workplace.run(words + ["--exit-code"]).code == 3)
  }

  @Test(arguments: [
    ("{\"Budgets\": [{\"BudgetName\": \"all\"}]}", "Budgets[0]: expected 'BudgetType'"),
    (
      budget.split(separator: "\"1\"").joined(separator: "\"lots\""),
      "Budgets[0].BudgetLimit.Amount: expected a number, found 'lots'"
    ),
    (
      budget.split(separator: "MONTHLY").joined(separator: "WEEKLY"),
      "Budgets[0].TimeUnit: expected one of"
    ),
    ("{\"Budgets\": [", "line 1, column 14"),
    ("[]", "expected an object, found a list"),
  ])
  func `a malformed budget is told by file and place`(_ text: String, _ says: String) throws {
    let workplace = try workplace()
    try workplace.write("budgets.json", text)
    for words in [["budgets", "--file", "budgets.json"], ["nightly", "--config", "nightly.json"]] {
      let outcome = try workplace.run(words)
      #expect(outcome.code == 2)
      #expect(outcome.out.isEmpty)
      #expect(outcome.err.hasPrefix("error: "))
      #expect(outcome.err.contains("budgets.json"))
      #expect(outcome.err.contains(says))
    }
    #expect(!workplace.exists("lake"))
  }

  @Test func `a budget of a newer API is named, and the others are judged`() throws {
    let workplace = try workplace()
    let list = BatchTests.budget.dropFirst("{\"Budgets\": [".count)
    try workplace.write(
      "budgets.json",
      "{\"Budgets\": [{\"BudgetName\": \"new\", \"BudgetType\": \"CARBON\", \"TimeUnit\": \"MONTHLY\"}, "
        + list)
    let alone = try workplace.run(["budgets", "--file", "budgets.json", "--format", "csv"])
    #expect(alone.code == 2 && alone.err.contains("found 'CARBON'"))
    #expect(alone.out.contains("\nall,"), "\(alone.out)")
    let night = try workplace.run(["nightly", "--config", "nightly.json"])
    #expect(night.code == 1 && night.err.contains("a budget is left out"), "\(night.err)")
    #expect(night.out.contains("budget 'all' is at"))
  }

  @Test func `a config with a misspelt setting is refused before anything is done`() throws {
    let workplace = try workplace()
    try workplace.write("nightly.json", "{ \"sourcs\": [] }")
    let outcome = try workplace.run(["nightly", "--config", "nightly.json"])
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("nightly.json"))
    #expect(outcome.err.contains("unknown setting"))
    #expect(!workplace.exists("lake"))
  }

  @Test func `a source that is not there fails the night but not its other steps`() throws {
    let workplace = try workplace()
    try workplace.write(
      "nightly.json",
      "{ \"sources\": [{ \"path\": \"nowhere\" }, { \"path\": \"cur-1.csv\" }] }")
    let outcome = try workplace.run([
      "--as-of", "2026-09-20", "nightly", "--config", "nightly.json",
    ])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("nowhere"))
    #expect(try workplace.run(["query", "SELECT count(*) AS n FROM cur"]).out == "n\n3\n")
  }

  @Test(arguments: ["services", "accounts", "daily", "month-over-month", "top-resources", "teams"])
  func `a report answers from a bill`(_ name: String) throws {
    let workplace = try workplace()
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run(["--as-of", "2026-09-20", "report", name])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.split(separator: "\n").count >= 1)
  }

  @Test(arguments: ["forecast", "anomalies", "rightsize", "rules"])
  func `an evaluator alone prints a table, also over an empty lake`(_ name: String) throws {
    let workplace = try workplace()
    let empty = try workplace.run(["--lake", "none", name])
    #expect(empty.code == 0, "\(empty.err)")
    #expect(empty.out.contains(","))
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run(["--as-of", "2026-09-20", name])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix(empty.out.split(separator: "\n")[0]))
  }

  @Test func `series, page and metrics are published from what is there`() throws {
    let workplace = try workplace()
    #expect(
      try workplace.run(["--as-of", "2026-09-20", "nightly", "--config", "nightly.json"]).code == 0)
    #expect(try workplace.run(["series", "--out", "s"]).code == 0)
    #expect(try workplace.run(["dashboard", "--out", "page.html"]).code == 0)
    #expect(try workplace.run(["metrics", "--out", "m.prom"]).code == 0)
    #expect(workplace.exists("s/daily-cost.json"))
    #expect(try workplace.read("page.html").contains("</html>"))
    #expect(try workplace.read("m.prom").hasSuffix("# EOF\n"))
  }
}
