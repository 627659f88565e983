import Testing

@Suite struct QueryOutputTests {
  private func query(_ words: String..., input: String = "") throws -> Workplace.Outcome {
    try Workplace().run(["query"] + words, input: input)
  }

  @Test func `rows go to standard output and nothing else does`() throws {
    let outcome = try query("SELECT 1 AS a, 'x' AS b")
    #expect(outcome.code == 0)
    #expect(outcome.out == "a,b\n1,x\n")
    #expect(outcome.err.isEmpty)
  }

  @Test func `each result of a script ends with one empty line`() throws {
    let outcome = try query("SELECT 1 AS a; SELECT 2 AS b; SELECT 3 AS c;")
    #expect(outcome.out == "a\n1\n\nb\n2\n\nc\n3\n\n")
  }

  @Test func `one statement ends with its last row`() throws {
    #expect(try query("SELECT 1 AS a;").out == "a\n1\n")
  }

  @Test func `statements come from standard input and from a file`() throws {
    #expect(try query(input: "SELECT 1 AS a").out == "a\n1\n")
    #expect(try query("-", input: "SELECT 1 AS a").out == "a\n1\n")
    let workplace = try Workplace()
    try workplace.write("q.sql", "-- a comment\nSELECT 2 AS a;\n")
    #expect(try workplace.run(["query", "-f", "q.sql"]).out == "a\n2\n")
  }

  @Test func `a plan through a pipe is a tree of plain lines`() throws {
    let statement = "EXPLAIN SELECT 'a, \"b\"' AS a, 2 AS b"
    let outcome = try query(statement)
    #expect(outcome.out.hasPrefix("Project 'a, \"b\"' AS a, 2 AS b  ("))
    #expect(outcome.out.contains("\n└─ Values 1 row"))
    #expect(outcome.out.hasSuffix(")\n"))
    let rows = try query("--format", "csv", statement)
    #expect(rows.out.hasPrefix("query plan\n\"Project "))
    #expect(try query("--format", "json", statement).out.contains("\"query plan\""))
  }

  @Test func `what a plan did comes as plain lines, also into a file`() throws {
    let workplace = try Workplace()
    let run = try workplace.run(["query", "-o", "plan.txt", "EXPLAIN ANALYZE SELECT 1, 2"])
    #expect(run.code == 0)
    let lines = try workplace.read("plan.txt").split(separator: "\n")
    #expect(lines.first?.hasPrefix("Project 1 AS _col0, 2 AS _col1  (1 row") == true)
    #expect(lines.last?.contains("run in ") == true)
  }

  @Test func `a query without columns is an empty list in JSON`() throws {
    let workplace = try Workplace()
    try workplace.write("e.csv", "")
    for (format, expected) in [("json", "[]\n"), ("jsonl", ""), ("csv", "")] {
      let outcome = try workplace.run(["query", "--format", format, "SELECT * FROM 'e.csv'"])
      #expect(outcome.code == 0 && outcome.out == expected, "\(format): \(outcome)")
    }
    let made = try workplace.run(["query", "--format", "json", "CREATE TABLE t AS SELECT 1 AS a"])
    #expect(made.code == 0 && made.out.isEmpty, "\(made)")
  }

  @Test func `JSON that Trino leaves without quotes is a string in JSON`() throws {
    let statement =
      #"SELECT json_array_get('["a",{"b":1}]', 0) AS x, json_array_get('[[1]]', 0) AS y"#
    #expect(try query("--format", "jsonl", statement).out == #"{"x":"a","y":[1]}"# + "\n")
    #expect(try query("--format", "csv", statement).out == "x,y\na,[1]\n")
  }

  @Test func `null is empty in csv`() throws {
    let outcome = try query("SELECT CAST(NULL AS varchar) AS a, '' AS b, 'x' AS c")
    #expect(outcome.out == "a,b,c\n,,x\n")
  }

  @Test func `a text for null keeps the empty string apart from it`() throws {
    let outcome = try query(
      "--null", "NULL", "SELECT CAST(NULL AS varchar) AS a, '' AS b, 'NULL' AS c, 'x' AS d")
    #expect(outcome.out == "a,b,c,d\nNULL,\"\",\"NULL\",x\n")
  }

  @Test func `an empty text for null quotes the empty string`() throws {
    let outcome = try query("--null", "", "SELECT CAST(NULL AS varchar) AS a, '' AS b, 1 AS c")
    #expect(outcome.out == "a,b,c\n,\"\",1\n")
  }

