import Columns
package import Forecasting
import SQL
import Warehouse

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

  /// Cost in ``currency`` by day (days since the epoch), for each leaf.
  package let leaves: [Leaf: [Int: Double]]
  package let firstDay: Int
  /// The last day that was read: the last complete one, unless days still arriving were asked for.
  package let lastDay: Int
  package let currency: String

  /// What a reading of the bills asks for.
  struct Request {
    /// Days of history.
    let days: Int
    /// Leaves fees, taxes and credits out, which come when they come.
    var usageOnly = false
    /// Reads on to the newest day, whose bills are still arriving, where earlier deliveries have taught
    /// how late days come in.
    var withArriving = false
    /// Where bills are in several currencies: takes all in the lake's reporting currency, as far as it
    /// has rates.
    var converts = false
    /// The payers whose bills are read; nil for all.
    var payers: Set<String>?
  }

  /// Reads the amortized cost of the days up to the last complete one.
  ///
  /// - Returns: the costs of each currency, by its name: amounts of different currencies are never one
  ///   sum. Empty when the lake has no complete day.
  /// - Throws: what querying the lake throws.
  static func read(
    _ warehouse: Warehouse, _ day: EvaluationDay, _ request: Request
  ) throws -> [DailyCosts] {
    guard let complete = day.dataThrough, let newest = day.newestDay else { return [] }
    let lastDay = request.withArriving && day.completeness != .full ? newest : complete
    let days = (lastDay - request.days + 1)..<(lastDay + 1)
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        coalesce(SubAccountId, '') AS account, coalesce(ServiceName, '') AS service,
        coalesce(RegionId, '') AS region, coalesce(x_UsageType, '') AS usage_type,
        sum(EffectiveCost) AS cost, coalesce(BillingCurrency, '') AS currency,
        coalesce(billing_period, '') AS billing_period
      FROM costs
      WHERE \(DailyCosts.isOf(days))
        \(request.usageOnly ? "AND ChargeCategory = 'Usage'" : "")
        \(request.payers.map(DailyCosts.isOf) ?? "")
      GROUP BY 1, 2, 3, 4, 5, 7, 8
      """)
    let charges = result.rows().compactMap(Charge.init)
    let currencies = Set(charges.map(\.currency).filter { !$0.isEmpty })
    if currencies.count > 1, request.converts,
      let rates = try ReportingRates(warehouse, days),
      let converted = rates.converted(charges, lastDay: lastDay)
    {
      return [DailyCosts(converted, lastDay: lastDay, rates.currency)].compactMap { $0 }
    }
    guard currencies.count > 1 else {
      return [DailyCosts(charges, lastDay: lastDay, currencies.first ?? "")].compactMap { $0 }
    }
    return Dictionary(grouping: charges, by: \.currency).sorted { $0.key < $1.key }
      .compactMap { DailyCosts($0.value, lastDay: lastDay, $0.key) }
  }

  /// A condition that charges of some days fulfil.
  static func isOf(_ days: Range<Int>) -> String {
    "ChargePeriodStart >= TIMESTAMP '\(Day.text(days.lowerBound)) 00:00:00'"
      + " AND ChargePeriodStart < TIMESTAMP '\(Day.text(days.upperBound)) 00:00:00'"
  }

  /// A further condition: that charges are in the bills of some payers.
  private static func isOf(_ payers: Set<String>) -> String {
    let names = payers.sorted().map(SQLLiteral.text).joined(separator: ", ")
    return "AND coalesce(BillingAccountId, '') IN (\(names))"
  }

  /// A leaf's cost of a day, in the currency that it was billed in.
  struct Charge {
    let day: Int
    let leaf: Leaf
    var cost: Double
    let currency: String
    let month: String

    init?(_ row: [Value]) {
      guard let day = row[0].int64, let cost = row[5].double else { return nil }
      self.day = Int(day)
      leaf = Leaf(
        account: row[1].string ?? "", service: row[2].string ?? "", region: row[3].string ?? "",
        usageType: row[4].string ?? "")
      self.cost = cost
      currency = row[6].string ?? ""
      month = row[7].string ?? ""
    }
  }

  /// - Returns: nil without charges.
  private init?(_ charges: [Charge], lastDay: Int, _ currency: String) {
    guard let earliest = charges.map(\.day).min() else { return nil }
    var leaves: [Leaf: [Int: Double]] = [:]
    for charge in charges {
      leaves[charge.leaf, default: [:]][charge.day, default: 0] += charge.cost
    }
    self.leaves = leaves
    firstDay = min(earliest, lastDay)
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
