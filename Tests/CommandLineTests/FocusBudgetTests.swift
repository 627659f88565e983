import Testing

/// Budgets of kinds of charges over a bill in FOCUS, which names them otherwise than cost and usage
/// reports. What is expected was added up by hand.
@Suite struct FocusBudgetTests {
  /// A budget's figure, state and what it says, by its name.
  private func statuses(
    _ budgets: [(name: String, more: String)], bill: String = FocusBill.text()
  ) throws -> [String: (actual: String, state: String, line: String)] {
    let workplace = try Workplace()
    try workplace.write("focus.csv", bill)
    let entries = budgets.map { name, more in
      """
      {"BudgetName": "\(name)", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "1000", "Unit": "USD"}\(more.isEmpty ? "" : ", " + more)}
      """
    }
    try workplace.write("b.json", "{\"Budgets\": [\(entries.joined(separator: ",\n"))]}")
    let ingested = try workplace.run(["ingest", "focus.csv"])
    #expect(ingested.code == 0, "\(ingested.err)")
    let outcome = try workplace.run([
      "--as-of", "2026-09-03T06:00:00Z", "budgets", "--file", "b.json", "--format", "csv",
    ])
    #expect(outcome.code == 0, "\(outcome.err)")
    var found: [String: (actual: String, state: String, line: String)] = [:]
    for line in outcome.out.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 17 else { continue }
      found[fields[0]] = (fields[7], fields[16], String(line))
    }
    return found
  }

  private func without(_ flag: String) -> (name: String, more: String) {
    (flag, "\"CostTypes\": {\"\(flag)\": false}")
  }

  private func ofType(_ type: String) -> (name: String, more: String) {
    (
      type,
      "\"FilterExpression\": {\"Dimensions\": {\"Key\": \"RECORD_TYPE\", \"Values\": [\"\(type)\"]}}"
    )
  }

  @Test func `each flag of CostTypes leaves its charges out`() throws {
    let expected = [
      "all": "205.0", "IncludeTax": "198.0", "IncludeCredit": "212.0", "IncludeRefund": "227.0",
      "IncludeUpfront": "105.0", "IncludeRecurring": "109.0", "IncludeSubscription": "9.0",
      "IncludeOtherSubscription": "194.0", "IncludeSupport": "205.0",
    ]
    let found = try statuses(
      [("all", "")] + expected.keys.filter { $0 != "all" }.sorted().map(without))
    for (name, actual) in expected {
      #expect(found[name]?.actual == actual, "\(name): \(found[name]?.line ?? "no row")")
      #expect(found[name]?.state == "OK", "\(name)")
    }
  }

  @Test func `unused commitment is a part of its fee, as in a cost and usage report`() throws {
    let found = try statuses([
      ("amortized", "\"Metrics\": [\"AmortizedCost\"]"),
      (
        "without fees",
        "\"CostTypes\": {\"UseAmortized\": true, \"IncludeRecurring\": false}"
      ),
    ])
    #expect(found["amortized"]?.actual == "105.0")
    // 2 × 12 are unused.
    #expect(found["without fees"]?.actual == "81.0")
  }

  @Test func `a filter by kinds of charges finds those of FOCUS`() throws {
    let expected = [
      "Usage": "20.0", "Tax": "7.0", "Credit": "-7.0", "Refund": "-22.0",
      "Savings Plan Recurring Fee": "96.0", "SavingsPlanUpfrontFee": "100.0", "Fee": "11.0",
    ]
    let not = """
      "FilterExpression": {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}}
      """
    let found = try statuses(expected.keys.sorted().map(ofType) + [("not", not)])
    for (name, actual) in expected {
      #expect(found[name]?.actual == actual, "\(name): \(found[name]?.line ?? "no row")")
    }
    #expect(found["not"]?.actual == "234.0")
  }

  @Test func `what FOCUS does not tell apart makes a budget unknown`() throws {
    let budgets = [
      without("IncludeDiscount"), ofType("Enterprise Discount Program Discount"),
      ofType("SavingsPlanNegation"),
    ]
    let found = try statuses(budgets)
    for (name, _) in budgets {
      #expect(found[name]?.state == "UNKNOWN" && found[name]?.actual == "", "\(name)")
      #expect(found[name]?.line.contains("the bills of 100000000009 are in FOCUS") == true)
    }
  }

  @Test func `a purchase of no known kind and a correction upwards are in doubt, in their month`()
    throws
  {
    let start = "2026-09-01T00:00:00Z"
    let dates = ["ChargePeriodStart": start, "ChargePeriodEnd": start]
    let costs = ["BilledCost": "5", "EffectiveCost": "5", "ListCost": "5", "ContractedCost": "5"]
    let bill = FocusBill.text([
      dates.merging(costs) { $1 }.merging([
        "ChargeCategory": "Purchase", "CommitmentDiscountId": "c-1", "ChargeFrequency": "",
      ]) { $1 },
      dates.merging(costs) { $1 }.merging([
        "ChargeCategory": "Usage", "ChargeClass": "Correction",
      ]) { $1 },
    ])
    let found = try statuses(
      [("all", ""), without("IncludeTax"), without("IncludeUpfront"), without("IncludeRefund")],
      bill: bill)
    #expect(found["all"]?.actual == "215.0" && found["IncludeTax"]?.actual == "208.0")
    #expect(found["IncludeUpfront"]?.line.contains("upfront or recurring") == true)
    #expect(found["IncludeUpfront"]?.state == "UNKNOWN")
    #expect(found["IncludeRefund"]?.line.contains("corrections that add to costs") == true)
  }

  @Test func `a plan's coverage counts what it covers at list price`() throws {
    let workplace = try Workplace()
    try workplace.write("focus.csv", FocusBill.text())
    #expect(try workplace.run(["ingest", "focus.csv"]).code == 0)
    let outcome = try workplace.run([
      "--as-of", "2026-09-03T06:00:00Z", "commitments", "--coverage", "--format", "csv",
    ])
    // 2 × 50 of 2 × (50 + 10).
    #expect(
      outcome.out.contains("Savings Plan,,2026-09,100.0,120.0,USD,83.33333333333333"),
      "\(outcome.out)")
  }
}
