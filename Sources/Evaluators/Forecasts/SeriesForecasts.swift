package import Columns
import Forecasting
package import Warehouse

/// Forecasts of series from outside a lake, by the method that bills are forecast with.
package struct SeriesForecasts: Sendable {
  /// What is forecast of each series.
  package enum Kind: Sendable {
    /// Every day after the cutoff.
    case days
    /// The total of the cutoff's month: what was spent to date and what is expected yet.
    case month
  }

  package let fields: [Field]
  package let rows: [[Value]]

  /// Days forecast where nothing says how many.
  package static let usualDays = 30

  /// Reads series and tasks, and forecasts each of them.
  ///
  /// How much of the newest days is in is learned from earlier deliveries of the same series among
  /// the input: series that begin alike and end on earlier days.
  ///
  /// - Parameters:
  ///   - input: a table of id, date and value.
  ///   - tasks: a table of id, cutoff and last day, nil to forecast `days` days of every series.
  /// - Throws: what reading throws; `ConfigurationError` for tasks that do not fit the series.
  package init(
    _ warehouse: Warehouse, input: String, tasks: String?, kind: Kind, days: Int = usualDays
  ) throws {
    let questions = try SeriesInput(warehouse, input: input, tasks: tasks, days: days).questions
    let deliveries = DeliveryHistory(questions.map(\.history))
    let figures = ["mean", "lo80", "hi80", "lo95", "hi95"].map { Field($0, .double) }
    let quality = [
      Field("backtest_error_percent", .double), Field("backtest_inside_percent", .double),
      Field("backtest_cutoffs", .bigint), Field("note", .varchar),
    ]
    switch kind {
    case .days:
      fields = [Field("id", .varchar), Field("date", .date)] + figures + quality
      rows = questions.parallelMap { question in
        SeriesForecasts.days(of: question, deliveries)
      }.flatMap { $0 }
    case .month:
      fields = [Field("id", .varchar)] + figures + quality
      rows = questions.parallelMap { SeriesForecasts.month(of: $0, deliveries) }
    }
  }

  private static func days(
    of question: SeriesInput.Question, _ deliveries: DeliveryHistory
  ) -> [[Value]] {
    let history = question.history
    let horizon = question.lastDay + 1 - history.endDay
    let completeness = deliveries.completeness(of: history)
    guard horizon > 0,
      let forecast = Forecast.daily(history, horizon: horizon, completeness: completeness)
    else {
      return [[.text(question.id), .null] + refusal(history, horizon)]
    }
    return forecast.points.map { point in
      [.text(question.id), .day(point.day)] + figures(point, plus: 0) + quality(forecast.backtest)
    }
  }

  private static func month(
    of question: SeriesInput.Question, _ deliveries: DeliveryHistory
  ) -> [Value] {
    let history = question.history
    let horizon = question.lastDay + 1 - history.endDay
    let start = Day.monthStart(history.endDay - 1)
    let spent = history.total(start..<history.endDay)
    let completeness = deliveries.completeness(of: history)
    guard
      let forecast = Forecast.daily(
        history, horizon: horizon, completeness: completeness, endsMonth: true)
    else {
      return [.text(question.id)] + refusal(history, horizon)
    }
    return [.text(question.id)] + figures(forecast.total, plus: spent) + quality(forecast.backtest)
  }

  private static func figures(_ point: Forecast.Point, plus spent: Double) -> [Value] {
    [point.mean, point.low, point.high, point.outerLow, point.outerHigh].map {
      .number($0 + spent)
    }
  }

  private static func quality(_ backtest: Backtest) -> [Value] {
    [
      .number(backtest.totalErrorPercent), .number(backtest.insidePercent),
      .int64(Int64(backtest.cutoffs)), .null,
    ]
  }

  private static func refusal(_ history: DailySeries, _ horizon: Int) -> [Value] {
    let reason =
      horizon > 0
      ? "\(history.count) days of history, \(Forecast.minimumHistory) settled ones with cost are needed"
      : "the last day is not after the cutoff"
    return [.null, .null, .null, .null, .null, .null, .null, .int64(0), .text(reason)]
  }
}