  @Test func `values are printed as they read back`() throws {
    let outcome = try query(
      """
      SELECT 0.1e0 + 0.2e0 AS d, TIMESTAMP '2026-09-01 00:00:00' AS t, DATE '2026-09-01' AS day,
        ARRAY[1, 2] AS list, 'a "b", c' AS text
      """)
    #expect(
      outcome.out == """
        d,t,day,list,text
        0.30000000000000004,2026-09-01 00:00:00.000,2026-09-01,"[1,2]","a ""b"", c"

        """)
  }

  @Test func `timing is a line per statement on standard error`() throws {
    let outcome = try query("--timing", "SELECT 1 AS a; SELECT 2 AS a")
    #expect(outcome.out == "a\n1\n\na\n2\n\n")
    let lines = outcome.err.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines { #expect(line.wholeMatch(of: /time: \d+\.\d{3} ms/) != nil) }
  }

  @Test func `timing is told without quiet's leave`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["--quiet", "query", "--timing", "SELECT 1"])
    #expect(outcome.err.hasPrefix("time: "))
  }

  static let forms: [(String, String)] = [
    ("csv", "a,b,c\n1,x,\n2,y,z\n"),
    ("tsv", "a\tb\tc\n1\tx\t\n2\ty\tz\n"),
    ("json", "[\n  {\"a\":1,\"b\":\"x\",\"c\":null},\n  {\"a\":2,\"b\":\"y\",\"c\":\"z\"}\n]\n"),
    ("jsonl", "{\"a\":1,\"b\":\"x\",\"c\":null}\n{\"a\":2,\"b\":\"y\",\"c\":\"z\"}\n"),
    ("markdown", "| a | b | c |\n|---:|---|---|\n| 1 | x |  |\n| 2 | y | z |\n"),
  ]

  @Test(arguments: forms)
  func `a form for programs is exact`(_ form: String, _ text: String) throws {
    let outcome = try query(
      "--format", form,
      "SELECT * FROM (VALUES (1, 'x', NULL), (2, 'y', 'z')) t (a, b, c) ORDER BY a")
    #expect(outcome.code == 0)
    #expect(outcome.out == text)
  }

  @Test(arguments: ["table", "vertical"])
  func `a form for people has every name and value and ends its line`(_ form: String) throws {
    let outcome = try query("--format", form, "SELECT 17 AS first, 'kettle' AS second")
    #expect(outcome.code == 0)
    for word in ["first", "17", "second", "kettle"] { #expect(outcome.out.contains(word)) }
    #expect(outcome.out.hasSuffix("\n"))
  }

  @Test func `a reader that leaves is no error`() throws {
    let outcome = try Workplace().shell(
      """
      { kakeibo query 'SELECT n FROM UNNEST(sequence(1, 9000)) AS t (n)
          CROSS JOIN UNNEST(sequence(1, 20)) AS u (m) ORDER BY m, n'
        echo "code $?" >&2; } | head -n 2
      """)
    #expect(outcome.out == "n\n1\n")
    #expect(outcome.err == "code 0\n")
  }

  @Test func `an output file has the result and standard output nothing`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["query", "-o", "r.csv", "SELECT 1 AS a"])
    #expect(outcome.code == 0)
    #expect(outcome.out.isEmpty)
    #expect(try workplace.read("r.csv") == "a\n1\n")
    #expect(try workplace.files() == ["r.csv"])
  }

  @Test func `an output file does not appear when a statement fails`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["query", "-o", "r.csv", "SELECT 1 AS a; SELECT nope"])
    #expect(outcome.code == 2)
    #expect(try workplace.files().isEmpty)
  }

  @Test func `an output file keeps what it had when a statement fails`() throws {
    let workplace = try Workplace()
    try workplace.write("r.csv", "old\n")
    #expect(try workplace.run(["query", "-o", "r.csv", "SELECT 1 / 0"]).code == 1)
    #expect(try workplace.read("r.csv") == "old\n")
    #expect(try workplace.files() == ["r.csv"])
  }

  @Test func `an output file in no folder is an error of the disk`() throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(["query", "-o", "none/r.csv", "SELECT 1"])
    #expect(outcome.code == 1)
    #expect(outcome.err == "error: cannot create 'none/r.csv': no such file or directory\n")
  }

  @Test func `threads do not change an answer`() throws {
    let statement =
      "SELECT n % 7 AS k, sum(n * 0.1e0) AS s FROM UNNEST(sequence(1, 10000)) AS t (n) "
      + "GROUP BY 1 ORDER BY 1"
    let one = try query("--threads", "1", statement)
    #expect(one.code == 0)
    #expect(try query("--threads", "4", statement).out == one.out)
  }
}
