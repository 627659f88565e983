import Testing

@Suite struct QueryErrorTests {
  private func query(_ words: String...) throws -> Workplace.Outcome {
    try Workplace().run(["query"] + words)
  }

  @Test func `an unknown column is pointed at with line, column and caret`() throws {
    let outcome = try query("SELECT a,\n  nope\nFROM (VALUES (1)) t (a)")
    #expect(outcome.code == 2)
    #expect(outcome.out.isEmpty)
    #expect(
      outcome.err == """
        error: line 2, column 3: no column named 'nope' in table 't'
          2 |   nope
            |   ^^^^

        """)
  }

  @Test func `a column that was probably meant is named`() throws {
    let outcome = try query("SELECT servce FROM (VALUES (1)) t (service)")
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("did you mean 'service'?"))
  }

  @Test func `an unknown table is pointed at`() throws {
    let outcome = try query("SELECT * FROM nowhere")
    #expect(outcome.code == 2)
    #expect(outcome.err.hasPrefix("error: line 1, column 15: no table named 'nowhere'"))
  }

  @Test func `a file that is not there is named`() throws {
    let outcome = try query("SELECT * FROM 'missing.csv'")
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("there is no file 'missing.csv'"))
  }

  @Test func `a slip in the syntax is pointed at`() throws {
    let outcome = try query("SELECT 1 +")
    #expect(outcome.code == 2)
    #expect(outcome.err.contains("expected an expression, found the end"))
    #expect(outcome.err.hasSuffix("^\n"))
  }

  @Test func `a script's error has the statement's number and the script's line`() throws {
    let outcome = try query("SELECT 1 AS a;\nSELECT zz;\nSELECT 3 AS c")
    #expect(outcome.code == 2)
    #expect(outcome.out == "a\n1\n\n")
    #expect(
      outcome.err == """
        error: statement 2 (line 2, column 8): no column named 'zz'
          2 | SELECT zz;
            |        ^^

        """)
  }

  @Test func `a value that cannot be computed fails while running`() throws {
    let outcome = try query("SELECT 1 / 0")
    #expect(outcome.code == 1)
    #expect(outcome.err == "error: division by zero\n")
  }

  @Test func `a value that cannot be computed in a script has its place`() throws {
    let outcome = try query("SELECT 1 AS a;\n\n  SELECT 1 / 0")
    #expect(outcome.code == 1)
    #expect(outcome.err == "error: statement 2 (line 3, column 3): division by zero\n")
  }

  @Test func `keep going runs the rest and still tells of the failure`() throws {
    let outcome = try query("--keep-going", "SELECT 1 AS a; SELECT zz; SELECT 3 AS c")
    #expect(outcome.code == 2)
    #expect(outcome.out == "a\n1\n\nc\n3\n\n")
    #expect(outcome.err.hasPrefix("error: statement 2 (line 1, column 23): "))
  }

  @Test func `without keep going the rest is not run`() throws {
    let outcome = try query("SELECT zz; SELECT 3 AS c")
    #expect(outcome.code == 2)
    #expect(outcome.out.isEmpty)
  }

  @Test func `a damaged parquet file is named and fails while running`() throws {
    let workplace = try Workplace()
    try workplace.write("x.parquet", "PAR1 this is not a table PAR1")
    let outcome = try workplace.run(["query", "SELECT * FROM 'x.parquet'"])
    #expect(outcome.code == 1)
    #expect(outcome.err.hasPrefix("error: x.parquet"))
  }

  @Test func `wide characters before the place keep the caret below its word`() throws {
    let outcome = try query("SELECT 'é', nope")
    #expect(outcome.err.contains("    |             ^^^^\n"))
  }

  @Test func `parameters take values, and each has to have one`() throws {
    let outcome = try query(
      "--param", "n=5", "--param", "t=it's", "--format", "csv", "SELECT :n + 1 AS a, :t AS b")
    #expect(outcome.out == "a,b\n6,it's\n")
    let missing = try query("--param", "n=5", "SELECT :n,\n :month")
    #expect(missing.code == 2)
    #expect(
      missing.err == """
        error: line 2, column 2: the parameter ':month' has no value; --param NAME=VALUE gives one
          2 |  :month
            |  ^^^^^^

        """)
    let unknown = try query("--param", "m=5", "SELECT 1 AS n WHERE 1 < :n")
    #expect(unknown.code == 2)
    #expect(unknown.err.contains("no parameter ':m' in the SQL; it has :n"))
  }

  @Test func `a file declares its parameters as the library's do`() throws {
    let workplace = try Workplace()
    try workplace.write(
      "own.sql",
      "-- param account text: twelve digits\n-- param least number default 2: rows\n"
        + "SELECT :account AS account, :least AS least")
    let outcome = try workplace.run([
      "query", "--format", "csv", "--param", "account=111122223333", "-f", "own.sql",
    ])
    #expect(outcome.out == "account,least\n111122223333,2\n")
    let missing = try workplace.run(["query", "-f", "own.sql"])
    #expect(missing.code == 2)
    #expect(missing.err.contains("parameter 'account' is needed: twelve digits"))
    let unknown = try workplace.run(["query", "--param", "x=1", "-f", "own.sql"])
    #expect(unknown.err.contains("no parameter named 'x'; it takes account, least"))
  }
}
