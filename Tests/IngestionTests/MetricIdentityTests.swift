import Columns
import Ingestion
import Testing
import Warehouse

/// Points of CloudWatch metrics are in the table once, whatever files bring them.
@Suite struct MetricIdentityTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func line(_ minute: Int, _ sum: Double, count: Int = 4, id: String = "i-abc") -> String {
    """
    {"metric_stream_name":"ms","account_id":"123456789012","region":"us-east-1",\
    "namespace":"AWS/EC2","metric_name":"CPUUtilization","dimensions":{"InstanceId":"\(id)"},\
    "timestamp":\(1_700_000_040_000 + minute * 60_000),\
    "value":{"count":\(count),"sum":\(sum),"max":40,"min":10},"unit":"Percent"}
    """
  }

  private func stream(_ name: String, _ minutes: Range<Int>) throws -> String {
    try lab.write(name, minutes.map { line($0, Double($0)) }.joined(separator: "\n"))
  }

  private var points: [[Value]] {
    get throws { try lab.rows("SELECT count(*), sum(sum) FROM cloudwatch_metrics") }
  }

  @Test func `the same points under another file's name are not loaded twice`() throws {
    let first = try stream("a.json", 0..<10)
    let second = try stream("b.json", 0..<10)
    #expect(try lab.ingest(first).deliveries.map(\.rows) == [10])
    let again = try #require(try lab.ingest(second).deliveries.first)
    #expect(again.rows == 0)
    #expect(again.notes == ["10 points were there already"])
    #expect(try points == [[.int64(10), .double(45)]])
    #expect(try lab.ingest(second).deliveries.map(\.status) == [.unchanged])
  }

  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]])
  func `files that overlap give the same points in any order`(_ order: [Int]) throws {
    let paths = try [
      stream("a.json", 0..<1500), stream("b.json", 1000..<2000), stream("c.json", 500..<3000),
    ]
    for position in order { _ = try lab.ingest(paths[position]) }
    let sum = Double(2999 * 3000 / 2)
    #expect(try points == [[.int64(3000), .double(sum)]])
    #expect(
      try lab.rows("SELECT count(DISTINCT metric_date) FROM cloudwatch_metrics") == [[.int64(4)]])
  }

  @Test(arguments: [false, true])
  func `statistics asked for one by one become one point`(_ isReversed: Bool) throws {
    func answer(_ statistic: String, _ value: Double) -> String {
      """
      {"Label":"CPUUtilization","Datapoints":[
        {"Timestamp":"2026-05-01T01:00:00+00:00","\(statistic)":\(value),"Unit":"Percent"}]}
      """
    }
    var paths = [
      try lab.write("average/i-0123456789abcdef0.json", answer("Average", 7)),
      try lab.write("maximum/i-0123456789abcdef0.json", answer("Maximum", 9)),
      try lab.write(
        "p99/i-0123456789abcdef0.json",
        #"{"Label":"CPUUtilization","Datapoints":[{"Timestamp":"2026-05-01T01:00:00Z","#
          + #""Unit":"Percent","ExtendedStatistics":{"p99":8.5}}]}"#),
    ]
    if isReversed { paths.reverse() }
    for path in paths { #expect(try lab.ingest(path).deliveries.map(\.rows) == [1]) }
    #expect(
      try lab.rows("SELECT average, maximum, percentiles['p99'], unit FROM cloudwatch_metrics")
        == [[.double(7), .double(9), .double(8.5), .text("Percent")]])
  }

  @Test(arguments: [false, true])
  func `of two of a period, the one with more samples counts`(_ isReversed: Bool) throws {
    var paths = [
      try lab.write("early.json", line(0, 30, count: 2)),
      try lab.write("late.json", line(0, 100, count: 4) + "\n" + line(1, 8)),
    ]
    if isReversed { paths.reverse() }
    for path in paths { _ = try lab.ingest(path) }
    #expect(
      try lab.rows(
        "SELECT sample_count, average FROM cloudwatch_metrics ORDER BY \"timestamp\"")
        == [[.double(4), .double(25)], [.double(4), .double(2)]])
  }

  @Test func `two points of the same kind that do not say what they are about both stay`() throws {
    // GetMetricStatistics: the request alone names the resource.
    let answers = [3.5, 3.5, 9].map { value in
      """
      {"Label":"Latency","Datapoints":[{"Timestamp":"2026-05-01T01:00:00Z","Average":\(value)}]}
      """
    }.joined(separator: "\n")
    let first = try lab.write("a.jsonl", answers)
    let second = try lab.write("b.jsonl", answers)
    #expect(try lab.ingest(first).deliveries.map(\.rows) == [3])
    #expect(try lab.ingest(second).deliveries.map(\.rows) == [0])
    #expect(
      try lab.rows("SELECT average FROM cloudwatch_metrics ORDER BY 1")
        == [[.double(3.5)], [.double(3.5)], [.double(9)]])
  }

  @Test func `a file that fails leaves the points as they were`() throws {
    _ = try lab.ingest(try stream("a.json", 0..<5))
    let cut = try lab.write("b.json", line(1, 77) + "\n" + String(line(7, 1).dropLast(20)))
    let delivery = try #require(try lab.ingest(cut).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("b.json line 2") == true, "\(delivery.notes)")
    #expect(try points == [[.int64(5), .double(10)]])
  }
}
