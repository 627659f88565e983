import Columns
import Evaluators
import TestSupport
import Testing
import Warehouse

/// Sizes for fleets that are described in tables of their own.
@Suite struct SizeChoiceTests {
  private static let day = 288

  private struct Server {
    var name = "a"
    var type = "large"
    /// CPU and memory in percent for each of 14 days of five-minute points.
    var load: (Int) -> (cpu: Double, memory: Double?)
  }

  /// Sizes that double: 2 processors with 8 GiB for 0.1 an hour, up to 64 with 256.
  private static let sizes = (0..<6).map { step in
    (name: ["large", "xl", "2xl", "4xl", "8xl", "16xl"][step], factor: Double(1 << step))
  }

  private func recommend(
    _ servers: [Server], days: Int = 14, settings: SizeChooser.Settings = .init(),
    scale: Double = 1
  ) throws -> [FleetRecommendation] {
    let warehouse = try Warehouse(.init(lake: ":memory:", now: 0))
    try write(
      warehouse, "metrics",
      [
        Field("vm", .varchar), Field("slot", .bigint), Field("cpu", .double),
        Field("mem", .double),
      ],
      servers.flatMap { server in
        (0..<days * SizeChoiceTests.day).map { slot in
          let load = server.load(slot)
          return [
            .text(server.name), .int64(Int64(slot)), .double(load.cpu), .number(load.memory),
          ]
        }
      })
    try write(
      warehouse, "fleet", [Field("vm", .varchar), Field("instance_type", .varchar)],
      servers.map { [.text($0.name), .text($0.type)] })
    try write(
      warehouse, "sizes",
      [
        Field("type", .varchar), Field("vcpu", .bigint), Field("mem_mib", .bigint),
        Field("price", .double),
      ],
      SizeChoiceTests.sizes.map {
        [
          .text($0.name), .int64(Int64(2 * $0.factor)), .int64(Int64(8192 * $0.factor)),
          .double(0.1 * $0.factor * scale),
        ]
      })
    return try FleetRightsizing(
      warehouse, .init(metrics: "metrics", fleet: "fleet", catalog: "sizes"), settings: settings
    ).evaluate()
  }

  private func write(
    _ warehouse: Warehouse, _ table: String, _ fields: [Field], _ rows: [[Value]]
  ) throws {
    let writer = try warehouse.writer(
      WriteRequest(table: table, schema: Schema(fields), mode: .append, operation: "TEST"))
    let columns = fields.indices.map { position in
      Column(fields[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
  }

  // MARK: What is chosen

  @Test func `a server that uses a tenth of what it has gets a smaller size`() throws {
    let found = try recommend([Server(type: "4xl") { _ in (8, 9) }])
    #expect(found[0].recommendedType == "xl" || found[0].recommendedType == "2xl")
    #expect(found[0].finding == .overProvisioned)
    #expect(
      found[0].advice?.reasons == [.cpuOverProvisioned, .memoryOverProvisioned])
    #expect(try #require(found[0].advice).monthlySavings > 0)
  }

  @Test func `a server at its limit gets the size that is twice as large`() throws {
    let found = try recommend([Server(type: "xl") { ($0 % 10 == 0 ? 100 : 60, 30) }])
    #expect(found[0].recommendedType == "2xl")
    #expect(found[0].finding == .underProvisioned)
    #expect(found[0].advice?.reasons.first == .cpuUnderProvisioned)
  }

  @Test func `a server that never reached its limit is not moved to what costs more`() throws {
    let found = try recommend([Server(type: "xl") { ($0 % 50 == 0 ? 98 : 40, 40) }])
    #expect(found[0].recommendedType == "xl")
    #expect(found[0].finding == .optimized)
  }

  @Test func `memory decides where CPU has room`() throws {
    let found = try recommend([Server(type: "4xl") { _ in (2, 88) }])
    #expect(found[0].recommendedType == "4xl")
  }

  @Test func `where nothing measures memory no size with less of it is proposed`() throws {
    let found = try recommend([Server(type: "4xl") { _ in (2, nil) }])
    #expect(found[0].finding == .memoryUnknown)
    #expect(found[0].recommendedType == "4xl")
    #expect(found[0].explanation.contains("nothing measures memory"))
  }

  @Test func `a large saving bears a risk that a small one does not`() throws {
    // A day of the fourteen would not fit on half the size.
    let server = Server(type: "xl") { ($0 < SizeChoiceTests.day / 3 ? 60 : 20, 20) }
    let cheap = try recommend([server], scale: 0.01)
    let dear = try recommend([server], scale: 100)
    #expect(cheap[0].recommendedType == "xl")
    #expect(dear[0].recommendedType == "large")
    #expect(try #require(dear[0].advice).chosenRisk > 1)
  }

  @Test func `options are ranked, with projected use and risk`() throws {
    let found = try recommend([Server(type: "8xl") { _ in (4, 4) }])
    let row = found[0].row
    let options = try #require(
      FleetRecommendation.table.fields.firstIndex { $0.name == "options" }.flatMap {
        row[$0].string
      })
    #expect(options.hasPrefix("1 \(found[0].recommendedType) "))
    #expect(options.split(separator: ";").count == 3)
    #expect(options.contains("risk"))
  }

  @Test(arguments: 0..<20)
  func `the policy headroom takes the cheapest size that leaves a fifth free`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let level = Double.random(in: 1...70, using: &random)
    let memory = Double.random(in: 1...70, using: &random)
    var settings = SizeChooser.Settings()
    settings.policy = .headroom
    let found = try recommend(
      [Server(type: "4xl") { _ in (level, memory) }], settings: settings)
    let expected = SizeChoiceTests.sizes.first {
      max(level, memory) * 8 / $0.factor <= 80
    }
    #expect(found[0].recommendedType == expected?.name)
  }

