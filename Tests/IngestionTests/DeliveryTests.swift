import Columns
import Compression
import Files
import Ingestion
import Testing
import Warehouse

@Suite struct DeliveryTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private let old = "0a0a0a0a-1111-2222-3333-444444444444"
  private let new = "0b0b0b0b-1111-2222-3333-444444444444"

  private func assembly(_ id: String, _ cost: String, part: Int = 1) throws {
    try lab.write(
      "bill/20260501-20260601/\(id)/daily-\(part).csv.gz",
      Gzip.compress(Array((SmallReport.header + SmallReport.row("r\(part)", cost)).utf8)))
  }

  private func manifest(_ id: String, parts: Int = 1) throws {
    let keys = (1...parts).map { "prefix/bill/20260501-20260601/\(id)/daily-\($0).csv.gz" }
    try lab.write(
      "bill/20260501-20260601/daily-Manifest.json", SmallReport.manifest(id: id, keys: keys))
  }

  @Test func `the manifest decides which version is current, and a restatement replaces it`() throws
  {
    try assembly(old, "1.5")
    try assembly(new, "2.5")
    try manifest(old)
    let first = try lab.ingest(lab.folder + "/bill")
    #expect(first.deliveries.map(\.status) == [.loaded], "\(first)")
    #expect(first.ignored.count == 1)
    #expect(first.ignored.first?.reason.contains(old) == true)
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 1.5)
    try manifest(new)
    let second = try lab.ingest(lab.folder + "/bill")
    #expect(second.deliveries.map(\.status) == [.loaded])
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 2.5)
    #expect(try lab.number("SELECT count(*) FROM cur") == 1)
    #expect(try lab.ingest(lab.folder + "/bill").deliveries.map(\.status) == [.unchanged])
  }

  @Test func `a delivery waits for a part that its manifest names`() throws {
    try assembly(old, "1")
    try manifest(old, parts: 2)
    let waiting = try lab.ingest(lab.folder + "/bill")
    #expect(waiting.deliveries.map(\.status) == [.waiting])
    #expect(waiting.deliveries.first?.notes.first?.contains("daily-2.csv.gz") == true)
    #expect(!waiting.hasFailures)
    #expect(try !lab.warehouse.hasTable("cur"))
    try assembly(old, "2", part: 2)
    #expect(try lab.ingest(lab.folder + "/bill").deliveries.map(\.rows) == [2])
  }

  @Test func `what waits is written down once, with what it waits for`() throws {
    try assembly(old, "1")
    try manifest(old, parts: 2)
    for _ in 0..<3 { _ = try lab.ingest(lab.folder + "/bill") }
    let rows = try lab.rows("SELECT status, kind, note, rejected_rows FROM deliveries")
    #expect(rows.count == 1)
    #expect(rows.first?[0].string == "waiting")
    #expect(rows.first?[1].string == "cur")
    #expect(rows.first?[2].string?.contains("daily-2.csv.gz") == true)
    #expect(rows.first?[3].int64 == 0)
  }

  @Test func `the ledger says why a delivery failed and how many rows were rejected`() throws {
    let path = try lab.write(
      "may.csv", SmallReport.header + SmallReport.row("a", "1") + SmallReport.row("b", "much"))
    #expect(try lab.ingest(path).hasFailures)
    let rows = try lab.rows("SELECT status, rejected_rows, note FROM deliveries")
    #expect(rows.first?[0].string == "failed")
    #expect(rows.first?[1].int64 == 1)
    #expect(rows.first?[2].string?.contains("'much'") == true)
    #expect(try lab.ingest(path) { $0.maxBadRows = 1 }.deliveries.map(\.status) == [.loaded])
    let loaded = try lab.rows("SELECT rejected_rows FROM deliveries WHERE status = 'loaded'")
    #expect(loaded == [[.int64(1)]])
  }

  @Test func `several versions without a manifest are refused`() throws {
    try assembly(old, "1")
    try assembly(new, "2")
    let summary = try lab.ingest(lab.folder + "/bill")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("no manifest") == true)
    #expect(
      try lab.ingest(lab.folder + "/bill/20260501-20260601/\(new)").deliveries.map(\.total) == [2])
  }

  @Test func `a truncated file stores nothing and does not stop others`() throws {
    let text = SmallReport.header + (0..<3000).map { SmallReport.row("r\($0)", "1.\($0)") }.joined()
    let bytes = Gzip.compress(Array(text.utf8))
    try lab.write("in/may-1.csv.gz", Array(bytes.dropLast(bytes.count / 3)))
    try lab.write("in/april.csv", SmallReport.header + SmallReport.row("a", "3", month: "2026-04"))
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.hasFailures)
    #expect(summary.deliveries.filter { $0.status == .loaded }.map(\.period) == ["2026-04"])
    #expect(try lab.number("SELECT count(*) FROM cur") == 1)
    #expect(try lab.number("SELECT count(*) FROM deliveries WHERE status = 'failed'") == 1)
  }

  @Test func `a row with too few fields fails the delivery and is kept with the reason`() throws {
    let path = try lab.write(
      "in/may.csv", SmallReport.header + SmallReport.row("a", "1") + "b,111122223333\n")
    let summary = try lab.ingest(path)
    let delivery = try #require(summary.deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.rejectedRows == 1)
    #expect(delivery.notes.first?.contains("may.csv row 3") == true, "\(delivery.notes)")
    let kept = try Directory.files(below: lab.folder + "/lake/_rejected")
    #expect(kept.count == 1)
    let text = String(decoding: try FileSource(kept[0]).readAll(), as: UTF8.self)
    #expect(text.contains("b,111122223333"))
    let tolerant = try lab.ingest(path) { options in options.maxBadRows = 1 }
    #expect(tolerant.deliveries.map(\.status) == [.loaded])
    #expect(tolerant.deliveries.map(\.rows) == [1])
  }

  @Test(arguments: ["abc", "1,20", "1e999", "NaN"])
  func `a cost that is no number is rejected`(cost: String) throws {
    let path = try lab.write(
      "in/may.csv", SmallReport.header + SmallReport.row("a", "\"\(cost)\""))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("lineItem/UnblendedCost") == true, "\(delivery.notes)")
  }

  @Test func `a report without costs is refused by the column's own name`() throws {
    let path = try lab.write(
      "in/may.csv",
      """
      identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/LineItemType,\
      lineItem/UsageStartDate
      a,1,2026-05-01T00:00:00Z,Usage,2026-05-01T00:00:00Z
      """)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("no column 'lineItem/UnblendedCost'") == true)
  }

  @Test func `tags that differ only by case become one column`() throws {
    let path = try lab.write(
      "in/may.csv",
      SmallReport.header + SmallReport.row("a", "1", team: "blue")
        + "b,111122223333,2026-05-01T00:00:00Z,Usage,2026-05-03T00:00:00Z,USD,2,,red\n")
    #expect(try lab.ingest(path).deliveries.map(\.status) == [.loaded])
    #expect(
      try lab.rows("SELECT resource_tags_user_team FROM cur ORDER BY 1") == [
        [.text("blue")], [.text("red")],
      ])
    #expect(
      try lab.rows("SELECT Tags['team'], BilledCost FROM costs ORDER BY 1")
        == [[.text("blue"), .double(1)], [.text("red"), .double(2)]])
  }

  @Test func `a second report of the same bill is refused unless it gets its own table`() throws {
    let first = try lab.write("in/daily.csv", SmallReport.header + SmallReport.row("a", "1"))
    let second = try lab.write("in/hourly.csv", SmallReport.header + SmallReport.row("b", "2"))
    #expect(try lab.ingest(first).deliveries.map(\.status) == [.loaded])
    let refused = try #require(try lab.ingest(second).deliveries.first)
    #expect(refused.status == .failed)
    #expect(refused.notes.first?.contains("--table") == true)
    #expect(
      try lab.ingest(second) { options in options.table = "cur_hourly" }.deliveries.map(\.status)
        == [.loaded])
    #expect(try lab.number("SELECT sum(BilledCost) FROM costs") == 1)
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur_hourly") == 2)
  }

  @Test func `what is missing or unknown is said`() throws {
    #expect(try lab.ingest(lab.folder + "/nowhere").hasFailures)
    let path = try lab.write("in/people.csv", "name,age\nann,3\n")
    #expect(throws: IngestError.self) { try lab.ingest(path) { options in options.report = "cvr" } }
    let summary = try lab.ingest(path)
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("known report") == true)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.failed])
    let notes = try lab.write("other/notes.txt", "name,age\nann,3\n")
    let passedOver = try lab.ingest(lab.folder + "/other")
    #expect(passedOver.deliveries.isEmpty)
    #expect(passedOver.ignored.map(\.path) == [notes])
  }
}
