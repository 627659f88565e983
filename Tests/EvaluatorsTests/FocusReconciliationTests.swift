import Columns
import Evaluators
import Testing
import Warehouse

/// Bills in FOCUS columns, after the worked examples of the specification.
@Suite struct FocusReconciliationTests {
  private struct Charge {
    var category = "Usage"
    var frequency = "Usage-Based"
    var billed: Double
    var effective: Double?
    var commitment: String?
    var status: String?
  }

  private func proof(_ charges: [Charge]) throws -> BillProof {
    let warehouse = try TestBill.lake()
    let schema = Schema([
      Field("billing_period", .varchar), Field("BillingAccountId", .varchar),
      Field("BillingCurrency", .varchar), Field("ChargeCategory", .varchar),
      Field("ChargeFrequency", .varchar), Field("BilledCost", .double),
      Field("EffectiveCost", .double), Field("CommitmentDiscountId", .varchar),
      Field("CommitmentDiscountStatus", .varchar),
    ])
    let rows: [[Value]] = charges.map { charge in
      [
        .text("2023-01"), .text("1"), .text("USD"), .text(charge.category),
        .text(charge.frequency), .double(charge.billed), .number(charge.effective),
        .text(charge.commitment), .text(charge.status),
      ]
    }
    let writer = try warehouse.writer(
      WriteRequest(
        table: "focus", schema: schema, partitionColumns: ["billing_period"], mode: .append,
        operation: "TEST"))
    let columns = schema.fields.indices.map { position in
      Column(schema[position].type, values: rows.map { $0[position] })
    }
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
    return try #require(try TestBill.reconciliation(warehouse).prove().first)
  }

  private func purchase(_ billed: Double, _ frequency: String, effective: Double = 0) -> Charge {
    Charge(
      category: "Purchase", frequency: frequency, billed: billed, effective: effective,
      commitment: "c1")
  }

  private func covered(_ effective: Double, _ status: String) -> Charge {
    Charge(billed: 0, effective: effective, commitment: "c1", status: status)
  }

  @Test func `recurring purchases come to what is used and unused`() throws {
    let proof = try proof([
      purchase(1, "Recurring"), purchase(1, "Recurring"), covered(1.5, "Used"),
      covered(0.5, "Unused"), Charge(billed: 2.25, effective: 2.25),
    ])
    #expect(proof.isProved, "\(proof.checks)")
    #expect(proof.check("each commitment")?.verdict == .holds)
    #expect(proof.amount("billed") == 4.25)
    #expect(proof.amount("effective") == 4.25)
  }

  @Test func `a purchase upfront implies a share of the month that FOCUS does not state`() throws {
    let proof = try proof([purchase(8760, "One-Time"), covered(700, "Used"), covered(44, "Unused")])
    #expect(proof.isProved, "\(proof.checks)")
    #expect(proof.check("each commitment")?.verdict == .noted)
    #expect(proof.commitments.first?.message.contains("744.00 more") == true)
  }

  @Test func `a charge without a commitment that is not billed as it is effective fails`() throws {
    let proof = try proof([Charge(billed: 10, effective: 9.5)])
    #expect(proof.verdict == .fails)
    #expect(proof.check("billed =")?.message.contains("0.5 more than they are effective") == true)
  }

  @Test func `a purchase that is effective itself is counted twice`() throws {
    let proof = try proof([purchase(1, "Recurring", effective: 1), covered(1, "Used")])
    #expect(proof.check("each commitment")?.verdict == .fails)
  }

  @Test func `paid for and neither used nor unused fails`() throws {
    let proof = try proof([purchase(3, "Recurring"), covered(1, "Used")])
    #expect(proof.check("each commitment")?.verdict == .fails)
    #expect(proof.commitments.first?.message.contains("3.00 were paid") == true)
  }

  @Test func `charges without an effective cost are not provable`() throws {
    #expect(try proof([Charge(billed: 1, effective: nil)]).verdict == .notProvable)
  }
}
