import Columns
import Warehouse

/// What the bills are in: currencies, columns, versions.
struct BudgetBills {
  /// `cur@12, focus@3`: the tables and versions that were evaluated; `FOR VERSION AS OF` reads them.
  let versions: String
  /// The first day of the first month of which there is a bill.
  let from: Int?
  /// Whether any bill is in FOCUS.
  let hasFocus: Bool
  private let currencies: [String]
  private let reporting: String?
  private let hasNet: Bool
  private let hasBlended: Bool
  /// By the budget's name; empty where one payer or currency is like another.
  private let origins: [String: BudgetOrigin]

  /// - Parameter isUneven: whether some payers' bills reach further than others'.
  init(
    _ warehouse: Warehouse, of budgets: [Budget], before today: Int, isUneven: Bool = false
  ) throws {
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
    from = try warehouse.query("SELECT min(billing_period) FROM costs").rows().first?[0].string
      .flatMap { CivilTimeText.timestamp(Array("\($0)-01".utf8)) }
      .map { Int($0.floorDivided(by: Microseconds.day)) }
    let currencies = rows.compactMap { $0[0].string }.filter { !$0.isEmpty }
    self.currencies = currencies
    origins =
      isUneven || currencies.count > 1
      ? try BudgetOrigin.read(budgets, warehouse, since: String(start)) : [:]
    // Without a reporting currency each bill's own stands there.
    let reportings = Set(rows.compactMap { $0[4].string })
    reporting = reportings.count == 1 ? reportings.first : nil
    let total = { (column: Int) in rows.reduce(Int64(0)) { $0 + ($1[column].int64 ?? 0) } }
    hasNet = total(1) > 0 || total(3) == 0
    hasBlended = total(2) > 0 || total(3) == 0
  }

  /// The payers in whose bills a budget's charges are; none where that does not matter.
  func payers(of budget: Budget) -> Set<String> { origins[budget.name]?.payers ?? [] }

  /// The currencies that a budget's charges are in, those of all bills where it has no charges.
  private func currencies(of budget: Budget) -> [String] {
    guard let own = origins[budget.name]?.currencies, !own.isEmpty else { return currencies }
    return own.sorted()
  }

  /// Whether a budget is in the reporting currency, which not all of its charges are in.
  func converts(_ budget: Budget) -> Bool {
    let currencies = currencies(of: budget)
    guard let reporting, currencies.contains(where: { !BudgetBills.isSame($0, reporting) }) else {
      return false
    }
    switch budget.kind {
    case .cost: return BudgetBills.isSame(budget.unit, reporting)
    case .unitCost: return budget.currencyOfUnit.map { BudgetBills.isSame($0, reporting) } ?? false
    // A share of money has no currency, but what it is a share of has one.
    case .planUtilization, .planCoverage: return currencies.count > 1
    case .usage, .reservationUtilization, .reservationCoverage, .query: return false
    }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool {
    a.uppercased() == b.uppercased()
  }

  /// Why a budget cannot be compared with these bills; nil where it can.
  func reasonAgainst(_ budget: Budget) -> String? {
    if budget.kind == .cost || budget.kind == .usage,
      budget.metric.isUsage != (budget.kind == .usage)
    {
      return "a budget of \(budget.kind.rawValue) does not add up \(budget.metric.rawValue)"
    }
    if !converts(budget), let reason = reasonAgainstCurrency(of: budget) { return reason }
    guard budget.kind == .cost || budget.kind == .unitCost else { return nil }
    switch budget.metric {
    case .netUnblended, .netAmortized:
      return hasNet ? nil : "the bills have no net costs: AWS gives them to accounts with discounts"
    case .blended: return hasBlended ? nil : "the bills have no blended costs"
    case .unblended, .amortized, .usage, .normalizedUsage, .hours: return nil
    }
  }

  /// Amounts of several currencies are no sum, and those of another than the budget's no part of it.
  private func reasonAgainstCurrency(of budget: Budget) -> String? {
    let currencies = currencies(of: budget)
    let bills = "the bills are in \(currencies.joined(separator: " and "))"
    let unit: String?
    switch budget.kind {
    case .cost: unit = budget.unit
    case .unitCost: unit = budget.currencyOfUnit
    case .planUtilization, .planCoverage: unit = nil
    case .usage, .reservationUtilization, .reservationCoverage, .query: return nil
    }
    if let unit, currencies.contains(where: { !BudgetBills.isSame($0, unit) }) {
      return "\(bills), the budget is in \(unit)"
    }
    return unit == nil && currencies.count > 1
      ? "\(bills), and the lake has no reporting currency to add them up in" : nil
  }
}

extension Budget {
  /// The currency of a unit such as `USD an order`; nil where it names none.
  fileprivate var currencyOfUnit: String? {
    guard let word = unit.split(separator: " ").first, word.count == 3,
      word.allSatisfy({ $0.isASCII && $0.isUppercase })
    else { return nil }
    return String(word)
  }
}
