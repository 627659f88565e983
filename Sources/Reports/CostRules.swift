import SQL
/// What the view `costs` adds to bills: names of accounts, categories and tags by rule, a currency.
///
/// Expressions are SQL over the view's own columns, in which earlier categories are written out.
package struct CostRules: Sendable {
  /// An account as its organization knows it.
  package struct Account: Sendable, Hashable {
    package let id: String
    package let name: String?
    /// The path of its organizational unit: `Workloads/Production`.
    package let unit: String?

    package init(id: String, name: String?, unit: String?) {
      self.id = id
      self.name = name
      self.unit = unit
    }
  }

  /// A name and the expression of its value, NULL where it has none.
  package struct Assignment: Sendable, Hashable {
    package let name: String
    package let expression: String

    package init(name: String, expression: String) {
      self.name = name
      self.expression = expression
    }
  }

  /// What a unit of a currency is worth in the reporting currency in a month.
  package struct Rate: Sendable, Hashable {
    /// `2026-10`.
    package let month: String
    package let currency: String
    package let rate: Double

    package init(month: String, currency: String, rate: Double) {
      self.month = month
      self.currency = currency
      self.rate = rate
    }
  }

  package var accounts: [Account] = []
  package var categories: [Assignment] = []
  package var tags: [Assignment] = []
  package var reportingCurrency: String?
  package var rates: [Rate] = []

  package init() {}
}

extension CostRules {
  /// The expression that a column has over bills, nil for columns that stay as they are.
  func expression(of column: String) -> String? {
    switch column {
    case "SubAccountName":
      byAccount(\.name).map { "coalesce(SubAccountName, \($0))" }
    case "x_OrganizationalUnit": byAccount(\.unit)
    case "Tags": added(tags, to: "Tags")
    case "x_CostCategories": added(categories, to: "x_CostCategories")
    case "x_ReportingCurrency": reportingCurrency.map(SQLLiteral.text)
    case "x_ExchangeRate": reportingCurrency.map(exchangeRate)
    default: nil
    }
  }

  private func byAccount(_ path: KeyPath<Account, String?>) -> String? {
    let known = accounts.compactMap { account in
      account[keyPath: path].map {
        "WHEN \(SQLLiteral.text(account.id)) THEN \(SQLLiteral.text($0))"
      }
    }
    return known.isEmpty ? nil : "CASE SubAccountId \(known.joined(separator: " ")) END"
  }

  /// A map with the assignments that have a value; they go before what the bill says.
  private func added(_ assignments: [Assignment], to column: String) -> String? {
    guard !assignments.isEmpty else { return nil }
    let names = assignments.map { SQLLiteral.text($0.name) }.joined(separator: ", ")
    let values = assignments.map(\.expression).joined(separator: ", ")
    return "map_concat(coalesce(\(column), CAST(map() AS map(varchar, varchar))),"
      + " map_filter(MAP(ARRAY[\(names)], ARRAY[\(values)]), (k, v) -> v IS NOT NULL))"
  }

  /// A month without a rate is an error when its costs are asked for, never a zero or a guess.
  private func exchangeRate(to target: String) -> String {
    var cases = ["WHEN BillingCurrency = \(SQLLiteral.text(target)) THEN 1e0"]
    for rate in rates {
      cases.append(
        "WHEN billing_period = \(SQLLiteral.text(rate.month)) AND BillingCurrency = "
          + "\(SQLLiteral.text(rate.currency)) THEN \(number(rate.rate))")
    }
    return "CASE \(cases.joined(separator: " ")) ELSE CAST('no rate from ' || "
      + "coalesce(BillingCurrency, '?') || \(SQLLiteral.text(" to \(target) in ")) || billing_period"
      + " AS double) END"
  }

  private func number(_ value: Double) -> String {
    let text = "\(value)"
    return text.contains("e") ? text : text + "e0"
  }
}
