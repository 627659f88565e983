/// Something that somebody should know now: a threshold crossed, an anomaly, a rule broken.
package struct Alert: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable { case budget, anomaly, rule }
  package enum Severity: String, Sendable, CaseIterable { case info, warning, critical }

  /// The same for the same crossing, whatever the figures are by now: budget, threshold and basis;
  /// account, service and first day of an anomaly; rule and resource.
  package let fingerprint: String
  /// The period within which it is told once, such as `2026-10-01`; ``standing`` for what is so until it
  /// is mended.
  package let period: String
  package let kind: Kind
  package let severity: Severity
  /// One line.
  package let title: String
  /// What, how much, against what, data until when, what moved it: a line each.
  package let details: [String]
  /// The command that shows more.
  package let command: String
  /// Whether it is told again when it comes back within the period after having been resolved, as
  /// AWS Budgets does for forecasts.
  package let repeatsAfterRecovery: Bool

  package static let standing = "standing"

  package init(
    fingerprint: String, period: String, kind: Kind, severity: Severity, title: String,
    details: [String], command: String, repeatsAfterRecovery: Bool = false
  ) {
    self.fingerprint = fingerprint
    self.period = period
    self.kind = kind
    self.severity = severity
    self.title = title
    self.details = details
    self.command = command
    self.repeatsAfterRecovery = repeatsAfterRecovery
  }
}
