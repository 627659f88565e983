import Testing

@Suite struct FileTableTests {
  @Test func `a csv file is a table`() throws {
    let workplace = try Workplace()
    try workplace.write("x.csv", "name,size\nann,3\nbob,\"4\"\n")
    let outcome = try workplace.run(["query", "SELECT name, size + 1 AS n FROM 'x.csv' ORDER BY 1"])
    #expect(outcome.code == 0)
    #expect(outcome.out == "name,n\nann,4\nbob,5\n")
  }

  @Test func `json lines are a table`() throws {
    let workplace = try Workplace()
    try workplace.write("x.jsonl", "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2}\n")
    let outcome = try workplace.run([
      "query", "--null", "-", "SELECT a, b FROM 'x.jsonl' ORDER BY a",
    ])
    #expect(outcome.out == "a,b\n1,x\n2,-\n")
  }

  @Test func `what was written as parquet reads back`() throws {
    let workplace = try Workplace()
    let written = try workplace.run([
      "query",
      "UNLOAD (SELECT * FROM (VALUES (1, 'x'), (2, NULL)) t (a, b)) TO 'out' "
        + "WITH (format = 'PARQUET')",
    ])
    #expect(written.code == 0, "\(written.err)")
    let outcome = try workplace.run(["query", "SELECT a, b FROM 'out/*.parquet' ORDER BY a"])
    #expect(outcome.out == "a,b\n1,x\n2,\n")
  }

  @Test func `a glob is one table of its files`() throws {
    let workplace = try Workplace()
    try workplace.write("d/1.csv", "a\n1\n")
    try workplace.write("d/2.csv", "a\n2\n")
    let outcome = try workplace.run(["query", "SELECT sum(a) AS s FROM 'd/*.csv'"])
    #expect(outcome.out == "s\n3\n")
  }

  @Test func `a file has the name that the command line gives it`() throws {
    let workplace = try Workplace()
    try workplace.write("x.csv", "a\n1\n")
    let outcome = try workplace.run(["query", "--table", "t=x.csv", "SELECT a FROM t"])
    #expect(outcome.out == "a\n1\n")
  }

  @Test func `a row with too few fields is named`() throws {
    let workplace = try Workplace()
    try workplace.write("x.csv", "a,b\n1,2\n3\n")
    let outcome = try workplace.run(["query", "SELECT * FROM 'x.csv'"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("x.csv"))
    #expect(outcome.err.contains("expected 2 fields, found 1"))
  }
}
