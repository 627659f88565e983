import Columns
import Forecasting
import SQL
import Warehouse

/// Daily series and what is asked of them, read from two files that are no part of a lake.
struct SeriesInput: Sendable {
  /// One question: a series as known at its last day, and the day to forecast through.
  struct Question: Sendable {
    let id: String
    /// Up to the cutoff.
    let history: DailySeries
    let lastDay: Int
  }

  let questions: [Question]

  /// Reads series (`id,date,value`) and tasks (`id,cutoff,last_day`), any format that a query reads.
  ///
  /// - Parameters:
  ///   - input: days without a row are 0, as a bill without a charge is; a row without a value is a
  ///     day that was not measured and gets its weekday's median.
  ///   - tasks: nil asks for each series from its last day on.
  ///   - days: how many days are asked for where no tasks are given.
  /// - Throws: what reading throws; `ConfigurationError` for a task that has no series, no last day
  ///   or one before its cutoff.
  init(_ warehouse: Warehouse, input: String, tasks: String?, days: Int) throws {
    let series = try SeriesInput.series(warehouse, input)
    guard let tasks else {
      questions = series.map { id, series in
        Question(id: id, history: series, lastDay: series.endDay - 1 + days)
      }.sorted { $0.id < $1.id }
      return
    }
    let rows = try warehouse.query(
      """
      SELECT CAST(id AS varchar) AS id, CAST(cutoff AS date) AS cutoff,
        CAST(last_day AS date) AS last_day
      FROM \(SQLLiteral.text(tasks))
      """)
    questions = try rows.rows().enumerated().map { number, row in
      let place = "row \(number + 1)"
      guard let id = row[0].string, let cutoff = row[1].int64, let last = row[2].int64 else {
        throw ConfigurationError(tasks, place, "expected id, cutoff and last_day, found no value")
      }
      guard let known = series[id] else {
        throw ConfigurationError(
          tasks, place, "no series '\(id)' in '\(input)'\(SeriesInput.nearby(id, series.keys))")
      }
      guard last >= cutoff, last - cutoff <= SeriesInput.mostDays else {
        throw ConfigurationError(
          tasks, place,
          "last_day has to be at most \(SeriesInput.mostDays) days from its cutoff on, found "
            + "\(Day.text(Int(last))) for \(Day.text(Int(cutoff)))")
      }
      return Question(
        id: id, history: known.through(day: Int(cutoff)), lastDay: Int(last))
    }
  }

  /// The longest horizon, and the longest stretch of days that a series may have: a century.
  private static let mostDays = 3660
  private static let mostHistory = 36_600

  private static func series(
    _ warehouse: Warehouse, _ path: String
  ) throws -> [String: DailySeries] {
    let result = try warehouse.query(
      """
      SELECT CAST(id AS varchar) AS id, CAST(date AS date) AS day,
        sum(CAST(value AS double)) AS value
      FROM \(SQLLiteral.text(path)) GROUP BY 1, 2 ORDER BY 1, 2
      """)
    var days: [String: [(day: Int, value: Double?)]] = [:]
    for row in result.rows() {
      guard let id = row[0].string, let day = row[1].int64 else {
        throw ConfigurationError(path, "", "expected an id and a date in every row, found none")
      }
      days[id, default: []].append((Int(day), row[2].double))
    }
    return try days.mapValues { days in
      guard let first = days.first, let last = days.last, last.day - first.day < mostHistory else {
        throw ConfigurationError(
          path, "", "expected dates within a hundred years of each other in each series")
      }
      return measured(days, from: first.day, through: last.day)
    }
  }

  private static func measured(
    _ days: [(day: Int, value: Double?)], from first: Int, through last: Int
  ) -> DailySeries {
    var values = [Double](repeating: 0, count: last - first + 1)
    var missing: [Int] = []
    var known = [[Double]](repeating: [], count: 7)
    for (day, value) in days {
      guard let value, value.isFinite else {
        missing.append(day)
        continue
      }
      values[day - first] = value
      known[DailySeries.weekday(day)].append(value)
    }
    if !missing.isEmpty {
      let medians = known.map { Robust.median($0) ?? 0 }
      for day in missing { values[day - first] = medians[DailySeries.weekday(day)] }
    }
    return DailySeries(firstDay: first, values: values)
  }

  private static func nearby(_ id: String, _ names: some Collection<String>) -> String {
    names.first { $0.lowercased() == id.lowercased() }.map { "; did you mean '\($0)'?" } ?? ""
  }
}

extension DailySeries {
  /// Cut after a day, or continued with zeros up to it.
  fileprivate func through(day: Int) -> DailySeries {
    guard day >= endDay else { return prefix(before: day + 1) }
    return DailySeries(
      firstDay: firstDay, values: values + [Double](repeating: 0, count: day + 1 - endDay))
  }
}
