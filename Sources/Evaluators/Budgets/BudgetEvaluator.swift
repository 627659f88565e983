import Columns
package import Warehouse

/// Compares each budget with what was spent in its period and with what is expected by its end.
package struct BudgetEvaluator {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// Days of history that forecasts look at.
  static let historyDays = 400

  /// Evaluates the budgets in their order; a budget that cannot be evaluated says why.
  ///
  /// - Throws: what querying the lake throws.
  package func evaluate(_ budgets: [Budget]) throws -> [BudgetStatus] {
    try evaluate(budgets, following: nil).current
  }

  /// Evaluates the budgets in their order, and periods of theirs that ended without having been judged.
  ///
  /// - Throws: what querying the lake throws.
  package func evaluate(
    _ budgets: [Budget], following history: BudgetHistory?
  ) throws -> (current: [BudgetStatus], closed: [BudgetStatus]) {
    guard let least = day.dataThrough else {
      let statuses = budgets.map { budget in
        BudgetStatus(budget, period: budget.period(containing: day.today))
          .unknown("there are no bills in the lake")
      }
      return (statuses, [])
    }
    let earliest = min(least, day.today)
    let first = budgets.map { $0.firstDayNeeded(on: earliest) }.min() ?? earliest
    let bills = try BudgetBills(
      warehouse, of: budgets, before: day.today, isUneven: day.isUneven)
    let outcomes = try BudgetReader(warehouse: warehouse)
      .read(budgets, days: first..<(day.today + 1), bills: bills)
    var closed: [BudgetStatus] = []
    let current = zip(budgets, outcomes).map { budget, outcome in
      // A payer whose bill is late holds up the budgets that count its charges, and no others.
      let day = day.of(bills.payers(of: budget))
      let through = day.dataThrough ?? least
      let reference = min(through, day.today)
      var status: BudgetStatus
      switch outcome {
      case .unreadable(let reason):
        status = BudgetStatus(budget, period: budget.period(containing: reference)).unknown(reason)
      case .series(let series):
        let judge = BudgetJudge(
          budget: budget, series: series.withoutDoubts(before: reference, of: budget),
          arriving: day.newestDay.map {
            BudgetSeries.Arriving(newest: $0, completeness: day.completeness)
          }, billsFrom: bills.from)
        status = judge.status(today: day.today, through: through)
        let reason =
          bills.reasonAgainst(budget) ?? series.doubt(from: status.period.lowerBound)
        if let reason, status.state != .inactive { status = status.unknown(reason) }
        if reason == nil, let history {
          closed += history.unjudged(budget, series, through: through).compactMap { period in
            series.doubt(from: period.lowerBound) == nil
              ? judge.closed(period, through: through) : nil
          }
        }
      }
      status.dataThrough = through
      status.bills = bills.versions
      return status
    }
    for position in closed.indices { closed[position].bills = bills.versions }
    return (current, closed)
  }
}

extension Budget {
  /// The first day whose charges matter for an evaluation: of the history for a forecast, of the period,
  /// and of the periods before that its limit follows.
  func firstDayNeeded(on day: Int) -> Int {
    let period = period(containing: day)
    var first = min(period.lowerBound, day - BudgetEvaluator.historyDays + 1)
    if period.lowerBound > day - BudgetHistory.settlingDays {
      first = min(first, periods(before: period, count: 1).last?.lowerBound ?? first)
    }
    if case .historical(let count, _)? = adjustment {
      first = min(first, periods(before: period, count: count).last?.lowerBound ?? first)
    }
    return first
  }
}
