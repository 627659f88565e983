import Columns
package import TextFormats

/// Reads budgets and their notifications from the JSON that the AWS CLI prints.
///
/// Understood are `aws budgets describe-budgets` (`{"Budgets": […]}`), `describe-budget`
/// (`{"Budget": {…}}`), `describe-budget-notifications-for-account`
/// (`{"BudgetNotificationsForAccount": […]}`) and `describe-notifications-for-budget`
/// (`{"Notifications": […]}`), which does not say whose they are: the file says it, by a member
/// `BudgetName` or by its own name (`production.json`, `notifications-production.json`); where there is
/// one budget only they are its. A budget may also carry its own `Notifications`.
package struct BudgetFile: Sendable {
  private var budgets: [Budget] = []
  /// The file of each budget.
  private var files: [String] = []
  /// Names of budgets that were left out, and whether one without a name was.
  private var faulty: Set<String> = []
  private var notifications: [Notifications] = []

  /// Thresholds of a budget whose description may be in another file.
  private struct Notifications {
    /// nil where the file does not say whose they are.
    let budget: String?
    let thresholds: [Threshold]
    let file: String
  }

  package init() {}

  /// What is done about a budget that is not understood: its name, where it has one, and what is wrong.
  package typealias Report =
    (_ budget: String?, ConfigurationError) throws(ConfigurationError) -> Void

  /// Adds a file's content.
  ///
  /// - Parameter report: told of each budget that is not understood, such as one with a word of a newer
  ///   version of AWS's API; unless it throws, the other budgets are read.
  /// - Throws: `ConfigurationError` with the file and the place in it.
  package mutating func add(
    _ json: JSONValue, file: String,
    reporting report: Report = { _, error throws(ConfigurationError) in throw error }
  ) throws(ConfigurationError) {
    let root = JSONPlace(json, file: file)
    if let list = try root.optional("Budgets") {
      for budget in try list.elements() { try addBudget(budget, file, report) }
    } else if let budget = try root.optional("Budget") {
      try addBudget(budget, file, report)
    } else if let list = try root.optional("BudgetNotificationsForAccount") {
      for entry in try list.elements() {
        _ = try entry.required("BudgetName")
        try addNotifications(entry, file)
      }
    } else if try root.optional("Notifications") != nil {
      try addNotifications(root, file)
    } else {
      throw ConfigurationError(
        file, "top level",
        "expected 'Budgets' as printed by 'aws budgets describe-budgets', or "
          + "'BudgetNotificationsForAccount' as printed by "
          + "'aws budgets describe-budget-notifications-for-account', or 'Notifications' as printed "
          + "by 'aws budgets describe-notifications-for-budget'")
    }
  }

  private mutating func addBudget(
    _ place: JSONPlace, _ file: String, _ report: Report
  ) throws(ConfigurationError) {
    do {
      budgets.append(try BudgetEntry(place).budget())
      files.append(file)
    } catch {
      let name = try? place.optional("BudgetName")?.text()
      if let name { faulty.insert(name) }
      try report(name, error)
    }
  }

  /// The budgets with all their thresholds, in the order of the files.
  ///
  /// - Throws: `ConfigurationError` when two budgets share a name or a notification's budget is missing.
  package func merged() throws(ConfigurationError) -> [Budget] {
    var merged = budgets
    var positions: [String: Int] = [:]
    for (position, budget) in merged.enumerated() {
      if let other = positions.updateValue(position, forKey: budget.name) {
        throw ConfigurationError(
          files[position], "BudgetName",
          "a budget '\(budget.name)' is in '\(files[other])', too; give each a name of its own")
      }
    }
    for entry in notifications {
      let name = try owner(of: entry)
      if positions[name] == nil, faulty.contains(name) { continue }
      guard let position = positions[name] else {
        throw ConfigurationError(
          entry.file, "BudgetName",
          "notifications for '\(name)', but no file given describes that budget")
      }
      for threshold in entry.thresholds where !merged[position].thresholds.contains(threshold) {
        merged[position].thresholds.append(threshold)
      }
    }
    return merged
  }

  /// The budget that notifications belong to: as stated, as the file is named, or the only one.
  private func owner(of entry: Notifications) throws(ConfigurationError) -> String {
    if let budget = entry.budget { return budget }
    let file = entry.file.split(separator: "/").last.map(String.init) ?? entry.file
    let stem = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
    let named = budgets.filter { budget in
      stem == budget.name
        || ["-", "_", "."].contains { mark in
          stem == "notifications\(mark)\(budget.name)"
            || stem == "\(budget.name)\(mark)notifications"
        }
    }
    if let budget = named.first { return budget.name }
    if budgets.count == 1 { return budgets[0].name }
    throw ConfigurationError(
      entry.file, "top level",
      "expected 'BudgetName', or a file named after its budget such as "
        + "'notifications-\(budgets.first?.name ?? "NAME").json': "
        + "'aws budgets describe-notifications-for-budget' does not print whose notifications they are"
    )
  }

  private mutating func addNotifications(
    _ entry: JSONPlace, _ file: String
  ) throws(ConfigurationError) {
    var thresholds: [Threshold] = []
    for item in try entry.required("Notifications").elements() {
      thresholds.append(try BudgetEntry.threshold(item))
    }
    notifications.append(
      Notifications(
        budget: try entry.optional("BudgetName")?.text(), thresholds: thresholds, file: file))
  }
}
