import Columns
import Ingestion
import Testing
import Warehouse

/// Scrapes of node_exporter and windows_exporter.
@Suite struct ScrapeTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func text(_ idle: Int) -> String {
    """
    # TYPE node_cpu_seconds_total counter
    node_cpu_seconds_total{cpu="0",mode="idle"} \(idle)
    node_load1 NaN

    """
  }

  private var scrapes: [[Value]] {
    get throws {
      try lab.rows(
        """
        SELECT host, CAST("timestamp" AS varchar), count(*) FROM prometheus_samples
        GROUP BY 1, 2 ORDER BY 1, 2
        """)
    }
  }

  @Test(arguments: [
    ("web01-2026-05-01T00:05:00Z.prom", "web01", "2026-05-01 00:05:00.000"),
    ("web01_20260501_000500.txt", "web01", "2026-05-01 00:05:00.000"),
    ("db-1/node_exporter-2026-05-01T000500Z.prom", "db-1", "2026-05-01 00:05:00.000"),
    ("db-1.example.org/1777593900.metrics", "db-1.example.org", "2026-05-01 00:05:00.000"),
    ("web01/202605010005.prom", "web01", "2026-05-01 00:05:00.000"),
    ("web01.prom", "web01", "2026-04-01 00:00:00.000"),
  ])
  func `host and time are those of the names`(
    _ name: String, _ host: String, _ moment: String
  ) throws {
    let path = try lab.write("scrapes/" + name, text(1))
    _ = try lab.ingest(path) { options in
      options = Ingest.Options(now: 1_775_001_600_000_000)
      options.snapshotDay = 20_544
    }
    #expect(try scrapes == [[.text(host), .text(moment), .int64(2)]])
  }

  @Test func `a sample's own time and instance go before the file's`() throws {
    let path = try lab.write(
      "federate-2026-05-01T00:00:00Z.prom",
      """
      node_load1{instance="web01:9100",job="node"} 0.5 1777597200000
      node_load1{instance="[fe80::1]:9100",job="node"} 0.5 1777597200000

      """)
    _ = try lab.ingest(path)
    #expect(
      try scrapes == [
        [.text("[fe80::1]"), .text("2026-05-01 01:00:00.000"), .int64(1)],
        [.text("web01"), .text("2026-05-01 01:00:00.000"), .int64(1)],
      ])
  }

  @Test func `a scrape is loaded once, whatever its file is called`() throws {
    let first = try lab.write("a/web01-2026-05-01T00:00:00Z.prom", text(10))
    let second = try lab.write("b/web01_20260501T000000Z.txt", text(10))
    #expect(try lab.ingest(first).deliveries.map(\.rows) == [2])
    let again = try lab.ingest(second).deliveries
    #expect(again.map(\.rows) == [0])
    #expect(again.first?.notes == ["2 samples were there already"])
    #expect(try lab.ingest(first).deliveries.map(\.status) == [.unchanged])
    #expect(try lab.number("SELECT count(*) FROM prometheus_samples") == 2)
  }

  @Test func `a file that is cut keeps the others of its folder`() throws {
    try lab.write("p/web01-2026-05-01T00:00:00Z.prom", text(10))
    try lab.write("p/web01-2026-05-01T01:00:00Z.prom", String(text(20).dropLast(3)))
    try lab.write("p/web01-2026-05-01T02:00:00Z.prom", text(30))
    let summary = try lab.ingest(lab.folder + "/p")
    #expect(
      summary.deliveries.map(\.status).sorted { $0.rawValue < $1.rawValue } == [.failed, .loaded])
    #expect(
      summary.deliveries.first { $0.status == .failed }?.notes.first?
        .contains("T01:00:00Z.prom line 3") == true, "\(summary)")
    #expect(try scrapes.count == 2)
  }

  // OpenMetrics 1.0: the text ends with # EOF, times are seconds.
  @Test func `OpenMetrics text has types, units and seconds`() throws {
    let path = try lab.write(
      "win01.om",
      """
      # TYPE windows_cpu_time_seconds counter
      # UNIT windows_cpu_time_seconds seconds
      windows_cpu_time_seconds_total{core="0,0",mode="idle"} 5.5 1777593600.5
      # EOF
      """)
    _ = try lab.ingest(path)
    #expect(
      try lab.rows(
        """
        SELECT host, type, unit, value, labels['core'], CAST("timestamp" AS varchar),
          CAST(snapshot_date AS varchar) FROM prometheus_samples
        """) == [
          [
            .text("win01"), .text("counter"), .text("seconds"), .double(5.5), .text("0,0"),
            .text("2026-05-01 00:00:00.500"), .text("2026-05-01"),
          ]
        ])
  }
}
