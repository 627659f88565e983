import Columns
import Compression
import Ingestion
import Testing
import Warehouse

/// What is said of deliveries that are odd in one way or another, and that it is true.
@Suite struct DeliveryNoteTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  // MARK: Restated months

  @Test(arguments: [["2026-05"], ["2026-04"], ["2026-04", "2026-05"]])
  func `what was before is of the months that the new delivery has`(_ months: [String]) throws {
    let before = [("2026-04", 2), ("2026-05", 3)]
    let rows = before.flatMap { month, count in
      (0..<count).map { SmallReport.row("\(month)-\($0)", "2", month: month) }
    }
    _ = try lab.ingest(try lab.write("x/bill.csv", SmallReport.header + rows.joined()))
    let new = months.map { SmallReport.row("\($0)-new", "7", month: $0) }
    let path = try lab.write("y/bill.csv", SmallReport.header + new.joined())
    let delivery = try #require(try lab.ingest(path) { $0.mayShrink = true }.deliveries.first)
    let expected = before.filter { months.contains($0.0) }.reduce(0) { $0 + $1.1 }
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.replaced?.rows == expected)
    #expect(delivery.replaced?.total == Double(2 * expected))
    #expect(
      try lab.number("SELECT previous_total FROM deliveries WHERE previous_total IS NOT NULL")
        == Double(2 * expected))
  }

  @Test func `months that came apart are added up for a delivery of both`() throws {
    for (month, cost) in [("2026-04", "1"), ("2026-05", "2")] {
      _ = try lab.ingest(
        try lab.write(
          "\(month)/bill.csv", SmallReport.header + SmallReport.row("a", cost, month: month)))
    }
    let both = SmallReport.row("a", "5", month: "2026-04") + SmallReport.row("b", "6")
    let delivery = try #require(
      try lab.ingest(try lab.write("z/bill.csv", SmallReport.header + both)).deliveries.first)
    #expect(delivery.replaced?.rows == 2)
    #expect(delivery.replaced?.total == 3)
  }

  // MARK: Versions

  private func manifest(_ id: String, parts: [String], period: Bool = true) -> String {
    var text = SmallReport.manifest(id: id, keys: parts)
    guard !period, let start = text.firstRange(of: "\"billingPeriod\""),
      let end = text.firstRange(of: "\"reportKeys\"")
    else { return text }
    text.removeSubrange(start.lowerBound..<end.lowerBound)
    return text
  }

  @Test(arguments: [true, false])
  func `the manifest above folders that are called after versions says which is current`(
    _ hasPeriod: Bool
  ) throws {
    let month = "in/20260501-20260601"
    for (id, cost) in [("a1", "1"), ("a2", "2")] {
      try lab.write("\(month)/\(id)/daily-1.csv", SmallReport.header + SmallReport.row("a", cost))
      try lab.write(
        "\(month)/\(id)/daily-Manifest.json",
        manifest(id, parts: ["\(month)/\(id)/daily-1.csv"], period: hasPeriod))
    }
    try lab.write(
      "\(month)/daily-Manifest.json",
      manifest("a1", parts: ["\(month)/a1/daily-1.csv"], period: hasPeriod))
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 1)
    #expect(
      summary.ignored.allSatisfy { $0.reason.contains("not of the version a1") }, "\(summary)")
  }

  @Test func `one version's manifest is there twice, its files are passed over for nothing`() throws
  {
    let month = "in/20260501-20260601"
    let text = manifest(
      "a1", parts: ["\(month)/a1/daily-1.csv", "\(month)/a1/daily-2.csv"], period: false)
    for part in 1...2 {
      try lab.write(
        "\(month)/a1/daily-\(part).csv", SmallReport.header + SmallReport.row("\(part)", "1"))
    }
    try lab.write("\(month)/daily-Manifest.json", text)
    try lab.write("\(month)/a1/daily-Manifest.json", text)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.rows) == [2])
    #expect(summary.ignored.isEmpty, "\(summary.ignored)")
  }

  // MARK: Sentences

  @Test func `an empty part is told once, and is to be fetched again`() throws {
    try lab.write("in/daily-1.csv", SmallReport.header + SmallReport.row("a", "1"))
    try lab.write("in/daily-2.csv.gz", Gzip.compress([]))
    try lab.write(
      "in/daily-Manifest.json", manifest("a1", parts: ["daily-1.csv", "daily-2.csv.gz"]))
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(
      delivery.notes == [
        "\(lab.folder)/in/daily-2.csv.gz: expected a report as the name says, found an empty file: "
          + "fetch the file again"
      ])
  }

  @Test func `where no row can be read, that is what is said`() throws {
    let rows = ["a", "b"].map { SmallReport.row($0, "much") }.joined()
    let path = try lab.write("in/bill.csv", SmallReport.header + rows)
    let delivery = try #require(try lab.ingest(path) { $0.maxBadRows = 5 }.deliveries.first)
    #expect(delivery.status == .failed)
    #expect(
      delivery.notes.first?.hasPrefix(
        "none of its 2 rows can be read, and nothing is left to load; the first is bill.csv row 2, "
          + "column 'lineItem/UnblendedCost'") == true, "\(delivery.notes)")
  }

  @Test func `tags of one column with two values are loaded, and what is left out is told`() throws
  {
    let text =
      SmallReport.header
      + SmallReport.row("a", "1", team: "red").replacing(",red,\n", with: ",red,blue\n")
      + SmallReport.row("b", "1", team: "red").replacing(",red,\n", with: ",red,red\n")
      + SmallReport.row("c", "1", team: "red")
    let path = try lab.write("in/bill.csv", text)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(
      delivery.notes.contains(
        "'resourceTags/user:Team', 'resourceTags/user:team' are one column, 'resource_tags_user_team', "
          + "and have two values in 1 row, as 'red' and 'blue': the first is kept, the other left out"
      ),
      "\(delivery.notes)")
    #expect(
      try lab.rows("SELECT DISTINCT resource_tags_user_team FROM cur") == [[.text("red")]])
  }

  @Test func `a column that is not there is called by the report's name`() throws {
    let text =
      "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/LineItemType,"
      + "lineItem/UsageStartDate,lineItem/CurrencyCode\na,111122223333,2026-05-01T00:00:00Z,Usage,"
      + "2026-05-03T00:00:00Z,USD\n"
    let delivery = try #require(try lab.ingest(try lab.write("in/bill.csv", text)).deliveries.first)
    #expect(
      delivery.notes.first?.contains(
        "no column 'lineItem/UnblendedCost', without which this cannot be summed as AWS Cost and Usage "
          + "Report") == true, "\(delivery.notes)")
  }
}
