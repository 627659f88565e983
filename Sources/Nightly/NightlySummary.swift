package import Alerts
package import Evaluators
package import Ingestion

/// What a nightly run did and found.
package struct NightlySummary: Sendable {
  package var deliveries: [DeliverySummary] = []
  package var ignored: [IgnoredFile] = []
  /// The bills that this run loaded, proved.
  package var proofs: [BillProof] = []
  package var budgets: [BudgetStatus] = []
  /// Periods of budgets that had ended before a night could judge what they came to.
  package var closedBudgets: [BudgetStatus] = []
  package var forecasts: [CostForecast] = []
  package var anomalies: [CostAnomaly] = []
  package var recommendations: [Recommendation] = []
  package var commitments: [Commitment] = []
  package var rules = RuleOutcome()
  /// Budgets that are not understood, as far as they have a name.
  package var uncheckedBudgets: Set<String> = []
  /// Alerts that at least one channel was told of in this run.
  package var alertsSent = 0
  /// Alerts that are in force, told now or before.
  package var alertsActive = 0
  /// The kinds of alerts whose evaluator came to an end.
  package var judged: Set<Alert.Kind> = []
  /// Whether any table of findings changed.
  package var findingsChanged = false
  package var outputs: [String] = []
  /// What went wrong without ending the run: a delivery, a channel.
  package var failures: [String] = []
  package var seconds = 0.0

  /// Whether bills or findings are other than after the last run.
  package var changedAnything: Bool {
    findingsChanged || alertsSent > 0 || deliveries.contains { $0.status == .loaded }
  }

  /// Whether something is in alarm: exit code 3 with `--exit-code`.
  package var isInAlarm: Bool { alertsActive > 0 }
}
