/// A budget as AWS Budgets knows it, or of a kind of our own, with the thresholds that notify.
///
/// Source: AWS Budgets API, data types Budget, Notification, CostTypes, AutoAdjustData, Expression.
package struct Budget: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case cost = "COST"
    case usage = "USAGE"
    case reservationUtilization = "RI_UTILIZATION"
    case reservationCoverage = "RI_COVERAGE"
    case planUtilization = "SAVINGS_PLANS_UTILIZATION"
    case planCoverage = "SAVINGS_PLANS_COVERAGE"
    /// Cost by a unit of business that a query counts; not known to AWS.
    case unitCost = "UNIT_COST"
    /// Whatever a query says of each day; not known to AWS.
    case query = "QUERY"

    /// Whether the figure is a share of commitments, in percent of 100.
    package var isShare: Bool {
      switch self {
      case .reservationUtilization, .reservationCoverage, .planUtilization, .planCoverage: true
      case .cost, .usage, .unitCost, .query: false
      }
    }
  }

  package enum TimeUnit: String, Sendable, CaseIterable {
    case daily = "DAILY"
    case monthly = "MONTHLY"
    case quarterly = "QUARTERLY"
    case annually = "ANNUALLY"
    /// One period: from the budget's first day to its last.
    case custom = "CUSTOM"
  }

  /// The figure that a budget adds up.
  package enum Metric: String, Sendable, CaseIterable {
    case unblended = "UnblendedCost"
    case blended = "BlendedCost"
    case amortized = "AmortizedCost"
    case netUnblended = "NetUnblendedCost"
    case netAmortized = "NetAmortizedCost"
    case usage = "UsageQuantity"
    case normalizedUsage = "NormalizedUsageAmount"
    case hours = "Hours"

    /// Whether it is an amount of what was used, not of money.
    var isUsage: Bool {
      switch self {
      case .usage, .normalizedUsage, .hours: true
      case .unblended, .blended, .amortized, .netUnblended, .netAmortized: false
      }
    }
  }

  package let name: String
  package let kind: Kind
  package let timeUnit: TimeUnit
  package let metric: Metric
  /// In `unit`, of one period; nil where only planned limits or adjustment say it.
  package let limit: Double?
  /// A currency for costs, a usage unit such as `Hrs` or `GB` for usage, `PERCENTAGE` for shares.
  package let unit: String
  /// Limits that hold from a day on (days since the epoch), latest last; they go before `limit`.
  package let plannedLimits: [PlannedLimit]
  package let adjustment: Adjustment?
  package let filter: BudgetFilter
  package let costTypes: CostTypes
  /// First day the budget counts, and the first day it does not any more.
  package let start: Int?
  package let end: Int?
  /// SQL: the days' amounts of a `QUERY` budget, the units of a `UNIT_COST` one.
  package let query: String?
  /// The view of the bills that it counts, by its resource name; nil for all of them.
  package var billingView: String?
  package var thresholds: [Threshold]

  package struct PlannedLimit: Sendable, Hashable {
    package let from: Int
    package let amount: Double
  }

  /// How the limit follows what came before.
  package enum Adjustment: Sendable, Hashable {
    /// The mean of so many periods before; `known` is how many of them AWS found data in.
    case historical(periods: Int, known: Int?)
    case forecast
  }

  /// The limit that a budget's own text sets for a day: the latest planned one that has begun (the
  /// last one holds on past its period), else the plain one, else the first plan still to come.
  package func limit(on day: Int) -> Double? {
    plannedLimits.last { $0.from <= day }?.amount ?? limit ?? plannedLimits.first?.amount
  }
}

/// Which charges a cost budget counts, and by which figure.
package struct CostTypes: Sendable, Hashable {
  package var includesTax = true
  package var includesSubscription = true
  package var includesRefund = true
  package var includesCredit = true
  package var includesUpfront = true
  package var includesRecurring = true
  package var includesOtherSubscription = true
  package var includesSupport = true
  package var includesDiscount = true
  package var usesBlended = false
  package var usesAmortized = false

  package init() {}
}

extension CostTypes {
  /// The figure that the old flags ask for; blended goes before amortized.
  var metric: Budget.Metric { usesBlended ? .blended : usesAmortized ? .amortized : .unblended }
}
