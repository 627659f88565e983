import Testing

/// `kakeibo doctor`: its page, its rows and how it ends.
@Suite struct DoctorCommandTests {
  @Test func `an empty lake is told with the next step, and is not made`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["doctor", "--format", "page"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.contains("error    the lake 'lake' is empty: nothing was loaded into it\n"))
    #expect(outcome.out.contains("→ kakeibo ingest FOLDER"))
    #expect(try workplace.run(["doctor", "--exit-code"]).code == 3)
    #expect(!workplace.exists("lake"))
  }

  @Test func `a bill has its source, its freshness and what it lacks`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    let now = ["--as-of", "2026-09-03T06:00:00Z"]
    try #require(try workplace.run(now + ["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run(now + ["doctor", "--format", "page"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.contains("cur 100000000001/cur"))
    #expect(outcome.out.contains("2026-09-03 06:00"))
    #expect(
      outcome.out.contains("2026-09 lacks column 'line_item_resource_id', needed for cost by"))
    #expect(outcome.out.contains("→ switch on 'Include resource IDs'"))
    let rows = try workplace.run(now + ["doctor"])
    #expect(rows.out.hasPrefix("section,severity,table_name,source,finding,next_step,"))
    #expect(rows.out.contains("\nsource,,cur,100000000001/cur,"))
    #expect(try workplace.run(now + ["doctor", "--exit-code"]).code == 3)
  }

  @Test(arguments: [
    (["doctor", "cur"], "expected no words, found 'cur'"),
    (["doctor", "--format", "pag"], "unknown format 'pag'"),
    (["doctor", "--format", "page", "-o", "x"], "--format page goes to standard output"),
  ])
  func `a request that is wrong ends with two`(_ words: [String], _ says: String) throws {
    let outcome = try Workplace().run(words)
    #expect(outcome.code == 2)
    #expect(outcome.err.contains(says), "\(outcome.err)")
  }
}
