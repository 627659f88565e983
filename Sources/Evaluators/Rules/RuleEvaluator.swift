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
/// A rule's query gives the columns `resource` and `finding`, and may give `account` and `region`.
package struct RuleEvaluator {
  private let warehouse: Warehouse

  package init(_ warehouse: Warehouse) {
    self.warehouse = warehouse
  }

  /// - Throws: `ConfigurationError` for a rule without the columns it needs; what running a rule throws
  ///   when the lake itself fails.
  package func evaluate(_ rules: [NamedQuery]) throws -> RuleOutcome {
    var outcome = RuleOutcome()
    for rule in rules {
      if let missing = try missingTable(of: rule) {
        outcome.skipped.append((rule.name, "there is no table '\(missing)' in the lake yet"))
        continue
      }
      outcome.violations += try violations(of: rule)
    }
    return outcome
  }

  /// The first table that a rule names in `-- needs: a, b` and the lake lacks.
  private func missingTable(of rule: NamedQuery) throws -> String? {
    let needed = (rule.notes["needs"] ?? "").split(separator: ",").map {
      $0.filter { $0 != " " }
    }
    return try needed.first { try !warehouse.hasTable($0) }
  }

  private func result(of rule: NamedQuery) throws -> QueryResult {
    let statement = try rule.statement()
    do {
      return try warehouse.query(statement)
    } catch let error as SQLError {
      throw ConfigurationError(
        "queries/rules/\(rule.name).sql", "query",
        error.message + (error.drawing(in: statement).map { "\n\($0)" } ?? ""))
    }
  }

  private func violations(of rule: NamedQuery) throws -> [Violation] {
    let result = try result(of: rule)
    guard let resource = result.schema.position(of: "resource"),
      let finding = result.schema.position(of: "finding")
    else {
      throw ConfigurationError(
        "queries/rules/\(rule.name).sql", "columns",
        "expected 'resource' and 'finding', found \(result.schema.names.joined(separator: ", "))")
    }
    let account = result.schema.position(of: "account")
    let region = result.schema.position(of: "region")
    return result.rows().map { row in
      Violation(
        rule: rule.name, title: rule.title, severity: rule.notes["severity"] ?? "warning",
        resource: row[resource].string ?? "", account: account.flatMap { row[$0].string },
        region: region.flatMap { row[$0].string }, finding: row[finding].string ?? "")
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
      Field("finding", .varchar),
    ])

  package var row: [Value] {
    [
      .text(rule), .text(title), .text(severity), .text(resource), .text(account), .text(region),
      .text(finding),
    ]
  }
}
