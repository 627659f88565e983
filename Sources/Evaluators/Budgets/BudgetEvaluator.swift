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
    guard let through = day.dataThrough else {
      let statuses = budgets.map { budget in
        BudgetStatus(budget, period: budget.period(containing: day.today))
          .unknown("there are no bills in the lake")
      }
      return (statuses, [])
    }
    let reference = min(through, day.today)
    let first = budgets.map { $0.firstDayNeeded(on: reference) }.min() ?? reference
    let bills = try BudgetBills(warehouse, before: day.today)
    let outcomes = try BudgetReader(warehouse: warehouse)
      .read(budgets, days: first..<(day.today + 1), bills: bills)
    var closed: [BudgetStatus] = []
    let current = zip(budgets, outcomes).map { budget, outcome in
      var status: BudgetStatus
      switch outcome {
      case .unreadable(let reason):
        status = BudgetStatus(budget, period: budget.period(containing: reference)).unknown(reason)
      case .series(let series):
        let judge = BudgetJudge(
          budget: budget, series: series,
          arriving: day.newestDay.map {
            BudgetSeries.Arriving(newest: $0, completeness: day.completeness)
          }, billsFrom: bills.from)
        status = judge.status(today: day.today, through: through)
        if let reason = bills.reasonAgainst(budget) {
          if status.state != .inactive { status = status.unknown(reason) }
        } else if let history {
          closed += history.unjudged(budget, series, through: through).map {
            judge.closed($0, through: through)
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

/// What the bills are in: currencies, columns, versions.
struct BudgetBills {
  /// `cur@12, focus@3`: the tables and versions that were evaluated; `FOR VERSION AS OF` reads them.
  let versions: String
  /// The first day of the first month of which there is a bill.
  let from: Int?
  private let currencies: [String]
  private let reporting: String?
  private let hasNet: Bool
  private let hasBlended: Bool

  init(_ warehouse: Warehouse, before today: Int) throws {
    let known = try warehouse.tables().filter {
      Warehouse.costTables.contains($0.name.lowercased())
    }
    versions = known.map { "\($0.name)@\($0.version)" }.joined(separator: ", ")
    let start = Day.text(Day.adding(months: -1, to: Day.monthStart(today))).dropLast(3)
    let rows = try warehouse.query(
      """
      SELECT BillingCurrency, count(x_NetUnblendedCost), count(x_BlendedCost), count(*),
        max(x_ReportingCurrency)
      FROM costs WHERE billing_period >= '\(start)' GROUP BY 1 ORDER BY 1
      """
    ).rows()
    from = try warehouse.query("SELECT min(billing_period) FROM costs").rows().first?[0].string
      .flatMap { CivilTimeText.timestamp(Array("\($0)-01".utf8)) }
      .map { Int($0.floorDivided(by: Microseconds.day)) }
    currencies = rows.compactMap { $0[0].string }.filter { !$0.isEmpty }
    reporting = rows.compactMap { $0[4].string }.first
    let total = { (column: Int) in rows.reduce(Int64(0)) { $0 + ($1[column].int64 ?? 0) } }
    hasNet = total(1) > 0 || total(3) == 0
    hasBlended = total(2) > 0 || total(3) == 0
  }

  /// Whether a budget is in the reporting currency, which not all bills are in.
  func converts(_ budget: Budget) -> Bool {
    guard budget.kind == .cost, let reporting, budget.unit.uppercased() == reporting.uppercased()
    else { return false }
    return currencies.contains { $0.uppercased() != reporting.uppercased() }
  }

  /// Why a budget cannot be compared with these bills; nil where it can.
  func reasonAgainst(_ budget: Budget) -> String? {
    guard budget.kind == .cost || budget.kind == .unitCost else { return nil }
    let others = currencies.filter { $0.uppercased() != budget.unit.uppercased() }
    if budget.kind == .cost, !others.isEmpty, !converts(budget) {
      return
        "the bills are in \(currencies.joined(separator: " and ")), the budget is in \(budget.unit)"
    }
    switch budget.metric {
    case .netUnblended, .netAmortized:
      return hasNet ? nil : "the bills have no net costs: AWS gives them to accounts with discounts"
    case .blended: return hasBlended ? nil : "the bills have no blended costs"
    case .unblended, .amortized, .usage, .normalizedUsage, .hours: return nil
    }
  }
}
