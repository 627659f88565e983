package import Columns
package import Warehouse

/// A stretch of days on which a service cost something else in an account than its past explains.
package struct CostAnomaly: Sendable {
  /// What happened.
  package enum Kind: String, Sendable, CaseIterable {
    case rise = "RISE"
    case drop = "DROP"
    /// The first charges of a service, a region or a usage type in the account.
    case newService = "NEW_SERVICE"
    case newRegion = "NEW_REGION"
    case newUsageType = "NEW_USAGE_TYPE"
    /// Charges that came every day for weeks and are not in the bill any more.
    case ended = "ENDED"
  }

  /// Where the money went: a leaf of the anomaly and its share of the impact.
  package struct RootCause: Sendable {
    package let region: String
    package let usageType: String
    /// Cost above what was expected, negative below it, in the bill's currency.
    package let impact: Double
  }

  package let account: String
  package let service: String
  package let kind: Kind
  /// First and last anomalous day.
  package let start: Int
  package let end: Int
  package let actual: Double
  package let expected: Double
  /// The largest distance from the expected, in standard deviations of the series' own noise.
  package let score: Double
  /// Largest first, at most five.
  package let rootCauses: [RootCause]
  package let currency: String
  /// Whether the last complete day is one of its days.
  package let isOpen: Bool
  /// Opposite anomalies of the same days in the account, which hide this one in its total: negative
  /// for a rise, positive for a drop, 0 for none.
  package internal(set) var hiddenBy = 0.0
  /// Who asked to hear nothing of it, and until when; nil for an anomaly to tell.
  package internal(set) var silence: String?
  /// Why it moved, from the bill's quantities; nil where the bill has none.
  package internal(set) var decomposition: CostDecomposition?

  package var impact: Double { actual - expected }

  /// By noise, not by money.
  package var severity: Severity { Severity(score: score) }

  /// Looks at each leaf and each service of each account in the last complete days.
  ///
  /// - Parameter feedback: what people said of earlier anomalies.
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay, feedback: AnomalyFeedback = .none
  ) throws -> [CostAnomaly] {
    // A payer whose bill is late has no drop, and keeps nobody else's from being seen.
    var found = try day.byReach.flatMap { payers, day in
      let request = DailyCosts.Request(days: historyDays, usageOnly: true, payers: payers)
      // Each in the currency that it is billed in.
      return try DailyCosts.read(warehouse, day, request).flatMap {
        CostAnomalies($0, feedback, dropsThrough: day.dropsThrough).found
      }
    }
    for index in found.indices {
      found[index].silence = feedback.silence(of: found[index], on: day.today)
    }
    try CostDecomposition.explain(&found, warehouse)
    return found
  }

  private static let historyDays = 120
}

extension CostAnomaly {
  /// `anomalies`: a row per anomaly.
  package static let table = FindingsTable(
    "anomalies",
    [
      Field("account", .varchar), Field("service", .varchar), Field("start_day", .date),
      Field("end_day", .date), Field("is_open", .boolean), Field("actual", .double),
      Field("expected", .double), Field("impact", .double), Field("impact_percent", .double),
      Field("severity", .varchar), Field("score", .double), Field("currency", .varchar),
      Field("root_region", .varchar), Field("root_usage_type", .varchar),
      Field("root_impact", .double), Field("root_causes", .json), Field("kind", .varchar),
      Field("hidden_by", .double), Field("quantity_impact", .double),
      Field("price_impact", .double), Field("mix_impact", .double), Field("explanation", .varchar),
      Field("feedback", .varchar),
    ])

  package var row: [Value] {
    [
      .text(account), .text(service), .day(start), .day(end), .boolean(isOpen), .number(actual),
      .number(expected), .number(impact),
      // Without an expected cost there is no percentage of it.
      .number(expected > 0 ? 100 * impact / expected : nil), .text(severity.rawValue),
      .number(score),
      .text(currency), .text(rootCauses.first?.region), .text(rootCauses.first?.usageType),
      .number(rootCauses.first?.impact), .text(rootCausesJSON), .text(kind.rawValue),
      .number(hiddenBy == 0 ? nil : hiddenBy), .number(decomposition?.quantity),
      .number(decomposition?.price), .number(decomposition?.mix), .text(explanation),
      .text(silence),
    ]
  }
}
