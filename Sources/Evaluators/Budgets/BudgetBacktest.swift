package import Columns
package import Warehouse

/// Replays the past night by night with what each night knew, and says when each threshold would have
/// told, and how early.
package struct BudgetBacktest: Sendable {
  /// Nights that are replayed, days since the epoch.
  package let nights: Range<Int>
  /// Days that a day's charges take to be complete: 1 for bills that are there the next morning.
  package let delay: Int

  package init(nights: Range<Int>, delay: Int = 1) {
    self.nights = nights
    self.delay = max(0, delay)
  }

  /// What a threshold would have done in a period.
  package struct Outcome: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
      /// Told, and the period did end over the threshold.
      case right = "RIGHT"
      /// Told, and the period ended within it.
      case early = "FALSE_ALARM"
      /// Not told, and the period ended over it.
      case missed = "MISSED"
      /// Not told, and the period ended within it.
      case quiet = "QUIET"
      /// The period has not ended, or could not be judged.
      case open = "OPEN"
    }

    package let budget: Budget
    package let period: Range<Int>
    package let limit: Double
    package let limitSource: String
    package let threshold: Threshold
    /// Nights on which it told, in order.
    package var told: [Int] = []
    /// The figure on the first of them.
    package var figure: Double?
    /// The first day with which what was spent is over the threshold; nil when it never is.
    package var crossedOn: Int?
    /// What the period came to.
    package var total: Double?
    package var verdict: Verdict = .open
    /// Which bills its nights saw: `as delivered`, `as they are now`, or from when on the former.
    package internal(set) var bills = BudgetBacktest.asTheyAre
    /// Why it could never be judged.
    package var message: String?

    /// Days from the first telling until the spending itself crossed; negative when it told after.
    package var daysEarly: Int? {
      guard let first = told.first, let crossedOn else { return nil }
      return crossedOn - first
    }
  }

  /// Replays budgets over the bills of a lake.
  ///
  /// A night sees the versions of the bills that it had, as far as the lake still keeps them; nights before
  /// those see the bills as they are now, up to their own day. Each outcome says which.
  ///
  /// - Complexity: one pass over the bills, and one more for each older version that a night had.
  /// - Throws: what querying the lake throws.
  package func run(
    _ budgets: [Budget], _ warehouse: Warehouse
  ) throws -> [Outcome] {
    guard try warehouse.hasCosts() else { return [] }
    let first = budgets.map { $0.firstDayNeeded(on: firstNight(of: $0) - delay) }.min()
    let days = (first ?? nights.lowerBound)..<nights.upperBound
    let bills = try BudgetBills(warehouse, of: budgets, before: nights.upperBound - 1)
    let read = try BudgetReader(warehouse: warehouse).read(budgets, days: days, bills: bills)
    let earliest = budgets.map { firstNight(of: $0) }.min() ?? nights.lowerBound
    let known = try KnownBills(warehouse, nights: earliest..<nights.upperBound)
    var versions = [known.current: read]
    for seen in Set(known.byNight.values) where versions[seen] == nil {
      var configuration = warehouse.configuration
      configuration.tableVersions = seen
      versions[seen] = try BudgetReader(warehouse: try Warehouse(configuration))
        .read(budgets, days: days, bills: bills)
    }
    return budgets.indices.flatMap { position in
      switch read[position] {
      case .series(let series):
        if let reason = bills.reasonAgainst(budgets[position])
          ?? series.doubt(from: firstNight(of: budgets[position]) - delay)
        {
          return unreadable(budgets[position], reason)
        }
        return replay(
          budgets[position], series, billsFrom: bills.from,
          delivered: known.byNight.reduce(into: [:]) { delivered, night in
            // What has charges of later days came later, whatever its log says.
            guard case .series(let series)? = versions[night.value]?[position],
              series.lastDay ?? .min <= night.key
            else { return }
            delivered[night.key] = series
          })
      case .unreadable(let reason): return unreadable(budgets[position], reason)
      }
    }
  }

  static let asTheyAre = "as they are now"

  /// The first night of the period that the replay begins in: periods are replayed whole.
  private func firstNight(of budget: Budget) -> Int {
    min(nights.lowerBound, budget.period(containing: nights.lowerBound - delay).lowerBound + delay)
  }

  /// Replays one budget over its figures by day.
  ///
  /// - Parameters:
  ///   - billsFrom: the first day of the bills in the lake; nil where it is not known.
  ///   - delivered: the figures that a night had, for those of which that is known.
  /// - Complexity: O(nights) evaluations.
  package func replay(
    _ budget: Budget, _ series: BudgetSeries, billsFrom: Int? = nil,
    delivered: [Int: BudgetSeries] = [:]
  ) -> [Outcome] {
    var notifier = BudgetNotifier(budget)
    var order: [Int] = []
    var outcomes: [Int: [Outcome]] = [:]
    var nightsSeen: [Int: (count: Int, delivered: [Int])] = [:]
    for night in firstNight(of: budget)..<nights.upperBound {
      var through = night - delay
      var visible = series.known(through: through)
      if let own = delivered[night] {
        through = min(through, own.lastDay ?? through)
        visible = own.known(through: night)
      }
      let judge = BudgetJudge(budget: budget, series: visible, billsFrom: billsFrom)
      let status = judge.status(today: night, through: through)
      guard status.state != .inactive else { continue }
      let key = status.period.lowerBound
      if outcomes[key] == nil {
        order.append(key)
        outcomes[key] = budget.thresholds.map { threshold in
          Outcome(
            budget: budget, period: status.period, limit: status.limit,
            limitSource: status.limitSource, threshold: threshold)
        }
      }
      nightsSeen[key, default: (0, [])].count += 1
      if delivered[night] != nil { nightsSeen[key]?.delivered.append(night) }
      for position in notifier.tells(status) {
        outcomes[key]?[position].told.append(night)
        if outcomes[key]?[position].figure == nil {
          outcomes[key]?[position].figure = figure(budget.thresholds[position], status)
        }
      }
      for (position, judgement) in status.thresholds.enumerated()
      where judgement.state == .unknown {
        outcomes[key]?[position].message = judgement.message
      }
    }
    return order.flatMap { key in
      (outcomes[key] ?? []).map { outcome in
        var closed = closed(outcome, series)
        if let seen = nightsSeen[key], let first = seen.delivered.min() {
          closed.bills =
            seen.delivered.count == seen.count
            ? "as delivered" : "as delivered from \(Day.text(first))"
        }
        return closed
      }
    }
  }

  private func figure(_ threshold: Threshold, _ status: BudgetStatus) -> Double? {
    switch threshold.basis {
    case .actual, .burnRate: status.actual
    case .forecasted: status.forecast
    }
  }

  /// The outcome with what the whole period came to.
  private func closed(_ open: Outcome, _ series: BudgetSeries) -> Outcome {
    var outcome = open
    let lastKnown = nights.upperBound - 1 - delay
    let period = outcome.period
    let level = outcome.threshold
    // A burn rate warns of a period that ends over its limit, whatever its pace was.
    let isOver = { (figure: Double) -> Bool in
      level.basis == .burnRate
        ? figure > outcome.limit : level.isCrossed(by: figure, limit: outcome.limit)
    }
    for day in period where day <= lastKnown {
      if let figure = series.figure(period.lowerBound..<(day + 1)), isOver(figure) {
        outcome.crossedOn = day
        break
      }
    }
    guard period.upperBound - 1 <= lastKnown, let total = series.figure(period) else {
      outcome.total = nil
      return outcome
    }
    outcome.total = total
    let hasTold = !outcome.told.isEmpty
    switch (hasTold, isOver(total)) {
    case (true, true): outcome.verdict = .right
    case (true, false): outcome.verdict = .early
    case (false, true): outcome.verdict = .missed
    case (false, false): outcome.verdict = .quiet
    }
    if outcome.verdict != .missed { outcome.message = nil }
    return outcome
  }

  private func unreadable(_ budget: Budget, _ reason: String) -> [Outcome] {
    budget.thresholds.map { threshold in
      var outcome = Outcome(
        budget: budget, period: budget.period(containing: nights.lowerBound),
        limit: budget.limit ?? 0, limitSource: "", threshold: threshold)
      outcome.message = reason
      return outcome
    }
  }
}

