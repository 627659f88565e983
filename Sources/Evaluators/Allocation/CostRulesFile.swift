package import Reports
import SQL
package import TextFormats

import Columns

/// Rules for costs from a file: accounts, cost categories, virtual tags, shared costs, a currency.
///
///     {
///       "Accounts": [{ "Id": "123456789012", "Name": "shop", "OrganizationalUnit": "Workloads" }],
///       "CostCategories": [{ "Name": "Team", "DefaultValue": "other",
///         "Rules": [{ "Value": "Shop", "Rule": { "Tags": { "Key": "team", "Values": ["web"] } } }],
///         "SplitChargeRules": [{ "Source": "Shared", "Targets": ["Shop"], "Method": "EVEN" }] }],
///       "VirtualTags": [ … as cost categories … ],
///       "Currency": { "Reporting": "EUR",
///         "Rates": [{ "Month": "2026-10", "From": "USD", "Rate": 0.92 }] }
///     }
///
/// Accounts are those of `aws organizations list-accounts`, with the path of their unit where it is
/// known; a category is what `aws ce describe-cost-category-definition` prints below `CostCategory`.
/// Rules are tried in order, the first that matches gives the value, whatever the month: all of history
/// has the categories of today. A category's rules may ask for categories above it.
package struct CostRulesFile: Sendable {
  package private(set) var rules = CostRules()
  /// The categories that share costs, in order.
  package private(set) var splits: [CostSplits] = []
  private var categoryExpressions: [String: String] = [:]
  private var tagExpressions: [String: String] = [:]

  /// Reads a file's content.
  ///
  /// - Throws: `ConfigurationError` with the place of what is wrong.
  package init(_ json: JSONValue, file: String) throws(ConfigurationError) {
    let root = JSONPlace(json, file: file)
    for (key, value) in try root.members() {
      guard ["Accounts", "CostCategories", "VirtualTags", "Currency"].contains(key) else {
        throw value.error(
          "unknown setting; known here are Accounts, CostCategories, VirtualTags, Currency")
      }
    }
    for account in try root.optional("Accounts")?.elements() ?? [] {
      let idPlace = try account.required("Id")
      let id = try idPlace.text()
      guard !rules.accounts.contains(where: { $0.id == id }) else {
        throw idPlace.error("expected each account once, found '\(id)' again")
      }
      rules.accounts.append(
        CostRules.Account(
          id: id, name: try account.optional("Name")?.text(),
          unit: try account.optional("OrganizationalUnit")?.text()))
    }
    for place in try root.optional("VirtualTags")?.elements() ?? [] {
      let tag = try assignment(place, known: tagExpressions)
      rules.tags.append(tag)
      tagExpressions[tag.name] = "coalesce(\(tag.expression), Tags[\(SQLLiteral.text(tag.name))])"
    }
    for place in try root.optional("CostCategories")?.elements() ?? [] {
      let category = try assignment(place, known: categoryExpressions)
      rules.categories.append(category)
      categoryExpressions[category.name] = category.expression
      let shared = try CostSplits(place, category: category.name)
      if !shared.splits.isEmpty { splits.append(shared) }
    }
    if let currency = try root.optional("Currency") { try readCurrency(currency) }
  }

  // MARK: Categories and tags

  private func assignment(
    _ place: JSONPlace, known: [String: String]
  ) throws(ConfigurationError) -> CostRules.Assignment {
    let namePlace = try place.required("Name")
    let name = try namePlace.text()
    guard !name.isEmpty, known[name] == nil else {
      throw namePlace.error("expected a name of its own, found '\(name)'")
    }
    var cases: [String] = []
    for rule in try place.required("Rules").elements() { cases.append(try self.rule(rule)) }
    guard !cases.isEmpty else { throw try place.required("Rules").error("expected a rule") }
    let rest = try place.optional("DefaultValue")?.text()
    let end = rest.map { " ELSE \(SQLLiteral.text($0))" } ?? ""
    return CostRules.Assignment(
      name: name, expression: "CASE \(cases.joined(separator: " "))\(end) END")
  }

  private func rule(_ place: JSONPlace) throws(ConfigurationError) -> String {
    let rulePlace = try place.optional("Rule")
    var condition = "true"
    if let rulePlace, try !rulePlace.members().isEmpty {
      let filter = try BudgetFilter.expression(rulePlace)
      do {
        condition = try filter.condition(
          BudgetFilter.Names(
            categories: categoryExpressions, tags: tagExpressions, hasTaxApart: false))
      } catch {
        throw rulePlace.error(
          "\(error.what) is not supported" + (error.why.map { ": \($0)" } ?? ""))
      }
    }
    let type = try place.optional("Type")?.text() ?? "REGULAR"
    switch type {
    case "REGULAR":
      let value = try place.required("Value").text()
      return "WHEN \(condition) THEN \(SQLLiteral.text(value))"
    case "INHERITED_VALUE":
      let value = try inherited(try place.required("InheritedValue"))
      // Where there is nothing to inherit, the next rule has its turn.
      return "WHEN \(condition) AND coalesce(\(value), '') <> '' THEN \(value)"
    default:
      throw try place.required("Type").error(
        "expected REGULAR or INHERITED_VALUE, found '\(type)'")
    }
  }

  private func inherited(_ place: JSONPlace) throws(ConfigurationError) -> String {
    let dimension = try place.required("DimensionName")
    switch try dimension.text() {
    case "LINKED_ACCOUNT_NAME":
      return rules.expressionOfAccountName
    case "TAG":
      let key = try place.required("DimensionKey").text()
      return tagExpressions[key] ?? BudgetFilter.tag(key)
    case let other:
      throw dimension.error("expected LINKED_ACCOUNT_NAME or TAG, found '\(other)'")
    }
  }

  // MARK: Currency

  private mutating func readCurrency(_ place: JSONPlace) throws(ConfigurationError) {
    rules.reportingCurrency = try place.required("Reporting").text()
    var seen: Set<String> = []
    for entry in try place.optional("Rates")?.elements() ?? [] {
      let monthPlace = try entry.required("Month")
      let month = try monthPlace.text()
      guard month.count == 7, CivilTimeText.timestamp(Array("\(month)-01".utf8)) != nil else {
        throw monthPlace.error("expected a month such as 2026-10, found '\(month)'")
      }
      let currency = try entry.required("From").text()
      let ratePlace = try entry.required("Rate")
      let rate = try ratePlace.number()
      guard rate > 0 else { throw ratePlace.error("expected a rate above 0, found \(rate)") }
      guard seen.insert("\(month) \(currency)").inserted else {
        throw entry.error("a second rate for \(currency) in \(month)")
      }
      rules.rates.append(CostRules.Rate(month: month, currency: currency, rate: rate))
    }
  }

  /// Takes over the rates of months that are over from the rules that were in force: they are frozen.
  ///
  /// - Returns: a sentence for each rate that the new file would have changed.
  package mutating func freeze(_ old: CostRules, before month: String) -> [String] {
    guard old.reportingCurrency == rules.reportingCurrency else { return [] }
    var notes: [String] = []
    for known in old.rates where known.month < month {
      let position = rules.rates.firstIndex {
        $0.month == known.month && $0.currency == known.currency
      }
      guard let position else {
        rules.rates.append(known)
        continue
      }
      let new = rules.rates[position].rate
      guard new != known.rate else { continue }
      rules.rates[position] = known
      notes.append(
        "the rate of \(known.currency) in \(known.month) stays \(known.rate), the file says \(new): "
          + "rates of months that are over are frozen")
    }
    return notes
  }
}

extension CostRulesFile {
  /// `2 accounts, 1 cost category, 1 shares costs, reporting in EUR`.
  package var summary: String {
    let parts = [
      (rules.accounts.count, "account", "accounts"),
      (rules.tags.count, "virtual tag", "virtual tags"),
      (rules.categories.count, "cost category", "cost categories"),
      (splits.count, "of them shares costs", "of them share costs"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
    let currency = rules.reportingCurrency.map { ["reporting in \($0)"] } ?? []
    let all = parts + currency
    return all.isEmpty ? "none" : all.joined(separator: ", ")
  }
}

extension CostRules {
  /// An account's name in an expression that stands inside the view.
  fileprivate var expressionOfAccountName: String {
    let known = accounts.compactMap { account in
      account.name.map { "WHEN \(SQLLiteral.text(account.id)) THEN \(SQLLiteral.text($0))" }
    }
    return known.isEmpty
      ? "SubAccountName"
      : "coalesce(SubAccountName, CASE SubAccountId \(known.joined(separator: " ")) END)"
  }
}
