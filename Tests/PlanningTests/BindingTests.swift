import Columns
import Planning
import SQL
import Testing

/// What statements mean: names, scopes and shapes of plans.
struct BindingTests {
  private let fixture = PlanningFixture()

  @Test(arguments: [
    (
      "SELECT LINE_ITEM_PRODUCT_CODE, \"Line_Item_Usage_Type\" FROM cur",
      ["line_item_product_code", "line_item_usage_type"]
    ),
    (
      "SELECT a, a + 1, b AS \"Sum\", r.x, r.inner.y, (r).x FROM t",
      ["a", "_col1", "Sum", "x", "y", "x"]
    ),
    ("SELECT * FROM u", ["a", "b", "name"]), ("SELECT u.*, 1 FROM u", ["a", "b", "name", "_col3"]),
    ("SELECT * FROM u JOIN v USING (A)", ["A", "b", "name", "x"]),
    ("SELECT u.a, v.a FROM u FULL JOIN v USING (a)", ["a", "a"]),
    ("SELECT * FROM u p (x, y, z)", ["x", "y", "z"]), ("SELECT P.x FROM u p (X, y, z)", ["x"]),
    ("SELECT awsdatacatalog.db.u.name, db.u.name, u.name FROM db.u", ["name", "name", "name"]),
    ("SELECT 1, 'x' AS y", ["_col0", "y"]), ("VALUES (1, 2)", ["_col0", "_col1"]),
    ("TABLE u", ["a", "b", "name"]),
    ("SELECT * FROM (u JOIN (v) ON u.a = v.a)", ["a", "b", "name", "a", "x"]),
    (
      "SELECT * FROM t CROSS JOIN UNNEST(list, m) WITH ORDINALITY",
      [
        "a", "b", "c", "d", "s", "day", "ts", "flag", "m", "list", "r", "j", "_col0", "key",
        "value", "ordinality",
      ]
    ),
    ("SELECT * FROM 'x.csv'", ["id", "n"]),
    ("SELECT x.n, f.id FROM 'dir/x.csv', 'y.csv' f", ["n", "id"]),
    ("WITH q (n) AS (SELECT 1) SELECT * FROM q", ["n"]),
    ("SELECT a FROM t UNION SELECT b FROM u", ["a"]),
    ("SELECT reservation_unused_quantity FROM cur", ["reservation_unused_quantity"]),
  ])
  func `columns are named as in Athena`(sql: String, names: [String]) throws {
    #expect(try fixture.bind(sql).columns.map(\.name) == names)
  }

  /// `cur` lacks it, but has it in general, as a DOUBLE; `o` has it as an INTEGER.
  @Test(arguments: [
    ("SELECT c.reservation_unused_quantity FROM cur c", DataType.double),
    ("SELECT cur.reservation_unused_quantity FROM cur, o", .double),
    ("SELECT reservation_unused_quantity FROM cur, o", .integer),
    (
      """
      SELECT c.reservation_unused_quantity FROM cur c CROSS JOIN
        (SELECT CAST(ROW(1) AS ROW(reservation_unused_quantity integer)) AS c)
      """, .double
    ),
    (
      """
      SELECT d.reservation_unused_quantity FROM cur c CROSS JOIN
        (SELECT CAST(ROW(1) AS ROW(reservation_unused_quantity integer)) AS d)
      """, .integer
    ),
    (
      "SELECT reservation_unused_quantity FROM cur JOIN o USING (reservation_unused_quantity)",
      .double
    ),
    ("SELECT (SELECT max(reservation_unused_quantity) FROM cur) FROM o", .double),
    ("SELECT (SELECT max(reservation_unused_quantity) FROM t) FROM o", .integer),
    ("SELECT (SELECT max(reservation_unused_quantity) FROM t) FROM cur", .double),
  ])
  func `a column that a table lacks is the last that a name by itself can mean`(
    sql: String, type: DataType
  ) throws {
    let bound = try fixture.bind("WITH o (reservation_unused_quantity) AS (SELECT 1) " + sql)
    #expect(bound.columns.map(\.reference.type) == [type])
  }

