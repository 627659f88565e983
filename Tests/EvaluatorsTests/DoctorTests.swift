import Columns
import Evaluators
import Reports
import Testing
import Warehouse

/// What `doctor` finds in lakes that are as a test describes them.
@Suite struct DoctorTests {
  /// 2026-09-01.
  private static let start = Int64(TestLake.firstDay) * Microseconds.day

  private struct Delivery {
    var table = "cur"
    var source = "100000000001/daily"
    var period = TestBill.month
    var id = "d"
    var rows: Int64 = 10
    var rejected: Int64 = 0
    var status = "loaded"
    var note = ""
    /// Hours after the first of September.
    var at: Int64 = 0
  }

  /// A lake with a bill whose usage is in these hours of September, and the ledger.
  private func lake(
    hours: [Int], length: Int64 = 1, _ deliveries: [Delivery], absent: Set<String> = []
  ) throws -> Warehouse {
    let warehouse = try TestBill.lake()
    try TestBill(lines: [TestBill.line("Usage", 1)], absent: absent).write(to: warehouse)
    let costs = Schema([
      Field("x_SourceTable", .varchar), Field("BillingAccountId", .varchar),
      Field("ChargePeriodStart", .timestamp), Field("ChargePeriodEnd", .timestamp),
      Field("ChargeCategory", .varchar), Field("billing_period", .varchar),
    ])
    try write(
      "costs", costs,
      hours.map { hour -> [Value] in
        let time = DoctorTests.start + Int64(hour) * Microseconds.hour
        return [
          .text("cur"), .text("100000000001"), .int64(time),
          .int64(time + length * Microseconds.hour), .text("Usage"), .text(TestBill.month),
        ]
      }, warehouse)
    let ledger = Schema([
      Field("loaded_at", .timestamp), Field("table_name", .varchar), Field("source", .varchar),
      Field("billing_period", .varchar), Field("delivery_id", .varchar), Field("rows", .bigint),
      Field("status", .varchar), Field("rejected_rows", .bigint), Field("note", .varchar),
    ])
    try write(
      "deliveries", ledger,
      deliveries.map { one -> [Value] in
        [
          .int64(DoctorTests.start + one.at * Microseconds.hour), .text(one.table),
          .text(one.source), .text(one.period), .text(one.id), .int64(one.rows),
          .text(one.status), .int64(one.rejected), .text(one.note),
        ]
      }, warehouse)
    return warehouse
  }

  private func write(
    _ table: String, _ schema: Schema, _ rows: [[Value]], _ warehouse: Warehouse,
    partitions: [String] = []
  ) throws {
    let writer = try warehouse.writer(
      WriteRequest(
        table: table, schema: schema, partitionColumns: partitions, mode: .append,
        operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
  }

  /// - Parameter hour: the time of the examination, in hours after the first of September.
  private func examine(_ warehouse: Warehouse, at hour: Int64) throws -> LakeHealth {
    try Doctor(
      warehouse,
      queries: try QueryLibrary(
        files: EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) }),
      reports: try ReportCatalog.standard(), now: DoctorTests.start + hour * Microseconds.hour
    ).examine()
  }

  private func warnings(_ health: LakeHealth) -> [String] {
    health.findings.filter { $0.severity < .note && !$0.message.contains("lacks column") }
      .map(\.message)
  }

  @Test func `an empty lake says that nothing was loaded, and how`() throws {
    let health = try examine(try TestBill.lake(), at: 0)
    #expect(health.isWrong)
    #expect(health.findings.map(\.severity) == [.error])
    #expect(health.findings[0].message.contains("is empty"))
    #expect(health.findings[0].nextStep.contains("kakeibo ingest"))
  }

  @Test func `a bill that is complete and fresh has nothing wrong`() throws {
    let health = try examine(try lake(hours: Array(0..<48), [Delivery(at: 50)]), at: 60)
    #expect(warnings(health).isEmpty)
    let source = try #require(health.sources.first)
    #expect(source.granularity == .hourly)
    #expect(source.missing == 0)
    #expect(source.dataThrough == DoctorTests.start + 48 * Microseconds.hour)
    #expect(source.nextExpected == DoctorTests.start + 74 * Microseconds.hour)
  }

