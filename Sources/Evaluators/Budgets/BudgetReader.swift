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

  /// Budgets in one statement at most; each is two columns of it.
  private static let batch = 24

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
        let group = Group(spreads: budget.kind.isShare, converts: converts)
        groups[group, default: []].append((position, measure))
      } catch {
        outcomes[position] = .unreadable(
          "\(error.what) is not supported"
            + (error.why.map { ": \($0)" } ?? "; what it would leave out or count is not known"))
      }
    }
    for group in Group.allCases {
      let measures = groups[group] ?? []
      // One that lacks a rate must not keep others from being read.
      let size = group.converts ? 1 : BudgetReader.batch
      for start in stride(from: 0, to: measures.count, by: size) {
        let part = Array(measures[start..<min(start + size, measures.count)])
        do {
          let found = try totals(part.map(\.measure), days: days, spreads: group.spreads)
          for (entry, series) in zip(part, found) { outcomes[entry.position] = .series(series) }
        } catch  where group.converts {
          outcomes[part[0].position] = .unreadable(BudgetReader.missingRate(error))
        }
      }
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
    /// Whether a row counts evenly over the days it is for.
    let spreads: Bool
    let converts: Bool

    static let allCases = [false, true].flatMap { converts in
      [false, true].map { Group(spreads: $0, converts: converts) }
    }
  }

  /// Adds up measures by day in one statement.
  ///
  /// - Parameter spreads: whether a row counts evenly over the days it is for, as the fee of a month's
  ///   reservation does; else it counts on its first day, as bills show it.
  private func totals(
    _ measures: [BudgetMeasure], days: Range<Int>, spreads: Bool
  ) throws -> [BudgetSeries] {
    guard !measures.isEmpty else { return [] }
    var columns: [String] = []
    for measure in measures {
      columns.append("sum(\(measure.numerator))")
      if let denominator = measure.denominator { columns.append("sum(\(denominator))") }
    }
    let last =
      spreads
      ? "CAST(date_trunc('day', coalesce(ChargePeriodEnd, ChargePeriodStart) - INTERVAL '1' SECOND) AS date)"
      : "CAST(date_trunc('day', ChargePeriodStart) AS date)"
    let result = try warehouse.query(
      """
      SELECT CAST(date_trunc('day', ChargePeriodStart) AS date) AS day, \(last) AS last_day,
        \(columns.joined(separator: ",\n  "))
      FROM costs
      WHERE ChargePeriodStart >= TIMESTAMP '\(Day.text(days.lowerBound)) 00:00:00'
        AND ChargePeriodStart < TIMESTAMP '\(Day.text(days.upperBound)) 00:00:00'
      GROUP BY 1, 2 ORDER BY 1, 2
      """)
    var sums = [[Int: Double]](repeating: [:], count: columns.count)
    for row in result.rows() {
      guard let day = row[0].int64 else { continue }
      let end = max(day, row[1].int64 ?? day)
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
    for start in stride(from: 0, to: asked.count, by: BudgetReader.batch) {
      let part = Array(asked[start..<min(start + BudgetReader.batch, asked.count)])
      let columns = part.map { "max(CASE WHEN \($0.doubt.condition) THEN day END)" }
      let rows = try warehouse.query(
        """
        SELECT coalesce(BillingAccountId, ''), \(columns.joined(separator: ",\n  "))
        FROM (
          SELECT *, CAST(date_trunc('day', ChargePeriodStart) AS date) AS day FROM costs
          WHERE ChargePeriodStart >= TIMESTAMP '\(Day.text(days.lowerBound)) 00:00:00'
            AND ChargePeriodStart < TIMESTAMP '\(Day.text(days.upperBound)) 00:00:00'
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
