import SQL
import Testing

struct NamedParameterTests {
  private func bound(_ text: String, _ values: [String: String] = ["x": "5", "b": "7"])
    throws -> String
  {
    try NamedParameters(text).text(with: values)
  }

  @Test(arguments: [
    ("SELECT :x, (:x + 1) AS é", "SELECT 5, (5 + 1) AS é"),
    ("SELECT ':x', \":x\", x -- :x\n, :x", "SELECT ':x', \":x\", x -- :x\n, 5"),
    ("SELECT a /* :x */ FROM t LIMIT :x; SELECT :b", "SELECT a /* :x */ FROM t LIMIT 5; SELECT 7"),
    ("SELECT json_object('a' : 1, 'c':c)", "SELECT json_object('a' : 1, 'c':c)"),
    ("SELECT DATE :x", "SELECT DATE 5"),
    ("SELECT 'never closed :x", "SELECT 'never closed :x"),
  ])
  func `values stand where parameters were`(text: String, expected: String) throws {
    #expect(try bound(text) == expected)
  }

  @Test func `a parameter without a value is pointed at`() {
    let error = #expect(throws: SQLError.self) { try bound("SELECT :x,\n  :month") }
    #expect(error?.message == "the parameter ':month' has no value")
    #expect(error?.range == SourceRange(13, 19))
  }

  @Test func `values without a parameter are known`() {
    let parameters = NamedParameters("SELECT :b, :a, :b, json_object('k':v)")
    #expect(parameters.names == ["b", "a"])
    #expect(parameters.unused(of: ["z": "", "a": "", "v": "", "c": ""]) == ["c", "z"])
  }

  @Test(arguments: [
    ("5", "5"), ("-2.5", "(-2.5)"), ("1e3", "1e3"), ("0", "0"), ("0.5", "0.5"),
    ("007", "'007'"), ("2026-09", "'2026-09'"), ("it's", "'it''s'"), ("", "''"), ("5 ", "'5 '"),
    ("'111122223333'", "'111122223333'"), ("1); DROP TABLE t", "'1); DROP TABLE t'"),
    ("5--", "'5--'"), ("'", "''''"), ("null", "'null'"),
  ])
  func `a value is a number or text`(value: String, literal: String) {
    #expect(SQLLiteral.value(value) == literal)
  }
}
