import Columns
package import Forecasting
package import Warehouse

/// When an evaluation looks at the lake, and up to which day the bills are complete.
///
/// A day that is still arriving is neither a drop nor a saving, so evaluators count up to
/// ``dataThrough`` and no further.
package struct EvaluationDay: Sendable {
  /// Microseconds since the epoch.
  package let asOf: Int64
  /// The day of `asOf`, days since the epoch.
  package let today: Int
  /// The last day whose charges are complete; nil where no bill is in the lake.
  package let dataThrough: Int?
  /// The newest day with usage, complete or not; nil where no bill is in the lake.
  package let newestDay: Int?
  /// How much of the newest days is usually in, by age from ``newestDay``: learned from earlier
  /// deliveries.
  package let completeness: Completeness

  /// The last day on which little cost is a drop rather than a delivery that is still coming: where
  /// earlier deliveries tell how late days come in, every complete day; else days that are old enough.
  let dropsThrough: Int?

  /// Days after which a bill's day is taken as settled where no earlier delivery tells.
  ///
  /// Source: AWS Cost and Usage Reports are updated at least once a day with usage up to a day late.
  private static let settlingDays = 3
  /// A day of which this share is usually in counts as complete.
  private static let completeShare = 0.95

  /// Asks the lake's `costs` how far they reach.
  ///
  /// Hourly bills are complete for a day when its last hour is there, daily ones when the day is; and
  /// a day is not complete as long as earlier deliveries had less than 95 % of days as young.
  /// - Throws: what the query throws.
  package init(_ warehouse: Warehouse, asOf: Int64) throws {
    self.asOf = asOf
    today = Int(asOf.floorDivided(by: Microseconds.day))
    guard let reach = try EvaluationDay.reach(warehouse, before: today) else {
      dataThrough = nil
      newestDay = nil
      dropsThrough = nil
      completeness = .full
      return
    }
    // Days that a look into the past leaves out have aged since.
    let (known, isLearned) = try DeliveredDays(warehouse).learned(upTo: reach.delivered)
    let learned = known.aged(by: reach.delivered - reach.newest)
    let young = learned.shares.lastIndex { $0.median < EvaluationDay.completeShare }
    newestDay = reach.newest
    let through = min(reach.complete, young.map { reach.newest - $0 - 1 } ?? reach.newest)
    dataThrough = through
    dropsThrough = isLearned ? through : min(through, today - EvaluationDay.settlingDays)
    completeness = learned
  }

  /// `2026-10-25`, the partition that this day's findings are kept in.
  package var partition: String { Day.text(today) }

  private static func reach(_ warehouse: Warehouse, before today: Int) throws -> Reach? {
    guard try warehouse.hasCosts() else { return nil }
    // The newest months tell, unless nothing was used in them; the rest of the history is not read.
    let start = Day.text(Day.adding(months: -1, to: Day.monthStart(today)))
    return try reach(
      warehouse, before: today, where: "AND billing_period >= '\(start.dropLast(3))'")
      ?? reach(warehouse, before: today, where: "")
  }

  /// How far the bills reach, days since the epoch.
  private struct Reach {
    /// The newest day with usage in the lake, and the newest before the evaluation's.
    let delivered: Int
    let newest: Int
    /// The newest that has all its hours.
    let complete: Int
  }

  private static func reach(
    _ warehouse: Warehouse, before today: Int, where condition: String
  ) throws -> Reach? {
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        max(hour(ChargePeriodStart)) AS last_hour
      FROM costs
      WHERE ChargeCategory = 'Usage' \(condition)
      GROUP BY 1 ORDER BY 1 DESC
      """)
    let delivered = result.rows().compactMap { row -> (day: Int, hour: Int)? in
      guard let day = row[0].int64, let hour = row[1].int64 else { return nil }
      return (Int(day), Int(hour))
    }
    let days = delivered.drop { $0.day >= today }.prefix(8)
    guard let latest = days.first else { return nil }
    let isHourly = days.contains { $0.hour > 0 }
    return Reach(
      delivered: delivered[0].day, newest: latest.day,
      complete: isHourly && latest.hour < 23 ? latest.day - 1 : latest.day)
  }
}

/// Day numbers and months as text.
package enum Day {
  /// `2026-10-04` for days since the epoch.
  package static func text(_ day: Int) -> String {
    CivilTimeText.text(date: Int64(day))
  }

  /// The first day of the month that a day is in.
  package static func monthStart(_ day: Int) -> Int {
    let date = CivilDate(daysSinceEpoch: day)
    return CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch
  }

  /// The same day some months later.
  package static func adding(months: Int, to day: Int) -> Int {
    CivilDate(daysSinceEpoch: day).adding(months: months).daysSinceEpoch
  }
}

extension Warehouse {
  /// The tables that hold bills.
  static let costTables = ["cur", "cur2", "focus"]

  /// Whether any bill is in the lake, so that `costs` has rows to give.
  package func hasCosts() throws -> Bool {
    for table in Self.costTables where try hasTable(table) { return true }
    return false
  }
}
