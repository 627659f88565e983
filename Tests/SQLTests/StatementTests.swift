import SQL
import Testing

/// Each statement, and how its tree is written back; nil where that is the statement itself.
struct StatementTests {
  static let queries: [(String, String?)] = [
    // SELECT and its clauses.
    ("SELECT 1", nil),
    ("select a, B b from T", "SELECT a, B AS b FROM T"),
    ("SELECT * FROM t;", "SELECT * FROM t"),
    ("SELECT t.*, db.t.* FROM db.t", nil),
    ("SELECT ALL a FROM t", "SELECT a FROM t"),
    ("SELECT DISTINCT a, b AS \"x y\" FROM t", nil),
    ("SELECT \"a\"\"b\" FROM \"db\".\"table\"", nil),
    ("SELECT a FROM awsdatacatalog.db.t WHERE a = 1 AND b <> 2 OR NOT c", nil),
    (
      "SELECT a, sum(b) FROM t GROUP BY 1, a HAVING sum(b) > 1 ORDER BY 2 DESC NULLS FIRST, a ASC",
      "SELECT a, sum(b) FROM t GROUP BY 1, a HAVING sum(b) > 1 ORDER BY 2 DESC NULLS FIRST, a"
    ),
    (
      "SELECT a FROM t ORDER BY a NULLS LAST OFFSET 2 ROWS LIMIT 3",
      "SELECT a FROM t ORDER BY a NULLS LAST OFFSET 2 LIMIT 3"
    ),
    ("SELECT a FROM t LIMIT ALL", "SELECT a FROM t"),
    ("SELECT a FROM t FETCH FIRST 5 ROWS ONLY", "SELECT a FROM t LIMIT 5"),
    ("SELECT a FROM t FETCH NEXT ROW ONLY", "SELECT a FROM t LIMIT 1"),
    ("SELECT a FROM t OFFSET ? LIMIT ?", nil),
    ("SELECT a /* b, */ -- c\nFROM t", "SELECT a FROM t"),
    ("SELECT a FROM t GROUP BY ROLLUP (a, (b, c)), CUBE (d)", nil),
    ("SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), ())", nil),
    (
      "SELECT a FROM t GROUP BY GROUPING SETS (a, (b))",
      "SELECT a FROM t GROUP BY GROUPING SETS ((a), (b))"
    ),
    ("SELECT a FROM t GROUP BY (a, b), ()", "SELECT a FROM t GROUP BY a, b, GROUPING SETS (())"),
    (
      "SELECT a FROM t GROUP BY (a + b) * 2, DATE_FORMAT(d,'%Y')",
      "SELECT a FROM t GROUP BY (a + b) * 2, DATE_FORMAT(d, '%Y')"
    ),
    ("SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b), v AS (w ORDER BY c)", nil),
    // FROM.
    ("SELECT * FROM 'usage.csv' u", "SELECT * FROM 'usage.csv' AS u"),
    ("SELECT * FROM a, b, c", "SELECT * FROM a CROSS JOIN b CROSS JOIN c"),
    (
      "SELECT * FROM a INNER JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x, y)",
      "SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (x, y)"
    ),
    ("SELECT * FROM a RIGHT JOIN b ON TRUE FULL JOIN c ON a.x = c.x CROSS JOIN d", nil),
    (
      "SELECT * FROM a JOIN b JOIN c ON b.x = c.x ON a.x = b.x",
      "SELECT * FROM a JOIN (b JOIN c ON b.x = c.x) ON a.x = b.x"
    ),
    ("SELECT * FROM (\"db\".\"t\")", nil),
    ("SELECT * FROM (t) u", "SELECT * FROM (SELECT * FROM t) AS u"),
    (
      "SELECT * FROM ((a LEFT JOIN b ON a.x = b.x) CROSS JOIN UNNEST(a.y) t (z))",
      "SELECT * FROM ((a LEFT JOIN b ON a.x = b.x) CROSS JOIN UNNEST(a.y) AS t (z))"
    ),
    ("SELECT * FROM (SELECT 1 x) t", "SELECT * FROM (SELECT 1 AS x) AS t"),
    ("SELECT * FROM ((SELECT 1) t CROSS JOIN b)", "SELECT * FROM ((SELECT 1) AS t CROSS JOIN b)"),
    (
      "SELECT * FROM ((SELECT 1) UNION (SELECT 2)) t",
      "SELECT * FROM (SELECT 1 UNION SELECT 2) AS t"
    ),
    ("SELECT * FROM (((SELECT 1)))", "SELECT * FROM (SELECT 1)"),
    ("SELECT * FROM ((SELECT 1) LIMIT 1) t", "SELECT * FROM (SELECT 1 LIMIT 1) AS t"),
    (
      "SELECT * FROM t, UNNEST(a, b) WITH ORDINALITY AS u (x, y, n)",
      "SELECT * FROM t CROSS JOIN UNNEST(a, b) WITH ORDINALITY AS u (x, y, n)"
    ),
    (
      "SELECT * FROM (VALUES ROW('a', 1), ROW('b', 2)) t (name, size)",
      "SELECT * FROM (VALUES ROW('a', 1), ROW('b', 2)) AS t (name, size)"
    ),
    ("SELECT * FROM a CROSS JOIN LATERAL (SELECT a.x) AS l", nil),
    ("SELECT * FROM t FOR VERSION AS OF 3 AS u", nil),
    ("SELECT * FROM t FOR TIMESTAMP AS OF current_timestamp - INTERVAL '1' DAY", nil),
    ("SELECT * FROM t TABLESAMPLE BERNOULLI (10)", nil),
    (
      "SELECT * FROM t u TABLESAMPLE SYSTEM (50.5)",
      "SELECT * FROM t AS u TABLESAMPLE BERNOULLI (50.5)"
    ),
    // Queries of queries.
    (
      "WITH a AS (SELECT 1), b (x, y) AS (SELECT 2, 3) SELECT * FROM a, b",
      "WITH a AS (SELECT 1), b (x, y) AS (SELECT 2, 3) SELECT * FROM a CROSS JOIN b"
    ),
    (
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n",
      nil
    ),
    ("(SELECT 1) UNION (SELECT 2)", "SELECT 1 UNION SELECT 2"),
    (
      "SELECT 1 UNION DISTINCT SELECT 2 UNION ALL SELECT 3",
      "SELECT 1 UNION SELECT 2 UNION ALL SELECT 3"
    ),
    ("SELECT 1 UNION ALL (SELECT 2 UNION SELECT 3)", nil),
    ("SELECT 1 EXCEPT SELECT 2 EXCEPT SELECT 3", nil),
    ("SELECT 1 EXCEPT (SELECT 2 EXCEPT SELECT 3)", nil),
    ("SELECT 1 UNION SELECT 2 INTERSECT SELECT 3", nil),
    ("(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3", nil),
    ("(SELECT 1 ORDER BY 1 LIMIT 1) UNION ALL SELECT 2 ORDER BY 1", nil),
    ("TABLE db.t", nil),
    ("VALUES (1, 'a'), (2, 'b')", "VALUES ROW(1, 'a'), ROW(2, 'b')"),
    ("VALUES 1, 2 ORDER BY 1", nil),
    ("SELECT (SELECT max(a) FROM t), EXISTS (SELECT 1)", nil),
    ("SELECT ((SELECT 1) UNION (SELECT 2))", "SELECT (SELECT 1 UNION SELECT 2)"),
    ("SELECT ((SELECT 1) + 2)", "SELECT (SELECT 1) + 2"),
  ]

