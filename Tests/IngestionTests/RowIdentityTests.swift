import Columns
import Compression
import Files
import Ingestion
import TestSupport
import Testing
import Warehouse

/// Rows that are in a delivery twice (AWS CUR user guide, identity columns: the line item's id and its
/// interval together name a row within one version of a report).
@Suite struct RowIdentityTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  static let header =
    "identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    + "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost,"
    + "lineItem/LineItemDescription\n"

  static func row(_ id: String, day: Int = 1, cost: String = "1", text: String = "") -> String {
    let from = day < 10 ? "0\(day)" : "\(day)"
    let to = day + 1 < 10 ? "0\(day + 1)" : "\(day + 1)"
    return "\(id),2026-05-\(from)T00:00:00Z/2026-05-\(to)T00:00:00Z,111122223333,"
      + "2026-05-01T00:00:00Z,Usage,2026-05-\(from)T00:00:00Z,USD,\(cost),\(text)\n"
  }

  @Test func `one id in two intervals is two rows`() throws {
    let path = try lab.write(
      "in/a.csv", Self.header + (1...20).map { Self.row("a", day: $0) }.joined())
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.rows == 20)
    #expect(delivery.notes.isEmpty)
  }

  @Test func `a row that is there twice refuses the delivery and is named with both places`() throws
  {
    try lab.write("in/daily-1.csv", Self.header + Self.row("a") + Self.row("b"))
    try lab.write(
      "in/daily-2.csv.gz",
      Gzip.compress(
        Array(
          (Self.header + Self.row("c", text: "\"two\nlines\"") + Self.row("b", cost: "2")).utf8)))
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .failed)
    let note = try #require(delivery.notes.first)
    #expect(
      note.contains(
        "1 row is there more than once, the first is 'b' of "
          + "'2026-05-01T00:00:00Z/2026-05-02T00:00:00Z' in daily-1.csv row 3 and again in "
          + "daily-2.csv.gz row 4"), "\(note)")
    #expect(note.contains("two versions"))
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a part delivered under two names is said to be that`() throws {
    let text = Self.header + (1...500).map { Self.row("r\($0)", day: $0 % 20 + 1) }.joined()
    try lab.write("in/daily-1.csv", text)
    try lab.write("in/daily-2.csv", text)
    let note = try #require(try lab.ingest(lab.folder + "/in").deliveries.first?.notes.first)
    #expect(note.contains("500 rows are there more than once"), "\(note)")
    #expect(note.contains("all of 'daily-2.csv' is in 'daily-1.csv'"), "\(note)")
  }

  @Test func `a repeated row of a Parquet file is named by its number`() throws {
    try lab.write("in/a.csv", Self.header + Self.row("a") + Self.row("b"))
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [2])
    _ = try lab.warehouse.query(
      "UNLOAD (SELECT * FROM cur UNION ALL SELECT * FROM cur WHERE identity_line_item_id = 'a') "
        + "TO '\(lab.folder)/unloaded' WITH (format = 'PARQUET')")
    let other = try Lab()
    let delivery = try #require(
      try other.ingest(lab.folder + "/unloaded").deliveries.first)
    #expect(delivery.status == .failed, "\(delivery)")
    #expect(delivery.notes.first?.contains(" row 3") == true, "\(delivery.notes)")
  }

  @Test func `a report without one of the columns is loaded with a note`() throws {
    let path = try lab.write("in/daily.csv", SmallReport.header + SmallReport.row("a", "1"))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded)
    #expect(
      delivery.notes == [
        "whether rows are there twice could not be checked: 'daily.csv' has no column "
          + "'identity_time_interval'"
      ])
  }

  @Test func `rows without an id are counted in a note`() throws {
    let path = try lab.write(
      "in/daily.csv", Self.header + Self.row("") + Self.row("") + Self.row("a"))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded)
    #expect(delivery.notes.first?.hasPrefix("2 rows have no identity_line_item_id") == true)
  }

  @Test(arguments: 0..<30)
  func `of many rows in any split exactly the repeated ones are found`(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    let count = Int.random(in: 1...3000, using: &random)
    var rows = (0..<count).map { Self.row("r\($0 / 7)", day: $0 % 7 + 1) }
    let extra = random.chance(50) ? 0 : Int.random(in: 1...20, using: &random)
    for _ in 0..<extra {
      let again = rows[Int.random(in: 0..<count, using: &random)]
      rows.append(again)
    }
    rows.shuffle(using: &random)
    let parts = Int.random(in: 1...4, using: &random)
    for part in 0..<parts {
      let own = rows.enumerated().filter { $0.offset % parts == part }.map(\.element)
      try lab.write("in/daily-\(part + 1).csv", Self.header + own.joined())
    }
    let delivery = try lab.ingest(lab.folder + "/in").deliveries.first
    if extra == 0 {
      #expect(delivery?.status == .loaded, "\(delivery?.notes ?? [])")
      #expect(delivery?.rows == count)
    } else {
      #expect(delivery?.status == .failed)
      let word = extra == 1 ? "1 row is there" : "\(extra) rows are there"
      #expect(delivery?.notes.first?.hasPrefix(word) == true, "\(delivery?.notes ?? [])")
    }
  }
}
