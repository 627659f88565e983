package import Columns
import Forecasting
package import Warehouse

/// The expected cost of each of the next days, in total and by account and service; on each day the
/// accounts add up to the total, and so do the services.
package struct CostForecastDays: Sendable {
  package let scope: CostForecast.Scope
  /// The account or service; empty for the total.
  package let name: String
  package let day: Int
  package let mean: Double
  /// The 80 % and the 95 % interval; nil for what is too new to be forecast by itself.
  package let inner: ClosedRange<Double>?
  package let outer: ClosedRange<Double>?
  package let backtestErrorPercent: Double?
  package let currency: String

  /// Forecasts the days after the newest with usage.
  ///
  /// Each currency has a total and groups of its own, unless all can be had in the reporting currency.
  /// Without an honest forecast of the total there is none of its groups.
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay, days: Int
  ) throws -> [CostForecastDays] {
    try DailyCosts.forForecasts(warehouse, day).flatMap { evaluate($0, day, days: days) }
  }

  private static func evaluate(
    _ costs: DailyCosts, _ day: EvaluationDay, days: Int
  ) -> [CostForecastDays] {
    guard let series = costs.series(by: { _ in "" })[""] else { return [] }
    let completeness = costs.lastDay == day.newestDay ? day.completeness : .full
    func forecast(_ series: DailySeries) -> Forecast? {
      Forecast.daily(series, horizon: days, completeness: completeness)
    }
    guard let total = forecast(series) else { return [] }
    var found = total.points.map {
      CostForecastDays(.total, "", $0, movedBy: 0, total.backtest, costs.currency)
    }
    for (scope, key) in scopes {
      let groups = costs.series(by: key).sorted { $0.key < $1.key }
      let forecasts = groups.map(\.value).parallelMap {
        Forecast.daily($0, horizon: days, completeness: completeness)
      }
      let known = zip(groups, forecasts).compactMap { group, forecast in
        forecast.map {
          (name: group.key, forecast: $0, neverNegative: group.value.values.allSatisfy { $0 >= 0 })
        }
      }
      let hasNew = known.count < groups.count
      for (ahead, sum) in total.points.enumerated() {
        var expected = known.map { group in
          let point = group.forecast.points[ahead]
          return (mean: point.mean, spread: point.high - point.low)
        }
        let missing = sum.mean - expected.reduce(0) { $0 + $1.mean }
        // What is too new has what the others leave, and nothing where they leave nothing.
        if hasNew { expected.append((max(0, missing), 0)) }
        let moves = GroupForecasts.moves(
          expected, to: sum.mean,
          isNeverNegative: known.map(\.neverNegative) + (hasNew ? [true] : []))
        for (group, move) in zip(known, moves) {
          found.append(
            CostForecastDays(
              scope, group.name, group.forecast.points[ahead], movedBy: move,
              group.forecast.backtest, costs.currency))
        }
        if hasNew, let rest = expected.last {
          found.append(
            CostForecastDays(
              scope: scope, name: CostForecast.tooNew, day: sum.day,
              mean: rest.mean + (moves.last ?? 0), inner: nil, outer: nil,
              backtestErrorPercent: nil, currency: costs.currency))
        }
      }
    }
    return found
  }

  private static let scopes: [(CostForecast.Scope, @Sendable (DailyCosts.Leaf) -> String)] = [
    (.account, { $0.account }), (.service, { $0.service }),
  ]

  private init(
    _ scope: CostForecast.Scope, _ name: String, _ point: Forecast.Point, movedBy move: Double,
    _ backtest: Backtest, _ currency: String
  ) {
    self.init(
      scope: scope, name: name, day: point.day, mean: point.mean + move,
      inner: Self.interval(point.low + move, point.high + move),
      outer: Self.interval(point.outerLow + move, point.outerHigh + move),
      backtestErrorPercent: backtest.totalErrorPercent, currency: currency)
  }

  /// Nil where costs near the end of what doubles hold leave no numbers.
  private static func interval(_ low: Double, _ high: Double) -> ClosedRange<Double>? {
    low <= high ? low...high : nil
  }

  private init(
    scope: CostForecast.Scope, name: String, day: Int, mean: Double, inner: ClosedRange<Double>?,
    outer: ClosedRange<Double>?, backtestErrorPercent: Double?, currency: String
  ) {
    self.scope = scope
    self.name = name
    self.day = day
    self.mean = mean
    self.inner = inner
    self.outer = outer
    self.backtestErrorPercent = backtestErrorPercent
    self.currency = currency
  }

  /// A row per group and day.
  package static let fields = [
    Field("scope", .varchar), Field("name", .varchar), Field("day", .date),
    Field("forecast", .double), Field("forecast_low", .double), Field("forecast_high", .double),
    Field("forecast_low_95", .double), Field("forecast_high_95", .double),
    Field("backtest_error_percent", .double), Field("currency", .varchar),
  ]

  package var row: [Value] {
    [
      .text(scope.rawValue), .text(name), .day(day), .number(mean), .number(inner?.lowerBound),
      .number(inner?.upperBound), .number(outer?.lowerBound), .number(outer?.upperBound),
      .number(backtestErrorPercent), .text(currency),
    ]
  }
}
