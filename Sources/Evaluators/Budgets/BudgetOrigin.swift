import Columns
import Warehouse

/// In whose bills the charges of a budget are, and in which currencies.
struct BudgetOrigin {
  private(set) var payers: Set<String> = []
  private(set) var currencies: Set<String> = []

  /// By the budget's name; none for budgets without a charge and for those whose charges are not told by
  /// bills.
  ///
  /// - Parameter month: `2026-10`, the first whose charges count.
  /// - Throws: what querying the lake throws.
  static func read(
    _ budgets: [Budget], _ warehouse: Warehouse, since month: String
  ) throws -> [String: BudgetOrigin] {
    let asked = budgets.compactMap { budget in
      budget.condition.map { (name: budget.name, condition: $0) }
    }
    var origins: [String: BudgetOrigin] = [:]
    for part in BudgetBatches.of(asked) {
      let columns = part.map { "count_if(\($0.condition))" }
      let rows = try warehouse.query(
        """
        SELECT coalesce(BillingAccountId, ''), coalesce(BillingCurrency, ''),
          \(columns.joined(separator: ",\n  "))
        FROM costs WHERE billing_period >= '\(month)'
        GROUP BY 1, 2
        """
      ).rows()
      for row in rows {
        for (position, budget) in part.enumerated() where row[position + 2].int64 ?? 0 > 0 {
          origins[budget.name, default: BudgetOrigin()].payers.insert(row[0].string ?? "")
          if let currency = row[1].string, !currency.isEmpty {
            origins[budget.name, default: BudgetOrigin()].currencies.insert(currency)
          }
        }
      }
    }
    return origins
  }
}
