import Columns

/// Reads one budget of a file.
struct BudgetEntry {
  private let place: JSONPlace

  init(_ place: JSONPlace) {
    self.place = place
  }

  /// - Throws: `ConfigurationError` with the place of what is wrong.
  func budget() throws(ConfigurationError) -> Budget {
    let kind = try place.required("BudgetType").choice(of: Budget.Kind.self)
    let planned = try plannedLimits()
    let adjustment = try adjustment()
    let limitPlace = try place.optional("BudgetLimit")
    if limitPlace == nil && planned.isEmpty && adjustment == nil && !kind.isShare {
      throw place.error(
        "expected 'BudgetLimit', 'PlannedBudgetLimits' or 'AutoAdjustData', found none of them")
    }
    let period = try place.optional("TimePeriod")
    var thresholds: [Threshold] = []
    for item in try place.optional("Notifications")?.elements() ?? [] {
      thresholds.append(try BudgetEntry.threshold(item))
    }
    let timeUnit = try place.required("TimeUnit").choice(of: Budget.TimeUnit.self)
    let start = try period?.optional("Start")?.day()
    let end = try period?.optional("End")?.day()
    try check(timeUnit, start, end)
    let types = try costTypes()
    var budget = Budget(
      name: try name(),
      kind: kind,
      timeUnit: timeUnit,
      metric: try metric(kind, types),
      // A share has no other limit than all of it, and AWS prints none.
      limit: try limitPlace.map(BudgetEntry.amount) ?? (kind.isShare ? 100 : nil),
      unit: try limitPlace?.required("Unit").text() ?? (kind.isShare ? "PERCENTAGE" : "USD"),
      plannedLimits: planned,
      adjustment: adjustment,
      filter: try filter(),
      costTypes: types,
      start: start,
      end: end,
      query: try query(kind),
      thresholds: thresholds)
    budget.billingView = try billingView()
    return budget
  }

  private func name() throws(ConfigurationError) -> String {
    let name = try place.required("BudgetName")
    guard try !name.text().isEmpty else { throw name.error("expected a name, found none") }
    return try name.text()
  }

  /// A limit is never below zero (AWS Budgets API, Spend).
  private static func amount(_ place: JSONPlace) throws(ConfigurationError) -> Double {
    let amount = try place.required("Amount")
    let number = try amount.number()
    guard number >= 0 else { throw amount.error("expected 0 or more, found \(number)") }
    return number
  }

  /// The view of the bills that the budget is of; nil for the primary one, which is the whole of them.
  ///
  /// Source: AWS Budgets API, Budget, BillingViewArn.
  private func billingView() throws(ConfigurationError) -> String? {
    guard let view = try place.optional("BillingViewArn")?.text(), !view.isEmpty,
      !view.hasSuffix("billingview/primary")
    else { return nil }
    return view
  }

  private func check(
    _ unit: Budget.TimeUnit, _ start: Int?, _ end: Int?
  ) throws(ConfigurationError) {
    if let start, let end, end <= start {
      throw try place.required("TimePeriod").error(
        "expected 'End' after 'Start', found \(Day.text(start)) to \(Day.text(end))")
    }
    if unit == .custom, start == nil || end == nil {
      throw place.error("expected 'TimePeriod' with 'Start' and 'End' for a budget of CUSTOM time")
    }
  }

  private func query(_ kind: Budget.Kind) throws(ConfigurationError) -> String? {
    switch kind {
    case .query: try place.required("Query").text()
    case .unitCost: try place.required("Units").required("Query").text()
    case .cost, .usage, .reservationUtilization, .reservationCoverage, .planUtilization,
      .planCoverage:
      nil
    }
  }

  /// The end of the year 9999, in seconds since 1970.
  private static let lastSecond = 253_402_300_800

  private func plannedLimits() throws(ConfigurationError) -> [Budget.PlannedLimit] {
    guard let planned = try place.optional("PlannedBudgetLimits") else { return [] }
    var limits: [Budget.PlannedLimit] = []
    for (key, value) in try planned.members() {
      // Milliseconds would be a plan for the year 50000.
      guard let seconds = Int(key), (0..<BudgetEntry.lastSecond).contains(seconds) else {
        throw value.error("expected a period's start in seconds since 1970, found '\(key)'")
      }
      limits.append(
        Budget.PlannedLimit(
          from: seconds.floorDivided(by: 86_400), amount: try BudgetEntry.amount(value)))
    }
    return limits.sorted { $0.from < $1.from }
  }

