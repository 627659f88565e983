import Compression
import Ingestion
import TestSupport
import Testing
import Warehouse

/// Values and files that went wrong on their way: each is read as a careful person reads it, or refused
/// with its place and nothing stored. `Tests/Peers/Polluted` goes further, with Python as the judge.
@Suite struct PollutedBillTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private static let header =
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/LineItemType,"
    + "lineItem/UsageStartDate,lineItem/UnblendedCost,pricing/publicOnDemandCost,resourceTags/user:A\n"

  private func row(
    _ id: String, date: String = "2026-05-03T00:00:00Z", cost: String = "1", price: String = "2",
    text: String = "t"
  ) -> String {
    "\(id),111122223333,2026-05-01T00:00:00Z,Usage,\(date),\(cost),\(price),\(text)\n"
  }

  private func load(_ text: String) throws -> DeliverySummary {
    try load(Array(text.utf8))
  }

  private func load(_ bytes: [UInt8], as name: String = "in/daily-1.csv") throws
    -> DeliverySummary
  {
    try lab.write(name, bytes)
    return try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
  }

  private func expectRefusal(_ summary: DeliverySummary, _ parts: String...) throws {
    #expect(summary.status == .failed)
    let note = summary.notes.first ?? ""
    for part in parts { #expect(note.contains(part), "\(note)") }
    #expect(try !lab.warehouse.hasTable("cur"))
    #expect(try lab.number("SELECT count(*) FROM deliveries WHERE status = 'failed'") == 1)
  }

  @Test(arguments: [
    ("0E-10", 0), ("+1", 1), (".5", 0.5), ("5.", 5), ("1e5", 1e5), ("-0", 0), ("1E+05", 1e5),
    ("00012", 12), ("\"1.5\"", 1.5), ("1e-400", 0), ("4.9e-324", Double.leastNonzeroMagnitude),
    ("1.7976931348623157e308", 1.797_693_134_862_315_7e308),
  ])
  func `numbers in plain and scientific notation are read`(text: String, value: Double) throws {
    let summary = try load(Self.header + row("a", cost: text, price: text))
    #expect(summary.status == .loaded)
    #expect(try lab.number("SELECT line_item_unblended_cost FROM cur") == value)
    #expect(try lab.number("SELECT pricing_public_on_demand_cost FROM cur") == value)
  }

  @Test(
    arguments: [
      "1e400", "-1e400", "NaN", "nan", "inf", "-Infinity", "\"1,20\"", "\"1.234,56\"", "1 234",
      "1_000", "0x10", "--1", "١٢٣", "１２", "$1.20", "1.20USD", "1.2.3", "(1.20)", " 1.5", "1.5 ",
      "\u{A0}1", "1e", ".", "#REF!", "N/A", "No Upfront", "\u{2212}1", "1e5.5",
      String(repeating: "9", count: 400),
    ], ["cost", "price"])
  func `what is no number is refused in every column`(text: String, column: String) throws {
    let bad = column == "cost" ? row("b", cost: text) : row("b", price: text)
    try expectRefusal(
      try load(Self.header + row("a") + bad), "daily-1.csv row 3, column",
      column == "cost" ? "lineItem/UnblendedCost" : "pricing/publicOnDemandCost", "a number")
  }

  @Test(arguments: ["None", "convertible"])
  func `a word becomes NULL and is kept, but not in the cost`(word: String) throws {
    let summary = try load(Self.header + row("a") + row("b", price: word))
    #expect(summary.status == .loaded && summary.rows == 2 && summary.total == 2)
    #expect(summary.notes.contains { $0.contains(word) })
    #expect(summary.notes.contains { $0.contains("_rejected") && $0.contains("row 3") })
    #expect(try lab.number("SELECT sum(pricing_public_on_demand_cost) FROM cur") == 2)
    let other = try PollutedBillTests()
    try other.expectRefusal(
      try other.load(Self.header + row("a", cost: word)), "row 2", "lineItem/UnblendedCost")
  }

  @Test(arguments: [
    "2026-05-03T00:00:00Z", "2026-05-03T00:00:00.000Z", "2026-05-03T02:00:00+02:00",
    "2026-05-03T00:00Z", "2026-05-03 00:00:00", "20260503T000000Z", "2026-05-03",
    "2026-05-03T00:00:00+00:00",
  ])
  func `dates of ISO 8601 are read`(text: String) throws {
    #expect(try load(Self.header + row("a", date: text)).status == .loaded)
    #expect(
      try lab.number("SELECT to_unixtime(line_item_usage_start_date) FROM cur") == 1_777_766_400)
  }

  @Test(arguments: [
    "05/03/2026", "03.05.2026", "May 3 2026", "1777766400", "1777766400000",
    "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "0000-00-00", "2026-05-03T24:00:00Z",
    "2026-06-30T23:59:60Z", "10000-01-01T00:00:00Z", "-2026-05-03T00:00:00Z", "26-05-03",
    "２０２６-05-03T00:00:00Z", "2026-05-03T000000Z", "20260503T00:00:00Z", "now",
    " 2026-05-03T00:00:00Z", "2026-W18-7",
  ])
  func `dates that could mean several days or none are refused`(text: String) throws {
    try expectRefusal(
      try load(Self.header + row("a", date: text)), "row 2, column 'lineItem/UsageStartDate'",
      "2026-09-01T00:00:00Z")
  }

  @Test(arguments: [
    ("a\u{0}b", "NUL"), ("a\rb", "carriage return"), ("\"open", "never closed"),
    ("\"a\"b", "closing quote"), ("a,b", "expected 8 fields, found 9"),
  ])
  func `text that cannot be taken as it is refuses the row`(text: String, reason: String) throws {
    try expectRefusal(try load(Self.header + row("a") + row("b", text: text)), "row 3", reason)
  }

  @Test(
    arguments: [[0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE4, 0xF6], [0xF0, 0x9F]] as [[UInt8]])
  func `bytes that are not UTF-8 are refused in values and in the header`(bad: [UInt8]) throws {
    let good = Array((Self.header + row("a")).utf8)
    try expectRefusal(try load(good + bad + Array(row("b").utf8)), "row 3", "UTF-8")
    let other = try PollutedBillTests()
    try other.expectRefusal(try other.load(bad + good), "daily-1.csv")
  }

  @Test(arguments: [
    ("resourceTags/user:A", "lineItem/UnblendedCost", "twice"),
    ("resourceTags/user:A", "pricing/PublicOnDemandCost", "one column"),
    ("resourceTags/user:A", "", "expected a name, found nothing"),
    ("resourceTags/user:A", "resourceTags/user\r:A", "control character 13"),
    ("lineItem/UnblendedCost", "lineItem/Cost", "no column 'lineItem/UnblendedCost'"),
  ])
  func `names that do not tell the columns are refused`(old: String, new: String, reason: String)
    throws
  {
    let parts = Self.header.split(separator: old, omittingEmptySubsequences: false)
    try expectRefusal(
      try load(parts.joined(separator: new) + row("a")), "daily-1.csv", reason)
  }

  @Test(arguments: [
    ("semicolons", 0), ("bars", 1), ("returns", 2), ("marks", 3), ("blank lines", 4),
  ])
  func `harmless oddities are read`(_: String, number: Int) throws {
    let text = Self.header + row("a") + row("b", text: "é")
    let odd = [
      String(text.map { $0 == "," ? ";" : $0 }), String(text.map { $0 == "," ? "|" : $0 }),
      String(text.map { $0 == "\n" ? "\r" : $0 }), "\u{FEFF}\u{FEFF}" + text, text + "\n\n\r\n",
    ][number]
    let summary = try load(odd)
    #expect(summary.rows == 2 && summary.total == 2, "\(summary.notes)")
  }

  @Test func `what lies under a report's name and is none fails the run`() throws {
    let text = Array((Self.header + row("a")).utf8)
    var wide: [UInt8] = []
    for byte in text { wide += [byte, 0] }
    let cases: [(String, [UInt8], String)] = [
      ("a.csv", [], "empty"), ("b.csv", [UInt8](repeating: 0, count: 99), "zero bytes"),
      ("c.csv", wide, "UTF-16"), ("d.csv.gz", Gzip.compress(Gzip.compress(text)), "packed twice"),
      ("e.csv", Array(#"{"message":"Rate exceeded"}"#.utf8), "expected a report"),
      ("f.json", Array(#"{"message":"Rate exceeded"}"#.utf8), "Rate exceeded"),
      ("g.json", Array(#"{"Things":[1,"#.utf8), "incomplete"), ("h.csv", [0x0A], "h.csv"),
      ("i-Manifest.json", Array("{}".utf8), "expected a manifest"),
      ("j-Manifest.json", Array(#"{"assemblyId":5,"reportKeys":[]}"#.utf8), "assemblyId"),
    ]
    for (name, bytes, _) in cases { try lab.write("in/\(name)", bytes) }
    try lab.write("in/README.md", "a\u{0}b")
    let summary = try lab.ingest(lab.folder + "/in")
    for (name, _, reason) in cases {
      let delivery = summary.deliveries.first { $0.files == [lab.folder + "/in/" + name] }
      #expect(delivery?.status == .failed, "\(name)")
      #expect(delivery?.notes.first?.contains(reason) == true, "\(name): \(delivery?.notes ?? [])")
    }
    #expect(summary.ignored.count == 1)
  }

  @Test(arguments: 0..<120)
  func `a bill with bytes changed at random is loaded whole or refused`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    var bytes = Array((Self.header + (0..<6).map { row("r\($0)") }.joined()).utf8)
    let marks: [UInt8] = [0, 0x22, 0x2C, 0x0D, 0x0A, 0x80, 0xFF, 0x65, 0x2D, 0x20]
    for _ in 0...Int(random.next() % 3) {
      let place = Int(random.next() % UInt64(bytes.count))
      let mark = marks[Int(random.next() % UInt64(marks.count))]
      if random.next() % 2 == 0 { bytes.insert(mark, at: place) } else { bytes[place] = mark }
    }
    let summary = try load(bytes)
    if summary.status == .loaded {
      #expect(try lab.number("SELECT count(*) FROM cur") == Double(summary.rows))
      let lines = bytes.count { $0 == 0x0A }
      #expect(summary.rows <= lines && summary.rows > 0)
    } else {
      #expect(summary.notes.first?.contains("daily-1.csv") == true, "\(summary.notes)")
      #expect(try !lab.warehouse.hasTable("cur"))
    }
  }
}
