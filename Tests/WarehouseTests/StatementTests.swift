import Columns
import Files
import SQL
import Testing
import Warehouse

@Suite struct StatementTests {
  private func texts(_ lake: Lake, _ sql: String) throws -> [String] {
    try lake.column(sql).map { $0.string ?? "NULL" }
  }

  @Test(arguments: LakeKind.allCases)
  func `tables are made, filled, shown and dropped`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    #expect(
      try lake.run(
        "CREATE TABLE Costs (service, cost) AS SELECT * FROM (VALUES ('EC2', 1.5), ('S3', 2)) v(a, b)"
      ) == "table 'Costs' has 2 rows")
    #expect(try lake.run("INSERT INTO costs (cost) SELECT 3") == "1 row inserted into 'costs'")
    #expect(
      try lake.rows("SELECT service, cost FROM COSTS ORDER BY cost") == [
        [.text("EC2"), .decimal(15)], [.text("S3"), .decimal(20)], [.null, .decimal(30)],
      ])
    #expect(try texts(lake, "SHOW TABLES") == ["costs"])
    #expect(try texts(lake, "SHOW TABLES LIKE 'x%'") == [])
    #expect(try texts(lake, "DESCRIBE costs") == ["service", "cost"])
    #expect(try texts(lake, "SHOW COLUMNS FROM costs") == ["service", "cost"])
    #expect(
      try lake.run("CREATE TABLE IF NOT EXISTS costs AS SELECT 1 AS a")
        == "table 'costs' exists already")
    #expect(try lake.run("DROP TABLE costs") == "table 'costs' is dropped")
    #expect(try lake.run("DROP TABLE IF EXISTS costs") == "there was no table 'costs'")
    #expect(throws: SQLError.self) { try lake.run("DROP TABLE costs") }
    #expect(try lake.warehouse.tables().isEmpty)
  }

  @Test func `a partitioned table is stored as folders`() throws {
    let lake = try Lake()
    try lake.run(
      """
      CREATE TABLE t WITH (format = 'PARQUET', partitioned_by = ARRAY['month'])
      AS SELECT 1 AS n, '2026-09' AS month UNION ALL SELECT 2, '2026-10'
      """)
    #expect(Directory.kind(Path.join(lake.path, "t/month=2026-09")) == .directory)
    #expect(
      try texts(lake, "SHOW PARTITIONS t") == ["month=2026-09", "month=2026-10"])
    let plan = try texts(lake, "EXPLAIN SELECT n FROM t WHERE month = '2026-10'")
    #expect(plan.joined().contains("partitions=1 of 2"))
    let shown = try texts(lake, "SHOW CREATE TABLE t")
    #expect(shown[0].contains("PARTITIONED BY (month varchar)"))
  }

  @Test(arguments: LakeKind.allCases)
  func `views are kept as text and read their tables anew`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    try lake.run("CREATE TABLE t AS SELECT 1 AS a")
    try lake.run("CREATE VIEW v AS SELECT a + 1 AS b FROM t")
    #expect(throws: SQLError.self) { try lake.run("CREATE VIEW v AS SELECT 1 AS b") }
    try lake.run("INSERT INTO t VALUES 5")
    #expect(try lake.column("SELECT b FROM v ORDER BY b") == [.int64(2), .int64(6)])
    #expect(try texts(lake, "SHOW VIEWS") == ["v"])
    #expect(try texts(lake, "SHOW CREATE VIEW v")[0].contains("a + 1"))
    try lake.run("CREATE OR REPLACE VIEW w AS SELECT b FROM v")
    #expect(throws: SQLError.self) { try lake.run("CREATE OR REPLACE VIEW v AS SELECT b FROM w") }
    try lake.run("CREATE OR REPLACE VIEW v AS SELECT 9 AS b")
    #expect(try lake.column("SELECT b FROM w") == [.int64(9)])
    #expect(throws: SQLError.self) { try lake.run("DROP TABLE v") }
    try lake.run("DROP VIEW v")
    #expect(throws: (any Error).self) { try lake.rows("SELECT * FROM w") }
  }

  @Test func `views that every lake has are found, and stay`() throws {
    let lake = try Lake { configuration in
      configuration.views = ["one": "SELECT 1 AS a"]
      configuration.generatedViews = [
        "names": { tables in
          tables.isEmpty
            ? "SELECT 'none' AS n"
            : tables.map { "SELECT '\($0.name)' AS n" }.joined(separator: " UNION ALL ")
        }
      ]
    }
    #expect(try lake.column("SELECT a FROM one") == [.int64(1)])
    #expect(try texts(lake, "SELECT n FROM names") == ["none"])
    try lake.run("CREATE TABLE t AS SELECT 1 AS a")
    #expect(try texts(lake, "SELECT n FROM names") == ["t"])
    #expect(try texts(lake, "SHOW TABLES") == ["names", "one", "t"])
    #expect(throws: SQLError.self) { try lake.run("DROP VIEW one") }
  }

  @Test func `a qualifier is a folder of tables, or the default database with a note`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 1 AS a")
    let writer = try lake.warehouse.writer(
      WriteRequest(
        table: "inventory.hosts", schema: Schema([Field("id", .bigint)]), mode: .append,
        operation: "INGEST"))
    try writer.append(Batch([Column(.bigint, values: [.int64(4)])], count: 1))
    try writer.commit()
    #expect(try lake.column("SELECT id FROM Inventory.hosts") == [.int64(4)])
    #expect(try lake.column("SELECT id FROM awsdatacatalog.inventory.hosts") == [.int64(4)])
    #expect(try texts(lake, "SHOW DATABASES") == ["default", "inventory"])
    #expect(try texts(lake, "SHOW TABLES FROM inventory") == ["hosts"])
    #expect(
      try lake.column("SELECT a FROM athenacurcfn.t x JOIN athenacurcfn.t y USING (a)").count == 1)
    #expect(lake.notes.all.count == 1)
    #expect(lake.notes.all[0].contains("'athenacurcfn'"))
    #expect(try lake.warehouse.tables().map(\.name) == ["t", "inventory.hosts"])
    #expect(throws: SQLError.self) { try lake.rows("SELECT a FROM inventory.t") }
  }

  @Test func `the catalog can be asked in SQL`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b")
    try lake.run("CREATE VIEW v AS SELECT b FROM t")
    #expect(
      try lake.rows(
        "SELECT table_name, table_type FROM information_schema.tables ORDER BY 1") == [
          [.text("t"), .text("BASE TABLE")], [.text("v"), .text("VIEW")],
        ])
    #expect(
      try lake.rows(
        """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'default' ORDER BY table_name, ordinal_position
        """) == [
          [.text("t"), .text("a"), .text("integer")], [.text("t"), .text("b"), .text("varchar")],
          [.text("v"), .text("b"), .text("varchar")],
        ])
    #expect(throws: SQLError.self) { try lake.rows("SELECT * FROM information_schema.tabels") }
  }

  @Test func `a statement is prepared once and run with values`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT * FROM (VALUES 1, 2, 3) v(a)")
    try lake.run("PREPARE above FROM SELECT a FROM t WHERE a > ? ORDER BY a")
    #expect(try lake.column("EXECUTE above USING 1") == [.int64(2), .int64(3)])
    #expect(throws: SQLError.self) { try lake.rows("EXECUTE abov USING 1") }
    try lake.run("DEALLOCATE PREPARE above")
    #expect(throws: SQLError.self) { try lake.rows("EXECUTE above USING 1") }
  }

  @Test(arguments: [
    "concat(month, '-01') = '2026-10-01'", "CAST(month || '-01' AS date) > DATE '2026-09-15'",
    "substr(month, 6) = '10'", "upper(month) LIKE '%10'",
    "length(month) > 3 AND month <> '2026-09'",
  ])
  func `any condition on a partition skips its files`(condition: String) throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1), ("2026-10", 2)], mode: .append)
    let sql = "SELECT n FROM t WHERE \(condition)"
    let plan = try texts(lake, "EXPLAIN \(sql)")
    #expect(plan.contains { $0.contains("partitions=1 of 2") }, "\(plan)")
    #expect(try lake.column(sql) == [.int64(2)])
    let without = try Lake { $0.disabledRules = ["DerivePartitions"] }
    try without.deliver([("2026-09", 1), ("2026-10", 2)], mode: .append)
    #expect(try without.column(sql) == [.int64(2)])
  }

  @Test func `tables of a query that double with every step are computed once each`() throws {
    let lake = try Lake(.memory)
    let steps = (1...60).map { step in
      "c\(step) AS (SELECT a.x FROM c\(step - 1) a JOIN c\(step - 1) b ON a.x = b.x)"
    }
    let joined =
      "WITH c0 AS (SELECT 1 AS x), " + steps.joined(separator: ", ") + " SELECT x FROM c60"
    #expect(try lake.column(joined) == [.int64(1)])
    #expect(try texts(lake, "EXPLAIN \(joined)").count < 1000)
    let unions = (1...16).map { step in
      "c\(step) AS (SELECT x FROM c\(step - 1) UNION ALL SELECT x FROM c\(step - 1))"
    }
    let united =
      "WITH c0 AS (SELECT 1 AS x), " + unions.joined(separator: ", ") + " SELECT count(*) FROM c16"
    #expect(try lake.column(united) == [.int64(65_536)])
  }

  @Test func `EXPLAIN ANALYZE says what was read`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT * FROM (VALUES 1, 2, 3) v(a)")
    let lines = try texts(lake, "EXPLAIN ANALYZE SELECT sum(a) FROM t")
    #expect(lines.contains { $0.contains("Scan t") && $0.contains("read 3 rows") })
  }

  /// Two tables of 5,000 rows in order, as one view under other names.
  private func halves() throws -> Lake {
    let lake = try Lake()
    for (table, first) in [("old", 1), ("new", 5001)] {
      try lake.run(
        "CREATE TABLE \(table) AS SELECT x AS id, CAST(x AS varchar) AS text FROM UNNEST(sequence("
          + "\(first), \(first + 4999))) AS u (x)")
    }
    try lake.run(
      "CREATE VIEW whole AS SELECT id AS number, text || '!' AS loud FROM old WHERE id <> 7 UNION ALL "
        + "SELECT id, text FROM new")
    return lake
  }

  @Test(arguments: [
    ("number", "VALUES 5, 7, 20", "5!,20!", 5000), ("number", "VALUES 6000", "6000", 5000),
    ("number", "VALUES 20000", "", 0), ("loud", "VALUES '8!'", "8!", 10_000),
  ])
  func `a join with few keys reads of a view what can match`(
    column: String, keys: String, found: String, rows: Int
  ) throws {
    let lake = try halves()
    let sql = "FROM whole JOIN (\(keys)) AS k (key) ON whole.\(column) = k.key"
    #expect(try texts(lake, "SELECT loud \(sql) ORDER BY number").joined(separator: ",") == found)
    let plan = try texts(lake, "EXPLAIN ANALYZE SELECT loud \(sql)")
    let read = plan.compactMap { line in
      line.firstMatch(of: /Scan (?:old|new).*read ([0-9,]+) rows/).map { match in
        Int(match.1.filter { $0 != "," }) ?? -1
      }
    }
    #expect(read.reduce(0, +) == rows, "\(plan)")
  }

  @Test(arguments: ["LEFT JOIN", "FULL JOIN"])
  func `a join that keeps all rows reads them all`(join: String) throws {
    let lake = try halves()
    #expect(
      try lake.column(
        "SELECT count(*) FROM whole \(join) (VALUES 5, 6000) AS k (key) ON number = key")
        == [.int64(9999)])
  }

  @Test func `names that were probably meant are told`() throws {
    let lake = try Lake()
    let empty = #expect(throws: SQLError.self) { try lake.rows("SELECT 1 FROM usage") }
    #expect(empty?.message.contains("has no tables yet") == true)
    try lake.run("CREATE TABLE usage AS SELECT 1 AS cost")
    let error = #expect(throws: SQLError.self) { try lake.rows("SELECT 1 FROM usgae") }
    #expect(error?.message == "no table named 'usgae'; did you mean 'usage'?")
    #expect(error?.range == SourceRange(14, 19))
    #expect(throws: SQLError.self) { try lake.run("INSERT INTO usage (csot) SELECT 1") }
    #expect(throws: SQLError.self) { try lake.run("INSERT INTO usage SELECT 1, 2") }
    #expect(throws: SQLError.self) { try lake.run("INSERT INTO usage SELECT MAP()") }
    #expect(throws: SQLError.self) { try lake.run("CREATE TABLE x AS SELECT 1 AS a, 2 AS A") }
    #expect(throws: SQLError.self) {
      try lake.run("CREATE TABLE x WITH (partitioned_by = ARRAY['b']) AS SELECT 1 AS a")
    }
    #expect(throws: SQLError.self) {
      try lake.run("CREATE TABLE x WITH (formatt = 'PARQUET') AS SELECT 1 AS a")
    }
    #expect(throws: SQLError.self) { try lake.rows("SELECT 1 FROM usage FOR VERSION AS OF 5") }
    #expect(try lake.warehouse.tables().map(\.name) == ["usage"])
  }

  @Test(arguments: ["UNION ALL", "UNION"])
  func `a recursive query that outgrows its memory answers the same`(union: String) throws {
    let sql = """
      WITH RECURSIVE t (n, s) AS (
        SELECT x, rpad(CAST(x AS varchar), 30, 'a') FROM UNNEST(sequence(1, 1000)) u (x)
        \(union) SELECT n + 1000, s FROM t WHERE n < 30000)
      SELECT count(*), sum(n), min(s), max(s), checksum(s) FROM t
      """
    let roomy = try Lake(.memory).rows(sql)
    #expect(roomy[0][0] == .int64(30_999))
    // UNION needs the keys of all rows, too.
    let small = try Lake(.memory) { $0.memory = union == "UNION" ? 5 << 20 : 1 << 20 }
    #expect(try small.rows(sql) == roomy)
    let tiny = try Lake(.memory) { $0.memory = 1 << 14 }
    let error = #expect(throws: (any Error).self) { try tiny.rows(sql) }
    #expect("\(try #require(error))".contains("needs more memory than --memory allows"))
  }

  @Test func `a lake that is not there reads as empty, and is not made by looking`() throws {
    let lake = try Lake()
    #expect(try lake.rows("SHOW TABLES").isEmpty)
    #expect(try lake.rows("SELECT * FROM information_schema.tables").isEmpty)
    #expect(try lake.column("SELECT 1") == [.int64(1)])
    #expect(try lake.warehouse.tables().isEmpty)
    #expect(Directory.kind(lake.path) == nil)
  }

  @Test func `a script reports each statement and goes on if told`() throws {
    let lake = try Lake(.memory)
    var numbers: [Int] = []
    var failures: [Int] = []
    try lake.warehouse.script(
      "CREATE TABLE t AS SELECT 1 AS a; SELECT csot FROM t;\nSELECT a FROM t;",
      sink: { _ in ResultCollector() }
    ) { report in
      numbers.append(report.number)
      if let error = report.error as? SQLError {
        failures.append(report.number)
        #expect(report.offset == 33)
        #expect(error.range == SourceRange(7, 11))
      }
      return true
    }
    #expect(numbers == [1, 2, 3])
    #expect(failures == [2])
  }

  @Test func `tables are registered elsewhere by the statements of ddl`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 1 AS a")
    let athena = try lake.warehouse.ddl(.athena, tables: nil, location: "s3://b/lake")
    #expect(athena.contains("LOCATION 's3://b/lake/t/'"))
    #expect(athena.contains("'table_type' = 'DELTA'"))
    #expect(
      try lake.warehouse.ddl(.duckdb, tables: ["t"], location: nil)
        .contains("delta_scan('\(lake.path)/t')"))
    #expect(throws: FormatError.self) {
      try lake.warehouse.ddl(.spark, tables: ["none"], location: nil)
    }
  }
}
