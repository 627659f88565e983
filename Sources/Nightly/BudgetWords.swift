import Evaluators
import TextFormats

/// What an alert says of a budget: what it is at, against what, and in which period.
struct BudgetWords {
  let status: BudgetStatus
  let threshold: Threshold

  private var limit: Double { status.limit }
  private var figure: Double {
    (threshold.basis == .forecasted ? status.forecast : status.actual) ?? 0
  }
  /// What the figure is compared with; a pace is compared with the limit's share of a day.
  private var amount: Double {
    threshold.amount(limit: threshold.basis == .burnRate ? evenPace : limit)
  }
  private var evenPace: Double { limit / Double(max(1, status.period.count)) }

  /// Shares of the limit from which on they say nothing: the limit is next to nothing.
  private static let mostPercent = 100_000.0

  var title: String {
    "budget '\(status.budget.name)' \(verb) \(text(figure)), \(comparison)"
  }

  private var verb: String {
    if status.isClosed { return "came to" }
    return switch threshold.basis {
    case .actual: "is at"
    case .forecasted: "is expected to reach"
    case .burnRate: "is being spent faster than an even pace: it is at"
    }
  }

  private var comparison: String {
    let share = 100 * figure / limit
    if threshold.comparison == .greater || threshold.basis == .burnRate,
      !status.budget.kind.isShare,
      limit > 0, figure >= 0, share < BudgetWords.mostPercent
    {
      return "\(Int(share.rounded())) % of \(text(limit))"
    }
    return switch threshold.comparison {
    case .greater: "over \(text(amount))"
    case .less: "under \(text(amount))"
    case .equal: "which is \(text(amount))"
    }
  }

  var details: [String] {
    let source = status.limitSource == "fixed" ? "" : ", the limit \(status.limitSource)"
    var details = [
      "threshold \(threshold.text)\(meaning)\(source)",
      "period \(Day.text(status.period.lowerBound)) to \(Day.text(status.period.upperBound - 1))"
        + ", bills complete through \(Day.text(status.dataThrough ?? status.period.lowerBound))",
    ]
    if threshold.basis == .forecasted, let low = status.forecastLow, let high = status.forecastHigh
    {
      details.append("80 % likely between \(text(low)) and \(text(high))")
    }
    return details
  }

  /// What a threshold's percent are of.
  private var meaning: String {
    if threshold.basis == .burnRate { return " of an even pace of \(text(evenPace)) a day" }
    if status.budget.kind.isShare, limit == 100 { return "" }
    return " of \(text(limit)) = \(text(amount))"
  }

  private func text(_ value: Double) -> String {
    status.budget.kind.isShare
      ? "\(BudgetWords.amount(value, "")) %" : BudgetWords.amount(value, status.budget.unit)
  }

  static func amount(_ value: Double, _ unit: String) -> String {
    FigureText.money(value, isGrouped: false) + (unit.isEmpty ? "" : " \(unit)")
  }
}
