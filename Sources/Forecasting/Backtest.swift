/// How wrong the method was when it was asked the same question at earlier days of the series.
package struct Backtest: Sendable {
  /// Earlier days at which a forecast was made and could be compared with what came.
  package let cutoffs: Int
  /// Mean absolute error of the totals in percent of what came; nil without a cutoff.
  package let totalErrorPercent: Double?
  private let totalErrors: [Double]
  private let dailyErrors: [Double]

  private static let mostCutoffs = 24

  /// Replays a series: at each cutoff the model sees only what came before it.
  ///
  /// Cutoffs whose horizon lies fully in the series are used, the latest first; when the history is
  /// too short for that, a shorter horizon stands in (its relative errors are the larger ones).
  init(_ series: DailySeries, horizon: Int) {
    let room = series.count - SeasonalModel.minimumHistory
    let length = max(1, min(horizon, room / 2))
    var totals: [Double] = []
    var days: [Double] = []
    var actual = 0.0
    var missed = 0.0
    let step = max(1, (room - length) / Backtest.mostCutoffs)
    var cutoff = series.endDay - length
    while cutoff - series.firstDay >= SeasonalModel.minimumHistory,
      totals.count < Backtest.mostCutoffs
    {
      guard let model = SeasonalModel(series.prefix(before: cutoff)) else { break }
      var expected = 0.0
      let scale = abs(series.total(cutoff..<(cutoff + length))) / Double(length)
      for day in cutoff..<(cutoff + length) {
        let value = model.expected(on: day)
        expected += value
        let came = series.values[day - series.firstDay]
        let against = max(abs(came), scale)
        if against > 0 { days.append((value - came) / against) }
      }
      let came = series.total(cutoff..<(cutoff + length))
      if came != 0 { totals.append((expected - came) / abs(came)) }
      actual += abs(came)
      missed += abs(expected - came)
      cutoff -= step
    }
    cutoffs = totals.count
    totalErrorPercent = actual > 0 ? 100 * missed / actual : nil
    totalErrors = totals
    dailyErrors = days
  }

  /// Half the width of a day's interval, relative to its mean.
  func dailySpread(level: Double) -> Double {
    guard let spread = Robust.quantile(dailyErrors.map { abs($0) }, level) else { return 0.5 }
    return max(spread, 0.005)
  }

  /// Half the width of the total's interval, relative to it.
  ///
  /// Neighbouring cutoffs share most of their days, so they count as few independent ones.
  func totalSpread(level: Double) -> Double {
    guard !totalErrors.isEmpty else { return 0.3 }
    let squares = totalErrors.reduce(0) { $0 + $1 * $1 } / Double(totalErrors.count)
    let independent = max(2, min(6, totalErrors.count / 4))
    return max(
      0.002,
      squares.squareRoot() * Robust.studentQuantile(level: level, degreesOfFreedom: independent))
  }
}
