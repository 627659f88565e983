/// The limit of a budget's period and where it comes from.
struct BudgetLimit {
  /// nil where nothing says it.
  let amount: Double?
  /// For people: `fixed`, `mean of 5 periods before`.
  let source: String

  /// The limit in force for a period, as known when the period began.
  ///
  /// A limit that follows history is the mean of the periods before; periods without a charge at the
  /// beginning of the look-back are left out, later ones count as nothing spent; a period whose beginning
  /// the bills do not have is none. Where the bills in the lake begin later than those that AWS looked at,
  /// AWS's own figure holds.
  ///
  /// - Parameter billsFrom: the first day of the bills in the lake; nil where it is not known.
  init(
    _ budget: Budget, _ period: Range<Int>, _ series: BudgetSeries, billsFrom: Int? = nil
  ) {
    switch budget.adjustment {
    case nil:
      amount = budget.limit(on: period.lowerBound)
      source =
        budget.plannedLimits.last { $0.from <= period.lowerBound }.map {
          "planned from \(Day.text($0.from))"
        } ?? "fixed"
    case .historical(let count, let known):
      let periods = budget.periods(before: period, count: count)
      let empty = periods.reversed().prefix {
        !series.hasData(in: $0) || $0.lowerBound < billsFrom ?? $0.lowerBound
      }.count
      let seen = periods.dropLast(empty)
      if let known, seen.count < known, let stated = budget.limit {
        amount = stated
        source = "as AWS adjusted it; only \(seen.count) of its \(known) periods are in the lake"
      } else if seen.isEmpty {
        amount = budget.limit
        source = "as stated; no period before is in the lake with all its charges"
      } else {
        let total = seen.reduce(0) { $0 + (series.figure($1) ?? 0) }
        amount = total / Double(seen.count)
        source = "mean of the \(seen.count == 1 ? "period" : "\(seen.count) periods") before"
      }
    case .forecast:
      let before = series.known(through: period.lowerBound - 1)
      if let estimate = before.estimate(period, through: period.lowerBound - 1) {
        amount = estimate.mean
        source = "forecast on \(Day.text(period.lowerBound))"
      } else {
        amount = budget.limit
        source = "as stated; the history before is too short for a forecast"
      }
    }
  }
}
