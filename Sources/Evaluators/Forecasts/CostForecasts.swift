package import Columns
import Forecasting
package import Warehouse

/// The expected cost of the current month, in total and by account and service.
package struct CostForecast: Sendable {
  package enum Scope: String, Sendable, CaseIterable { case total, account, service }

  package let scope: Scope
  /// The account or service; empty for the total.
  package let name: String
  package let periodStart: Int
  package let periodEnd: Int
  /// What is in the lake of the month, days that are still arriving included.
  package let actual: Double
  /// `actual`, what its newest days still lack, and the days to come; accounts add up to the total, and
  /// so do services.
  package let forecast: Double
  /// The 80 % interval; nil for what is too new to be forecast by itself.
  package let low: Double?
  package let high: Double?
  /// The 95 % interval.
  package let outerLow: Double?
  package let outerHigh: Double?
  /// What the newest days still lack, a part of the forecast.
  package let late: Double?
  /// How the method did on this series' past: its mean absolute error in percent, the share of totals
  /// within the 80 % interval in percent, and the number of past forecasts; nil if it has too little.
  package let backtestErrorPercent: Double?
  package let backtestInsidePercent: Double?
  package let backtestCutoffs: Int
  package let currency: String
  package let dataThrough: Int

  /// Groups whose history is too thin appear together under this name, with what the total's forecast
  /// leaves for them and without an interval.
  package static let tooNew = "(too new to forecast)"

  /// Forecasts the month that the last day with usage is in.
  ///
  /// Bills in several currencies are forecast in the lake's reporting currency where it has one and
  /// knows the rates of the month; else each currency has a total and groups of its own. Without an honest
  /// forecast of the total there is none of its groups.
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay
  ) throws -> [CostForecast] {
    try DailyCosts.forForecasts(warehouse, day).flatMap { evaluate(ForecastMonth($0, day)) }
  }

  private static func evaluate(_ month: ForecastMonth) -> [CostForecast] {
    guard let total = month.costs.series(by: { _ in "" })[""],
      let forecast = month.outlook(of: total)
    else { return [] }
    return [month.finding(.total, "", total, forecast)]
      + month.groups(.account, by: \.account, addingUpTo: forecast)
      + month.groups(.service, by: \.service, addingUpTo: forecast)
  }
}

extension DailyCosts {
  /// The costs that forecasts look at, by currency.
  static func forForecasts(
    _ warehouse: Warehouse, _ day: EvaluationDay
  ) throws -> [DailyCosts] {
    try read(warehouse, day, Request(days: 800, withArriving: true, converts: true))
  }
}

/// What is still to come of a month for one series.
private struct MonthOutlook: Sendable {
  /// Expected beyond what is in the lake, and its bounds.
  let mean: Double
  let low: Double
  let high: Double
  let outerLow: Double
  let outerHigh: Double
  let late: Double
  let backtest: Backtest?

  /// Nothing is to come.
  static let over = MonthOutlook(
    mean: 0, low: 0, high: 0, outerLow: 0, outerHigh: 0, late: 0, backtest: nil)

  init(_ forecast: Forecast) {
    let total = forecast.total
    self.init(
      mean: total.mean, low: total.low, high: total.high, outerLow: total.outerLow,
      outerHigh: total.outerHigh, late: forecast.late, backtest: forecast.backtest)
  }

  private init(
    mean: Double, low: Double, high: Double, outerLow: Double, outerHigh: Double, late: Double,
    backtest: Backtest?
  ) {
    self.mean = mean
    self.low = low
    self.high = high
    self.outerLow = outerLow
    self.outerHigh = outerHigh
    self.late = late
    self.backtest = backtest
  }

  /// The same with everything moved, its bounds with it; none below 0 for what is never negative.
  func moved(by amount: Double, isNeverNegative: Bool) -> MonthOutlook {
    func floor(_ value: Double) -> Double { isNeverNegative ? max(0, value) : value }
    return MonthOutlook(
      mean: mean + amount, low: floor(low + amount), high: high + amount,
      outerLow: floor(outerLow + amount), outerHigh: outerHigh + amount, late: late,
      backtest: backtest)
  }
}

/// The month that is forecast, and the costs that tell of it.
private struct ForecastMonth {
  let costs: DailyCosts
  private let start: Int
  private let end: Int
  private let day: EvaluationDay
  private let completeness: Completeness

  init(_ costs: DailyCosts, _ day: EvaluationDay) {
    self.costs = costs
    self.day = day
    start = Day.monthStart(costs.lastDay)
    end = Day.adding(months: 1, to: start)
    completeness = costs.lastDay == day.newestDay ? day.completeness : .full
  }

