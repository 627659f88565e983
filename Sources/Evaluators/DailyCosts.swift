import Columns
package import Forecasting
package import Warehouse

/// The bills as daily sums by account, service, region and usage type: what forecasts and anomalies
/// are computed from, read in one query.
package struct DailyCosts: Sendable {
  /// One line of charges that is watched by itself.
  package struct Leaf: Hashable, Sendable {
    package let account: String
    package let service: String
    package let region: String
    package let usageType: String
  }

  /// Cost in the bill's currency by day (days since the epoch), for each leaf.
  package let leaves: [Leaf: [Int: Double]]
  package let firstDay: Int
  /// The last day that was read: the last complete one, unless days still arriving were asked for.
  package let lastDay: Int
  package let currency: String

  /// Reads the amortized cost of the days up to the last complete one.
  ///
  /// - Parameter withArriving: reads on to the newest day, whose bills are still arriving, where
  ///   earlier deliveries have taught how late days come in.
  /// - Parameter usageOnly: leaves fees, taxes and credits out, which come when they come.
  /// - Returns: nil when the lake has no complete day.
  package init?(
    _ warehouse: Warehouse, _ day: EvaluationDay, days: Int, usageOnly: Bool,
    withArriving: Bool = false
  ) throws {
    guard let complete = day.dataThrough, let newest = day.newestDay else { return nil }
    let lastDay = withArriving && day.completeness != .full ? newest : complete
    let first = lastDay - days + 1
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        coalesce(SubAccountId, '') AS account, coalesce(ServiceName, '') AS service,
        coalesce(RegionId, '') AS region, coalesce(x_UsageType, '') AS usage_type,
        sum(EffectiveCost) AS cost, max(BillingCurrency) AS currency
      FROM costs
      WHERE ChargePeriodStart >= TIMESTAMP '\(Day.text(first)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(lastDay + 1)) 00:00:00'
        \(usageOnly ? "AND ChargeCategory = 'Usage'" : "")
      GROUP BY 1, 2, 3, 4, 5
      """)
    var leaves: [Leaf: [Int: Double]] = [:]
    var earliest = lastDay
    var currency = ""
    for row in result.rows() {
      guard let day = row[0].int64, let cost = row[5].double else { continue }
      let leaf = Leaf(
        account: row[1].string ?? "", service: row[2].string ?? "", region: row[3].string ?? "",
        usageType: row[4].string ?? "")
      leaves[leaf, default: [:]][Int(day), default: 0] += cost
      earliest = min(earliest, Int(day))
      if let name = row[6].string { currency = max(currency, name) }
    }
    guard !leaves.isEmpty else { return nil }
    self.leaves = leaves
    firstDay = earliest
    self.lastDay = lastDay
    self.currency = currency
  }

  /// The sums by day of the leaves that `key` maps to the same group; nil leaves a leaf out.
  package func series<Key: Hashable>(by key: (Leaf) -> Key?) -> [Key: DailySeries] {
    var sums: [Key: [Int: Double]] = [:]
    // In a fixed order: floating sums depend on it.
    for (leaf, days) in leaves.sorted(by: { $0.key < $1.key }) {
      guard let group = key(leaf) else { continue }
      for (day, cost) in days { sums[group, default: [:]][day, default: 0] += cost }
    }
    return sums.mapValues { DailySeries(values: $0, from: firstDay, through: lastDay) }
  }
}

extension DailyCosts.Leaf: Comparable {
  package static func < (a: DailyCosts.Leaf, b: DailyCosts.Leaf) -> Bool {
    (a.account, a.service, a.region, a.usageType) < (b.account, b.service, b.region, b.usageType)
  }
}