  private func adjustment() throws(ConfigurationError) -> Budget.Adjustment? {
    guard let data = try place.optional("AutoAdjustData") else { return nil }
    let typePlace = try data.required("AutoAdjustType")
    switch try typePlace.text() {
    case "FORECAST": return .forecast
    case "HISTORICAL":
      let options = try data.required("HistoricalOptions")
      let periodsPlace = try options.required("BudgetAdjustmentPeriod")
      let periods = try periodsPlace.number()
      let unit = try place.required("TimeUnit").choice(of: Budget.TimeUnit.self)
      let most = Budget.mostAdjustmentPeriods(unit)
      guard most > 0 else {
        throw typePlace.error("a budget of CUSTOM time has no period before that it could follow")
      }
      guard periods >= 1, periods <= Double(most), periods == periods.rounded() else {
        throw periodsPlace.error(
          "expected a number of periods from 1 to \(most) for \(unit.rawValue), found \(periods)")
      }
      let known = try options.optional("LookBackAvailablePeriods")?.number()
      return .historical(
        periods: Int(periods), known: known.map { Int(max(0, min($0, 1e6))) })
    case let other: throw typePlace.error("expected HISTORICAL or FORECAST, found '\(other)'")
    }
  }

  private func filter() throws(ConfigurationError) -> BudgetFilter {
    if let expression = try place.optional("FilterExpression"), try !expression.members().isEmpty {
      return try BudgetFilter.expression(expression)
    }
    guard let filters = try place.optional("CostFilters") else { return .all }
    return try BudgetFilter.costFilters(filters)
  }

  private func metric(
    _ kind: Budget.Kind, _ types: CostTypes
  ) throws(ConfigurationError) -> Budget.Metric {
    let list = try place.optional("Metrics")
    let metrics = try list?.elements() ?? []
    guard let first = metrics.first else { return kind == .usage ? .usage : types.metric }
    guard metrics.count == 1 else {
      throw first.error("expected one metric, found \(metrics.count)")
    }
    return try first.choice(of: Budget.Metric.self)
  }

  private func costTypes() throws(ConfigurationError) -> CostTypes {
    var types = CostTypes()
    guard let place = try place.optional("CostTypes") else { return types }
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
    let known = Set(flags.map(\.0))
    for (name, flag) in try place.members() where !known.contains(name) {
      // One that includes more leaves nothing out that is known.
      guard (try? flag.flag()) != false else {
        throw flag.error("unknown flag: what it would leave out is not known")
      }
    }
    return types
  }

  static func threshold(_ place: JSONPlace) throws(ConfigurationError) -> Threshold {
    let basis = try place.required("NotificationType").choice(of: Threshold.Basis.self)
    let comparison = try place.optional("ComparisonOperator")?.choice(of: Threshold.Comparison.self)
    if comparison == nil && basis != .burnRate { _ = try place.required("ComparisonOperator") }
    let measure = try place.optional("ThresholdType")?.choice(of: Threshold.Measure.self)
    return Threshold(
      basis: basis,
      comparison: comparison ?? .greater,
      value: try place.required("Threshold").number(),
      isPercentage: (measure ?? .percentage) == .percentage,
      windows: basis == .burnRate ? try windows(place) : [])
  }

  /// Days, the longest first; a week and a day unless they are given.
  private static func windows(_ place: JSONPlace) throws(ConfigurationError) -> [Int] {
    guard let list = try place.optional("WindowDays") else { return [7, 1] }
    var windows: [Int] = []
    for window in try list.elements() {
      let days = try window.number()
      guard days >= 1, days <= 366, days == days.rounded() else {
        throw window.error("expected a number of days from 1 to 366, found \(days)")
      }
      windows.append(Int(days))
    }
    guard !windows.isEmpty else { throw list.error("expected at least one window") }
    return windows.sorted(by: >)
  }
}
