import Columns
import SQL

/// What a budget adds up day by day, as SQL over the view `costs`.
///
/// A share or a unit cost is one sum over another; everything else is a sum.
struct BudgetMeasure {
  /// An expression of a row, NULL for rows that do not count.
  let numerator: String
  /// nil for a plain sum.
  let denominator: String?
  /// What the quotient is multiplied by: 100 for percent.
  let scale: Double
  /// The charges counted, for sentences and for looking at what moved.
  let condition: String

  /// - Parameter converts: whether costs are taken in the reporting currency.
  /// - Throws: `UnsupportedFilter`.
  init(_ budget: Budget, converts: Bool = false) throws(UnsupportedFilter) {
    let filter = try budget.filter.condition()
    var terms = filter == "true" ? [] : [filter]
    switch budget.kind {
    case .cost, .unitCost: terms += BudgetMeasure.exclusions(budget.costTypes)
    case .usage: terms += BudgetMeasure.usageTerms(budget)
    case .reservationUtilization, .reservationCoverage, .planUtilization, .planCoverage, .query:
      break
    }
    let condition = terms.isEmpty ? "true" : terms.joined(separator: " AND ")
    self.condition = condition
    let rate = converts ? " * x_ExchangeRate" : ""
    func when(_ part: String, _ figure: String) -> String {
      "CASE WHEN \(part) AND (\(condition)) THEN \(figure)\(rate) END"
    }
    switch budget.kind {
    case .cost, .usage, .unitCost, .query:
      let figure = BudgetMeasure.figure(budget.metric) + rate
      numerator = "CASE WHEN \(condition) THEN \(figure) END"
      denominator = nil
      scale = 1
    case .planUtilization:
      // Used commitment by total commitment, of the plans' fees.
      numerator = when(BudgetMeasure.isPlan, "x_CommitmentUsed")
      denominator = when(BudgetMeasure.isPlan, "x_CommitmentTotal")
      scale = 100
    case .reservationUtilization:
      // In normalized units: hours mislead where a reservation's size is flexible. A filter chooses
      // reservations by their own fees: whoever used them, of whatever size, is no part of it.
      let isChosen =
        filter == "true"
        ? BudgetMeasure.isReservation
        : "(\(BudgetMeasure.isReservation) AND CommitmentDiscountId IN (SELECT CommitmentDiscountId"
          + " FROM costs WHERE x_LineItemType = 'RIFee' AND (\(filter))))"
      numerator = "CASE WHEN \(isChosen) THEN x_CommitmentUsed END"
      denominator = "CASE WHEN \(isChosen) THEN x_CommitmentTotal END"
      scale = 100
    case .planCoverage:
      // What plans cover by that and what they could have covered, both at the price on demand.
      let covered = "x_LineItemType = 'SavingsPlanCoveredUsage'"
      let cost = BudgetMeasure.onDemandCost
      numerator = when(covered, cost)
      denominator = when("(\(covered) OR \(BudgetMeasure.isEligibleForPlans))", cost)
      scale = 100
    case .reservationCoverage:
      // Reserved hours by all hours that run.
      let reserved = "(x_LineItemType = 'DiscountedUsage' AND \(BudgetMeasure.isInstanceHour))"
      numerator = when(reserved, "ConsumedQuantity")
      denominator = when(
        "(\(reserved) OR (x_LineItemType = 'Usage' AND x_PurchaseOption = 'OnDemand' AND \(BudgetMeasure.isInstanceHour)))",
        "ConsumedQuantity")
      scale = 100
    }
  }

  /// The column of a metric.
  static func figure(_ metric: Budget.Metric) -> String {
    switch metric {
    case .unblended: "BilledCost"
    case .blended: "x_BlendedCost"
    case .amortized: "EffectiveCost"
    case .netUnblended: "x_NetUnblendedCost"
    case .netAmortized: "x_NetAmortizedCost"
    case .usage, .hours: "ConsumedQuantity"
    case .normalizedUsage: "x_NormalizedUsage"
    }
  }

  // MARK: Shares

  private static let isPlan = "CommitmentDiscountType = 'Savings Plan'"
  private static let isReservation = "CommitmentDiscountType = 'Reserved Instance'"

  /// What usage costs on demand, whether a plan covers it or not: cost and usage reports bill it so and
  /// negate what is covered, FOCUS bills nothing for that and has its list price.
  static let onDemandCost =
    "(CASE WHEN x_SourceTable = 'focus' THEN coalesce(ListCost, ContractedCost, BilledCost)"
    + " ELSE BilledCost END)"

