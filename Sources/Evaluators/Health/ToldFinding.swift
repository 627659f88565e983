/// Findings as a person is told them: what several sources have in common is said once.
package struct ToldFinding: Sendable {
  package let severity: HealthFinding.Severity
  /// What it is about; empty for the whole lake.
  package let place: String
  package let message: String
  package let nextStep: String
}

extension LakeHealth {
  /// The findings in their order, those that differ in their source only at the place of the first.
  package var toldFindings: [ToldFinding] {
    var groups: [(key: String, findings: [HealthFinding])] = []
    for finding in findings {
      let key = finding.theme.map { "\(finding.severity.rawValue)|\($0.sentence)" } ?? ""
      if !key.isEmpty, let known = groups.firstIndex(where: { $0.key == key }) {
        groups[known].findings.append(finding)
      } else {
        groups.append((key, [finding]))
      }
    }
    return groups.map { _, findings in
      let first = findings[0]
      guard findings.count > 1, let theme = first.theme else {
        return ToldFinding(
          severity: first.severity, place: first.place, message: first.message,
          nextStep: first.nextStep)
      }
      let sources = findings.map { "\($0.place) (\($0.theme?.detail ?? ""))" }
      return ToldFinding(
        severity: first.severity, place: "",
        message: "\(findings.count) sources \(theme.sentence): "
          + sources.joined(separator: ", "), nextStep: first.nextStep)
    }
  }
}

extension HealthFinding {
  fileprivate var place: String { HealthText.place(table, source) }
}
