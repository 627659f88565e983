import Columns
import Warehouse

/// What the bills are in: currencies, columns, versions.
struct BudgetBills {
  /// `cur@12, focus@3`: the tables and versions that were evaluated; `FOR VERSION AS OF` reads them.
  let versions: String
  /// Whether any bill is in FOCUS.
  let hasFocus: Bool
  private let currencies: [String]
  private let reporting: String?
  private let hasNet: Bool
  private let hasBlended: Bool

  init(_ warehouse: Warehouse, before today: Int) throws {
    let known = try warehouse.tables().filter {
      Warehouse.costTables.contains($0.name.lowercased())
    }
    versions = known.map { "\($0.name)@\($0.version)" }.joined(separator: ", ")
    hasFocus = known.contains { $0.name.lowercased() == "focus" }
    let start = Day.text(Day.adding(months: -1, to: Day.monthStart(today))).dropLast(3)
    let rows = try warehouse.query(
      """
      SELECT BillingCurrency, count(x_NetUnblendedCost), count(x_BlendedCost), count(*),
        max(x_ReportingCurrency)
      FROM costs WHERE billing_period >= '\(start)' GROUP BY 1 ORDER BY 1
      """
    ).rows()
    currencies = rows.compactMap { $0[0].string }.filter { !$0.isEmpty }
    reporting = rows.compactMap { $0[4].string }.first
    let total = { (column: Int) in rows.reduce(Int64(0)) { $0 + ($1[column].int64 ?? 0) } }
    hasNet = total(1) > 0 || total(3) == 0
    hasBlended = total(2) > 0 || total(3) == 0
  }

  /// Whether a budget is in the reporting currency, which not all bills are in.
  func converts(_ budget: Budget) -> Bool {
    guard budget.kind == .cost, let reporting, budget.unit.uppercased() == reporting.uppercased()
    else { return false }
    return currencies.contains { $0.uppercased() != reporting.uppercased() }
  }

  /// Why a budget cannot be compared with these bills; nil where it can.
  func reasonAgainst(_ budget: Budget) -> String? {
    guard budget.kind == .cost || budget.kind == .unitCost else { return nil }
    let others = currencies.filter { $0.uppercased() != budget.unit.uppercased() }
    if budget.kind == .cost, !others.isEmpty, !converts(budget) {
      return
        "the bills are in \(currencies.joined(separator: " and ")), the budget is in \(budget.unit)"
    }
    switch budget.metric {
    case .netUnblended, .netAmortized:
      return hasNet ? nil : "the bills have no net costs: AWS gives them to accounts with discounts"
    case .blended: return hasBlended ? nil : "the bills have no blended costs"
    case .unblended, .amortized, .usage, .normalizedUsage, .hours: return nil
    }
  }
}
