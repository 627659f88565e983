import Columns
import SQL
import TextFormats
import Warehouse

/// A change of cost as its three reasons, which add up to it exactly: more of the same (quantity at
/// the old mean price), other prices for the same thing (new quantities at the change of their own
/// prices), and what is left: a dearer or cheaper mix.
///
/// For each unit of the bill, with quantity q and cost c by leaf, 0 for a mean day of the four weeks
/// before and 1 for a mean day of the anomaly, Q and C their sums:
/// quantity = (Q1 - Q0) * C0 / Q0; price = sum of q1 * (c1 / q1 - c0 / q0) over leaves that were
/// there before; mix = C1 - C0 - quantity - price. Where there was nothing before, all is quantity.
package struct CostDecomposition: Sendable, Equatable {
  package private(set) var quantity = 0.0
  package private(set) var price = 0.0
  package private(set) var mix = 0.0
  /// The whole change.
  package var total: Double { quantity + price + mix }

  /// Quantity and cost of a leaf in one unit of the bill, on a mean day before and during.
  package struct Part: Sendable {
    package let unit: String
    package var quantityBefore: Double
    package var costBefore: Double
    package var quantity: Double
    package var cost: Double

    package init(
      unit: String, quantityBefore: Double = 0, costBefore: Double = 0, quantity: Double = 0,
      cost: Double = 0
    ) {
      self.unit = unit
      self.quantityBefore = quantityBefore
      self.costBefore = costBefore
      self.quantity = quantity
      self.cost = cost
    }
  }

  /// Days before an anomaly that it is compared with.
  private static let daysBefore = 28

  /// - Parameter days: the length of the anomaly, for its whole change.
  package init(_ parts: [Part], days: Double) {
    for (_, parts) in Dictionary(grouping: parts, by: \.unit).sorted(by: { $0.key < $1.key }) {
      let sum = { (path: KeyPath<Part, Double>) in parts.reduce(0) { $0 + $1[keyPath: path] } }
      let change = sum(\.cost) - sum(\.costBefore)
      let before = sum(\.quantityBefore)
      guard before > 0 else {
        quantity += change * days
        continue
      }
      let ofQuantity = (sum(\.quantity) - before) * sum(\.costBefore) / before
      let ofPrice = parts.filter { $0.quantity > 0 && $0.quantityBefore > 0 }.reduce(0) {
        $0 + $1.cost - $1.costBefore / $1.quantityBefore * $1.quantity
      }
      quantity += ofQuantity * days
      price += ofPrice * days
      mix += (change - ofQuantity - ofPrice) * days
    }
  }

  /// Reads the quantities of the services concerned, in one query, and explains each anomaly.
  ///
  /// - Throws: what querying the lake throws.
  static func explain(_ anomalies: inout [CostAnomaly], _ warehouse: Warehouse) throws {
    guard let first = anomalies.map(\.start).min(), let last = anomalies.map(\.end).max() else {
      return
    }
    let list = { (names: Set<String>) in names.sorted().map(SQLLiteral.text).joined(separator: ", ")
    }
    let rows = try warehouse.query(
      """
      SELECT coalesce(SubAccountId, '') AS account, coalesce(ServiceName, '') AS service,
        coalesce(RegionId, '') AS region, coalesce(x_UsageType, '') AS usage_type,
        coalesce(ConsumedUnit, '') AS unit,
        CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        sum(ConsumedQuantity), sum(EffectiveCost)
      FROM costs
      WHERE ChargeCategory = 'Usage'
        AND coalesce(SubAccountId, '') IN (\(list(Set(anomalies.map(\.account)))))
        AND coalesce(ServiceName, '') IN (\(list(Set(anomalies.map(\.service)))))
        AND ChargePeriodStart >= TIMESTAMP '\(Day.text(first - daysBefore)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(last + 1)) 00:00:00'
      GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
      """
    ).rows()
    var days: [[String]: [(leaf: [String], day: Int, quantity: Double, cost: Double)]] = [:]
    for row in rows {
      let names = row.prefix(5).map { $0.string ?? "" }
      guard let day = row[5].int64, let quantity = row[6].double, let cost = row[7].double else {
        continue
      }
      days[Array(names.prefix(2)), default: []].append(
        (Array(names.dropFirst(2)), Int(day), quantity, cost))
    }
    for index in anomalies.indices {
      let anomaly = anomalies[index]
      let causes = Set(anomaly.rootCauses.map { [$0.region, $0.usageType] })
      let length = Double(anomaly.end - anomaly.start + 1)
      var parts: [[String]: Part] = [:]
      for line in days[[anomaly.account, anomaly.service]] ?? []
      where causes.contains(Array(line.leaf.prefix(2))) && line.day <= anomaly.end
        && line.day >= anomaly.start - daysBefore
      {
        var part = parts[line.leaf] ?? Part(unit: line.leaf[2])
        if line.day < anomaly.start {
          part.quantityBefore += line.quantity / Double(daysBefore)
          part.costBefore += line.cost / Double(daysBefore)
        } else {
          part.quantity += line.quantity / length
          part.cost += line.cost / length
        }
        parts[line.leaf] = part
      }
      guard !parts.isEmpty else { continue }
      anomalies[index].decomposition = CostDecomposition(
        parts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value), days: length)
    }
  }
}

extension CostAnomaly {
  /// In words: what happened, where, why, and what hides it.
  package var explanation: String {
    var words: [String] = []
    switch kind {
    case .rise, .drop: break
    case .newService: words.append("first charges of the service in the account")
    case .newRegion: words.append("first charges in region \(rootCauses.first?.region ?? "")")
    case .newUsageType: words.append("first charges of the usage type")
    case .ended:
      let others = rootCauses.count > 1 ? " and \(rootCauses.count - 1) more" : ""
      words.append(
        "charged every day before, not at all since: \(rootCauses.first?.usageType ?? "")\(others)")
    }
    if let decomposition, kind == .rise || kind == .drop {
      let reasons = [
        ("quantity", decomposition.quantity), ("price", decomposition.price),
        ("mix", decomposition.mix),
      ].filter { abs($0.1) >= 0.005 }.map { "\($0.0) \(CostAnomaly.signed($0.1))" }
      if !reasons.isEmpty {
        words.append("against the four weeks before: \(reasons.joined(separator: ", "))")
      }
    }
    if hiddenBy != 0 {
      words.append("hidden in the account's total by \(CostAnomaly.signed(hiddenBy)) elsewhere")
    }
    return words.joined(separator: "; ")
  }

  /// `+12.30`, `-0.05`.
  private static func signed(_ amount: Double) -> String {
    "\(amount < 0 ? "-" : "+")\(FigureText.money(abs(amount), isGrouped: false))"
  }
}
