import Columns
import Files
import Foundation
import Ingestion
import TestSupport
import Testing
import Warehouse

/// Which version of a bill counts (AWS CUR user guide, delivery of reports to the bucket; AWS Data
/// Exports user guide, export delivery).
@Suite struct VersionTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private static let ids = [
    "0a0a0a0a-1111-2222-3333-444444444444", "0b0b0b0b-1111-2222-3333-444444444444",
    "0c0c0c0c-1111-2222-3333-444444444444",
  ]

  /// Gives a file the time of its last change.
  private func touch(_ name: String, _ second: Int) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_770_000_000 + Double(second))],
      ofItemAtPath: Path.join(lab.folder, name))
  }

  private func assembly(_ version: Int, month: String = "2026-05", at second: Int) throws -> String
  {
    let folder = "in/\(month)/\(Self.ids[version])"
    try lab.write(
      "\(folder)/daily-1.csv",
      SmallReport.header + SmallReport.row("r", "\(version + 1)", month: month))
    try lab.write(
      "\(folder)/daily-Manifest.json",
      SmallReport.manifest(
        id: Self.ids[version], keys: ["bill/\(month)/\(Self.ids[version])/daily-1.csv"],
        month: month))
    for name in ["daily-1.csv", "daily-Manifest.json"] { try touch("\(folder)/\(name)", second) }
    return Path.join(lab.folder, folder)
  }

  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func `versions may arrive in any order, the last made is kept`(order: [Int]) throws {
    for version in order {
      let path = try assembly(version, at: version * 10)
      let delivery = try #require(try lab.ingest(path).deliveries.first)
      #expect([.loaded, .superseded].contains(delivery.status), "\(delivery)")
    }
    #expect(try lab.rows("SELECT line_item_unblended_cost FROM cur") == [[.double(3)]])
    let late = try lab.rows(
      "SELECT delivery_id FROM deliveries WHERE status = 'superseded' ORDER BY 1")
    let expected = order.indices.filter { place in order[..<place].contains { $0 > order[place] } }
      .map { Self.ids[order[$0]] }.sorted()
    #expect(late.map { $0[0].string } == expected)
    for version in order {
      _ = try lab.ingest(Path.join(lab.folder, "in/2026-05/\(Self.ids[version])"))
    }
    #expect(try lab.rows("SELECT line_item_unblended_cost FROM cur") == [[.double(3)]])
    let again = try lab.number("SELECT count(*) FROM deliveries WHERE status = 'superseded'")
    #expect(again == 2 || again == Double(expected.count))
  }

  @Test func `of several manifests the newest wins, and those of one second decide nothing`() throws
  {
    for version in 0..<3 { _ = try assembly(version, at: version == 1 ? 500 : version) }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.deliveryID) == [Self.ids[1]], "\(summary)")
    #expect(summary.ignored.count == 4)
    for version in 0..<3 { _ = try assembly(version, at: 7) }
    let refused = try Lab().ingest(lab.folder + "/in")
    #expect(refused.deliveries.map(\.status) == [.failed])
  }

  @Test func `the folder's name says when an execution was, whatever the files say`() throws {
    func execution(_ time: String, _ version: Int, at second: Int) throws -> String {
      let folder = "e/data/BILLING_PERIOD=2026-05/\(time)-\(Self.ids[version])"
      let header = SmallReport.header.replacing("\n", with: ",bill_payer_account_name\n")
      try lab.write(
        "\(folder)/x-00001.csv",
        header + SmallReport.row("r", "\(version)").replacing("\n", with: ",a\n"))
      try touch("\(folder)/x-00001.csv", second)
      return Path.join(lab.folder, folder)
    }
    let newer = try execution("2026-05-20T15:24:15.653Z", 1, at: 10)
    let older = try execution("2026-05-19T15:24:15.653Z", 2, at: 900)
    #expect(try lab.ingest(newer).deliveries.map(\.status) == [.loaded])
    let late = try #require(try lab.ingest(older).deliveries.first)
    #expect(late.status == .superseded)
    #expect(late.notes.first?.contains("made 2026-05-19 15:24:15") == true, "\(late.notes)")
    #expect(try lab.ingest(lab.folder + "/e").deliveries.map(\.status) == [.failed])
    // The manifest of the period decides, in the other folder of the export.
    try lab.write(
      "e/metadata/BILLING_PERIOD=2026-05/x-Manifest.json",
      """
      {"executionId":"\(Self.ids[1])","columns":[],
       "exportArn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/x-\(Self.ids[0])",
       "dataFiles":["s3://b/p/e/data/BILLING_PERIOD=2026-05/2026-05-20T15:24:15.653Z-\(Self.ids[1])/x-00001.csv"]}
      """)
    let decided = try lab.ingest(lab.folder + "/e")
    #expect(decided.deliveries.map(\.total) == [1], "\(decided)")
    #expect(decided.ignored.count == 1)
  }

  @Test func `an execution that has not arrived yet leaves the older ones alone`() throws {
    let folder = "e/data/BILLING_PERIOD=2026-05/2026-05-19T15:24:15.653Z-\(Self.ids[0])"
    try lab.write("\(folder)/x-00001.csv", SmallReport.header + SmallReport.row("r", "1"))
    try lab.write(
      "e/metadata/BILLING_PERIOD=2026-05/x-Manifest.json",
      """
      {"executionId":"\(Self.ids[1])",
       "exportArn":"arn:aws:bcm-data-exports:us-east-1:111122223333:export/x-\(Self.ids[0])",
       "dataFiles":["s3://b/p/e/data/BILLING_PERIOD=2026-05/2026-05-20T15:24:15.653Z-\(Self.ids[1])/x-00001.csv"]}
      """)
    let summary = try lab.ingest(lab.folder + "/e")
    #expect(summary.deliveries.map(\.status) == [.waiting])
    #expect(summary.ignored.count == 1)
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a closed month that is restated is recorded with both totals`() throws {
    let path = try assembly(0, month: "2026-03", at: 1)
    #expect(try lab.ingest(path).deliveries.first?.replaced == nil)
    let second = try #require(
      try lab.ingest(try assembly(2, month: "2026-03", at: 2)).deliveries.first)
    let before = try #require(second.replaced)
    #expect(before.deliveryID == Self.ids[0])
    #expect(before.rows == 1 && before.total == 1 && before.wasClosed)
    #expect(
      try lab.rows(
        """
        SELECT restated, previous_total, total, previous_rows, previous_delivery_id FROM deliveries
        WHERE previous_delivery_id IS NOT NULL
        """) == [[.boolean(true), .double(1), .double(3), .int64(1), .text(Self.ids[0])]])
  }

  @Test func `a month that is not over is updated, not restated`() throws {
    _ = try lab.ingest(try assembly(0, at: 1))
    let second = try #require(try lab.ingest(try assembly(1, at: 2)).deliveries.first)
    #expect(second.replaced?.wasClosed == false)
    #expect(second.replaced?.total == 1)
  }

  @Test(arguments: ["", "{", #"{"assemb"#, #"{"assemblyId":"a","reportKeys":["#])
  func `a manifest that is being written keeps its files back and nothing else`(text: String) throws
  {
    try lab.write("in/may/daily-1.csv", SmallReport.header + SmallReport.row("r", "1"))
    try lab.write("in/may/daily-Manifest.json", text)
    try lab.write(
      "in/april/daily-1.csv", SmallReport.header + SmallReport.row("r", "2", month: "2026-04"))
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.hasFailures)
    #expect(summary.deliveries.filter { $0.status == .loaded }.map(\.period) == ["2026-04"])
    #expect(
      summary.deliveries.contains {
        $0.status == .failed && $0.notes[0].contains("daily-Manifest.json")
      })
    try lab.write(
      "in/may/daily-Manifest.json", SmallReport.manifest(id: "a", keys: ["x/may/daily-1.csv"]))
    let later = try lab.ingest(lab.folder + "/in")
    #expect(later.deliveries.map(\.status) == [.unchanged, .loaded], "\(later)")
  }

  @Test func `the additional manifests for other programs are passed over`() throws {
    _ = try assembly(0, at: 1)
    try lab.write(
      "in/2026-05/\(Self.ids[0])/daily-RedshiftManifest.json",
      #"{"entries":[{"url":"s3://b/x.csv.gz","mandatory":true}]}"#)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
  }

  @Test func `thirty six months of three payers in any order are the same lake`() throws {
    var paths: [String] = []
    for payer in 1...3 {
      for month in 0..<36 {
        let number = month % 12 + 1
        let period = "\(2023 + month / 12)-\(number < 10 ? "0" : "")\(number)"
        let folder = "in/\(payer)/daily/\(period)"
        let row = SmallReport.row("r", "\(payer * 100 + month).25", month: period)
          .replacing("111122223333", with: "\(payer)11122223333")
        paths.append(
          try lab.write(
            "\(folder)/daily-\(month % 3 == 0 ? "1" : "00001").csv", SmallReport.header + row))
        paths.append(
          try lab.write(
            "\(folder)/daily-Manifest.json",
            SmallReport.manifest(
              id: "\(payer)-\(period)",
              keys: ["p/\(period)/daily-\(month % 3 == 0 ? "1" : "00001").csv"], month: period,
              payer: "\(payer)11122223333")))
      }
    }
    var random = SplitMix64(seed: 7)
    paths.shuffle(using: &random)
    let other = try Lab()
    var options = Ingest.Options(now: Lab.now)
    options.maxBadRows = 0
    let mixed = try Ingest(other.warehouse, other.catalog, options).run(paths)
    #expect(mixed.deliveries.count { $0.status == .loaded } == 108, "\(mixed.deliveries.prefix(2))")
    #expect(try lab.ingest(lab.folder + "/in").deliveries.count { $0.status == .loaded } == 108)
    let state = """
      SELECT billing_period, bill_payer_account_id, count(*), sum(line_item_unblended_cost) FROM cur
      GROUP BY 1, 2 ORDER BY 1, 2
      """
    #expect(try lab.rows(state) == other.rows(state))
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 23_517)
    #expect(
      try lab.ingest(lab.folder + "/in").deliveries.allSatisfy { $0.status == .unchanged })
  }

  @Test func `files of several months in one folder are loaded together when their months overlap`()
    throws
  {
    func file(_ name: String, _ rows: [(String, String)]) throws {
      try lab.write(
        "in/\(name).csv",
        SmallReport.header + rows.map { SmallReport.row($0.0, "1", month: $0.1) }.joined())
    }
    try file("daily-1", [("a", "2026-03"), ("b", "2026-04")])
    try file("daily-2", [("c", "2026-04"), ("d", "2026-05")])
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.rows) == [4], "\(summary)")
    #expect(summary.deliveries.map(\.period) == ["2026-03, 2026-04, 2026-05"])
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.unchanged])
    // A month of its own again: each is loaded alone, and nothing is left of the others' rows in it.
    try file("daily-1", [("a", "2026-04")])
    try file("daily-2", [("d", "2026-05")])
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1, 1])
    #expect(
      try lab.rows(
        "SELECT billing_period, count(*) FROM cur WHERE billing_period > '2026-03' GROUP BY 1 ORDER BY 1"
      ) == [[.text("2026-04"), .int64(1)], [.text("2026-05"), .int64(1)]])
  }

  @Test func `one report twice without a manifest is refused, the same content passed over`() throws
  {
    try lab.write("in/a/daily-1.csv", SmallReport.header + SmallReport.row("r", "1"))
    try lab.write("in/b/daily-1.csv", SmallReport.header + SmallReport.row("r", "1"))
    let same = try lab.ingest(lab.folder + "/in")
    #expect(same.deliveries.map(\.rows) == [1])
    #expect(same.ignored.first?.reason.contains("the same as") == true)
    try lab.write("in/b/daily-1.csv", SmallReport.header + SmallReport.row("r", "2"))
    let refused = try lab.ingest(lab.folder + "/in")
    #expect(refused.deliveries.map(\.status) == [.failed, .failed])
    #expect(refused.deliveries[0].notes[0].contains("no manifest says which is current"))
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 1)
  }

  @Test(arguments: ["9999-12", "1970-01", "2005-12", "2028-01"])
  func `a month of which there can be no bill is refused`(month: String) throws {
    let path = try lab.write(
      "in/daily-1.csv",
      SmallReport.header + SmallReport.row("a", "1") + SmallReport.row("b", "1", month: month))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(
      delivery.notes.first?.contains("expected a month from 2006-01 to 2027-12, found \(month)")
        == true, "\(delivery.notes)")
  }

  @Test func `rows of another month than the manifest's are refused`() throws {
    try lab.write(
      "in/daily-1.csv",
      SmallReport.header + SmallReport.row("a", "1") + SmallReport.row("b", "1", month: "2026-04"))
    try lab.write("in/daily-Manifest.json", SmallReport.manifest(id: "a", keys: ["daily-1.csv"]))
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("as the manifest says, found 2026-04") == true)
  }
}
