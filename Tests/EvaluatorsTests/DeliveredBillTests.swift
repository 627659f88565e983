import Columns
import Evaluators
import Testing
import Warehouse

/// What the ledger says was delivered against what the table has.
@Suite struct DeliveredBillTests {
  private struct Delivery {
    var source = "100000000001/daily"
    var period = TestBill.month
    var rows: Int64? = 2
    var total: Double? = 3
    var status = "loaded"
    var day: Int64 = 0
  }

  private func proof(
    _ deliveries: [Delivery], _ lines: [TestBill.Line]? = nil
  ) throws -> [BillProof] {
    let warehouse = try TestBill.lake()
    let usual = [TestBill.line("Usage", 1), TestBill.line("Usage", 2)]
    try TestBill(lines: lines ?? usual).write(to: warehouse)
    let schema = Schema([
      Field("loaded_at", .timestamp), Field("table_name", .varchar), Field("source", .varchar),
      Field("billing_period", .varchar), Field("delivery_id", .varchar), Field("files", .bigint),
      Field("rows", .bigint), Field("total", .double), Field("currency", .varchar),
      Field("status", .varchar),
    ])
    let rows: [[Value]] = deliveries.enumerated().map { number, one in
      [
        .int64((20_700 + one.day) * Microseconds.day), .text("cur"), .text(one.source),
        .text(one.period), .text("d\(number)"), .int64(1), one.rows.map { .int64($0) } ?? .null,
        one.total.map { .double($0) } ?? .null, .text("USD"), .text(one.status),
      ]
    }
    let writer = try warehouse.writer(
      WriteRequest(table: "deliveries", schema: schema, mode: .append, operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
    return try TestBill.reconciliation(warehouse).prove()
  }

  private func check(_ deliveries: [Delivery]) throws -> BillProof.Check {
    try #require(try proof(deliveries).first?.check("delivered"))
  }

  @Test func `a table that has what came holds`() throws {
    #expect(try check([Delivery()]).verdict == .holds)
  }

  @Test func `the latest delivery of a source counts, and failed ones do not`() throws {
    let older = Delivery(rows: 7, total: 9)
    let failed = Delivery(rows: 0, total: nil, status: "failed", day: 2)
    #expect(try check([older, Delivery(day: 1), failed]).verdict == .holds)
    #expect(try check([Delivery(), Delivery(rows: 7, total: 9, day: 1)]).verdict == .fails)
  }

  @Test(arguments: [(1, 3), (3, 3), (2, 3.01), (2, -3)] as [(Int64, Double)])
  func `a row or an amount too many or too few fails, with both figures`(
    _ rows: Int64, _ total: Double
  ) throws {
    let check = try check([Delivery(rows: rows, total: total)])
    #expect(check.verdict == .fails)
    #expect(check.message.contains("the table has 2 line items of 3.00; delivered were \(rows)"))
    #expect(check.message.contains("by 100000000001/daily"))
  }

  @Test func `payers are compared apart where each has its own source`() throws {
    let other = TestBill.line("Usage", 5, ["bill_payer_account_id": .text("200000000002")])
    let proofs = try proof(
      [
        Delivery(rows: 1, total: 1),
        Delivery(source: "200000000002/daily", rows: 1, total: 4),
      ], [TestBill.line("Usage", 1), other])
    #expect(proofs.map { $0.check("delivered")?.verdict } == [.holds, .fails])
  }

  @Test func `a source whose name is not the payer is compared as a whole`() throws {
    #expect(try check([Delivery(source: "/daily")]).verdict == .holds)
    #expect(try check([Delivery(source: "/daily", rows: 3)]).verdict == .fails)
  }

  @Test func `one delivery of two months is compared with both`() throws {
    let check = try check([Delivery(period: "2026-08, 2026-09")])
    #expect(check.verdict == .holds)
    #expect(check.message.contains("2026-08 and 2026-09 together"))
  }

  @Test func `what cannot be compared is said, and is no failure`() throws {
    #expect(try check([Delivery(rows: nil, total: nil)]).verdict == .noted)
    #expect(try check([Delivery(period: "2026-01")]).verdict == .noted)
    let several = Delivery(period: "2026-09, 2026-10", rows: 9, total: 9)
    #expect(try check([several, Delivery(period: "2026-10", day: 1)]).verdict == .noted)
  }

  @Test func `a month that came again alone is compared with what came last`() throws {
    let several = Delivery(period: "2026-08, 2026-09", rows: 9, total: 9)
    #expect(try check([several, Delivery(day: 1)]).verdict == .holds)
  }
}
