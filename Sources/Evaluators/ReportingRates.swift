import Columns
import Warehouse

/// What the currencies of the bills are worth in the lake's reporting currency, month by month.
struct ReportingRates {
  let currency: String

  private struct Key: Hashable {
    let month: String
    let currency: String
  }

  /// Without the months that have no rate.
  private var rates: [Key: Double] = [:]

  /// - Returns: nil where the lake has no reporting currency.
  /// - Throws: what querying the lake throws.
  init?(_ warehouse: Warehouse, _ days: Range<Int>) throws {
    let rows = try warehouse.query(
      """
      SELECT coalesce(billing_period, ''), coalesce(BillingCurrency, ''), max(x_ReportingCurrency),
        max(try(x_ExchangeRate))
      FROM costs WHERE \(DailyCosts.isOf(days)) GROUP BY 1, 2 ORDER BY 1, 2
      """
    ).rows()
    // Without one, each bill's currency is its own.
    let reporting = Set(rows.compactMap { $0[2].string })
    guard reporting.count == 1, let only = reporting.first else { return nil }
    currency = only
    for row in rows {
      guard let rate = row[3].double else { continue }
      rates[Key(month: row[0].string ?? "", currency: row[1].string ?? "")] = rate
    }
  }

  /// The charges in the reporting currency, from the last month on that lacks a rate: what came before
  /// is no history of the same figure.
  ///
  /// - Returns: nil where the newest month lacks one.
  func converted(_ charges: [DailyCosts.Charge], lastDay: Int) -> [DailyCosts.Charge]? {
    func rate(_ charge: DailyCosts.Charge) -> Double? {
      rates[Key(month: charge.month, currency: charge.currency)]
    }
    let unknown = charges.filter { rate($0) == nil }.map(\.day).max()
    guard (unknown ?? .min) < Day.monthStart(lastDay) else { return nil }
    let start = unknown.map { Day.adding(months: 1, to: Day.monthStart($0)) } ?? .min
    return charges.filter { $0.day >= start }.map { charge in
      var converted = charge
      converted.cost *= rate(charge) ?? 1
      return converted
    }
  }
}
