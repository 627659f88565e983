import Columns
import Evaluators
import Files
import Foundation
import Nightly
import Testing
import TextFormats
import Warehouse

/// Budgets, commitments and shared costs of the sample organisation, held to files of what they gave.
///
@Suite struct SampleBudgetTests {
  private let sample: SampleNight
  init() throws { sample = try SampleNight.shared() }

  private func budgets() throws -> [Budget] {
    var file = BudgetFile()
    let path = sample.night.file("budgets/every-kind.json")
    try file.add(try ConfigurationFile.json(path), file: path)
    return try file.merged()
  }

  private func day(_ warehouse: Warehouse) throws -> EvaluationDay {
    try EvaluationDay(warehouse, asOf: Night.asOf)
  }

  @Test func `every kind of budget and every state`() throws {
    let warehouse = try sample.night.warehouse()
    let statuses = try BudgetEvaluator(warehouse, try day(warehouse)).evaluate(try budgets())
    let states = Set(statuses.flatMap(\.thresholds).map(\.state))
    #expect(states == [.ok, .alarm, .unknown, .inactive])
    #expect(Set(statuses.map(\.budget.kind)) == Set(Budget.Kind.allCases))
    #expect(Set(statuses.map(\.budget.timeUnit)) == Set(Budget.TimeUnit.allCases))
    // Forecasts follow their own method, which other tests hold.
    let held = statuses.filter { $0.budget.adjustment != .forecast }
    try FindingsGolden.hold(
      FindingsGolden.text(
        BudgetStatus.table, held.flatMap(\.rows),
        leavingOut: [
          "forecast", "forecast_low", "forecast_high", "forecast_percent", "bills", "late",
        ]),
      to: "budgets.txt")
  }

  @Test func `two months replayed, each verdict of it`() throws {
    let warehouse = try sample.night.warehouse()
    let last = Int(Night.asOf.floorDivided(by: Microseconds.day))
    let outcomes = try BudgetBacktest(nights: (last - 53)..<(last + 1)).run(
      try budgets().filter { budget in
        budget.timeUnit != .daily && budget.thresholds.allSatisfy { $0.basis == .actual }
      },
      warehouse)
    try FindingsGolden.hold(
      FindingsGolden.text(
        BudgetBacktest.Outcome.table, outcomes.map(\.row), leavingOut: ["bills"]),
      to: "budget-backtest.txt")
  }

  @Test func `commitments and their coverage`() throws {
    let warehouse = try sample.night.warehouse()
    let day = try day(warehouse)
    let commitments = Commitments(warehouse, day)
    try FindingsGolden.hold(
      FindingsGolden.text(
        Commitment.table, try commitments.evaluate().map { $0.row(on: day.today) }),
      to: "commitments.txt")
    try FindingsGolden.hold(
      FindingsGolden.text(CommitmentCoverage.table, try commitments.coverage().map(\.row)),
      to: "coverage.txt")
  }

  @Test func `shared costs add up to the bill`() throws {
    let warehouse = try sample.night.warehouse()
    let rows = try warehouse.query(
      """
      SELECT sum(amount), (SELECT round(sum(EffectiveCost), 2) FROM costs WHERE billing_period = '2026-10')
      FROM cost_allocations WHERE billing_period = '2026-10'
      """
    ).rows()
    guard case .decimal(let cents)? = rows.first?.first else {
      Issue.record("no allocation")
      return
    }
    #expect(abs(Double(cents) / 100 - (rows[0][1].double ?? 0)) < 0.001)
    let rules = try InstalledCostRules.load(lake: sample.night.file("lake"))
    let found = try CostAllocation.evaluate(rules?.splits ?? [], warehouse)
    try FindingsGolden.hold(
      FindingsGolden.text(CostAllocation.table, found.rows), to: "allocations.txt")
  }

  @Test func `accounts have their names, and costs their currency`() throws {
    let rows = try sample.night.warehouse().query(
      """
      SELECT SubAccountName, x_OrganizationalUnit, max(x_ReportingCurrency),
        round(sum(BilledCost * x_ExchangeRate) / sum(BilledCost), 2)
      FROM costs WHERE billing_period = '2026-10' GROUP BY 1, 2 ORDER BY 1
      """
    ).rows()
    #expect(rows.count == 4)
    #expect(
      rows[0] == [.text("kogarashi-analytics"), .text("Root/Data"), .text("JPY"), .double(150.65)])
  }
}
