import Columns
import Evaluators
import Testing
import Warehouse

/// Formulas of commitments on months small enough to reckon.
@Suite struct CommitmentTests {
  private func text(_ pairs: [String: String]) -> [String: Value] {
    pairs.mapValues { .text($0) }
  }

  private func plan(_ pairs: [String: String]) -> [String: Value] {
    text([
      "CommitmentDiscountId": "arn:aws:savingsplans::1:savingsplan/sp-1",
      "CommitmentDiscountType": "Savings Plan", "x_CommitmentEnd": "2026-10-20T00:00:00.000Z",
      "x_PurchaseOption": "SavingsPlan",
    ]).merging(text(pairs)) { $1 }
  }

  private func reservation(_ pairs: [String: String]) -> [String: Value] {
    text([
      "CommitmentDiscountId": "arn:aws:ec2::1:reserved-instances/ri-1",
      "CommitmentDiscountType": "Reserved Instance", "x_CommitmentEnd": "2027-09-01T00:00:00Z",
      "x_PurchaseOption": "Reserved",
    ]).merging(text(pairs)) { $1 }
  }

  /// September: a plan of 10 an hour for ten hours, 80 of 100 used for what costs 120 on demand; a
  /// reservation of 372 units, all used in 93 hours of a larger size; 40 on demand, 30 for Spot.
  private func lake() throws -> TestLake {
    var charges: [TestLake.Charge] = []
    for day in 0..<10 {
      charges.append(
        .init(
          day: day, category: "Purchase", cost: 10,
          columns: plan([
            "x_LineItemType": "SavingsPlanRecurringFee", "CommitmentDiscountStatus": "Unused",
          ]).merging([
            "x_CommitmentTotal": .double(10), "x_CommitmentUsed": .double(8),
            "EffectiveCost": .double(2),
          ]) { $1 }))
      charges.append(
        .init(
          day: day, cost: 12,
          columns: plan([
            "x_LineItemType": "SavingsPlanCoveredUsage", "CommitmentDiscountStatus": "Used",
          ]).merging(["EffectiveCost": .double(8), "ListCost": .double(12)]) { $1 }))
      charges.append(.init(day: day, cost: 4))
      charges.append(
        .init(
          day: day, usageType: "SpotUsage:m5.large", cost: 3,
          columns: ["x_PurchaseOption": .text("Spot")]))
    }
    charges.append(
      .init(
        day: 0, category: "Purchase", cost: 20, days: 30,
        columns: reservation([
          "x_LineItemType": "RIFee", "CommitmentDiscountStatus": "Unused",
        ]).merging(["x_CommitmentTotal": .double(372), "EffectiveCost": .double(0)]) { $1 }))
    charges.append(
      .init(
        day: 1, usageType: "BoxUsage:m5.2xlarge", cost: 0,
        columns: reservation([
          "x_LineItemType": "DiscountedUsage", "CommitmentDiscountStatus": "Used",
        ]).merging([
          "x_CommitmentUsed": .double(372), "ConsumedQuantity": .double(93),
          "EffectiveCost": .double(20), "ListCost": .double(35),
        ]) { $1 }))
    return try TestLake(charges, days: 30)
  }

