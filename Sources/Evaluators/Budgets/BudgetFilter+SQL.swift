import Reports
import SQL

/// A part of a filter that bills here cannot be filtered by; says which.
struct UnsupportedFilter: Error {
  /// What it is, for a sentence: `its filter 'SCOPE'`, `the usage type group 'X'`.
  let what: String
  /// Why bills cannot answer it; nil where nobody knows what it would leave out or count.
  var why: String?
}

extension BudgetFilter {
  /// The filter as a condition over the view `costs`.
  ///
  /// - Throws: `UnsupportedFilter`. A budget is never evaluated with a filter left out: it would count
  ///   what it should not.
  func condition(_ names: Names = Names()) throws(UnsupportedFilter) -> String {
    switch self {
    case .all: return "true"
    case .and(let parts): return try BudgetFilter.joined(parts, by: " AND ", names)
    case .or(let parts): return try BudgetFilter.joined(parts, by: " OR ", names)
    // What a charge has no value for is not equal to any: it stays in.
    case .not(let part): return "NOT coalesce(\(try part.condition(names)), false)"
    case .leaf(let leaf): return try leaf.condition(names)
    }
  }

  /// Categories and tags that are expressions of their own, where the view's columns do not have them
  /// yet.
  struct Names {
    var categories: [String: String] = [:]
    var tags: [String: String] = [:]
    /// Whether taxes are a service of their own, as Cost Explorer and budgets have them; bills name with
    /// each tax what it is of.
    var hasTaxApart = true
  }

  private static func joined(
    _ parts: [BudgetFilter], by word: String, _ names: Names
  ) throws(UnsupportedFilter) -> String {
    var texts: [String] = []
    for part in parts { texts.append(try part.condition(names)) }
    return texts.count == 1 ? texts[0] : "(" + texts.joined(separator: word) + ")"
  }
}

extension BudgetFilter {
  /// Tags keep their spelling in some bills; in those of Athena's names they are in lower case.
  static func tag(_ text: String) -> String {
    var key = text
    var prefix = ""
    for known in ["user:", "aws:"] where key.hasPrefix(known) {
      key = String(key.dropFirst(known.count))
      prefix = known == "aws:" ? known : ""
    }
    let names = [prefix + key, AthenaName.of(prefix + key)]
    guard names[0] != names[1] else { return "Tags[\(SQLLiteral.text(names[0]))]" }
    return "coalesce(Tags[\(SQLLiteral.text(names[0]))], Tags[\(SQLLiteral.text(names[1]))])"
  }
}

extension BudgetFilter.Leaf {
  fileprivate func condition(_ names: BudgetFilter.Names) throws(UnsupportedFilter) -> String {
    switch subject {
    case .tag(let key): return matches(names.tags[key] ?? BudgetFilter.tag(key))
    case .costCategory(let name):
      return matches(
        names.categories[name].map { "(\($0))" } ?? "x_CostCategories[\(SQLLiteral.text(name))]")
    case .dimension(let name):
      let asked = try condition(on: name)
      guard names.hasTaxApart, !BudgetDimension.ofTaxes.contains(name) else { return asked }
      return isTax(name)
        ? "(\(asked) OR ChargeCategory = 'Tax')"
        : "(\(asked) AND ChargeCategory IS DISTINCT FROM 'Tax')"
    }
  }

  /// Whether taxes are among what is asked for: they have a service, and nothing else.
  private func isTax(_ dimension: String) -> Bool {
    if dimension == "SERVICE" { return values.contains { $0.lowercased() == "tax" } }
    return match == .absent || values.contains("")
  }

  private func condition(on dimension: String) throws(UnsupportedFilter) -> String {
    if let column = BudgetDimension.columns[dimension] { return matches(column) }
    switch dimension {
    case "AZ": return either(matches("AvailabilityZone"), matches("RegionId"))
    case "SERVICE":
      return try each { (value) throws(UnsupportedFilter) -> String in
        BudgetDimension.service(value)
          ?? either(with("ServiceName", value), with("x_ServiceCode", value))
      }
    case "RECORD_TYPE":
      return try each { (value) throws(UnsupportedFilter) -> String in
        guard match == .equals, !value.isEmpty else {
          return with("coalesce(x_LineItemType, ChargeCategory)", value)
        }
        guard let condition = BudgetDimension.recordType(value) else {
          throw UnsupportedFilter(what: "its charge type '\(value)'")
        }
        return condition
      }
    case "PURCHASE_TYPE":
      let takesAllClasses = BudgetDimension.offeringClasses(values).count == 2
      return try each { (value) throws(UnsupportedFilter) -> String in
        let isClass = BudgetDimension.offeringClass(value) != nil
        let name = isClass && takesAllClasses ? "Reserved" : value
        guard let condition = BudgetDimension.purchase(name) else {
          throw UnsupportedFilter(what: "its purchase type '\(value)'")
        }
        return condition
      }
    case "USAGE_TYPE_GROUP":
      return try each { (value) throws(UnsupportedFilter) -> String in
        guard let condition = BudgetDimension.usageGroup(value) else {
          throw UnsupportedFilter(what: "its usage type group '\(value)'")
        }
        return condition
      }
    case "RESERVATION_ID", "SAVINGS_PLAN_ARN":
      return either(
        matches("CommitmentDiscountId"), matches("element_at(split(CommitmentDiscountId, '/'), -1)")
      )
    case "TAG_KEY":
      return try each { (value) throws(UnsupportedFilter) -> String in
        "coalesce(\(BudgetFilter.tag(value)), '') <> ''"
      }
    case "COST_CATEGORY_NAME":
      return try each { (value) throws(UnsupportedFilter) -> String in
        "coalesce(x_CostCategories[\(SQLLiteral.text(value))], '') <> ''"
      }
    default:
      throw UnsupportedFilter(
        what: "its filter '\(dimension)'", why: BudgetDimension.unanswerable[dimension])
    }
  }

  /// The condition of each value, any of which is enough; a value that is special is so by its name.
  private func each(
    _ condition: (String) throws(UnsupportedFilter) -> String
  ) throws(UnsupportedFilter) -> String {
    if match == .absent { return "false" }
    var texts: [String] = []
    for value in values { texts.append(try condition(value)) }
    return texts.count == 1 ? texts[0] : "(" + texts.joined(separator: " OR ") + ")"
  }

  private func either(_ first: String, _ second: String) -> String { "(\(first) OR \(second))" }

  /// Whether a column has one of the values, in the way that was asked for.
  private func matches(_ column: String) -> String {
    if match == .absent { return "coalesce(\(column), '') = ''" }
    if match == .equals, !ignoresCase, !values.contains("") {
      let list = values.map(SQLLiteral.text).joined(separator: ", ")
      return values.count == 1 ? "\(column) = \(list)" : "\(column) IN (\(list))"
    }
    let texts = values.map { with(column, $0) }
    return texts.count == 1 ? texts[0] : "(" + texts.joined(separator: " OR ") + ")"
  }

  private func with(_ column: String, _ value: String) -> String {
    // An empty value stands for charges that have none, as in Cost Explorer.
    if value.isEmpty { return "coalesce(\(column), '') = ''" }
    let subject = ignoresCase ? "lower(\(column))" : column
    let text = SQLLiteral.text(ignoresCase ? value.lowercased() : value)
    switch match {
    case .equals: return "\(subject) = \(text)"
    case .absent: return "coalesce(\(column), '') = ''"
    case .startsWith: return "starts_with(\(subject), \(text))"
    case .endsWith: return "ends_with(\(subject), \(text))"
    case .contains: return "strpos(\(subject), \(text)) > 0"
    }
  }
}
