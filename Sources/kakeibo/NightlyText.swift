import Evaluators
import Foundation
import Ingestion
import Nightly
import TextFormats

/// What a nightly run did, as a person reads it in the morning.
enum NightlyText {
  static func lines(_ summary: NightlySummary) -> [String] {
    var lines = [""]
    lines += bills(summary)
    lines += proofs(summary.proofs)
    lines += budgets(summary.budgets + summary.closedBudgets)
    lines += month(summary.forecasts)
    for anomaly in summary.anomalies where anomaly.silence == nil {
      let cause = anomaly.rootCauses.first.map { ", mostly \($0.usageType) in \($0.region)" } ?? ""
      lines.append(
        "anomaly   \(anomaly.service) in \(anomaly.account): \(money(abs(anomaly.impact))) "
          + "\(anomaly.currency) \(anomaly.impact < 0 ? "less" : "more") than expected since \(Day.text(anomaly.start))\(cause)"
      )
    }
    lines += sizes(summary.recommendations)
    lines += rules(summary.rules)
    lines.append(
      "alerts    \(summary.alertsSent) sent now, \(summary.alertsActive) in force")
    lines += summary.outputs.map { "wrote     \($0)" }
    if !summary.changedAnything { lines.append("nothing changed since the last run") }
    lines.append(String(format: "done in %.1f s", summary.seconds))
    return lines
  }

  /// The month's forecast in each currency, and how far the same method was off before.
  private static func month(_ forecasts: [CostForecast]) -> [String] {
    forecasts.filter { $0.scope == .total }.map(month)
  }

  private static func month(_ total: CostForecast) -> String {
    var text =
      "month     \(money(total.actual)) \(total.currency) so far, \(money(total.forecast)) expected"
    if let low = total.low, let high = total.high {
      text += " (80 % likely \(money(low)) to \(money(high)))"
    }
    if let error = total.backtestErrorPercent, total.backtestCutoffs > 0 {
      let tenths = (error * 10).rounded() / 10
      text += ", \(tenths) % off on the past's \(total.backtestCutoffs) tries"
    }
    return text + ", commitments spread over time"
  }

  private static func bills(_ summary: NightlySummary) -> [String] {
    let loaded = summary.deliveries.filter { $0.status == .loaded }
    let unchanged = summary.deliveries.filter { $0.status == .unchanged }.count
    let waiting = summary.deliveries.filter { $0.status == .waiting }.count
    var lines = loaded.filter { $0.total != nil }.map { delivery in
      "bill      \(delivery.period ?? ""): \(money(delivery.total ?? 0)) "
        + "\(delivery.currency ?? ""), \(FigureText.count(delivery.rows)) rows"
    }
    let rows = loaded.reduce(0) { $0 + $1.rows }
    lines.append(
      "loaded    \(loaded.count) deliveries, \(FigureText.count(rows)) rows; "
        + "\(unchanged) unchanged" + (waiting > 0 ? "; \(waiting) waiting for their rest" : ""))
    return lines
  }

  /// A word for bills that add up, a line for each check that does not hold.
  private static func proofs(_ proofs: [BillProof]) -> [String] {
    let proved = proofs.count { $0.isProved }
    let good =
      proved == 0
      ? []
      : ["proof     \(FigureText.count(proved)) of \(FigureText.count(proofs.count)) bills add up"]
    return good
      + proofs.filter { !$0.isProved }.flatMap { proof in
        proof.checks.filter { $0.verdict > .noted }.map { check in
          TerminalText.escaped(
            "proof     \(proof.period) \(check.verdict.rawValue): \(check.message); see 'kakeibo "
              + "reconcile \(proof.period)'")
        }
      }
  }

  private static func budgets(_ statuses: [BudgetStatus]) -> [String] {
    statuses.map { status in
      let crossed = status.thresholds.filter { $0.state == .alarm }.map(\.threshold.text)
      let verdict =
        status.state == .alarm
        ? "crossed \(crossed.joined(separator: ", "))"
        : status.message ?? (status.state == .ok ? "within limits" : "unknown")
      let figures = status.actual.map {
        "\(money($0)) of \(money(status.limit)) \(status.budget.unit)"
          + (status.forecast.map { ", \(money($0)) expected" } ?? "") + "; "
      }
      let ended = status.isClosed ? ", ended \(Day.text(status.period.upperBound - 1))" : ""
      return "budget    \(status.budget.name)\(ended): \(figures ?? "")\(verdict)"
    }
  }

  private static func sizes(_ recommendations: [Recommendation]) -> [String] {
    let useful = recommendations.filter { $0.saving > 0 && $0.suppression == nil }
    guard !useful.isEmpty else { return [] }
    let savings = useful.reduce(0) { $0 + ($1.monthlySavings ?? 0) }
    var lines = [
      "savings   \(useful.count) resources could cost \(money(savings)) USD a month less, at list prices"
    ]
    for one in useful.sorted(by: { ($0.monthlySavings ?? 0) > ($1.monthlySavings ?? 0) }).prefix(3)
    {
      let kind = one.finding.rawValue.lowercased().split(separator: "_").joined(separator: " ")
      lines.append(
        "          \(one.name ?? one.resource) (\(one.currentType)): \(kind)"
          + (one.recommendedType.map { ", \($0) would do" } ?? ""))
    }
    return lines
  }

  private static func rules(_ outcome: RuleOutcome) -> [String] {
    var counts: [String: Int] = [:]
    for violation in outcome.violations { counts[violation.title, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { "rule      \($0.key): \($0.value)" }
      + skipped(outcome)
  }

  /// One line a missing table, however many rules need it.
  private static func skipped(_ outcome: RuleOutcome) -> [String] {
    Dictionary(grouping: outcome.skipped, by: \.reason).sorted { $0.key < $1.key }.map {
      reason, rules in
      rules.count == 1
        ? "rule      \(rules[0].rule) was not asked: \(reason)"
        : "rule      \(rules.count) rules were not asked: \(reason)"
    }
  }

  private static func money(_ value: Double) -> String { FigureText.money(value) }
}
