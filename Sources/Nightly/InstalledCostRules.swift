package import Evaluators
package import Reports
package import Warehouse

import Columns
import Files
import TextFormats

/// The rules for costs that a lake has: the file `_costs.json` beside its tables.
///
/// The rules are the lake's own, so that a statement typed by hand, a report and the run at night see the
/// same categories.
package enum InstalledCostRules {
  private static let name = "_costs.json"

  /// The rules in force; nil without any.
  ///
  /// - Throws: `ConfigurationError`, `FileError` for a file that cannot be read.
  package static func load(lake: String) throws -> CostRulesFile? {
    guard lake != ":memory:" else { return nil }
    let path = Path.join(lake, name)
    guard Directory.kind(path) == .file else { return nil }
    return try CostRulesFile(try ConfigurationFile.json(path), file: path)
  }

  /// Makes a file's rules those of a lake.
  ///
  /// Rates of months that are over stay as they were first given.
  ///
  /// - Parameter today: days since the epoch.
  /// - Returns: notes for the user.
  /// - Throws: `ConfigurationError` for a file that is wrong: the rules in force stay.
  package static func install(
    _ file: String, lake: String, today: Int
  ) throws -> (rules: CostRulesFile, notes: [String]) {
    let json = try ConfigurationFile.json(file, options: .config)
    var rules = try CostRulesFile(json, file: file)
    var notes: [String] = []
    if let old = try load(lake: lake) {
      notes = rules.freeze(old.rules, before: String(Day.text(today).prefix(7)))
    }
    guard lake != ":memory:" else { return (rules, notes) }
    try Directory.create(lake)
    let text = "\(rules.withRates(json))\n"
    let path = Path.join(lake, name)
    if Directory.kind(path) == .file,
      try FileSource(path).readAll(limit: 64 << 20) == Array(text.utf8)
    {
      return (rules, notes)
    }
    let output = try OutputFile(path)
    try output.write(text)
    try output.finish()
    return (rules, notes)
  }

  /// A sentence for each month and currency of the bills that has no rate.
  ///
  /// - Throws: what querying the lake throws.
  package static func missingRates(_ rules: CostRules, _ warehouse: Warehouse) throws -> [String] {
    guard let target = rules.reportingCurrency, try warehouse.hasCosts() else { return [] }
    let rows = try warehouse.query(
      "SELECT DISTINCT billing_period, BillingCurrency FROM costs ORDER BY 1, 2"
    ).rows()
    return rows.compactMap { row in
      guard let month = row[0].string, let currency = row[1].string, currency != target,
        !rules.rates.contains(where: { $0.month == month && $0.currency == currency })
      else { return nil }
      return "no exchange rate from \(currency) to \(target) in \(month): asking for "
        + "x_ExchangeRate of that month is an error"
    }
  }
}

extension CostRulesFile {
  /// The file with the rates that are in force.
  fileprivate func withRates(_ json: JSONValue) -> JSONValue {
    guard let target = rules.reportingCurrency, let object = json.object else { return json }
    let rates = rules.rates.map { rate in
      JSONValue.object([
        "Month": .string(rate.month), "From": .string(rate.currency), "Rate": .double(rate.rate),
      ])
    }
    let currency = JSONValue.object(["Reporting": .string(target), "Rates": .array(rates)])
    let members = object.members.map { member -> (String, JSONValue) in
      (member.key, member.key == "Currency" ? currency : member.value)
    }
    return .object(JSONObject(members))
  }
}
