package import Columns

/// How much of what commitments can cover they did cover in a month, and what all of it came to against
/// prices on demand.
///
/// - Plans: covered = Σ cost on demand of covered usage: the unblended cost of cost and usage reports,
///   the list cost of FOCUS; eligible = covered + Σ the same of usage on demand that a plan could have
///   covered (servers, Fargate, Lambda; no Spot, no traffic).
/// - Reservations: covered = Σ hours of instances that a reservation was applied to; eligible = covered
///   + Σ hours of instances on demand, of services that have reservations.
/// - coverage = 100 × covered / eligible
/// - effective savings rate = 1 − (effective cost of covered usage + unused commitment + uncovered
///   usage on demand) / (what covered and uncovered usage cost on demand)
///
/// Sources: AWS Cost Explorer API, SavingsPlansCoverageData, Coverage; FinOps Foundation, "Effective
/// Savings Rate".
package struct CommitmentCoverage: Sendable {
  /// `Savings Plan` or `Reserved Instance`.
  package let kind: String
  /// nil for all services together.
  package let service: String?
  package let month: String
  /// Dollars of plans, hours of reservations.
  package let covered: Double
  package let eligible: Double
  /// The currency, or `Hrs`.
  package let unit: String
  /// The currency of costs; bills of different currencies are never one row.
  package let currency: String
  /// What the eligible usage and the commitments came to.
  package let cost: Double
  /// What the eligible usage costs on demand.
  package let onDemand: Double

  package var coverage: Double? { eligible > 0 ? 100 * covered / eligible : nil }
  package var savingsRate: Double? { onDemand > 0 ? 100 * (1 - cost / onDemand) : nil }

  /// `commitment_coverage`: a row per kind, currency and service, and one for all services of a kind
  /// that are billed in a currency.
  package static let table = FindingsTable(
    "commitment_coverage",
    [
      Field("kind", .varchar), Field("service", .varchar), Field("billing_period", .varchar),
      Field("covered", .double), Field("eligible", .double), Field("unit", .varchar),
      Field("coverage_percent", .double), Field("cost", .double), Field("on_demand", .double),
      Field("effective_savings_rate_percent", .double), Field("currency", .varchar),
    ])

  package var row: [Value] {
    [
      .text(kind), .text(service), .text(month), .number(covered), .number(eligible), .text(unit),
      .number(coverage), .number(cost), .number(onDemand), .number(savingsRate),
      .text(currency),
    ]
  }
}