  @Test(arguments: [
    (
      "SELECT t.s, x.k FROM t CROSS JOIN UNNEST(t.m) x (k, val) WHERE k = 'team' AND s LIKE 'a%'",
      """
      Project s, key
        Filter key = 'team'
          Unnest m AS [key, value]
            Scan t columns=[s, m] filters=[s LIKE 'a%']
      """
    ),
    (
      "SELECT i, n FROM t LEFT JOIN UNNEST(list) WITH ORDINALITY AS q (i, n) ON true",
      """
      Project _col0, ordinality
        Unnest list AS [_col0, ordinality] keeping empty
          Scan t columns=[list]
      """
    ),
    (
      "SELECT x FROM UNNEST(ARRAY[1, 2]) q (x)",
      """
      Unnest ARRAY[1, 2] AS [_col0]
        Values 1 row
      """
    ),
    (
      "SELECT a FROM ((t LEFT JOIN u USING (a)) CROSS JOIN UNNEST(list) q (z)) WHERE z = 1",
      """
      Project a
        Filter _col0 = 1
          Unnest list AS [_col0]
            Left join on a = a
              Scan t columns=[a, list]
              Scan u columns=[a]
      """
    ),
    (
      "SELECT s, flag, sum(c), grouping(s, flag) g FROM t GROUP BY ROLLUP (s, flag) ORDER BY g, sum(c) DESC",
      """
      Sort g, sum(c) DESC
        Project s, flag, sum(c), CASE WHEN grouping_id = 0 THEN 0 WHEN grouping_id = 1 THEN 1 WHEN grouping_id = 2 THEN 3 END AS g
          Aggregate by s, flag sets=(s, flag) (s) (): sum(c)
            Scan t columns=[c, s, flag]
      """
    ),
    (
      "SELECT count(*) FROM t GROUP BY a, CUBE (s, flag), GROUPING SETS ((b), ())",
      """
      Project count(*)
        Aggregate by a, s, flag, b sets=(a, s, flag, b) (a, s, flag) (a, s, b) (a, s) (a, flag, b) (a, flag) (a, b) (a): count(*)
          Scan t columns=[a, b, s, flag]
      """
    ),
    (
      "SELECT lower(s) || 'x', count(*) FROM t GROUP BY 1, lower(s), t.a ORDER BY count(*) DESC, t.A",
      """
      Sort count(*) DESC, a
        Project concat(lower(s), 'x'), count(*), a
          Aggregate by concat(lower(s), 'x'), lower(s), a: count(*)
            Scan t columns=[a, s]
      """
    ),
    (
      "SELECT s, sum(sum(c)) OVER (PARTITION BY s) total, row_number() OVER w rn, lag(sum(c), 1, 0) OVER w FROM t GROUP BY s, day WINDOW w AS (PARTITION BY s ORDER BY day)",
      """
      Project s, sum, row_number, lag
        Window partition by s order by day: row_number(), lag(sum(c), 1, 0.0)
          Window partition by s: sum(sum(c))
            Aggregate by s, day: sum(c)
              Scan t columns=[c, s, day]
      """
    ),
    (
      "SELECT DISTINCT s FROM t ORDER BY s OFFSET 2 LIMIT 5",
      """
      Limit 5 offset 2
        Sort s
          Aggregate by s
            Scan t columns=[s]
      """
    ),
    (
      "SELECT a FROM t UNION SELECT b FROM u UNION ALL SELECT x FROM v ORDER BY 1 LIMIT 3",
      """
      Limit 3
        Sort a
          Union all [a]
            Aggregate by a
              Union all [a]
                Project CAST(a AS bigint) AS a
                  Scan t columns=[a]
                Scan u columns=[b]
            Scan v columns=[x]
      """
    ),
    (
      "SELECT a, b FROM t EXCEPT ALL SELECT a, b FROM u",
      """
      Except all [a, b]
        Scan t columns=[a, b]
        Scan u columns=[a, b]
      """
    ),
    (
      "SELECT n + 1 AS n FROM (VALUES ROW('a', 1), ('b', 2.5)) t (name, n) ORDER BY n NULLS FIRST",
      """
      Sort n NULLS FIRST
        Project _col1 + 1 AS n
          Values 2 rows [_col1]
      """
    ),
    (
      "SELECT s, array_agg(a ORDER BY b DESC) FILTER (WHERE flag), count(DISTINCT a) FROM t GROUP BY 1 HAVING count(DISTINCT a) > 2",
      """
      Filter count(DISTINCT a) > 2
        Aggregate by s: array_agg(a ORDER BY b DESC) FILTER (flag), count(DISTINCT a)
          Scan t columns=[a, b, s, flag]
      """
    ),
    (
      "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r",
      """
      Project n
        Recursive union all [n]
          Project 1 AS _col0
            Values 1 row
          Project n + 1 AS _col0
            Filter n < 10
              Last step [n]
      """
    ),
    (
      "SELECT b FROM t TABLESAMPLE BERNOULLI (10) ORDER BY length(s), a DESC",
      """
      Sort sort, a DESC
        Project b, length(s) AS sort, a
          Sample 10.0 %
            Scan t columns=[a, b, s]
      """
    ),
    (
      "SELECT sum(reservation_unused_quantity) FROM cur WHERE line_item_usage_start_date >= date_trunc('month', current_date) - INTERVAL '1' MONTH",
      """
      Aggregate sum(NULL)
        Scan cur columns=[line_item_usage_start_date] filters=[line_item_usage_start_date >= TIMESTAMP '2026-08-01 00:00:00']
      """
    ),
  ])
  func `statements become plans`(sql: String, plan: String) throws {
    let actual = try fixture.plan(sql)
    #expect(actual == plan)
  }

