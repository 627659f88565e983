import SQL
import Testing

struct ErrorTests {
  /// A statement and its message with the caret row, exactly as a person sees it.
  static let errors: [(String, String)] = [
    (
      "SELEC 1",
      """
      error: line 1, column 1: expected a statement, found 'SELEC'; did you mean SELECT?
        1 | SELEC 1
          | ^^^^^
      """
    ),
    (
      "",
      """
      error: line 1, column 1: expected a statement, found the end of the statement
        1 | 
          | ^
      """
    ),
    (
      "SELECT a FORM t",
      """
      error: line 1, column 10: expected ',' or FROM, found 'FORM'; did you mean FROM?
        1 | SELECT a FORM t
          |          ^^^^
      """
    ),
    (
      "SELECT a FROM t WEHRE a = 1",
      """
      error: line 1, column 17: expected ',', JOIN, WHERE or GROUP BY, found 'WEHRE'; did you mean WHERE?
        1 | SELECT a FROM t WEHRE a = 1
          |                 ^^^^^
      """
    ),
    (
      "SELECT a FROM t GROUP YB a",
      """
      error: line 1, column 23: expected BY, found 'YB'
        1 | SELECT a FROM t GROUP YB a
          |                       ^^
      """
    ),
    (
      "SELECT a b c FROM t",
      """
      error: line 1, column 12: expected ',' or FROM, found 'c'
        1 | SELECT a b c FROM t
          |            ^
      """
    ),
    (
      "SELECT a,\nFROM t",
      """
      error: line 2, column 1: expected an expression, found 'FROM'; is there a comma too many?
        2 | FROM t
          | ^^^^
      """
    ),
    (
      "SELECT a FROM t WHERE a = 1 b = 2",
      """
      error: line 1, column 29: expected AND, OR or GROUP BY, found 'b'
        1 | SELECT a FROM t WHERE a = 1 b = 2
          |                             ^
      """
    ),
    (
      "SELECT (1 + 2 FROM t",
      """
      error: line 1, column 15: expected ')', found 'FROM'
        1 | SELECT (1 + 2 FROM t
          |               ^^^^
      """
    ),
    (
      "SELECT round(sum(a, 2",
      """
      error: line 1, column 17: this parenthesis is never closed: expected ')'
        1 | SELECT round(sum(a, 2
          |                 ^
      """
    ),
    (
      "SELECT m['a' ;",
      """
      error: line 1, column 9: this bracket is never closed: expected ']'
        1 | SELECT m['a' ;
          |         ^
      """
    ),
    (
      "SELECT 'abc FROM t",
      """
      error: line 1, column 8: this quote is never closed: expected "'"
        1 | SELECT 'abc FROM t
          |        ^
      """
    ),
    (
      "SELECT 1\n/* all\nof it",
      """
      error: line 2, column 1: this comment is never closed: expected '*/'
        2 | /* all
          | ^^
      """
    ),
    (
      "SELECT CASE WHEN a THEN 1",
      """
      error: line 1, column 8: this CASE is never closed: expected END
        1 | SELECT CASE WHEN a THEN 1
          |        ^^^^
      """
    ),
    (
      "SELECT 1 +",
      """
      error: line 1, column 11: expected an expression, found the end of the statement
        1 | SELECT 1 +
          |           ^
      """
    ),
    (
      "SELECT a == 1",
      """
      error: line 1, column 10: unexpected character '=='; equality is written '='
        1 | SELECT a == 1
          |          ^^
      """
    ),
    (
      "SELECT “a”",
      """
      error: line 1, column 8: unexpected character '“'; names are quoted with '"'
        1 | SELECT “a”
          |        ^
      """
    ),
    (
      "SELECT `a` FROM t",
      """
      error: line 1, column 8: names are quoted with '"', not '`'
        1 | SELECT `a` FROM t
          |        ^^^
      """
    ),
    (
      "SELECT a AS 'x' FROM t",
      """
      error: line 1, column 13: expected a name, found ''x''; names are quoted with '"'
        1 | SELECT a AS 'x' FROM t
          |             ^^^
      """
    ),
    (
      "SELECT a AS order FROM t",
      """
      error: line 1, column 13: expected a name, found 'order'; a reserved word is a name only in \
      double quotes
        1 | SELECT a AS order FROM t
          |             ^^^^^
      """
    ),
    (
      "SELECT 2021_total FROM t",
      """
      error: line 1, column 8: a name cannot start with a digit unless it is in double quotes
        1 | SELECT 2021_total FROM t
          |        ^^^^^^^^^^
      """
    ),
    (
      "SELECT INTERVAL '3' DAYS",
      """
      error: line 1, column 21: expected YEAR, MONTH, DAY, HOUR, MINUTE or SECOND, found 'DAYS'; \
      did you mean DAY?
        1 | SELECT INTERVAL '3' DAYS
          |                     ^^^^
      """
    ),
    (
      "SELECT INTERVAL 3 DAY",
      """
      error: line 1, column 17: expected a quoted amount, found '3'; an interval is written \
      INTERVAL '3' DAY
        1 | SELECT INTERVAL 3 DAY
          |                 ^
      """
    ),
    (
      "SELECT a = b = c",
      """
      error: line 1, column 14: expected AND or OR, found '='; comparisons do not chain
        1 | SELECT a = b = c
          |              ^
      """
    ),
    (
      "SELECT a FROM t LIMIT 5 OFFSET 2",
      """
      error: line 1, column 25: expected the end of the query, found 'OFFSET'; OFFSET goes before LIMIT
        1 | SELECT a FROM t LIMIT 5 OFFSET 2
          |                         ^^^^^^
      """
    ),
    (
      "SELECT a FROM t GROUP BY a WHERE b",
      """
      error: line 1, column 28: expected ',', HAVING or ORDER BY, found 'WHERE'; WHERE goes before \
      GROUP BY
        1 | SELECT a FROM t GROUP BY a WHERE b
          |                            ^^^^^
      """
    ),
    (
      "SELECT a FROM t JOIN u",
      """
      error: line 1, column 23: expected ON or USING, found the end of the statement
        1 | SELECT a FROM t JOIN u
          |                       ^
      """
    ),
    (
      "SELECT SELECT 1",
      """
      error: line 1, column 8: expected an expression, found 'SELECT'; a query inside an \
      expression stands in parentheses
        1 | SELECT SELECT 1
          |        ^^^^^^
      """
    ),
    (
      "SELECT 1; SELECT 2",
      """
      error: line 1, column 11: expected one statement at a time, found 'SELECT'
        1 | SELECT 1; SELECT 2
          |           ^^^^^^
      """
    ),
    (
      "DELETE FROM t",
      """
      error: line 1, column 1: DELETE is not supported; queries, CREATE VIEW, CREATE TABLE AS, \
      INSERT INTO, UNLOAD, DROP, SHOW, DESCRIBE, EXPLAIN and PREPARE are
        1 | DELETE FROM t
          | ^^^^^^
      """
    ),
    (
      "CREATE TABLE t (a bigint DEFAULT 1)",
      """
      error: line 1, column 26: expected ',' or ')', found 'DEFAULT'; a column has a name, a type and \
      perhaps NOT NULL or PRIMARY KEY
        1 | CREATE TABLE t (a bigint DEFAULT 1)
          |                          ^^^^^^^
      """
    ),
    (
      "SHOW TABELS",
      """
      error: line 1, column 6: expected TABLES, VIEWS, COLUMNS, DATABASES, SCHEMAS, PARTITIONS, \
      FUNCTIONS or CREATE, found 'TABELS'; did you mean TABLES?
        1 | SHOW TABELS
          |      ^^^^^^
      """
    ),
    (
      "SELECT CAST(a AS struct<a:bigint>)",
      """
      error: line 1, column 24: expected '(', found '<'; write row(name varchar, size bigint)
        1 | SELECT CAST(a AS struct<a:bigint>)
          |                        ^
      """
    ),
    (
      "SELECT\n\tä, \u{1F600}x\n\tFROM t",
      """
      error: line 2, column 5: unexpected character '\u{1F600}'
        2 | \tä, \u{1F600}x
          | \t   ^
      """
    ),
  ]

