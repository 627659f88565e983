import Columns
import Ingestion
import TestSupport
import Testing
import Warehouse

/// Lines of a metric stream, most of which are read by their numbers alone, are what they are as documents.
@Suite struct MetricStreamTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private static let all = """
    SELECT account_id, region, namespace, metric_name, CAST(dimensions AS json), resource_id,
      "timestamp", period_seconds, sample_count, sum, average, minimum, maximum,
      CAST(percentiles AS json), unit, metric_date
    FROM cloudwatch_metrics ORDER BY metric_name, resource_id, "timestamp"
    """

  /// Lines of some shapes in turn, with numbers as writers spell them.
  private func lines(_ count: Int, _ random: inout SplitMix64) -> [String] {
    let numbers = ["0", "-0", "7", "40.25", "1e3", "2.5E-1", "-3", "12345678901234567890", "0.1"]
    func number() -> String { numbers.randomElement(using: &random) ?? "0" }
    return (0..<count).map { row in
      let time = 1_700_000_000_000 + row * 60_000
      let id = "i-\(row % 3)"
      return switch Int.random(in: 0..<5, using: &random) {
      case 0:
        #"{"metric_stream_name":"m","account_id":"1","region":"r","metric_name":"CPU","#
          + #""dimensions":{"InstanceId":"\#(id)"},"timestamp":\#(time),"#
          + #""value":{"count":\#(row % 2),"sum":\#(number()),"max":\#(number()),"min":1},"unit":"None"}"#
      case 1:
        #"  { "value" : {"p99" : \#(number()), "count":4,"sum" :\#(number()), "TM(10%:90%)":1},"#
          + #" "timestamp" : \#(time), "metric_name":"Délai \"x\\\" \u00e9 9","unit":"None","#
          + #""metric_stream_name":null,"dimensions":{"A":"\#(id)","B":"2"},"account_id":"2","region":"r"}  "#
      case 2:
        #"{"metric_stream_name":7,"extra":[1,{"timestamp":2}],"metric_name":"c","#
          + #""timestamp":\#(time),"account_id":"3","region":"r","unit":"None","#
          + #""value":{"average":\#(number())}}"# + "\r"
      case 3:
        #"{"metric_stream_name":"m","metric_name":"d","timestamp":\#(Double(time)),"#
          + #""value":{"sum":\#(number()),"count":0},"account_id":"4","region":"r","unit":"None"}"#
      default:
        #"{"metric_stream_name":"m","metric_name":"n\#(row)","timestamp":\#(time),"#
          + #""value":{"min":\#(number())},"account_id":"5","region":"r","unit":"None"}"#
      }
    }
  }

  @Test(arguments: 0..<12)
  func `lines are the same points as documents over several lines`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let lines = lines(400, &random)
    try lab.write("a/lines.json", lines.joined(separator: seed % 2 == 0 ? "\n" : "\n\n"))
    let first = try lab.ingest(lab.folder + "/a")
    let points = try lab.rows(MetricStreamTests.all)
    let other = try Lab()
    // Broken behind the first brace, no line is a document.
    let broken = lines.map { line in
      line.prefix { $0 != "{" } + "{\n" + line.drop { $0 != "{" }.dropFirst()
    }
    try other.write("a/lines.json", broken.joined(separator: "\n"))
    let second = try other.ingest(other.folder + "/a")
    #expect(first.deliveries.map(\.rows) == [400] && second.deliveries.map(\.rows) == [400])
    #expect(try other.rows(MetricStreamTests.all) == points)
  }

  private func line(_ row: Int, value: String = "4.5") -> String {
    #"{"metric_stream_name":"m","account_id":"1","region":"r","metric_name":"CPU","#
      + #""timestamp":\#(1_700_000_000_000 + row * 60_000),"value":{"max":\#(value)}}"#
  }

  @Test func `a document over two lines in the middle loses and repeats no point`() throws {
    var lines = (0..<4500).map { line($0) }
    lines[4000] = lines[4000].replacing(",\"value\"", with: ",\n\"value\"")
    lines[4001] += lines[4002]
    lines[4002] = ""
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    let delivery = try #require(try lab.ingest(lab.folder + "/a").deliveries.first)
    #expect(delivery.rows == 4500 && delivery.notes.isEmpty, "\(delivery)")
    #expect(
      try lab.rows(#"SELECT count(DISTINCT "timestamp"), sum(maximum) FROM cloudwatch_metrics"#)
        == [[.int64(4500), .double(20250)]])
  }

  @Test func `a line longer than what is read at a time is one point`() throws {
    let long = String(repeating: "x", count: 1 << 19)
    let lines = (0..<3).map { line($0).replacing("\"CPU\"", with: "\"\(long)\"") }
    try lab.write("a/m.json", lines.joined(separator: "\n") + "\n")
    #expect(try lab.ingest(lab.folder + "/a").deliveries.map(\.rows) == [3])
    #expect(
      try lab.rows("SELECT DISTINCT length(metric_name) FROM cloudwatch_metrics")
        == [[.int64(1 << 19)]])
  }

  @Test(arguments: [
    ("04.5", "line 1201, column"), ("4.", "line 1201, column"), ("-", "line 1201, column"),
    ("1e", "line 1201, column"), ("1e999", "expected 'value.max' to be a number"),
    ("\"4\"", "expected 'value.max' to be a number, found a string '4'"),
    ("4}} {", "line 1201"), ("null", "found null"), ("4,\"max\":5", "'max' twice"),
    ("4.5\u{0}", "line 1201, column"), ("+4", "line 1201, column"),
  ])
  func `a damaged line among good ones is refused with its place`(
    value: String, words: String
  ) throws {
    var lines = (0..<1500).map { line($0) }
    lines[1200] = line(1200, value: value)
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    let delivery = try #require(try lab.ingest(lab.folder + "/a").deliveries.first)
    let note = delivery.notes.first ?? ""
    #expect(delivery.status == .failed && note.contains(words), "\(note)")
    #expect(note.contains("line 1201"), "\(note)")
    #expect(try !lab.warehouse.hasTable("cloudwatch_metrics"))
  }

  @Test(arguments: [
    ("1700000000", "is it in seconds"), ("-5", "before"), ("\"x\"", "found a string"),
  ])
  func `a line whose time is none is refused`(time: String, words: String) throws {
    var lines = (0..<100).map { line($0) }
    lines[60] = line(60).replacing("1700003600000", with: time)
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    let delivery = try #require(try lab.ingest(lab.folder + "/a").deliveries.first)
    let note = delivery.notes.first ?? ""
    #expect(note.contains(words) && note.contains("line 61"), "\(note)")
  }

  @Test func `a point that is there twice among many lines is merged as before`() throws {
    var lines = (0..<2000).map { line($0) }
    lines.append(line(1000).replacing("\"max\":4.5", with: "\"min\":1"))
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    #expect(try lab.ingest(lab.folder + "/a").deliveries.map(\.rows) == [2000])
    #expect(
      try lab.rows("SELECT maximum, minimum FROM cloudwatch_metrics WHERE minimum IS NOT NULL")
        == [[.double(4.5), .double(1)]])
    // Other content for one of them, the rest as it is there.
    try lab.write("b/m.json", (lines.dropLast() + [line(3000, value: "9")]).joined(separator: "\n"))
    let again = try #require(try lab.ingest(lab.folder + "/b").deliveries.first)
    #expect(again.rows == 1 && again.notes == ["2000 points were there already"], "\(again)")
  }

  @Test(arguments: 0..<3)
  func `a file that overlaps what is there adds the rest and changes nothing`(seed: UInt64) throws {
    var random = SplitMix64(seed: 100 + seed)
    let lines = lines(4500, &random)
    let some = lines.filter { _ in Bool.random(using: &random) }
    let other = try Lab()
    try other.write("a/all.json", lines.joined(separator: "\n"))
    #expect(try other.ingest(other.folder + "/a").deliveries.map(\.rows) == [4500])
    try lab.write("a/some.json", some.joined(separator: "\n"))
    try lab.write("b/all.json", lines.joined(separator: "\n"))
    #expect(try lab.ingest(lab.folder + "/a").deliveries.map(\.rows) == [some.count])
    let rest = try #require(try lab.ingest(lab.folder + "/b").deliveries.first)
    #expect(rest.rows == 4500 - some.count)
    #expect(rest.notes == ["\(some.count) points were there already"])
    #expect(try lab.rows(MetricStreamTests.all) == other.rows(MetricStreamTests.all))
  }

  /// Rows that people made, of which ingest would make others.
  @Test(arguments: [
    "SELECT 'by hand', NULL, 7e0, DATE '2023-11-14', MAP()",
    "SELECT 'by hand', TIMESTAMP '2023-11-15 01:00:00', 7e0, DATE '2023-11-14', MAP()",
    "SELECT 'by hand', TIMESTAMP '2023-11-14 23:00:00', 7e0, DATE '2023-11-14', NULL",
  ])
  func `a day with a changed point keeps the others as they are`(row: String) throws {
    // Eighty minutes of one day, then of the next.
    let lines = (80..<180).map { line($0) }
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    #expect(try lab.ingest(lab.folder + "/a").deliveries.map(\.rows) == [100])
    _ = try lab.warehouse.query(
      """
      INSERT INTO cloudwatch_metrics
        (metric_name, "timestamp", maximum, metric_date, percentiles) \(row)
      """)
    let others = """
      SELECT metric_name, "timestamp", maximum, metric_date, percentiles IS NULL
      FROM cloudwatch_metrics ORDER BY metric_name, "timestamp"
      """
    let before = try lab.rows(others)
    try lab.write("b/m.json", lines[5].replacing("\"max\":4.5", with: "\"max\":4.5,\"p99\":4"))
    #expect(try lab.ingest(lab.folder + "/b").deliveries.map(\.rows) == [1])
    #expect(try lab.rows(others) == before)
    #expect(try lab.number("SELECT sum(percentiles['p99']) FROM cloudwatch_metrics") == 4)
  }

  @Test func `numbers of another type in a table that is there stay what they are`() throws {
    let lines = (0..<10).map { line($0, value: "4") }
    try lab.write("a/m.json", lines.joined(separator: "\n"))
    #expect(try lab.ingest(lab.folder + "/a").deliveries.map(\.rows) == [10])
    for sql in [
      "CREATE TABLE old AS SELECT * FROM cloudwatch_metrics",
      "DROP TABLE cloudwatch_metrics",
      """
      CREATE TABLE cloudwatch_metrics WITH (partitioned_by = ARRAY['metric_date']) AS
      SELECT account_id, region, metric_name, dimensions, "timestamp", period_seconds,
        CAST(maximum AS integer) AS maximum, metric_date
      FROM old
      """,
    ] { _ = try lab.warehouse.query(sql) }
    try lab.write("b/m.json", line(5, value: "4,\"p99\":4"))
    #expect(try lab.ingest(lab.folder + "/b").deliveries.map(\.rows) == [1])
    #expect(
      try lab.rows(
        "SELECT count(*), count(maximum), sum(maximum), sum(percentiles['p99']) FROM cloudwatch_metrics"
      )
        == [[.int64(10), .int64(10), .double(40), .double(4)]])
  }
}
