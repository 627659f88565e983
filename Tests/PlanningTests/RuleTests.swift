import Planning
import Testing

/// Each rule on statements that only it changes, as plan text.
struct RuleTests {
  private let fixture = PlanningFixture()

  @Test(arguments: Planner.ruleNames)
  func `every rule can be left out`(rule: String) throws {
    let sql = """
      WITH x AS (SELECT a, sum(b) AS total FROM t WHERE ts > now() GROUP BY a)
      SELECT x.a, u.name FROM x, u, v WHERE x.a = v.a AND v.x = u.b AND x.total > 1 + 1
      ORDER BY 1 LIMIT 3
      """
    #expect(try !fixture.plan(sql, without: [rule]).isEmpty)
    #expect(try fixture.plan(sql, without: Set(Planner.ruleNames)) == fixture.bound(sql))
  }

  @Test func `constants are computed, errors are left for the run`() throws {
    let sql = "SELECT a + (1 + 2), 1 / 0, random() FROM t WHERE flag AND b > 2 * 3"
    #expect(
      try fixture.plan(sql, only: "FoldConstants") == """
        Project a + 3 AS _col0, 1 / 0 AS _col1, random() AS _col2
          Filter flag AND b > 6
            Scan t columns=[a, b, c, d, s, day, ts, flag, m, list, r, j]
        """)
  }

  @Test(arguments: [
    ("NOT (a = 1 OR b < 2)", "a <> 1 AND b >= 2"), ("NOT c < 2", "NOT c < 2.0"),
    ("NOT NOT flag", "flag"), ("a = 1 AND a = 1", "a = 1"),
    ("a = 1 OR a = 2 OR a IN (2, 3)", "a IN (1, 2, 3)"),
    ("(a = 1 AND b = 2) OR (a = 1 AND b = 3)", "a = 1 AND b IN (2, 3)"),
    ("(a = 1 AND flag) OR a = 1", "a = 1"), ("flag OR false", "flag"), ("flag AND true", "flag"),
    ("a = 1 AND false", "false"),
    ("CASE WHEN false THEN flag WHEN true THEN a = 1 ELSE b = 1 END", "a = 1"),
    ("c = 1 OR c = 2", "c = 1.0 OR c = 2.0"), ("NOT (flag AND NULL)", "NOT flag OR NULL"),
  ])
  func `conditions become plain`(condition: String, text: String) throws {
    let plan = try fixture.plan("SELECT a FROM t WHERE \(condition)", only: "SimplifyBoolean")
    #expect(plan.contains("\n  Filter \(text)\n"), "\(plan)")
  }

  @Test(arguments: [
    (
      "SELECT q FROM (SELECT a + 1 AS q, b FROM t) WHERE q > 2 AND b = 3",
      """
      Project a + 1 AS q
        Scan t columns=[a, b] filters=[a + 1 > 2, b = 3]
      """
    ),
    (
      "SELECT s, n FROM (SELECT s, count(*) AS n FROM t GROUP BY s) WHERE s = 'x' AND n > 1",
      """
      Filter count(*) > 1
        Aggregate by s: count(*)
          Scan t columns=[s] filters=[s = 'x']
      """
    ),
    (
      "SELECT t.s FROM t, u WHERE t.a = u.a AND u.name = 'x' AND t.b = 5 AND t.a = 3",
      """
      Project s
        Inner join on a = a
          Project a, s
            Scan t columns=[a, b, s] filters=[b = 5, a = 3]
          Project a
            Scan u columns=[a, name] filters=[name = 'x', a = 3]
      """
    ),
    (
      "SELECT t.s FROM t LEFT JOIN u ON t.a = u.a AND u.b > 1 AND t.b = 2 WHERE t.c = 1",
      """
      Project s
        Left join on a = a AND b = 2
          Project a, b, s
            Scan t columns=[a, b, c, s] filters=[c = 1.0]
          Project a
            Scan u columns=[a, b] filters=[b > 1]
      """
    ),
    (
      "SELECT t.s FROM t LEFT JOIN u ON t.a = u.a WHERE u.name = 'x'",
      """
      Project s
        Inner join on a = a
          Scan t columns=[a, s]
          Project a
            Scan u columns=[a, name] filters=[name = 'x']
      """
    ),
    (
      "SELECT t.s FROM t LEFT JOIN u ON t.a = u.a WHERE u.name IS NULL",
      """
      Project s
        Filter name IS NULL
          Left join on a = a
            Scan t columns=[a, s]
            Scan u columns=[a, name]
      """
    ),
    (
      "SELECT q FROM (SELECT a AS q FROM t UNION ALL SELECT b FROM u) WHERE q = 7",
      """
      Union all [q]
        Project CAST(a AS bigint) AS q
          Scan t columns=[a] filters=[a = 7]
        Scan u columns=[b] filters=[b = 7]
      """
    ),
    (
      "SELECT a, r FROM (SELECT a, b, rank() OVER (PARTITION BY a ORDER BY b) AS r FROM t) WHERE a = 3 AND r = 1 AND b = 2",
      """
      Project a, rank
        Filter rank = 1 AND b = 2
          Window partition by a order by b: rank()
            Scan t columns=[a, b] filters=[a = 3]
      """
    ),
    (
      "SELECT a FROM (SELECT a FROM t ORDER BY b LIMIT 3) WHERE a = 1",
      """
      Project a
        Filter a = 1
          Limit 3
            Sort b
              Scan t columns=[a, b]
      """
    ),
    (
      "SELECT t.a FROM t JOIN u ON t.a = u.a WHERE (t.s = 'x' AND u.name = 'p') OR (t.s = 'y' AND u.name = 'q')",
      """
      Project a
        Inner join on a = a AND (s = 'x' AND name = 'p' OR s = 'y' AND name = 'q')
          Scan t columns=[a, s] filters=[s IN ('x', 'y')]
          Scan u columns=[a, name] filters=[name IN ('p', 'q')]
      """
    ),
    (
      "SELECT a FROM t WHERE random() < 0.5 AND a = 1",
      """
      Filter random() < 0.5
        Scan t columns=[a] filters=[a = 1]
      """
    ),
  ])
  func `filters go down`(sql: String, plan: String) throws {
    let actual = try fixture.plan(sql)
    #expect(actual == plan)
  }

  @Test(arguments: [
    (
      "date_trunc('month', ts) = TIMESTAMP '2026-09-01 00:00:00'",
      "ts >= TIMESTAMP '2026-09-01 00:00:00', ts < TIMESTAMP '2026-10-01 00:00:00'"
    ),
    (
      "date_trunc('month', ts) >= TIMESTAMP '2026-09-02 00:00:00'",
      "ts >= TIMESTAMP '2026-10-01 00:00:00'"
    ),
    (
      "date_trunc('week', ts) < TIMESTAMP '2026-09-15 00:00:00'",
      "ts < TIMESTAMP '2026-09-21 00:00:00'"
    ),
    (
      "date_trunc('month', day) = DATE '2026-02-01'",
      "day >= DATE '2026-02-01', day < DATE '2026-03-01'"
    ),
    (
      "date_trunc('month', ts) = TIMESTAMP '2026-09-02 00:00:00'",
      "date_trunc('month', ts) = TIMESTAMP '2026-09-02 00:00:00'"
    ),
    ("CAST(ts AS date) <= DATE '2026-09-03'", "ts < TIMESTAMP '2026-09-04 00:00:00'"),
    (
      "date(ts) = DATE '2026-09-03'",
      "ts >= TIMESTAMP '2026-09-03 00:00:00', ts < TIMESTAMP '2026-09-04 00:00:00'"
    ),
    ("day >= TIMESTAMP '2026-09-03 10:00:00'", "day >= DATE '2026-09-04'"),
    ("day < TIMESTAMP '2026-09-03 10:00:00'", "day < DATE '2026-09-04'"),
    (
      "year(ts) = 2026",
      "ts >= TIMESTAMP '2026-01-01 00:00:00', ts < TIMESTAMP '2027-01-01 00:00:00'"
    ),
    (
      "date_format(ts, '%Y-%m') = '2026-12'",
      "ts >= TIMESTAMP '2026-12-01 00:00:00', ts < TIMESTAMP '2027-01-01 00:00:00'"
    ),
    (
      "date_format(ts, '%Y-%m') >= '2026-12'",
      "date_format(ts, '%Y-%m') >= '2026-12', ts >= TIMESTAMP '2026-12-01 00:00:00'"
    ),
    ("date_format(ts, '%m-%Y') = '12-2026'", "date_format(ts, '%m-%Y') = '12-2026'"),
    ("date_format(ts, '%Y-%m') = '2026-13'", "date_format(ts, '%Y-%m') = '2026-13'"),
  ])
  func `functions of a time become ranges`(condition: String, filters: String) throws {
    let plan = try fixture.plan("SELECT 1 FROM t WHERE \(condition)")
    #expect(plan.contains(" filters=[\(filters)]"), "\(plan)")
  }

  @Test(arguments: [
    ("SELECT count(*) FROM cur", "Aggregate count(*)\n  Scan cur columns=[]"),
    (
      "SELECT a FROM (SELECT a, sum(b) OVER () AS w, s FROM t)",
      "Scan t columns=[a]"
    ),
    (
      "SELECT s FROM (SELECT s, sum(b), max(c) AS m FROM t GROUP BY s) WHERE m > 1",
      "Project s\n  Filter max(c) > 1.0\n    Aggregate by s: max(c)\n      Scan t columns=[c, s]"
    ),
    (
      "WITH x AS (SELECT a, sum(b) AS p, sum(c) AS q FROM t GROUP BY a) SELECT p FROM x UNION ALL SELECT a FROM x",
      """
      Union all [p]
        Project p
          Read x [a, p]
        Project CAST(a AS bigint) AS a
          Read x [a, p]
      Shared x
        Aggregate by a: sum(b)
          Scan t columns=[a, b]
      """
    ),
  ])
  func `only what is used is read`(sql: String, plan: String) throws {
    let actual = try fixture.plan(sql)
    #expect(actual == plan)
  }

  @Test func `a limit reaches the sort and each part of a union`() throws {
    #expect(
      try fixture.plan("SELECT a + 1 FROM (SELECT a, b FROM t ORDER BY b) OFFSET 2 LIMIT 5") == """
        Project a + 1 AS _col0
          Limit 5 offset 2
            Sort b
              Scan t columns=[a, b]
        """)
    #expect(
      try fixture.plan("SELECT a FROM t UNION ALL SELECT a FROM u LIMIT 5") == """
        Limit 5
          Union all [a]
            Limit 5
              Scan t columns=[a]
            Limit 5
              Scan u columns=[a]
        """)
    #expect(
      try fixture.plan("SELECT * FROM (SELECT a FROM t OFFSET 3 LIMIT 10) OFFSET 4 LIMIT 20") == """
        Limit 6 offset 7
          Scan t columns=[a]
        """)
  }

  @Test func `the smaller side of a join is kept in memory`() throws {
    #expect(
      try fixture.plan("SELECT u.name, v.x FROM u JOIN v ON u.a = v.a") == """
        Project name, x
          Inner join on a = a
            Scan v columns=[a, x]
            Scan u columns=[a, name]
        """)
    #expect(
      try fixture.plan("SELECT u.name, v.x FROM u LEFT JOIN v ON u.a = v.a").contains("Right join"))
    #expect(
      try fixture.plan("SELECT u.name, v.x FROM v LEFT JOIN u ON u.a = v.a").contains("Left join"))
  }

  @Test func `tables are joined along their conditions`() throws {
    let plan = try fixture.plan(
      "SELECT t.a FROM t, u, v WHERE t.b = v.x AND v.a = u.a AND u.name = 'z'")
    #expect(!plan.contains("Cross join"))
    #expect(try fixture.plan("SELECT t.a FROM t, u").contains("Cross join"))
  }

  @Test func `what only reads is repeated, what computes is shared`() throws {
    let reads =
      "WITH x AS (SELECT * FROM t WHERE s = 'q') SELECT a FROM x WHERE b = 1 UNION ALL SELECT a FROM x"
    #expect(try !fixture.plan(reads).contains("Shared"))
    let computes =
      "WITH x AS (SELECT s, count(*) AS n FROM t GROUP BY s) SELECT n FROM x UNION ALL SELECT n FROM x"
    #expect(try fixture.plan(computes).contains("Shared x"))
    let once = "WITH x AS (SELECT s, count(*) AS n FROM t GROUP BY s) SELECT n FROM x"
    #expect(try !fixture.plan(once).contains("Shared"))
  }
}