  @Test(arguments: errors) func `says what was expected, and where`(
    text: String, expected: String
  ) throws {
    let error = #expect(throws: SQLError.self) { try Parser.statement(text) }
    #expect(try #require(error).rendered(in: text) == expected)
  }

  @Test func `an error in a script is placed in the script`() throws {
    let script = "SELECT 1;\r\n\r\n-- two\r\nSELECT a\r\nFORM t;\r\n"
    let statements = Script.statements(script)
    try #require(statements.count == 2)
    let error = #expect(throws: SQLError.self) { try Parser.statement(statements[1].text) }
    let rendered = try #require(error).rendered(
      in: script, statement: 2, at: statements[1].offset)
    #expect(
      rendered == """
        error: statement 2 (line 5, column 1): expected ',' or FROM, found 'FORM'; did you mean FROM?
          5 | FORM t;
            | ^^^^
        """)
  }

  @Test func `a long line is cut around the words`() {
    let line = String(repeating: "a, ", count: 500) + "csot" + String(repeating: ", b", count: 500)
    let drawing = SQLError("no", at: SourceRange(1_500, 1_504)).rendered(in: line)
    let rows = drawing.split(separator: "\n")
    #expect(rows[0] == "error: line 1, column 1501: no")
    #expect(rows[1].count < 200)
    #expect(rows[1].contains("…") && rows[1].hasSuffix("…"))
    let caret = rows[2].prefix { $0 != "^" }.count
    #expect(rows[1].dropFirst(caret).prefix(4) == "csot")
    #expect(rows[2].hasSuffix("^^^^") && !rows[2].hasSuffix("^^^^^"))
  }

  @Test func `an error without a place is one line`() {
    #expect(SQLError("no", at: nil).rendered(in: "SELECT 1") == "error: no")
    #expect(
      SQLError("no", at: nil).rendered(in: "SELECT 1", statement: 3, at: 0)
        == "error: statement 3: no")
  }

  @Test func `a place outside the text is drawn at its end`() {
    let rendered = SQLError("no", at: SourceRange(50, 60)).rendered(in: "SELECT 1")
    #expect(rendered == "error: line 1, column 9: no\n  1 | SELECT 1\n    |         ^")
  }

  @Test func `a text that is too long is refused`() throws {
    let text = "SELECT '" + String(repeating: "x", count: Parser.longestText) + "'"
    let error = #expect(throws: SQLError.self) { try Parser.statement(text) }
    #expect(
      try #require(error).message
        == "expected a statement of at most 262144 bytes, found 262153")
  }
}

