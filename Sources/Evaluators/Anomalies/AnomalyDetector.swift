import Forecasting

/// Finds days on which a series leaves its own past, using nothing later than each day itself.
///
/// Expected is the median of the same weekday over the last six weeks, moved to the level of the last
/// week; a day is anomalous when it is above that by more than the series' own noise explains and by
/// more than a stated amount. Anomalous days do not become part of what is expected later, until the
/// new level has lasted for two weeks and is the normal one.
struct AnomalyDetector {
  struct Options {
    /// How many robust standard deviations a day has to stand out by.
    var deviations = 5.0
    /// The least impact of a day, in the bill's currency and as a share of the expected cost.
    var leastImpact = 5.0
    var leastShare = 0.25
    /// Days of history before anything is judged.
    var learningDays = 14
    /// Days after which a changed level is the normal one.
    var adoptionDays = 14
  }

  struct Day: Hashable {
    let day: Int
    let actual: Double
    let expected: Double
    var impact: Double { actual - expected }
    /// How far out, in robust standard deviations of the series' noise.
    let score: Double
  }

  var options = Options()

  /// The anomalous days of a series, in order.
  ///
  /// - Complexity: O(`series.count`), six weeks looked at for each day.
  func days(in series: DailySeries) -> [Day] {
    var found: [Day] = []
    // What later days learn from: anomalous days are replaced by what was expected.
    var learned = series.values
    var run = 0
    for index in series.values.indices {
      guard index >= options.learningDays,
        let baseline = baseline(learned, at: index, firstDay: series.firstDay)
      else { continue }
      let actual = series.values[index]
      let excess = actual - baseline.expected
      let isAnomalous =
        excess > options.deviations * baseline.noise && excess > options.leastImpact
        && excess > options.leastShare * abs(baseline.expected)
      guard isAnomalous else {
        run = 0
        continue
      }
      found.append(
        Day(
          day: series.firstDay + index, actual: actual, expected: baseline.expected,
          score: excess / baseline.noise))
      run += 1
      if run < options.adoptionDays {
        learned[index] = baseline.expected
      } else {
        for earlier in (index - run + 1)...index { learned[earlier] = series.values[earlier] }
        run = 0
      }
    }
    return found
  }

  private func baseline(
    _ values: [Double], at index: Int, firstDay: Int
  ) -> (expected: Double, noise: Double)? {
    let sameWeekday = (1...6).map { index - 7 * $0 }.filter { $0 >= 0 }.map { values[$0] }
    let lastWeek = Array(values[max(0, index - 7)..<index])
    let weekBefore = index >= 14 ? Array(values[(index - 14)..<(index - 7)]) : lastWeek
    guard let typical = Robust.median(sameWeekday), let recent = Robust.median(lastWeek),
      let before = Robust.median(weekBefore)
    else { return nil }
    // Half of the last week's move in level is taken over: growth is not an anomaly.
    let expected = typical + (recent - before) / 2
    let errors = (max(7, index - 28)..<index).map { values[$0] - values[$0 - 7] }
    let noise = (Robust.deviation(errors) ?? 0) / 2.0.squareRoot()
    // A series without noise still has to move by a fiftieth of itself to be noticed.
    return (expected, max(noise, abs(expected) * 0.02, 0.01))
  }
}
