import Columns
import Evaluators
import Reports
import TextFormats
import Testing
import Warehouse

/// What recommendations save: after discounts, with suppressions, and by the bills that followed.
@Suite struct SavingsTests {
  private typealias Server = TestFleet.Server

  private static let days = TestFleet.days

  private func lake(
    _ servers: [Server], _ charges: [TestLake.Charge], days: Int = days
  ) throws -> TestLake {
    try TestFleet.lake(servers, charges, days: days)
  }

  private func evaluate(
    _ lake: TestLake, offset: Int = days, suppressions: [Suppression] = []
  ) throws -> [Recommendation] {
    try TestFleet.evaluate(lake, offset: offset, suppressions: suppressions)
  }

  private func day(_ lake: TestLake, _ offset: Int = days) throws -> EvaluationDay {
    try TestFleet.day(lake, offset)
  }

  private func charges(
    _ id: String, _ type: String, _ cost: Double, list: Double, commitment: String? = nil,
    days: Range<Int> = 0..<days
  ) -> [TestLake.Charge] {
    TestFleet.charges(id, type, cost, list: list, commitment: commitment, days: days)
  }

  private let large = Server(id: "i-01", type: "m5.4xlarge") { _ in (6, 10) }
  private let busy = Server(id: "i-02", type: "m5.xlarge") { _ in (70, 70) }

  // MARK: After discounts

  @Test func `what is on demand is saved by what it costs, discounts counted`() throws {
    // Ten per cent below the list price of 0.768 an hour.
    let lake = try lake([large], charges("i-01", "m5.4xlarge", 0.768 * 24 * 0.9, list: 0.768 * 24))
    let one = try #require(try evaluate(lake).first)
    let list = try #require(one.monthlySavings)
    #expect(list > 300)
    #expect(abs(try #require(one.savingsAfterDiscounts) / list - 0.9) < 1e-9)
    #expect(one.unusedCommitment == 0)
  }

  @Test func `a freed commitment that nobody takes up saves nothing`() throws {
    let lake = try lake(
      [large],
      charges("i-01", "m5.4xlarge", 10, list: 0.768 * 24, commitment: "Savings Plan"))
    let one = try #require(try evaluate(lake).first)
    #expect(one.savingsAfterDiscounts == 0)
    let share = try #require(one.monthlySavings) / (0.768 * 730)
    #expect(abs(try #require(one.unusedCommitment) - share * 10 * 730 / 24) < 1e-6)
  }

  @Test func `a freed commitment covers other servers on demand, each only once`() throws {
    let twin = Server(id: "i-03", type: "m5.4xlarge") { _ in (6, 10) }
    let lake = try lake(
      [large, twin, busy],
      charges("i-01", "m5.4xlarge", 10, list: 0.768 * 24, commitment: "Savings Plan")
        + charges("i-03", "m5.4xlarge", 10, list: 0.768 * 24, commitment: "Savings Plan")
        + charges("i-02", "m5.xlarge", 0.192 * 24, list: 0.192 * 24))
    let found = try evaluate(lake).filter { $0.currentType == "m5.4xlarge" }
    let saved = found.compactMap(\.savingsAfterDiscounts).reduce(0, +)
    #expect(saved > 0)
    #expect(saved <= 0.192 * 730 + 1e-6)
    let freed = found.compactMap(\.unusedCommitment).reduce(0, +)
    #expect(freed > 0)
  }

  @Test func `the bill's list price tells what the region costs`() throws {
    let lake = try lake([large], charges("i-01", "m5.4xlarge", 30, list: 0.768 * 24 * 1.25))
    let plain = try self.lake([large], [])
    let dear = try #require(try evaluate(lake).first?.monthlySavings)
    let cheap = try #require(try evaluate(plain).first?.monthlySavings)
    #expect(abs(dear / cheap - 1.25) < 1e-9)
  }

