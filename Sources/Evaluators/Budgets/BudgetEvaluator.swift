import Columns
package import Warehouse

import Forecasting

/// Compares each budget with what was spent in its period and with what is expected by its end.
package struct BudgetEvaluator {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// Days of history that forecasts look at.
  private static let historyDays = 400

  /// Evaluates the budgets in their order; a budget that cannot be evaluated says why.
  ///
  /// - Throws: what querying the lake throws.
  package func evaluate(_ budgets: [Budget]) throws -> [BudgetStatus] {
    try budgets.map(evaluate)
  }

  private func evaluate(_ budget: Budget) throws -> BudgetStatus {
    var status = BudgetStatus(budget, period: budget.period(containing: day.today))
    guard let through = day.dataThrough else {
      return status.unknown("there are no bills in the lake")
    }
    // On the first days of a period its bills may not have come: the figures are then zero so far.
    let reference = min(through, day.today)
    status = BudgetStatus(budget, period: budget.period(containing: reference))
    status.dataThrough = through
    if let start = budget.start, status.period.upperBound <= start {
      return status.inactive("the budget begins on \(Day.text(start))")
    }
    if let end = budget.end, reference >= end {
      return status.inactive("the budget ended on \(Day.text(end))")
    }
    let scope: BudgetScope
    do {
      scope = try BudgetScope(budget)
    } catch {
      return status.unknown(
        "its filter '\(error.key)' is not supported; LinkedAccount, Service, Region, AZ, "
          + "UsageType, Operation, RecordType and TagKeyValue are")
    }
    let history = try series(scope, through: through)
    status.actual = try actual(scope, status.period)
    addForecast(to: &status, history)
    status.thresholds = budget.thresholds.map { judged($0, status) }
    return status
  }

  /// What was billed in the period so far, of days that are still arriving too: money that is spent
  /// is spent.
  private func actual(_ scope: BudgetScope, _ period: Range<Int>) throws -> Double {
    let end = min(period.upperBound, day.today + 1)
    let result = try warehouse.query(
      """
      SELECT sum(\(scope.figure)) FROM costs
      WHERE ChargePeriodStart >= TIMESTAMP '\(Day.text(period.lowerBound)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(end)) 00:00:00'
        AND \(scope.condition)
      """)
    return result.rows().first?.first?.double ?? 0
  }

  private func series(_ scope: BudgetScope, through: Int) throws -> DailySeries {
    let first = through - BudgetEvaluator.historyDays + 1
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day, sum(\(scope.figure)) AS cost
      FROM costs
      WHERE ChargePeriodStart >= TIMESTAMP '\(Day.text(first)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
        AND \(scope.condition)
      GROUP BY 1 ORDER BY 1
      """)
    var byDay: [Int: Double] = [:]
    for row in result.rows() {
      if let day = row[0].int64 { byDay[Int(day)] = row[1].double ?? 0 }
    }
    return DailySeries(values: byDay, from: byDay.keys.min() ?? through, through: through)
  }

  /// The complete days of the period plus the days still to come, never less than what is billed.
  private func addForecast(to status: inout BudgetStatus, _ history: DailySeries) {
    let remaining = status.period.upperBound - history.endDay
    guard remaining > 0 else {
      status.forecast = status.actual
      status.forecastLow = status.actual
      status.forecastHigh = status.actual
      return
    }
    guard let actual = status.actual, let forecast = Forecast.daily(history, horizon: remaining)
    else { return }
    let complete = history.total(status.period)
    status.forecast = max(actual, complete + forecast.total.mean)
    status.forecastLow = max(actual, complete + forecast.total.low)
    status.forecastHigh = max(actual, complete + forecast.total.high)
  }

  private func judged(_ threshold: Threshold, _ status: BudgetStatus) -> BudgetStatus.Judgement {
    let figure = threshold.basis == .actual ? status.actual : status.forecast
    guard let figure else {
      return .init(
        threshold: threshold, state: .unknown,
        message: "the history is too short for a forecast")
    }
    let isCrossed = threshold.isCrossed(by: figure, limit: status.limit)
    return .init(threshold: threshold, state: isCrossed ? .alarm : .ok, message: nil)
  }
}
