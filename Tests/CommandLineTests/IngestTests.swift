import Files
import Foundation
import Testing

@Suite struct IngestTests {
  private func tables(_ workplace: Workplace) throws -> String {
    try workplace.run(["query", "SHOW TABLES"]).out
  }

  @Test func `a bill says what it is, its month, its rows and its total`() throws {
    let workplace = try Workplace()
    try workplace.write("bill/cur-1.csv", SmallBill().text)
    let outcome = try workplace.run(["ingest", "bill"])
    #expect(outcome.code == 0, "\(outcome.err)")
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains("2026-09"))
    #expect(outcome.err.contains("3 rows into cur"))
    #expect(outcome.err.contains("total 1.75 USD"))
    let sum = try workplace.run([
      "query", "SELECT count(*) AS n, sum(line_item_unblended_cost) AS cost FROM cur",
    ])
    #expect(sum.out == "n,cost\n3,1.750001\n")
  }

  @Test func `the bill is in the view of all bills`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run([
      "query",
      "SELECT billing_period, SubAccountId, round(sum(BilledCost), 2) AS cost FROM costs "
        + "GROUP BY 1, 2",
    ])
    #expect(outcome.out == "billing_period,SubAccountId,cost\n2026-09,100000000002,1.75\n")
  }

  @Test func `the same delivery twice is unchanged and makes no version`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let before = try workplace.files()
    let outcome = try workplace.run(["ingest", "cur-1.csv"])
    #expect(outcome.code == 0)
    #expect(outcome.err.contains("unchanged"))
    #expect(try workplace.files() == before)
  }

  @Test func `a restated month replaces the old one`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    try workplace.write("cur-1.csv", SmallBill(costs: ["2", "3"]).text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run([
      "query", "SELECT count(*) AS n, sum(line_item_unblended_cost) AS cost FROM cur",
    ])
    #expect(outcome.out == "n,cost\n2,5.0\n")
  }

  @Test func `quiet says nothing when all is well`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    let outcome = try workplace.run(["--quiet", "ingest", "cur-1.csv"])
    #expect(outcome.code == 0)
    #expect(outcome.out.isEmpty && outcome.err.isEmpty)
  }

  // MARK: What cannot be loaded

  @Test func `a truncated file says so and nothing of it is stored`() throws {
    let workplace = try Workplace()
    let costs = (0..<20).map { "\($0).25" }
    try workplace.write("whole.csv", SmallBill(costs: costs).text)
    let cut = try workplace.shell(
      "gzip -c whole.csv | head -c 250 > cur-1.csv.gz; rm whole.csv")
    try #require(cut.code == 0)
    try #require(try workplace.bytes("cur-1.csv.gz").count == 250)
    let outcome = try workplace.run(["ingest", "cur-1.csv.gz"])
    #expect(outcome.code == 1)
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains("error: "))
    #expect(outcome.err.contains("cur-1.csv.gz"))
    #expect(outcome.err.contains("ends in the middle of the compressed data"))
    #expect(try !tables(workplace).split(separator: "\n").contains("cur"))
    #expect(try !workplace.files().contains { $0.hasSuffix(".parquet") && $0.contains("cur/") })
  }

  @Test func `a row with too few fields is told by file and row, and kept`() throws {
    let workplace = try Workplace()
    var lines = SmallBill().lines
    lines[2] = "id1,100000000001"
    try workplace.write("cur-1.csv", lines.map { $0 + "\n" }.joined())
    let outcome = try workplace.run(["ingest", "cur-1.csv"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("cur-1.csv row 3"))
    #expect(outcome.err.contains("expected 14 fields, found 2"))
    #expect(outcome.err.contains("nothing of it was stored"))
    #expect(try !tables(workplace).split(separator: "\n").contains("cur"))
    let kept = try workplace.files().filter { $0.hasPrefix("lake/_rejected/") }
    let path = try #require(kept.first)
    #expect(try workplace.read(path).contains("id1,100000000001"))
  }

  @Test func `rows that cannot be read are passed over up to the limit`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill(costs: ["1", "many", "2"]).text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 1)
    let outcome = try workplace.run(["ingest", "cur-1.csv", "--max-bad-rows", "1"])
    #expect(outcome.code == 0, "\(outcome.err)")
    let sum = try workplace.run(["query", "SELECT sum(line_item_unblended_cost) AS s FROM cur"])
    #expect(sum.out == "s\n3.0\n")
  }

  @Test func `a cost that is no number is told by row and column`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill(costs: ["1", "many", "2"]).text)
    let outcome = try workplace.run(["ingest", "cur-1.csv"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("cur-1.csv row 3"))
    #expect(outcome.err.contains("UnblendedCost"))
    #expect(outcome.err.contains("found 'many'"))
  }

  @Test func `a bill without a cost column is refused by the column's name`() throws {
    let workplace = try Workplace()
    var bill = SmallBill()
    bill.columns[13] = "lineItem/BlendedCost"
    try workplace.write("cur-1.csv", bill.text)
    let outcome = try workplace.run(["ingest", "cur-1.csv"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("no column 'lineItem/UnblendedCost'"))
    #expect(try !tables(workplace).split(separator: "\n").contains("cur"))
  }

  @Test func `a path that is not there is an error`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["ingest", "nowhere"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("nowhere"))
    #expect(try workplace.files().isEmpty)
  }

  @Test func `a file that is no report is passed over by name`() throws {
    let workplace = try Workplace()
    try workplace.write("in/notes.txt", "buy milk\n")
    try workplace.write("in/cur-1.csv", SmallBill().text)
    let outcome = try workplace.run(["ingest", "in"])
    #expect(outcome.code == 0)
    #expect(outcome.err.contains("passed over in/notes.txt: "))
    #expect(outcome.err.contains("3 rows into cur"))
  }

  @Test func `one damaged bill does not keep another from being loaded`() throws {
    let workplace = try Workplace()
    try workplace.write("a/cur-1.csv", SmallBill().text)
    try workplace.write("b/other-1.csv.gz", [0x1F, 0x8B, 8, 0] + Array("nothing".utf8))
    let outcome = try workplace.run(["ingest", "a", "b"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("3 rows into cur"))
    #expect(outcome.err.contains("error: "))
  }

  // MARK: A lake that cannot be written

  @Test func `a lake below a file is refused and nothing is left behind`() throws {
    let workplace = try Workplace()
    try workplace.write("blocked", "not a folder\n")
    try workplace.write("cur-1.csv", SmallBill().text)
    let outcome = try workplace.run(["--lake", "blocked/lake", "ingest", "cur-1.csv"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("error: "))
    #expect(outcome.err.contains("blocked"))
    #expect(try workplace.files() == ["blocked", "cur-1.csv"])
  }

  @Test(.enabled(if: getuid() != 0, "the super-user may write everywhere"))
  func `a folder without leave to write is refused and nothing is left behind`() throws {
    let workplace = try Workplace()
    try workplace.write("closed/keep", "")
    try workplace.write("cur-1.csv", SmallBill().text)
    let closed = Path.join(workplace.path, "closed")
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: closed)
    let outcome = try workplace.run(["--lake", "closed/lake", "ingest", "cur-1.csv"])
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: closed)
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("permission denied"))
    #expect(try workplace.files() == ["closed/keep", "cur-1.csv"])
  }

  @Test func `a disk that refuses more leaves the old version whole`() throws {
    let workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let before = try workplace.files()
    try workplace.write("cur-1.csv", SmallBill(costs: (0..<500).map { "\($0).\($0)" }).text)
    // Files may not grow beyond two blocks: what a full disk is to a program.
    let outcome = try workplace.shell("trap '' XFSZ; ulimit -f 2; kakeibo ingest cur-1.csv")
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("error: "))
    #expect(outcome.err.contains("file too large"))
    let sum = try workplace.run(["query", "SELECT count(*) AS n FROM cur"])
    #expect(sum.out == "n\n3\n")
    #expect(try workplace.files() == before)
  }
}