struct SpellingTests {
  @Test func `suggests what is near, nearest first`() {
    let names = ["cost", "cast", "usage", "costs", "region"]
    #expect(Spelling.nearest(to: "csot", among: names) == ["cost"])
    #expect(Spelling.nearest(to: "COSTS", among: names) == ["costs", "cost"])
    #expect(Spelling.hint(for: "csot", among: names) == "; did you mean 'cost'?")
    #expect(Spelling.hint(for: "cos", among: names) == "; did you mean 'cost'?")
    #expect(Spelling.hint(for: "account", among: names).isEmpty)
    #expect(Spelling.hint(for: "", among: [""]) == "; did you mean ''?")
  }
}

struct ScriptTests {
  @Test func `cuts at semicolons outside quotes and comments`() {
    let script = "SELECT ';';; -- a;b\n/* ; */ SELECT \";\" ; -- the end;\n"
    let statements = Script.statements(script)
    #expect(statements.map(\.text) == ["SELECT ';'", "-- a;b\n/* ; */ SELECT \";\""])
    #expect(statements.map(\.offset) == [0, 13])
  }

  @Test func `an empty script has no statements`() {
    #expect(Script.statements("").isEmpty)
    #expect(Script.statements(" ;\n; -- nothing").isEmpty)
  }

  @Test func `what is never closed is the last statement`() {
    #expect(
      Script.statements("SELECT 1; SELECT 'a; b").map(\.text) == ["SELECT 1", "SELECT 'a; b"])
    #expect(Script.statements("SELECT 1 /* ; ").map(\.text) == ["SELECT 1 /* ;"])
    #expect(Script.statements("SELECT 'it''s; here'").count == 1)
  }
}
