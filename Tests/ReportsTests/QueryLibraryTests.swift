import Reports
import Testing

@Suite struct QueryLibraryTests {
  private func query(_ text: String) throws -> NamedQuery {
    let library = try QueryLibrary(files: [(path: "reports/r.sql", text: text)])
    return try #require(library.query(.reports, named: "r"))
  }

  private let text = """
    -- title: R
    -- answers: something
    -- param month text default (SELECT max(m) FROM t): a month
    -- param rows number: how many
    SELECT ':month', "a:rows" -- :month
    FROM t WHERE m = :month AND x::rows LIMIT :rows
    """

  @Test func `parameters become literals, outside of quotes and comments`() throws {
    let sql = try query(text).statement(["month": "2026-10' OR 1=1 --", "rows": "5"])
    #expect(sql.contains("m = '2026-10'' OR 1=1 --' AND"))
    #expect(sql.contains("LIMIT 5"))
    #expect(sql.contains("SELECT ':month', \"a:rows\" -- :month"))
  }

  @Test func `defaults are expressions`() throws {
    let sql = try query(text).statement(["rows": "5"])
    #expect(sql.contains("m = (SELECT max(m) FROM t) AND"))
  }

  @Test(arguments: [
    (["rows": "five"], "expected a number, found 'five'"),
    ([:], "parameter 'rows' is needed: how many"),
    (["rows": "1", "mouth": "x"], "no parameter named 'mouth'; it takes month, rows"),
  ])
  func `a wrong value is an error`(values: [String: String], message: String) throws {
    let query = try query(text)
    let error = try #require(throws: QueryLibraryError.self) { try query.statement(values) }
    #expect("\(error)".contains(message), "\(error)")
  }

  @Test func `a query without a title is refused`() {
    #expect(throws: QueryLibraryError.self) { try query("SELECT 1") }
    #expect(throws: QueryLibraryError.self) { try query("-- title: x\n-- param broken\nSELECT 1") }
  }

  @Test func `the queries that come with the program can be read`() throws {
    let files = EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) }
    let library = try QueryLibrary(files: files)
    #expect(library[.reports].contains { $0.name == "services" })
    #expect(library[.rules].allSatisfy { $0.notes["severity"] != nil })
    #expect(library[.series].count >= 4)
  }
}
