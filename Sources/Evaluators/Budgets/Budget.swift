/// A budget as AWS Budgets knows it, with the thresholds that notify.
///
/// Source: AWS Budgets API, data types Budget, Notification, CostTypes.
package struct Budget: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case cost = "COST"
    case usage = "USAGE"
  }

  package enum TimeUnit: String, Sendable, CaseIterable {
    case daily = "DAILY"
    case monthly = "MONTHLY"
    case quarterly = "QUARTERLY"
    case annually = "ANNUALLY"
  }

  package let name: String
  package let kind: Kind
  package let timeUnit: TimeUnit
  /// In `unit`; of one period.
  package let limit: Double
  /// A currency for costs, a usage unit such as `Hrs` or `GB` for usage.
  package let unit: String
  /// Limits that hold from a day on (days since the epoch), latest last; they go before `limit`.
  package let plannedLimits: [PlannedLimit]
  package let filters: [CostFilter]
  package let costTypes: CostTypes
  /// First day the budget counts, and the first day it does not any more.
  package let start: Int?
  package let end: Int?
  package var thresholds: [Threshold]

  package struct PlannedLimit: Sendable, Hashable {
    package let from: Int
    package let amount: Double
  }

  /// The limit in force on a day: the latest planned one that has begun, else the plain one.
  package func limit(on day: Int) -> Double {
    plannedLimits.last { $0.from <= day }?.amount ?? limit
  }

  /// The period that a day is in.
  package func period(containing day: Int) -> Range<Int> {
    let month = Day.monthStart(day)
    switch timeUnit {
    case .daily: return day..<(day + 1)
    case .monthly: return month..<Day.adding(months: 1, to: month)
    case .quarterly:
      let sinceQuarter = (Day.monthNumber(day) - 1) % 3
      let first = Day.adding(months: -sinceQuarter, to: month)
      return first..<Day.adding(months: 3, to: first)
    case .annually:
      let first = Day.adding(months: 1 - Day.monthNumber(day), to: month)
      return first..<Day.adding(months: 12, to: first)
    }
  }
}

/// All values of one dimension that a budget counts: `LinkedAccount` in [`1234…`].
package struct CostFilter: Sendable, Hashable {
  package let key: String
  package let values: [String]

  package init(key: String, values: [String]) {
    self.key = key
    self.values = values
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

/// A level that notifies when it is crossed.
package struct Threshold: Sendable, Hashable {
  package enum Basis: String, Sendable, CaseIterable {
    case actual = "ACTUAL"
    case forecasted = "FORECASTED"
  }

  package enum Comparison: String, Sendable, CaseIterable {
    case greater = "GREATER_THAN"
    case less = "LESS_THAN"
    case equal = "EQUAL_TO"

    package var symbol: String {
      switch self {
      case .greater: ">"
      case .less: "<"
      case .equal: "="
      }
    }
  }

  package let basis: Basis
  package let comparison: Comparison
  package let value: Double
  /// Percent of the limit, or the budget's unit.
  package let isPercentage: Bool

  package init(basis: Basis, comparison: Comparison, value: Double, isPercentage: Bool) {
    self.basis = basis
    self.comparison = comparison
    self.value = value
    self.isPercentage = isPercentage
  }

  /// The threshold in the budget's unit.
  package func amount(limit: Double) -> Double { isPercentage ? limit * value / 100 : value }

  /// Whether a figure has crossed it; strict, so 80.00 % exactly has not crossed 80 %.
  package func isCrossed(by figure: Double, limit: Double) -> Bool {
    let amount = amount(limit: limit)
    return switch comparison {
    case .greater: figure > amount
    case .less: figure < amount
    case .equal: figure == amount
    }
  }

  /// `ACTUAL > 80 %`.
  package var text: String {
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    return "\(basis.rawValue) \(comparison.symbol) \(number)\(isPercentage ? " %" : "")"
  }
}

extension Day {
  /// 1 to 12.
  package static func monthNumber(_ day: Int) -> Int {
    Int(text(day).dropFirst(5).prefix(2)) ?? 1
  }
}
