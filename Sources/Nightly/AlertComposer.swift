import Alerts
import Columns
import Evaluators
import TextFormats
import Warehouse

/// Turns findings into alerts: what, how much, against what, data until when, what moved it, and the
/// command that shows more.
struct AlertComposer {
  private let warehouse: Warehouse
  private let day: EvaluationDay
  /// What was told before.
  private let records: [AlertRecord]

  init(_ warehouse: Warehouse, _ day: EvaluationDay, records: [AlertRecord]) {
    self.warehouse = warehouse
    self.day = day
    self.records = records
  }

  func alerts(for summary: NightlySummary) throws -> [Alert] {
    try (summary.budgets + summary.closedBudgets).flatMap(budgetAlerts)
      + summary.anomalies.filter { $0.silence == nil }.compactMap(anomalyAlert)
      + summary.commitments.compactMap(commitmentAlert)
      // Hints of severity info are kept in the table `compliance`; nobody is woken for them.
      + summary.rules.violations.filter { $0.severity != "info" }.map(ruleAlert)
  }

  // MARK: Budgets

  /// The thresholds that could not be judged tonight: what was told of them stays in force.
  func unjudged(_ summary: NightlySummary) -> Set<String> {
    let thresholds = summary.budgets.flatMap { status in
      status.thresholds.filter { $0.state == .unknown }
        .map { Self.fingerprint(status.budget, $0.threshold) }
    }
    let others = records.map(\.fingerprint).filter { fingerprint in
      summary.uncheckedBudgets.contains { fingerprint.hasPrefix("budget/\($0)/") }
    }
    return Set(thresholds + others)
  }

  private static func fingerprint(_ budget: Budget, _ threshold: Threshold) -> String {
    "budget/\(budget.name)/\(threshold.text)"
  }

  /// A budget that nobody watches is told once, as long as it is so.
  private func blindness(_ status: BudgetStatus) -> Alert? {
    guard status.state == .unknown, let reason = status.message,
      !status.budget.thresholds.isEmpty
    else { return nil }
    return Alert(
      fingerprint: "budget/\(status.budget.name)/unknown", period: Alert.standing, kind: .budget,
      severity: .warning, title: "budget '\(status.budget.name)' cannot be judged",
      details: [reason], command: command("budgets"), repeatsAfterRecovery: true)
  }

  private func budgetAlerts(_ status: BudgetStatus) throws -> [Alert] {
    try [blindness(status)].compactMap { $0 }
      + status.thresholds.filter { $0.state == .alarm }.map { judgement in
        let threshold = judgement.threshold
        let words = BudgetWords(status: status, threshold: threshold)
        var details = words.details
        if let message = judgement.message { details.append(message) }
        if status.isClosed {
          details.append(
            "the period has ended; charges of it came in or changed since the last run")
        } else if status.budget.kind == .cost, let mover = try largestMove(in: status) {
          details.append(mover)
        }
        return Alert(
          fingerprint: Self.fingerprint(status.budget, threshold),
          period: Day.text(status.period.lowerBound), kind: .budget,
          severity: threshold.basis == .actual && !status.budget.kind.isShare
            ? .critical : .warning,
          title: words.title, details: details,
          command: command(status.budget.kind.isShare ? "commitments" : "report month-over-month"),
          // AWS Budgets tells a forecast again when it dips below and exceeds once more.
          repeatsAfterRecovery: threshold.basis != .actual)
      }
  }

  /// The service and account, among the charges that a budget counts, whose cost rose most in the
  /// last week.
  private func largestMove(in status: BudgetStatus) throws -> String? {
    guard let through = status.dataThrough, let condition = status.budget.condition else {
      return nil
    }
    let rows = try warehouse.query(
      """
      SELECT ServiceName, SubAccountId,
        sum(CASE WHEN ChargePeriodStart >= TIMESTAMP '\(Day.text(through - 6)) 00:00:00'
          THEN EffectiveCost ELSE -EffectiveCost END) AS moved
      FROM costs
      WHERE ChargeCategory = 'Usage' AND \(condition)
        AND ChargePeriodStart >= TIMESTAMP '\(Day.text(through - 13)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
      GROUP BY 1, 2 ORDER BY moved DESC, 1, 2 LIMIT 1
      """
    ).rows()
    guard let row = rows.first, let service = row[0].string, let moved = row[2].double, moved > 0
    else { return nil }
    return "moved most in the last seven days: \(service) in \(row[1].string ?? "?"), "
      + "\(amount(moved, "")) more than in the seven before"
  }

