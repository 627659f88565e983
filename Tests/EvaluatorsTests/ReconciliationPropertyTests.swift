import Columns
import Evaluators
import Testing

/// Commitments made up at random that obey the rules, and the same with one amount altered.
@Suite struct ReconciliationPropertyTests {
  /// SplitMix64: the same numbers for the same seed.
  private struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound
        + (range.upperBound - range.lowerBound) * Double(next() >> 11) / Double(1 << 53)
    }

    mutating func count(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(next() % UInt64(range.count))
    }
  }

  private static func bill(_ random: inout Random) -> TestBill {
    var bill = TestBill()
    for number in 0..<random.count(1...4) {
      let arn = "\(TestBill.reservation)\(number)"
      let recurring = random.count(0...2) == 0 ? 0 : random.number(0...200)
      let upfront = random.count(0...2) == 0 ? 0 : random.number(0...200)
      let share = random.number(0...1)
      bill.lines.append(
        TestBill.reservationFee(
          recurring, upfront: upfront, unusedUpfront: upfront * share,
          unusedRecurring: recurring * share, of: arn))
      let usages = random.count(1...20)
      for _ in 0..<usages {
        let effective = (recurring + upfront) * (1 - share) / Double(usages)
        bill.lines.append(TestBill.reservedUsage(effective, of: arn))
      }
    }
    for number in 0..<random.count(1...3) {
      let arn = "\(TestBill.plan)\(number)"
      var negated = 0.0
      var used = 0.0
      for _ in 0..<random.count(1...20) {
        let onDemand = random.number(0...10)
        negated += onDemand
        used += onDemand * 0.7
        bill.lines.append(TestBill.planUsage(onDemand, onDemand * 0.7, of: arn))
      }
      bill.lines.append(TestBill.planNegation(negated, of: arn))
      let commitment = used + random.number(0...50)
      let upfront = random.count(0...2) == 0 ? 0 : commitment * random.number(0...1)
      bill.lines.append(
        TestBill.planFee(commitment - upfront, upfront: upfront, used: used, of: arn))
    }
    for type in ["Usage", "Tax", "Credit", "Refund", "Fee"] {
      bill.lines.append(TestBill.line(type, random.number(-50...500)))
    }
    return bill
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `what obeys the rules reconciles, in any order of its line items`(seed: UInt64) throws {
    var random = Random(state: seed)
    var bill = ReconciliationPropertyTests.bill(&random)
    let proof = try bill.proof()
    #expect(proof.isProved, "seed \(seed): \(proof.checks)")
    for position in bill.lines.indices.reversed() {
      bill.lines.swapAt(position, Int(random.next() % UInt64(position + 1)))
    }
    #expect(try bill.proof().isProved, "seed \(seed)")
  }

  private static let amounts = [
    "DiscountedUsage": ["reservation_effective_cost", "line_item_unblended_cost"],
    "RIFee": [
      "line_item_unblended_cost", "reservation_amortized_upfront_fee_for_billing_period",
      "reservation_unused_amortized_upfront_fee_for_billing_period",
      "reservation_unused_recurring_fee",
    ],
    "SavingsPlanCoveredUsage": [
      "line_item_unblended_cost", "savings_plan_savings_plan_effective_cost",
    ],
    "SavingsPlanNegation": ["line_item_unblended_cost"],
    "SavingsPlanRecurringFee": [
      "line_item_unblended_cost", "savings_plan_total_commitment_to_date",
      "savings_plan_used_commitment",
      "savings_plan_amortized_upfront_commitment_for_billing_period",
    ],
  ]

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `no single amount of a commitment can be altered without notice`(seed: UInt64) throws {
    var random = Random(state: 1000 + seed)
    var bill = ReconciliationPropertyTests.bill(&random)
    let cells = bill.lines.enumerated().flatMap { number, line in
      (ReconciliationPropertyTests.amounts[line["line_item_line_item_type"]?.string ?? ""] ?? [])
        .map { (number, $0) }
    }
    let (number, column) = cells[Int(random.next() % UInt64(cells.count))]
    let old = try #require(bill.lines[number][column]?.double)
    let change = random.number(0.0002...20) * (random.count(0...1) == 0 ? 1 : -1)
    bill.lines[number][column] = .double(old + change)
    let proof = try bill.proof()
    #expect(proof.verdict == .fails, "seed \(seed): \(column) \(old) changed by \(change)")
  }
}
