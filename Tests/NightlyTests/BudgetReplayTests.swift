import Columns
import Evaluators
import Files
import Foundation
import Nightly
import Testing
import Warehouse

/// A replay of budgets with the bills that each night had.
@Suite struct BudgetReplayTests {
  /// 2026-10-01.
  private static let firstDay = 20_727

  private func bill(days: Int, daily: Int) -> String {
    let header = Night.smallBill.prefix { $0 != "\n" }
    return header + "\n"
      + (1...days).map { day in
        let date = "2026-10-\(day < 10 ? "0" : "")\(day)"
        return "a\(day),100000000001,2026-10-01T00:00:00Z,100000000002,Usage,\(date)T00:00:00Z,"
          + "\(date)T23:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,\(daily)\n"
      }.joined()
  }

  /// Delivers October on the mornings of these days, each time at so many dollars a day.
  private func lake(_ deliveries: [(day: Int, daily: Int)]) throws -> Night {
    let night = try Night()
    try night.write("nightly.json", "{ \"sources\": [{ \"path\": \"bill\" }] }")
    for (day, daily) in deliveries {
      try night.write("bill/cur-1.csv", bill(days: day - 1, daily: daily))
      let morning = Int64(BudgetReplayTests.firstDay + day - 1) * Microseconds.day
      _ = try night.run(asOf: morning + 6 * Microseconds.hour)
      // The commit is as old as the delivery.
      let version = try #require(
        try night.warehouse().versions(of: "cur").last?.version)
      let digits = String(version)
      let name = String(repeating: "0", count: 20 - digits.count) + digits + ".json"
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(morning / 1_000_000 + 21_600))],
        ofItemAtPath: night.file("lake/cur/_delta_log/\(name)"))
    }
    return night
  }

  private func replay(_ night: Night) throws -> BudgetBacktest.Outcome {
    try night.write(
      "budgets.json",
      """
      {"Budgets": [{"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "100", "Unit": "USD"}, "CostFilters": {},
        "Notifications": [{"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN",
          "Threshold": 100, "ThresholdType": "PERCENTAGE"}]}]}
      """)
    var file = BudgetFile()
    let path = night.file("budgets.json")
    try file.add(try ConfigurationFile.json(path), file: path)
    let first = BudgetReplayTests.firstDay
    let outcomes = try BudgetBacktest(nights: (first + 1)..<(first + 25))
      .run(file.merged(), try night.warehouse())
    return try #require(outcomes.first)
  }

  @Test func `nights see the bills that they had, not what was restated since`() throws {
    // Six dollars a day for two weeks, restated to twelve afterwards.
    let night = try lake([(2, 6), (6, 6), (10, 6), (15, 6), (25, 12)])
    let outcome = try replay(night)
    // By the bills of today it is crossed with the ninth day; nobody knew before the last delivery.
    #expect(outcome.crossedOn == BudgetReplayTests.firstDay + 8)
    #expect(outcome.told == [BudgetReplayTests.firstDay + 24])
    #expect(outcome.bills == "as delivered")
    // What a vacuum has taken is not known any more.
    _ = try night.warehouse().vacuum("cur", retention: 0, force: true, dryRun: false)
    let later = try replay(night)
    #expect(later.told == [BudgetReplayTests.firstDay + 9])
    #expect(later.bills == "as delivered from 2026-10-25")
  }

  @Test func `nights before the lake see the bills as they are now`() throws {
    let outcome = try replay(try lake([(25, 12)]))
    #expect(outcome.told == [BudgetReplayTests.firstDay + 9])
    #expect(outcome.bills == "as delivered from 2026-10-25")
  }
}
