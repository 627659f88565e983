import Columns
import Evaluators
import Reports
import Testing
import Warehouse

/// Rules written in SQL: what they cost, since when they are broken, and what is wrong with a rule.
@Suite struct RuleTests {
  private static let rule = """
    -- title: Volume attached to nothing
    -- severity: warning
    -- owner: operations
    -- message: delete it
    -- param gib number default 100: the least size
    -- needs: volumes
    SELECT id AS resource, concat(CAST(gib AS varchar), ' GiB') AS finding FROM volumes
    WHERE gib >= :gib ORDER BY 1
    """

  private func rules(_ text: String = rule, folder: String = "rules") throws -> [NamedQuery] {
    let library = try QueryLibrary(files: [("\(folder)/volumes.sql", text)])
    return folder == "rules" ? library[.rules] : library[.savings]
  }

  private func lake(_ volumes: [(String, Int64)] = [("vol-0a", 800), ("vol-0b", 100)]) throws
    -> TestLake
  {
    let lake = try TestLake(
      (0..<10).map {
        TestLake.Charge(
          day: $0, usageType: "EBS:VolumeUsage.gp2", cost: 2,
          columns: [
            "ResourceId": .text("arn:aws:ec2:us-east-1:111111111111:volume/vol-0a"),
            "ListCost": .double(2),
          ])
      }, days: 10)
    try lake.write(
      "volumes", Schema([Field("id", .varchar), Field("gib", .bigint)]),
      volumes.map { [.text($0.0), .int64($0.1)] })
    return lake
  }

  private func day(_ lake: TestLake, _ offset: Int = 10) throws -> EvaluationDay {
    try EvaluationDay(
      lake.warehouse, asOf: Int64(TestLake.firstDay + offset) * Microseconds.day)
  }

  @Test func `a violation says who, what to do and what it costs a month`() throws {
    let lake = try lake()
    let found = try RuleEvaluator(lake.warehouse, try day(lake)).evaluate(try rules()).violations
    #expect(found.map(\.resource) == ["vol-0a", "vol-0b"])
    #expect(found.allSatisfy { $0.owner == "operations" && $0.message == "delete it" })
    #expect(abs(try #require(found[0].monthlyCost) - 2 * 730 / 24) < 1e-9)
    #expect(found[1].monthlyCost == nil)
  }

  @Test func `what was found before is not new, and keeps its first day`() throws {
    let lake = try lake([("vol-0a", 800)])
    let before = try day(lake, 9)
    let first = try RuleEvaluator(lake.warehouse, before).evaluate(try rules()).violations
    #expect(first.map(\.isNew) == [true])
    try Violation.table.replace(first.map(\.row), on: before, in: lake.warehouse)
    try lake.write(
      "volumes", Schema([Field("id", .varchar), Field("gib", .bigint)]),
      [[.text("vol-0c"), .int64(300)]])
    let later = try RuleEvaluator(lake.warehouse, try day(lake)).evaluate(try rules()).violations
    #expect(later.map(\.isNew) == [false, true])
    #expect(later.map(\.firstSeen) == ["2026-09-10", "2026-09-11"])
    // The same day again says the same.
    try Violation.table.replace(later.map(\.row), on: try day(lake), in: lake.warehouse)
    let again = try RuleEvaluator(lake.warehouse, try day(lake)).evaluate(try rules()).violations
    #expect(again.map(\.row) == later.map(\.row))
  }

  @Test func `what another rule has told is not told again`() throws {
    let lake = try lake()
    let large = RuleTests.rule.replacing("default 100", with: "default 500")
    let rest = RuleTests.rule.replacing("-- needs", with: "-- unless: large\n-- needs")
    let library = try QueryLibrary(files: [("rules/all.sql", rest), ("rules/large.sql", large)])
    let evaluator = RuleEvaluator(lake.warehouse, try day(lake))
    let found = try evaluator.evaluate(library[.rules]).violations
    #expect(found.map { "\($0.rule) \($0.resource)" } == ["all vol-0b", "large vol-0a"])
    // By itself it tells of both.
    let alone = library[.rules].filter { $0.name == "all" }
    #expect(try evaluator.evaluate(alone).violations.map(\.resource) == ["vol-0a", "vol-0b"])
  }

