import Forecasting

/// A budget's figure by day: a sum, or one sum over another.
package struct BudgetSeries: Sendable {
  /// By day since the epoch; days without a charge are left out.
  let numerator: [Int: Double]
  /// nil for a plain sum.
  let denominator: [Int: Double]?
  /// What a quotient is multiplied by: 100 for percent.
  let scale: Double
  /// What bills cannot answer of some of the days.
  var doubts: [Doubt] = []

  /// Bills of a payer that leave out or hide a part of the figure.
  struct Doubt: Sendable {
    /// Empty where the bills do not name it.
    let payer: String
    /// The last day of which this is so.
    let lastDay: Int
    /// What is wrong with the bills: `have no net costs`.
    let lack: String
  }

  package init(numerator: [Int: Double], denominator: [Int: Double]? = nil, scale: Double = 1) {
    self.numerator = numerator
    self.denominator = denominator
    self.scale = scale
  }

  /// The first day with a charge, nil without any.
  var firstDay: Int? { numerator.keys.min() }

  /// Whether the sum goes down on some days.
  var hasCredits: Bool { numerator.values.contains { $0 < 0 } }

  /// The last day with a charge, nil without any.
  var lastDay: Int? { numerator.keys.max() }

  private var isShare: Bool { scale == 100 }

  func hasData(in days: Range<Int>) -> Bool { numerator.keys.contains { days.contains($0) } }

  /// The figure of some days; nil where a quotient has nothing to divide by.
  ///
  /// - Complexity: O(days).
  func figure(_ days: Range<Int>) -> Double? {
    let sum = BudgetSeries.sum(numerator, days)
    guard let denominator else { return sum }
    let divisor = BudgetSeries.sum(denominator, days)
    guard divisor > 0 else { return nil }
    // No more than all of a commitment can be used: a bill of an open month may state only what has been
    // reserved so far.
    return isShare ? min(scale, scale * sum / divisor) : scale * sum / divisor
  }

  /// What was known when the bills went up to a day.
  func known(through day: Int) -> BudgetSeries { filtered { $0 <= day } }

  /// Why the figure of the days from one on is not what the bills say; nil where it is.
  func doubt(from day: Int) -> String? {
    let open = doubts.filter { $0.lastDay >= day }
    guard let lack = open.first?.lack else { return nil }
    let payers = open.filter { $0.lack == lack && !$0.payer.isEmpty }.map(\.payer)
    return (payers.isEmpty ? "bills" : "the bills of \(payers.joined(separator: " and "))")
      + " \(lack)"
  }

  /// The series without a past that is in doubt: no forecast and no limit follows from it.
  func withoutDoubts(before day: Int, of budget: Budget) -> BudgetSeries {
    let start = budget.period(containing: day).lowerBound
    guard let last = doubts.map(\.lastDay).filter({ $0 < start }).max() else { return self }
    return filtered { $0 > last }
  }

  private func filtered(_ keeps: (Int) -> Bool) -> BudgetSeries {
    var copy = BudgetSeries(
      numerator: numerator.filter { keeps($0.key) },
      denominator: denominator?.filter { keeps($0.key) }, scale: scale)
    copy.doubts = doubts
    return copy
  }

  /// A figure with the bounds of its 80 % interval.
  struct Estimate {
    var mean: Double
    var low: Double
    var high: Double
    /// What days of the period that are there still lack, a part of the figure.
    var late = 0.0
  }

  /// The newest day with usage, and how much of it and of those before is in.
  struct Arriving {
    let newest: Int
    let completeness: Completeness
  }

  /// The figure expected of a period, of which days up to `through` are in; nil without the history for
  /// a forecast.
  ///
  /// - Parameter arriving: days after `through` of which a part is in; a sum counts it and completes it.
  func estimate(
    _ period: Range<Int>, through: Int, arriving: Arriving? = nil
  ) -> Estimate? {
    if denominator == nil, let arriving, arriving.newest > through,
      !arriving.completeness.shares.isEmpty, arriving.newest >= period.lowerBound
    {
      return BudgetSeries.estimate(numerator, period, arriving)
    }
    guard let above = BudgetSeries.estimate(numerator, period, through: through) else { return nil }
    guard let denominator else { return above }
    guard let below = BudgetSeries.estimate(denominator, period, through: through), below.mean > 0
    else { return nil }
    return Estimate(
      mean: scale * above.mean / below.mean, low: scale * above.low / below.mean,
      high: scale * above.high / below.mean)
  }

  /// The days of the period that are in, plus a forecast of those to come.
  private static func estimate(
    _ values: [Int: Double], _ period: Range<Int>, through: Int
  ) -> Estimate? {
    let complete = sum(
      values, period.clamped(to: period.lowerBound..<max(period.lowerBound, through + 1)))
    let remaining = period.upperBound - max(period.lowerBound, through + 1)
    guard remaining > 0 else { return Estimate(mean: complete, low: complete, high: complete) }
    guard let first = values.keys.min() else { return nil }
    // A period still to come is forecast from today on: the days between are not part of it.
    let ahead = period.upperBound - through - 1
    let history = DailySeries(values: values, from: first, through: through)
    let endsMonth = Day.monthStart(period.upperBound) == period.upperBound
    guard let forecast = Forecast.daily(history, horizon: ahead, endsMonth: endsMonth) else {
      return nil
    }
    guard remaining < ahead else {
      return Estimate(
        mean: complete + forecast.total.mean, low: complete + forecast.total.low,
        high: complete + forecast.total.high)
    }
    let days = forecast.points.suffix(remaining)
    return Estimate(
      mean: days.reduce(0) { $0 + $1.mean }, low: days.reduce(0) { $0 + $1.low },
      high: days.reduce(0) { $0 + $1.high })
  }

  /// The days of the period as they are, plus what the newest lack and a forecast of those to come.
  private static func estimate(
    _ values: [Int: Double], _ period: Range<Int>, _ arriving: Arriving
  ) -> Estimate? {
    let newest = arriving.newest
    guard let first = values.keys.min(), first <= newest else { return nil }
    let known = sum(values, period.clamped(to: period.lowerBound..<(newest + 1)))
    let forecast = Forecast.daily(
      DailySeries(values: values, from: first, through: newest),
      horizon: max(0, period.upperBound - newest - 1), completeness: arriving.completeness,
      endsMonth: Day.monthStart(period.upperBound) == period.upperBound)
    guard let forecast else { return nil }
    // What the days outside of the period lack is not the period's.
    let start = newest + 1 - forecast.lateByDay.count
    let late = forecast.lateByDay.enumerated().reduce(0) { sum, day in
      period.contains(start + day.offset) ? sum + day.element : sum
    }
    let outside = forecast.late - late
    return Estimate(
      mean: known + forecast.total.mean - outside, low: known + forecast.total.low - outside,
      high: known + forecast.total.high - outside, late: late)
  }

  private static func sum(_ values: [Int: Double], _ days: Range<Int>) -> Double {
    days.reduce(0) { $0 + (values[$1] ?? 0) }
  }
}