  @Test(arguments: [(10..<20, 395.076), (0..<20, 395.076), (19..<20, 395.076)])
  func `a server that is younger than the bill saves as much a month as an old one`(
    days: Range<Int>, expected: Double
  ) throws {
    // 0.768 an hour, 0.2268 on r6a.xlarge, 730 hours a month: 0.5412 x 730 = 395.076.
    let young = Server(id: "i-01", type: "m5.4xlarge") { _ in (4, 20) }
    let lake = try lake(
      [young, busy],
      charges("i-01", "m5.4xlarge", 0.768 * 24, list: 0.768 * 24, days: days)
        + charges("i-02", "m5.xlarge", 0.192 * 24, list: 0.192 * 24))
    let one = try #require(try evaluate(lake).first)
    #expect(one.recommendedType == "r6a.xlarge")
    #expect(abs(try #require(one.monthlySavings) - expected) < 1e-6)
    #expect(abs(try #require(one.savingsAfterDiscounts) - expected) < 1e-6)
  }

  @Test func `a server that is off when the window begins is no young one`() throws {
    // Of 40 days the window is the last 30. On in the days 0 to 9 and 20 to 39, so 20 of 30 days:
    // 395.076 x 20 / 30 = 263.384.
    let old = Server(id: "i-01", type: "m5.4xlarge") { _ in (4, 20) }
    let lake = try lake(
      [old, busy],
      charges("i-01", "m5.4xlarge", 0.768 * 24, list: 0.768 * 24, days: 0..<10)
        + charges("i-01", "m5.4xlarge", 0.768 * 24, list: 0.768 * 24, days: 20..<40)
        + charges("i-02", "m5.xlarge", 0.192 * 24, list: 0.192 * 24, days: 0..<40),
      days: 40)
    let one = try #require(try evaluate(lake, offset: 40).first)
    #expect(abs(try #require(one.monthlySavings) - 263.384) < 1e-6)
  }

  // MARK: What is said of a server

  @Test func `a server without memory metrics has a verdict of its own`() throws {
    let lake = try lake([Server(id: "i-01", type: "r5.2xlarge") { _ in (5, nil) }], [])
    let one = try #require(try evaluate(lake).first)
    #expect(one.finding == .memoryUnknown)
    #expect(one.memoryPercent == nil)
  }

  @Test func `a server of an old generation is told of a newer one of its size`() throws {
    let lake = try lake([Server(id: "i-01", type: "m4.xlarge") { _ in (70, 70) }], [])
    let one = try #require(try evaluate(lake).first)
    #expect(one.finding == .previousGeneration)
    #expect(one.action == .upgrade)
    #expect(one.recommendedType?.hasPrefix("m") == true)
  }

  @Test func `Graviton stands beside what can be done without it`() throws {
    let linux = Server(id: "i-01", type: "m5.4xlarge", platform: "Linux/UNIX") { _ in (6, 10) }
    let one = try #require(try evaluate(try lake([linux], [])).first)
    #expect(one.action == .rightsize)
    #expect(one.alternatives?.contains("MigrateToGraviton") == true)
    #expect(one.alternatives?.contains("effort Medium") == true)
    let windows = try #require(try evaluate(try lake([large], [])).first)
    #expect(windows.alternatives?.contains("MigrateToGraviton") != true)
  }

  @Test func `a server that is needed by day only is told of its hours`() throws {
    // The lake's first day is a Tuesday, the window begins six days later, on a Monday.
    let lake = try lake(
      [
        Server(id: "i-01", type: "m5.xlarge") { hour in
          let isDay = (8..<20).contains(hour % 24) && (hour / 24) % 7 < 5
          return (isDay ? 75 : 1, 60)
        }
      ], [])
    let one = try #require(try evaluate(lake).first)
    #expect(one.finding == .unusedHours, "\(one)")
    #expect(one.action == .schedule)
    #expect(one.explanation.contains("Mon-Fri 08:00-20:00 UTC"))
    let monthly: Double = 0.192 * 730
    let saved = try #require(one.monthlySavings) / monthly
    #expect(abs(saved - 108.0 / 168) < 1e-9)
    #expect(one.alternatives?.contains("Upgrade") == true)
  }

