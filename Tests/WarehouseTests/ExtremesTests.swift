import Columns
import TestSupport
import Testing
import Warehouse

/// `min` and `max` of whole columns, answered from what the files say of their values.
struct ExtremesTests {
  private static let schema = Schema([
    Field("n", .bigint), Field("i", .integer), Field("s", .varchar), Field("long", .varchar),
    Field("d", .double), Field("m", .decimal(precision: 12, scale: 2)), Field("day", .date),
    Field("at", .timestamp), Field("b", .boolean), Field("nothing", .varchar),
    Field("half", .varchar), Field("month", .varchar),
  ])

  /// Two months of 40 rows, in files of their own; `n` falls, some values are NULL.
  private static func lake(without rules: Set<String> = []) throws -> Lake {
    let lake = try Lake { $0.disabledRules = rules }
    for (month, start) in [("2026-08", 0), ("2026-09", 40)] {
      let writer = try lake.warehouse.writer(
        WriteRequest(
          table: "t", schema: schema, partitionColumns: ["month"], mode: .append,
          operation: "INGEST"))
      let rows = start..<start + 40
      func column(_ type: DataType, _ value: (Int) -> Value) -> Column {
        Column(type, values: rows.map { $0 % 7 == 3 ? .null : value($0) })
      }
      let padding = String(repeating: "x", count: 80)
      try writer.append(
        Batch(
          [
            column(.bigint) { .int64(1000 - Int64($0)) },
            column(.integer) { .int64(Int64($0 * 37 % 41)) },
            column(.varchar) { .text("i-\($0 * 37 % 41)") },
            column(.varchar) { .text(padding + "\($0 * 37 % 41)") },
            column(.double) { $0 == 50 ? .double(.nan) : .double(Double($0) / 4) },
            column(.decimal(precision: 12, scale: 2)) { .decimal(Int128(700 - $0 * 100)) },
            column(.date) { .int64(20_000 + Int64($0)) },
            column(.timestamp) { .int64(1_790_000_000_000_000 + Int64($0)) },
            column(.boolean) { .boolean($0 > 45) },
            Column(.varchar, constant: .null, count: 40),
            column(.varchar) { .text($0 % 2 == 0 ? "a\($0)" : padding) },
            Column(.varchar, constant: .text(month), count: 40),
          ], count: 40))
      try writer.commit()
    }
    return lake
  }

  /// How many rows the scan of a statement read.
  private static func rowsRead(_ lake: Lake, _ sql: String) throws -> Int {
    let lines = try lake.column("EXPLAIN ANALYZE " + sql).compactMap(\.string)
    let text = try #require(lines.joined(separator: "\n").firstMatch(of: /read ([0-9,]+) rows/)?.1)
    return try #require(Int(text.filter(\.isNumber)))
  }

  @Test(arguments: ExtremesTests.schema.names)
  func `the answer is that of reading all rows`(column: String) throws {
    for filter in ["", " WHERE month = '2026-09'", " WHERE month > '2026-09'", " WHERE n > 990"] {
      let sql = "SELECT min(\(column)), max(\(column)), max(n) FROM t\(filter)"
      let all = try ExtremesTests.lake(without: ["ReadExtremes"])
      let lake = try ExtremesTests.lake()
      #expect(try "\(lake.rows(sql))" == "\(all.rows(sql))", "\(sql)")
    }
  }

  @Test func `known extremes are not read from the rows, and others are`() throws {
    let lake = try ExtremesTests.lake()
    let known =
      "min(n), max(i), max(s), min(m), max(day), min(at), max(b), min(nothing), max(month), min(half)"
    #expect(try ExtremesTests.rowsRead(lake, "SELECT \(known) FROM t") == 4)
    #expect(try ExtremesTests.rowsRead(lake, "SELECT \(known) FROM t WHERE month = '2026-09'") == 2)
    // Long texts are shortened in a footer, and NaN is left out of it.
    for other in [
      "max(long) FROM t", "max(half) FROM t", "max(d) FROM t", "max(n), count(*) FROM t",
      "max(n) FROM t WHERE i > 3", "max(n) FILTER (WHERE i > 3) FROM t", "max(n + 1) FROM t",
      "max(n, 2) FROM t",
    ] {
      #expect(try ExtremesTests.rowsRead(lake, "SELECT \(other)") == 80, "\(other)")
    }
    #expect(try ExtremesTests.rowsRead(lake, "SELECT i, max(n) FROM t GROUP BY i") == 80)
  }

  @Test func `rows that a deletion vector takes out have no say`() throws {
    let lake = try Lake()
    let path = try OthersTables.copy("deletion-vectors", to: lake.scratch)
    let sql = "SELECT min(id), max(id) FROM '\(path)' WHERE part = 'b'"
    #expect(try lake.rows(sql) == [[.int64(200_001), .int64(300_009)]])
  }
}
