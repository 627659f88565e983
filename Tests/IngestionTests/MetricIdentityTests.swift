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

  private func answer(
    _ values: String, label: String = "i-0123456789abcdef0 CPUUtilization", owner: String = ""
  ) -> String {
    let times = values.split(separator: ",").indices.map { "\"2026-05-01T0\($0):00:00Z\"" }
    return #"{\#(owner)"MetricDataResults":[{"Id":"m","Label":"\#(label)","#
      + #""Timestamps":[\#(times.joined(separator: ","))],"Values":[\#(values)]}]}"#
  }

  private static let owner = #""AccountId":"111122223333","Region":"eu-west-1","#

  // CloudWatch API reference, GetMetricData: the account is the request's, an answer may be kept with it
  // or without.
  @Test(arguments: [false, true])
  func `a file with the account and one without it have the same points`(
    _ isReversed: Bool
  ) throws {
    var paths = [
      try lab.write("told.json", answer("1,2,3", owner: Self.owner)),
      try lab.write("open.json", answer("1,2,3,4")),
    ]
    if isReversed { paths.reverse() }
    #expect(try lab.ingest(paths[0]).deliveries.map(\.status) == [.loaded])
    #expect(try lab.ingest(paths[1]).deliveries.map(\.status) == [.loaded])
    #expect(
      try lab.rows(
        "SELECT account_id, region, average FROM cloudwatch_metrics ORDER BY \"timestamp\"")
        == (1...3).map { [.text("111122223333"), .text("eu-west-1"), .double(Double($0))] }
        + [[.null, .null, .double(4)]])
    for path in paths { #expect(try lab.ingest(path).deliveries.map(\.status) == [.unchanged]) }
  }

  // The same database name in two accounts: two databases, as the folders tell.
  @Test(arguments: ["json", "jsonl", "csv"])
  func `whose points are that do not tell is told by the folder`(_ form: String) throws {
    let accounts = ["111122223333", "444455556666"]
    for (number, account) in accounts.enumerated() {
      let value = number + 5
      let text =
        switch form {
        case "json": answer("\(value)", label: "i-0123456789abcdef0 CPUUtilization")
        case "jsonl":
          #"{"metric_stream_name":"s","metric_name":"m","timestamp":1777766400000,"#
            + #""value":{"max":\#(value)},"dimensions":{"DBInstanceIdentifier":"db"}}"# + "\n"
        default: "timestamp,metric_name,resource_id,average\n2026-05-01 01:00:00,m,db,\(value)\n"
        }
      try lab.write("in/\(account)/eu-west-1/metrics.\(form)", text)
    }
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1, 1])
    #expect(
      try lab.rows(
        "SELECT account_id, region, coalesce(average, maximum) FROM cloudwatch_metrics ORDER BY 1")
        == accounts.enumerated().map {
          [.text($0.element), .text("eu-west-1"), .double(Double($0.offset + 5))]
        })
  }

  @Test func `answers that do not name their resource stay apart in an account's folder`() throws {
    let answers = [3.5, 3.5, 9].map { value in
      """
      {"Label":"Latency","Datapoints":[{"Timestamp":"2026-05-01T01:00:00Z","Average":\(value)}]}
      """
    }.joined(separator: "\n")
    try lab.write("in/111122223333/eu-west-1/latency.jsonl", answers)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [3])
  }

  // Only what is there under the names of a file is read beside it: names are bytes, may hold quotes, and
  // may be absent.
  @Test(arguments: [["q'1", "q\u{e9}", "qe\u{301}"], (0..<2_100).map { "q\($0)" }])
  func `points of odd and of many names are met again`(_ names: [String]) throws {
    let line = { (name: String, count: Int) in
      #"{"metric_stream_name":"s","metric_name":"m","account_id":"111122223333","#
        + #""timestamp":1777766400000,"value":{"max":5,"count":\#(count)},"dimensions":\#(name)}"#
    }
    let dimensions = names.map { #"{"QueueName":"\#($0)"}"# } + ["{}"]
    for count in [1, 1, 2] {
      let path = try lab.write(
        "\(UInt64.random(in: 0 ... .max)).json",
        dimensions.map { line($0, count) }.joined(separator: "\n"))
      _ = try lab.ingest(path)
      #expect(
        try lab.rows("SELECT count(*), min(sample_count) FROM cloudwatch_metrics")
          == [[.int64(Int64(dimensions.count)), .double(Double(count))]])
    }
  }

  @Test(arguments: [false, true])
  func `two accounts of one file and one without them are told apart or refused`(
    _ isSame: Bool
  ) throws {
    let label = "CPUUtilization"
    let open = { (account: String, value: Int) in
      #"{"metric_stream_name":"s","metric_name":"\#(label)","account_id":\#(account),"#
        + #""region":"eu-west-1","timestamp":1777766400000,"value":{"max":\#(value)},"#
        + #""dimensions":{"DBInstanceIdentifier":"db"}}"#
    }
    try lab.write(
      "in/a.json", open(#""111122223333""#, 5) + "\n" + open(#""444455556666""#, isSame ? 5 : 6))
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [2])
    let path = try lab.write("b.json", open("null", 5))
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(
      delivery.notes.first?.contains("expected the account of 'db', found none") == true,
      "\(delivery.notes)")
    #expect(try lab.number("SELECT count(*) FROM cloudwatch_metrics") == 2)
  }

  @Test func `a name that may be of another account does not overwrite the account's`() throws {
    let line = { (account: String, value: Int) in
      #"{"metric_stream_name":"s","metric_name":"m","account_id":\#(account),"#
        + #""timestamp":1777766400000,"value":{"max":\#(value)},"dimensions":{"Queue":"q"}}"#
    }
    let told = try lab.write("a.json", line(#""111122223333""#, 5))
    #expect(try lab.ingest(told).deliveries.map(\.rows) == [1])
    let delivery = try #require(
      try lab.ingest(try lab.write("b.json", line("null", 6))).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("is it the same resource?") == true)
    // The same value is the same point.
    let same = try lab.ingest(try lab.write("c.json", line("null", 5))).deliveries
    #expect(same.map(\.status) == [.loaded] && same.map(\.rows) == [0])
    #expect(try lab.rows("SELECT maximum FROM cloudwatch_metrics") == [[.double(5)]])
  }

  // CloudWatch API reference, GetMetricStatistics, Unit: without it all units are returned.
  @Test func `one time in two units is two points, and one without a unit is in doubt`() throws {
    let point = { (unit: String, value: Int) in
      #"{"Timestamp":"2026-05-01T01:00:00Z","Average":\#(value),"Unit":"\#(unit)"}"#
    }
    let name = "i-0123456789abcdef0.json"
    let path = try lab.write(
      "a/\(name)",
      #"{"Label":"Latency","Datapoints":[\#(point("Seconds", 2)),\#(point("Milliseconds", 2000))]}"#
    )
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT average, unit FROM cloudwatch_metrics ORDER BY 1")
        == [[.double(2), .text("Seconds")], [.double(2000), .text("Milliseconds")]])
    let open = try lab.write(
      "b/\(name)",
      #"{"Label":"Latency","Datapoints":[{"Timestamp":"2026-05-01T01:00:00Z","Average":2}]}"#)
    let delivery = try #require(try lab.ingest(open).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("expected the unit of 'i-0123456789abcdef0'") == true)
  }

  @Test func `a statistic without its unit belongs to the point that has one`() throws {
    let name = "i-0123456789abcdef0.json"
    for (folder, members) in [
      ("a", #""Average":2,"Unit":"Seconds""#), ("b", #""Maximum":3"#),
    ] {
      let path = try lab.write(
        "\(folder)/\(name)",
        #"{"Label":"Latency","Datapoints":[{"Timestamp":"2026-05-01T01:00:00Z",\#(members)}]}"#)
      #expect(try lab.ingest(path).deliveries.map(\.rows) == [1])
    }
    #expect(
      try lab.rows("SELECT average, maximum, unit FROM cloudwatch_metrics")
        == [[.double(2), .double(3), .text("Seconds")]])
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
