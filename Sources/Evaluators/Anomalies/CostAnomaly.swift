package import Columns
import Forecasting
package import Warehouse

/// A stretch of days on which a service cost more in an account than its past explains.
package struct CostAnomaly: Sendable {
  /// Where the money went: a leaf of the anomaly and its share of the impact.
  package struct RootCause: Sendable {
    package let region: String
    package let usageType: String
    /// Cost above what was expected, in the bill's currency.
    package let impact: Double
  }

  package let account: String
  package let service: String
  /// First and last anomalous day.
  package let start: Int
  package let end: Int
  package let actual: Double
  package let expected: Double
  /// The largest distance from the expected, in robust standard deviations of the series' noise.
  package let score: Double
  /// Largest first, at most three.
  package let rootCauses: [RootCause]
  package let currency: String
  /// Whether the last complete day is one of its days.
  package let isOpen: Bool

  package var impact: Double { actual - expected }

  /// `LOW` below 10, `MEDIUM` below 25, `HIGH` from there: by noise, not by money.
  package var severity: String { score < 10 ? "LOW" : score < 25 ? "MEDIUM" : "HIGH" }

  private static let historyDays = 120
  /// Anomalies that ended longer ago than this are history, not findings.
  private static let reportedDays = 31

  /// Looks at each service in each account, and explains what it finds by region and usage type.
  ///
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay
  ) throws -> [CostAnomaly] {
    guard let costs = try DailyCosts(warehouse, day, days: historyDays, usageOnly: true) else {
      return []
    }
    let detector = AnomalyDetector()
    let groups = costs.series { Group(account: $0.account, service: $0.service) }
    let leaves = costs.series { $0 }
    var found: [CostAnomaly] = []
    for (group, series) in groups {
      for days in stretches(detector.days(in: series)) {
        guard let last = days.last, last.day > costs.lastDay - reportedDays else { continue }
        found.append(anomaly(group, days, leaves, costs))
      }
    }
    return found.sorted {
      ($1.impact, $0.account, $0.service) < ($0.impact, $1.account, $1.service)
    }
  }

  private struct Group: Hashable {
    let account: String
    let service: String
  }

  /// Days that follow each other, a gap of one allowed, are one anomaly.
  private static func stretches(_ days: [AnomalyDetector.Day]) -> [[AnomalyDetector.Day]] {
    var result: [[AnomalyDetector.Day]] = []
    for day in days {
      if let last = result.last?.last, day.day - last.day <= 2 {
        result[result.count - 1].append(day)
      } else {
        result.append([day])
      }
    }
    return result
  }

  private static func anomaly(
    _ group: Group, _ days: [AnomalyDetector.Day], _ leaves: [DailyCosts.Leaf: DailySeries],
    _ costs: DailyCosts
  ) -> CostAnomaly {
    let range = days[0].day..<(days[days.count - 1].day + 1)
    let causes = leaves.compactMap { leaf, series -> RootCause? in
      guard leaf.account == group.account, leaf.service == group.service else { return nil }
      let impact = series.total(range) - ordinary(series, before: range) * Double(range.count)
      return impact > 0
        ? RootCause(region: leaf.region, usageType: leaf.usageType, impact: impact) : nil
    }
    let impact = days.reduce(0) { $0 + $1.impact }
    // What moved by less than a fiftieth of the whole explains nothing.
    let largest = causes.filter { $0.impact > impact / 50 }
      .sorted { ($1.impact, $0.usageType) < ($0.impact, $1.usageType) }
    return CostAnomaly(
      account: group.account, service: group.service, start: range.lowerBound,
      end: range.upperBound - 1, actual: days.reduce(0) { $0 + $1.actual },
      expected: days.reduce(0) { $0 + $1.expected }, score: days.map(\.score).max() ?? 0,
      rootCauses: Array(largest.prefix(3)), currency: costs.currency,
      isOpen: range.upperBound > costs.lastDay)
  }

  /// What a leaf cost on a typical day of the four weeks before.
  private static func ordinary(_ series: DailySeries, before range: Range<Int>) -> Double {
    Robust.median(Array(series.prefix(before: range.lowerBound).values.suffix(28))) ?? 0
  }
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
      Field("root_impact", .double), Field("root_causes", .json),
    ])

  package var row: [Value] {
    [
      .text(account), .text(service), .day(start), .day(end), .boolean(isOpen), .number(actual),
      .number(expected), .number(impact),
      // Without an expected cost there is no percentage of it.
      .number(expected > 0 ? 100 * impact / expected : nil), .text(severity), .number(score),
      .text(currency), .text(rootCauses.first?.region), .text(rootCauses.first?.usageType),
      .number(rootCauses.first?.impact), .text(rootCausesJSON),
    ]
  }
}
