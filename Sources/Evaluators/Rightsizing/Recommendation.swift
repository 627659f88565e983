package import Columns

/// What to do with a resource, and what it would save.
package struct Recommendation: Sendable {
  package enum Finding: String, Sendable, CaseIterable {
    case overProvisioned = "OVER_PROVISIONED"
    case underProvisioned = "UNDER_PROVISIONED"
    case optimized = "OPTIMIZED"
    case idle = "IDLE"
    /// Runs through hours of the week in which it has nothing to do.
    case unusedHours = "UNUSED_HOURS"
    /// Its size fits, and a newer generation is as large for less.
    case previousGeneration = "PREVIOUS_GENERATION"
    /// CPU has room, but nothing measures memory: no smaller size is proposed on CPU alone that has
    /// less memory than today's.
    case memoryUnknown = "MEMORY_UNKNOWN"
    case insufficientData = "INSUFFICIENT_DATA"
    case unattached = "UNATTACHED"
    /// Paid for, and not used by anything.
    case unused = "UNUSED"
    case notOptimized = "NOT_OPTIMIZED"
  }

  package enum Action: String, Sendable, CaseIterable {
    case rightsize = "Rightsize"
    case stop = "Stop"
    case schedule = "Schedule"
    case upgrade = "Upgrade"
    case migrateToGraviton = "MigrateToGraviton"
    case delete = "Delete"

    /// Whether the resource restarts, as Cost Optimization Hub says it.
    var needsRestart: Bool {
      switch self {
      case .rightsize, .stop, .schedule, .upgrade, .migrateToGraviton: true
      case .delete: false
      }
    }
  }

  /// How much work a move is.
  package enum Effort: String, Sendable, CaseIterable {
    case veryLow = "VeryLow"
    case low = "Low"
    case medium = "Medium"
    case high = "High"
  }

  package let resource: String
  /// `EC2 instance`, `EBS volume`, …
  package var kind = "EC2 instance"
  package var name: String?
  package var account: String?
  package var region: String?
  package var currentType: String
  package var finding: Finding
  /// nil where there is nothing to do.
  package var action: Action?
  package var reasons: [SizeAdvice.Reason] = []
  /// What to move to; nil where nothing is better.
  package var recommendedType: String?
  /// US dollars a month at on-demand prices; negative where the recommended type costs more.
  package var monthlySavings: Double?
  /// US dollars a month less on the bill, its discounts and commitments counted.
  package var savingsAfterDiscounts: Double?
  /// US dollars a month of commitments that would be left without use.
  package var unusedCommitment: Double?
  package var effort: Effort?
  /// 0, none to be seen, to 4, likely to fall short.
  package var risk: Int?
  package var shortageChance: Double?
  /// P99.5 of the hourly or five-minute maxima, percent.
  package var cpuPercent: Double?
  package var memoryPercent: Double?
  /// The same loads on the recommended type, percent.
  package var projectedCPUPercent: Double?
  package var projectedMemoryPercent: Double?
  /// Hours with a CPU metric in the window; nil where no metrics are needed.
  package var hoursSeen: Int?
  /// The sizes to choose from, best first.
  package var options: String?
  /// What else could be done instead; not to be added to the saving.
  package var alternatives: String?
  package var explanation: String
  /// Resources whose whole cost is in the saving, as the volumes of a server that is deleted.
  package var parts: [String] = []
  package var suppression: Suppression?

  /// The saving to rank by: after discounts where the bill tells.
  package var saving: Double { savingsAfterDiscounts ?? monthlySavings ?? 0 }
}

extension Recommendation {
  /// `recommendations`: a row per resource that was looked at.
  package static let table = FindingsTable(
    "recommendations",
    [
      Field("resource", .varchar), Field("name", .varchar), Field("account", .varchar),
      Field("region", .varchar), Field("current_type", .varchar), Field("finding", .varchar),
      Field("recommended_type", .varchar), Field("monthly_savings", .double),
      Field("cpu_p995", .double), Field("memory_p995", .double), Field("projected_cpu", .double),
      Field("projected_memory", .double), Field("hours_seen", .bigint),
      Field("explanation", .varchar), Field("kind", .varchar), Field("action", .varchar),
      Field("reasons", .varchar), Field("savings_after_discounts", .double),
      Field("unused_commitment", .double), Field("effort", .varchar),
      Field("restart_needed", .boolean), Field("risk", .bigint),
      Field("shortage_chance", .double), Field("options", .varchar),
      Field("alternatives", .varchar), Field("suppressed_until", .varchar),
      Field("suppressed_reason", .varchar),
    ])

  package var row: [Value] {
    [
      .text(resource), .text(name), .text(account), .text(region), .text(currentType),
      .text(finding.rawValue), .text(recommendedType), .number(monthlySavings),
      .number(cpuPercent), .number(memoryPercent), .number(projectedCPUPercent),
      .number(projectedMemoryPercent), hoursSeen.map { .int64(Int64($0)) } ?? .null,
      .text(explanation), .text(kind), .text(action?.rawValue),
      .text(reasons.isEmpty ? nil : reasons.map(\.rawValue).joined(separator: " ")),
      .number(savingsAfterDiscounts), .number(unusedCommitment), .text(effort?.rawValue),
      action.map { .boolean($0.needsRestart) } ?? .null,
      risk.map { .int64(Int64($0)) } ?? .null, .number(shortageChance), .text(options),
      .text(alternatives), .text(suppression?.until.map(Day.text)), .text(suppression?.reason),
    ]
  }
}
