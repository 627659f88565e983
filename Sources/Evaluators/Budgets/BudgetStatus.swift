package import Columns

/// What a budget's period looks like, and which of its thresholds are crossed.
package struct BudgetStatus: Sendable {
  package enum State: String, Sendable, CaseIterable {
    case ok = "OK", alarm = "ALARM", unknown = "UNKNOWN", inactive = "INACTIVE"
  }

  package struct Judgement: Sendable {
    package let threshold: Threshold
    package let state: State
    /// Why the state is unknown, or what it is made of.
    package let message: String?

    init(
      threshold: Threshold, state: State, message: String?
    ) {
      self.threshold = threshold
      self.state = state
      self.message = message
    }
  }

  package let budget: Budget
  /// Days since the epoch.
  package let period: Range<Int>
  /// The limit in force at the period's start; 0 where nothing says it.
  package let limit: Double
  /// Where the limit comes from: `fixed`, `mean of the 5 periods before`.
  package let limitSource: String
  package var dataThrough: Int?
  /// The first day with a charge that the evaluation looked at.
  package var historyFrom: Int?
  /// Tables and versions of the bills evaluated: `cur@12`.
  package var bills = ""
  /// Spent in the period up to `dataThrough`; nil when it could not be computed.
  package var actual: Double?
  /// Expected by the period's end, with an 80 % interval; nil without enough history.
  package var forecast: Double?
  package var forecastLow: Double?
  package var forecastHigh: Double?
  /// What days of the period that are there still lack; nil where nothing tells.
  package var late: Double?
  package var thresholds: [Judgement] = []
  /// Why the budget as a whole could not be evaluated.
  package var message: String?
  /// Whether the period had ended with the bills complete: what it came to is judged, not expected.
  package internal(set) var isClosed = false
  private var ownState: State?

  init(_ budget: Budget, period: Range<Int>, limit: BudgetLimit? = nil) {
    self.budget = budget
    self.period = period
    let limit = limit ?? BudgetLimit(budget, period, BudgetSeries(numerator: [:]))
    self.limit = limit.amount ?? 0
    limitSource = limit.source
  }

  /// The worst of its thresholds.
  package var state: State {
    if let ownState { return ownState }
    let states = thresholds.map(\.state)
    return states.contains(.alarm)
      ? .alarm : states.first { $0 == .unknown } ?? states.first { $0 == .inactive } ?? .ok
  }

  func unknown(_ reason: String) -> BudgetStatus { marked(.unknown, reason) }
  func inactive(_ reason: String) -> BudgetStatus { marked(.inactive, reason) }

  /// A budget that fails must say so: it is never silently under its limit.
  private func marked(_ state: State, _ reason: String) -> BudgetStatus {
    var copy = self
    copy.ownState = state
    copy.message = reason
    copy.actual = nil
    copy.forecast = nil
    copy.forecastLow = nil
    copy.forecastHigh = nil
    copy.late = nil
    copy.thresholds = budget.thresholds.map {
      Judgement(threshold: $0, state: state, message: reason)
    }
    return copy
  }
}

extension BudgetStatus {
  /// `budget_status`: a row per budget and threshold; a budget without thresholds has one row.
  package static let table = FindingsTable("budget_status", fields)

  /// `budget_closings`: the same of periods that had ended when a night judged them, because their last
  /// charges came after the night before or were restated.
  package static let closings = FindingsTable("budget_closings", fields)

  private static let fields = [

    Field("budget", .varchar), Field("budget_type", .varchar), Field("time_unit", .varchar),
    Field("period_start", .date), Field("period_end", .date), Field("limit_amount", .double),
    Field("unit", .varchar), Field("actual", .double), Field("actual_percent", .double),
    Field("forecast", .double), Field("forecast_low", .double),
    Field("forecast_high", .double), Field("forecast_percent", .double),
    Field("data_through", .date), Field("threshold", .varchar),
    Field("threshold_amount", .double), Field("state", .varchar), Field("message", .varchar),
    Field("limit_source", .varchar), Field("metric", .varchar), Field("history_from", .date),
    Field("bills", .varchar), Field("late", .double),
  ]

  /// The status as rows of ``table``.
  package var rows: [[Value]] {
    thresholds.isEmpty ? [row(nil)] : thresholds.map(row)
  }

  /// What is added up; shares and queries have their own figure.
  private var metric: String? {
    budget.kind.isShare || budget.kind == .query ? nil : budget.metric.rawValue
  }

  private func row(_ judgement: Judgement?) -> [Value] {
    let percent = { (figure: Double?) -> Double? in
      figure.flatMap { limit > 0 ? 100 * $0 / limit : nil }
    }
    let level = judgement.map { judgement in
      let share = judgement.threshold.basis == .burnRate ? limit / Double(period.count) : limit
      return judgement.threshold.amount(limit: share)
    }
    return [
      .text(budget.name), .text(budget.kind.rawValue), .text(budget.timeUnit.rawValue),
      .day(period.lowerBound), .day(period.upperBound - 1), .number(limit), .text(budget.unit),
      .number(actual), .number(percent(actual)), .number(forecast), .number(forecastLow),
      .number(forecastHigh), .number(percent(forecast)), .day(dataThrough),
      .text(judgement?.threshold.text), .number(level),
      .text((judgement?.state ?? state).rawValue), .text(judgement?.message ?? message),
      .text(limitSource), .text(metric), .day(historyFrom), .text(bills),
      .number(late),
    ]
  }
}
