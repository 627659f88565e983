/// The figures that a charge's cost can be, as columns of the view `costs`.
package enum CostBasis: String, CaseIterable, Sendable {
  case unblended, amortized, blended
  case netUnblended = "net_unblended"
  case netAmortized = "net_amortized"

  package var column: String {
    switch self {
    case .unblended: "BilledCost"
    case .amortized: "EffectiveCost"
    case .blended: "x_BlendedCost"
    case .netUnblended: "x_NetUnblendedCost"
    case .netAmortized: "x_NetAmortizedCost"
    }
  }

  /// Of a row: whether its bill leaves the figure out, though it is no zero; nil for figures that every
  /// bill has.
  ///
  /// Source: AWS Cost and Usage Report, line item details: net costs are there for accounts with
  /// discounts, and blended costs are blank for discounts.
  package var isMissing: String? {
    switch self {
    case .unblended, .amortized: nil
    case .blended:
      "(x_BlendedCost IS NULL AND BilledCost <> 0"
        + " AND NOT coalesce(x_LineItemType LIKE '%Discount', false))"
    case .netUnblended: "(x_NetUnblendedCost IS NULL AND BilledCost <> 0)"
    case .netAmortized: "(x_NetAmortizedCost IS NULL AND EffectiveCost <> 0)"
    }
  }

  /// What bills that leave it out are said to lack.
  package var lack: String {
    switch self {
    case .unblended, .amortized: "have no such costs"
    case .blended: "have no blended costs"
    case .netUnblended, .netAmortized:
      "have no net costs: AWS gives them to accounts with discounts"
    }
  }
}
