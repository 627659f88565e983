import Columns
import Evaluators
import Testing
import Warehouse

/// Files of a fleet as people have them: columns that are missing, cells that are none.
@Suite struct FleetTableTests {
  typealias Row = [String?]

  private static let catalog: [Row] = [
    ["m5.xlarge", "4", "16384", "0.192"], ["m5.4xlarge", "16", "65536", "0.768"],
    ["m6g.xlarge", "4", "16384", "0.154"], ["m6g.4xlarge", "16", "65536", "0.616"],
    ["free.big", "16", "65536", "0.01"],
  ]

  /// Thirty hours at 3 % of CPU and 20 % of memory.
  private static let metrics: [Row] = (0..<30 * 12).map { ["a", "\($0)", "3", "20"] }

  /// Tables of text, as a CSV file is that has one cell of text in each column.
  private func warehouse(
    metrics: [Row] = metrics, type: String = "m5.4xlarge", catalog: [Row] = catalog,
    time: String = "slot", architecture: String? = nil
  ) throws -> Warehouse {
    let warehouse = try Warehouse(.init(lake: ":memory:", now: 0))
    let tables: [(String, [String], [Row])] = [
      ("metrics", ["vm", time, "cpu", "mem"], metrics),
      ("fleet", ["vm", "instance_type"], [["a", type]]),
      (
        "sizes", ["type", "vcpu", "mem_mib", "price"] + (architecture.map { [$0] } ?? []), catalog
      ),
    ]
    for (name, columns, rows) in tables {
      let schema = Schema(columns.map { Field($0, .varchar) })
      let writer = try warehouse.writer(
        WriteRequest(table: name, schema: schema, mode: .append, operation: "TEST"))
      try writer.append(
        Batch(
          columns.indices.map { position in
            Column(.varchar, values: rows.map { $0[position].map { .text($0) } ?? .null })
          }, count: rows.count))
      try writer.commit()
    }
    return warehouse
  }

  private func recommend(_ warehouse: Warehouse) throws -> FleetRecommendation {
    let tables = FleetRightsizing.Tables(metrics: "metrics", fleet: "fleet", catalog: "sizes")
    return try #require(try FleetRightsizing(warehouse, tables).evaluate().first)
  }

  // MARK: Architecture

  @Test(arguments: [("m5.4xlarge", "m5.xlarge"), ("m6g.4xlarge", "m6g.xlarge")])
  func `a server keeps its architecture where the catalog names none`(
    type: String, smaller: String
  ) throws {
    #expect(try recommend(try warehouse(type: type)).recommendedType == smaller)
  }

  @Test func `the catalog's own word comes before what the name says`() throws {
    // By its name nobody knows what free.big is; here it is one that m5 can become.
    let catalog = FleetTableTests.catalog.map { $0 + [$0[0] == "free.big" ? "Intel" : nil] }
    let found = try recommend(try warehouse(catalog: catalog, architecture: "architecture"))
    #expect(found.recommendedType == "free.big")
  }

  @Test(arguments: [
    ("c7gn.4xlarge", "arm64"), ("im4gn.large", "arm64"), ("is4gen.large", "arm64"),
    ("a1.large", "arm64"), ("r9g.metal-48xl", "arm64"), ("x2iedn.xlarge", "x86_64"),
    ("g4dn.xlarge", "x86_64"), ("t9.nano", "x86_64"), ("free.big", ""), ("2xlarge", ""),
    ("n2-standard-4", ""), ("ecs.g6.large", ""),
  ])
  func `a name of EC2 tells the architecture, another tells nothing`(
    name: String, architecture: String
  ) throws {
    let catalog = try InstanceCatalog(
      try warehouse(catalog: [[name, "4", "16384", "0.2"]]), table: "sizes")
    #expect(catalog.types[name]?.architecture == architecture)
  }

  // MARK: What is said

  @Test func `a cheaper family of the same size is no room that is left`() throws {
    let busy = (0..<30 * 12).map { ["a", "\($0)", "60", "60"] as Row }
    let catalog: [Row] = [
      ["m5.xlarge", "4", "16384", "0.192"], ["m6a.xlarge", "4", "16384", "0.1"],
    ]
    let found = try recommend(try warehouse(metrics: busy, type: "m5.xlarge", catalog: catalog))
    #expect(found.recommendedType == "m6a.xlarge")
    #expect(found.finding == .optimized)
    #expect(found.explanation == "its size fits; m6a.xlarge is as large for less")
    #expect(found.advice?.reasons.isEmpty == true)
  }

  // MARK: Cells

  @Test(arguments: ["N/A", "", "-", "NaN", "null"])
  func `a cell that says that there is none is a missing measurement`(cell: String) throws {
    // 30 hours are needed: one of 31 without a CPU is enough, one of 30 is not.
    let longer = (0..<31 * 12).map { ["a", "\($0)", $0 < 12 ? cell : "3", "20"] as Row }
    #expect(try recommend(try warehouse(metrics: longer)).finding == .overProvisioned)
    let short = Array(longer.prefix(30 * 12))
    let found = try recommend(try warehouse(metrics: short))
    #expect(found.finding == .insufficientData)
    #expect(found.explanation == "29 hours of CPU metrics; 30 are needed")
  }

  struct Wrong: Sendable, CustomStringConvertible {
    var metrics = FleetTableTests.metrics
    var catalog = FleetTableTests.catalog
    var time = "slot"
    let description: String
  }

  @Test(arguments: [
    Wrong(
      metrics: [["a", "0", "3", "20"], ["a", "1", "three", "20"]],
      description: "--metrics: row 3, column 'cpu': expected a number, found 'three'"),
    Wrong(
      metrics: [["a", "0", "3", "20"], ["a", "1", "3", "1,5"]],
      description: "--metrics: row 3, column 'mem': expected a number, found '1,5'"),
    Wrong(
      metrics: [["a", "0.5", "3", "20"]],
      description: "--metrics: row 2, column 'slot': expected a whole number, found '0.5'"),
    Wrong(
      metrics: [["a", "2026-10-01 00:00:00", "3", "20"], ["a", "yesterday", "3", "20"]],
      time: "timestamp",
      description: "--metrics: row 3, column 'timestamp': expected a time, found 'yesterday'"),
    Wrong(
      metrics: (0..<30 * 12).map { ["a", "\($0)", "0.55", "0.2"] },
      description: "--metrics: columns of CPU and memory: "
        + "expected percent, 55 for 55 %, found nothing above 0.55"),
    Wrong(
      catalog: [["m5.4xlarge", "abc", "65536", "0.768"]],
      description: "--catalog: row 2, column 'vcpu': expected a number, found 'abc'"),
    Wrong(
      catalog: [["m5.4xlarge", "16", "65536", "0.768"], ["free.big", "16", "65536", "0"]],
      description: "--catalog: row 3: "
        + "expected processors, memory and a price above zero for 'free.big'"),
    Wrong(catalog: [], description: "--catalog: rows: expected instance types, found none"),
  ])
  func `a cell that is none is named with its place`(wrong: Wrong) throws {
    let warehouse = try warehouse(metrics: wrong.metrics, catalog: wrong.catalog, time: wrong.time)
    let error = #expect(throws: ConfigurationError.self) { try recommend(warehouse) }
    #expect(error?.description == wrong.description)
  }
}