  private func commitments(_ lake: TestLake) throws -> Commitments {
    Commitments(
      lake.warehouse, try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now))
  }

  @Test func `a plan: used, unused, savings and its end`() throws {
    let found = try commitments(try lake()).evaluate()
    let plan = try #require(found.first { $0.kind == "Savings Plan" })
    #expect(plan.committed == 100 && plan.used == 80 && plan.unused == 20)
    #expect(plan.utilization == 80)
    #expect(plan.cost == 100 && plan.unusedCost == 20)
    #expect(plan.onDemand == 120 && plan.netSavings == 20)
    // All of it used would have spared 150 for 100: 50 instead of 20.
    #expect(plan.unrealizedSavings == 30)
    #expect(abs((plan.savingsRate ?? 0) - 100 * (1 - 100.0 / 120)) < 1e-9)
    // 2026-10-01 to 2026-10-20.
    let today = TestLake.firstDay + 30
    #expect(plan.daysLeft(on: today) == 19)
    #expect(plan.state(on: today) == .expiring)
    #expect(plan.state(on: today - 15) == .ok)
    #expect(plan.state(on: today + 19) == .expiring)
    #expect(plan.state(on: today + 20) == .expired)
    #expect(found.first?.id == plan.id)
  }

  @Test func `a reservation counts in normalized units, not in hours`() throws {
    let found = try commitments(try lake()).evaluate()
    let reservation = try #require(found.first { $0.kind == "Reserved Instance" })
    #expect(reservation.committed == 372 && reservation.used == 372)
    #expect(reservation.utilization == 100)
    #expect(reservation.netSavings == 15)
    #expect(reservation.unrealizedSavings == 0)
  }

  @Test func `of an open month only the days that are in count`() throws {
    func utilization(unused: Double?) throws -> Double? {
      let fee = reservation(["x_LineItemType": "RIFee", "CommitmentDiscountStatus": "Unused"])
        .merging([
          "x_CommitmentTotal": .double(720),
          "CommitmentDiscountQuantity": unused.map { .double($0) } ?? .null,
        ]) { $1 }
      let usage = reservation([
        "x_LineItemType": "DiscountedUsage", "CommitmentDiscountStatus": "Used",
      ]).merging(["x_CommitmentUsed": .double(18)]) { $1 }
      let charges =
        [TestLake.Charge(day: 0, category: "Purchase", cost: 20, days: 30, columns: fee)]
        + (0..<10).map { TestLake.Charge(day: $0, cost: 0, columns: usage) }
      return try commitments(try TestLake(charges, days: 10)).evaluate().first?.utilization
    }
    // Ten days of thirty: 240 units, of which 180 were used.
    #expect(try utilization(unused: nil) == 75)
    #expect(try utilization(unused: 60) == 75)
    #expect(try utilization(unused: 20) == 90)
  }

  @Test func `coverage and the effective savings rate`() throws {
    let found = try commitments(try lake()).coverage()
    let plans = try #require(found.first { $0.kind == "Savings Plan" && $0.service == nil })
    // 120 of 120 + 40; Spot is no candidate.
    #expect(plans.covered == 120 && plans.eligible == 160 && plans.coverage == 75)
    #expect(plans.cost == 80 + 20 + 40 && plans.onDemand == 160)
    #expect(plans.savingsRate == 12.5)
    let reserved = try #require(found.first { $0.kind == "Reserved Instance" && $0.service == nil })
    #expect(reserved.covered == 93 && reserved.eligible == 103 && reserved.unit == "Hrs")
  }

  /// Ten days at 4 on demand, in dollars and in renminbi, of which a plan covers another 12.
  private func twoCurrencies(rate: Double?) throws -> TestLake {
    var charges: [TestLake.Charge] = []
    for (name, own) in [("USD", 1.0), ("CNY", rate)] {
      let money: [String: Value] = [
        "BillingCurrency": .text(name),
        "x_ReportingCurrency": .text(rate == nil ? name : "USD"),
        "x_ExchangeRate": .double(own ?? 1),
      ]
      for day in 0..<10 {
        charges.append(.init(day: day, cost: 4, columns: money))
        charges.append(
          .init(
            day: day, cost: 12,
            columns: plan([
              "x_LineItemType": "SavingsPlanCoveredUsage", "CommitmentDiscountStatus": "Used",
            ]).merging(money) { $1 }))
      }
    }
    return try TestLake(charges, days: 30)
  }

  @Test func `coverage of each currency by itself, or all in the reporting currency`() throws {
    let apart = try commitments(try twoCurrencies(rate: nil)).coverage()
      .filter { $0.kind == "Savings Plan" && $0.service == nil }
    #expect(apart.map(\.currency) == ["CNY", "USD"])
    #expect(apart.map(\.unit) == ["CNY", "USD"] && apart.map(\.eligible) == [160, 160])
    let hours = try commitments(try twoCurrencies(rate: nil)).coverage()
      .filter { $0.kind == "Reserved Instance" && $0.service == nil }
    #expect(hours.map(\.currency) == ["CNY", "USD"] && hours.map(\.cost) == [40, 40])
    let together = try commitments(try twoCurrencies(rate: 0.5)).coverage()
      .filter { $0.kind == "Savings Plan" && $0.service == nil }
    #expect(together.map(\.currency) == ["USD"])
    #expect(together.map(\.covered) == [180] && together.map(\.eligible) == [240])
  }

  @Test func `usage that a plan covers in FOCUS counts at its list price, beside other bills`()
    throws
  {
    // FOCUS bills nothing for it; AWS's export of FOCUS 1.2 has no usage types.
    let focus: [String: Value] = [
      "x_SourceTable": .text("focus"), "x_UsageType": .null, "ConsumedUnit": .text("Hours"),
    ]
    var charges: [TestLake.Charge] = []
    for day in 0..<10 {
      charges.append(
        .init(
          day: day, cost: 0,
          columns: plan([
            "x_LineItemType": "SavingsPlanCoveredUsage", "CommitmentDiscountStatus": "Used",
          ]).merging(focus) { $1 }.merging([
            "ListCost": .double(50), "EffectiveCost": .double(36),
          ]) { $1 }))
      charges.append(
        .init(day: day, cost: 9, columns: focus.merging(["ListCost": .double(10)]) { $1 }))
      // Traffic of servers is no candidate.
      charges.append(
        .init(
          day: day, cost: 7, columns: focus.merging(["ConsumedUnit": .text("GB")]) { $1 }))
    }
    let alone = try #require(
      try commitments(try TestLake(charges, days: 30)).coverage()
        .first { $0.kind == "Savings Plan" && $0.service == nil })
    #expect(alone.covered == 500 && alone.eligible == 600 && alone.onDemand == 600)
    // Ten days at 6 on demand in a cost and usage report.
    let both = try TestLake(
      charges + (0..<10).map { .init(day: $0, cost: 6, columns: ["x_SourceTable": .text("cur")]) },
      days: 30)
    let found = try #require(
      try commitments(both).coverage().first { $0.kind == "Savings Plan" && $0.service == nil })
    #expect(found.covered == 500 && found.eligible == 660)
  }

  @Test func `a plan for SageMaker covers a part of its instances`() throws {
    func instance(_ cost: Double, _ kind: String, _ type: String) -> TestLake.Charge {
      .init(
        day: 3, service: "Amazon SageMaker", usageType: type, cost: cost,
        columns: [
          "x_ServiceCode": .text("AmazonSageMaker"), "x_LineItemType": .text(kind),
          "x_SourceTable": .text("cur"),
        ])
    }
    let charges = [
      instance(160, "SavingsPlanCoveredUsage", "Host:ml.m5.xlarge"),
      instance(160, "Usage", "USE1-Notebk:ml.t3.medium"),
      // Storage of notebooks is no instance.
      instance(40, "Usage", "USE1-Notebk:VolumeUsage.gp2"),
    ]
    let found = try #require(
      try commitments(try TestLake(charges, days: 30)).coverage()
        .first { $0.kind == "Savings Plan" && $0.service == nil })
    #expect(found.covered == 160 && found.eligible == 320)
  }

  @Test func `a reservation that nothing used is wasted, not unknown`() throws {
    let lake = try TestLake(
      [
        .init(
          day: 0, category: "Purchase", cost: 20, days: 30,
          columns: reservation([
            "x_LineItemType": "RIFee", "CommitmentDiscountStatus": "Unused",
          ]).merging(["x_CommitmentTotal": .double(372), "EffectiveCost": .double(20)]) { $1 })
      ], days: 30)
    let found = try #require(try commitments(lake).evaluate().first)
    #expect(found.utilization == 0 && found.unusedCost == 20 && found.netSavings == -20)
    #expect(found.state(on: TestLake.firstDay + 30) == .underused)
  }

  @Test func `one that has little use is underused, one without figures is neither`() throws {
    func commitment(used: Double?) throws -> Commitment {
      let values: [String: Value] = [
        "x_CommitmentTotal": used == nil ? .null : .double(10),
        "x_CommitmentUsed": used.map { .double($0) } ?? .null, "x_CommitmentEnd": .null,
      ]
      let lake = try TestLake(
        [
          .init(
            day: 0, cost: 10,
            columns: plan([
              "x_LineItemType": "SavingsPlanRecurringFee", "CommitmentDiscountStatus": "Unused",
            ]).merging(values) { $1 })
        ], days: 2)
      return try #require(try commitments(lake).evaluate().first)
    }
    #expect(try commitment(used: 7.9).state(on: 0) == .underused)
    #expect(try commitment(used: 8).state(on: 0) == .ok)
    #expect(try commitment(used: nil).state(on: 0) == .ok)
    #expect(try commitment(used: nil).utilization == nil)
  }

  @Test func `bills without commitments have none`() throws {
    let lake = try TestLake([.init(day: 0, cost: 1)], days: 2)
    #expect(try commitments(lake).evaluate().isEmpty)
  }
}
