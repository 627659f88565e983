import Columns
import Dashboards
import Foundation
import Reports
import Testing
import Warehouse

@Suite struct PublicationTests {
  private func lake() throws -> Warehouse {
    try Warehouse(Warehouse.Configuration(lake: ":memory:", now: 0))
  }

  private func write(_ warehouse: Warehouse, _ table: String, _ fields: [(Field, Value)]) throws {
    let writer = try warehouse.writer(
      WriteRequest(
        table: table, schema: Schema(fields.map(\.0)), mode: .append, operation: "TEST"))
    try writer.append(
      Batch(fields.map { Column($0.0.type, values: [$0.1]) }, count: 1))
    try writer.commit()
  }

  private func compliance(_ warehouse: Warehouse, finding: String) throws {
    try write(
      warehouse, "compliance",
      [
        (Field("evaluated_on", .varchar), .text("2026-10-25")),
        (Field("rule", .varchar), .text("un\"tagged\\")),
        (Field("title", .varchar), .text("Untagged")),
        (Field("severity", .varchar), .text("warning")),
        (Field("resource", .varchar), .text("i-1")), (Field("account", .varchar), .null),
        (Field("region", .varchar), .null), (Field("finding", .varchar), .text(finding)),
      ])
  }

  @Test func `metrics escape labels and end as the format says`() throws {
    let warehouse = try lake()
    try compliance(warehouse, finding: "x")
    let text = try OpenMetrics.page(warehouse, asOf: 1_792_908_000_000_000)
    #expect(
      text.contains("kakeibo_rule_violations{rule=\"un\\\"tagged\\\\\",severity=\"warning\"} 1.0"))
    #expect(text.contains("kakeibo_evaluated_timestamp_seconds 1792908000\n"))
    #expect(text.hasSuffix("# EOF\n"))
  }

  @Test func `the page shows names as text, not as markup`() throws {
    let warehouse = try lake()
    try compliance(warehouse, finding: "<script>alert(1)</script> & \u{202E}more")
    let html = try Page(warehouse, asOf: 0).html([])
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"))
  }

  private func series(_ rows: String) throws -> (Warehouse, Series) {
    let warehouse = try lake()
    let query = try QueryLibrary(files: [
      (
        path: "series/cost.sql",
        text: """
        -- title: Cost by day
        -- answers: what each day cost
        -- chart: line
        -- unit: currency
        SELECT * FROM (VALUES \(rows)) AS costs (time, currency, billed, amortized)
        ORDER BY 1, 2
        """
      )
    ])[.series][0]
    return (warehouse, try Series(query, warehouse))
  }

  @Test func `amounts of several currencies are charts of their own`() throws {
    let (warehouse, two) = try series(
      "(DATE '2026-10-01', 'USD', 1e0, 2e0), (DATE '2026-10-01', 'CNY', 10e0, 20e0)")
    #expect(two.result.schema.names == ["time", "currency", "billed", "amortized"])
    let html = try Page(warehouse, asOf: 0).html([two])
    #expect(html.components(separatedBy: "<h2>Cost by day</h2>").count == 3)
    #expect(
      html.contains("what each day cost, in CNY") && html.contains("2026-10-01 billed: 10.00 CNY"))
    #expect(
      html.contains("what each day cost, in USD") && html.contains("2026-10-01 billed: 1.00 USD"))
  }

  @Test func `a series in one currency does not repeat it in each row`() throws {
    let (warehouse, one) = try series(
      "(DATE '2026-10-01', 'USD', 1e0, 2e0), (DATE '2026-10-02', 'USD', 3e0, 4e0)")
    #expect(one.result.schema.names == ["time", "billed", "amortized"])
    #expect(one.result.rows().count == 2)
    let html = try Page(warehouse, asOf: 0).html([one])
    #expect(html.components(separatedBy: "<h2>Cost by day</h2>").count == 2)
  }

  @Test func `a night that finds nothing does not show the findings of the night before`() throws {
    let warehouse = try lake()
    try compliance(warehouse, finding: "x")
    try write(
      warehouse, "runs",
      [
        (Field("started_at", .timestamp), .int64(1_792_994_400_000_000)),
        (Field("status", .varchar), .text("done")),
        (Field("deliveries_loaded", .bigint), .int64(0)),
        (Field("alerts_sent", .bigint), .int64(0)), (Field("seconds", .double), .double(1)),
        (Field("message", .varchar), .text("")),
      ])
    let metrics = try OpenMetrics.page(warehouse, asOf: 1_792_994_400_000_000)
    #expect(!metrics.contains("kakeibo_rule_violations{"))
    let page = try Page(warehouse, asOf: 1_792_994_400_000_000).html([])
    #expect(page.contains("no rule is broken"))
  }

  @Test func `an empty lake still gives a page`() throws {
    let html = try Page(try lake(), asOf: 0).html([])
    #expect(html.contains("<h1>Kakeibo"))
  }

  @Test func `a series is told by its columns or by its names`() throws {
    let files = [
      (
        path: "series/wide.sql",
        text:
          "-- title: Wide\nSELECT * FROM (VALUES ('a', 1.5E0, 2E0), ('b', NULL, 3E0)) t (time, x, y)"
      ),
      (
        path: "series/long.sql",
        text:
          "-- title: Long\n-- chart: stacked\nSELECT * FROM (VALUES ('a', 'Other', 9E0), ('a', 'S3', 1E0), ('b', 'EC2', 5E0)) t (time, series, value)"
      ),
    ]
    let library = try QueryLibrary(files: files)
    let warehouse = try lake()
    let wide = try Series(try #require(library.query(.series, named: "wide")), warehouse).lines()
    #expect(wide.times == ["a", "b"])
    #expect(wide.lines.map(\.name) == ["x", "y"])
    #expect(wide.lines[0].values == [1.5, nil])
    let long = try Series(try #require(library.query(.series, named: "long")), warehouse)
    #expect(long.lines().lines.map(\.name) == ["EC2", "S3", "Other"])
    #expect(
      long.json().contains("[\"a\", \"S3\", 1.0]") || long.json().contains("[\"a\", \"S3\", 1]"))
  }
}
