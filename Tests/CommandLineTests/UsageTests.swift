import Testing

@Suite struct UsageTests {
  @Test func `without words it says what there is and that nothing was asked`() throws {
    let outcome = try Workplace().run([])
    #expect(outcome.code == 2)
    #expect(outcome.out.contains("kakeibo demo"))
  }

  @Test(arguments: [["help"], ["--help"], ["-h"], ["help", "query"], ["query", "--help"]])
  func `help is a result`(_ words: [String]) throws {
    let outcome = try Workplace().run(words)
    #expect(outcome.code == 0)
    #expect(outcome.out.contains("usage: kakeibo"))
    #expect(outcome.err.isEmpty)
  }

  @Test(arguments: [
    "demo", "ingest", "query", "report", "nightly", "budgets", "forecast", "anomalies", "rightsize",
    "rules", "series", "dashboard", "metrics", "lake", "completions", "init",
  ])
  func `every command has help with an example`(_ command: String) throws {
    let outcome = try Workplace().run(["help", command])
    #expect(outcome.code == 0)
    #expect(outcome.out.contains("usage: kakeibo \(command)"))
    #expect(outcome.out.contains("\n  kakeibo"))
    #expect(try Workplace().run([]).code == 2)
  }

  @Test func `the version is one line`() throws {
    let outcome = try Workplace().run(["--version"])
    #expect(outcome.code == 0)
    #expect(outcome.out.wholeMatch(of: /kakeibo \d+\.\d+\.\d+\n/) != nil)
  }

  struct Wrong: Sendable, CustomStringConvertible {
    let words: [String]
    let says: String

    init(_ line: String, _ says: String) {
      words = line.split(separator: " ").map(String.init)
      self.says = says
    }

    var description: String { words.joined(separator: " ") }
  }

  @Test(arguments: [
    Wrong("qeury", "unknown command 'qeury'; did you mean 'query'?"),
    Wrong("frobnicate", "unknown command 'frobnicate'"),
    Wrong("query --fromat csv SELECT", "unknown option '--fromat'; did you mean '--format'?"),
    Wrong("--laek x query SELECT", "unknown option '--laek'; did you mean '--lake'?"),
    Wrong("report servces", "no report named 'servces'; did you mean 'services'?"),
    Wrong("report", "expected the name of a report, or --list"),
    Wrong("lake chekc", "found 'chekc'; did you mean 'check'?"),
    Wrong("lake history", "expected a table's name"),
    Wrong("lake ddl --engine oracle", "expected --engine athena, trino, spark, duckdb"),
    Wrong("query --format xml SELECT", "unknown format 'xml'; there are table, csv,"),
    Wrong("query SELECT 1", "expected one text of SQL, found 2; put it in quotes"),
    Wrong("query --threads 0 SELECT", "--threads: expected a number from 1 to 1024, found '0'"),
    Wrong("query --memory much SELECT", "--memory: expected a size such as 512MiB or 2GB"),
    Wrong("--as-of yesterday query SELECT", "--as-of: expected a time such as 2026-10-25"),
    Wrong("query --format", "option '--format' needs a value"),
    Wrong("query --timing=yes SELECT", "option '--timing' takes no value"),
    Wrong("query --table x SELECT", "expected --table NAME=VALUE, found 'x'"),
    Wrong("ingest", "expected files, folders, globs, s3:// places or - to load"),
    Wrong("ingest --max-bad-rows few x", "--max-bad-rows: expected a number from 0, found 'few'"),
    Wrong("ingest --report cru x", "unknown kind of report 'cru'"),
    Wrong("nightly", "expected --config FILE"),
    Wrong("nightly --config none.json", "none.json: there is no such file"),
    Wrong("budgets", "expected --config FILE or --file BUDGETS.json"),
    Wrong("dashboard", "expected --out PATH"),
    Wrong("completions fsih", "expected bash, zsh or fish, found 'fsih'; did you mean 'fish'?"),
    Wrong("help nothing", "no help on 'nothing'"),
    Wrong("demo one two", "expected one directory"),
  ])
  func `a request that cannot be understood is pointed at and leaves nothing`(
    _ wrong: Wrong
  ) throws {
    let workplace = try Workplace()
    let outcome = try workplace.run(wrong.words)
    #expect(outcome.code == 2)
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.hasPrefix("error: "))
    #expect(outcome.err.contains(wrong.says))
    #expect(try workplace.files().isEmpty)
  }

  @Test func `options may stand before and after the command and its operands`() throws {
    let workplace = try Workplace()
    let before = try workplace.run(["--threads", "1", "--quiet", "query", "SELECT 1 AS a"])
    let after = try workplace.run(["query", "SELECT 1 AS a", "--threads=1", "--quiet"])
    #expect(before.code == 0)
    #expect(before.out == "a\n1\n")
    #expect(after.out == before.out)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completions know commands, their options and reports`(_ shell: String) throws {
    let outcome = try Workplace().run(["completions", shell])
    #expect(outcome.code == 0)
    for word in ["reconcile", "keep-going", "data-transfer"] {
      #expect(outcome.out.contains(word), "\(word)")
    }
  }

  @Test func `bash completes with them`() throws {
    let outcome = try Workplace().shell(
      """
      command -v bash > /dev/null || { echo 'report;service-trend;--format'; exit; }
      kakeibo completions bash > c.bash
      bash -c 'source ./c.bash
        try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kakeibo; printf "%s" "${COMPREPLY[*]}"; }
        try kakeibo --lake x repo; printf ";"; try kakeibo report service-; printf ";"
        try kakeibo query --form'
      """)
    #expect(outcome.out.hasPrefix("report;service-trend;"))
    #expect(outcome.out.split(separator: "\n").first?.hasSuffix(";--format") == true)
  }

  @Test func `the time of the run is what now answers`() throws {
    let outcome = try Workplace().run([
      "--as-of", "2026-10-25T06:00:00Z", "query", "SELECT now() AS n, current_date AS d",
    ])
    #expect(outcome.out.contains("2026-10-25 06:00:00.000"))
    #expect(outcome.out.hasSuffix("2026-10-25\n"))
  }
}
