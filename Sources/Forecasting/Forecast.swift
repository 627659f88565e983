/// A forecast of daily values and of their total, each with an interval.
package struct Forecast: Sendable {
  /// One day's expected value and the bounds it stays within with the level's probability.
  package struct Point: Sendable, Hashable {
    package let day: Int
    package let mean: Double
    package let low: Double
    package let high: Double
  }

  /// The days forecast, in order.
  package let points: [Point]
  /// Their sum; its interval comes from how wrong totals of that length were before, which is
  /// neither the sum of the daily bounds (far too wide) nor that of independent days (too narrow).
  package let total: Point
  /// The probability the intervals were made for, such as 0.8.
  package let level: Double
  /// How the same method did on the series' own past.
  package let backtest: Backtest

  /// Forecasts the days after a series.
  ///
  /// Returns nil when the history is too thin for an honest answer: fewer than 14 days.
  ///
  /// - Parameters:
  ///   - horizon: days to forecast, at least 1.
  ///   - level: probability of the intervals, between 0 and 1.
  /// - Complexity: O(`series.count` × cutoffs), at most 24 cutoffs.
  package static func daily(
    _ series: DailySeries, horizon: Int, level: Double = 0.8
  ) -> Forecast? {
    guard horizon >= 1, let model = SeasonalModel(series) else { return nil }
    let days = series.endDay..<(series.endDay + horizon)
    let backtest = Backtest(series, horizon: horizon)
    let dailySpread = backtest.dailySpread(level: level)
    let means = days.map { model.expected(on: $0) }
    let scale = Robust.median(series.values.suffix(28).map { abs($0) }) ?? 0
    let isNeverNegative = series.values.allSatisfy { $0 >= 0 }
    func floor(_ value: Double) -> Double { isNeverNegative ? max(0, value) : value }

    let points = zip(days, means).map { day, mean in
      let reach = dailySpread * max(abs(mean), scale)
      return Point(day: day, mean: floor(mean), low: floor(mean - reach), high: mean + reach)
    }
    let sum = points.reduce(0) { $0 + $1.mean }
    let reach = backtest.totalSpread(level: level) * max(abs(sum), scale * Double(horizon))
    return Forecast(
      points: points,
      total: Point(day: series.endDay, mean: sum, low: floor(sum - reach), high: sum + reach),
      level: level, backtest: backtest)
  }
}
