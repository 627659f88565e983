package import Columns
package import Reports
package import Warehouse

import SQL

/// A row that a rule's query returned: something that should not be as it is.
package struct Violation: Sendable {
  package let rule: String
  package let title: String
  package let severity: String
  package let resource: String
  package let account: String?
  package let region: String?
  package let finding: String
  /// Who has to do something: the rule's `-- owner`, or what its column `owner` says.
  package var owner: String?
  /// What to do.
  package var message: String?
  /// What the resource costs a month; nil where no bill names it.
  package var monthlyCost: Double?
  /// The day of the first evaluation that found it, without a break, `2026-10-25`.
  package var firstSeen = ""
  /// Not found by the evaluation before.
  package var isNew = true
}

/// What became of the rules: violations, and rules that could not be asked.
package struct RuleOutcome: Sendable {
  package var violations: [Violation] = []
  /// Rules whose tables or columns the lake does not have, with the reason.
  package var skipped: [(rule: String, reason: String)] = []

  package init() {}
}

/// Runs rules written in SQL: each row of a rule's result is a violation.
///
/// A rule's query gives the columns `resource` and `finding`, and may give `account`, `region`, `owner` and
/// `monthly_cost`; its comments say `severity`, `owner` and `message`, and `unless` names a rule whose
/// violations are not told twice. What a violation costs comes from the
/// bills where the query does not tell. What was found before is known from the table `compliance`.
package struct RuleEvaluator {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// - Parameters:
  ///   - values: values of parameters, by name, for every rule that has one of that name.
  ///   - report: told of a rule that cannot be run as it is written; unless it throws, the others are
  ///     checked.
  /// - Throws: `ConfigurationError` for a value for no rule's parameter; what running a rule throws when
  ///   the lake itself fails.
  package func evaluate(
    _ rules: [NamedQuery], values: [String: String] = [:],
    reporting report: (_ rule: String, ConfigurationError) throws -> Void = { throw $1 }
  ) throws -> RuleOutcome {
    let known = Set(rules.flatMap { $0.parameters.map(\.name) })
    for name in values.keys.sorted() where !known.contains(name) {
      throw ConfigurationError(
        "rules", "parameters",
        "no rule has a parameter '\(name)'; there are \(known.sorted().joined(separator: ", "))")
    }
    var outcome = RuleOutcome()
    for rule in rules {
      let query = LakeQuery(rule, folder: "queries/rules")
      if let missing = try query.missingTable(in: warehouse) {
        outcome.skipped.append((rule.name, "there is no table '\(missing)' in the lake yet"))
        continue
      }
      let own = values.filter { value in rule.parameters.contains { $0.name == value.key } }
      do {
        outcome.violations += try violations(of: rule, try query.result(in: warehouse, own))
      } catch let error as ConfigurationError {
        try report(rule.name, error)
      }
    }
    leaveOutRepeated(of: rules, from: &outcome.violations)
    try addCosts(to: &outcome.violations)
    try addHistory(to: &outcome.violations)
    return outcome
  }

  /// Of a rule with `-- unless: other`, what the other rule has found, too, is told by that one alone.
  private func leaveOutRepeated(of rules: [NamedQuery], from violations: inout [Violation]) {
    for rule in rules {
      guard let other = rule.notes["unless"] else { continue }
      let told = Set(violations.filter { $0.rule == other }.map(\.resource))
      violations.removeAll { $0.rule == rule.name && told.contains($0.resource) }
    }
  }

  private func addCosts(to violations: inout [Violation]) throws {
    let unknown = violations.filter { $0.monthlyCost == nil }.map(\.resource)
    let bill = try ResourceBill(warehouse, day, of: Set(unknown), onlyClasses: false)
    for index in violations.indices where violations[index].monthlyCost == nil {
      violations[index].monthlyCost = bill.cost[violations[index].resource]?.amortized
    }
  }

  /// Since when each violation is known, by the evaluation before this day's.
  private func addHistory(to violations: inout [Violation]) throws {
    var known: [String: String] = [:]
    if let latest = try Violation.table.latest(before: day, in: warehouse),
      let rule = latest.schema.position(of: "rule"),
      let resource = latest.schema.position(of: "resource"),
      let evaluated = latest.schema.position(of: "evaluated_on")
    {
      let first = latest.schema.position(of: "first_seen")
      for row in latest.rows() {
        let key = "\(row[rule].string ?? "")\n\(row[resource].string ?? "")"
        known[key] = first.flatMap { row[$0].string } ?? row[evaluated].string
      }
    }
    for index in violations.indices {
      let first = known["\(violations[index].rule)\n\(violations[index].resource)"]
      violations[index].firstSeen = first ?? day.partition
      violations[index].isNew = first == nil
    }
  }

  /// What the last evaluation, this day's included, found by rules that cannot be checked now: as far as is
  /// known it is still so.
  ///
  /// - Throws: what querying the lake throws.
  package func lastKnown(of rules: Set<String>) throws -> [Violation] {
    let table = Violation.table.name
    guard !rules.isEmpty, try warehouse.hasTable(table) else { return [] }
    let names = rules.sorted().map(SQLLiteral.text).joined(separator: ", ")
    return try warehouse.query(
      """
      SELECT \(Violation.table.fields.map(\.name).joined(separator: ", ")) FROM \(table)
      WHERE rule IN (\(names)) AND evaluated_on =
        (SELECT max(evaluated_on) FROM \(table) WHERE evaluated_on <= '\(day.partition)')
      ORDER BY rule, resource
      """
    ).rows().map(Violation.init(row:))
  }

  private func violations(of rule: NamedQuery, _ result: QueryResult) throws -> [Violation] {
    guard let resource = result.schema.position(of: "resource"),
      let finding = result.schema.position(of: "finding")
    else {
      throw ConfigurationError(
        "queries/rules/\(rule.name).sql", "columns",
        "expected 'resource' and 'finding', found \(result.schema.names.joined(separator: ", "))")
    }
    let account = result.schema.position(of: "account")
    let region = result.schema.position(of: "region")
    let owner = result.schema.position(of: "owner")
    let cost = result.schema.position(of: "monthly_cost")
    return result.rows().map { row in
      Violation(
        rule: rule.name, title: rule.title, severity: rule.notes["severity"] ?? "warning",
        resource: row[resource].string ?? "", account: account.flatMap { row[$0].string },
        region: region.flatMap { row[$0].string }, finding: row[finding].string ?? "",
        owner: owner.flatMap { row[$0].string } ?? rule.notes["owner"],
        message: rule.notes["message"], monthlyCost: cost.flatMap { row[$0].double })
    }
  }
}

extension Violation {
  /// `compliance`: a row per violation.
  package static let table = FindingsTable(
    "compliance",
    [
      Field("rule", .varchar), Field("title", .varchar), Field("severity", .varchar),
      Field("resource", .varchar), Field("account", .varchar), Field("region", .varchar),
      Field("finding", .varchar), Field("owner", .varchar), Field("message", .varchar),
      Field("monthly_cost", .double), Field("first_seen", .varchar), Field("is_new", .boolean),
    ])

  /// - Parameter row: as ``row`` gives it.
  fileprivate init(row: [Value]) {
    rule = row[0].string ?? ""
    title = row[1].string ?? ""
    severity = row[2].string ?? ""
    resource = row[3].string ?? ""
    account = row[4].string
    region = row[5].string
    finding = row[6].string ?? ""
    owner = row[7].string
    message = row[8].string
    monthlyCost = row[9].double
    firstSeen = row[10].string ?? ""
    isNew = row[11] == .boolean(true)
  }

  package var row: [Value] {
    [
      .text(rule), .text(title), .text(severity), .text(resource), .text(account), .text(region),
      .text(finding), .text(owner), .text(message), .number(monthlyCost), .text(firstSeen),
      .boolean(isNew),
    ]
  }
}
