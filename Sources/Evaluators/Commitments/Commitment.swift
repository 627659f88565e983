package import Columns

/// A Savings Plan or a reserved instance over a month: how much of it was used, what was left unused,
/// what it saved, and when it ends.
///
/// The formulas, each over the rows of one commitment in one billing month:
///
/// - committed = Σ total commitment to date of a plan's recurring fees (dollars), or
///   Σ total reserved normalized units of a reservation's fee (`RIFee` rows alone: `Fee` rows carry the
///   column with other values). That is of the whole billing period; while the month is open, used +
///   unused so far where the fee says what is unused, else its share of the days that are in
/// - used = Σ used commitment of a plan's recurring fees, or Σ normalized usage that a reservation was
///   applied to. Normalized units, not hours: a reservation of a flexible size that covers 93 hours of
///   a size eight times as large is fully used in 744 hours, not to an eighth.
/// - unused = committed − used, never below nothing
/// - utilisation = 100 × used / committed
/// - cost = Σ effective cost of used and of unused rows (the amortized fee)
/// - on demand = Σ what the usage that it covered costs without it: the unblended cost of a plan's
///   covered usage, the public price on demand of a reservation's
/// - net savings = on demand − cost; potential savings = on demand × committed / used − cost;
///   unrealized = potential − net = on demand × unused / used
/// - savings rate = 1 − cost / on demand
///
/// Sources: AWS Cost Explorer API, SavingsPlansUtilization, SavingsPlansSavings,
/// ReservationAggregates; AWS CUR user guide, reservation and savings plan details.
package struct Commitment: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case ok = "OK"
    /// Less than ``leastUtilization`` percent used.
    case underused = "UNDERUSED"
    /// Ends in less than 30 days.
    case expiring = "EXPIRING"
    /// Has ended; in a newer month it is told of for 30 days.
    case expired = "EXPIRED"
  }

  package let id: String
  /// `Savings Plan` or `Reserved Instance`.
  package let kind: String
  package let account: String?
  package let service: String?
  package let region: String?
  package let payment: String?
  /// The billing month, `2026-10`.
  package let month: String
  /// Days since the epoch.
  package let start: Int?
  package let end: Int?
  /// Dollars of a plan, normalized units of a reservation.
  package let committed: Double?
  package let used: Double?
  package let cost: Double
  package let unusedCost: Double
  package let onDemand: Double?
  package let currency: String?

  /// Below this many percent a commitment is said to be underused.
  package static let leastUtilization = 80.0
  /// Days before and after its end that a commitment is told of.
  ///
  /// Source: AWS Trusted Advisor, "Amazon EC2 Reserved Instance Lease Expiration".
  package static let expiryDays = 30

  package var unused: Double? {
    guard let committed, let used else { return nil }
    return max(0, committed - used)
  }

  /// Percent; nil where a bill does not say what was committed.
  package var utilization: Double? {
    guard let committed, let used, committed > 0 else { return nil }
    return 100 * used / committed
  }

  package var netSavings: Double? { onDemand.map { $0 - cost } }

  /// What it would have saved beyond, had all of it been used as what was used is.
  package var unrealizedSavings: Double? {
    guard let onDemand, let used, let unused, used > 0 else { return nil }
    return onDemand * unused / used
  }

  /// 1 − cost / on demand, in percent; negative where it cost more than it spared.
  package var savingsRate: Double? {
    guard let onDemand, onDemand > 0 else { return nil }
    return 100 * (1 - cost / onDemand)
  }

  package func daysLeft(on today: Int) -> Int? { end.map { $0 - today } }

  package func state(on today: Int) -> State {
    if let left = daysLeft(on: today) {
      // On its last day it still holds.
      if left < 0 { return .expired }
      if left < Commitment.expiryDays { return .expiring }
    }
    if let utilization, utilization < Commitment.leastUtilization { return .underused }
    return .ok
  }
}

extension Commitment {
  /// `commitment_status`: a row per commitment.
  package static let table = FindingsTable(
    "commitment_status",
    [
      Field("commitment", .varchar), Field("kind", .varchar), Field("account", .varchar),
      Field("service", .varchar), Field("region", .varchar), Field("payment", .varchar),
      Field("billing_period", .varchar), Field("committed", .double), Field("used", .double),
      Field("unused", .double), Field("utilization_percent", .double), Field("cost", .double),
      Field("unused_cost", .double), Field("on_demand", .double), Field("net_savings", .double),
      Field("unrealized_savings", .double), Field("savings_rate_percent", .double),
      Field("currency", .varchar), Field("starts_on", .date), Field("ends_on", .date),
      Field("days_left", .bigint), Field("state", .varchar),
    ])

  package func row(on today: Int) -> [Value] {
    [
      .text(id), .text(kind), .text(account), .text(service), .text(region), .text(payment),
      .text(month), .number(committed), .number(used), .number(unused), .number(utilization),
      .number(cost), .number(unusedCost), .number(onDemand), .number(netSavings),
      .number(unrealizedSavings), .number(savingsRate), .text(currency), .day(start), .day(end),
      daysLeft(on: today).map { .int64(Int64($0)) } ?? .null, .text(state(on: today).rawValue),
    ]
  }
}