  @Test(arguments: 0..<20)
  func `more load never means a smaller size`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let shape = (0..<14 * SizeChoiceTests.day).map { _ in Double.random(in: 0...1, using: &random) }
    let found = try recommend(
      (1...6).map { step in
        Server(name: "\(step)", type: "8xl") { (shape[$0] * Double(step) * 15, 5) }
      })
    let prices = found.compactMap { one in
      SizeChoiceTests.sizes.first { $0.name == one.recommendedType }?.factor
    }
    #expect(prices == prices.sorted(), "\(prices)")
  }

  // MARK: What is not known

  @Test func `less than thirty hours are too little`() throws {
    let found = try recommend([Server(type: "xl") { _ in (5, 5) }], days: 1)
    #expect(found[0].finding == .insufficientData)
    #expect(found[0].recommendedType == "xl")
    #expect(found[0].explanation == "24 hours of CPU metrics; 30 are needed")
  }

  @Test func `a type that the catalog lacks is kept and named`() throws {
    let found = try recommend([Server(type: "strange") { _ in (5, 5) }])
    #expect(found[0].finding == .insufficientData)
    #expect(found[0].explanation == "the type 'strange' is not in the catalog")
  }

  @Test func `a file without a column that is needed is told`() throws {
    let warehouse = try Warehouse(.init(lake: ":memory:", now: 0))
    try write(warehouse, "fleet", [Field("vm", .varchar), Field("size", .varchar)], [])
    let error = #expect(throws: ConfigurationError.self) {
      try FleetRightsizing(
        warehouse, .init(metrics: "metrics", fleet: "fleet", catalog: nil)
      ).evaluate()
    }
    #expect(
      error?.description
        == "--fleet: columns: expected a column 'instance_type', found vm, size")
  }

  @Test func `a catalog with a price that is no price is refused`() throws {
    let warehouse = try Warehouse(.init(lake: ":memory:", now: 0))
    try write(
      warehouse, "sizes",
      [
        Field("type", .varchar), Field("vcpu", .bigint), Field("mem_mib", .bigint),
        Field("price", .double),
      ], [[.text("a"), .int64(2), .int64(4096), .double(-1)]])
    #expect(throws: ConfigurationError.self) {
      try InstanceCatalog(warehouse, table: "sizes")
    }
  }
}
