/// Judges a budget by what is known of its days: the same function for tonight and for a replay of the
/// past, which sees less.
package struct BudgetJudge {
  let budget: Budget
  let series: BudgetSeries
  /// The newest days, of which a part is in; nil where nothing tells.
  var arriving: BudgetSeries.Arriving?
  /// The first day of the bills in the lake; nil where it is not known.
  var billsFrom: Int?
  /// Days without which AWS does not forecast a budget: about five weeks.
  static let forecastHistory = 35

  /// The budget's state on the morning of a day, when the bills go up to the day before.
  package static func status(
    of budget: Budget, _ series: BudgetSeries, on day: Int, billsFrom: Int? = nil
  ) -> BudgetStatus {
    BudgetJudge(budget: budget, series: series.known(through: day - 1), billsFrom: billsFrom)
      .status(today: day, through: day - 1)
  }

  /// The budget's state when the bills are complete through a day.
  ///
  /// - Parameter today: charges of days up to this one count as spent, complete or not.
  func status(today: Int, through: Int) -> BudgetStatus {
    let period = budget.period(containing: min(through, today))
    let limit = BudgetLimit(budget, period, series, billsFrom: billsFrom)
    var status = begun(period, limit, through: through)
    if let start = budget.start, status.period.upperBound <= start || today < start {
      return status.inactive("the budget begins on \(Day.text(start))")
    }
    if let end = budget.end, min(through, today) >= end {
      return status.inactive("the budget ended on \(Day.text(end)); it is kept, AWS deletes it")
    }
    guard limit.amount != nil else {
      return status.unknown("its limit follows its history, and there is none yet")
    }
    // Money that is spent is spent; a quotient of a day that is half in would be neither.
    let last = series.denominator == nil ? today : through
    let end = max(period.lowerBound, min(period.upperBound, last + 1))
    status.actual = series.figure(period.lowerBound..<end)
    addForecast(to: &status, through: through)
    status.thresholds = budget.thresholds.map { judged($0, status, through: through) }
    addArriving(to: &status, through: through)
    addMissingBeginning(to: &status)
    return status
  }

  /// The state of a period that ended before the bills' last complete day: what was spent is judged, and
  /// there is nothing to expect any more.
  func closed(_ period: Range<Int>, through: Int) -> BudgetStatus {
    let limit = BudgetLimit(budget, period, series, billsFrom: billsFrom)
    var status = begun(period, limit, through: through)
    status.isClosed = true
    guard limit.amount != nil else {
      return status.unknown("its limit follows its history, and there is none yet")
    }
    status.actual = series.figure(period)
    status.thresholds = budget.thresholds.filter { $0.basis == .actual }
      .map { judged($0, status, through: through) }
    addMissingBeginning(to: &status)
    return status
  }

  private func begun(_ period: Range<Int>, _ limit: BudgetLimit, through: Int) -> BudgetStatus {
    var status = BudgetStatus(budget, period: period, limit: limit)
    status.dataThrough = through
    status.historyFrom = series.firstDay
    return status
  }

  private func addForecast(to status: inout BudgetStatus, through: Int) {
    guard budget.timeUnit != .daily,
      var estimate = series.estimate(status.period, through: through, arriving: arriving)
    else { return }
    // What is billed already stays billed, for sums that only grow.
    if series.denominator == nil, !series.hasCredits, let actual = status.actual {
      estimate.mean = max(actual, estimate.mean)
      estimate.low = max(actual, estimate.low)
      estimate.high = max(actual, estimate.high)
    }
    status.forecast = estimate.mean
    status.forecastLow = estimate.low
    status.forecastHigh = estimate.high
    if arriving != nil, series.denominator == nil { status.late = estimate.late }
  }

  /// Says beside what is judged how much of it is still expected to come in.
  private func addArriving(to status: inout BudgetStatus, through: Int) {
    guard let arriving, let late = status.late, arriving.newest > through,
      status.period.contains(arriving.newest), late > 0
    else { return }
    let first = max(through + 1, status.period.lowerBound)
    let days =
      first == arriving.newest
      ? Day.text(first) : "\(Day.text(first)) to \(Day.text(arriving.newest))"
    let note =
      "\(days) \(first == arriving.newest ? "is" : "are") still arriving: "
      + "\(Figure.money(late)) more are expected"
    status.thresholds = status.thresholds.map { judgement in
      BudgetStatus.Judgement(
        threshold: judgement.threshold, state: judgement.state,
        message: judgement.message.map { "\($0); \(note)" } ?? note)
    }
  }

  /// A sum without the charges of its first days may be over its limit whatever it says: it is not told to
  /// be within it.
  private func addMissingBeginning(to status: inout BudgetStatus) {
    guard let billsFrom, status.period.lowerBound < billsFrom else { return }
    let note =
      "the bills in the lake begin on \(Day.text(billsFrom)): what was charged before is missing"
    status.thresholds = status.thresholds.map { judgement in
      let isSum = series.denominator == nil && judgement.threshold.basis != .burnRate
      return BudgetStatus.Judgement(
        threshold: judgement.threshold,
        state: isSum && judgement.state == .ok ? .unknown : judgement.state,
        message: judgement.message.map { "\($0); \(note)" } ?? note)
    }
  }

  private func judged(
    _ threshold: Threshold, _ status: BudgetStatus, through: Int
  ) -> BudgetStatus.Judgement {
    switch threshold.basis {
    case .actual:
      guard let actual = status.actual else {
        return .init(
          threshold: threshold, state: .unknown,
          message: "there is nothing to divide by in this period")
      }
      return verdict(threshold, actual, status.limit)
    case .forecasted:
      guard budget.timeUnit != .daily else {
        return .init(
          threshold: threshold, state: .unknown, message: "a daily budget has no forecast")
      }
      let days = status.historyFrom.map { through - $0 + 1 } ?? 0
      guard let forecast = status.forecast, days >= BudgetJudge.forecastHistory else {
        return .init(
          threshold: threshold, state: .unknown,
          message: "the history is too short for a forecast: \(days) days, "
            + "\(BudgetJudge.forecastHistory) are needed")
      }
      return verdict(threshold, forecast, status.limit)
    case .burnRate: return burning(threshold, status, through: through)
    }
  }

  private func verdict(
    _ threshold: Threshold, _ figure: Double, _ limit: Double
  ) -> BudgetStatus.Judgement {
    let isCrossed = threshold.isCrossed(by: figure, limit: limit)
    return .init(threshold: threshold, state: isCrossed ? .alarm : .ok, message: nil)
  }

  /// In alarm when, over every window, the days cost more than their even share of the limit times the
  /// threshold.
  ///
  /// Source: The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
  private func burning(
    _ threshold: Threshold, _ status: BudgetStatus, through: Int
  ) -> BudgetStatus.Judgement {
    guard series.denominator == nil else {
      return .init(
        threshold: threshold, state: .unknown, message: "a share or a unit cost has no burn rate")
    }
    guard let first = series.firstDay, let longest = threshold.windows.first,
      through - first + 1 >= longest
    else {
      return .init(
        threshold: threshold, state: .unknown,
        message: "the history is shorter than the longest window")
    }
    let share = status.limit / Double(status.period.count)
    let paces = threshold.windows.map { days in
      (series.figure((through - days + 1)..<(through + 1)) ?? 0) / Double(days)
    }
    let isCrossed = paces.allSatisfy { threshold.isCrossed(by: $0, limit: share) }
    let text = zip(threshold.windows, paces).map { days, pace in
      "\(Figure.money(pace)) a day over \(days) \(days == 1 ? "day" : "days")"
    }.joined(separator: ", ")
    return .init(
      threshold: threshold, state: isCrossed ? .alarm : .ok,
      message: "\(text); an even pace is \(Figure.money(share))")
  }
}
