import Compression
import Files
import Ingestion
import Testing
import Warehouse

/// Bills without a manifest that come in pieces: none takes the place of what it is a piece of, and nothing
/// is counted twice.
@Suite struct PartialBillTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private static let header =
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,"
    + "ServiceName\n"

  /// A dollar for each of some days of May, of an account.
  private func focus(_ days: ClosedRange<Int>, account: String = "acme") -> String {
    days.map { day in
      "1,\(account),USD,2026-05-01T00:00:00Z,Usage,2026-05-\(day < 10 ? "0" : "")\(day)T00:00:00Z,VM\n"
    }.joined()
  }

  private func write(_ name: String, _ rows: String) throws -> String {
    try lab.write(name, Self.header + rows)
  }

  private func outcome(
    _ path: String, replaces: Bool = false
  ) throws -> (status: DeliverySummary.Status, note: String) {
    let delivery = try #require(
      try lab.ingest(path) { $0.mayShrink = replaces }.deliveries.first)
    return (delivery.status, delivery.notes.joined(separator: "; "))
  }

  private var total: Double {
    get throws { try lab.number("SELECT sum(BilledCost) FROM focus") }
  }

  @Test func `parts that come one by one do not take each other's place`() throws {
    let first = try write("bill-00001.csv", focus(1...5))
    let second = try write("bill-00002.csv", focus(1...6))
    #expect(try outcome(first).status == .loaded)
    let refused = try outcome(second)
    #expect(refused.status == .failed)
    #expect(
      refused.note.contains("is part 2 of 2026-05, part 1 is loaded and would go: give all parts"),
      "\(refused)")
    #expect(try total == 5)
    #expect(try outcome(second, replaces: true).status == .loaded)
    #expect(try total == 6)
  }

  @Test func `days that come one by one do not take each other's place`() throws {
    #expect(try outcome(try write("cost-2026-05-04.csv", focus(1...4))).status == .loaded)
    // The month so far, exported a day later.
    #expect(try outcome(try write("cost-2026-05-05.csv", focus(1...5))).status == .loaded)
    let refused = try outcome(try write("cost-2026-05-06.csv", focus(6...11)))
    #expect(refused.status == .failed)
    #expect(
      refused.note.contains(
        "has charges of 2026-05 from 2026-05-06 on only, those loaded begin on 2026-05-01"),
      "\(refused)")
    #expect(try total == 5)
  }

  @Test(arguments: [
    ("cur-00002.csv.gz", 2), ("cur-1.csv", 1), ("a-b-00010.snappy.parquet", 10),
    ("cost-2026-05-00003.csv", 3),
  ])
  func `the number of a part`(_ name: String, _ part: Int) {
    #expect(ReportFileName.part(of: name) == part)
  }

  @Test(arguments: [
    "cost-2026-05-06.csv", "cost-2026-05.csv", "cost-20260506.csv", "cur.csv", "1.csv",
  ])
  func `a date is no part`(_ name: String) {
    #expect(ReportFileName.part(of: name) == nil)
  }

  @Test func `a part that is not there is told`() throws {
    _ = try write("in/bill-00001.csv", focus(1...2))
    _ = try write("in/bill-00003.csv", focus(3...4))
    let told = try outcome(lab.folder + "/in")
    #expect(told.status == .loaded)
    #expect(told.note.contains("part 2 is not there, part 3 is: are these all files of the bill?"))
    _ = try write("in/bill-00002.csv", focus(5...6))
    #expect(try outcome(lab.folder + "/in").note == "")
  }

  @Test(arguments: [false, true])
  func `a payer beside others in one report is not counted again from another`(
    _ isReversed: Bool
  ) throws {
    var paths = [
      try write("in/a.csv", focus(1...3, account: "one") + focus(1...4, account: "two")),
      try write("in/b.csv", focus(1...4, account: "two")),
    ]
    if isReversed { paths.reverse() }
    #expect(try outcome(paths[0]).status == .loaded)
    let before = try total
    let refused = try outcome(paths[1])
    #expect(refused.status == .failed)
    #expect(refused.note.contains("2026-05 of payer two from report"), "\(refused)")
    #expect(try total == before)
  }

  @Test func `payers that no other report has are loaded beside each other`() throws {
    for (name, account) in [("a", "one"), ("b", "two")] {
      let path = try write("\(name).csv", focus(1...3, account: account))
      #expect(try outcome(path).status == .loaded)
    }
    #expect(try total == 6)
  }

  @Test func `the month so far on two days is not added up, a day each is`() throws {
    _ = try write("grown/focus-2026-05-05.csv", focus(1...5))
    _ = try write("grown/focus-2026-05-06.csv", focus(1...6))
    let refused = try outcome(lab.folder + "/grown")
    #expect(refused.status == .failed)
    #expect(refused.note.contains("both have charges from 2026-05-01 on"), "\(refused)")
    for day in 1...3 { _ = try write("days/focus-2026-05-0\(day).csv", focus(day...day)) }
    #expect(try outcome(lab.folder + "/days").status == .loaded)
    #expect(try total == 3)
  }

  @Test(arguments: ["bill.csv.gz", "bill-2.csv"])
  func `a bill that lies there twice is refused`(_ name: String) throws {
    let text = Self.header + focus(1...3)
    try lab.write("in/bill.csv", text)
    try lab.write(
      "in/\(name)", name.hasSuffix("gz") ? Gzip.compress(Array(text.utf8)) : Array(text.utf8))
    let refused = try outcome(lab.folder + "/in")
    #expect(refused.status == .failed)
    #expect(refused.note.contains("once more, packed or written otherwise"), "\(refused)")
    #expect(try !lab.warehouse.hasTable("focus"))
  }
}
