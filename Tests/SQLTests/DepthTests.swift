import SQL
import Testing

/// No text overflows the stack, or takes more than linear time.
struct DepthTests {
  private func accepts(_ text: String) throws {
    let statement = try Parser.statement(text)
    #expect(try Parser.statement(statement.text).text == statement.text)
  }

  private func refuses(_ text: String) throws {
    let error = #expect(throws: SQLError.self) { try Parser.statement(text) }
    let message = try #require(error).message
    #expect(
      message.hasPrefix("expected at most") || message.hasPrefix("expected an expression with"))
  }

  @Test func `long chains are read`() throws {
    try accepts("SELECT " + repeated("a = 1", 10_000, " AND "))
    try accepts("SELECT " + repeated("a = 1", 10_000, " OR "))
    try accepts(repeated("SELECT 1", 10_000, " UNION ALL "))
    try accepts(repeated("SELECT 1", 10_000, " UNION "))
    try accepts(repeated("SELECT 1", 10_000, " INTERSECT "))
    try accepts("SELECT CASE " + repeated("WHEN a = 1 THEN 2", 5_000, " ") + " END")
    try accepts("SELECT a IN (" + repeated("123", 50_000, ",") + ")")
    try accepts("VALUES " + repeated("(1,2)", 20_000, ","))
    try accepts("SELECT " + repeated("a", 50_000, ", "))
    try accepts("SELECT " + repeated("a", 450, " + "))
    try accepts("SELECT " + repeated("a", 450, " || "))
  }

  @Test func `what is too deep is refused`() throws {
    for (opening, closing) in [
      ("(", ")"), ("f(", ")"), ("ARRAY[", "]"), ("CASE WHEN a THEN ", " END"), ("NOT ", ""),
      ("- ", ""),
      ("+", ""), ("(SELECT ", ")"), ("x -> ", ""), ("CAST(", " AS bigint)"), ("a[", "]"),
      ("EXISTS (SELECT ", ")"), ("a IN (", ")"), ("TRIM(", ")"), ("((SELECT 1) + ", ")"),
    ] {
      let text =
        String(repeating: opening, count: 10_000) + "1" + String(repeating: closing, count: 10_000)
      try refuses("SELECT " + text)
    }
    try refuses(String(repeating: "(", count: 100_000) + "SELECT 1")
    try refuses("SELECT * FROM " + String(repeating: "(", count: 100_000) + "t")
    try refuses(String(repeating: "EXPLAIN ", count: 10_000) + "SELECT 1")
    try refuses("SELECT CAST(a AS " + String(repeating: "array(", count: 10_000))
    try refuses("SELECT " + repeated("a", 10_000, " + "))
    try refuses("SELECT a" + String(repeating: "[1]", count: 10_000))
    try refuses("SELECT f(a)" + String(repeating: ".b", count: 10_000))
    try refuses("SELECT * FROM " + repeated("t", 10_000, ", "))
    try refuses("SELECT * FROM t" + String(repeating: " JOIN t", count: 10_000))
    try refuses(repeated("SELECT 1", 10_000, " EXCEPT "))
    try refuses("SELECT CAST(a AS bigint" + String(repeating: " array", count: 10_000) + ")")
    try refuses("SELECT a" + String(repeating: " AT TIME ZONE 'UTC'", count: 10_000))
    // Chains inside parentheses inside chains: neither is long or deep alone.
    var text = "a"
    for _ in 0..<100 { text = "(\(text)" + String(repeating: " + a", count: 50) + ")" }
    try refuses("SELECT " + text)
  }

  @Test func `nesting up to the limit is read`() throws {
    for (opening, closing) in [
      ("(", ")"), ("f(", ")"), ("(SELECT ", ")"), ("CASE WHEN a THEN ", " END"),
    ] {
      let depth = opening == "(SELECT " ? 90 : 190
      let text =
        String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
      try accepts("SELECT " + text)
    }
  }

  private func repeated(_ text: String, _ count: Int, _ separator: String) -> String {
    Array(repeating: text, count: count).joined(separator: separator)
  }
}
