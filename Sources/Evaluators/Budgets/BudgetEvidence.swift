import SQL

/// What has to be in the bills for a budget to count anything at all.
///
/// A tag that no charge has, whether it is misspelt or not active, or a unit that nothing is measured in
/// would give nothing, every day, and look fine. A value that no charge has is no such thing: it may come.
struct BudgetEvidence {
  /// Of a row of the view `costs`: whether the budget could count it, were it not for what is looked for.
  let isCandidate: String
  /// Whether the row has what is looked for.
  let isThere: String
  /// What is wrong where candidates are there and none has it.
  let lack: String

  /// What a budget needs; nothing for one whose figure is a query alone.
  ///
  /// - Throws: `UnsupportedFilter`.
  static func of(_ budget: Budget) throws(UnsupportedFilter) -> [BudgetEvidence] {
    guard budget.kind != .query else { return [] }
    let names = budget.filter.leaves.compactMap(BudgetEvidence.init)
    return budget.kind == .usage ? names + [try unit(of: budget)] : names
  }

  /// - Returns: nil for what any bill answers, and for charges that are asked to have no value.
  private init?(_ leaf: BudgetFilter.Leaf) {
    guard leaf.match != .absent, !leaf.values.contains("") else { return nil }
    let columns: [String]
    switch leaf.subject {
    case .tag(let key):
      columns = [BudgetFilter.tag(key)]
      lack = BudgetEvidence.noTag([key])
    case .costCategory(let name):
      columns = ["x_CostCategories[\(SQLLiteral.text(name))]"]
      lack = "no charge has the cost category '\(name)': is it spelt so?"
    case .dimension("TAG_KEY"):
      columns = leaf.values.map(BudgetFilter.tag)
      lack = BudgetEvidence.noTag(leaf.values)
    case .dimension("LINKED_ACCOUNT_NAME"):
      columns = ["SubAccountName"]
      lack =
        "the bills have no names of accounts: 'Accounts' in the rules for costs gives them names"
    case .dimension: return nil
    }
    isCandidate = "true"
    isThere = columns.map { "coalesce(\($0), '') <> ''" }.joined(separator: " OR ")
  }

  private static func noTag(_ keys: [String]) -> String {
    "no charge has the tag '\(keys.joined(separator: "' or '"))': is it spelt so, and active for cost "
      + "allocation?"
  }

  private init(isCandidate: String, isThere: String, lack: String) {
    self.isCandidate = isCandidate
    self.isThere = isThere
    self.lack = lack
  }

  private static func unit(of budget: Budget) throws(UnsupportedFilter) -> BudgetEvidence {
    let filter = try budget.filter.condition()
    let counted = try BudgetMeasure(budget).condition
    return BudgetEvidence(
      isCandidate: "ChargeCategory = 'Usage' AND (\(filter))",
      isThere: "(\(counted)) AND \(BudgetMeasure.figure(budget.metric)) IS NOT NULL",
      lack: budget.metric == .normalizedUsage
        ? "the bills have no normalized usage of what it counts"
        : "nothing that it counts is measured in '\(budget.unit)'")
  }
}

extension BudgetFilter {
  /// What it asks of charges, each by itself.
  var leaves: [Leaf] {
    switch self {
    case .all: []
    case .and(let parts), .or(let parts): parts.flatMap(\.leaves)
    case .not(let part): part.leaves
    case .leaf(let leaf): [leaf]
    }
  }
}
