import Columns
import Warehouse

/// What the bill says about servers: what each costs now, and by which commitments it is covered.
///
/// A saving on what a commitment covers lowers the bill only as far as other servers on demand take up what
/// is freed; the rest of the commitment is paid for and unused. Freed Savings Plans may cover any server on
/// demand, freed reservations those of the same family and region.
struct ComputeBill {
  struct Usage {
    var effective = 0.0
    var bySavingsPlan = 0.0
    var byReservation = 0.0
    var list = 0.0
    var hours = 0.0
    /// Days from the server's first charge in the window to the window's end.
    var days = 0.0
    var isSpot = false
    var family = ""
    var region = ""

    /// Dollars that no commitment covers.
    var onDemand: Double { max(0, effective - bySavingsPlan - byReservation) }

    /// What an amount of the window is in a month.
    func monthly(_ amount: Double) -> Double {
      days > 0 ? amount / days * SizeChooser.hoursPerMonth / 24 : 0
    }
  }

  private(set) var usage: [String: Usage] = [:]
  /// Dollars a month on demand that freed commitments could cover, by family and region.
  private var coverable: [String: Double] = [:]

  static let window = 30
  /// Days before the window in which a server that is off for days on end still shows that it is no new one.
  private static let earlier = 7

  /// Reads thirty days up to the last complete one. A server that is younger counts from its first charge.
  ///
  /// - Throws: what querying throws.
  init(_ warehouse: Warehouse, _ day: EvaluationDay) throws {
    guard let through = day.dataThrough else { return }
    let first = through - ComputeBill.window + 1
    let start = "TIMESTAMP '\(Day.text(first)) 00:00:00'"
    let end = Int64(through + 1) * Microseconds.day
    let rows = try warehouse.query(
      """
      SELECT ResourceId, RegionId, split_part(split_part(x_UsageType, ':', 2), '.', 1),
        x_UsageType LIKE '%SpotUsage%', coalesce(CommitmentDiscountType, ''),
        sum(EffectiveCost), sum(ListCost), sum(ConsumedQuantity),
        min(ChargePeriodStart), ChargePeriodStart < \(start)
      FROM costs
      WHERE billing_period >= '\(Day.text(first - ComputeBill.earlier).dropLast(3))'
        AND ChargePeriodStart >= TIMESTAMP '\(Day.text(first - ComputeBill.earlier)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
        AND ChargeCategory = 'Usage' AND ResourceId LIKE '%i-%'
        AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%'
          OR x_UsageType LIKE '%DedicatedUsage:%')
      GROUP BY 1, 2, 3, 4, 5, 10
      """
    ).rows()
    var isOld: Set<String> = []
    for row in rows {
      guard let resource = row[0].string else { continue }
      let id = String(resource.split(separator: "/").last ?? "")
      guard row[9] == .boolean(false), let since = row[8].int64 else {
        isOld.insert(id)
        continue
      }
      var one = usage[id] ?? Usage()
      one.days = max(one.days, Double(end - since) / Double(Microseconds.day))
      let cost = row[5].double ?? 0
      one.effective += cost
      one.list += row[6].double ?? 0
      one.hours += row[7].double ?? 0
      one.region = row[1].string ?? ""
      one.family = row[2].string ?? ""
      one.isSpot = row[3] == .boolean(true)
      switch row[4].string ?? "" {
      case "Savings Plan", "SavingsPlan": one.bySavingsPlan += cost
      case "": break
      default: one.byReservation += cost
      }
      usage[id] = one
    }
    for id in isOld { usage[id]?.days = Double(ComputeBill.window) }
    for one in usage.values where !one.isSpot {
      coverable[one.family + "|" + one.region, default: 0] += one.monthly(one.onDemand)
    }
  }

  /// Hours a month that a server runs, by its bill; all of them where it has none.
  func hoursPerMonth(_ server: String) -> Double {
    guard let one = usage[server], one.hours > 0 else { return SizeChooser.hoursPerMonth }
    return min(SizeChooser.hoursPerMonth, one.monthly(one.hours))
  }

  /// What the server's region and system cost relative to the catalog: the list price on its bill over the
  /// catalog's, 1 where the bill does not tell or tells something else.
  func priceFactor(_ server: String, _ type: InstanceCatalog.InstanceType) -> Double {
    guard let one = usage[server], one.hours > 0, one.list > 0, type.price > 0, !one.isSpot else {
      return 1
    }
    let factor = one.list / one.hours / type.price
    return (0.5...4).contains(factor) ? factor : 1
  }

  /// What saving a share of a server's cost brings after discounts, and what of its commitments would be
  /// left without use; both in dollars a month. What freed commitments cover elsewhere is taken only once.
  ///
  /// - Returns: nil where the server is not on the bill.
  mutating func saving(_ share: Double, of server: String) -> (net: Double, unused: Double)? {
    guard let one = usage[server] else { return nil }
    let onDemand = one.monthly(one.onDemand) * share
    if !one.isSpot { take(onDemand, from: [one.family + "|" + one.region]) }
    guard share > 0 else {
      return (onDemand + one.monthly(one.effective - one.onDemand) * share, 0)
    }
    let reserved = one.monthly(one.byReservation) * share
    let planned = one.monthly(one.bySavingsPlan) * share
    let absorbed =
      take(reserved, from: [one.family + "|" + one.region])
      + take(planned, from: coverable.keys.sorted())
    return (onDemand + absorbed, reserved + planned - absorbed)
  }

  /// Takes up to an amount from what commitments could cover; the result is what there was.
  @discardableResult
  private mutating func take(_ amount: Double, from pools: [String]) -> Double {
    var left = max(0, amount)
    for pool in pools {
      let taken = min(left, coverable[pool] ?? 0)
      coverable[pool, default: 0] -= taken
      left -= taken
    }
    return max(0, amount) - left
  }
}
