package import Columns
package import Warehouse

/// What became of a recommendation, and what it brought, by the bills that came after it.
package struct SavingsEntry: Sendable {
  package enum Status: String, Sendable, CaseIterable {
    /// Still recommended, and nothing was changed.
    case open = "OPEN"
    /// Done as recommended.
    case followed = "FOLLOWED"
    /// Changed, but to something else.
    case changed = "CHANGED"
    /// No cost any more, though that was not the recommendation.
    case gone = "GONE"
    /// Not recommended any more, and nothing was changed.
    case withdrawn = "WITHDRAWN"
  }

  package let resource: String
  package let action: String
  /// The day on which it was first recommended.
  package let recommendedOn: String
  package let currentType: String?
  package let recommendedType: String?
  /// US dollars a month that were promised.
  package let expected: Double?
  package let status: Status
  /// The first day that is different, days since the epoch.
  package let changedOn: Int?
  /// Mean cost of a day in the two weeks before the change.
  package let dailyBefore: Double?
  /// Mean cost of a day since.
  package let dailyAfter: Double?
  /// What the bills since the change are less than they would have been.
  package let savedSoFar: Double?
}

extension SavingsEntry {
  /// `savings_ledger`: a row per resource and action ever recommended.
  package static let table = FindingsTable(
    "savings_ledger",
    [
      Field("resource", .varchar), Field("action", .varchar), Field("recommended_on", .varchar),
      Field("current_type", .varchar), Field("recommended_type", .varchar),
      Field("expected_monthly", .double), Field("status", .varchar), Field("changed_on", .date),
      Field("daily_before", .double), Field("daily_after", .double),
      Field("saved_monthly", .double), Field("saved_so_far", .double),
    ])

  package var row: [Value] {
    let monthly = dailyBefore.flatMap { before in
      dailyAfter.map { (before - $0) * SizeChooser.hoursPerMonth / 24 }
    }
    return [
      .text(resource), .text(action), .text(recommendedOn), .text(currentType),
      .text(recommendedType), .number(expected), .text(status.rawValue), .day(changedOn),
      .number(dailyBefore), .number(dailyAfter), .number(monthly), .number(savedSoFar),
    ]
  }
}

