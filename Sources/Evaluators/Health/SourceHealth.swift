package import Columns

/// One source of a lake: a payer's report, a listing, metrics, a type of inventory.
package struct SourceHealth: Sendable {
  /// How finely a source tells time.
  package enum Granularity: String, Sendable, CaseIterable {
    case hourly, daily, monthly
  }

  package let table: String
  /// `<payer>/<report name>` for bills; the table's name for everything else.
  package let source: String
  /// When something new of it was loaded, microseconds since the epoch; nil when nothing ever was.
  package var lastDelivery: Int64?
  package var lastStatus = ""
  package var deliveries = 0
  /// The end of the last hour, day or month that it has something of; microseconds.
  package var dataThrough: Int64?
  package var granularity: Granularity?
  /// Hours between deliveries: what was seen, or else what is usual for its kind.
  package var cadence = SourceHealth.usualCadence
  package var isCadenceObserved = false
  /// Hours (days, months) without anything, between the first and the last.
  package var missing = 0

  /// Bills come several times a day, listings and inventory at least daily.
  package static let usualCadence = 24.0

  package init(table: String, source: String) {
    self.table = table
    self.source = source
  }

  /// When the next delivery should be here.
  package var nextExpected: Int64? {
    lastDelivery.map { $0 + Int64(cadence * Double(Microseconds.hour)) }
  }
}

/// Something that a person should know of a lake, and what to do.
package struct HealthFinding: Sendable {
  package enum Severity: String, Sendable, Comparable, CaseIterable {
    case error, warning, note

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }

    /// What is worse is less: it comes first.
    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
  }

  package let severity: Severity
  package let table: String
  package let source: String
  package let message: String
  package let nextStep: String
  /// What it says of its source where others may have the same; nil for what is told of one only.
  var theme: Theme?

  /// A finding that many sources can have at a time, such as one that is late.
  struct Theme: Sendable {
    /// What they have in common, which follows their number: `have sent nothing for a day`.
    let sentence: String
    /// What is this source's own: `last on 2026-10-25 06:00`.
    let detail: String
  }
}

/// What `doctor` finds.
package struct LakeHealth: Sendable {
  package var sources: [SourceHealth] = []
  package var findings: [HealthFinding] = []

  /// Whether something is wrong, rather than only worth to know.
  package var isWrong: Bool { findings.contains { $0.severity < .note } }
}

extension LakeHealth {
  /// `health`: a row per finding, the worst first, then a row per source.
  package static let table = FindingsTable(
    "health",
    [
      Field("section", .varchar), Field("severity", .varchar), Field("table_name", .varchar),
      Field("source", .varchar), Field("finding", .varchar), Field("next_step", .varchar),
      Field("last_delivery", .timestamp), Field("last_status", .varchar),
      Field("deliveries", .bigint), Field("data_through", .timestamp),
      Field("granularity", .varchar), Field("missing", .bigint), Field("cadence_hours", .double),
      Field("next_expected", .timestamp),
    ])

  package var rows: [[Value]] {
    let empty = [Value](repeating: .null, count: 8)
    let findings = findings.map { finding -> [Value] in
      [
        .text("finding"), .text(finding.severity.rawValue), .text(finding.table),
        .text(finding.source), .text(finding.message), .text(finding.nextStep),
      ] + empty
    }
    let time = { (time: Int64?) -> Value in time.map { .int64($0) } ?? .null }
    let sources = sources.map { source -> [Value] in
      [
        .text("source"), .null, .text(source.table), .text(source.source), .null, .null,
        time(source.lastDelivery), .text(source.lastStatus), .int64(Int64(source.deliveries)),
        time(source.dataThrough), .text(source.granularity?.rawValue),
        .int64(Int64(source.missing)), .double(source.cadence), time(source.nextExpected),
      ]
    }
    return findings + sources
  }
}
