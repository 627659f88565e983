import Columns
import Evaluators
import Nightly
import Reports
import Testing
import TextFormats
import Warehouse

/// What the evaluators find in the case book, held to files, and that nothing they can say is missing in those.
@Suite struct CaseBookTests {
  private let book: CaseBookNights

  init() throws { book = try CaseBookNights.shared() }

  private func hold(_ name: String, _ sql: String) throws {
    let warehouse = try book.night.warehouse(asOf: book.asOf)
    // Where the folder is does not matter.
    let text = FindingsGolden.text(try warehouse.query(sql))
      .replacing(book.night.path, with: "FOLDER")
    try FindingsGolden.hold(text, to: name)
  }

  private static let latest = "evaluated_on = '2026-10-25'"

  @Test func `anomalies of every kind, hidden, silenced and explained`() throws {
    try hold(
      "case-anomalies.txt",
      """
      SELECT account, service, kind, severity, start_day, end_day, is_open, actual, expected, impact,
        hidden_by, root_region, root_usage_type, quantity_impact, price_impact, mix_impact, feedback
      FROM anomalies WHERE \(Self.latest) ORDER BY account, service, start_day, kind
      """)
  }

  @Test func `servers whose processors, memory, network or disks decide`() throws {
    try hold(
      "case-recommendations.txt",
      """
      SELECT resource, current_type, recommended_type, finding, action, effort, reasons, risk,
        explanation, suppressed_until, suppressed_reason
      FROM recommendations WHERE \(Self.latest) ORDER BY resource
      """)
  }

  @Test func `what became of recommendations`() throws {
    try hold(
      "case-savings.txt",
      """
      SELECT resource, action, recommended_on, current_type, recommended_type, status, changed_on,
        daily_before, daily_after
      FROM savings_ledger WHERE \(Self.latest) ORDER BY resource, action
      """)
  }

  @Test func `commitments in each state`() throws {
    try hold(
      "case-commitments.txt",
      """
      SELECT commitment, kind, billing_period, committed, used, unused, utilization_percent, cost,
        net_savings, ends_on, days_left, state
      FROM commitment_status WHERE \(Self.latest) ORDER BY commitment
      """)
  }

  @Test func `a forecast with what is still to come in, and what is too new for one`() throws {
    try hold(
      "case-forecasts.txt",
      """
      SELECT scope, name, period_start, period_end, data_through,
        CASE WHEN forecast_low IS NULL THEN 'no interval' ELSE 'interval' END AS interval_known,
        late > 0 AS is_late_known
      FROM forecasts WHERE \(Self.latest) ORDER BY scope, name
      """)
  }

  @Test func `how much of the newest days is in`() throws {
    try hold(
      "case-completeness.txt",
      """
      SELECT day, delivered, usual_share, observations, complete FROM completeness
      WHERE \(Self.latest) ORDER BY day
      """)
  }

  @Test func `budgets that cannot be judged say why`() throws {
    try hold(
      "case-budgets.txt",
      """
      SELECT budget, budget_type, time_unit, limit_amount, actual, threshold, state, message
      FROM budget_status WHERE \(Self.latest) ORDER BY budget, threshold
      """)
  }

  @Test func `a replay in which a threshold told for nothing`() throws {
    var file = BudgetFile()
    let path = book.night.file("budgets.json")
    try file.add(try ConfigurationFile.json(path), file: path)
    let budgets = try file.merged().filter { ["burst", "cases"].contains($0.name) }
    let last = Int(book.asOf.floorDivided(by: Microseconds.day))
    let outcomes = try BudgetBacktest(nights: (last - 53)..<(last + 1))
      .run(budgets, try book.night.warehouse(asOf: book.asOf))
    try FindingsGolden.hold(
      FindingsGolden.text(
        BudgetBacktest.Outcome.table, outcomes.map(\.row),
        leavingOut: ["figure_then", "told_on", "days_early", "days_left", "bills"]),
      to: "case-backtest.txt")
  }

  @Test func `alerts that stand and that are over`() throws {
    try hold(
      "case-alerts.txt",
      "SELECT fingerprint, period, kind, severity, state FROM alerts ORDER BY fingerprint, period")
  }

  @Test func `bills that add up, that do not, and that cannot be proved`() throws {
    let warehouse = try book.night.warehouse(asOf: book.asOf)
    let reconciliation = Reconciliation(
      warehouse, queries: try Night.queries(), reports: try ReportCatalog.standard())
    let proofs = try reconciliation.prove()
    try FindingsGolden.hold(
      FindingsGolden.text(
        BillProof.table, proofs.flatMap(\.rows), leavingOut: ["expected", "amount", "difference"]),
      to: "case-reconciliation.txt")
  }

  @Test func `the lake's health`() throws {
    let doctor = Doctor(
      try book.night.warehouse(asOf: book.asOf), queries: try Night.queries(),
      reports: try ReportCatalog.standard(), now: book.asOf)
    let text = FindingsGolden.text(
      LakeHealth.table, try doctor.examine().rows, leavingOut: ["next_step"])
    try FindingsGolden.hold(
      text.replacing(book.night.path, with: "FOLDER"), to: "case-health.txt")
  }
}