  // MARK: Anomalies and rules

  /// Days after its end for which an anomaly that was told stays in force.
  private static let anomalyLingers = 3

  /// Told once, by the day it begins on; nil where it was told and has been over for some days.
  private func anomalyAlert(_ anomaly: CostAnomaly) -> Alert? {
    let fingerprint = "anomaly/\(anomaly.account)/\(anomaly.service)"
    // A restated bill may move the beginning: what was told of the days between is the same anomaly.
    let days = Day.text(anomaly.start - Self.anomalyLingers)...Day.text(anomaly.end)
    let known = records.first { $0.fingerprint == fingerprint && days.contains($0.period) }
    let isOver = !anomaly.isOpen && anomaly.end + Self.anomalyLingers < day.dataThrough ?? day.today
    if let known, isOver, known.firstSeen < Int64(day.today) * Microseconds.day { return nil }
    var details = [
      "\(amount(anomaly.actual, anomaly.currency)) instead of "
        + "\(amount(anomaly.expected, anomaly.currency)) from \(Day.text(anomaly.start)) "
        + "to \(Day.text(anomaly.end))\(anomaly.isOpen ? ", still going on" : "")"
    ]
    for cause in anomaly.rootCauses {
      details.append(
        "\(amount(cause.impact, anomaly.currency)) from \(cause.usageType) in "
          + "\(cause.region.isEmpty ? "no region" : cause.region)")
    }
    if !anomaly.explanation.isEmpty { details.append(anomaly.explanation) }
    return Alert(
      fingerprint: fingerprint, period: known?.period ?? Day.text(anomaly.start), kind: .anomaly,
      severity: anomaly.severity == .high && anomaly.impact > 0 ? .critical : .warning,
      title: "\(anomaly.service) in account \(anomaly.account) cost "
        + "\(amount(abs(anomaly.impact), anomaly.currency)) "
        + "\(anomaly.impact < 0 ? "less" : "more") than expected",
      details: details, command: command("anomalies"))
  }

  /// A commitment that is about to end, or has: told once. One that is underused is in its table.
  private func commitmentAlert(_ commitment: Commitment) -> Alert? {
    let state = commitment.state(on: day.today)
    guard state == .expiring || state == .expired, let end = commitment.end,
      end >= day.today - Commitment.expiryDays
    else { return nil }
    let name = commitment.id.split(separator: "/").last.map(String.init) ?? commitment.id
    let currency = commitment.currency ?? ""
    var details = [
      "it covered \(amount(commitment.onDemand ?? 0, currency)) of usage on demand in "
        + "\(commitment.month) for \(amount(commitment.cost, currency))"
    ]
    if let utilization = commitment.utilization {
      details.append("\(Int(utilization.rounded())) % of it was used")
    }
    return Alert(
      fingerprint: "commitment/\(commitment.id)", period: Alert.standing, kind: .rule,
      severity: .warning,
      title: "\(commitment.kind) \(name) \(state == .expired ? "ended" : "ends") on "
        + Day.text(end),
      details: details, command: command("commitments"))
  }

  private func ruleAlert(_ violation: Violation) -> Alert {
    let place = [violation.account, violation.region].compactMap { $0 }.joined(separator: ", ")
    return Alert(
      fingerprint: "rule/\(violation.rule)/\(violation.resource)", period: Alert.standing,
      kind: .rule,
      severity: Alert.Severity(rawValue: violation.severity) ?? .warning,
      title: "\(violation.title): \(violation.resource)",
      details: [violation.finding] + (place.isEmpty ? [] : [place])
        + [violation.message, violation.owner.map { "owner \($0)" }].compactMap { $0 }
        + (violation.monthlyCost.map { ["costs \(amount($0, "")) a month"] } ?? []),
      command: command("rules \(violation.rule)"))
  }

  // MARK: Words and figures

  /// A command line that works from anywhere: the lake is named unless it is the default one.
  private func command(_ words: String) -> String {
    let lake = warehouse.configuration.lake
    return lake == "lake" ? "kakeibo \(words)" : "kakeibo --lake \(Self.quoted(lake)) \(words)"
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+:@%,=".contains($0))
    }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }

  private func amount(_ value: Double, _ unit: String) -> String {
    BudgetWords.amount(value, unit)
  }
}
