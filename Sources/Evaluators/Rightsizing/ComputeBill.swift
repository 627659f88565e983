import Columns
import Warehouse

/// What the bill says about servers: what each costs now, and by which commitments it is covered.
struct ComputeBill {
  /// A part of what a server used; amounts are those of a month.
  struct Part {
    /// Dollars as they are amortized.
    var cost = 0.0
    /// Dollars at list prices.
    var list = 0.0
    var hours = 0.0

    mutating func add(_ row: [Value]) {
      cost += row[6].double ?? 0
      list += row[7].double ?? 0
      hours += row[8].double ?? 0
    }

    fileprivate func scaled(by factor: Double) -> Part {
      Part(cost: cost * factor, list: list * factor, hours: hours * factor)
    }
  }

  struct Usage {
    /// What no commitment covers.
    var onDemand = Part()
    /// What only servers of the same family and region may take up: reservations, and EC2 Instance Savings
    /// Plans.
    var ofFamily = Part()
    /// What any server may take up: Compute Savings Plans.
    var ofAny = Part()
    var isSpot = false
    var family = ""
    var region = ""

    var list: Double { onDemand.list + ofFamily.list + ofAny.list }
    var hours: Double { onDemand.hours + ofFamily.hours + ofAny.hours }
  }

  private(set) var usage: [String: Usage] = [:]
  /// What a dollar at list prices costs on demand; below 1 where prices are negotiated.
  private(set) var onDemandRate = 1.0

  static let window = 30
  /// Days before the window in which a server that is off for days on end still shows that it is no new one.
  private static let earlier = 7

  /// Reads thirty days up to the last complete one. A server that is younger counts from its first charge.
  ///
  /// - Throws: what querying throws.
  init(_ warehouse: Warehouse, _ day: EvaluationDay) throws {
    guard let through = day.dataThrough else { return }
    let first = through - ComputeBill.window + 1
    let rows = try ComputeBill.charges(warehouse, first, through)
    var starts: [String: Int64] = [:]
    var newest: [String: Int64] = [:]
    for row in rows {
      guard let resource = row[0].string, let since = row[9].int64, let last = row[10].int64
      else { continue }
      let id = String(resource.split(separator: "/").last ?? "")
      starts[id] = min(starts[id] ?? since, since)
      guard row[11] == .boolean(false) else { continue }
      var one = usage[id] ?? Usage()
      if last >= newest[id] ?? last {
        newest[id] = last
        one.region = row[1].string ?? ""
        one.family = row[2].string ?? ""
        one.isSpot = row[3] == .boolean(true)
      }
      one[keyPath: ComputeBill.part(commitment: row[4].string ?? "", plan: row[5].string ?? "")]
        .add(row)
      usage[id] = one
    }
    let end = Int64(through + 1) * Microseconds.day
    for (id, start) in starts {
      let days =
        Double(end - max(start, Int64(first) * Microseconds.day)) / Double(Microseconds.day)
      usage[id]?.scale(by: SizeChooser.hoursPerMonth / 24 / days)
    }
    onDemandRate = rate()
  }

  private static func charges(
    _ warehouse: Warehouse, _ first: Int, _ through: Int
  ) throws -> [[Value]] {
    let since = Day.text(first - earlier)
    return try warehouse.query(
      """
      SELECT ResourceId, RegionId, split_part(split_part(x_UsageType, ':', 2), '.', 1),
        x_UsageType LIKE '%SpotUsage%', coalesce(CommitmentDiscountType, ''),
        coalesce(x_SavingsPlanType, ''), sum(EffectiveCost), sum(ListCost), sum(ConsumedQuantity),
        min(ChargePeriodStart), max(ChargePeriodStart),
        ChargePeriodStart < TIMESTAMP '\(Day.text(first)) 00:00:00'
      FROM costs
      WHERE billing_period >= '\(since.dropLast(3))'
        AND ChargePeriodStart >= TIMESTAMP '\(since) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
        AND ChargeCategory = 'Usage' AND ResourceId LIKE '%i-%'
        AND (x_UsageType LIKE '%BoxUsage:%' OR x_UsageType LIKE '%SpotUsage:%'
          OR x_UsageType LIKE '%DedicatedUsage:%')
      GROUP BY 1, 2, 3, 4, 5, 6, 12
      """
    ).rows()
  }

  /// Which part of a server's use a commitment covers; a Savings Plan of unknown type is one for any server.
  private static func part(
    commitment: String, plan: String
  ) -> WritableKeyPath<Usage, Part> {
    switch commitment {
    case "": \.onDemand
    case "Savings Plan", "SavingsPlan":
      plan == "EC2InstanceSavingsPlans" ? \.ofFamily : \.ofAny
    default: \.ofFamily
    }
  }

  private func rate() -> Double {
    let priced = usage.values.filter { !$0.isSpot && $0.onDemand.list > 0 }.map(\.onDemand)
    // In the order of the amounts, so that the sum is the same in each run.
    let list = priced.map(\.list).sorted().reduce(0, +)
    let cost = priced.map(\.cost).sorted().reduce(0, +)
    return list > 0 && cost > 0 ? min(1, cost / list) : 1
  }

  /// Hours a month that a server runs, by its bill; all of them where it has none.
  func hoursPerMonth(_ server: String) -> Double {
    guard let one = usage[server], one.hours > 0 else { return SizeChooser.hoursPerMonth }
    return min(SizeChooser.hoursPerMonth, one.hours)
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
}

extension ComputeBill.Usage {
  fileprivate mutating func scale(by factor: Double) {
    onDemand = onDemand.scaled(by: factor)
    ofFamily = ofFamily.scaled(by: factor)
    ofAny = ofAny.scaled(by: factor)
  }
}