extension BudgetBacktest.Outcome {
  /// Columns of a replay's rows.
  package static let table = FindingsTable(
    "budget_backtest",
    [
      Field("budget", .varchar), Field("period_start", .date), Field("period_end", .date),
      Field("limit_amount", .double), Field("unit", .varchar), Field("threshold", .varchar),
      Field("threshold_amount", .double), Field("told_on", .date), Field("times", .bigint),
      Field("figure_then", .double), Field("crossed_on", .date), Field("days_early", .bigint),
      Field("days_left", .bigint), Field("period_total", .double), Field("verdict", .varchar),
      Field("limit_source", .varchar), Field("message", .varchar), Field("bills", .varchar),
    ])

  package var row: [Value] {
    let share = threshold.basis == .burnRate ? limit / Double(period.count) : limit
    return [
      .text(budget.name), .day(period.lowerBound), .day(period.upperBound - 1), .number(limit),
      .text(budget.unit), .text(threshold.text), .number(threshold.amount(limit: share)),
      .day(told.first), .int64(Int64(told.count)), .number(figure), .day(crossedOn),
      daysEarly.map { .int64(Int64($0)) } ?? .null,
      told.first.map { .int64(Int64(period.upperBound - $0)) } ?? .null, .number(total),
      .text(verdict.rawValue), .text(limitSource), .text(message),
      .text(bills),
    ]
  }
}
