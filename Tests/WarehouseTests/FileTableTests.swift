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

  @Test func `a table of a lake is read by its folder, and by a name given to it`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 7 AS n")
    #expect(try lake.column("SELECT n FROM '\(lake.path)/t'") == [.int64(7)])
    let other = try Lake(.memory) { $0.fileTables = ["Seven": "\(lake.path)/t"] }
    #expect(try other.column("SELECT n FROM seven") == [.int64(7)])
    #expect(try other.column("SHOW TABLES").map(\.string) == ["Seven"])
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

  @Test func `what is not there, or no table, is said so`() throws {
    let lake = try Lake(.memory)
    let missing = #expect(throws: SQLError.self) { try lake.rows("SELECT * FROM 'none.csv'") }
    #expect(missing?.message == "there is no file 'none.csv'")
    try lake.scratch.file("x.doc", "?")
    try lake.scratch.file("y.parquet", "no parquet at all")
    for name in ["x.doc", "y.parquet", "*.csv"] {
      #expect(throws: FormatError.self) {
        try lake.rows("SELECT * FROM '\(lake.scratch.path)/\(name)'")
      }
    }
  }
}
