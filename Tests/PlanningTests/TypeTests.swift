import Columns
import Planning
import SQL
import Testing

/// Types of literals and expressions, as Trino documents them.
struct TypeTests {
  private let fixture = PlanningFixture()

  @Test(arguments: [
    ("1", "integer"), ("2147483647", "integer"), ("2147483648", "bigint"),
    ("-2147483648", "integer"), ("-9223372036854775808", "bigint"),
    ("1.50", "decimal(3,2)"), ("0.5", "decimal(1,1)"), ("0.0", "decimal(1,1)"),
    ("12345.", "decimal(5,0)"), ("1E0", "double"), ("'x'", "varchar"), ("true", "boolean"),
    ("NULL", "unknown"), ("X'CAFE'", "varbinary"), ("DATE '2026-09-01'", "date"),
    ("TIMESTAMP '2026-09-01 10:00:00'", "timestamp"),
    ("INTERVAL '1' DAY", "interval day to second"),
    ("INTERVAL '1-3' YEAR TO MONTH", "interval year to month"), ("current_date", "date"),
    ("now()", "timestamp with time zone"), ("localtimestamp", "timestamp"),
    ("TINYINT '1' + SMALLINT '2'", "smallint"), ("REAL '1' * 2", "real"),
    ("TIME '10:00'", "time"),
    ("TIMESTAMP '2026-09-01 10:00 UTC'", "timestamp with time zone"),
    ("ARRAY[1, 2.5]", "array(decimal(11,1))"),
    ("ROW(1, 'a')", "row(integer, varchar)"), ("ARRAY[]", "array(unknown)"),
  ])
  func `literals have Trino's types`(expression: String, type: String) throws {
    #expect(
      try fixture.bind("SELECT \(expression)").columns.map { "\($0.reference.type)" } == [type])
  }

  @Test(arguments: [
    ("a + 1", "integer"), ("a + b", "bigint"), ("a / 2", "integer"), ("b * 1.5", "decimal(21,1)"),
    ("c + 1", "double"), ("d + c", "double"), ("d + d", "decimal(11,2)"),
    ("d - 1.555", "decimal(12,3)"), ("d * d", "decimal(20,4)"), ("d / d", "decimal(12,2)"),
    ("d / 3", "decimal(10,2)"), ("d % 3", "decimal(10,2)"), ("d + a", "decimal(13,2)"),
    ("CAST(1 AS decimal(38,0)) * CAST(1 AS decimal(38,0))", "decimal(38,0)"),
    ("a + NULL", "integer"), ("day + INTERVAL '1' DAY", "date"),
    ("ts - INTERVAL '1' MONTH", "timestamp"), ("INTERVAL '1' MONTH + day", "date"),
    ("ts - ts", "interval day to second"), ("day - day", "interval day to second"),
    ("ts - day", "interval day to second"), ("INTERVAL '1' DAY * 3", "interval day to second"),
    ("2.5 * INTERVAL '1' DAY", "interval day to second"),
    ("INTERVAL '1' YEAR / 2", "interval year to month"), ("-d", "decimal(10,2)"),
    ("sum(a)", "bigint"), ("sum(c)", "double"), ("sum(d)", "decimal(38,2)"),
    ("avg(a)", "double"), ("avg(d)", "decimal(10,2)"), ("count(*)", "bigint"),
    ("min(day)", "date"), ("array_agg(s)", "array(varchar)"),
  ])
  func `operators and aggregates give Trino's types`(expression: String, type: String) throws {
    let query = try fixture.bind("SELECT \(expression) FROM t")
    #expect(query.columns.map { "\($0.reference.type)" } == [type])
  }

  @Test(arguments: [
    ("CASE WHEN flag THEN 1 ELSE 2.5 END", "decimal(11,1)"), ("CASE a WHEN 1 THEN day END", "date"),
    ("CASE WHEN flag THEN day ELSE ts END", "timestamp"), ("coalesce(a, b, NULL)", "bigint"),
    ("coalesce(d, c)", "double"), ("if(flag, 'x')", "varchar"), ("nullif(a, b)", "integer"),
    ("try(CAST(s AS bigint))", "bigint"), ("TRY_CAST(s AS date)", "date"), ("s || s", "varchar"),
    ("CAST(s AS decimal)", "decimal(38,0)"), ("CAST(s AS timestamp)", "timestamp"),
    (
      "CAST(j AS map(varchar, array(row(x bigint, y double))))",
      "map(varchar, array(row(x bigint, y double)))"
    ),
    ("m['k']", "varchar"), ("list[1]", "bigint"), ("r.x", "bigint"), ("r.inner.y", "varchar"),
    ("r[1]", "bigint"), ("extract(year FROM ts)", "bigint"), ("year(day)", "bigint"),
    ("date_trunc('month', day)", "date"), ("date_trunc('month', ts)", "timestamp"),
    ("round(d, 2)", "decimal(10,2)"), ("round(a)", "bigint"), ("round(c, 2)", "double"),
    ("greatest(a, b, 1.5)", "decimal(20,1)"), ("concat(s, 'x', s)", "varchar"),
    ("transform(list, x -> x > 1)", "array(boolean)"),
    ("transform(list, x -> transform(list, y -> x * y + c))", "array(array(double))"),
    ("reduce(list, 0, (total, x) -> total + x, total -> total)", "bigint"),
    ("filter(list, x -> x IN (1, 2))", "array(bigint)"),
    ("a BETWEEN 1 AND 2.5", "boolean"), ("s LIKE 'a%'", "boolean"), ("s LIKE lower(s)", "boolean"),
    ("ts AT TIME ZONE 'Asia/Tokyo'", "timestamp"), ("a IS DISTINCT FROM NULL", "boolean"),
  ])
  func `forms and functions give Trino's types`(expression: String, type: String) throws {
    let query = try fixture.bind("SELECT \(expression) FROM t")
    #expect(query.columns.map { "\($0.reference.type)" } == [type])
  }

  @Test(arguments: [
    ("a > 1.5", "CAST(a AS decimal(11,1)) > 1.5"), ("c > 5", "c > 5.0"), ("d = 1", "d = 1.00"),
    ("a = 5000000000", "CAST(a AS bigint) = 5000000000"),
    ("b > 2.0", "b > 2"), ("d <> 1.500", "d <> 1.50"),
    ("d < 0.001", "CAST(d AS decimal(11,3)) < 0.001"),
    ("a IN (1.0, 2)", "a IN (1, 2)"),
    ("day >= now()", "CAST(day AS timestamp) >= TIMESTAMP '2026-09-14 12:00:00'"),
    ("b IN (1, 2, NULL)", "b IN (1, 2, NULL)"),
    ("b IN (1, a)", "b IN (1) OR b = CAST(a AS bigint)"),
    ("s LIKE 'a!%%' ESCAPE '!'", "s LIKE 'a!%%' ESCAPE '!'"), ("s LIKE s", "like(s, s)"),
    ("(a, b) = (1, 2)", "a = 1 AND b = 2"), ("s NOT IN ('it''s')", "NOT s IN ('it''s')"),
    ("a NOT BETWEEN 1 AND 2", "NOT (a >= 1 AND a <= 2)"), ("s IS NOT NULL", "s IS NOT NULL"),
  ])
  func `comparisons convert their operands`(condition: String, text: String) throws {
    let expected = "Filter \(text)"
    let plan = try fixture.bound("SELECT a FROM t WHERE \(condition)")
    #expect(plan.split(separator: "\n").contains { $0.drop { $0 == " " } == expected }, "\(plan)")
  }

  @Test func `an interval counts months or microseconds`() throws {
    let text = try fixture.bound(
      "SELECT INTERVAL '2' WEEK, INTERVAL '1-3' YEAR TO MONTH, INTERVAL '-1 02:00:00.5' DAY TO SECOND, "
        + "- INTERVAL '1' DAY")
    #expect(
      text.hasPrefix(
        "Project INTERVAL '14' DAY AS _col0, INTERVAL '15' MONTH AS _col1, "
          + "INTERVAL '-93600.500000' SECOND AS _col2"))
  }

  @Test func `constants and types can be asked for alone`() throws {
    let planner = fixture.planner
    let value = try planner.constant(Parser.expression("1 + 2"))
    #expect(value == TypedValue(.int64(3), .integer))
    #expect(throws: SQLError.self) { try planner.constant(Parser.expression("x + 1")) }
    #expect(throws: SQLError("division by zero", at: SourceRange(0, 5))) {
      try planner.constant(Parser.expression("1 / 0"))
    }
  }

  @Test func `a query is converted to a table's columns`() throws {
    let planner = fixture.planner
    let query = try fixture.bind("SELECT a, s FROM t")
    let converted = try planner.coerced(query, to: [.double, .varchar])
    #expect(converted.columns.map(\.reference.type) == [.double, .varchar])
    #expect(converted.plan.text.hasPrefix("Project CAST(a AS double) AS a, s"))
    #expect(throws: SQLError.self) { try planner.coerced(query, to: [.double]) }
    #expect(throws: SQLError.self) { try planner.coerced(query, to: [.double, .bigint]) }
  }
}