  @Test func `hours that are missing are told as ranges`() throws {
    let hours = Array(0..<48).filter { !(5..<8).contains($0) && $0 != 20 }
    let health = try examine(try lake(hours: hours, [Delivery(at: 50)]), at: 60)
    #expect(
      warnings(health) == [
        "4 hours without usage: 2026-09-01 05:00 to 08:00 (3 hours), 2026-09-01 20:00 to 21:00 (1 hour)"
      ])
    #expect(health.sources.first?.missing == 4)
  }

  @Test func `a daily bill misses days, not hours`() throws {
    let days = [0, 1, 2, 5, 6].map { $0 * 24 }
    let health = try examine(try lake(hours: days, length: 24, [Delivery(at: 170)]), at: 180)
    #expect(health.sources.first?.granularity == .daily)
    #expect(
      warnings(health) == ["2 days without usage: 2026-09-04 to 2026-09-05 (2 days)"])
  }

  @Test func `a bill with little in it is not incomplete`() throws {
    let hours = stride(from: 0, to: 300, by: 3)
    let health = try examine(try lake(hours: Array(hours), [Delivery(at: 300)]), at: 310)
    #expect(warnings(health).isEmpty)
    #expect(health.findings.contains { $0.message.contains("usage comes and goes") })
  }

  @Test func `what usually comes every eight hours is late after sixteen`() throws {
    let deliveries = (0..<5).map { Delivery(id: "d\($0)", at: 40 + 8 * Int64($0)) }
    let warehouse = try lake(hours: Array(0..<72), deliveries)
    #expect(warnings(try examine(warehouse, at: 86)).isEmpty)
    let late = try examine(warehouse, at: 90)
    #expect(late.sources.first?.cadence == 8)
    #expect(
      warnings(late) == [
        "nothing new came of the bill for 18 hours: it usually comes every 8 hours, last on "
          + "2026-09-04 00:00"
      ])
  }

  @Test func `a source that came once is expected daily`() throws {
    let warehouse = try lake(hours: Array(0..<48), [Delivery(at: 50)])
    #expect(warnings(try examine(warehouse, at: 97)).isEmpty)
    #expect(
      warnings(try examine(warehouse, at: 99)).first?.contains("it should come every 24") == true)
  }

  @Test func `what several sources have in common is told once with all of them`() throws {
    let others = ["100000000001/hourly", "100000000002/daily"]
    let warehouse = try lake(
      hours: Array(0..<48),
      [Delivery(at: 50)] + others.map { Delivery(source: $0, at: 49) })
    let health = try examine(warehouse, at: 99)
    #expect(warnings(health).count == 3)
    let told = health.toldFindings.filter {
      $0.severity == .warning && !$0.message.contains("lacks")
    }
    #expect(
      told.map(\.message) == [
        "3 sources have sent nothing new for more than twice as long as they should take: "
          + "cur 100000000001/daily (last on 2026-09-03 02:00), "
          + "cur 100000000001/hourly (last on 2026-09-03 01:00), "
          + "cur 100000000002/daily (last on 2026-09-03 01:00)"
      ])
    #expect(told.first?.place == "" && told.first?.nextStep.contains("kakeibo ingest") == true)
  }

  @Test func `a source alone is told as it is`() throws {
    let health = try examine(try lake(hours: Array(0..<48), [Delivery(at: 50)]), at: 99)
    let told = try #require(health.toldFindings.first)
    #expect(told.place == "cur 100000000001/daily" && told.message == health.findings[0].message)
    #expect(health.toldFindings.count == health.findings.count)
  }

  @Test func `a delivery that ends long before it came is not fresh`() throws {
    let health = try examine(try lake(hours: Array(0..<24), [Delivery(at: 200)]), at: 201)
    #expect(warnings(health).first?.contains("what came last ends at 2026-09-02 00:00") == true)
  }

  @Test func `a failed delivery is told with its reason until it is loaded`() throws {
    let failed = Delivery(id: "x", status: "failed", note: "row 3: expected a number", at: 51)
    let first = [Delivery(at: 50), failed]
    let health = try examine(try lake(hours: Array(0..<48), first), at: 60)
    #expect(health.findings.first?.severity == .error)
    #expect(
      health.findings.first?.message
        == "100000000001/daily of 2026-09 was not loaded since 2026-09-03 03:00: row 3: expected a number"
    )
    let mended = first + [Delivery(id: "y", at: 52)]
    #expect(warnings(try examine(try lake(hours: Array(0..<48), mended), at: 60)).isEmpty)
  }

  @Test func `a delivery that waits for its rest is a warning`() throws {
    let waiting = Delivery(id: "x", status: "waiting", note: "part 2 is not there", at: 51)
    let health = try examine(try lake(hours: Array(0..<48), [Delivery(at: 50), waiting]), at: 60)
    #expect(warnings(health).count == 1)
    #expect(warnings(health).first?.contains("waits for the rest of its delivery") == true)
  }

  @Test func `rejected rows are counted for the delivery that is in the table`() throws {
    let bad = Delivery(id: "a", rejected: 3, at: 50)
    let health = try examine(try lake(hours: Array(0..<48), [bad]), at: 60)
    #expect(warnings(health).first?.contains("3 rows of 2026-09 were rejected") == true)
    let mended = [bad, Delivery(id: "b", at: 52)]
    #expect(warnings(try examine(try lake(hours: Array(0..<48), mended), at: 60)).isEmpty)
  }

  @Test func `missing columns are told with what they are for and how to have them`() throws {
    let health = try examine(
      try lake(hours: Array(0..<48), [Delivery(at: 50)], absent: ["line_item_resource_id"]), at: 60)
    let finding = try #require(
      health.findings.first { $0.message.contains("'line_item_resource_id'") })
    #expect(finding.severity == .warning)
    #expect(finding.message.contains("needed for cost by resource"))
    #expect(finding.nextStep.contains("Include resource IDs"))
    let whole = try examine(try lake(hours: Array(0..<48), [Delivery(at: 50)]), at: 60)
    #expect(!whole.findings.contains { $0.message.contains("'line_item_resource_id'") })
  }

  @Test func `a listing that skipped days says which`() throws {
    let warehouse = try lake(hours: Array(0..<48), [Delivery(at: 50)])
    let schema = Schema([Field("snapshot_date", .varchar), Field("instance_id", .varchar)])
    let days = ["2026-08-28", "2026-08-29", "2026-08-31", "2026-09-01", "2026-09-02"]
    try write(
      "ec2_instances", schema, days.map { [.text($0), .text("i-1")] }, warehouse,
      partitions: ["snapshot_date"])
    try write(
      "deliveries",
      Schema([
        Field("loaded_at", .timestamp), Field("table_name", .varchar), Field("source", .varchar),
        Field("status", .varchar),
      ]),
      [
        [
          .int64(DoctorTests.start + 40 * Microseconds.hour), .text("ec2_instances"),
          .text("ec2/x.json"), .text("loaded"),
        ]
      ], warehouse)
    let health = try examine(warehouse, at: 60)
    #expect(warnings(health) == ["1 day without rows: 2026-08-30"])
    let source = try #require(health.sources.first { $0.table == "ec2_instances" })
    #expect(source.dataThrough == DoctorTests.start + 48 * Microseconds.hour)
    #expect(health.findings.contains { $0.message.contains("there are no metrics") })
  }

  @Test func `what is worst comes first, and a note alone is nothing wrong`() throws {
    let failed = Delivery(id: "x", status: "failed", at: 51)
    let hours = Array(0..<48).filter { $0 != 20 }
    let health = try examine(try lake(hours: hours, [Delivery(at: 50), failed]), at: 60)
    let severities = health.findings.map(\.severity)
    #expect(severities == severities.sorted())
    #expect(severities.first == .error && severities.last == .note)
    #expect(health.isWrong)
  }

  @Test func `rows for programs have the same number of columns`() throws {
    let health = try examine(try lake(hours: Array(0..<48), [Delivery(at: 50)]), at: 60)
    #expect(!health.rows.isEmpty)
    #expect(health.rows.allSatisfy { $0.count == LakeHealth.table.fields.count })
  }
}