  @Test(arguments: [
    (
      "SELECT a FROM t WHERE a IN (SELECT a FROM u WHERE u.b = t.b) AND NOT EXISTS (SELECT 1 FROM v WHERE v.a = t.a AND x > 3) AND b NOT IN (SELECT b FROM u)",
      """
      Project a
        Null-aware anti join on b = b
          Anti join on a = a
            Semi join on a = a AND b = b
              Scan t columns=[a, b]
              Scan u columns=[a, b]
            Project a
              Scan v columns=[a, x] filters=[x > 3]
          Scan u columns=[b]
      """
    ),
    (
      "SELECT a FROM t WHERE (a, b) IN (SELECT a, b FROM u)",
      """
      Project a
        Semi join on a = a AND b = b
          Scan t columns=[a, b]
          Scan u columns=[a, b]
      """
    ),
    (
      "SELECT a FROM t WHERE b NOT IN (SELECT b FROM u WHERE u.a = t.a)",
      """
      Project a
        Anti join on a = a AND (b = b OR b IS NULL OR b IS NULL)
          Scan t columns=[a, b]
          Scan u columns=[a, b]
      """
    ),
    (
      "SELECT (SELECT count(*) FROM u WHERE u.a = t.a AND u.b > t.b - 1 AND u.name = 'x') FROM t",
      """
      Project count(*)
        Left join on a IS NOT DISTINCT FROM a AND b IS NOT DISTINCT FROM b
          Project a, b
            Scan t columns=[a, b]
          Project a, b, coalesce(count(*), 0) AS count(*)
            Left join on a IS NOT DISTINCT FROM a AND b IS NOT DISTINCT FROM b
              Read outer values [a, b]
              Aggregate by a, b: count(*)
                Inner join on a = a AND b > b - 1
                  Read outer values [a, b]
                  Project a, b
                    Scan u columns=[a, b, name] filters=[name = 'x']
      Shared outer values
        Aggregate by a, b
          Scan t columns=[a, b]
      """
    ),
    (
      "SELECT a, (SELECT max(b) FROM u WHERE u.a = t.a) AS m, (SELECT count(*) FROM u WHERE u.a = t.a) AS n FROM t",
      """
      Project a, max(b), CASE WHEN found IS NULL THEN 0 ELSE count(*) END AS n
        Left join on a = a
          Project a, max(b)
            Left join on a = a
              Scan t columns=[a]
              Aggregate by a: max(b)
                Scan u columns=[a, b]
          Project count(*), a, true AS found
            Aggregate by a: count(*)
              Scan u columns=[a]
      """
    ),
    (
      "SELECT a FROM t WHERE c > (SELECT avg(c) FROM t)",
      """
      Project a
        Inner join on c > avg(c)
          Scan t columns=[a, c]
          Single row
            Aggregate avg(c)
              Scan t columns=[c]
      """
    ),
    (
      "SELECT s, sum(c) / (SELECT sum(c) FROM t) FROM t GROUP BY s",
      """
      Project s, sum(c) / sum(c) AS _col1
        Cross join
          Aggregate by s: sum(c)
            Scan t columns=[c, s]
          Single row
            Aggregate sum(c)
              Scan t columns=[c]
      """
    ),
    (
      "SELECT a, EXISTS (SELECT 1 FROM u WHERE u.a = t.a) OR a IN (SELECT a FROM v) FROM t",
      """
      Project a, exists OR in AS _col1
        Mark join on a = a AS in
          Mark join on a = a AS exists
            Scan t columns=[a]
            Scan u columns=[a]
          Scan v columns=[a]
      """
    ),
    (
      "SELECT b, (SELECT name FROM u WHERE u.a = t.a ORDER BY b DESC LIMIT 1) FROM t",
      """
      Project b, name
        Left join on a = a
          Scan t columns=[a, b]
          Project a, name
            Filter row_number <= 1
              Window partition by a order by b DESC: row_number()
                Scan u columns=[a, b, name]
      """
    ),
    (
      "SELECT t.a, q.n FROM t CROSS JOIN LATERAL (SELECT name AS n FROM u WHERE u.a = t.a) q",
      """
      Project a, name
        Inner join on a = a
          Scan t columns=[a]
          Scan u columns=[a, name]
      """
    ),
    (
      "SELECT t.a, q.n FROM t CROSS JOIN LATERAL (SELECT t.a + t.b AS n) q WHERE q.n > 5",
      """
      Project a, CAST(a AS bigint) + b AS n
        Scan t columns=[a, b] filters=[CAST(a AS bigint) + b > 5]
      """
    ),
    (
      "SELECT (SELECT t.a + 1) FROM t",
      """
      Project a + 1 AS _col0
        Scan t columns=[a]
      """
    ),
    (
      "SELECT a FROM t WHERE b > ALL (SELECT b FROM u) AND b = ANY (SELECT x FROM v)",
      """
      Project a
        Inner join on CASE WHEN count(*) = 0 THEN true WHEN b <= max(b) THEN false WHEN count(*) <> count(b) OR (b > max(b)) IS NULL THEN NULL ELSE true END
          Semi join on b = x
            Scan t columns=[a, b]
            Scan v columns=[x]
          Single row
            Aggregate max(b), count(*), count(b)
              Scan u columns=[b]
      """
    ),
  ])
  func `subqueries become joins`(sql: String, plan: String) throws {
    let actual = try fixture.plan(sql)
    #expect(actual == plan)
  }