  /// What is still to come; nil where the history is too thin.
  func outlook(of series: DailySeries) -> MonthOutlook? {
    let remaining = end - series.endDay
    if remaining <= 0 && completeness == .full { return .over }
    return Forecast.daily(
      series, horizon: max(0, remaining), completeness: completeness, endsMonth: true
    ).map { MonthOutlook($0) }
  }

  func groups(
    _ scope: CostForecast.Scope, by key: (DailyCosts.Leaf) -> String,
    addingUpTo total: MonthOutlook
  ) -> [CostForecast] {
    let series = costs.series(by: key).sorted { $0.key < $1.key }
    let outlooks = series.map(\.value).parallelMap { outlook(of: $0) }
    var known: [(name: String, series: DailySeries, outlook: MonthOutlook)] = []
    var thin: [DailySeries] = []
    for (group, outlook) in zip(series, outlooks) {
      guard let outlook else {
        thin.append(group.value)
        continue
      }
      known.append((group.key, group.value, outlook))
    }
    var expected = known.map { (mean: $0.outlook.mean, spread: $0.outlook.high - $0.outlook.low) }
    var neverNegative = known.map { group in group.series.values.allSatisfy { $0 >= 0 } }
    if !thin.isEmpty {
      let guess = thin.reduce(0) { $0 + runRate($1) }
      expected.append((guess, 2 * abs(guess)))
      neverNegative.append(thin.allSatisfy { $0.values.allSatisfy { $0 >= 0 } })
    }
    let moves = GroupForecasts.moves(
      expected, to: total.mean, isNeverNegative: neverNegative)
    var found = known.indices.map { index in
      finding(
        scope, known[index].name, known[index].series,
        known[index].outlook.moved(
          by: moves[index], isNeverNegative: neverNegative[index]))
    }
    if let guess = expected.last, let move = moves.last, !thin.isEmpty {
      let actual = thin.reduce(0) { $0 + $1.total(start..<end) }
      found.append(
        finding(
          scope, CostForecast.tooNew, actual: actual, forecast: actual + guess.mean + move, nil))
    }
    return found
  }

  /// A day's mean since the first one with cost, for the days to come: nobody's forecast, only a share
  /// of the total's.
  private func runRate(_ series: DailySeries) -> Double {
    let days = series.values.drop { $0 == 0 }
    guard !days.isEmpty else { return 0 }
    return days.reduce(0, +) / Double(days.count) * Double(max(0, end - series.endDay))
  }

  func finding(
    _ scope: CostForecast.Scope, _ name: String, _ series: DailySeries, _ outlook: MonthOutlook
  ) -> CostForecast {
    let actual = series.total(start..<end)
    return finding(
      scope, name, actual: actual, forecast: actual + outlook.mean, outlook)
  }

  private func finding(
    _ scope: CostForecast.Scope, _ name: String, actual: Double, forecast: Double,
    _ outlook: MonthOutlook?
  ) -> CostForecast {
    CostForecast(
      scope: scope, name: name, periodStart: start, periodEnd: end - 1, actual: actual,
      forecast: forecast, low: outlook.map { actual + $0.low },
      high: outlook.map { actual + $0.high }, outerLow: outlook.map { actual + $0.outerLow },
      outerHigh: outlook.map { actual + $0.outerHigh }, late: outlook.map(\.late),
      backtestErrorPercent: outlook?.backtest?.totalErrorPercent,
      backtestInsidePercent: outlook?.backtest?.insidePercent,
      backtestCutoffs: outlook?.backtest?.cutoffs ?? 0, currency: costs.currency,
      dataThrough: day.dataThrough ?? costs.lastDay)
  }
}

extension CostForecast {
  /// `forecasts`: a row per group.
  package static let table = FindingsTable(
    "forecasts",
    [
      Field("scope", .varchar), Field("name", .varchar), Field("period_start", .date),
      Field("period_end", .date), Field("actual", .double), Field("forecast", .double),
      Field("forecast_low", .double), Field("forecast_high", .double), Field("level", .double),
      Field("backtest_error_percent", .double), Field("currency", .varchar),
      Field("data_through", .date), Field("forecast_low_95", .double),
      Field("forecast_high_95", .double), Field("late", .double),
      Field("backtest_inside_percent", .double), Field("backtest_cutoffs", .bigint),
    ])

  package var row: [Value] {
    [
      .text(scope.rawValue), .text(name), .day(periodStart), .day(periodEnd), .number(actual),
      .number(forecast), .number(low), .number(high), .number(0.8), .number(backtestErrorPercent),
      .text(currency), .day(dataThrough), .number(outerLow), .number(outerHigh), .number(late),
      .number(backtestInsidePercent), .int64(Int64(backtestCutoffs)),
    ]
  }
}
