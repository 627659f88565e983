import SQL
import Testing

struct ExpressionTests {
  static let expressions: [(String, String?)] = [
    // Literals.
    ("NULL", nil), ("true", "TRUE"), ("42", nil), ("1_000", "1000"), ("1.50", nil), (".5", nil),
    ("1E0", nil), ("1.5e-3", nil), ("'it''s'", nil), ("X'CAFE'", nil), ("x'ca fe'", "X'CAFE'"),
    ("U&'caf\\00e9 \\\\ \\+01F600'", "'café \\ 😀'"),
    ("DATE '2026-01-01'", nil), ("timestamp '2026-01-01 10:00'", "TIMESTAMP '2026-01-01 10:00'"),
    ("DECIMAL '1.5'", "1.5"), ("DECIMAL '3'", nil), ("decimal '-1.50'", "-1.50"),
    ("double precision '1'", "DOUBLE '1'"), ("JSON '{}'", nil),
    ("INTERVAL '1' DAY", nil), ("- INTERVAL '2' MONTH", "-INTERVAL '2' MONTH"),
    ("INTERVAL -'1-3' YEAR TO MONTH", nil), ("interval + '1' hour", "INTERVAL '1' HOUR"),
    ("?", nil),
    // Names: words that are not reserved, too.
    ("a.b.c", nil), ("\"configurationItem\".\"resourceId\"", nil), ("date", nil),
    ("year + month", nil),
    ("value", nil), ("\"values\"", nil), ("interval", nil), ("key || type", nil), ("filter", nil),
    ("t.order", nil), ("limit", nil), ("über", nil), ("a$b", nil), ("row.array.map", nil),
    // Operators and how tightly they bind.
    ("a OR b AND NOT c = d", nil), ("(a OR b) AND c", nil), ("NOT (a AND b)", nil),
    ("NOT NOT a", nil), ("a + b * c - d / e % f", nil), ("(a + b) * c", nil), ("a - (b - c)", nil),
    ("a - b - c", nil), ("(a - b) - c", "a - b - c"), ("-a * -b", nil), ("- -a", "-(-a)"),
    ("+a", "a"),
    ("-(a + b)", nil), ("a || b || 'c'", nil), ("a || b + c", nil), ("(a || b) + c", nil),
    ("a != b", "a <> b"), ("a<=b", "a <= b"), ("a >= b", nil), ("(a = b) = c", nil),
    ("a AND b AND (c AND d)", nil),
    // Predicates.
    ("a IS NULL", nil), ("a + 1 IS NOT NULL", nil), ("a IS DISTINCT FROM b", nil),
    ("a IS NOT DISTINCT FROM b AND c", nil), ("a BETWEEN 1 AND 2 AND b", nil),
    ("a NOT BETWEEN b + 1 AND c", nil), ("a IN (1, 2, 3)", nil), ("a NOT IN ('x')", nil),
    ("(a, b) IN ((1, 2), (3, 4))", "ROW(a, b) IN (ROW(1, 2), ROW(3, 4))"),
    ("a IN (SELECT b FROM t)", nil),
    (
      "a NOT IN ((SELECT 1) UNION (SELECT 2))",
      "a NOT IN (SELECT 1 UNION SELECT 2)"
    ),
    ("a LIKE 'x%'", nil), ("a NOT LIKE b || '%' ESCAPE '\\'", nil), ("a = ANY (SELECT 1)", nil),
    ("a < some (SELECT 1)", "a < ANY (SELECT 1)"), ("a >= ALL (VALUES 1, 2)", nil),
    ("NOT EXISTS (SELECT 1 FROM t WHERE t.a = u.a)", nil),
    // CASE, CAST and types.
    ("CASE WHEN a THEN 1 ELSE 2 END", nil), ("CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' END", nil),
    ("CAST(a AS double precision)", "CAST(a AS double)"),
    (
      "CAST(a AS DECIMAL(16, 8))",
      "CAST(a AS decimal(16,8))"
    ),
    ("TRY_CAST(a AS varchar(10))", nil), ("CAST(a AS \"Date\")", "CAST(a AS date)"),
    ("CAST(a AS timestamp(3) with time zone)", nil), ("CAST(a AS time)", nil),
    ("CAST(a AS timestamp without time zone)", "CAST(a AS timestamp)"),
    ("CAST(a AS array(row(a bigint, \"b c\" map(varchar, double))))", nil),
    ("CAST(a AS row(bigint, varchar))", nil),
    (
      "CAST(a AS row(date date, double precision))",
      "CAST(a AS row(date date, double))"
    ),
    ("CAST(a AS row(at timestamp(3) with time zone))", nil),
    (
      "CAST(a AS bigint array)",
      "CAST(a AS array(bigint))"
    ),
    ("CAST(a AS interval day to second)", nil), ("CAST(a AS json)", nil), ("CAST(a AS uuid)", nil),
    // Forms of their own.
    ("EXTRACT(month FROM a)", nil), ("POSITION('a' IN b)", "strpos(b, 'a')"),
    ("SUBSTRING(a FROM 2 FOR 3)", "substring(a, 2, 3)"), ("substring(a, 2)", nil),
    ("TRIM(a)", "trim(a)"), ("TRIM(BOTH 'x' FROM a)", "trim(a, 'x')"),
    ("TRIM(LEADING FROM a)", "ltrim(a)"), ("trim('x' FROM a)", "trim(a, 'x')"),
    ("TRIM(TRAILING 'x' FROM a)", "rtrim(a, 'x')"), ("trim(a, 'x')", nil),
    ("CURRENT_DATE", "current_date"), ("current_timestamp(3)", nil), ("localtimestamp", nil),
    ("a AT TIME ZONE 'Europe/Berlin'", nil), ("a AT TIME ZONE INTERVAL '2' HOUR", nil),
    ("-a AT TIME ZONE 'UTC'", nil),
    // Calls.
    ("f()", nil), ("\"sum\"(\"x\")", nil), ("db.f(a, 1)", nil), ("count(*)", nil),
    ("count(DISTINCT a)", nil), ("sum(ALL a)", "sum(a)"), ("\"date_trunc\"('day', a)", nil),
    ("array_agg(a ORDER BY b DESC, c)", nil), ("sum(a) FILTER (WHERE b > 1)", nil),
    ("listagg(a, ',') WITHIN GROUP (ORDER BY b)", "listagg(a, ',' ORDER BY b)"),
    ("listagg(a, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY b)", "listagg(a, ',' ORDER BY b)"),
    ("if(a, b, c)", nil), ("left(a, 1)", nil), ("right(a, 2)", nil), ("grouping(a, b)", nil),
    ("try(f(a))", nil), ("replace(a, 'b')", nil), ("map(ARRAY['a'], ARRAY[1])", nil),
    ("now()", nil),
    // Windows.
    ("sum(sum(a)) OVER (PARTITION BY b, c ORDER BY d)", nil), ("rank() OVER w", nil),
    ("lag(a, 1) IGNORE NULLS OVER (ORDER BY b)", nil),
    ("lag(a) RESPECT NULLS OVER ()", "lag(a) OVER ()"),
    (
      "sum(a) OVER (w ROWS 2 PRECEDING)",
      "sum(a) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)"
    ),
    (
      "sum(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND UNBOUNDED FOLLOWING)",
      nil
    ),
    ("sum(a) OVER (GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)", nil),
    // Lambdas, arrays, rows, subscripts, fields.
    ("transform(a, x -> x + 1)", nil), ("map_filter(m, (k, v) -> v > 1 AND k <> 'a')", nil),
    ("f(() -> 1)", nil), ("ARRAY[]", nil), ("ARRAY[1, 2][1]", nil), ("ROW(1)", nil),
    ("(1, 'a')", "ROW(1, 'a')"), ("product['region']", nil), ("a.b[1].c.d", nil), ("f(a).b", nil),
    ("(a).b", nil), ("(a || b)[1]", nil), ("m['a']['b']", nil), ("(SELECT 1).x", nil),
  ]

  @Test(arguments: expressions) func `reads expressions`(text: String, expected: String?) throws {
    let written = try Parser.expression(text).text
    #expect(written == expected ?? text)
    #expect(try Parser.expression(written).text == written)
  }

  @Test func `lists of AND and OR are flat`() throws {
    guard case .or(let branches) = try Parser.expression("a OR b AND c AND d OR e").kind,
      case .and(let operands) = branches[1].kind
    else {
      Issue.record("not a list")
      return
    }
    #expect(branches.count == 3)
    #expect(operands.count == 3)
  }

  @Test func `a keyword is an alias only where it does not go on with the query`() throws {
    #expect(try Parser.statement("SELECT 1 value LIMIT 2").text == "SELECT 1 AS value LIMIT 2")
    #expect(
      try Parser.statement("SELECT sum(a) filter FROM t").text == "SELECT sum(a) AS filter FROM t")
    #expect(
      try Parser.statement("SELECT a FROM t WINDOW w AS ()").text
        == "SELECT a FROM t WINDOW w AS ()")
  }
}
