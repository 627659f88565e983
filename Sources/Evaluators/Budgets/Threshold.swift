/// A level that notifies when it is crossed.
package struct Threshold: Sendable, Hashable {
  package enum Basis: String, Sendable, CaseIterable {
    case actual = "ACTUAL"
    case forecasted = "FORECASTED"
    /// How fast the limit is being spent over the last days; not known to AWS.
    case burnRate = "BURN_RATE"
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

  /// What a value is in.
  package enum Measure: String, Sendable, CaseIterable {
    case percentage = "PERCENTAGE"
    case absolute = "ABSOLUTE_VALUE"
  }

  package let basis: Basis
  package let comparison: Comparison
  package let value: Double
  /// Percent of the limit, or the budget's unit.
  package let isPercentage: Bool
  /// Days of a burn rate's windows, in each of which the pace has to be over the threshold: a long
  /// one that a single day does not move, and a short one that ends soon after the cause has ended.
  package let windows: [Int]

  package init(
    basis: Basis, comparison: Comparison, value: Double, isPercentage: Bool, windows: [Int] = []
  ) {
    self.basis = basis
    self.comparison = comparison
    self.value = value
    self.isPercentage = isPercentage
    self.windows = windows
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

  /// `ACTUAL > 80 %`, `BURN_RATE > 150 % in 7 and 1 days`.
  package var text: String {
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    let level = "\(basis.rawValue) \(comparison.symbol) \(number)\(isPercentage ? " %" : "")"
    guard basis == .burnRate else { return level }
    return "\(level) in \(windows.map(String.init).joined(separator: " and ")) days"
  }
}
