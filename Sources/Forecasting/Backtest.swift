/// How wrong the method was when it was asked the same question at earlier days of the series.
package struct Backtest: Sendable {
  /// Earlier days at which a forecast was made and could be compared with what came.
  package let cutoffs: Int
  /// Mean absolute error of the totals in percent of what came; nil without a cutoff.
  package let totalErrorPercent: Double?
  /// The share, in percent, of totals that fell within the 80 % interval which the older cutoffs alone
  /// would have given; nil where there are too few.
  package let insidePercent: Double?

  /// Errors of totals relative to their size, the latest first.
  private let totalErrors: [Double]
  /// How many of them share no days.
  private let independent: Int
  private let daily: DailyErrors

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
    var totals: [Double] = []
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
      if size > 0 { totals.append(error / size) }
      actual += abs(came.reduce(0, +))
      missed += abs(error)
    }
    self.cutoffs = totals.count
    totalErrorPercent = actual > 0 && !totals.isEmpty ? 100 * missed / actual : nil
    totalErrors = totals
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
  /// Between the empirical quantile of the errors and that of Student's t for their size (the first
  /// knows the tails, the second needs few errors), or the larger of the two where the tails count.
  func totalSpread(level: Double) -> Double {
    Backtest.spread(totalErrors, independent: independent, level: level)
  }

  private static func spread(
    _ errors: [Double], independent: Int, level: Double
  ) -> Double {
    guard !errors.isEmpty else {
      return 0.3 * Robust.normalQuantile(0.5 + level / 2) / Robust.normalQuantile(0.9)
    }
    let count = Double(errors.count)
    let size = (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    let freedom = max(2, min(5, independent, errors.count / 4))
    let student = size * Robust.studentQuantile(level: level, degreesOfFreedom: freedom)
    guard errors.count >= 12, independent >= 5 else { return max(0.002, student) }
    let fraction = min(1, level * (count + 1) / count)
    let empirical = Robust.quantile(errors.map { abs($0) }, fraction) ?? student
    // Of far ends few errors tell, so the more cautious of the two counts there.
    let both = level > 0.9 ? max(student, empirical) : (student + empirical) / 2
    return max(0.002, both)
  }

  private static func insidePercent(_ totals: [Double], independent: Int) -> Double? {
    let judged = totals.indices.filter { totals.count - 1 - $0 >= leastForInside }
    guard !judged.isEmpty else { return nil }
    let inside = judged.count {
      abs(totals[$0])
        <= spread(
          Array(totals[($0 + 1)...]),
          independent: independent * (totals.count - 1 - $0) / totals.count, level: 0.8)
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
