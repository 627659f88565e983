import Glibc

/// How wrong the method was when it was asked the same question at earlier days of the series.
package struct Backtest: Sendable {
  /// Earlier days at which a forecast was made and could be compared with what came.
  package let cutoffs: Int
  /// Mean absolute error of the totals in percent of what came; nil without a cutoff.
  package let totalErrorPercent: Double?
  /// The share, in percent, of totals that fell within the 80 % interval which the older cutoffs alone
  /// would have given; nil where there are too few.
  package let insidePercent: Double?

  /// Totals that were forecast, the latest first.
  private let totals: [Total]
  /// How many of them share no days.
  private let independent: Int
  private let daily: DailyErrors

  /// How a total was missed.
  private struct Total {
    /// Relative to the total's size.
    let error: Double
    /// That of the model which forecast it.
    let noise: Double
  }

  private static let mostCutoffs = 24
  private static let leastForInside = 6

  /// Replays values that stand at the calendar's first indices; at each cutoff the model sees only
  /// what came before it, its newest days as incomplete as today's are.
  ///
  /// When the history is too short for the horizon, a shorter one stands in (its relative errors are
  /// the larger ones).
  ///
  /// - Parameters:
  ///   - sameDay: cutoffs on the same day of the month as now, and two days off it, so that totals
  ///     of a month's rest meet the same postings; else every other week.
  init(
    _ values: [Double], _ calendar: DayCalendar, horizon: Int, completeness: Completeness,
    sameDay: Bool
  ) {
    let room = values.count - SeasonalModel.minimumHistory - completeness.shares.count
    let length = max(1, min(horizon, room / 2))
    let usual = Robust.median(values.suffix(28).map { abs($0) }) ?? 0
    var totals: [Total] = []
    var daily = DailyErrors()
    var actual = 0.0
    var missed = 0.0
    let cutoffs = Backtest.cutoffs(
      values.count, calendar, horizon: horizon, length: length, sameDay: sameDay)
    for (number, cutoff) in cutoffs.enumerated() {
      let seen = completeness.thinned(Array(values[..<cutoff]), number: number)
      let known = DayCalendar(
        calendar.firstDay..<(calendar.firstDay + cutoff + length))
      guard let completed = completeness.completed(seen, known),
        let model = SeasonalModel(completed, known)
      else { break }
      let expected = (cutoff..<(cutoff + length)).map { model.expected(at: $0) }
      let came = Array(values[cutoff..<(cutoff + length)])
      daily.add(expected: expected, came: came, firstDay: known.firstDay + cutoff)
      let late = zip(completed, values[..<cutoff]).suffix(completeness.shares.count)
        .reduce(0) { $0 + $1.0 - $1.1 }
      let error = expected.reduce(0, +) + late - came.reduce(0, +)
      let size = max(
        expected.reduce(0) { $0 + abs($1) }, Backtest.leastSize * usual * Double(length))
      if size > 0 { totals.append(Total(error: error / size, noise: model.noise)) }
      actual += abs(came.reduce(0, +))
      missed += abs(error)
    }
    self.cutoffs = totals.count
    totalErrorPercent = actual > 0 && !totals.isEmpty ? 100 * missed / actual : nil
    self.totals = totals
    let span = (cutoffs.first ?? 0) - (cutoffs.prefix(totals.count).last ?? 0)
    independent = 1 + span / length
    daily.finish()
    self.daily = daily
    insidePercent = Backtest.insidePercent(totals, independent: independent)
  }

  /// Ends of the histories that are replayed, the latest first.
  private static func cutoffs(
    _ count: Int, _ calendar: DayCalendar, horizon: Int, length: Int, sameDay: Bool
  ) -> [Int] {
    let last = count - length
    let first = SeasonalModel.minimumHistory
    guard last >= first else { return [] }
    guard sameDay else {
      // Two weeks apart where the history is long, closer where it is short.
      let step = max(1, min(14, (last - first) / mostCutoffs))
      return Array(stride(from: last, through: first, by: -step).prefix(mostCutoffs))
    }
    let today = calendar.dayOfMonth[min(calendar.count - horizon, calendar.count - 1)]
    let found = stride(from: last, through: first, by: -1).filter { index in
      let distance = abs(calendar.dayOfMonth[index] - today)
      return distance == 0 || distance == 2
    }
    guard found.count >= 6 else {
      return cutoffs(count, calendar, horizon: horizon, length: length, sameDay: false)
    }
    return Array(found.prefix(mostCutoffs))
  }

  /// A total's error is taken relative to no less than this share of the usual.
  static let leastSize = 0.3

  /// Half the width of the total's interval, relative to it.
  ///
  /// - Parameter noise: that of the model which forecasts it.
  func totalSpread(level: Double, noise: Double) -> Double {
    Backtest.spread(totals.map(\.error), independent: independent, level: level, noise: noise)
  }

  /// How far a total may be off, by how far earlier ones were.
  ///
  /// A step or an outage that nobody could foresee is an error far from the others. As it was, it would
  /// make the interval of every month after it several times too wide, and months like it are as rare
  /// where it was as elsewhere: it counts as four times what the ordinary errors are. Even these say
  /// little about the next one (their logarithms go along by a quarter), so that the noise of the last
  /// days has a part in it; and no bill that moves at all is as calm as its past.
  private static func spread(
    _ errors: [Double], independent: Int, level: Double, noise: Double
  ) -> Double {
    guard !errors.isEmpty else {
      return 0.3 * Robust.normalQuantile(0.5 + level / 2) / Robust.normalQuantile(0.9)
    }
    guard errors.count >= 12, independent >= 5 else {
      let freedom = max(2, min(5, independent, errors.count / 4))
      return max(0.002, rootMeanSquare(errors) * student(level, freedom))
    }
    let sizes = errors.map { abs($0) }.sorted()
    let wildest = 4 * rootMeanSquare(sizes.prefix(sizes.count * 3 / 4))
    let usual = rootMeanSquare(sizes.map { min($0, wildest) })
    let both = Robust.power(usual, 1 - noisePart) * Robust.power(0.4 * noise, noisePart)
    let unknown = min(leastUnknown, 10 * max(usual, noise))
    return max(0.002, hypot(both, unknown) * student(level, 4))
  }

  /// The share, of the logarithm, that the noise of the last days has in what is to be expected.
  private static let noisePart = 0.3
  /// What no past tells: new servers, new prices.
  private static let leastUnknown = 0.02

  private static func rootMeanSquare(_ values: some Collection<Double>) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))).squareRoot()
  }

  private static func student(_ level: Double, _ degreesOfFreedom: Int) -> Double {
    Robust.studentQuantile(level: level, degreesOfFreedom: degreesOfFreedom)
  }

  private static func insidePercent(_ totals: [Total], independent: Int) -> Double? {
    let judged = totals.indices.filter { totals.count - 1 - $0 >= leastForInside }
    guard !judged.isEmpty else { return nil }
    let inside = judged.count {
      abs(totals[$0].error)
        <= spread(
          totals[($0 + 1)...].map(\.error),
          independent: independent * (totals.count - 1 - $0) / totals.count, level: 0.8,
          noise: totals[$0].noise)
    }
    return 100 * Double(inside) / Double(judged.count)
  }

  /// The bounds of a day's value around its mean; half of the usual value away without a backtest.
  func dailyBounds(
    _ mean: Double, day: Int, level: Double, scale: Double
  ) -> (low: Double, high: Double) {
    if let bounds = daily.bounds(mean, day: day, level: level) { return bounds }
    let reach =
      0.5 * max(abs(mean), scale) * Robust.normalQuantile(0.5 + level / 2)
      / Robust.normalQuantile(0.9)
    return (mean - reach, mean + reach)
  }
}

extension Completeness {
  /// Settled values as an early delivery would have shown them: the newest cut to what is usually in,
  /// more or less as much more or less as shares vary.
  func thinned(_ values: [Double], number: Int) -> [Double] {
    var thinned = values
    for (age, share) in shares.enumerated() where age < values.count {
      // A golden-ratio sequence: spread evenly, the same in every run.
      let place = (Double(number + 1) * 0.618_034 + Double(age) * 0.37)
        .truncatingRemainder(dividingBy: 1)
      let luck = Robust.normalQuantile(min(max(place, 0.02), 0.98))
      thinned[values.count - 1 - age] *= max(0.02, share.median + share.deviation * luck)
    }
    return thinned
  }
}
