import Columns
import Warehouse

/// How far the bills of a payer reach, days since the epoch.
struct BillReach {
  /// Empty where the bills do not name it.
  let payer: String
  /// The newest day with usage in the lake, and the newest before the evaluation's.
  let delivered: Int
  let newest: Int
  /// The newest that has all its hours.
  let complete: Int

  /// What the bills of each payer say; none for payers without usage before a day.
  ///
  /// - Throws: what the query throws.
  static func read(_ warehouse: Warehouse, before today: Int) throws -> [BillReach] {
    // The newest months tell, unless nothing was used in them; the rest of the history is not read.
    let start = Day.text(Day.adding(months: -1, to: Day.monthStart(today)))
    let recent = try read(
      warehouse, before: today, where: "AND billing_period >= '\(start.dropLast(3))'")
    return recent.isEmpty ? try read(warehouse, before: today, where: "") : recent
  }

  private static func read(
    _ warehouse: Warehouse, before today: Int, where condition: String
  ) throws -> [BillReach] {
    let rows = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        max(hour(ChargePeriodStart)) AS last_hour, coalesce(BillingAccountId, '') AS payer
      FROM costs
      WHERE ChargeCategory = 'Usage' \(condition)
      GROUP BY 1, 3 ORDER BY 3, 1 DESC
      """
    ).rows()
    let days = rows.compactMap { row -> (payer: String, day: Int, hour: Int)? in
      guard let day = row[0].int64, let hour = row[1].int64 else { return nil }
      return (row[2].string ?? "", Int(day), Int(hour))
    }
    return Dictionary(grouping: days, by: \.payer).sorted { $0.key < $1.key }
      .compactMap { payer, days in
        let known = days.drop { $0.day >= today }.prefix(8)
        guard let latest = known.first, let delivered = days.first?.day else { return nil }
        let isHourly = known.contains { $0.hour > 0 }
        return BillReach(
          payer: payer, delivered: delivered, newest: latest.day,
          complete: isHourly && latest.hour < 23 ? latest.day - 1 : latest.day)
      }
  }
}
