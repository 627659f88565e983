import SQL

/// A question of a budget that some bills do not answer: charges for which its figure would be wrong
/// and look right.
struct BudgetDoubt {
  /// Of a row of the view `costs`: whether it is such a charge.
  let condition: String
  /// What is wrong with the bills: `have no net costs`.
  let lack: String

  /// What can be in doubt about a budget; each is asked of the bills.
  ///
  /// - Throws: `UnsupportedFilter`.
  static func of(
    _ budget: Budget, _ bills: BudgetBills
  ) throws(UnsupportedFilter) -> [BudgetDoubt] {
    switch budget.kind {
    case .cost, .unitCost: break
    case .planCoverage, .reservationCoverage: return bills.hasFocus ? try eligible(budget) : []
    case .usage, .reservationUtilization, .planUtilization, .query: return []
    }
    return try missing(budget) + unclassified(budget) + (bills.hasFocus ? try kinds(budget) : [])
  }

  /// A figure that only some of the bills have: the rest of them would count as nothing.
  private static func missing(_ budget: Budget) throws(UnsupportedFilter) -> [BudgetDoubt] {
    let basis: CostBasis
    switch budget.metric {
    case .blended: basis = .blended
    case .netUnblended: basis = .netUnblended
    case .netAmortized: basis = .netAmortized
    case .unblended, .amortized, .usage, .normalizedUsage, .hours: return []
    }
    guard let isMissing = basis.isMissing else { return [] }
    let counted = try BudgetMeasure(budget).condition
    return [BudgetDoubt(condition: "\(isMissing) AND (\(counted))", lack: basis.lack)]
  }

  private static let purchaseType = "PURCHASE_TYPE"

  /// Reservations of which nothing says whether they are what the budget counts alone.
  private static func unclassified(_ budget: Budget) throws(UnsupportedFilter) -> [BudgetDoubt] {
    let asksForClass = budget.filter.leaves.contains {
      $0.subject == .dimension(purchaseType)
        && BudgetDimension.offeringClasses($0.values).count == 1
    }
    guard asksForClass else { return [] }
    let filter = try budget.filter.leavingOut(purchaseType).condition()
    return [
      BudgetDoubt(
        condition:
          "x_PurchaseOption = 'Reserved' AND x_OfferingClass IS NULL AND (\(filter))",
        lack: "have reservations of which pricing_offering_class does not say whether they are"
          + " standard or convertible")
    ]
  }

  // MARK: What commitments could cover

  /// Usage of AWS of which nothing says whether a commitment could cover it.
  private static func eligible(_ budget: Budget) throws(UnsupportedFilter) -> [BudgetDoubt] {
    let condition =
      "\(isFocus) AND x_LineItemType = 'Usage' AND x_PurchaseOption = 'OnDemand' AND BilledCost > 0"
      + " AND x_UsageType IS NULL AND (x_Operation IS NULL OR x_ServiceCode IS NULL)"
      + " AND coalesce(ProviderName, 'AWS') IN ('AWS', 'Amazon Web Services')"
      + " AND (\(try budget.filter.condition()))"
    return [
      BudgetDoubt(
        condition: condition,
        lack: "are in FOCUS without x_ServiceCode and x_Operation, which say what could be covered")
    ]
  }

  // MARK: Kinds of charges

  /// FOCUS has kinds of charges of its own; the view derives those of cost and usage reports as far as
  /// they say it.
  private static let isFocus = "x_SourceTable = 'focus'"

  private static let recordType = "RECORD_TYPE"

  private static func kinds(_ budget: Budget) throws(UnsupportedFilter) -> [BudgetDoubt] {
    let types = budget.costTypes
    let named = budget.filter.values(of: recordType)
    // What the budget could count, were all kinds asked for.
    let filter = try budget.filter.leavingOut(recordType).condition()
    var doubts: [BudgetDoubt] = []
    func add(_ condition: String, _ lack: String) {
      doubts.append(
        BudgetDoubt(condition: "\(isFocus) AND \(condition) AND (\(filter))", lack: lack))
    }
    if !types.includesDiscount || named.contains(where: isDiscount) {
      add(
        "ChargeCategory IN ('Usage', 'Purchase') AND (BilledCost <> 0 OR EffectiveCost <> 0)",
        "are in FOCUS, which has discounts within the costs of charges and not apart")
    }
    if !types.includesRefund || named.contains("refund") {
      add(
        "ChargeClass = 'Correction' AND ChargeCategory IN ('Usage', 'Purchase', 'Adjustment')"
          + " AND BilledCost > 0",
        "have corrections that add to costs: FOCUS does not say what a refund is of them")
    }
    if !types.includesUpfront || !types.includesRecurring || !types.includesSubscription
      || !named.isEmpty
    {
      add(
        "x_LineItemType IS NULL",
        "have purchases of commitments of which FOCUS does not say whether they are upfront or"
          + " recurring")
    }
    let bills = budget.metric == .unblended || budget.metric == .netUnblended
    if bills, named.contains(where: isPlanned) {
      add(
        "x_LineItemType = 'SavingsPlanCoveredUsage'",
        "are in FOCUS, which bills nothing for usage that a plan covers, and has no negation of it")
    }
    return doubts
  }

  private static func isDiscount(_ type: String) -> Bool { type.hasSuffix("discount") }

  private static func isPlanned(_ type: String) -> Bool {
    let plain = type.filter { $0 != " " }
    return plain == "savingsplancoveredusage" || plain == "savingsplannegation"
  }
}

extension BudgetFilter {
  /// What it asks of a dimension, in lower case.
  fileprivate func values(of dimension: String) -> Set<String> {
    let named = leaves.filter { $0.subject == .dimension(dimension) }
    return Set(named.flatMap { $0.values.map { $0.lowercased() } })
  }

  /// The filter with what it says of a dimension left out: every charge that it matches, and more.
  fileprivate func leavingOut(_ dimension: String) -> BudgetFilter {
    switch self {
    case .and(let parts): .and(parts.map { $0.leavingOut(dimension) })
    case .all, .or, .not, .leaf: values(of: dimension).isEmpty ? self : .all
    }
  }
}
