import Columns
import SQL
import Warehouse

/// Reads the daily figures of budgets: many budgets in one pass over the bills.
struct BudgetReader {
  let warehouse: Warehouse

  /// What was read for a budget, or why nothing could be.
  enum Outcome {
    case series(BudgetSeries)
    case unreadable(String)
  }

  /// The figures of some days, in the budgets' order.
  ///
  /// - Parameter bills: what the bills are in; budgets in the reporting currency are converted.
  /// - Throws: what querying the lake throws; what is wrong with one budget alone is its outcome.
  func read(_ budgets: [Budget], days: Range<Int>, bills: BudgetBills) throws -> [Outcome] {
    var outcomes: [Outcome?] = budgets.map { _ in nil }
    var groups: [Group: [(position: Int, measure: BudgetMeasure)]] = [:]
    for (position, budget) in budgets.enumerated() where budget.kind != .query {
      if let view = budget.billingView {
        outcomes[position] = .unreadable(
          "it counts the billing view '\(view)', and bills do not say which charges are in that")
        continue
      }
      let converts = bills.converts(budget)
      do {
        let measure = try BudgetMeasure(budget, converts: converts)
        let group = Group(spread: Spread(of: budget), converts: converts)
        groups[group, default: []].append((position, measure))
      } catch {
        outcomes[position] = .unreadable(
          "\(error.what) is not supported"
            + (error.why.map { ": \($0)" } ?? "; what it would leave out or count is not known"))
      }
    }
    for group in Group.allCases {
      // One that lacks a rate must not keep others from being read.
      for part in BudgetBatches.of(groups[group] ?? [], isAlone: group.converts) {
        do {
          let found = try totals(part.map(\.measure), days: days, group.spread)
          for (entry, series) in zip(part, found) { outcomes[entry.position] = .series(series) }
        } catch  where group.converts {
          outcomes[part[0].position] = .unreadable(BudgetReader.missingRate(error))
        }
      }
    }
    for (position, lack) in try lacks(of: budgets, days: days) {
      guard case .series? = outcomes[position] else { continue }
      outcomes[position] = .unreadable(lack)
    }
    for (position, doubts) in try doubts(of: budgets, days: days, bills) {
      guard case .series(var series)? = outcomes[position] else { continue }
      series.doubts = doubts
      outcomes[position] = .series(series)
    }
    for (position, budget) in budgets.enumerated() {
      guard let query = budget.query else { continue }
      outcomes[position] = joined(outcomes[position], try amounts(of: query, budget, days: days))
    }
    return outcomes.map { $0 ?? .unreadable("it has nothing to add up") }
  }

  /// The view asks for a rate that is not there by a value that is none: `no rate from CNY to USD in 2026-09`.
  private static func missingRate(_ error: any Error) -> String {
    let text = "\(error)"
    guard let part = text.split(separator: "'").first(where: { $0.hasPrefix("no rate ") }) else {
      return text
    }
    return "there is \(part): add it to Currency.Rates in the rules for costs"
  }

  /// What is read together.
  private struct Group: Hashable {
    let spread: Spread
    let converts: Bool

    static let allCases = [false, true].flatMap { converts in
      Spread.allCases.map { Group(spread: $0, converts: converts) }
    }
  }

  /// Which rows count evenly over the days that they are for; the others count on their first day, as
  /// bills show them.
  private enum Spread: CaseIterable {
    case nothing
    /// What was not used of a commitment: amortized, a month's is a cost of all of its days so far.
    case unusedCommitments
    /// Shares ask what a commitment is worth on each day.
    case everything

    init(of budget: Budget) {
      switch budget.metric {
      case _ where budget.kind.isShare: self = .everything
      case .amortized, .netAmortized: self = .unusedCommitments
      case .unblended, .blended, .netUnblended, .usage, .normalizedUsage, .hours: self = .nothing
      }
    }

    /// The last day of a row of the view `costs`.
    var lastDay: String {
      switch self {
      case .nothing: Self.first
      case .unusedCommitments:
        "CASE WHEN CommitmentDiscountStatus = 'Unused' THEN \(Self.last) ELSE \(Self.first) END"
      case .everything: Self.last
      }
    }

    private static let first = "CAST(date_trunc('day', ChargePeriodStart) AS date)"
    private static let last =
      "CAST(date_trunc('day', coalesce(ChargePeriodEnd, ChargePeriodStart) - INTERVAL '1' SECOND) AS date)"
  }

