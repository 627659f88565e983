import Files
import Testing

/// Statements that are given little memory, a full disk, or no time.
@Suite struct BoundedTests {
  static let rows =
    "(SELECT x, x * 7919 % 20011 AS y, 'text ' || cast(x % 9973 AS varchar) AS t, x / 7e0 AS d "
    + "FROM (SELECT i * 200 + j AS x FROM UNNEST(sequence(0, 199)) AS u (i) "
    + "CROSS JOIN UNNEST(sequence(1, 200)) AS v (j)))"

  @Test(arguments: [
    "SELECT * FROM \(rows) ORDER BY y, x",
    "SELECT t, count(*), sum(d), avg(d), max(x) FROM \(rows) GROUP BY t",
    "SELECT count(DISTINCT t), count(DISTINCT y), sum(d) FROM \(rows)",
    "SELECT a.x, b.t, b.d FROM \(rows) a JOIN \(rows) b ON a.x = b.y",
    "SELECT DISTINCT y, t FROM \(rows)",
    "SELECT x, row_number() OVER (PARTITION BY t ORDER BY d DESC) FROM \(rows)",
    "SELECT t FROM \(rows) EXCEPT SELECT t FROM \(rows) WHERE x % 3 = 0",
  ]) func `little memory gives the same answer`(sql: String) throws {
    let place = try Workplace()
    let expected = try place.run(["query", "--format", "csv", sql])
    #expect(expected.code == 0, "\(expected.err)")
    let found = try place.run(["--memory", "1MiB", "query", "--format", "csv", sql])
    #expect(found.code == 0, "\(found.err)")
    #expect(found.out == expected.out)
    #expect(try Directory.names(place.path).isEmpty)
  }

  @Test func `a disk that is full is an error that says where`() throws {
    let place = try Workplace()
    let outcome = try place.shell(
      "ulimit -f 1000; kakeibo --memory 1MiB query \"SELECT * FROM \(Self.rows) ORDER BY y\"")
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("cannot write temporary data in"))
    #expect(outcome.out.isEmpty)
  }

  @Test func `a group that does not fit is an error that says what to do`() throws {
    let outcome = try Workplace().run([
      "--memory", "1MiB", "query", "SELECT array_agg(t), array_agg(d) FROM \(Self.rows)",
    ])
    #expect(outcome.code == 1)
    #expect(outcome.err.contains("raise --memory"))
  }

  static let endless =
    "SELECT a.x FROM UNNEST(sequence(1, 9999)) a (x) CROSS JOIN UNNEST(sequence(1, 9999)) b (y) "
    + "CROSS JOIN UNNEST(sequence(1, 99)) c (z)"

  @Test(arguments: ["INT", "TERM"]) func `an interrupted statement leaves nothing behind`(
    signal: String
  ) throws {
    let place = try Workplace()
    let outcome = try place.shell(
      """
      kakeibo --lake lake query "CREATE TABLE first AS SELECT 1 AS one" > /dev/null
      ls -A lake > before
      "$PROGRAM" --lake lake query "CREATE TABLE second AS \(Self.endless)" > out 2> err &
      sleep 2
      kill -\(signal) $!
      wait $!
      echo "ended with $?"
      ls -A lake | diff before -
      cat err
      """)
    let code = signal == "INT" ? 130 : 143
    #expect(outcome.out.contains("ended with \(code)"), "\(outcome)")
    #expect(!outcome.out.contains("second"))
    let table = try place.run(["--lake", "lake", "query", "SHOW TABLES"])
    #expect(table.out.contains("first") && !table.out.contains("second"))
  }
}
