package import Columns
import Forecasting
package import Warehouse

/// The expected cost of the current month, in total and by account and service.
package struct CostForecast: Sendable {
  package enum Scope: String, Sendable { case total, account, service }

  package let scope: Scope
  /// The account or service; empty for the total.
  package let name: String
  package let periodStart: Int
  package let periodEnd: Int
  package let actual: Double
  package let forecast: Double
  package let low: Double
  package let high: Double
  /// Mean absolute error of the method on this series' past, in percent; nil if it has too little.
  package let backtestErrorPercent: Double?
  package let currency: String
  package let dataThrough: Int

  /// Forecasts the month that the last complete day is in; groups with too thin a history are left
  /// out rather than guessed.
  ///
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay
  ) throws -> [CostForecast] {
    guard let costs = try DailyCosts(warehouse, day, days: 400, usageOnly: false) else { return [] }
    var found: [CostForecast] = []
    for (_, series) in costs.series(by: { _ in "" }) {
      found += one(.total, "", series, costs)
    }
    for (account, series) in costs.series(by: \.account).sorted(by: { $0.key < $1.key }) {
      found += one(.account, account, series, costs)
    }
    for (service, series) in costs.series(by: \.service).sorted(by: { $0.key < $1.key }) {
      found += one(.service, service, series, costs)
    }
    return found
  }

  private static func one(
    _ scope: Scope, _ name: String, _ series: DailySeries, _ costs: DailyCosts
  ) -> [CostForecast] {
    let start = Day.monthStart(costs.lastDay)
    let end = Day.adding(months: 1, to: start)
    let actual = series.total(start..<end)
    let remaining = end - series.endDay
    var result = CostForecast(
      scope: scope, name: name, periodStart: start, periodEnd: end - 1, actual: actual,
      forecast: actual, low: actual, high: actual, backtestErrorPercent: nil,
      currency: costs.currency, dataThrough: costs.lastDay)
    if remaining > 0 {
      guard let forecast = Forecast.daily(series, horizon: remaining) else { return [] }
      result = CostForecast(
        scope: scope, name: name, periodStart: start, periodEnd: end - 1, actual: actual,
        forecast: actual + forecast.total.mean, low: actual + forecast.total.low,
        high: actual + forecast.total.high,
        backtestErrorPercent: forecast.backtest.totalErrorPercent, currency: costs.currency,
        dataThrough: costs.lastDay)
    }
    return [result]
  }
}

extension CostForecast {
  /// `forecasts`: a row per group.
  package static let table = FindingsTable(
    "forecasts",
    [
      Field("scope", .varchar), Field("name", .varchar), Field("period_start", .date),
      Field("period_end", .date), Field("actual", .double), Field("forecast", .double),
      Field("forecast_low", .double), Field("forecast_high", .double), Field("level", .double),
      Field("backtest_error_percent", .double), Field("currency", .varchar),
      Field("data_through", .date),
    ])

  package var row: [Value] {
    [
      .text(scope.rawValue), .text(name), .day(periodStart), .day(periodEnd), .number(actual),
      .number(forecast), .number(low), .number(high), .number(0.8), .number(backtestErrorPercent),
      .text(currency), .day(dataThrough),
    ]
  }
}
