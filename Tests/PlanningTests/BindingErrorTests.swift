import Testing

/// Every mistake gets a sentence that names it, points at the words and says what to write.
struct BindingErrorTests {
  private let fixture = PlanningFixture()

  @Test(arguments: [
    (
      "SELECT line_item_unblended_csot FROM cur",
      "no column named 'line_item_unblended_csot' in table 'cur'; did you mean 'line_item_unblended_cost'? @ line_item_unblended_csot"
    ),
    ("SELECT x.nope FROM cur x", "no column named 'nope' in table 'x' @ x.nope"),
    ("SELECT nope.a FROM t", "no table or column named 'nope' in FROM @ nope.a"),
    ("SELECT a FROM t, u", "column 'a' is ambiguous: it is in 't' and 'u' @ a"),
    (
      "SELECT reservation_unused_quantity FROM cur a, cur b",
      "column 'reservation_unused_quantity' is ambiguous: it is in 'a' and 'b' @ reservation_unused_quantity"
    ),
    (
      "SELECT reservation_unused_quantitie FROM cur",
      "no column named 'reservation_unused_quantitie' in table 'cur'; did you mean 'reservation_unused_quantity'? @ reservation_unused_quantitie"
    ),
    (
      "SELECT c.reservation_unused_quantitie FROM cur c",
      "no column named 'reservation_unused_quantitie' in table 'c'; did you mean 'reservation_unused_quantity'? @ c.reservation_unused_quantitie"
    ),
    ("SELECT x.* FROM cur", "no table named 'x' in FROM @ x"),
    ("SELECT *", "SELECT * needs a table in FROM @ *"),
    ("SELECT a FROM nowhere", "no table named 'nowhere' @ nowhere"),
    (
      "SELECT a.b FROM t",
      "'b' is taken as a field, but what stands before it is integer, not a row @ b"
    ),
    (
      "SELECT r.z FROM t",
      "no field named 'z' in row(x bigint, Inner row(y varchar)); did you mean 'x'? @ z"
    ),
    (
      "SELECT a AS q FROM t WHERE q = 1",
      "WHERE cannot use the output name 'q': repeat its expression, or filter in a query around this one @ q"
    ),
    (
      "SELECT s AS q, count(*) FROM t GROUP BY q",
      "GROUP BY cannot use the output name 'q': repeat its expression, or write its position in the select list @ q"
    ),
    (
      "SELECT q.x FROM t CROSS JOIN UNNEST(list) q (x, y)",
      "'q' lists 2 column names, but UNNEST gives 1 @ UNNEST(list)"
    ),
    ("SELECT x FROM (SELECT 1, 2) q (x)", "'q' lists 1 column names, but there are 2 columns @ q"),
    ("WITH x AS (SELECT 1), X AS (SELECT 2) SELECT 1", "WITH names 'X' twice @ X"),
  ])
  func `names`(sql: String, message: String) {
    #expect(fixture.error(sql) == message)
  }

