import Forecasting

/// Finds costs that came every day for weeks and then are not in the bill any more.
///
/// What is watched by its share of the expected does not see them: a day without a row has no share. Told is
/// what is gone, not what moved: where other usage types or regions of the same service in the account rose
/// or began by half as much, nothing has ended. An account of which nothing at all is there any more has a
/// report that does not arrive; the doctor tells of it.
struct EndedCharges {
  /// Charges of an account's service that ended on the same day.
  struct Ending {
    let account: String
    let service: String
    /// The first day without them, and the last day that is known.
    let start: Int
    let end: Int
    /// What they cost on a usual day, largest first.
    let leaves: [(leaf: DailyCosts.Leaf, cost: Double)]
    /// The cost of a usual day over the noise of the days before.
    let score: Double

    var expected: Double { leaves.reduce(0) { $0 + $1.cost } * Double(end - start + 1) }
  }

  /// Days in a row that a charge has to have come on.
  private static let chargedDays = 28
  /// Days in a row without it: a single one may be a row that is late.
  private static let absentDays = 2
  /// The share of what is gone that other leaves of the service may have taken over.
  private static let mostMoved = 0.5

  private typealias Charge = (leaf: DailyCosts.Leaf, series: DailySeries)
  /// In order.
  private let charges: [Charge]
  private let byAccount: [String: [Charge]]
  /// All charges of each day together.
  private let bill: DailySeries
  /// The last day of which nothing more comes in.
  private let lastDay: Int
  private let options = CostWatch.Options()

  init(_ leaves: [DailyCosts.Leaf: DailySeries], lastDay: Int) {
    charges = leaves.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    byAccount = Dictionary(grouping: charges, by: \.leaf.account)
    bill = DailySeries.sum(charges.map(\.series))
    self.lastDay = lastDay
  }

  /// What ended on a day of a range and is gone up to the last day.
  ///
  /// - Complexity: O(leaves x days), and of each service with an ending as much as its account has.
  func endings(_ days: ClosedRange<Int>, feedback: AnomalyFeedback) -> [Ending] {
    struct Place: Hashable {
      let account: String
      let service: String
      let start: Int
    }
    var gone: [Place: [Charge]] = [:]
    for charge in charges {
      guard let start = end(of: charge.series), days.contains(start),
        !feedback.isExpected(charge.leaf, on: start)
      else { continue }
      let place = Place(account: charge.leaf.account, service: charge.leaf.service, start: start)
      gone[place, default: []].append(charge)
    }
    return gone.compactMap { place, charges in
      ending(place.account, place.service, place.start, charges)
    }.sorted { ($0.start, $0.account, $0.service) < ($1.start, $1.account, $1.service) }
  }

  /// The first day without charges, where there are none from then on and were some every day before.
  private func end(of series: DailySeries) -> Int? {
    let known = series.prefix(before: lastDay + 1).values
    guard let last = known.lastIndex(where: { $0 != 0 }), known[last] > 0 else { return nil }
    let before = known[max(0, last + 1 - EndedCharges.chargedDays)...last]
    guard known.count - last - 1 >= EndedCharges.absentDays,
      before.count == EndedCharges.chargedDays, before.allSatisfy({ $0 > 0 })
    else { return nil }
    return series.firstDay + last + 1
  }

  private func ending(
    _ account: String, _ service: String, _ start: Int, _ gone: [Charge]
  ) -> Ending? {
    let before = (start - EndedCharges.chargedDays)..<start
    let after = start..<(lastDay + 1)
    let usual = gone.map { charge in
      (leaf: charge.leaf, cost: Robust.median(before.map(charge.series.value(on:))) ?? 0)
    }.sorted { ($1.cost, $0.leaf) < ($0.cost, $1.leaf) }
    let cost = usual.reduce(0) { $0 + $1.cost }
    let ofAccount = byAccount[account] ?? []
    guard ofAccount.contains(where: { $0.series.total(after) > 0 }) else { return nil }
    let moved = ofAccount.lazy.filter { $0.leaf.service == service }
      .reduce(0) { $0 + rise($1.series, before, after) }
    guard moved < EndedCharges.mostMoved * cost * Double(after.count),
      isWorthIt(cost, before, after.count)
    else { return nil }
    let sums = before.map { day in gone.reduce(0) { $0 + $1.series.value(on: day) } }
    let noise = max(Robust.deviation(sums) ?? 0, cost / 10)
    return Ending(
      account: account, service: service, start: start, end: lastDay, leaves: usual,
      score: noise > 0 ? cost / noise : 0)
  }

  /// What a series cost more than on the same weekdays before, if so much that it stands out.
  private func rise(_ series: DailySeries, _ before: Range<Int>, _ after: Range<Int>) -> Double {
    var sums = [Double](repeating: 0, count: 7)
    for day in before { sums[DailySeries.weekday(day)] += series.value(on: day) }
    let usual = after.reduce(0) {
      $0 + sums[DailySeries.weekday($1)] * 7 / Double(EndedCharges.chargedDays)
    }
    let now = series.total(after)
    return now > usual * (1 + options.leastRise) ? now - usual : 0
  }

  /// By the measure of any other anomaly, see ``CostWatch``.
  private func isWorthIt(_ cost: Double, _ before: Range<Int>, _ days: Int) -> Bool {
    let bill = bill.total(before) / Double(before.count)
    return cost * Double(days) > max(options.leastImpact, options.leastShare * bill)
      && cost > options.leastDailyShare * bill
  }
}
