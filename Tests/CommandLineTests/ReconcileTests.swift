import Testing

/// `kakeibo reconcile`: its texts and how it ends.
@Suite struct ReconcileTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
  }

  private func ingest(_ bill: SmallBill = SmallBill()) throws {
    try workplace.write("cur-1.csv", bill.text)
    let outcome = try workplace.run(["ingest", "cur-1.csv"])
    try #require(outcome.code == 0, "\(outcome.err)")
  }

  @Test func `a bill that adds up ends with zero and is a page for people`() throws {
    try ingest()
    let outcome = try workplace.run(["reconcile", "--format", "page"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix("2026-09 · cur · payer 100000000001 · 1.75 USD · holds\n"))
    #expect(outcome.out.contains("3 line items of 1.75, as delivered on"))
    #expect(outcome.out.contains("Cost Explorer: 2026-09-01 to 2026-09-30, monthly"))
    #expect(outcome.err.isEmpty)
  }

  @Test func `programs get rows with all digits`() throws {
    try ingest()
    let outcome = try workplace.run(["reconcile", "2026-09"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.hasPrefix("table_name,billing_period,payer,currency,section,item,"))
    #expect(outcome.out.contains("cur,2026-09,100000000001,USD,view,unblended,,1.750001,"))
    let json = try workplace.run(["reconcile", "--format", "json", "-o", "proof.json"])
    #expect(json.code == 0, "\(json.err)")
    #expect(try workplace.read("proof.json").contains("\"verdict\":\"holds\""))
  }

  @Test func `a row that nobody delivered ends with three`() throws {
    try ingest()
    let added = try workplace.run([
      "query", "INSERT INTO cur SELECT * FROM cur WHERE line_item_unblended_cost = 0.5",
    ])
    try #require(added.code == 0, "\(added.err)")
    let outcome = try workplace.run(["reconcile"])
    #expect(outcome.code == 3, "\(outcome.out)")
    #expect(
      outcome.err.contains(
        "does not hold: 2026-09 of cur, payer 100000000001: the table has 4 line items of 2.25; "
          + "delivered were 3 of 1.75"))
  }

  @Test func `without the columns of a commitment it is not provable, and ends with three`() throws
  {
    var bill = SmallBill()
    bill.costs = ["1"]
    try workplace.write(
      "cur-1.csv", bill.text.split(separator: ",Usage,").joined(separator: ",DiscountedUsage,"))
    try #require(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run(["reconcile"])
    #expect(outcome.code == 3)
    #expect(outcome.err.contains("not provable: 2026-09 of cur"))
    #expect(outcome.err.contains("'reservation_effective_cost' is missing"))
    #expect(outcome.err.contains("to have it in the report: "))
  }

  @Test(arguments: [
    (["reconcile", "september"], "expected a billing period such as 2026-09, found 'september'"),
    (["reconcile", "2026-13"], "found '2026-13'"),
    (["reconcile", "2026-08"], "there is no bill of 2026-08 in the lake; there are 2026-09"),
    (
      ["reconcile", "--table", "focus"], "no bills in a table named 'focus'; there are some in cur"
    ),
    (["reconcile", "--tolerance", "much"], "--tolerance: expected an amount"),
    (["reconcile", "--tolerance", "-1"], "--tolerance: expected an amount"),
    (["reconcile", "--format", "pages"], "unknown format 'pages'"),
    (["reconcile", "--tolerence", "1"], "--tolerance"),
  ])
  func `a request that is wrong is told and ends with two`(
    _ words: [String], _ says: String
  ) throws {
    try ingest()
    let outcome = try workplace.run(words)
    #expect(outcome.code == 2)
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains(says), "\(outcome.err)")
  }

  @Test func `an empty lake fails with the next step and is not made`() throws {
    let outcome = try workplace.run(["reconcile"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("there are no bills in the lake 'lake'"))
    #expect(outcome.err.contains("kakeibo ingest"))
    #expect(!workplace.exists("lake"))
  }
}