/// Looks through the history of `recommendations` and the bills for what was done.
///
/// A server or volume counts as changed on the first day on which its bill names another type; as gone when
/// at least two complete days have no cost; a schedule counts as followed when a week's cost is lower by half
/// of what was promised. Money is that of the amortized cost, against the mean of the two weeks before.
package struct SavingsLedger {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// An entry per resource and action that was ever recommended with a saving, by resource.
  ///
  /// - Throws: what querying throws.
  package func evaluate() throws -> [SavingsEntry] {
    guard let through = day.dataThrough, try warehouse.hasTable(Recommendation.table.name) else {
      return []
    }
    let known = try warehouse.query("SELECT * FROM \(Recommendation.table.name) LIMIT 0").schema
    guard known.position(of: "action") != nil else { return [] }
    let days = try dailyCosts(through)
    return try promises().map { entry($0, days[$0.resource] ?? [], through) }
  }

  private struct Promise {
    let resource: String
    let action: String
    let first: String
    let isCurrent: Bool
    let currentType: String?
    let recommendedType: String?
    let expected: Double?
  }

  private struct DayCost {
    let day: Int
    let cost: Double
    let type: String?
  }

  private func promises() throws -> [Promise] {
    try warehouse.query(
      """
      SELECT resource, action, min(evaluated_on), max(evaluated_on) =
          (SELECT max(evaluated_on) FROM recommendations WHERE evaluated_on <= '\(day.partition)'),
        min_by(current_type, evaluated_on), min_by(recommended_type, evaluated_on),
        min_by(coalesce(savings_after_discounts, monthly_savings), evaluated_on)
      FROM recommendations
      WHERE action IS NOT NULL AND coalesce(savings_after_discounts, monthly_savings) > 0
        AND evaluated_on <= '\(day.partition)'
      GROUP BY 1, 2 ORDER BY 1, 2
      """
    ).rows().compactMap { row in
      guard let resource = row[0].string, let action = row[1].string, let first = row[2].string
      else { return nil }
      return Promise(
        resource: resource, action: action, first: first, isCurrent: row[3] == .boolean(true),
        currentType: row[4].string, recommendedType: row[5].string, expected: row[6].double)
    }
  }

  /// What each recommended resource cost on each day, from two weeks before the first recommendation.
  private func dailyCosts(_ through: Int) throws -> [String: [DayCost]] {
    let rows = try warehouse.query(
      """
      WITH charges AS (
        SELECT coalesce(regexp_extract(ResourceId, '(i|vol|snap|nat|eipalloc)-[0-9a-f]+$'), ResourceId) AS resource,
          CAST(ChargePeriodStart AS date) AS day, EffectiveCost AS cost,
          CASE WHEN x_UsageType LIKE '%Usage:%' THEN split_part(x_UsageType, ':', 2)
            WHEN x_UsageType LIKE '%VolumeUsage.%' THEN split_part(x_UsageType, 'VolumeUsage.', 2)
          END AS type
        FROM costs
        WHERE ChargeCategory = 'Usage' AND ResourceId IS NOT NULL
          AND ChargePeriodStart < TIMESTAMP '\(Day.text(through + 1)) 00:00:00'
          AND billing_period >= (SELECT substr(CAST(date_add('day', -14,
            CAST(min(evaluated_on) AS date)) AS varchar), 1, 7) FROM recommendations)
      )
      SELECT resource, day, sum(cost), max(type)
      FROM charges
      WHERE resource IN (SELECT resource FROM recommendations WHERE action IS NOT NULL)
        AND (type IS NOT NULL OR resource NOT LIKE 'i-%')
      GROUP BY 1, 2 ORDER BY 1, 2
      """
    ).rows()
    var days: [String: [DayCost]] = [:]
    for row in rows {
      guard let resource = row[0].string, let day = row[1].int64 else { continue }
      days[resource, default: []].append(
        DayCost(day: Int(day), cost: row[2].double ?? 0, type: row[3].string))
    }
    return days
  }

  private func entry(_ promise: Promise, _ days: [DayCost], _ through: Int) -> SavingsEntry {
    let first =
      CivilTimeText.date(Array(promise.first.utf8)).map { Int($0) } ?? day.today
    let (status, changedOn) = outcome(promise, days, since: first, through)
    let start = changedOn ?? through + 1
    let before = days.filter { $0.day < start && $0.day >= start - 14 }
    // Days without a row cost nothing, from the first day that is known.
    let span = before.first.map { Double(start - $0.day) } ?? 0
    let dailyBefore = span > 0 ? before.reduce(0) { $0 + $1.cost } / span : nil
    let spent = days.filter { $0.day >= start }.reduce(0) { $0 + $1.cost }
    let length = Double(through - start + 1)
    let isDone = changedOn != nil && length > 0
    return SavingsEntry(
      resource: promise.resource, action: promise.action, recommendedOn: promise.first,
      currentType: promise.currentType, recommendedType: promise.recommendedType,
      expected: promise.expected, status: status, changedOn: changedOn, dailyBefore: dailyBefore,
      dailyAfter: isDone ? spent / length : nil,
      savedSoFar: isDone ? dailyBefore.map { $0 * length - spent } : nil)
  }

  private func outcome(
    _ promise: Promise, _ days: [DayCost], since first: Int, _ through: Int
  ) -> (SavingsEntry.Status, changedOn: Int?) {
    let unchanged = promise.isCurrent ? SavingsEntry.Status.open : .withdrawn
    guard let last = days.last else { return (unchanged, nil) }
    if let other = days.first(where: {
      $0.day >= first && $0.type != nil && $0.type != promise.currentType
    }), promise.recommendedType != nil {
      return (other.type == promise.recommendedType ? .followed : .changed, other.day)
    }
    if last.day + 2 <= through, last.day + 1 >= first {
      let wasAdvised = promise.recommendedType == nil && promise.action != "Schedule"
      return (wasAdvised ? .followed : .gone, last.day + 1)
    }
    if promise.action == "Schedule", let expected = promise.expected {
      let week = days.filter { $0.day > through - 7 }.reduce(0) { $0 + $1.cost } / 7
      let before = days.filter { $0.day < first && $0.day >= first - 14 }
      let usual = before.reduce(0) { $0 + $1.cost } / Double(max(1, before.count))
      if before.count >= 7, through - first >= 7, usual - week >= expected / 30.4 / 2 {
        return (.followed, through - 6)
      }
    }
    return (unchanged, nil)
  }
}
