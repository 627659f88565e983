import Files
import Testing

@Suite struct LakeTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write("cur-1.csv", SmallBill().text)
    try #require(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
  }

  @Test func `tables are listed with rows and versions`() throws {
    let outcome = try workplace.run(["lake", "tables"])
    #expect(outcome.code == 0)
    #expect(outcome.out.hasPrefix("table,rows,files,bytes,version,partitioned_by\n"))
    #expect(outcome.out.contains(/\ncur,3,1,\d+,\d+,billing_period\n/))
    #expect(outcome.out.contains("\ndeliveries,1,"))
  }

  @Test func `an empty lake has no tables and is not made by looking`() throws {
    let outcome = try workplace.run(["--lake", "other", "lake", "tables"])
    #expect(outcome.code == 0)
    #expect(outcome.out == "table,rows,files,bytes,version,partitioned_by\n")
    #expect(!workplace.exists("other"))
  }

  @Test func `the history of a table has a row for each version`() throws {
    try workplace.write("cur-1.csv", SmallBill(costs: ["2"]).text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let outcome = try workplace.run(["lake", "history", "cur"])
    #expect(outcome.code == 0)
    let lines = outcome.out.split(separator: "\n")
    #expect(lines.count >= 3)
    #expect(lines.first?.hasPrefix("version,") == true)
  }

  @Test func `an older version is still there`() throws {
    try workplace.write("cur-1.csv", SmallBill(costs: ["2"]).text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let versions = try workplace.run([
      "query", "SELECT count(*) AS n FROM cur FOR VERSION AS OF 0",
    ])
    #expect(versions.out == "n\n3\n")
  }

  @Test func `a whole lake passes its check`() throws {
    let outcome = try workplace.run(["lake", "check"])
    #expect(outcome.code == 0, "\(outcome.out)\(outcome.err)")
  }

  @Test func `a missing data file is found by the check`() throws {
    let data = try #require(
      try workplace.files().first { $0.hasPrefix("lake/cur/") && $0.hasSuffix(".parquet") })
    try Directory.removeFile(Path.join(workplace.path, data))
    let outcome = try workplace.run(["lake", "check", "cur"])
    #expect(outcome.code == 1)
    #expect(outcome.out.contains(Path.name(data)))
  }

  @Test func `a missing data file fails the query that needs it by name`() throws {
    let data = try #require(
      try workplace.files().first { $0.hasPrefix("lake/cur/") && $0.hasSuffix(".parquet") })
    try Directory.removeFile(Path.join(workplace.path, data))
    let outcome = try workplace.run(["query", "SELECT sum(line_item_unblended_cost) FROM cur"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains(Path.name(data)))
  }

  @Test(arguments: [
    ("athena", "CREATE EXTERNAL TABLE"), ("trino", "register_table"), ("spark", "USING DELTA"),
    ("duckdb", "delta_scan"),
  ])
  func `the statements that register the tables elsewhere are printed`(
    _ engine: String, _ words: String
  ) throws {
    let outcome = try workplace.run([
      "lake", "ddl", "--engine", engine, "--location", "s3://bucket/lake",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.out.lowercased().contains(words.lowercased()))
    #expect(outcome.out.contains("s3://bucket/lake/cur"))
  }

  @Test func `vacuum removes only what no version needs`() throws {
    try workplace.write("cur-1.csv", SmallBill(costs: ["2"]).text)
    #expect(try workplace.run(["ingest", "cur-1.csv"]).code == 0)
    let dry = try workplace.run(["lake", "vacuum", "cur", "--retain-hours", "0", "--dry-run"])
    #expect(dry.code == 0, "\(dry.err)")
    #expect(dry.out.contains(".parquet"))
    let before = try workplace.files()
    #expect(before == (try workplace.files()))
    #expect(
      try workplace.run(["lake", "vacuum", "cur", "--retain-hours", "0", "--force"]).code == 0)
    #expect(try workplace.files().count < before.count)
    #expect(try workplace.run(["query", "SELECT count(*) AS n FROM cur"]).out == "n\n1\n")
  }

  @Test func `a table that is not there is named`() throws {
    let outcome = try workplace.run(["lake", "history", "cru"])
    #expect(outcome.code != 0)
    #expect(outcome.err.contains("'cru'"))
  }

  @Test func `the lake comes from the environment where no option says`() throws {
    let outcome = try workplace.run(
      ["query", "SELECT count(*) AS n FROM cur"],
      environment: ["KAKEIBO_LAKE": Path.join(workplace.path, "lake")])
    #expect(outcome.out == "n\n3\n")
    let other = try workplace.run(["lake", "tables"], environment: ["KAKEIBO_LAKE": "elsewhere"])
    #expect(other.out == "table,rows,files,bytes,version,partitioned_by\n")
  }
}
