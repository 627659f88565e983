package import Columns
import Forecasting
package import Warehouse

/// How much of one of the newest days is in, as a finding.
package struct DayCompleteness: Sendable, Hashable {
  package let day: Int
  /// Usage cost that is in the lake, in the bill's currency.
  package let delivered: Double
  /// The usual share of a day of this age that is in, and how much it varies.
  package let share: Double
  package let deviation: Double
  /// Deliveries that it was learned from; 0 where none could tell.
  package let observations: Int
  /// Whether evaluators count the day as complete.
  package let isComplete: Bool

  /// The newest days of the bills, as far as days are usually incomplete and one more, the newest first.
  ///
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ warehouse: Warehouse, _ day: EvaluationDay
  ) throws -> [DayCompleteness] {
    guard let newest = day.newestDay, let through = day.dataThrough else { return [] }
    let first = min(newest - day.completeness.shares.count, through)
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day, sum(EffectiveCost) AS cost
      FROM costs
      WHERE ChargeCategory = 'Usage'
        AND ChargePeriodStart >= TIMESTAMP '\(Day.text(first)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(newest + 1)) 00:00:00'
      GROUP BY 1
      """)
    var delivered: [Int: Double] = [:]
    for row in result.rows() {
      if let day = row[0].int64 { delivered[Int(day)] = row[1].double }
    }
    return stride(from: newest, through: first, by: -1).map { date in
      let share = day.completeness.share(age: newest - date)
      return DayCompleteness(
        day: date, delivered: delivered[date] ?? 0, share: share.median,
        deviation: share.deviation, observations: share.observations,
        isComplete: date <= through)
    }
  }

  /// `completeness`: a row per day, the newest first.
  package static let table = FindingsTable(
    "completeness",
    [
      Field("day", .date), Field("delivered", .double), Field("usual_share", .double),
      Field("share_deviation", .double), Field("observations", .bigint),
      Field("complete", .boolean),
    ])

  package var row: [Value] {
    [
      .day(day), .number(delivered), .number(share), .number(deviation),
      .int64(Int64(observations)), .boolean(isComplete),
    ]
  }
}
