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

  @Test func `braces of a glob are the one or the other`() throws {
    let workplace = try Workplace()
    for (name, number) in [("1", 1), ("2", 2), ("3", 4)] {
      try workplace.write("d\(name)/x.csv", "a\n\(number)\n")
    }
    let outcome = try workplace.run(["query", "SELECT sum(a) AS s FROM 'd{1,3}/{x,y}.csv'"])
    #expect(outcome.out == "s\n5\n", "\(outcome.err)")
    let none = try workplace.run(["query", "SELECT 1 FROM 'd{4,5}/x.csv'"])
    #expect(none.code == 1)
    #expect(none.err.contains("no file matches"))
  }

  @Test(arguments: ["a\n1\n2\n", #"{"a":1}{"a":2}"#])
  func `standard input is a table, as often as it is named`(input: String) throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(
      ["query", "SELECT sum(x.a) AS s FROM '-' x JOIN '-' y ON x.a = y.a"], input: input)
    #expect(outcome.out == "s\n3\n", "\(outcome.err)")
    let named = try workplace.run(
      ["query", "--table", "t=-", "SELECT count(*) AS n FROM t"], input: input)
    #expect(named.out == "n\n2\n", "\(named.err)")
  }

  @Test func `standard input that is empty is told`() throws {
    let outcome = try Workplace().run(["query", "SELECT * FROM '-'"])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("standard input: is empty"), "\(outcome.err)")
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
