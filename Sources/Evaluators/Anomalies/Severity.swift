/// How far an anomaly stands out of its series' own noise; money has its own column.
package enum Severity: String, Sendable, CaseIterable {
  case low = "LOW"
  case medium = "MEDIUM"
  case high = "HIGH"

  /// - Parameter score: the largest distance from the expected, in standard deviations.
  init(score: Double) {
    self = score < 10 ? .low : score < 25 ? .medium : .high
  }
}
