import Columns
import Evaluators
import Reports
import TextFormats
import Testing
import Warehouse

/// What recommendations save: after discounts, with suppressions, and by the bills that followed.
@Suite struct SavingsTests {
  private static let days = 20

  private static let metricFields = [
    Field("resource_id", .varchar), Field("metric_name", .varchar), Field("maximum", .double),
    Field("average", .double), Field("timestamp", .timestamp), Field("sum", .double),
    Field("period_seconds", .bigint),
  ]

  private static let serverFields = [
    Field("instance_id", .varchar), Field("name", .varchar), Field("account_id", .varchar),
    Field("region", .varchar), Field("instance_type", .varchar), Field("architecture", .varchar),
    Field("platform_details", .varchar), Field("tags", .map(key: .varchar, value: .varchar)),
    Field("state", .varchar), Field("snapshot_date", .date),
  ]

  private struct Server {
    let id: String
    let type: String
    var platform = "Windows"
    /// Highest CPU and memory in percent by hour of the window.
    let load: (Int) -> (cpu: Double, memory: Double?)
  }

  private func lake(_ servers: [Server], _ charges: [TestLake.Charge]) throws -> TestLake {
    let lake = try TestLake(charges, days: SavingsTests.days)
    let today = Int64(TestLake.firstDay + SavingsTests.days)
    try lake.write(
      "ec2_instances", Schema(SavingsTests.serverFields),
      servers.map {
        [
          .text($0.id), .text($0.id), .text("111111111111"), .text("us-east-1"), .text($0.type),
          .text("x86_64"), .text($0.platform), .map([]), .text("running"), .int64(today),
        ]
      })
    var points: [[Value]] = []
    for server in servers {
      for hour in 0..<14 * 24 {
        let moment =
          Int64(TestLake.firstDay + SavingsTests.days - 14) * Microseconds.day
          + Int64(hour) * Microseconds.hour
        let load = server.load(hour)
        points.append([
          .text(server.id), .text("CPUUtilization"), .double(load.cpu), .null, .int64(moment),
          .null, .int64(300),
        ])
        if let memory = load.memory {
          points.append([
            .text(server.id), .text("mem_used_percent"), .double(memory), .null, .int64(moment),
            .null, .int64(300),
          ])
        }
        points.append([
          .text(server.id), .text("NetworkOut"), .null, .null, .int64(moment), .double(1e7),
          .int64(3600),
        ])
      }
    }
    try lake.write("cloudwatch_metrics", Schema(SavingsTests.metricFields), points)
    return lake
  }

  private func evaluate(
    _ lake: TestLake, suppressions: [Suppression] = []
  ) throws -> [Recommendation] {
    try Rightsizing(lake.warehouse, try day(lake), suppressions: suppressions).evaluate()
  }

  private func day(_ lake: TestLake, _ offset: Int = days) throws -> EvaluationDay {
    try EvaluationDay(
      lake.warehouse,
      asOf: Int64(TestLake.firstDay + offset) * Microseconds.day + 6 * Microseconds.hour)
  }

  private func charges(
    _ id: String, _ type: String, _ cost: Double, list: Double, commitment: String? = nil,
    days: Range<Int> = 0..<days
  ) -> [TestLake.Charge] {
    days.map {
      TestLake.Charge(
        day: $0, usageType: "BoxUsage:\(type)", cost: cost,
        columns: [
          "ResourceId": .text(id), "ListCost": .double(list), "ConsumedQuantity": .double(24),
          "CommitmentDiscountType": .text(commitment),
        ])
    }
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
    let plain = try SavingsTests().lake([large], [])
    let dear = try #require(try evaluate(lake).first?.monthlySavings)
    let cheap = try #require(try evaluate(plain).first?.monthlySavings)
    #expect(abs(dear / cheap - 1.25) < 1e-9)
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
