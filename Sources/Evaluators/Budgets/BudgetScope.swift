import Columns

/// The charges that a budget counts, as a condition and a figure over the view `costs`.
struct BudgetScope {
  /// A boolean SQL expression.
  let condition: String
  /// The SQL expression that is summed up.
  let figure: String

  /// - Throws: `UnsupportedFilter` for a dimension that bills cannot be filtered by here. A budget is
  ///   never evaluated with a filter left out: it would count what it should not.
  init(_ budget: Budget) throws(UnsupportedFilter) {
    var conditions: [String] = []
    for filter in budget.filters where !filter.values.isEmpty {
      conditions.append(try BudgetScope.condition(filter))
    }
    switch budget.kind {
    case .cost:
      conditions += BudgetScope.exclusions(budget.costTypes)
      figure =
        budget.costTypes.usesAmortized
        ? "EffectiveCost" : budget.costTypes.usesBlended ? "x_BlendedCost" : "BilledCost"
    case .usage:
      conditions.append("ChargeCategory = 'Usage'")
      conditions.append("ConsumedUnit = \(quoted(budget.unit))")
      figure = "ConsumedQuantity"
    }
    condition = conditions.isEmpty ? "true" : conditions.joined(separator: " AND ")
  }

  struct UnsupportedFilter: Error {
    let key: String
  }

  private static func condition(_ filter: CostFilter) throws(UnsupportedFilter) -> String {
    let list = filter.values.map(quoted).joined(separator: ", ")
    switch filter.key.lowercased() {
    case "linkedaccount": return "SubAccountId IN (\(list))"
    case "region": return "RegionId IN (\(list))"
    case "az": return "(AvailabilityZone IN (\(list)) OR RegionId IN (\(list)))"
    case "usagetype": return "x_UsageType IN (\(list))"
    case "operation": return "x_Operation IN (\(list))"
    case "recordtype", "chargetype": return "x_LineItemType IN (\(list))"
    case "service": return any(filter.values.map(service))
    case "tagkeyvalue": return any(filter.values.map(tag))
    default: throw UnsupportedFilter(key: filter.key)
    }
  }

  /// Budgets name EC2's servers and the rest of EC2 as two services; bills know one.
  ///
  /// Source: AWS Cost Explorer's service names; servers are the usage types below.
  private static func service(_ name: String) -> String {
    let servers =
      "regexp_like(x_UsageType, '(BoxUsage|SpotUsage|DedicatedUsage|HostUsage|ReservedHostUsage|UnusedBox|UnusedDed)')"
    switch name {
    case "Amazon Elastic Compute Cloud - Compute":
      return "(x_ServiceCode = 'AmazonEC2' AND \(servers))"
    case "EC2 - Other": return "(x_ServiceCode = 'AmazonEC2' AND NOT \(servers))"
    default: return "(ServiceName = \(quoted(name)) OR x_ServiceCode = \(quoted(name)))"
    }
  }

  /// `user:team$data`; without a value, charges that lack the tag.
  private static func tag(_ text: String) -> String {
    let parts = text.split(separator: "$", maxSplits: 1, omittingEmptySubsequences: false)
    var key = String(parts[0])
    if key.hasPrefix("user:") { key = String(key.dropFirst(5)) }
    let value = parts.count > 1 ? String(parts[1]) : ""
    return value.isEmpty
      ? "coalesce(Tags[\(quoted(key))], '') = ''" : "Tags[\(quoted(key))] = \(quoted(value))"
  }

  private static func exclusions(_ types: CostTypes) -> [String] {
    var excluded: [String] = []
    if !types.includesTax { excluded.append("ChargeCategory = 'Tax'") }
    if !types.includesRefund { excluded.append("x_LineItemType = 'Refund'") }
    if !types.includesCredit { excluded.append("ChargeCategory = 'Credit'") }
    if !types.includesSupport { excluded.append("x_ServiceCode LIKE 'AWSSupport%'") }
    if !types.includesDiscount { excluded.append("x_LineItemType LIKE '%Discount'") }
    if !types.includesUpfront {
      excluded.append(
        "(x_LineItemType = 'SavingsPlanUpfrontFee'"
          + " OR (x_LineItemType = 'Fee' AND CommitmentDiscountId <> ''))")
    }
    if !types.includesRecurring {
      excluded.append("x_LineItemType IN ('RIFee', 'SavingsPlanRecurringFee')")
    }
    if !types.includesSubscription {
      excluded.append(
        "x_LineItemType IN ('RIFee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee',"
          + " 'DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation')")
    }
    if !types.includesOtherSubscription {
      excluded.append(
        "(x_LineItemType = 'Fee' AND coalesce(CommitmentDiscountId, '') = ''"
          + " AND x_ServiceCode NOT LIKE 'AWSSupport%')")
    }
    // An unknown kind of charge stays in: a NULL must not make it fall out.
    return excluded.map { "NOT coalesce(\($0), false)" }
  }

  private static func any(_ conditions: [String]) -> String {
    conditions.count == 1 ? conditions[0] : "(" + conditions.joined(separator: " OR ") + ")"
  }
}

/// Text as a SQL literal.
func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}

extension Budget {
  /// The charges that it counts, as a condition over the view `costs`; nil where a filter is not
  /// supported.
  package var condition: String? { (try? BudgetScope(self))?.condition }
}
