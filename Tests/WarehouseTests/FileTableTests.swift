import Columns
import Files
import SQL
import TestSupport
import Testing
import Warehouse

@Suite struct FileTableTests {
  @Test func `text files are tables with types found in them`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("a.csv", "name,cost,day\nx,1.5,2026-09-01\ny,2,2026-09-02\n")
    try lake.scratch.file("b.jsonl", "{\"name\":\"x\",\"n\":1}\n{\"name\":\"y\",\"n\":2}\n")
    let csv = try lake.warehouse.query(
      "SELECT * FROM '\(lake.scratch.path)/a.csv' WHERE cost > 1.6")
    #expect(csv.schema.fields.map(\.type) == [.varchar, .double, .date])
    #expect(csv.rows() == [[.text("y"), .double(2), .int64(20_698)]])
    #expect(
      try lake.column("SELECT sum(n) FROM '\(lake.scratch.path)/b.jsonl'") == [.int64(3)])
  }

  @Test func `files of a glob are one table, columns matched by name`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("1.csv", "a,b\n1,x\n")
    try lake.scratch.file("2.csv", "B,a,c\ny,2.5,true\n")
    #expect(
      try lake.rows("SELECT a, b, c FROM '\(lake.scratch.path)/*.csv' ORDER BY a") == [
        [.double(1), .text("x"), .null], [.double(2.5), .text("y"), .boolean(true)],
      ])
  }

  @Test func `files of JSON lines have the types that hold for all of them`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("1.jsonl", #"{"n":1,"x":{"k":1.50},"only":true}"#)
    try lake.scratch.file("2.jsonl", "")
    try lake.scratch.file("3.jsonl", #"{"N":2.5,"x":{"k":"t","l":2}}"#)
    let found = try lake.warehouse.query(
      "SELECT * FROM '\(lake.scratch.path)/*.jsonl' ORDER BY n")
    #expect(
      found.schema.fields == [
        Field("n", .double),
        Field(
          "x", .row([RowField(name: "k", type: .json), RowField(name: "l", type: .bigint)])),
        Field("only", .boolean),
      ])
    #expect(
      found.rows() == [
        [.double(1), .row([.text("1.50"), .null]), .boolean(true)],
        [.double(2.5), .row([.text("\"t\""), .int64(2)]), .null],
      ])
  }

  @Test func `a file of a glob that cannot be read is named`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("1.csv", "a,b\n1,x\n")
    try lake.scratch.file("2.csv", "a,b\n2,x\n3\n")
    let error = #expect(throws: FormatError.self) {
      try lake.rows("SELECT a FROM '\(lake.scratch.path)/*.csv'")
    }
    #expect(error?.file.hasSuffix("/2.csv") == true)
    #expect(error?.place == "row 3")
  }

  @Test func `parquet folders have the columns that their names state`() throws {
    let lake = try Lake()
    for (month, value) in [("2026-09", 1), ("2026-10", 2)] {
      try lake.run(
        "UNLOAD (SELECT \(value) AS n) TO '\(lake.scratch.path)/out/month=\(month)' WITH (format = 'PARQUET')"
      )
    }
    let folder = "\(lake.scratch.path)/out"
    #expect(
      try lake.rows("SELECT n, month FROM '\(folder)' WHERE month = '2026-10'") == [
        [.int64(2), .text("2026-10")]
      ])
    #expect(
      try lake.column("SELECT sum(n) FROM '\(folder)/*/*.parquet'") == [.int64(3)])
    let plan = try lake.column("EXPLAIN SELECT n FROM '\(folder)' WHERE month = '2026-10'")
    #expect(plan.contains { $0.string?.contains("1 of 2") == true })
  }

  @Test func `hidden columns tell of a row's file, and leave files out`() throws {
    let lake = try Lake()
    try lake.scratch.file("a.csv", "n\n1\n2\n")
    try lake.scratch.file("b.csv", "n\n3\n")
    let folder = lake.scratch.path
    #expect(
      try lake.rows(
        "SELECT \"$path\", sum(n), max(\"$file_size\") FROM '\(folder)/*.csv' GROUP BY 1")
        == [
          [.text("\(folder)/a.csv"), .int64(3), .int64(6)],
          [.text("\(folder)/b.csv"), .int64(3), .int64(4)],
        ])
    #expect(try lake.rows("SELECT * FROM '\(folder)/b.csv'") == [[.int64(3)]])
    try lake.run("CREATE TABLE t AS SELECT 1 AS n")
    try lake.run("INSERT INTO t VALUES 2")
    let paths = try lake.column("SELECT \"$path\" FROM t ORDER BY n").compactMap(\.string)
    #expect(Set(paths).count == 2)
    #expect(paths.allSatisfy { $0.hasPrefix(lake.path + "/t/") })
    let last = try #require(paths.last)
    #expect(try lake.column("SELECT n FROM t WHERE \"$path\" = '\(last)'") == [.int64(2)])
    let plan = try lake.column("EXPLAIN SELECT n FROM t WHERE \"$path\" = '\(last)'")
    #expect(plan.contains { $0.string?.contains("1 of 2") == true })
    #expect(throws: SQLError.self) { try lake.rows("SELECT \"$path\" FROM (VALUES 1) t (n)") }
  }

  @Test func `a column that a file calls $path is the file's own`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("a.csv", "$path,n\nx,1\n")
    #expect(
      try lake.rows("SELECT * FROM '\(lake.scratch.path)/a.csv' WHERE \"$path\" = 'x'") == [
        [.text("x"), .int64(1)]
      ])
  }

  @Test func `a table of a lake is read by its folder, and by a name given to it`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 7 AS n")
    #expect(try lake.column("SELECT n FROM '\(lake.path)/t'") == [.int64(7)])
    let other = try Lake(.memory) { $0.fileTables = ["Seven": "\(lake.path)/t"] }
    #expect(try other.column("SELECT n FROM seven") == [.int64(7)])
    #expect(try other.column("SHOW TABLES").map(\.string) == ["Seven"])
  }

  @Test func `a name of files hides a table of the lake, everywhere`() throws {
    let lake = try Lake(.memory) { $0.fileTables = ["T": "\($0.lake)"] }
    #expect(throws: (any Error).self) { try lake.rows("SELECT * FROM information_schema.columns") }
    let scratch = try Lake(.memory)
    try scratch.scratch.file("t.csv", "a,b\n1,x\n")
    let other = try Lake(.memory) { $0.fileTables = ["T": "\(scratch.scratch.path)/t.csv"] }
    try other.run("CREATE TABLE t AS SELECT a AS n FROM T")
    #expect(try other.column("SHOW TABLES").map(\.string) == ["T"])
    #expect(
      try other.column("SELECT table_name FROM information_schema.tables").map(\.string) == ["t"])
    #expect(
      try other.rows("SELECT column_name, data_type FROM information_schema.columns") == [
        [.text("a"), .text("bigint")], [.text("b"), .text("varchar")],
      ])
  }

  @Test func `what is written out comes back`() throws {
    let lake = try Lake(.memory)
    let folder = "\(lake.scratch.path)/out"
    for format in ["PARQUET", "JSON", "TEXTFILE"] {
      #expect(
        try lake.run(
          "UNLOAD (SELECT 1 AS a, 'x,y' AS b) TO '\(folder)/\(format)' WITH (format = '\(format)')"
        )?.hasPrefix("1 row written") == true)
      #expect(
        try lake.rows("SELECT a, b FROM '\(folder)/\(format)'") == [[.int64(1), .text("x,y")]])
    }
    #expect(throws: SQLError.self) {
      try lake.run("UNLOAD (SELECT 1 AS a) TO '\(folder)/JSON' WITH (format = 'JSON')")
    }
    #expect(throws: SQLError.self) {
      try lake.run("UNLOAD (SELECT 1 AS a) TO '\(folder)/x' WITH (format = 'AVRO')")
    }
  }

  @Test func `what is written out in partitions comes back with them`() throws {
    let lake = try Lake(.memory)
    let folder = "\(lake.scratch.path)/out"
    let rows =
      "(VALUES (1, 'x', '2026-09'), (2, 'y', '2026-10'), (3, 'z', '2026-09')) t (a, b, month)"
    for format in ["PARQUET", "JSON"] {
      let properties = "WITH (format = '\(format)', partitioned_by = ARRAY['month'])"
      try lake.run("UNLOAD (SELECT * FROM \(rows)) TO '\(folder)/\(format)' \(properties)")
      #expect(
        try lake.rows("SELECT a, b, month FROM '\(folder)/\(format)' ORDER BY a") == [
          [.int64(1), .text("x"), .text("2026-09")], [.int64(2), .text("y"), .text("2026-10")],
          [.int64(3), .text("z"), .text("2026-09")],
        ])
      #expect(
        try Directory.names("\(folder)/\(format)").sorted() == ["month=2026-09", "month=2026-10"])
    }
    for wrong in ["moth", "a', 'b', 'month"] {
      #expect(throws: SQLError.self) {
        try lake.run(
          "UNLOAD (SELECT * FROM \(rows)) TO '\(folder)/x' WITH (partitioned_by = ARRAY['\(wrong)'])"
        )
      }
    }
    #expect(throws: SQLError.self) {
      try lake.run(
        "UNLOAD (SELECT n, n AS p FROM UNNEST(sequence(1, 101)) AS u (n)) TO '\(folder)/y' "
          + "WITH (partitioned_by = ARRAY['p'])")
    }
  }

  /// A Parquet file of one row.
  private func parquet(_ lake: Lake, _ folder: String, _ select: String) throws {
    let folder = "\(lake.scratch.path)/\(folder)"
    try lake.run("UNLOAD (SELECT \(select)) TO '\(folder)' WITH (format = 'PARQUET')")
  }

  @Test func `folders' names are numbers, dates or text, NULL and escapes among them`() throws {
    let lake = try Lake()
    try parquet(lake, "t/day=2026-09-01/n=1/team=a%2Fb %25", "1 AS v")
    try parquet(lake, "t/day=2026-09-02/n=-2/team=__HIVE_DEFAULT_PARTITION__", "2 AS v")
    try parquet(lake, "t/day=2026-09-02/n=__HIVE_DEFAULT_PARTITION__/team=é", "3 AS v, 'x' AS team")
    for path in ["t", "t/**/*.parquet", "t/*/*/*/*"] {
      let table = "'\(lake.scratch.path)/\(path)'"
      let result = try lake.warehouse.query("SELECT * FROM \(table) ORDER BY v")
      #expect(result.schema.names == ["v", "day", "n", "team"])
      #expect(result.schema.fields.map(\.type) == [.integer, .date, .bigint, .varchar])
      #expect(
        result.rows() == [
          [.int64(1), .int64(20_697), .int64(1), .text("a/b %")],
          [.int64(2), .int64(20_698), .int64(-2), .null],
          [.int64(3), .int64(20_698), .null, .text("é")],
        ])
      let plan = try lake.column("EXPLAIN SELECT v FROM \(table) WHERE n IS NULL AND v > 0")
      #expect(plan.contains { $0.string?.contains("1 of 3") == true })
      #expect(
        try lake.column("SELECT v FROM \(table) WHERE day > DATE '2026-09-01' AND n < 0") == [
          .int64(2)
        ])
    }
  }

  @Test func `a number that would lose its zeros stays text, and a path may lack a column`() throws
  {
    let lake = try Lake()
    try parquet(lake, "t/month=09", "1 AS v")
    try parquet(lake, "t/month=10/part=", "2 AS v")
    #expect(
      try lake.rows("SELECT v, month, part FROM '\(lake.scratch.path)/t' ORDER BY v") == [
        [.int64(1), .text("09"), .null], [.int64(2), .text("10"), .text("")],
      ])
    try parquet(lake, "u/a=1/A=2", "1 AS v")
    let twice = #expect(throws: FormatError.self) {
      try lake.rows("SELECT * FROM '\(lake.scratch.path)/u'")
    }
    #expect(twice?.message.contains("'A' twice: '1' and '2'") == true)
  }

  @Test func `text files in folders have the folders' columns too`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("t/account=1/x.jsonl", "{\"a\":1}\n")
    try lake.scratch.file("t/account=2/y.jsonl", "{\"a\":2,\"b\":true}\n")
    #expect(
      try lake.rows("SELECT a, b, account FROM '\(lake.scratch.path)/t' ORDER BY a") == [
        [.int64(1), .null, .int64(1)], [.int64(2), .boolean(true), .int64(2)],
      ])
  }

  @Test func `columns of several files grow to a type that holds them all`() throws {
    let lake = try Lake()
    try parquet(lake, "1", "1 AS a, DECIMAL '1.50' AS d, DATE '2026-09-01' AS t, 7 AS s")
    try parquet(
      lake, "2",
      "DECIMAL '2.125' AS D, BIGINT '3000000000' AS A, NULL AS t, ARRAY[NULL] AS l, 'x' AS s")
    try parquet(lake, "3", "2.5E0 AS a, TIMESTAMP '2026-09-02 01:00:00' AS T, ARRAY[1] AS l")
    let result = try lake.warehouse.query(
      "SELECT * FROM '\(lake.scratch.path)/[123]/*.parquet' ORDER BY a")
    #expect(result.schema.names == ["a", "d", "t", "s", "l"])
    #expect(
      result.schema.fields.map(\.type) == [
        .double, .decimal(precision: 4, scale: 3), .timestamp, .varchar, .array(.integer),
      ])
    let day: Int64 = 86_400_000_000
    #expect(
      result.rows() == [
        [.double(1), .decimal(1500), .int64(20_697 * day), .text("7"), .null],
        [.double(2.5), .null, .int64(20_698 * day + day / 24), .null, .array([.int64(1)])],
        [.double(3_000_000_000), .decimal(2125), .null, .text("x"), .array([.null])],
      ])
  }

  @Test func `a column that never had a value has none for the rows that a condition keeps`() throws
  {
    let lake = try Lake()
    try lake.run(
      "UNLOAD (SELECT n, NULL AS x FROM UNNEST(sequence(1, 9)) t (n)) TO '\(lake.scratch.path)/1' "
        + "WITH (format = 'PARQUET')")
    #expect(
      try lake.rows("SELECT n, x FROM '\(lake.scratch.path)/1' WHERE n = 7") == [
        [.int64(7), .null]
      ])
    #expect(
      try lake.column("SELECT count(*) FROM '\(lake.scratch.path)/1' WHERE x IS NULL") == [
        .int64(9)
      ])
  }

  @Test func `types that do not go together are named with their files`() throws {
    let lake = try Lake()
    try parquet(lake, "1", "1 AS a, true AS b")
    try parquet(lake, "2", "2 AS a, 1 AS B")
    let error = #expect(throws: FormatError.self) {
      try lake.rows("SELECT a FROM '\(lake.scratch.path)/*/*.parquet'")
    }
    #expect(error?.place == "column 'B'")
    #expect(error?.file.contains("/2/") == true)
    #expect(error?.message.hasPrefix("has integer, but '\(lake.scratch.path)/1/") == true)
    #expect(error?.message.contains("has boolean") == true)
  }

  @Test func `hidden files and folders are no part of a table unless a pattern asks for them`()
    throws
  {
    let lake = try Lake(.memory)
    try lake.scratch.file("t/a.csv", "n\n1\n")
    for hidden in ["t/_SUCCESS", "t/.a.csv.crc", "t/_temporary/b.csv", "t/.c.csv", "t/_d.csv"] {
      try lake.scratch.file(hidden, "n\n100\n")
    }
    try lake.scratch.file("t/_m=2/e.csv", "n\n2\n")
    func sum(_ path: String) throws -> [Value] {
      try lake.column("SELECT sum(n) FROM '\(lake.scratch.path)/\(path)'")
    }
    #expect(try sum("t") == [.int64(3)])
    #expect(try sum("t/**/*.csv") == [.int64(3)])
    #expect(try sum("t/*.csv") == [.int64(1)])
    #expect(try sum("t/_*.csv") == [.int64(100)])
    #expect(try sum("t/_temporary/*.csv") == [.int64(100)])
    #expect(try sum("t/_d.csv") == [.int64(100)])
  }

  @Test func `a Parquet file needs no extension`() throws {
    let lake = try Lake()
    try parquet(lake, "out", "1 AS a")
    let file = try #require(try Directory.glob("\(lake.scratch.path)/out/*").first)
    let folder = "\(lake.scratch.path)/athena"
    try Directory.create(folder)
    let copy = try OutputFile("\(folder)/20260901_000000_00000_abcde")
    let bytes = try MappedFile(file)
    try copy.write(bytes.copy(0..<bytes.count))
    try copy.finish()
    #expect(try lake.column("SELECT a FROM '\(lake.scratch.path)/athena'") == [.int64(1)])
    #expect(try lake.column("SELECT a FROM '\(lake.scratch.path)/athena/*'") == [.int64(1)])
  }

  @Test func `a table's folder is read at a version, by its path or a given name`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 1 AS n")
    try lake.run("INSERT INTO t VALUES (2)")
    let path = "\(lake.path)/t"
    let other = try Lake(.memory) { $0.fileTables = ["named": path] }
    for table in ["'\(path)'", "'\(path)/'", "named"] {
      #expect(
        try other.column("SELECT sum(n) FROM \(table) FOR VERSION AS OF 0") == [.int64(1)])
      #expect(
        try other.column(
          "SELECT a.n + b.n FROM \(table) FOR VERSION AS OF 0 a CROSS JOIN \(table) b ORDER BY 1")
          == [.int64(2), .int64(3)])
      #expect(
        try other.column(
          "SELECT sum(n) FROM \(table) FOR TIMESTAMP AS OF TIMESTAMP '2999-01-01 00:00:00'")
          == [.int64(3)])
      #expect(
        try other.column(
          "SELECT sum(n) FROM \(table) FOR TIMESTAMP AS OF (from_unixtime(9e9) - INTERVAL '1' DAY)")
          == [.int64(3)])
      for version in ["VERSION AS OF 7", "TIMESTAMP AS OF TIMESTAMP '1999-01-01 00:00:00'"] {
        #expect(throws: SQLError.self) {
          try other.rows("SELECT * FROM \(table) FOR \(version)")
        }
      }
    }
    try lake.scratch.file("x.csv", "a\n1\n")
    let error = #expect(throws: SQLError.self) {
      try lake.rows("SELECT * FROM '\(lake.scratch.path)/x.csv' FOR VERSION AS OF 0")
    }
    #expect(error?.message.contains("has no versions") == true)
  }

  @Test func `parts of a Delta table are not read past its log`() throws {
    let lake = try Lake()
    try lake.run(
      "CREATE TABLE t WITH (partitioned_by = ARRAY['m']) AS SELECT 1 AS n, '2026-09' AS m")
    for (path, words) in [
      (lake.path, "has Delta tables below"),
      ("\(lake.path)/t/m=2026-09", "belongs to the Delta table"),
    ] {
      let error = #expect(throws: FormatError.self) { try lake.rows("SELECT * FROM '\(path)'") }
      #expect(error?.message.contains(words) == true)
    }
  }

  @Test func `files of two kinds are no table`() throws {
    let lake = try Lake(.memory)
    try lake.scratch.file("t/a.csv", "n\n1\n")
    try lake.scratch.file("t/b.jsonl", "{}\n")
    let error = #expect(throws: FormatError.self) {
      try lake.rows("SELECT * FROM '\(lake.scratch.path)/t'")
    }
    #expect(error?.message.contains("a.csv' is csv and") == true)
    #expect(error?.message.hasSuffix("b.jsonl' is json") == true)
  }

  @Test func `what is not there, or no table, is said so`() throws {
    let lake = try Lake(.memory)
    let missing = #expect(throws: SQLError.self) { try lake.rows("SELECT * FROM 'none.csv'") }
    #expect(missing?.message == "there is no file 'none.csv'")
    let none = #expect(throws: SQLError.self) { try lake.rows("SELECT * FROM 'no/folder'") }
    #expect(none?.message == "there is no file 'no/folder'")
    try lake.scratch.file("x.doc", "?")
    try lake.scratch.file("y.parquet", "no parquet at all")
    for name in ["x.doc", "y.parquet", "*.csv", "*"] {
      #expect(throws: FormatError.self) {
        try lake.rows("SELECT * FROM '\(lake.scratch.path)/\(name)'")
      }
    }
  }
}
