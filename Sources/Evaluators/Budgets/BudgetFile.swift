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
  private var notifications: [Notifications] = []

  /// Thresholds of a budget whose description may be in another file.
  private struct Notifications {
    /// nil where the file does not say whose they are.
    let budget: String?
    let thresholds: [Threshold]
    let file: String
  }

  package init() {}

  /// Adds a file's content.
  ///
  /// - Throws: `ConfigurationError` with the file and the place in it.
  package mutating func add(_ json: JSONValue, file: String) throws(ConfigurationError) {
    let root = JSONPlace(json, file: file)
    if let list = try root.optional("Budgets") {
      for budget in try list.elements() { budgets.append(try BudgetEntry(budget).budget()) }
    } else if let budget = try root.optional("Budget") {
      budgets.append(try BudgetEntry(budget).budget())
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

  /// The budgets with all their thresholds, in the order of the files.
  ///
  /// - Throws: `ConfigurationError` when two budgets share a name or a notification's budget is missing.
  package func merged() throws(ConfigurationError) -> [Budget] {
    var merged = budgets
    var positions: [String: Int] = [:]
    for (position, budget) in merged.enumerated() {
      guard positions.updateValue(position, forKey: budget.name) == nil else {
        throw ConfigurationError(
          "budgets", "'\(budget.name)'", "two budgets have this name; give each its own")
      }
    }
    for entry in notifications {
      let name = try owner(of: entry)
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