  /// Adds up measures by day in one statement.
  private func totals(
    _ measures: [BudgetMeasure], days: Range<Int>, _ spread: Spread
  ) throws -> [BudgetSeries] {
    guard !measures.isEmpty else { return [] }
    var columns: [String] = []
    for measure in measures {
      columns.append("sum(\(measure.numerator))")
      if let denominator = measure.denominator { columns.append("sum(\(denominator))") }
    }
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day,
        \(spread.lastDay) AS last_day,
        \(columns.joined(separator: ",\n  "))
      FROM costs
      WHERE \(DailyCosts.isOf(days))
      GROUP BY 1, 2 ORDER BY 1, 2
      """)
    var sums = [[Int: Double]](repeating: [:], count: columns.count)
    let rows = result.rows()
    // What an open month's bill says of the whole month is of the days so far.
    let newest = spread == .unusedCommitments ? rows.compactMap { $0[0].int64 }.max() : nil
    for row in rows {
      guard let day = row[0].int64 else { continue }
      let end = max(day, min(row[1].int64 ?? day, newest ?? .max))
      let length = Double(end - day + 1)
      for column in columns.indices {
        guard let amount = row[column + 2].double else { continue }
        // Nobody asks for the days behind, however far a charge says that it goes.
        for part in day...max(day, min(end, Int64(days.upperBound))) {
          sums[column][Int(part), default: 0] += amount / length
        }
      }
    }
    var position = 0
    return measures.map { measure in
      defer { position += measure.denominator == nil ? 1 : 2 }
      return BudgetSeries(
        numerator: sums[position],
        denominator: measure.denominator == nil ? nil : sums[position + 1], scale: measure.scale)
    }
  }

  // MARK: What bills do not answer

  /// What budgets look for and no bill has, by the budget's position.
  private func lacks(of budgets: [Budget], days: Range<Int>) throws -> [Int: String] {
    var asked: [(position: Int, evidence: BudgetEvidence)] = []
    for (position, budget) in budgets.enumerated() {
      // A budget whose filter is not supported has said so.
      guard let needs = try? BudgetEvidence.of(budget) else { continue }
      asked += needs.map { (position, $0) }
    }
    var found: [Int: String] = [:]
    for part in BudgetBatches.of(asked) {
      let columns = part.map {
        "count_if(\($0.evidence.isCandidate)) > 0 AND count_if(\($0.evidence.isThere)) = 0"
      }
      let row = try warehouse.query(
        "SELECT \(columns.joined(separator: ",\n  ")) FROM costs WHERE \(DailyCosts.isOf(days))"
      ).rows().first
      for (column, entry) in part.enumerated() where row?[column] == .boolean(true) {
        found[entry.position] = found[entry.position] ?? entry.evidence.lack
      }
    }
    return found
  }

  /// What is in doubt, by the budget's position: one more pass over the bills, where there can be any.
  private func doubts(
    of budgets: [Budget], days: Range<Int>, _ bills: BudgetBills
  ) throws -> [Int: [BudgetSeries.Doubt]] {
    var asked: [(position: Int, doubt: BudgetDoubt)] = []
    for (position, budget) in budgets.enumerated() {
      // A budget whose filter is not supported has said so.
      guard let doubts = try? BudgetDoubt.of(budget, bills) else { continue }
      asked += doubts.map { (position, $0) }
    }
    var found: [Int: [BudgetSeries.Doubt]] = [:]
    for part in BudgetBatches.of(asked) {
      let columns = part.map { "max(CASE WHEN \($0.doubt.condition) THEN day END)" }
      let rows = try warehouse.query(
        """
        SELECT coalesce(BillingAccountId, ''), \(columns.joined(separator: ",\n  "))
        FROM (
          SELECT *, CAST(date_trunc('day', ChargePeriodStart) AS date) AS day FROM costs
          WHERE \(DailyCosts.isOf(days))
        ) AS charges
        GROUP BY 1 ORDER BY 1
        """
      ).rows()
      for (column, entry) in part.enumerated() {
        for row in rows {
          guard let day = row[column + 1].int64 else { continue }
          found[entry.position, default: []].append(
            BudgetSeries.Doubt(
              payer: row[0].string ?? "", lastDay: Int(day), lack: entry.doubt.lack))
        }
      }
    }
    return found
  }

  // MARK: Queries of the user's own

  /// A query's amounts are the figure itself, or what a cost is divided by.
  private func joined(_ cost: Outcome?, _ amounts: Outcome) -> Outcome {
    guard case .series(let amounts) = amounts, case .series(let cost)? = cost else {
      if case .unreadable(let reason)? = cost { return .unreadable(reason) }
      return amounts
    }
    var quotient = BudgetSeries(numerator: cost.numerator, denominator: amounts.numerator)
    quotient.doubts = cost.doubts
    return .series(quotient)
  }

  /// Runs a query that gives a day and an amount: columns `day` and `amount` (or `units`), else the
  /// first two.
  private func amounts(of query: String, _ budget: Budget, days: Range<Int>) throws -> Outcome {
    let result: QueryResult
    do {
      result = try warehouse.ask(query)
    } catch let error as SQLError {
      return .unreadable("its query: \(error.message)")
    } catch {
      return .unreadable("its query: \(error)")
    }
    let schema = result.schema
    let names = schema.names.map { $0.lowercased() }
    guard names.count >= 2 else {
      return .unreadable("its query: expected columns 'day' and 'amount', found \(names.count)")
    }
    let dayColumn = names.firstIndex(of: "day") ?? 0
    let amountColumn =
      names.firstIndex(of: "amount") ?? names.firstIndex(of: "units") ?? (dayColumn == 1 ? 0 : 1)
    var values: [Int: Double] = [:]
    for row in result.rows() {
      guard let day = BudgetReader.day(row[dayColumn], schema[dayColumn].type) else {
        return .unreadable(
          "its query: expected a date in '\(schema.names[dayColumn])', found \(row[dayColumn])")
      }
      guard days.contains(day) else { continue }
      let amount = row[amountColumn]
      if amount.isNull { continue }
      guard let number = BudgetReader.number(amount) else {
        return .unreadable(
          "its query: expected a number in '\(schema.names[amountColumn])', found \(amount)")
      }
      values[day, default: 0] += number
    }
    return .series(BudgetSeries(numerator: values))
  }

  private static func number(_ value: Value) -> Double? {
    value.double ?? value.int64.map(Double.init) ?? Double("\(value)")
  }

  private static func day(_ value: Value, _ type: DataType) -> Int? {
    if let text = value.string {
      return CivilTimeText.timestamp(Array(text.utf8)).map {
        Int($0.floorDivided(by: Microseconds.day))
      }
    }
    guard let number = value.int64 else { return nil }
    return type == .date ? Int(number) : Int(number.floorDivided(by: Microseconds.day))
  }
}
