import Columns
import Evaluators
import Testing
import Warehouse

/// Bills and metrics from a table instead of a lake.
@Suite struct SeriesAnomaliesTests {
  private static let first = 20_089  // 2025-01-01

  private struct Charge {
    var day: Int
    var usageType = "BoxUsage"
    var cost: Double
  }

  private func found(_ charges: [Charge], through: Int? = nil) throws -> [[Value]] {
    let warehouse = try Warehouse(Warehouse.Configuration(lake: ":memory:", now: 0))
    let schema = Schema([
      Field("date", .date), Field("account", .varchar), Field("service", .varchar),
      Field("region", .varchar), Field("usage_type", .varchar), Field("cost", .double),
    ])
    let rows = charges.filter { $0.day <= through ?? .max }.map { charge -> [Value] in
      [
        .int64(Int64(Self.first + charge.day)), .text("1"), .text("EC2"), .text("us-east-1"),
        .text(charge.usageType), .double(charge.cost),
      ]
    }
    try write(rows, schema, warehouse)
    return try SeriesAnomalies.evaluate(warehouse, table: "input", named: "bill.csv").rows()
  }

  private func write(_ rows: [[Value]], _ schema: Schema, _ warehouse: Warehouse) throws {
    let writer = try warehouse.writer(
      WriteRequest(table: "input", schema: schema, mode: .append, operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
  }

  private func noise(_ day: Int, _ salt: Int = 0) -> Double {
    var bits = UInt64(day * 16 + salt) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    return Double((bits ^ (bits >> 27)) >> 40) / Double(1 << 24)
  }

  /// A spike of a leaf on two days, and a rise of the whole service later.
  private var bill: [Charge] {
    (0..<110).flatMap { day in
      ["BoxUsage", "EBS", "NatGateway"].enumerated().map { index, name in
        var cost = 100 + 4 * noise(day, index)
        if name == "EBS" && (70..<72).contains(day) { cost *= 3 }
        if (95..<100).contains(day) { cost *= 1.6 }
        return Charge(day: day, usageType: name, cost: cost)
      }
    }
  }

  @Test func `each day of an anomaly tells its impact so far`() throws {
    let rows = try found(bill).filter { $0[6] == .text("EBS") }
    #expect(rows.map { $0[0].int64 } == [70, 71].map { Int64(Self.first + $0) })
    let impacts = rows.compactMap { $0[7].double }
    #expect(abs(impacts[0] - 200) < 12 && abs(impacts[1] - 400) < 24, "\(impacts)")
  }

  @Test func `a service whose leaves rise together is told as one`() throws {
    let rows = try found(bill).filter { ($0[0].int64 ?? 0) > Self.first + 80 }
    #expect(rows.count == 5)
    #expect(rows.allSatisfy { $0[5].isNull && $0[6].isNull && $0[4] == .text("EC2") })
  }

  @Test(arguments: [71, 85, 97]) func `no later day changes what a day says`(_ cut: Int) throws {
    let day = Int64(Self.first + cut)
    let all = try found(bill).filter { ($0[0].int64 ?? 0) <= day }
    #expect(try found(bill, through: cut) == all)
    #expect(!all.isEmpty)
  }

  @Test func `a fee that is a share of yesterday's bill follows it`() throws {
    var charges = bill.filter { $0.usageType != "NatGateway" }
    let totals = Dictionary(charges.map { ($0.day, $0.cost) }, uniquingKeysWith: +)
    charges += (1..<110).map {
      Charge(day: $0, usageType: "Support", cost: (totals[$0 - 1] ?? 0) / 2)
    }
    #expect(try found(charges).allSatisfy { $0[6] != .text("Support") })
  }

  @Test func `a new leaf that grows day by day is no anomaly, one that jumps is`() throws {
    let grows = (80..<110).map {
      Charge(day: $0, usageType: "New", cost: Double(min($0 - 79, 20)) * 3)
    }
    let isNew = { (row: [Value]) in row[6] == .text("New") }
    #expect(try !found(bill + grows).contains(where: isNew))
    let jumps = (80..<84).map { Charge(day: $0, usageType: "New", cost: 60) }
    #expect(try found(bill + jumps).count(where: isNew) == 4)
  }

  @Test func `a table of neither form is refused`() throws {
    let warehouse = try Warehouse(Warehouse.Configuration(lake: ":memory:", now: 0))
    try write([[.double(1)]], Schema([Field("amount", .double)]), warehouse)
    #expect(throws: ConfigurationError.self) {
      try SeriesAnomalies.evaluate(warehouse, table: "input", named: "bill.csv")
    }
  }

  @Test func `a bill of a thousand years is refused`() throws {
    #expect(throws: ConfigurationError.self) {
      try found([Charge(day: 0, cost: 1), Charge(day: 400_000, cost: 1)])
    }
  }

  @Test func `no charges, no anomalies`() throws {
    #expect(try found([]).isEmpty)
  }
}
