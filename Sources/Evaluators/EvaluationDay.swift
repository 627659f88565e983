import Columns
package import Forecasting
package import Warehouse

/// When an evaluation looks at the lake, and up to which day the bills are complete.
///
/// A day that is still arriving is neither a drop nor a saving, so evaluators count up to
/// ``dataThrough`` and no further.
package struct EvaluationDay: Sendable {
  /// Microseconds since the epoch.
  package let asOf: Int64
  /// The day of `asOf`, days since the epoch.
  package let today: Int
  /// The last day whose charges are complete in the bills of every payer that still delivers; nil where
  /// no bill is in the lake.
  package let dataThrough: Int?
  /// The newest day with usage in the bills of every such payer, complete or not; nil where no bill is in
  /// the lake.
  package let newestDay: Int?
  /// How much of the newest days is usually in, by age from ``newestDay``: learned from earlier
  /// deliveries.
  package let completeness: Completeness

  /// The last day on which little cost is a drop rather than a delivery that is still coming: where
  /// earlier deliveries tell how late days come in, every complete day; else days that are old enough.
  let dropsThrough: Int?

  /// How far the bills of each payer reach who still delivers.
  private let payers: [BillReach]
  private let history: History?

  /// How late days came in before.
  private struct History {
    let completeness: Completeness
    let isLearned: Bool
    /// The newest day with usage in the lake, also after the evaluation's.
    let delivered: Int
  }

  /// Days after which a bill's day is taken as settled where no earlier delivery tells.
  ///
  /// Source: AWS Cost and Usage Reports are updated at least once a day with usage up to a day late.
  private static let settlingDays = 3
  /// A day of which this share is usually in counts as complete.
  private static let completeShare = 0.95
  /// Days behind the others after which a payer is one whose bills have ended.
  private static let deliveringDays = 10

  /// Asks the lake's `costs` how far they reach.
  ///
  /// Hourly bills are complete for a day when its last hour is there, daily ones when the day is; and
  /// a day is not complete as long as earlier deliveries had less than 95 % of days as young.
  /// - Throws: what the query throws.
  package init(_ warehouse: Warehouse, asOf: Int64) throws {
    let today = Int(asOf.floorDivided(by: Microseconds.day))
    let payers = try warehouse.hasCosts() ? BillReach.read(warehouse, before: today) : []
    var history: History?
    if let delivered = payers.map(\.delivered).max() {
      let (known, isLearned) = try DeliveredDays(warehouse).learned(upTo: delivered)
      history = History(completeness: known, isLearned: isLearned, delivered: delivered)
    }
    self.init(asOf: asOf, payers: payers, history)
  }

  private init(asOf: Int64, payers: [BillReach], _ history: History?) {
    self.asOf = asOf
    today = Int(asOf.floorDivided(by: Microseconds.day))
    self.history = history
    let last = payers.map(\.newest).max() ?? 0
    self.payers = payers.filter { $0.newest > last - EvaluationDay.deliveringDays }
    guard let history, let newest = self.payers.map(\.newest).min(),
      let complete = self.payers.map(\.complete).min()
    else {
      dataThrough = nil
      newestDay = nil
      dropsThrough = nil
      completeness = .full
      return
    }
    // Days that a look into the past leaves out have aged since.
    let learned = history.completeness.aged(by: history.delivered - newest)
    let young = learned.shares.lastIndex { $0.median < EvaluationDay.completeShare }
    newestDay = newest
    let through = min(complete, young.map { newest - $0 - 1 } ?? newest)
    dataThrough = through
    dropsThrough = history.isLearned ? through : min(through, today - EvaluationDay.settlingDays)
    completeness = learned
  }

  /// `2026-10-25`, the partition that this day's findings are kept in.
  package var partition: String { Day.text(today) }

  // MARK: Payers

  /// Whether some payers' bills reach further than others': what is true of one is not of all.
  var isUneven: Bool { Set(payers.map { [$0.newest, $0.complete] }).count > 1 }

  /// The same day as the bills of some payers tell it; as all do where none of them still delivers.
  func of(_ payers: Set<String>) -> EvaluationDay {
    let chosen = self.payers.filter { payers.contains($0.payer) }
    return chosen.isEmpty ? self : EvaluationDay(asOf: asOf, payers: chosen, history)
  }

  /// The payers whose bills reach equally far, each group with the day as its bills tell it; a single
  /// group of nil where all do.
  var byReach: [(payers: Set<String>?, day: EvaluationDay)] {
    guard isUneven else { return [(nil, self)] }
    return Dictionary(grouping: payers) { [$0.newest, $0.complete] }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { _, group in
        let names = Set(group.map(\.payer))
        return (names, of(names))
      }
  }
}

/// Day numbers and months as text.
package enum Day {
  /// `2026-10-04` for days since the epoch.
  package static func text(_ day: Int) -> String {
    CivilTimeText.text(date: Int64(day))
  }

  /// The first day of the month that a day is in.
  package static func monthStart(_ day: Int) -> Int {
    let date = CivilDate(daysSinceEpoch: day)
    return CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch
  }

  /// The same day some months later.
  package static func adding(months: Int, to day: Int) -> Int {
    CivilDate(daysSinceEpoch: day).adding(months: months).daysSinceEpoch
  }
}

extension Warehouse {
  /// The tables that hold bills.
  static let costTables = ["cur", "cur2", "focus"]

  /// Whether any bill is in the lake, so that `costs` has rows to give.
  package func hasCosts() throws -> Bool {
    for table in Self.costTables where try hasTable(table) { return true }
    return false
  }
}