  @Test(arguments: [
    (
      "SELECT a FROM t WHERE s = 5",
      "cannot compare varchar with integer; write the number as text, '5', or CAST(… AS BIGINT) @ s = 5"
    ),
    (
      "SELECT a FROM t WHERE ts >= '2026-09-01'",
      "cannot compare timestamp with varchar; write TIMESTAMP '2026-09-01' @ ts >= '2026-09-01'"
    ),
    (
      "SELECT a FROM t WHERE day BETWEEN '2026-09-01' AND day",
      "cannot compare date with varchar; write DATE '2026-09-01' @ '2026-09-01'"
    ),
    (
      "SELECT a FROM t WHERE a IN (1, 'x')",
      "cannot compare integer with varchar; write CAST(… AS BIGINT) @ 'x'"
    ),
    ("SELECT a FROM t WHERE a", "expected a condition, found integer @ a"),
    (
      "SELECT a FROM t WHERE m < m",
      "map(varchar, varchar) has no order; only = and <> compare it @ m < m"
    ),
    (
      "SELECT s + 1 FROM t",
      "cannot apply '+' to varchar and integer; text is not a number by itself, write CAST(… AS DOUBLE), or || to join texts @ s + 1"
    ),
    (
      "SELECT day + 1 FROM t",
      "cannot apply '+' to date and integer; write an interval such as INTERVAL '1' DAY @ day + 1"
    ),
    ("SELECT s || a FROM t", "cannot join integer to text with '||'; write CAST(… AS VARCHAR) @ a"),
    (
      "SELECT a FROM t WHERE a LIKE 'x'",
      "LIKE takes text, found integer; write CAST(… AS VARCHAR) @ a"
    ),
    (
      "SELECT CASE WHEN flag THEN 1 ELSE 'x' END FROM t",
      "the results of CASE must have one type: found varchar after integer; write a CAST @ 'x'"
    ),
    ("SELECT CAST(ts AS bigint) FROM t", "cannot cast timestamp to bigint @ CAST(ts AS bigint)"),
    ("SELECT CAST(s AS strng) FROM t", "no type named 'strng'; did you mean 'string'? @ strng"),
    ("SELECT DATE '2026-13-01'", "cannot cast '2026-13-01' to date @ DATE '2026-13-01'"),
    ("SELECT INTERVAL '1x' DAY", "'1x' is not an interval in day @ INTERVAL '1x' DAY"),
    (
      "SELECT a FROM t UNION SELECT s FROM t",
      "column 1 of UNION is integer on one side and varchar on the other; write a CAST @ SELECT a FROM t UNION SELECT s FROM t"
    ),
    (
      "SELECT a FROM t INTERSECT SELECT a, b FROM t",
      "INTERSECT needs equally many columns on both sides: found 1 and 2 @ SELECT a FROM t INTERSECT SELECT a, b FROM t"
    ),
    ("VALUES (1, 2), (3)", "VALUES rows differ in length: expected 2 columns, found 1 @ (3)"),
    ("SELECT a FROM t ORDER BY m", "cannot sort by map(varchar, varchar) @ m"),
    ("SELECT s[1] FROM t", "only arrays, maps and rows have elements, found varchar @ s"),
    (
      "SELECT * FROM t CROSS JOIN UNNEST(s) x (y)",
      "UNNEST takes an array or a map, found varchar @ s"
    ),
  ])
  func `types`(sql: String, message: String) {
    #expect(fixture.error(sql) == message)
  }

  @Test(arguments: [
    ("SELECT lowr(s) FROM t", "no function named 'lowr'; did you mean 'lower'? @ lowr"),
    (
      "SELECT lower(a) FROM t",
      "'lower' does not take (integer); it takes lower(varchar) @ lower(a)"
    ),
    (
      "SELECT transform(list, (x, y) -> x) FROM t",
      "'transform' does not take (array(bigint), lambda of 2); it takes transform(array(T), (T) -> U) @ transform(list, (x, y) -> x)"
    ),
    (
      "SELECT filter(list, x -> x + 1) FROM t",
      "the lambda must give boolean, but gives bigint @ x + 1"
    ),
    ("SELECT nullif(a) FROM t", "expected nullif(value, other), found 1 arguments @ nullif(a)"),
    (
      "SELECT lower(DISTINCT s) FROM t",
      "'lower' is not an aggregate: DISTINCT, *, FILTER and ORDER BY do not apply @ lower"
    ),
    (
      "SELECT extract(yearr FROM ts) FROM t",
      "EXTRACT has no field 'yearr'; did you mean 'year'? @ yearr"
    ),
    (
      "SELECT a FROM t WHERE a = ?",
      "the statement has a parameter '?' number 1, but 0 values were given; EXECUTE … USING gives them @ ?"
    ),
    ("SELECT sum(s) OVER w FROM t", "no window named 'w' @ w"),
    ("SELECT rank() FROM t", "'rank' needs OVER (…) after its arguments @ rank()"),
    (
      "SELECT sum(a) OVER (ORDER BY b ROWS -1 PRECEDING) FROM t",
      "a frame of rows takes a whole number of zero or more @ -1"
    ),
    (
      "SELECT sum(a) OVER (ORDER BY ts RANGE 1 PRECEDING) FROM t",
      "RANGE over timestamp takes an interval such as INTERVAL '7' DAY @ 1"
    ),
    (
      "SELECT a FROM t WHERE rank() OVER (ORDER BY a) = 1",
      "WHERE cannot contain a window function; filter in a query around this one @ rank() OVER (ORDER BY a)"
    ),
  ])
  func `functions`(sql: String, message: String) {
    #expect(fixture.error(sql) == message)
  }

