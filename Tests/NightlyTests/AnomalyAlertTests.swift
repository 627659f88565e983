import Columns
import Evaluators
import Nightly
import Testing
import Warehouse

/// An anomaly is told once, and is in force as long as it lasts.
@Suite struct AnomalyAlertTests {
  private static let header =
    "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    + "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,"
    + "lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,"
    + "lineItem/CurrencyCode,lineItem/UnblendedCost\n"

  /// 2026-08-01, days since the epoch.
  private static let august = 20_666
  /// 2026-10-09, as days after the first.
  private static let rise = 69

  private let night: Night

  init() throws {
    night = try Night()
    try night.write(
      "nightly.json",
      """
      { "sources": [{ "path": "bill" }], "rules": [],
        "channels": [{ "name": "out", "type": "stdout" }] }
      """)
  }

  /// Runs the night after a day with bills of 100 dollars a day through that day, and 80 more on some of
  /// them.
  ///
  /// - Returns: the titles told, and how many alerts are in force.
  private func run(through last: Int, risen: Range<Int>) throws -> (told: [String], active: Int) {
    for (month, days) in [("2026-08", 0..<31), ("2026-09", 31..<61), ("2026-10", 61..<92)] {
      let rows = days.filter { $0 <= last }.map { day in
        let date = Day.text(Self.august + day)
        // A little noise, the same on each machine.
        let cost = 100 + Double((day * 7_919) % 17) / 10 + (risen.contains(day) ? 80 : 0)
        return "a\(day),100000000001,\(month)-01T00:00:00Z,100000000002,Usage,\(date)T00:00:00Z,"
          + "\(date)T23:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,\(cost)\n"
      }
      if !rows.isEmpty {
        try night.write("bill/\(month)/cur-1.csv", Self.header + rows.joined())
      }
    }
    let outcome = try night.run(
      asOf: Int64(Self.august + last + 1) * Microseconds.day + 6 * Microseconds.hour)
    #expect(outcome.summary.failures.isEmpty, "\(outcome.summary.failures)")
    let titles = outcome.told.flatMap { $0.split(separator: "\n") }.map(String.init)
      .filter { $0.contains("more than expected") }
    return (titles, outcome.summary.alertsActive)
  }

  @Test func `an anomaly whose first day is restated is told once`() throws {
    let first = try run(through: Self.rise + 1, risen: Self.rise..<100)
    #expect(first.told.count == 1 && first.active == 1)
    let restated = try run(through: Self.rise + 2, risen: (Self.rise - 1)..<100)
    #expect(restated.told.isEmpty && restated.active == 1)
  }

  @Test func `what is over is in force for some days, and no longer`() throws {
    let days = Self.rise..<(Self.rise + 2)
    #expect(try run(through: Self.rise + 1, risen: days).told.count == 1)
    #expect(try run(through: Self.rise + 3, risen: days).active == 1)
    let later = try run(through: Self.rise + 7, risen: days)
    #expect(later.told.isEmpty && later.active == 0)
    let again = try run(through: Self.rise + 8, risen: days)
    #expect(again.told.isEmpty && again.active == 0)
  }

  @Test func `one that nobody was told of is told, even if it is over`() throws {
    let days = Self.rise..<(Self.rise + 2)
    let first = try run(through: Self.rise + 9, risen: days)
    #expect(first.told.count == 1)
    #expect(try run(through: Self.rise + 10, risen: days).told.isEmpty)
  }
}
