import Columns
package import Reports
package import Warehouse

import SQL

/// Runs the queries of `queries/savings`: each row is a resource that costs more than it has to.
///
/// A query gives `resource`, `account`, `region`, `current`, `recommended` (NULL to delete it),
/// `monthly_savings` at the list prices of us-east-1, `saved_share` and `explanation`, and may give `name`, and as
/// `parts` the ids, blanks between them, of resources that go with it; its comments say `kind`, `finding`, `action`
/// and `effort`. What a resource costs on the bill times `saved_share` is the saving after discounts, and the one at
/// list prices, which are then those of its region.
package struct ResourceSavings {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// - Parameter report: told of a query that cannot be run as it is written or lacks columns or comments;
  ///   unless it throws, the others are asked.
  /// - Throws: what running a query throws when the lake itself fails.
  package func evaluate(
    _ queries: [NamedQuery],
    reporting report: (ConfigurationError) throws -> Void = { throw $0 }
  ) throws -> [Recommendation] {
    var found: [Found] = []
    for query in queries {
      let library = LakeQuery(query, folder: "queries/savings")
      guard try library.missingTable(in: warehouse) == nil else { continue }
      do {
        found += try recommendations(of: query, try library.result(in: warehouse))
      } catch let error as ConfigurationError {
        try report(error)
      }
    }
    let bill = try ResourceBill(
      warehouse, day, of: Set(found.map(\.recommendation.resource)), onlyClasses: true)
    return found.map { one in
      var recommendation = one.recommendation
      if let share = one.savedShare, let cost = bill.cost[recommendation.resource] {
        recommendation.savingsAfterDiscounts = cost.amortized * share
        if cost.list > 0 || recommendation.monthlySavings == nil {
          recommendation.monthlySavings = cost.list * share
        }
      }
      return recommendation
    }
  }

  private struct Found {
    let recommendation: Recommendation
    let savedShare: Double?
  }

  private func recommendations(
    of query: NamedQuery, _ result: QueryResult
  ) throws -> [Found] {
    let place = "queries/savings/\(query.name).sql"
    func comment<T: RawRepresentable>(_ key: String, _ type: T.Type) throws -> T
    where T.RawValue == String {
      guard let value = T(rawValue: query.notes[key] ?? "") else {
        throw ConfigurationError(
          place, "comments",
          "expected '-- \(key): …' with a known word, found '\(query.notes[key] ?? "")'")
      }
      return value
    }
    func position(_ name: String) throws -> Int {
      guard let position = result.schema.position(of: name) else {
        throw ConfigurationError(
          place, "columns",
          "expected '\(name)', found \(result.schema.names.joined(separator: ", "))")
      }
      return position
    }
    let finding = try comment("finding", Recommendation.Finding.self)
    let action = try comment("action", Recommendation.Action.self)
    let effort = try comment("effort", Recommendation.Effort.self)
    let resource = try position("resource")
    let account = try position("account")
    let region = try position("region")
    let current = try position("current")
    let recommended = try position("recommended")
    let savings = try position("monthly_savings")
    let explanation = try position("explanation")
    let name = result.schema.position(of: "name")
    let share = try position("saved_share")
    let parts = result.schema.position(of: "parts")
    return result.rows().compactMap { row in
      guard let id = row[resource].string else { return nil }
      var recommendation = Recommendation(
        resource: id, kind: query.notes["kind"] ?? "resource",
        name: name.flatMap { row[$0].string },
        account: row[account].string, region: row[region].string,
        currentType: row[current].string ?? "", finding: finding, action: action,
        recommendedType: row[recommended].string, monthlySavings: row[savings].double,
        effort: effort, explanation: row[explanation].string ?? query.title)
      recommendation.parts =
        parts.flatMap { row[$0].string }?.split(separator: " ").map(String.init) ?? []
      return Found(recommendation: recommendation, savedShare: row[share].double)
    }
  }
}