  @Test func `views are expanded on their own`() throws {
    var fixture = PlanningFixture()
    fixture.views = [
      "spend":
        "SELECT line_item_product_code AS service, line_item_unblended_cost AS cost FROM cur",
      "total": "SELECT service, sum(cost) AS cost FROM db.spend GROUP BY 1",
      "loop_a": "SELECT * FROM loop_b", "loop_b": "SELECT * FROM loop_a",
      "broken": "SELECT nope FROM cur",
    ]
    let plan = try fixture.plan(
      "WITH spend AS (SELECT 1 AS x) SELECT * FROM total WHERE service = 'x'")
    #expect(
      plan == """
        Project service, sum(cost) AS cost
          Aggregate by line_item_product_code AS service: sum(line_item_unblended_cost)
            Scan cur columns=[line_item_product_code, line_item_unblended_cost] filters=[line_item_product_code = 'x']
        """)
    #expect(
      try fixture.plan("SELECT * FROM total UNION ALL SELECT * FROM total").contains("Shared total")
    )
    #expect(
      fixture.error("SELECT * FROM loop_a")
        == "in view 'loop_b': view 'loop_a' names itself: loop_a → loop_b → loop_a @ loop_a"
    )
    #expect(
      fixture.error("SELECT * FROM broken")
        == "in view 'broken': no column named 'nope' in table 'cur' @ broken")
    #expect(
      fixture.error("SELECT * FROM spend FOR VERSION AS OF 1")
        == "'spend' is a view; only tables have versions @ spend")
  }

  @Test func `a view nested too deep is refused`() {
    var fixture = PlanningFixture()
    for depth in 0..<40 { fixture.views["v\(depth)"] = "SELECT * FROM v\(depth + 1)" }
    fixture.views["v40"] = "SELECT 1"
    #expect(fixture.error("SELECT * FROM v0").contains("views are nested more than 32 deep"))
  }

  @Test func `tables are read at a version`() throws {
    #expect(try fixture.plan("SELECT a FROM t FOR VERSION AS OF 1 + 2") == "Scan t@3 columns=[a]")
    #expect(
      try fixture.plan("SELECT a FROM t FOR TIMESTAMP AS OF DATE '1970-01-02'")
        == "Scan t@86400000000 columns=[a]")
    let day = "Scan t@86400000000 columns=[a]"
    #expect(
      try fixture.plan("SELECT a FROM t FOR TIMESTAMP AS OF TIMESTAMP '1970-01-02 02:00:00 +02:00'")
        == day)
    #expect(
      try fixture.plan(
        "SELECT a FROM t FOR TIMESTAMP AS OF (TIMESTAMP '1970-01-03 02:00:00 +02:00' - INTERVAL '1' DAY)"
      )
        == day)
    #expect(
      fixture.error("SELECT a FROM t FOR TIMESTAMP AS OF 5").contains("takes a timestamp such as"))
  }

  @Test func `parameters take the place of question marks`() throws {
    var fixture = PlanningFixture()
    fixture.parameters = [TypedValue(.text("x"), .varchar), TypedValue(.int64(5), .bigint)]
    #expect(
      try fixture.plan("SELECT a FROM t WHERE s = ? LIMIT ?") == """
        Limit 5
          Project a
            Scan t columns=[a, s] filters=[s = 'x']
        """
        || fixture.plan("SELECT a FROM t WHERE s = ? LIMIT ?") == """
          Project a
            Limit 5
              Scan t columns=[a, s] filters=[s = 'x']
          """
    )
  }

  @Test func `a window frame is RANGE to the current row where nothing is said`() throws {
    func frame(_ over: String) throws -> WindowFrame {
      let plan = try fixture.bind("SELECT sum(a) OVER (\(over)) FROM t").plan
      guard case .project(.window(_, let computations), _) = plan else {
        throw SQLError("no window", at: nil)
      }
      return try #require(computations.first).frame
    }
    #expect("\(try frame("ORDER BY b").end)" == "\(WindowFrame.Bound.currentRow)")
    #expect("\(try frame("").end)" == "\(WindowFrame.Bound.unboundedFollowing)")
    let days = try frame("ORDER BY ts RANGE BETWEEN INTERVAL '7' DAY PRECEDING AND CURRENT ROW")
    #expect(days.unit == .range)
    #expect(
      "\(days.start)"
        == "\(WindowFrame.Bound.preceding(.int64(7 * Microseconds.day), .intervalDayToSecond))")
    #expect(try frame("ORDER BY b ROWS 3 PRECEDING").unit == .rows)
  }
}
