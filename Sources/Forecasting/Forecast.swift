/// A forecast of daily values and of their total, each with an 80 % and a 95 % interval.
package struct Forecast: Sendable {
  /// One day's expected value and the bounds it stays within.
  package struct Point: Sendable, Hashable {
    package let day: Int
    package let mean: Double
    /// Bounds that hold with the probability that was asked for, 80 % by default.
    package let low: Double
    package let high: Double
    /// Bounds that hold with 95 %.
    package let outerLow: Double
    package let outerHigh: Double

    /// The same with bounds that hold another value, too.
    func reaching(_ other: Double?) -> Point {
      guard let other else { return self }
      return Point(
        day: day, mean: mean, low: min(low, other), high: max(high, other),
        outerLow: min(outerLow, other), outerHigh: max(outerHigh, other))
    }
  }

  /// The days forecast, in order.
  package let points: [Point]
  /// What is still to come: the sum of the days forecast and of what incomplete days still lack.
  ///
  /// Its interval comes from how wrong totals of that length were before, which is neither the sum of
  /// the daily bounds (far too wide) nor that of independent days (too narrow).
  package let total: Point
  /// What the newest days of the series still lack, oldest first; those before lack nothing.
  package let lateByDay: [Double]
  /// The probability the inner intervals were made for, such as 0.8.
  package let level: Double
  /// How the same method did on the series' own past.
  package let backtest: Backtest

  /// What the newest days still lack together, a part of ``total``.
  package var late: Double { lateByDay.reduce(0, +) }

  /// Settled days with cost that a forecast needs at least.
  package static let minimumHistory = SeasonalModel.minimumHistory
  private static let outerLevel = 0.95
  /// Days of history that are looked at.
  private static let mostHistory = 1100

  /// Forecasts the days after a series.
  ///
  /// Returns nil when the history is too thin for an honest answer: fewer than 14 settled days since
  /// the first day with a value.
  ///
  /// - Parameters:
  ///   - horizon: days to forecast, at least 1; 0 where only incomplete days are to be completed.
  ///   - level: probability of the inner intervals, between 0 and 1.
  ///   - completeness: how much of the newest days is in.
  ///   - endsMonth: whether the horizon ends with a month, so that earlier months' rests are what to
  ///     compare with.
  /// - Complexity: O(`series.count` × cutoffs), at most 24 cutoffs.
  package static func daily(
    _ series: DailySeries, horizon: Int, level: Double = 0.8,
    completeness: Completeness = .full, endsMonth: Bool = false
  ) -> Forecast? {
    guard horizon >= 1 || (horizon == 0 && !completeness.shares.isEmpty) else { return nil }
    let started = series.values.firstIndex { $0 != 0 } ?? 0
    let start = max(started, series.count - mostHistory)
    let values = Array(series.values[start...])
    let firstDay = series.firstDay + start
    let calendar = DayCalendar(firstDay..<(firstDay + values.count + horizon))
    guard values.count - completeness.shares.count >= SeasonalModel.minimumHistory,
      let completed = completeness.completed(values, calendar),
      let model = SeasonalModel(completed, calendar)
    else { return nil }
    let settled = Array(completed.dropLast(completeness.shares.count))
    let backtest = Backtest(
      settled, calendar, horizon: horizon, completeness: completeness, sameDay: endsMonth)
    let scale = Robust.median(completed.suffix(28).map { abs($0) }) ?? 0
    let isNeverNegative = completed.allSatisfy { $0 >= 0 }
    func floor(_ value: Double) -> Double { isNeverNegative ? max(0, value) : value }

    let points = (0..<horizon).map { ahead in
      let day = series.endDay + ahead
      let mean = floor(model.expected(at: values.count + ahead))
      let inner = backtest.dailyBounds(mean, day: day, level: level, scale: scale)
      let outer = backtest.dailyBounds(mean, day: day, level: outerLevel, scale: scale)
      let point = Point(
        day: day, mean: mean, low: floor(inner.low), high: inner.high,
        outerLow: floor(outer.low), outerHigh: outer.high)
      return point.reaching(model.expectedIfItLasts(at: values.count + ahead))
    }
    let lateByDay = zip(completed, values).suffix(completeness.shares.count).map { $0.0 - $0.1 }
    let late = lateByDay.reduce(0, +)
    let ahead = points.reduce(0) { $0 + $1.mean }
    let size = max(
      points.reduce(0) { $0 + abs($1.mean) }, Backtest.leastSize * scale * Double(horizon))
    let inner = backtest.totalSpread(level: level, noise: model.noise) * size
    let outer = max(inner, backtest.totalSpread(level: outerLevel, noise: model.noise) * size)
    let sum = ahead + late
    let total = Point(
      day: series.endDay, mean: sum, low: floor(sum - inner), high: sum + inner,
      outerLow: floor(sum - outer), outerHigh: sum + outer)
    let ifItLasts = (0..<horizon).compactMap { model.expectedIfItLasts(at: values.count + $0) }
    return Forecast(
      points: points,
      total: ifItLasts.isEmpty ? total : total.reaching(ifItLasts.reduce(late, +)),
      lateByDay: lateByDay, level: level, backtest: backtest)
  }

  /// What the days after a series are expected to be, nothing else; nil when it is too short.
  package static func expected(after series: DailySeries, days: Int) -> [Double]? {
    let calendar = DayCalendar(series.firstDay..<(series.endDay + days))
    guard let model = SeasonalModel(series.values, calendar) else { return nil }
    return (0..<days).map { model.expected(at: series.count + $0) }
  }
}
