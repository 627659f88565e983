import Columns
package import TextFormats

/// Reads budgets and their notifications from the JSON that the AWS CLI prints.
///
/// Understood are `aws budgets describe-budgets` (`{"Budgets": […]}`), `describe-budget`
/// (`{"Budget": {…}}`), `describe-budget-notifications-for-account`
/// (`{"BudgetNotificationsForAccount": […]}`) and `describe-notifications-for-budget` when the file
/// names its budget (`{"BudgetName": …, "Notifications": […]}`). A budget may also carry its own
/// `Notifications`.
package struct BudgetFile: Sendable {
  private var budgets: [Budget] = []
  private var notifications: [(budget: String, thresholds: [Threshold], file: String)] = []

  package init() {}

  /// Adds a file's content.
  ///
  /// - Throws: `ConfigurationError` with the file and the place in it.
  package mutating func add(_ json: JSONValue, file: String) throws(ConfigurationError) {
    let root = JSONPlace(json, file: file)
    if let list = try root.optional("Budgets") {
      for budget in try list.elements() { budgets.append(try BudgetFile.budget(budget)) }
    } else if let budget = try root.optional("Budget") {
      budgets.append(try BudgetFile.budget(budget))
    } else if let list = try root.optional("BudgetNotificationsForAccount") {
      for entry in try list.elements() { try addNotifications(entry, file) }
    } else if try root.optional("Notifications") != nil {
      try addNotifications(root, file)
    } else {
      throw ConfigurationError(
        file, "top level",
        "expected 'Budgets' as printed by 'aws budgets describe-budgets', or "
          + "'BudgetNotificationsForAccount' as printed by "
          + "'aws budgets describe-budget-notifications-for-account'")
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
      guard let position = positions[entry.budget] else {
        throw ConfigurationError(
          entry.file, "BudgetName",
          "notifications for '\(entry.budget)', but no file given describes that budget")
      }
      for threshold in entry.thresholds where !merged[position].thresholds.contains(threshold) {
        merged[position].thresholds.append(threshold)
      }
    }
    return merged
  }

  private mutating func addNotifications(
    _ entry: JSONPlace, _ file: String
  ) throws(ConfigurationError) {
    let name = try entry.required("BudgetName").text()
    var thresholds: [Threshold] = []
    for item in try entry.required("Notifications").elements() {
      thresholds.append(try BudgetFile.threshold(item))
    }
    notifications.append((name, thresholds, file))
  }

  private static func budget(_ place: JSONPlace) throws(ConfigurationError) -> Budget {
    let kindPlace = try place.required("BudgetType")
    let kindText = try kindPlace.text()
    guard let kind = Budget.Kind(rawValue: kindText) else {
      throw kindPlace.error("budgets of type '\(kindText)' are not supported; COST and USAGE are")
    }
    let planned = try plannedLimits(place)
    let limitPlace = try place.optional("BudgetLimit")
    if limitPlace == nil && planned.isEmpty {
      throw place.error("expected 'BudgetLimit' or 'PlannedBudgetLimits', found neither")
    }
    let period = try place.optional("TimePeriod")
    var thresholds: [Threshold] = []
    for item in try place.optional("Notifications")?.elements() ?? [] {
      thresholds.append(try threshold(item))
    }
    return Budget(
      name: try place.required("BudgetName").text(),
      kind: kind,
      timeUnit: try place.required("TimeUnit").choice(of: Budget.TimeUnit.self),
      limit: try limitPlace?.required("Amount").number() ?? 0,
      unit: try limitPlace?.required("Unit").text() ?? "USD",
      plannedLimits: planned,
      filters: try filters(place),
      costTypes: try costTypes(place.optional("CostTypes")),
      start: try period?.optional("Start")?.day(),
      end: try period?.optional("End")?.day(),
      thresholds: thresholds)
  }

  private static func plannedLimits(
    _ place: JSONPlace
  ) throws(ConfigurationError) -> [Budget.PlannedLimit] {
    guard let planned = try place.optional("PlannedBudgetLimits") else { return [] }
    var limits: [Budget.PlannedLimit] = []
    for (key, value) in try planned.members() {
      guard let seconds = Int(key) else {
        throw value.error("expected a period's start in seconds since 1970, found '\(key)'")
      }
      limits.append(
        .init(from: seconds.floorDivided(by: 86_400), amount: try value.required("Amount").number())
      )
    }
    return limits.sorted { $0.from < $1.from }
  }

  private static func filters(_ place: JSONPlace) throws(ConfigurationError) -> [CostFilter] {
    if let expression = try place.optional("FilterExpression"), try !expression.members().isEmpty {
      throw expression.error("filter expressions are not supported; 'CostFilters' are")
    }
    guard let filters = try place.optional("CostFilters") else { return [] }
    var result: [CostFilter] = []
    for (key, values) in try filters.members() {
      var texts: [String] = []
      for value in try values.elements() { texts.append(try value.text()) }
      result.append(CostFilter(key: key, values: texts))
    }
    return result
  }

  private static func costTypes(_ place: JSONPlace?) throws(ConfigurationError) -> CostTypes {
    var types = CostTypes()
    guard let place else { return types }
    let flags: [(String, WritableKeyPath<CostTypes, Bool>)] = [
      ("IncludeTax", \.includesTax), ("IncludeSubscription", \.includesSubscription),
      ("IncludeRefund", \.includesRefund), ("IncludeCredit", \.includesCredit),
      ("IncludeUpfront", \.includesUpfront), ("IncludeRecurring", \.includesRecurring),
      ("IncludeOtherSubscription", \.includesOtherSubscription),
      ("IncludeSupport", \.includesSupport), ("IncludeDiscount", \.includesDiscount),
      ("UseBlended", \.usesBlended), ("UseAmortized", \.usesAmortized),
    ]
    for (name, path) in flags {
      if let flag = try place.optional(name) { types[keyPath: path] = try flag.flag() }
    }
    return types
  }

  private static func threshold(_ place: JSONPlace) throws(ConfigurationError) -> Threshold {
    Threshold(
      basis: try place.required("NotificationType").choice(of: Threshold.Basis.self),
      comparison: try place.required("ComparisonOperator").choice(of: Threshold.Comparison.self),
      value: try place.required("Threshold").number(),
      isPercentage: try (place.optional("ThresholdType")?.text() ?? "PERCENTAGE") == "PERCENTAGE")
  }
}
