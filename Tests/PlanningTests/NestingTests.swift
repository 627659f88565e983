import Planning
import SQL
import Testing

/// No text that the parser accepts overflows the stack or takes more than linear time.
struct NestingTests {
  private let fixture = PlanningFixture()

  private func plans(_ sql: String) throws {
    _ = try fixture.plan(sql)
  }

  @Test func `a CASE of five thousand branches is grouped by in a moment`() throws {
    let branches = (0..<5_000).map { "WHEN s='\($0)' THEN '\($0)'" }.joined(separator: " ")
    try plans("SELECT CASE \(branches) END AS q, count(*) FROM t GROUP BY CASE \(branches) END")
  }

  @Test func `long flat lists are bound in linear time`() throws {
    // Quadratic work would make this test run for minutes.
    try plans("SELECT a FROM t WHERE b IN (\(NestingTests.many(35_000, ",") { "\($0)" }))")
    try plans("SELECT a FROM t WHERE \(NestingTests.many(10_000, " OR ") { "a = \($0)" })")
    try plans("SELECT a FROM t WHERE \(NestingTests.many(10_000, " AND ") { "b <> \($0)" })")
    try plans(
      "SELECT * FROM (VALUES \(NestingTests.many(15_000) { "(\($0), 'x')" })) q (n, x) WHERE n > 5")
    try plans("SELECT \(NestingTests.many(10_000) { "a + \($0)" }) FROM t")
  }

  @Test func `deep expressions and chains of operators are planned`() throws {
    try plans(
      "SELECT " + String(repeating: "(", count: 190) + "1" + String(repeating: ")", count: 190))
    try plans("SELECT \(NestingTests.many(450, " + ") { "\($0)" })")
    try plans("SELECT \(NestingTests.many(450, " || ") { "'\($0)'" })")
    try plans(
      "SELECT " + NestingTests.many(190, "") { _ in "if(flag, " }
        + "1" + NestingTests.many(190, "") { _ in ", 2)" } + " FROM t")
  }

  @Test func `ten thousand unions are one operator`() throws {
    #expect(
      try fixture.plan(NestingTests.many(10_000, " UNION ALL ") { "SELECT \($0)" })
        .split(separator: "\n").count == 20_001)
    try plans(NestingTests.many(10_000, " UNION ") { "SELECT \($0)" })
  }

  @Test(arguments: [
    NestingTests.many(450, " EXCEPT ") { "SELECT \($0)" },
    "SELECT 1 FROM \(NestingTests.many(450, " CROSS JOIN ") { "t t\($0)" })",
    "SELECT \(NestingTests.many(900, " + ") { "\($0)" })",
  ])
  func `what nests too deep is refused`(sql: String) {
    let error = fixture.error(sql)
    #expect(error.contains("at most 500 levels") || error.contains("nested more than 400 deep"))
  }

  @Test func `two hundred joins and set operations are planned`() throws {
    try plans("SELECT 1 FROM \(NestingTests.many(200, " CROSS JOIN ") { "u t\($0)" })")
    try plans(NestingTests.many(200, " EXCEPT ") { "SELECT \($0)" })
  }

  private static func many(_ count: Int, _ separator: String = ", ", _ item: (Int) -> String)
    -> String
  {
    (0..<count).map(item).joined(separator: separator)
  }
}
