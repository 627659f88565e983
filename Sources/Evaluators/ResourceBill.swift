import Columns
import Warehouse

/// What resources cost a month, by the last thirty complete days of the bills.
struct ResourceBill {
  struct Cost {
    let amortized: Double
    /// At list prices.
    let list: Double
  }

  /// By the resource's id as listings name it: the end of an ARN for servers, volumes and the like.
  private(set) var cost: [String: Cost] = [:]

  /// - Parameter onlyClasses: of a database, count only what its class costs, not storage and backups.
  /// - Throws: what querying throws.
  /// - Complexity: O(charges of two months).
  init(
    _ warehouse: Warehouse, _ day: EvaluationDay, of resources: Set<String>, onlyClasses: Bool
  ) throws {
    guard !resources.isEmpty, let through = day.dataThrough else { return }
    let first = through - ComputeBill.window + 1
    let rows = try warehouse.query(
      """
      SELECT coalesce(regexp_extract(ResourceId, '(i|vol|snap|nat|eipalloc)-[0-9a-f]+$'), ResourceId) AS resource,
        sum(EffectiveCost), sum(ListCost), min(CAST(ChargePeriodStart AS date))
      FROM costs
      WHERE billing_period >= '\(Day.text(first).dropLast(3))'
        AND ChargePeriodStart >= TIMESTAMP '\(Day.text(first)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
        AND ChargeCategory = 'Usage' AND ResourceId IS NOT NULL
        \(onlyClasses ? "AND (ResourceId NOT LIKE '%:db:%' OR x_UsageType LIKE '%Usage:db.%')" : "")
      GROUP BY 1
      """
    ).rows()
    for row in rows {
      guard let resource = row[0].string, resources.contains(resource) else { continue }
      let start = row[3].int64.map { Int($0) } ?? first
      let months = Double(through - start + 1) * 24 / SizeChooser.hoursPerMonth
      cost[resource] = Cost(
        amortized: (row[1].double ?? 0) / months, list: (row[2].double ?? 0) / months)
    }
  }
}