  static let others: [(String, String?)] = [
    ("EXPLAIN SELECT 1", nil),
    ("EXPLAIN ANALYZE VERBOSE SELECT 1", "EXPLAIN ANALYZE SELECT 1"),
    ("EXPLAIN (TYPE LOGICAL, FORMAT TEXT) SELECT 1", "EXPLAIN SELECT 1"),
    ("EXPLAIN (SELECT 1)", "EXPLAIN SELECT 1"),
    ("CREATE VIEW v AS SELECT 1 AS a", nil),
    (
      "CREATE OR REPLACE VIEW db.v AS ( SELECT 1 UNION SELECT 2 )",
      "CREATE OR REPLACE VIEW db.v AS SELECT 1 UNION SELECT 2"
    ),
    ("CREATE VIEW v COMMENT 'x' SECURITY INVOKER AS SELECT 1", "CREATE VIEW v AS SELECT 1"),
    ("DROP VIEW IF EXISTS v", nil),
    ("DROP TABLE t", nil),
    ("DROP TABLE IF EXISTS `db`.`t`", "DROP TABLE IF EXISTS \"db\".\"t\""),
    ("CREATE TABLE t AS SELECT 1 AS a", nil),
    (
      "CREATE TABLE IF NOT EXISTS t (a, b) WITH (format = 'PARQUET', partitioned_by = ARRAY['b'])"
        + " AS (SELECT 1, 2) WITH NO DATA",
      "CREATE TABLE IF NOT EXISTS t (a, b) WITH (format = 'PARQUET', partitioned_by = ARRAY['b'])"
        + " AS SELECT 1, 2 WITH NO DATA"
    ),
    ("CREATE TABLE t AS SELECT 1 AS a WITH DATA", "CREATE TABLE t AS SELECT 1 AS a"),
    ("INSERT INTO t SELECT * FROM u", nil),
    ("INSERT INTO t (a, b) VALUES (1, 2)", "INSERT INTO t (a, b) VALUES ROW(1, 2)"),
    ("INSERT INTO t (SELECT 1)", "INSERT INTO t SELECT 1"),
    ("UNLOAD (SELECT 1) TO 's3://b/p/' WITH (format = 'PARQUET')", nil),
    ("SHOW TABLES", nil),
    ("SHOW TABLES IN db 'cur*'", "SHOW TABLES FROM db LIKE 'cur*'"),
    ("SHOW TABLES LIKE 'a%'", nil),
    ("SHOW VIEWS", nil),
    ("SHOW SCHEMAS", "SHOW DATABASES"),
    ("SHOW DATABASES LIKE 'x'", nil),
    ("SHOW COLUMNS IN t FROM db", "SHOW COLUMNS FROM db.t"),
    ("SHOW PARTITIONS cur", nil),
    ("SHOW FUNCTIONS", nil),
    ("SHOW CREATE TABLE cur", nil),
    ("SHOW CREATE VIEW v", nil),
    ("DESCRIBE db.t", nil),
    ("DESC FORMATTED t", "DESCRIBE t"),
    ("DESCRIBE formatted", nil),
    ("PREPARE p FROM SELECT ? + ?", nil),
    ("EXECUTE p USING 1, 'a'", nil),
    ("EXECUTE p", nil),
    ("DEALLOCATE PREPARE p", nil),
  ]

