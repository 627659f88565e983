import Columns
import Evaluators
import Reports
import Testing
import Warehouse

/// Servers outside AWS, known from scrapes of their exporters.
@Suite struct HostRightsizingTests {
  private let lake: TestLake

  init() throws { lake = try TestLake([], days: 14) }

  private let schema = Schema([
    Field("host", .varchar), Field("name", .varchar),
    Field("labels", .map(key: .varchar, value: .varchar)), Field("value", .double),
    Field("timestamp", .timestamp), Field("type", .varchar), Field("unit", .varchar),
    Field("snapshot_date", .date),
  ])

  /// Ten days of hourly scrapes of a host with four processors.
  private func samples(_ host: String, busy: Double, usedMemory: Double) -> [[Value]] {
    let start = Int64(TestLake.firstDay + 3) * Microseconds.day
    return (0..<240).flatMap { hour -> [[Value]] in
      let moment = start + Int64(hour) * Microseconds.hour
      func sample(_ name: String, _ value: Double, _ labels: [(String, String)] = []) -> [Value] {
        [
          .text(host), .text(name),
          .map(labels.map { MapEntry(key: .text($0.0), value: .text($0.1)) }), .double(value),
          .int64(moment), .null, .null, .int64(moment.floorDivided(by: Microseconds.day)),
        ]
      }
      // The host starts anew half-way: counters begin at zero.
      let up = Double(hour < 120 ? hour : hour - 120) * 3600
      let processors = (0..<4).flatMap { cpu in
        [("idle", 1 - busy), ("user", busy)].map { mode, share in
          sample("node_cpu_seconds_total", up * share, [("cpu", "\(cpu)"), ("mode", mode)])
        }
      }
      return processors + [
        sample("node_memory_MemTotal_bytes", 16 * 1_073_741_824),
        sample("node_memory_MemAvailable_bytes", 16 * 1_073_741_824 * (1 - usedMemory)),
        sample("node_network_receive_bytes_total", up * 10_000, [("device", "eth0")]),
        sample("node_network_receive_bytes_total", up * 90_000, [("device", "lo")]),
      ]
    }
  }

  private func warehouse() throws -> Warehouse {
    let queries = try QueryLibrary(
      files: EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) })
    var configuration = Warehouse.Configuration(
      lake: ":memory:",
      now: Int64(TestLake.firstDay + 14) * Microseconds.day + 6 * Microseconds.hour)
    configuration.views = Dictionary(
      queries[.views].map { ($0.name, $0.sql) }, uniquingKeysWith: { first, _ in first })
    return try Warehouse(configuration)
  }

  private func loaded() throws -> Warehouse {
    let warehouse = try warehouse()
    let rows =
      samples("web01", busy: 0.1, usedMemory: 0.2) + samples("db01", busy: 0.95, usedMemory: 0.5)
    let writer = try warehouse.writer(
      WriteRequest(
        table: "prometheus_samples", schema: schema, mode: .append, operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
    return warehouse
  }

  @Test func `scrapes have the columns of CloudWatch's metrics`() throws {
    let warehouse = try loaded()
    let found = try warehouse.query(
      """
      SELECT metric_name, count(*), round(min(average), 6), round(max(average), 6), sum(sum),
        min(period_seconds)
      FROM host_metrics WHERE resource_id = 'web01' GROUP BY 1 ORDER BY 1
      """
    ).rows()
    // The step over the restart, at which no time was counted, tells of no load.
    #expect(
      found == [
        [
          .text("CPUUtilization"), .int64(238), .double(10), .double(10), .null, .int64(3600),
        ],
        [
          .text("NetworkIn"), .int64(239), .null, .null, .double(238 * 36_000_000),
          .int64(3600),
        ],
        [.text("mem_used_percent"), .int64(240), .double(20), .double(20), .null, .null],
      ])
    #expect(
      try warehouse.query("SELECT host, vcpus, memory_bytes, scrapes FROM hosts ORDER BY 1").rows()
        == [
          [.text("db01"), .int64(4), .double(17_179_869_184), .int64(240)],
          [.text("web01"), .int64(4), .double(17_179_869_184), .int64(240)],
        ])
  }

  @Test func `servers outside AWS get a size by their load, and no saving that nobody knows`()
    throws
  {
    let warehouse = try loaded()
    let day = try EvaluationDay(
      warehouse, asOf: Int64(TestLake.firstDay + 14) * Microseconds.day + 6 * Microseconds.hour)
    let found = try Rightsizing(warehouse, day).evaluate()
    #expect(found.map(\.resource) == ["db01", "web01"])
    #expect(found.map(\.finding) == [.underProvisioned, .overProvisioned])
    #expect(found.map(\.currentType) == ["4 vCPU, 16.0 GiB", "4 vCPU, 16.0 GiB"])
    #expect(found.allSatisfy { $0.monthlySavings == nil && $0.recommendedType != nil })
    #expect(found.allSatisfy { ($0.hoursSeen ?? 0) > 200 })
  }

  @Test func `without scrapes and listings nothing is said`() throws {
    let warehouse = try warehouse()
    let day = try EvaluationDay(warehouse, asOf: Int64(TestLake.firstDay) * Microseconds.day)
    #expect(try Rightsizing(warehouse, day).evaluate().isEmpty)
  }
}