  @Test func `parameters of rules can be given`() throws {
    let lake = try lake()
    let evaluator = RuleEvaluator(lake.warehouse, try day(lake))
    let found = try evaluator.evaluate(try rules(), values: ["gib": "500"]).violations
    #expect(found.map(\.resource) == ["vol-0a"])
    #expect(throws: ConfigurationError.self) {
      try evaluator.evaluate(try rules(), values: ["tib": "1"])
    }
  }

  @Test func `a rule whose table is missing is named and left out`() throws {
    let lake = try TestLake([], days: 2)
    let outcome = try RuleEvaluator(lake.warehouse, try day(lake, 2)).evaluate(try rules())
    #expect(outcome.violations.isEmpty)
    #expect(outcome.skipped.map(\.reason) == ["there is no table 'volumes' in the lake yet"])
  }

  @Test(arguments: ["SELECT 1 AS resource", "SELECT id AS resource, gib AS findings FROM volumes"])
  func `a rule without its columns is refused`(sql: String) throws {
    let lake = try lake()
    #expect(throws: ConfigurationError.self) {
      try RuleEvaluator(lake.warehouse, try day(lake)).evaluate(
        try rules("-- title: x\n\(sql)"))
    }
  }

  @Test(arguments: ["SELECT 1 AS resource", "SELECT nothing FROM volumes", "SELEC"])
  func `a faulty rule keeps no other from being checked`(sql: String) throws {
    let lake = try lake()
    let library = try QueryLibrary(files: [
      ("rules/faulty.sql", "-- title: x\n\(sql)"), ("rules/volumes.sql", RuleTests.rule),
    ])
    var told: [String] = []
    let outcome = try RuleEvaluator(lake.warehouse, try day(lake))
      .evaluate(library[.rules]) { rule, _ in told.append(rule) }
    #expect(told == ["faulty"])
    #expect(outcome.violations.map(\.resource) == ["vol-0a", "vol-0b"])
  }

  // MARK: Savings that are SQL files

  private static let saving = """
    -- title: Volume attached to nothing
    -- kind: EBS volume
    -- finding: UNATTACHED
    -- action: Delete
    -- effort: Low
    -- needs: volumes
    SELECT id AS resource, CAST(NULL AS varchar) AS account, CAST(NULL AS varchar) AS region,
      'gp2' AS current, CAST(NULL AS varchar) AS recommended, gib * 0.1e0 AS monthly_savings,
      1e0 AS saved_share, 'delete it' AS explanation
    FROM volumes ORDER BY 1
    """

  @Test func `a query of savings becomes recommendations with what the bill says`() throws {
    let lake = try lake()
    let found = try ResourceSavings(lake.warehouse, try day(lake)).evaluate(
      try rules(RuleTests.saving, folder: "savings"))
    #expect(found.map(\.resource) == ["vol-0a", "vol-0b"])
    #expect(found.map(\.action) == [.delete, .delete])
    // The bill has 2 a day at list prices, 730 / 24 days a month; what it does not know is the query's 100 x 0.1.
    let month: Double = 2 * 730 / 24
    #expect(abs(try #require(found[0].monthlySavings) - month) < 1e-9)
    #expect(found[1].monthlySavings == 10)
    #expect(abs(try #require(found[0].savingsAfterDiscounts) - 2 * 730 / 24) < 1e-9)
    #expect(found[1].savingsAfterDiscounts == nil)
  }

  @Test(arguments: ["-- finding: UNATTACHED", "-- effort: Low"])
  func `a query of savings without its comments is refused`(line: String) throws {
    let lake = try lake()
    let text = RuleTests.saving.split(separator: "\n").filter { $0 != line }.joined(
      separator: "\n")
    #expect(throws: ConfigurationError.self) {
      try ResourceSavings(lake.warehouse, try day(lake)).evaluate(
        try rules(text, folder: "savings"))
    }
  }

  @Test func `a faulty query of savings keeps no other from being asked`() throws {
    let lake = try lake()
    let library = try QueryLibrary(files: [
      ("savings/faulty.sql", RuleTests.saving.replacing("FROM volumes", with: "FROM volume")),
      ("savings/volumes.sql", RuleTests.saving),
    ])
    var told = 0
    let found = try ResourceSavings(lake.warehouse, try day(lake)).evaluate(library[.savings]) {
      _ in
      told += 1
    }
    #expect(told == 1)
    #expect(found.map(\.resource) == ["vol-0a", "vol-0b"])
  }

  @Test func `of two things to do with a resource, one counts`() throws {
    let lake = try lake()
    let other = RuleTests.saving
      .replacing("-- action: Delete", with: "-- action: Upgrade")
      .replacing("1e0 AS saved_share", with: "0.2e0 AS saved_share")
      .replacing("gib * 0.1e0", with: "gib * 0.02e0")
    let library = try QueryLibrary(files: [
      ("savings/a.sql", other), ("savings/b.sql", RuleTests.saving),
    ])
    let found = try Rightsizing(
      lake.warehouse, try day(lake), queries: library[.savings]
    ).evaluate()
    #expect(found.map(\.action) == [.delete, .delete])
    #expect(found[0].alternatives?.hasPrefix("Upgrade saves") == true)
  }

  @Test func `what is saved with a server is not saved with its volume again`() throws {
    let lake = try lake()
    let server = """
      -- title: Server stopped
      -- kind: EC2 instance
      -- finding: UNUSED
      -- action: Delete
      -- effort: Low
      -- needs: volumes
      SELECT 'i-0a' AS resource, CAST(NULL AS varchar) AS account, CAST(NULL AS varchar) AS region,
        'm5.large' AS current, CAST(NULL AS varchar) AS recommended, 10e0 AS monthly_savings,
        CAST(NULL AS double) AS saved_share, 'delete it' AS explanation,
        'vol-0b vol-0c' AS parts
      """
    let library = try QueryLibrary(files: [
      ("savings/a.sql", RuleTests.saving), ("savings/b.sql", server),
    ])
    let found = try Rightsizing(
      lake.warehouse, try day(lake), queries: library[.savings]
    ).evaluate()
    #expect(found.map(\.resource) == ["vol-0a", "i-0a"])
    #expect(found[1].alternatives == "vol-0b Delete saves 10.00 (effort Low)")
    #expect(found[0].alternatives == nil)
  }
}
