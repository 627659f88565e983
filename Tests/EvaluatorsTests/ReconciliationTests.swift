import Columns
import Evaluators
import Testing
import Warehouse

/// Small bills whose sums are worked out by hand.
@Suite struct ReconciliationTests {
  private func isNear(_ a: Double?, _ b: Double) -> Bool { abs((a ?? .nan) - b) < 1e-9 }

  // MARK: Reservations

  @Test func `a reservation without upfront fee, a third of it unused`() throws {
    // 30 paid for the month, 20 used in two line items, 10 not.
    let proof = try TestBill(lines: [
      TestBill.line("Usage", 100),
      TestBill.reservationFee(30, upfront: 0, unusedUpfront: 0, unusedRecurring: 10),
      TestBill.reservedUsage(12), TestBill.reservedUsage(8),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 130))
    #expect(isNear(proof.amount("amortized"), 130))
    let commitment = try #require(proof.commitments.first)
    #expect(isNear(commitment.used, 20) && isNear(commitment.unused, 10))
    #expect(isNear(commitment.recurringFees, 30) && isNear(commitment.amortizedUpfront, 0))
  }

  @Test func `a reservation paid upfront in the month, with what is spread over its term`() throws {
    // 876 paid; 72 belong to the month, 60 of them used: 876 = 72 amortized - 72 true-up + 876.
    let fee = TestBill.line(
      "Fee", 876, ["reservation_reservation_a_r_n": .text(TestBill.reservation)])
    let proof = try TestBill(lines: [
      fee, TestBill.reservationFee(0, upfront: 72, unusedUpfront: 12, unusedRecurring: 0),
      TestBill.reservedUsage(60),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 876))
    #expect(isNear(proof.amount("amortized"), 72))
    let identity = try #require(proof.check("unblended ="))
    #expect(identity.message.contains("72.00 amortized, -72.00 true-up, 876.00 upfront fees"))
  }

  @Test func `a reservation paid in part upfront`() throws {
    // 15 a month and 10 of an earlier upfront fee; 25 in all, of which 5 + 3 were not used.
    let proof = try TestBill(lines: [
      TestBill.reservationFee(15, upfront: 10, unusedUpfront: 5, unusedRecurring: 3),
      TestBill.reservedUsage(17),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 15))
    #expect(isNear(proof.amount("amortized"), 25))
  }

  @Test func `a reservation that nobody used`() throws {
    let proof = try TestBill(lines: [
      TestBill.reservationFee(
        22.32, upfront: 22.3369863, unusedUpfront: 22.3369863, unusedRecurring: 22.32)
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(proof.commitments.first?.used == 0)
  }

  // MARK: Savings Plans

  @Test func `a plan with negations, a quarter of its hour unused`() throws {
    // 15 on demand are taken back; 12 committed, 4 + 5 used: 12 = 9 + 3.
    let proof = try TestBill(lines: [
      TestBill.planUsage(10, 4), TestBill.planUsage(5, 5), TestBill.planNegation(15),
      TestBill.planFee(12, upfront: 0, used: 9),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 12))
    #expect(isNear(proof.amount("amortized"), 12))
    #expect(isNear(proof.commitments.first?.unused, 3))
  }

  @Test func `a plan paid upfront in the month`() throws {
    // 8,760 paid; the month has 720 of it, all used: 8,760 = 720 - 720 + 8,760.
    let upfront = TestBill.line(
      "SavingsPlanUpfrontFee", 8760,
      ["savings_plan_savings_plan_a_r_n": .text(TestBill.plan)])
    let proof = try TestBill(lines: [
      upfront, TestBill.planFee(0, upfront: 720, used: 720), TestBill.planUsage(900, 720),
      TestBill.planNegation(900),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 8760))
    #expect(isNear(proof.amount("amortized"), 720))
  }

  @Test func `the refund of an upfront plan is a known residual, and no error`() throws {
    let refund = TestBill.line(
      "Refund", -500,
      [
        "line_item_product_code": .text("ComputeSavingsPlans"),
        "line_item_line_item_description": .text("Refund for one-time fee for Savings Plan ID 1"),
      ])
    let proof = try TestBill(lines: [TestBill.line("Usage", 10), refund]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), -490))
    #expect(isNear(proof.amount("amortized"), 10))
    #expect(isNear(proof.amount("unblended without refunds"), 10))
    #expect(proof.residuals.map(\.name) == ["refunds of upfront Savings Plans"])
    #expect(isNear(proof.residuals[0].amount, -500))
  }

  // MARK: What else is on a bill

