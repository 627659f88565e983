package import Columns
import SQL
package import Warehouse

/// Shares the costs of a category's values with others, to the cent.
///
/// Every amount is whole cents: the values' own costs are rounded so that they add up to the bill's
/// total in cents, and what is shared is dealt out the same way (the largest remainders get the cents
/// that are left). A share is two entries, one that the target gets and one that the source gives, so
/// that the sum over all entries is the bill, whatever is shared.
package struct CostAllocation: Sendable {
  package struct Entry: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
      case own = "DIRECT"
      case shared = "SPLIT"
    }

    package let value: String
    package let kind: Kind
    /// Who gave or got it; nil for a value's own cost.
    package let counterpart: String?
    package let cents: Int64
  }

  package private(set) var entries: [Entry] = []
  /// What somebody should know of the result.
  package private(set) var notes: [String] = []

  /// Allocates costs by value.
  ///
  /// - Parameter costs: by value of the category; the empty value has what is in none.
  package init(_ splits: [CostSplits.Split], costs: [String: Double]) {
    let values = costs.keys.sorted()
    let total = CostAllocation.cents(costs.values.sorted().reduce(0, +))
    let own = CostAllocation.deal(total, by: values.map { costs[$0] ?? 0 }, exactly: true)
    var direct: [String: Int64] = [:]
    for (value, cents) in zip(values, own) {
      direct[value] = cents
      entries.append(Entry(value: value, kind: .own, counterpart: nil, cents: cents))
    }
    for split in splits {
      guard let pool = direct[split.source], pool != 0 else { continue }
      var weights: [Double]
      switch split.method {
      case .even: weights = split.targets.map { _ in 1 }
      case .fixed: weights = split.shares
      case .proportional: weights = split.targets.map { max(0, Double(direct[$0] ?? 0)) }
      }
      if weights.allSatisfy({ $0 == 0 }) {
        notes.append(
          "the targets of '\(split.source)' have no cost of their own: it is shared evenly")
        weights = split.targets.map { _ in 1 }
      }
      for (target, cents) in zip(split.targets, CostAllocation.deal(pool, by: weights)) {
        entries.append(
          Entry(value: target, kind: .shared, counterpart: split.source, cents: cents))
        entries.append(
          Entry(value: split.source, kind: .shared, counterpart: target, cents: -cents))
      }
    }
  }

  /// What each value comes to, in cents.
  package var totals: [String: Int64] {
    var totals: [String: Int64] = [:]
    for entry in entries { totals[entry.value, default: 0] += entry.cents }
    return totals
  }

  private static func cents(_ amount: Double) -> Int64 {
    let scaled = (amount * 100).rounded()
    return abs(scaled) < 9e15 ? Int64(scaled) : 0
  }

  /// Deals cents out by weights: the whole parts, then one cent more to the largest remainders, in order
  /// where they are equal.
  ///
  /// - Parameter exactly: whether the weights are the amounts themselves (dollars), not shares.
  static func deal(_ cents: Int64, by weights: [Double], exactly: Bool = false) -> [Int64] {
    guard !weights.isEmpty else { return [] }
    let sum = weights.reduce(0, +)
    let exact = weights.map { exactly ? $0 * 100 : Double(cents) * $0 / sum }
    var dealt = exact.map { abs($0) < 9e15 ? Int64($0.rounded(.down)) : 0 }
    var left = cents - dealt.reduce(0, +)
    let order = exact.indices.sorted {
      let a = exact[$0] - exact[$0].rounded(.down)
      let b = exact[$1] - exact[$1].rounded(.down)
      return a != b ? a > b : $0 < $1
    }
    // Amounts beyond what a Double holds to the cent leave more than remainders.
    guard left.magnitude <= UInt64(2 * order.count) else {
      dealt[order[0]] += left
      return dealt
    }
    var position = 0
    while left != 0 {
      let index = left > 0 ? order[position] : order[order.count - 1 - position]
      dealt[index] += left > 0 ? 1 : -1
      left += left > 0 ? -1 : 1
      position = (position + 1) % order.count
    }
    return dealt
  }
}

extension CostAllocation {
  /// `cost_allocations`: an entry a row; the sum of a month's rows of a category is its bill.
  package static let table = FindingsTable(
    "cost_allocations",
    [
      Field("billing_period", .varchar), Field("category", .varchar), Field("value", .varchar),
      Field("entry", .varchar), Field("counterpart", .varchar),
      Field("amount", .decimal(precision: 18, scale: 2)), Field("currency", .varchar),
    ])

  /// Allocates a month of each category that shares costs, at amortized cost.
  ///
  /// - Parameter month: `2026-10`; the newest one if nil.
  /// - Returns: rows of ``table``, and notes.
  /// - Throws: what querying the lake throws.
  package static func evaluate(
    _ shared: [CostSplits], month: String? = nil, _ warehouse: Warehouse
  ) throws -> (rows: [[Value]], notes: [String]) {
    guard !shared.isEmpty, try warehouse.hasCosts() else { return ([], []) }
    let period = month.map(SQLLiteral.text) ?? "(SELECT max(billing_period) FROM costs)"
    var rows: [[Value]] = []
    var notes: [String] = []
    for category in shared {
      let found = try warehouse.query(
        """
        SELECT billing_period, BillingCurrency, coalesce(x_CostCategories[\(SQLLiteral.text(category.category))], ''),
          sum(EffectiveCost)
        FROM costs WHERE billing_period = \(period)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """
      ).rows()
      var bills: [[String]: [String: Double]] = [:]
      for row in found {
        let bill = [row[0].string ?? "", row[1].string ?? ""]
        bills[bill, default: [:]][row[2].string ?? "", default: 0] += row[3].double ?? 0
      }
      for (bill, costs) in bills.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        let allocation = CostAllocation(category.splits, costs: costs)
        notes += allocation.notes.map { "\(category.category), \(bill[0]): \($0)" }
        rows += allocation.entries.map { entry in
          [
            .text(bill[0]), .text(category.category), .text(entry.value),
            .text(entry.kind.rawValue), .text(entry.counterpart),
            .decimal(Int128(entry.cents)), .text(bill[1]),
          ]
        }
      }
    }
    return (rows, notes)
  }
}