  @Test(arguments: queries) func `reads queries`(text: String, expected: String?) throws {
    let written = try Parser.statement(text).text
    #expect(written == expected ?? text)
    #expect(try Parser.statement(written).text == written)
  }

  @Test(arguments: others) func `reads other statements`(text: String, expected: String?) throws {
    let written = try Parser.statement(text).text
    #expect(written == expected ?? text)
    #expect(try Parser.statement(written).text == written)
  }

  @Test func `keeps the text of a view's query`() throws {
    let statement = try Parser.statement("CREATE VIEW v AS ( SELECT  1 -- one\n);")
    guard case .createView(_, _, _, let text) = statement else {
      Issue.record("not a view")
      return
    }
    #expect(text == "( SELECT  1 -- one\n)")
    #expect(try Parser.query(text).text == "SELECT 1")
  }

  @Test func `counts parameters from 0`() throws {
    let statement = try Parser.statement("SELECT ? FROM t WHERE a = ?")
    guard case .query(let query) = statement, case .select(let select) = query.body,
      case .expression(let item, alias: nil) = select.items[0],
      case .compare(_, _, let right)? = select.condition?.kind
    else {
      Issue.record("not the query that was written")
      return
    }
    guard case .parameter(0) = item.kind, case .parameter(1) = right.kind else {
      Issue.record("parameters are miscounted")
      return
    }
  }

  @Test func `places are those of the text`() throws {
    let text = "SELECT a + bc FROM t"
    guard case .query(let query) = try Parser.statement(text),
      case .select(let select) = query.body,
      case .expression(let item, alias: nil) = select.items[0],
      case .arithmetic(.add, _, let right) = item.kind
    else {
      Issue.record("not the query that was written")
      return
    }
    #expect(item.range == SourceRange(7, 13))
    #expect(right.range == SourceRange(11, 13))
    #expect(query.range == SourceRange(0, 20))
  }
}