  /// From FOCUS 1.2 on, AWS exports no usage types: there the unit tells. Instances of SageMaker have plans
  /// of their own.
  ///
  /// Source: AWS Cloud Intelligence Dashboards, savings_plans_eligible spend; Savings Plans user guide,
  /// SageMaker AI Savings Plans.
  static let isEligibleForPlans =
    "(x_LineItemType = 'Usage' AND x_PurchaseOption = 'OnDemand'"
    + " AND coalesce(x_UsageType, '') NOT LIKE '%DataXfer%'"
    + " AND ((x_ServiceCode = 'AmazonEC2' AND x_Operation LIKE '%RunInstances%'"
    + " AND coalesce(\(BudgetDimension.servers), \(isHourly)))"
    + " OR (x_ServiceCode = 'AWSLambda' AND coalesce(x_UsageType LIKE '%Lambda-GB-Second%'"
    + " OR x_UsageType LIKE '%Lambda-Provisioned%', lower(ConsumedUnit) LIKE '%second%'))"
    + " OR (x_ServiceCode = 'AmazonSageMaker' AND coalesce(regexp_like(x_UsageType, '[:-]ml[.]'), false))"
    + " OR coalesce(x_UsageType, x_Operation) LIKE '%Fargate%'))"

  /// Hours of instances of the services that have reservations.
  static let isInstanceHour =
    "(x_ServiceCode IN ('AmazonEC2', 'AmazonRDS', 'AmazonElastiCache', 'AmazonRedshift', 'AmazonES')"
    + " AND coalesce(regexp_like(x_UsageType,"
    + " '(BoxUsage|HeavyUsage|DedicatedUsage|InstanceUsage|Multi-AZUsage|NodeUsage|Node:|ESInstance)'),"
    + " x_InstanceType <> '' AND \(isHourly)))"

  private static let isHourly = "lower(ConsumedUnit) IN ('hrs', 'hours', 'hour')"

  // MARK: Usage

  private static func usageTerms(_ budget: Budget) -> [String] {
    let units = spellings(of: budget.metric == .hours ? "Hrs" : budget.unit)
    let list = units.map(SQLLiteral.text).joined(separator: ", ")
    let counted =
      budget.metric == .normalizedUsage ? [] : ["lower(ConsumedUnit) IN (\(list))"]
    return ["ChargeCategory = 'Usage'"] + counted
  }

  /// Units that are the same under the names of Cost Explorer and of bills, in lower case.
  private static func spellings(of unit: String) -> [String] {
    let families = [
      ["hrs", "hours", "hour", "hr"], ["gb-mo", "gb-month", "gb-months"], ["gb", "gigabytes"],
      ["requests", "request"], ["gb-hours", "gb-hrs"],
      ["gb-seconds", "gb-second", "lambda-gb-second"],
    ]
    let name = unit.lowercased()
    return families.first { $0.contains(name) } ?? [name]
  }

  // MARK: Cost types

  /// FOCUS has codes of services only where AWS exports it.
  private static let isSupport =
    "coalesce(x_ServiceCode LIKE 'AWSSupport%', ServiceName LIKE 'AWS Support%')"

  private static func exclusions(_ types: CostTypes) -> [String] {
    var excluded: [String] = []
    if !types.includesTax { excluded.append("ChargeCategory = 'Tax'") }
    if !types.includesRefund { excluded.append("x_LineItemType = 'Refund'") }
    if !types.includesCredit { excluded.append("ChargeCategory = 'Credit'") }
    if !types.includesSupport { excluded.append(isSupport) }
    if !types.includesDiscount { excluded.append("x_LineItemType LIKE '%Discount'") }
    if !types.includesUpfront {
      excluded.append(
        "(x_LineItemType = 'SavingsPlanUpfrontFee'"
          + " OR (x_LineItemType = 'Fee' AND CommitmentDiscountId <> ''))")
    }
    if !types.includesRecurring {
      excluded.append("x_LineItemType IN ('RIFee', 'SavingsPlanRecurringFee')")
    }
    if !types.includesSubscription {
      excluded.append(
        "x_LineItemType IN ('RIFee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee',"
          + " 'DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation')")
    }
    if !types.includesOtherSubscription {
      excluded.append(
        "(x_LineItemType = 'Fee' AND coalesce(CommitmentDiscountId, '') = ''"
          + " AND NOT coalesce(\(isSupport), false))")
    }
    // An unknown kind of charge stays in: a NULL must not make it fall out.
    return excluded.map { "NOT coalesce(\($0), false)" }
  }
}

extension Budget {
  /// The charges that it counts, as a condition over the view `costs`; nil where a filter is not
  /// supported.
  package var condition: String? { (try? BudgetMeasure(self))?.condition }
}