  @Test(arguments: [
    ("SELECT sum(a), b FROM t", "column 'b' must be in GROUP BY or inside an aggregate @ b"),
    (
      "SELECT s, b + 1 FROM t GROUP BY s",
      "column 'b' must be in GROUP BY or inside an aggregate @ b"
    ),
    ("SELECT * FROM t GROUP BY a", "column 'b' must be in GROUP BY or inside an aggregate @ *"),
    (
      "SELECT s FROM t GROUP BY s ORDER BY b",
      "column 'b' must be in GROUP BY or inside an aggregate @ b"
    ),
    (
      "SELECT sum(a) FROM t WHERE sum(b) > 1",
      "WHERE cannot contain the aggregate 'sum'; use HAVING @ sum(b)"
    ),
    (
      "SELECT sum(sum(a)) FROM t",
      "aggregates cannot be nested; aggregate again in a query around this one @ sum(a)"
    ),
    (
      "SELECT s, count(*) FROM t GROUP BY 3",
      "GROUP BY position 3 is not in the select list of 2 columns @ 3"
    ),
    (
      "SELECT s, count(*) FROM t GROUP BY 2",
      "GROUP BY position 2 is an aggregate or window function @ 2"
    ),
    (
      "SELECT s FROM t ORDER BY 0", "ORDER BY position 0 is not in the select list of 1 columns @ 0"
    ),
    (
      "SELECT DISTINCT s FROM t ORDER BY a",
      "with SELECT DISTINCT, ORDER BY can only use expressions of the select list @ a"
    ),
    ("SELECT s, grouping(a) FROM t GROUP BY s", "grouping(…) takes columns of GROUP BY @ a"),
  ])
  func `grouping`(sql: String, message: String) {
    #expect(fixture.error(sql) == message)
  }

  @Test(arguments: [
    (
      "SELECT a FROM t WHERE a IN (SELECT a, b FROM u)",
      "IN compares 1 value, but the subquery has 2 columns @ SELECT a, b FROM u"
    ),
    (
      "SELECT (SELECT a, b FROM u) FROM t",
      "a subquery used as a value must have one column, found 2 @ SELECT a, b FROM u"
    ),
    (
      "SELECT (SELECT max(x) FROM v WHERE v.a > t.a GROUP BY ROLLUP (x)) FROM t",
      "a subquery that names columns of the query around it cannot have a grand total by GROUPING SETS, ROLLUP or CUBE @ SELECT max(x) FROM v WHERE v.a > t.a GROUP BY ROLLUP (x)"
    ),
    (
      "SELECT transform(list, x -> (SELECT 1)) FROM t",
      "a lambda cannot contain a subquery; join it in FROM @ (SELECT 1)"
    ),
    (
      "SELECT 1 FROM t LEFT JOIN u ON t.a = u.a AND EXISTS (SELECT 1 FROM v WHERE v.a = t.a AND v.x = u.b)",
      "a subquery in ON of an outer join can name columns of one side only @ LEFT JOIN"
    ),
    (
      "SELECT a FROM t WHERE a = ALL (SELECT a, b FROM u)",
      "ANY and ALL take a subquery of one column @ SELECT a, b FROM u"
    ),
    (
      "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 0.5 FROM r) SELECT * FROM r",
      "column '_col0' of the recursive part is decimal(12,1), but integer in the first part; write a CAST @ SELECT 1 UNION ALL SELECT n + 0.5 FROM r"
    ),
    ("SELECT * FROM t FOR VERSION AS OF 'x'", "FOR VERSION AS OF takes a whole number @ 'x'"),
  ])
  func `subqueries and tables`(sql: String, message: String) {
    #expect(fixture.error(sql) == message)
  }
}