  // MARK: Suppressions

  private func suppressions(_ text: String) throws -> [Suppression] {
    try Suppression.list(JSONPlace(try JSONValue.parse(text), file: "quiet.json"))
  }

  @Test func `a suppressed recommendation keeps its reason and its end`() throws {
    let list = try suppressions(
      #"[{"resource": "i-0*", "action": "Rightsize", "reason": "load test", "until": "2026-09-30"}]"#
    )
    let one = try #require(try evaluate(try lake([large], []), suppressions: list).first)
    #expect(one.suppression?.reason == "load test")
    #expect(one.row.contains(.text("2026-09-30")))
  }

  @Test(arguments: [
    #"[{"resource": "i-01", "reason": "over", "until": "2026-09-20"}]"#,
    #"[{"resource": "i-02", "reason": "another"}]"#,
    #"[{"resource": "i-01", "action": "Stop", "reason": "another action"}]"#,
  ])
  func `a suppression that ended or means something else does nothing`(text: String) throws {
    let found = try evaluate(try lake([large], []), suppressions: try suppressions(text))
    #expect(found.allSatisfy { $0.suppression == nil })
  }

  @Test(arguments: [
    (#"[{"resource": "i-01"}]"#, "expected 'reason', which is missing"),
    (#"[{"resource": "i-01", "reason": "x", "action": "Sleep"}]"#, "found 'Sleep'"),
    (#"[{"resource": "i-01", "reason": "x", "untill": "2026-01-01"}]"#, "unknown setting"),
  ])
  func `a suppression that cannot be understood is pointed at`(
    text: String, message: String
  ) throws {
    let error = #expect(throws: ConfigurationError.self) { try suppressions(text) }
    #expect(error?.description.contains(message) == true)
  }

  // MARK: The ledger

  @Test func `a recommendation that was followed is found in the later bills`() throws {
    let lake = try lake(
      [large],
      charges("i-01", "m5.4xlarge", 18, list: 18, days: 0..<12)
        + charges("i-01", "r6i.xlarge", 6, list: 6, days: 12..<20))
    var advised = try #require(try evaluate(lake).first)
    advised.recommendedType = "r6i.xlarge"
    try Recommendation.table.replace([advised.row], on: try day(lake, 10), in: lake.warehouse)
    let entries = try SavingsLedger(lake.warehouse, try day(lake)).evaluate()
    let entry = try #require(entries.first)
    #expect(entry.status == .followed)
    #expect(entry.changedOn == TestLake.firstDay + 12)
    #expect(entry.dailyBefore == 18)
    #expect(entry.dailyAfter == 6)
    #expect(entry.savedSoFar == 96)
  }

  @Test(arguments: [
    ("c5.2xlarge", 12..<20, SavingsEntry.Status.changed),
    ("m5.4xlarge", 12..<20, .open), ("m5.4xlarge", 12..<14, .gone),
  ])
  func `what was changed otherwise, not at all, or is gone, is told apart`(
    type: String, days: Range<Int>, status: SavingsEntry.Status
  ) throws {
    let lake = try lake(
      [large],
      charges("i-01", "m5.4xlarge", 18, list: 18, days: 0..<12)
        + charges("i-01", type, 9, list: 9, days: days)
        + charges("i-02", "m5.xlarge", 4, list: 4))
    let advised = try #require(try evaluate(lake).first { $0.resource == "i-01" })
    try Recommendation.table.replace([advised.row], on: try day(lake, 10), in: lake.warehouse)
    let entry = try #require(try SavingsLedger(lake.warehouse, try day(lake)).evaluate().first)
    #expect(entry.status == status)
  }

  @Test func `without a history there is no ledger`() throws {
    let lake = try TestLake([], days: 3)
    #expect(try SavingsLedger(lake.warehouse, try day(lake, 3)).evaluate().isEmpty)
  }
}
