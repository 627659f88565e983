package import Columns

/// What the metrics of a server say about its size.
package struct Recommendation: Sendable {
  package enum Finding: String, Sendable {
    case overProvisioned = "OVER_PROVISIONED"
    case underProvisioned = "UNDER_PROVISIONED"
    case optimized = "OPTIMIZED"
    case idle = "IDLE"
    /// CPU has room, but nothing measures memory: no smaller size is proposed on CPU alone that has
    /// less memory than today's.
    case memoryUnknown = "MEMORY_UNKNOWN"
    case insufficientData = "INSUFFICIENT_DATA"
  }

  package let resource: String
  package let name: String?
  package let account: String?
  package let region: String?
  package let currentType: String
  package let finding: Finding
  /// The cheapest type that fits; nil where none is better.
  package let recommendedType: String?
  /// US dollars a month at on-demand prices; negative where the recommended type costs more.
  package let monthlySavings: Double?
  /// P99.5 of the hourly or five-minute maxima, percent.
  package let cpuPercent: Double?
  package let memoryPercent: Double?
  /// The same loads on the recommended type, percent.
  package let projectedCPUPercent: Double?
  package let projectedMemoryPercent: Double?
  /// Hours with a CPU metric in the window.
  package let hoursSeen: Int
  package let explanation: String
}

extension Recommendation {
  /// `recommendations`: a row per server.
  package static let table = FindingsTable(
    "recommendations",
    [
      Field("resource", .varchar), Field("name", .varchar), Field("account", .varchar),
      Field("region", .varchar), Field("current_type", .varchar), Field("finding", .varchar),
      Field("recommended_type", .varchar), Field("monthly_savings", .double),
      Field("cpu_p995", .double), Field("memory_p995", .double), Field("projected_cpu", .double),
      Field("projected_memory", .double), Field("hours_seen", .bigint),
      Field("explanation", .varchar),
    ])

  package var row: [Value] {
    [
      .text(resource), .text(name), .text(account), .text(region), .text(currentType),
      .text(finding.rawValue), .text(recommendedType), .number(monthlySavings),
      .number(cpuPercent), .number(memoryPercent), .number(projectedCPUPercent),
      .number(projectedMemoryPercent), .int64(Int64(hoursSeen)), .text(explanation),
    ]
  }
}