  @Test func `taxes, credits, refunds and fees are the same in both views`() throws {
    let proof = try TestBill(lines: [
      TestBill.line("Usage", 100), TestBill.line("Tax", 19), TestBill.line("Credit", -40),
      TestBill.line("Refund", -1.5), TestBill.line("Fee", 3),
      TestBill.line("EdpDiscount", -7, ["line_item_blended_cost": .null]),
    ]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 73.5))
    #expect(isNear(proof.amount("amortized"), 73.5))
    #expect(isNear(proof.amount("blended"), 80.5))
    #expect(proof.residuals.map(\.name) == ["line items without blended cost"])
    #expect(proof.residuals[0].note.contains("EdpDiscount"))
  }

  @Test func `split cost line items are in no sum`() throws {
    let pod = TestBill.line("Usage", 4, ["line_item_operation": .text("EKSPod-EC2")])
    let bare = TestBill.line("Usage", 1, ["line_item_operation": .null])
    let proof = try TestBill(lines: [TestBill.line("Usage", 10), pod, bare]).proof()
    #expect(proof.isProved, "\(proof.checks)")
    #expect(isNear(proof.amount("unblended"), 11))
    #expect(proof.residuals.map(\.name) == ["split cost line items"])
    #expect(proof.invoices.map(\.lineItems) == [2])
  }

  @Test func `two payers and two currencies are proved apart`() throws {
    let euros = TestBill.line("Usage", 5, ["line_item_currency_code": .text("EUR")])
    let other = TestBill.line("Usage", 7, ["bill_payer_account_id": .text("200000000002")])
    let warehouse = try TestBill.lake()
    try TestBill(lines: [TestBill.line("Usage", 1), euros, other]).write(to: warehouse)
    let proofs = try TestBill.reconciliation(warehouse).prove()
    #expect(
      proofs.map { "\($0.payer) \($0.currency) \($0.views[0].amount ?? 0)" }
        == ["100000000001 EUR 5.0", "100000000001 USD 1.0", "200000000002 USD 7.0"])
  }

  @Test func `invoices have their total and tax, largest first`() throws {
    let invoice: (String, String, Double) -> TestBill.Line = { id, type, cost in
      TestBill.line(type, cost, ["bill_invoice_id": .text(id)])
    }
    let proof = try TestBill(lines: [
      invoice("A", "Usage", 10), invoice("A", "Tax", 2), invoice("B", "Usage", 50),
    ]).proof()
    #expect(proof.invoices.map(\.id) == ["B", "A"])
    #expect(proof.invoices.map(\.total) == [50, 12])
    #expect(proof.invoices.map(\.tax) == [0, 2])
  }

  // MARK: What is broken

  @Test func `a line item that is gone is missed`() throws {
    var bill = TestBill(lines: [
      TestBill.line("Usage", 100),
      TestBill.reservationFee(30, upfront: 0, unusedUpfront: 0, unusedRecurring: 10),
      TestBill.reservedUsage(12), TestBill.reservedUsage(8),
    ])
    bill.lines.remove(at: 2)
    let proof = try bill.proof()
    #expect(proof.verdict == .fails)
    let check = try #require(proof.check("unblended ="))
    #expect(isNear(check.difference, -12))
    #expect(proof.check("each commitment")?.message.contains("-12") == true)
  }

  @Test func `an altered unused fee is found`() throws {
    let proof = try TestBill(lines: [
      TestBill.reservationFee(30, upfront: 0, unusedUpfront: 0, unusedRecurring: 10.001),
      TestBill.reservedUsage(20),
    ]).proof()
    #expect(proof.verdict == .fails)
    #expect(proof.commitments.map(\.verdict) == [.fails])
  }

  @Test func `what is within the tolerance is rounding`() throws {
    let bill = TestBill(lines: [
      TestBill.reservationFee(30, upfront: 0, unusedUpfront: 0, unusedRecurring: 10.00009),
      TestBill.reservedUsage(20),
    ])
    #expect(try bill.proof().isProved)
    let warehouse = try TestBill.lake()
    try bill.write(to: warehouse)
    let strict = try TestBill.reconciliation(warehouse, tolerance: 1e-6).prove()
    #expect(strict[0].verdict == .fails)
  }

  @Test func `two commitments that are wrong by the same amount do not cancel out`() throws {
    let other = TestBill.reservation + "b"
    let proof = try TestBill(lines: [
      TestBill.reservationFee(30, upfront: 0, unusedUpfront: 0, unusedRecurring: 11),
      TestBill.reservedUsage(20),
      TestBill.reservationFee(
        30, upfront: 0, unusedUpfront: 0, unusedRecurring: 9, of: other),
      TestBill.reservedUsage(20, of: other),
    ]).proof()
    #expect(proof.check("unblended =")?.verdict == .holds)
    #expect(proof.check("each commitment")?.verdict == .fails)
    #expect(!proof.isProved)
  }

  @Test func `the fee of a plan that says another use than its usage is told`() throws {
    let proof = try TestBill(lines: [
      TestBill.planUsage(10, 7), TestBill.planNegation(10),
      TestBill.planFee(12, upfront: 0, used: 9),
    ]).proof()
    #expect(proof.verdict == .fails)
    let message = try #require(proof.commitments.first?.message)
    #expect(message.contains("9.00 were used, the covered usage says 7.00"))
  }

  @Test(arguments: [
    ("reservation_effective_cost", "DiscountedUsage"),
    ("reservation_amortized_upfront_fee_for_billing_period", "RIFee"),
    ("savings_plan_total_commitment_to_date", "SavingsPlanRecurringFee"),
    ("savings_plan_savings_plan_effective_cost", "SavingsPlanCoveredUsage"),
  ])
  func `without a column that it needs, a bill is not provable, which is not that it holds`(
    _ column: String, _ type: String
  ) throws {
    let proof = try TestBill(
      lines: [
        TestBill.reservationFee(0, upfront: 0, unusedUpfront: 0, unusedRecurring: 0),
        TestBill.reservedUsage(0), TestBill.planUsage(0, 0), TestBill.planNegation(0),
        TestBill.planFee(0, upfront: 0, used: 0),
      ], absent: [column]
    ).proof()
    #expect(proof.verdict == .notProvable)
    #expect(!proof.isProved)
    let message = try #require(proof.check("unblended =")?.message)
    #expect(message.contains("'\(column)' is missing, which \(type)"))
    #expect(message.contains("to have it in the report"))
    #expect(proof.amount("amortized") == nil)
  }

  @Test func `a column that no line item needs is not missed`() throws {
    let proof = try TestBill(
      lines: [TestBill.line("Usage", 1)], absent: ["savings_plan_total_commitment_to_date"]
    ).proof()
    #expect(proof.isProved)
  }

  @Test func `values that are blank where they must not be make it not provable`() throws {
    var usage = TestBill.reservedUsage(20)
    usage["reservation_effective_cost"] = .null
    let proof = try TestBill(lines: [TestBill.line("Usage", 1), usage]).proof()
    #expect(proof.verdict == .notProvable)
    #expect(proof.check("unblended =")?.message.contains("1 of 1 DiscountedUsage") == true)
  }

  @Test func `a line item that is there twice is found, one with another interval is not`() throws {
    var twice = TestBill.line("Usage", 1)
    twice["identity_line_item_id"] = .text("same")
    var later = twice
    later["identity_time_interval"] = .text("2026-09-01T01:00:00Z/2026-09-01T02:00:00Z")
    #expect(try TestBill(lines: [twice, later]).proof().isProved)
    let proof = try TestBill(lines: [twice, later, twice]).proof()
    #expect(proof.verdict == .fails)
    #expect(proof.check("twice")?.message.contains("1 line items of 2026-09") == true)
    #expect(proof.check("twice")?.message.contains("'same'") == true)
  }

  // MARK: Net views

  @Test func `net views are those of the column, and absent where it is`() throws {
    let net = TestBill.line("Usage", 10, ["line_item_net_unblended_cost": .double(9)])
    let free = TestBill.line("Usage", 10, ["line_item_net_unblended_cost": .double(0)])
    let credit = TestBill.line("Credit", -5, ["line_item_net_unblended_cost": .double(-5)])
    let proof = try TestBill(lines: [net, free, credit]).proof()
    #expect(isNear(proof.amount("net unblended"), 4))
    let without = try TestBill(
      lines: [TestBill.line("Usage", 10)], absent: ["line_item_net_unblended_cost"]
    ).proof()
    #expect(without.amount("net unblended") == nil)
  }

  // MARK: What is asked for and is not there

  @Test func `months and tables that are not there are named with those that are`() throws {
    let warehouse = try TestBill.lake()
    #expect(throws: ReconciliationError.noBills(":memory:")) {
      try TestBill.reconciliation(warehouse).prove()
    }
    try TestBill(lines: [TestBill.line("Usage", 1)]).write(to: warehouse)
    let reconciliation = try TestBill.reconciliation(warehouse)
    #expect(throws: ReconciliationError.noPeriod("2026-08", known: ["2026-09"])) {
      try reconciliation.prove(periods: ["2026-08"])
    }
    #expect(throws: ReconciliationError.noTable("curr", known: ["cur"])) {
      try reconciliation.prove(table: "curr")
    }
  }
}
