import Columns
import Forecasting
import Warehouse

/// How late usage comes in, learned from earlier versions of the bills in the lake.
///
/// Each delivery of a month leaves a version of its table. What a version had of its newest days is
/// compared with what the table has of them now: the share that was in, by the day's age. Each payer
/// is looked at by itself, as payers are delivered at different times.
struct DeliveredDays {
  private let warehouse: Warehouse

  init(_ warehouse: Warehouse) {
    self.warehouse = warehouse
  }

  /// Versions of one month that are looked at, the latest ones.
  private static let mostVersions = 10
  private static let months = 2

  /// Learns from the newest months up to the one that a day is in.
  ///
  /// - Returns: ``Completeness/full`` where no month came twice, or the lake keeps no versions; and
  ///   whether anything could be learned.
  /// - Throws: what reading the lake throws.
  /// - Complexity: reads a cost column of at most ten versions of two months of each cost table.
  func learned(upTo today: Int) throws -> (completeness: Completeness, isLearned: Bool) {
    guard warehouse.configuration.lake != ":memory:" else { return (.full, false) }
    var observed = [[Double]](repeating: [], count: Completeness.mostDays)
    for bills in BillColumns.all where try warehouse.hasTable(bills.table) {
      for back in 0..<DeliveredDays.months {
        let month = Day.text(Day.adding(months: -back, to: Day.monthStart(today))).dropLast(3)
        for shares in try shares(bills, period: String(month)) {
          for (age, seen) in shares.enumerated() { observed[age] += seen }
        }
      }
    }
    return (Completeness(observed: observed), observed[0].count >= Completeness.leastObservations)
  }

  private func shares(_ bills: BillColumns, period: String) throws -> [[[Double]]] {
    let versions = try warehouse.versions(
      of: bills.table, partition: "billing_period", value: period)
    guard versions.count > 1 else { return [] }
    let now = try series(bills, period: period, version: nil)
    var shares: [[[Double]]] = []
    var last: [String: DailySeries] = [:]
    for change in versions.dropLast().suffix(DeliveredDays.mostVersions) {
      // Files of old versions go when the table is vacuumed; that history is then over.
      let missing = try warehouse.missingFiles(
        of: bills.table, version: change.version, partition: "billing_period", value: period)
      guard missing == 0 else { continue }
      for (payer, then) in try series(bills, period: period, version: change.version) {
        // A version in which another payer's bill came says nothing new of this one.
        guard let later = now[payer], last[payer] != then else { continue }
        last[payer] = then
        shares.append(Completeness.observed(earlier: then, later: later))
      }
    }
    return shares
  }

  /// The usage cost by day of each payer, from the month's first day to the newest with usage.
  private func series(
    _ bills: BillColumns, period: String, version: Int64?
  ) throws -> [String: DailySeries] {
    let result = try warehouse.query(
      """
      SELECT coalesce(\(bills.payer), '') AS payer,
        CAST(date_trunc('day', \(bills.start)) AS date) AS day, sum(\(bills.cost)) AS cost
      FROM \(bills.table)\(version.map { " FOR VERSION AS OF \($0)" } ?? "")
      WHERE billing_period = '\(period)' AND \(bills.isUsage)
      GROUP BY 1, 2 ORDER BY 1, 2
      """)
    var days: [String: [Int: Double]] = [:]
    for row in result.rows() {
      guard let day = row[1].int64, let cost = row[2].double else { continue }
      days[row[0].string ?? "", default: [:]][Int(day)] = cost
    }
    return days.compactMapValues { byDay in
      guard let first = byDay.keys.min(), let last = byDay.keys.max(), last - first < 62 else {
        return nil
      }
      return DailySeries(values: byDay, from: first, through: last)
    }
  }
}

/// What the columns of a cost table are called that tell how much of a day is in.
private struct BillColumns {
  let table: String
  let payer: String
  let start: String
  let cost: String
  let isUsage: String

  private static let usage =
    "line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage')"

  static let all =
    ["cur", "cur2"].map { table in
      BillColumns(
        table: table, payer: "CAST(bill_payer_account_id AS varchar)",
        start: "line_item_usage_start_date", cost: "line_item_unblended_cost", isUsage: usage)
    } + [
      BillColumns(
        table: "focus", payer: "CAST(BillingAccountId AS varchar)", start: "ChargePeriodStart",
        cost: "EffectiveCost", isUsage: "ChargeCategory = 'Usage'")
    ]
}
