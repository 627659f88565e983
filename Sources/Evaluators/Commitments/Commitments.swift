import Columns
import SQL
package import Warehouse

/// Looks at the commitments of the bills: utilisation, coverage, what is unused, saved and about to end.
package struct Commitments {
  private let warehouse: Warehouse
  private let day: EvaluationDay

  package init(_ warehouse: Warehouse, _ day: EvaluationDay) {
    self.warehouse = warehouse
    self.day = day
  }

  /// The commitments of a month, the largest unused cost first; with those that ended in the last 30
  /// days, though the month may have no row of theirs any more.
  ///
  /// - Parameter month: `2026-10`; the newest month of the bills if nil.
  /// - Throws: what querying the lake throws.
  package func evaluate(month: String? = nil) throws -> [Commitment] {
    guard let month = try month ?? newestMonth() else { return [] }
    let first = Commitments.month(month, adding: -2)
    let result = try warehouse.query(
      """
      SELECT CommitmentDiscountId, billing_period, max(CommitmentDiscountType),
        max(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN SubAccountId END),
        max(ServiceName), max(RegionId), max(x_PaymentOption),
        max(x_CommitmentStart), max(x_CommitmentEnd),
        sum(x_CommitmentTotal), sum(x_CommitmentUsed),
        sum(EffectiveCost),
        sum(CASE WHEN CommitmentDiscountStatus = 'Unused' THEN EffectiveCost ELSE 0 END),
        sum(CASE WHEN CommitmentDiscountStatus = 'Used' THEN \(Commitments.onDemandCost) END),
        max(BillingCurrency), count(CASE WHEN CommitmentDiscountStatus = 'Used' THEN 1 END),
        sum(CASE WHEN x_LineItemType = 'RIFee' AND CommitmentDiscountStatus = 'Unused'
          THEN CommitmentDiscountQuantity END)
      FROM costs
      WHERE billing_period >= \(SQLLiteral.text(first)) AND billing_period <= \(SQLLiteral.text(month))
        AND CommitmentDiscountId <> '' AND CommitmentDiscountStatus <> ''
      GROUP BY 1, 2 ORDER BY 1, 2 DESC
      """)
    var found: [String: Commitment] = [:]
    for row in result.rows() {
      guard let id = row[0].string, let rowMonth = row[1].string, found[id] == nil else { continue }
      // One that nothing was used of has no rows of usage: that is none, not unknown.
      let isIdle = row[15].int64 == 0
      let commitment = Commitment(
        id: id, kind: row[2].string ?? "", account: row[3].string, service: row[4].string,
        region: row[5].string, payment: row[6].string, month: rowMonth,
        start: Commitments.day(row[7].string), end: Commitments.day(row[8].string),
        committed: committed(row, rowMonth), used: used(row),
        cost: row[11].double ?? 0,
        unusedCost: row[12].double ?? 0, onDemand: row[13].double ?? (isIdle ? 0 : nil),
        currency: row[14].string)
      let hasJustEnded = commitment.daysLeft(on: day.today).map {
        (-Commitment.expiryDays...0).contains($0)
      }
      if rowMonth == month || hasJustEnded == true { found[id] = commitment }
    }
    return found.values.sorted { ($1.unusedCost, $0.id) < ($0.unusedCost, $1.id) }
  }

  private func used(_ row: [Value]) -> Double? {
    row[10].double ?? (row[9].double != nil ? 0 : nil)
  }

  /// What was committed so far: fees of plans come by the hour, those of reservations for the month.
  private func committed(_ row: [Value], _ month: String) -> Double? {
    guard let total = row[9].double, row[2].string == "Reserved Instance",
      let first = Commitments.day("\(month)-01"), let through = day.dataThrough
    else { return row[9].double }
    let length = Day.adding(months: 1, to: first) - first
    let elapsed = through + 1 - first
    guard elapsed < length else { return total }
    let used = used(row) ?? 0
    if let unused = row[16].double { return min(total, used + unused) }
    return max(used, total * Double(max(0, elapsed)) / Double(length))
  }

  /// Coverage of a month by kind, currency and service, the total of each kind and currency first;
  /// several currencies are one where the lake has a reporting currency and the month's rates.
  ///
  /// - Throws: what querying the lake throws.
  package func coverage(month: String? = nil) throws -> [CommitmentCoverage] {
    guard let month = try month ?? newestMonth() else { return [] }
    return try plans(month) + reservations(month)
  }

  private func plans(_ month: String) throws -> [CommitmentCoverage] {
    let isCovered = "x_LineItemType = 'SavingsPlanCoveredUsage'"
    return try coverage(
      month, kind: "Savings Plan", unit: nil, isCovered: isCovered,
      isOpen: BudgetMeasure.isEligibleForPlans, measure: BudgetMeasure.onDemandCost)
  }

  private func reservations(_ month: String) throws -> [CommitmentCoverage] {
    let hours = BudgetMeasure.isInstanceHour
    return try coverage(
      month, kind: "Reserved Instance", unit: "Hrs",
      isCovered: "(x_LineItemType = 'DiscountedUsage' AND \(hours))",
      isOpen: "(x_LineItemType = 'Usage' AND x_PurchaseOption = 'OnDemand' AND \(hours))",
      measure: "ConsumedQuantity")
  }

  private func coverage(
    _ month: String, kind: String, unit: String?, isCovered: String, isOpen: String,
    measure: String
  ) throws -> [CommitmentCoverage] {
    let isUnused =
      "(CommitmentDiscountType = \(SQLLiteral.text(kind)) AND CommitmentDiscountStatus = 'Unused')"
    let converts = try isConvertible(month)
    let rate = converts ? " * x_ExchangeRate" : ""
    let amount = unit == nil ? measure + rate : measure
    let rows = try warehouse.query(
      """
      SELECT coalesce(ServiceName, ''),
        sum(CASE WHEN \(isCovered) THEN \(amount) ELSE 0e0 END),
        sum(CASE WHEN \(isOpen) THEN \(amount) ELSE 0e0 END),
        sum(CASE WHEN \(isCovered) OR \(isOpen) OR \(isUnused) THEN EffectiveCost\(rate) ELSE 0e0 END),
        sum(CASE WHEN \(isCovered) THEN \(Commitments.onDemandCost)\(rate)
          WHEN \(isOpen) THEN \(BudgetMeasure.onDemandCost)\(rate) ELSE 0e0 END),
        coalesce(\(converts ? "x_ReportingCurrency" : "BillingCurrency"), '')
      FROM costs
      WHERE billing_period = \(SQLLiteral.text(month)) AND (\(isCovered) OR \(isOpen) OR \(isUnused))
      GROUP BY 1, 6 ORDER BY 6, 1
      """
    ).rows()
    let figure = { (row: [Value], column: Int) in row[column].double ?? 0 }
    let entries = rows.map { row in
      CommitmentCoverage(
        kind: kind, service: row[0].string, month: month, covered: figure(row, 1),
        eligible: figure(row, 1) + figure(row, 2), unit: unit ?? row[5].string ?? "",
        currency: row[5].string ?? "", cost: figure(row, 3), onDemand: figure(row, 4))
    }
    return Dictionary(grouping: entries, by: \.currency).sorted { $0.key < $1.key }
      .flatMap { currency, entries in
        let sum = { (path: KeyPath<CommitmentCoverage, Double>) in
          entries.reduce(0) { $0 + $1[keyPath: path] }
        }
        let total = CommitmentCoverage(
          kind: kind, service: nil, month: month, covered: sum(\.covered),
          eligible: sum(\.eligible), unit: unit ?? currency, currency: currency,
          cost: sum(\.cost), onDemand: sum(\.onDemand))
        return [total] + entries
      }
  }

  /// What usage that a commitment covers costs on demand: bills show it as the unblended cost of what a
  /// plan covers, and as the public price of what a reservation does.
  private static let onDemandCost =
    "(CASE WHEN x_LineItemType = 'SavingsPlanCoveredUsage' THEN \(BudgetMeasure.onDemandCost)"
    + " ELSE coalesce(ListCost, ContractedCost) END)"

  /// Whether a month's bills are in several currencies and the lake knows what each is worth in its own.
  private func isConvertible(_ month: String) throws -> Bool {
    let rows = try warehouse.query(
      """
      SELECT count(DISTINCT BillingCurrency), count(DISTINCT x_ReportingCurrency),
        count_if(try(x_ExchangeRate) IS NULL)
      FROM costs WHERE billing_period = \(SQLLiteral.text(month))
      """
    ).rows()
    guard let found = rows.first?.map({ $0.int64 ?? 0 }) else { return false }
    return found[0] > 1 && found[1] == 1 && found[2] == 0
  }

  /// The month that the bills of every payer who still delivers have reached: in the first days of a month
  /// only some have.
  private func newestMonth() throws -> String? {
    if let newest = day.newestDay { return String(Day.text(newest).prefix(7)) }
    guard try warehouse.hasCosts() else { return nil }
    return try warehouse.query("SELECT max(billing_period) FROM costs").rows().first?.first?.string
  }

  /// A month some months later: `2026-11` and -2 give `2026-09`.
  private static func month(_ text: String, adding months: Int) -> String {
    guard let moment = CivilTimeText.timestamp(Array("\(text)-01".utf8)) else { return text }
    let day = Int(moment.floorDivided(by: Microseconds.day))
    return String(Day.text(Day.adding(months: months, to: day)).dropLast(3))
  }

  private static func day(_ text: String?) -> Int? {
    guard let text, let moment = CivilTimeText.timestamp(Array(text.utf8)) else { return nil }
    return Int(moment.floorDivided(by: Microseconds.day))
  }
}
