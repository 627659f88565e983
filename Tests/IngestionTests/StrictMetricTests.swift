import Columns
import Ingestion
import Testing
import Warehouse

/// Metrics in which a point would be lost, shifted or taken for another's: refused with their place.
@Suite struct StrictMetricTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func refused(_ name: String, _ text: String, _ words: String) throws {
    try lab.write("in/\(name)", text)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed], "\(summary)")
    let note = summary.deliveries.first?.notes.first ?? ""
    #expect(note.contains(words) && note.contains(name), "\(note)")
    #expect(try !lab.warehouse.hasTable("cloudwatch_metrics"))
  }

  // MARK: CSV

  @Test(arguments: [
    ("timestamp,metric,average,average", "1,2", "found 'average' again"),
    ("time,timestamp,metric,average", "2026-05-01,1", "found 'timestamp' again"),
    ("timestamp,metric,average,\"maximum\"\"\"", "1,2", "header, column 4"),
    ("timestamp,metric,statistic,value", "Avverage,2", "expected a statistic, found 'Avverage'"),
    ("timestamp,metric,period,average", "300.5,2", "whole number of seconds"),
    ("timestamp,metric,instance_id,resource_id,average", "i-1,i-2,2", "'i-2' and 'i-1'"),
  ])
  func `a table of points has each meaning once`(
    header: String, rest: String, words: String
  ) throws {
    try refused("m.csv", "\(header)\n2026-05-01T00:00:00Z,CPUUtilization,\(rest)\n", words)
  }

  @Test func `a point without the name of its metric is none`() throws {
    try refused(
      "m.csv", "timestamp,metric,average\n2026-05-01T00:00:00Z,,5\n",
      "record 1: expected the name of a metric")
  }

  @Test func `columns of a table that say nothing of a metric are named`() throws {
    try lab.write(
      "in/m.csv",
      "timestamp,metric,average,p75,colour\n2026-05-01T00:00:00Z,CPUUtilization,5,7,red\n")
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.notes.contains { $0.contains("columns left out") && $0.contains("'colour'") })
    #expect(try lab.number("SELECT percentiles['p75'] FROM cloudwatch_metrics") == 7)
  }

  @Test(arguments: [
    ("Statistic,Average\n,12.5\n", "expected a time, found ''"),
    ("Statistic,Average\nMay 3 2026,12.5\n", "expected a time, found 'May 3 2026'"),
    ("2026/05/01 00:00:00,1\nStatistic,Average\n", "expected a time, found 'Statistic'"),
    ("Statistic,Average\nStatistic,Maximum\n2026/05/01 00:00:00,1\n", "'statistic' once"),
    ("Statistic,Avverage\n2026/05/01 00:00:00,1\n", "expected a statistic"),
    ("Period,5 minutes\n2026/05/01 00:00:00,1\n", "whole number of seconds"),
    ("2026/05/01 00:00:00,1\n2026/05/01 00:00:00,2\n", "expected one 'average' of each point"),
  ])
  func `a graph's rows are descriptions, then times`(rows: String, words: String) throws {
    try refused("g.csv", "Full label,i-0123456789abcdef0 CPUUtilization\n\(rows)", words)
  }

  // MARK: Answers

  @Test(arguments: [
    (#"[{"Id":"m","MetricStat":5}]"#, "'MetricDataQueries[0]"),
    (#"[{"Id":"m","MetricStat":{"Metric":{"MetricName":"n","Dimensions":{"a":"b"}}}}]"#, "a list"),
    (#"[{"Id":"m","MetricStat":{"Metric":{"MetricName":"n"},"Period":"often"}}]"#, "Period"),
    (#"[{"Id":"m","MetricStat":{"Metric":{"MetricName":5}}}]"#, "MetricName"),
    (#"[{"Id":"m","MetricStat":{"Metric":{"MetricName":"n"},"Stat":"Avverage"}}]"#, "statistic"),
    (#""none""#, "'MetricDataQueries' to be a list"),
    (#"[5]"#, "a request with its 'Id'"),
  ])
  func `requests beside the answers are understood or refused`(
    queries: String, words: String
  ) throws {
    let time = #"["2026-05-01T00:00:00Z"]"#
    try refused(
      "d.json",
      #"{"MetricDataQueries":\#(queries),"MetricDataResults":[{"Id":"m","Timestamps":\#(time),"#
        + #""Values":[1]}]}"#, words)
  }

  @Test func `two values of one point in one answer are in doubt`() throws {
    let point = #"{"Timestamp":"2026-05-01T00:00:00Z","Average":5}"#
    try refused(
      "i-0123456789abcdef0.json",
      #"{"Label":"CPUUtilization","Datapoints":[\#(point),\#(point.replacing("5}", with: "6}"))]}"#,
      "expected one 'average' of each point, found 5.0 and 6.0")
  }

  @Test func `a result that answers none of the requests beside it is refused`() throws {
    try refused(
      "d.json",
      #"{"MetricDataQueries":[{"Id":"m","MetricStat":{"Metric":{"MetricName":"n"},"Stat":"Maximum"}},"#
        + #"{"Id":"e","Expression":"m*2"}],"MetricDataResults":[{"Id":"e","Timestamps":[],"Values":[]},"#
        + #"{"Id":"x","Timestamps":["2026-05-01T00:00:00Z"],"Values":[1]}]}"#,
      "result 'x' answers none of the 'MetricDataQueries'")
  }

  // CloudWatch user guide, metric streams: epoch milliseconds.
  @Test(arguments: ["1777766400", "0", "-5"])
  func `a stream's time in seconds is not taken for milliseconds`(time: String) throws {
    try refused(
      "s.json",
      #"{"metric_stream_name":"s","metric_name":"m","timestamp":\#(time),"value":{"max":1}}"#,
      "in milliseconds since 1970, found \(time)")
  }

  // EC2 user guide, resource ids: eight or seventeen digits.
  @Test(arguments: [
    "i-0123456789ab\u{1}cdef0", "i-0123456789abcdef\u{2028}0", "i-01234567\u{FEFF}89abcdef0",
    "i-0123456789abcdef", "i-0123456789abcdef0\u{E9}", "i-0123456789abcdef01",
  ])
  func `an id that is cut or goes on oddly names no resource`(id: String) throws {
    try lab.write(
      "g.csv", "Full label,\(id) CPUUtilization\n2026/05/01 00:00:00,12.5\n")
    #expect(try lab.ingest(lab.folder + "/g.csv").deliveries.map(\.rows) == [1])
    #expect(try lab.rows("SELECT resource_id FROM cloudwatch_metrics") == [[.null]])
  }

  @Test func `a label with a line's end in it is refused`() throws {
    try refused(
      "g.csv",
      "Full label,i-01234\r56789abcdef0 CPUUtilization\nPeriod,300\n2026/05/01 00:00:00,12.5\n",
      "expected a label, found a line's end")
  }

  @Test(arguments: [
    "i-0123456789abcdef0", "i-01234567", "eu-west-1 i-0123456789abcdef0", "i_0123456789abcdef0",
    "web (i-0123456789abcdef0)", "name=i-0123456789abcdef0;x", "i-0123456789abcdef0-cpu",
  ])
  func `an id is found between the usual marks`(label: String) throws {
    try lab.write("g.csv", "Full label,\(label)\n2026/05/01 00:00:00,12.5\n")
    #expect(try lab.ingest(lab.folder + "/g.csv").deliveries.map(\.rows) == [1])
    let id =
      label.contains("01234567 ") || label == "i-01234567" ? "i-01234567" : "i-0123456789abcdef0"
    #expect(try lab.rows("SELECT resource_id FROM cloudwatch_metrics") == [[.text(id)]])
  }

  @Test func `a point that is there twice is no doubt`() throws {
    let point = #"{"Timestamp":"2026-05-01T00:00:00Z","Average":5}"#
    try lab.write(
      "in/i-0123456789abcdef0.json",
      #"{"Label":"CPUUtilization","Datapoints":[\#(point),\#(point)]}"#)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
  }

  @Test func `of counts of samples the greater is the whole point`() throws {
    let line = { (count: Int) in
      #"{"metric_stream_name":"s","metric_name":"m","timestamp":1777766400000,"#
        + #""value":{"sum":\#(count),"count":\#(count)},"dimensions":{"InstanceId":"i-1"}}"#
    }
    try lab.write("in/m.json", line(5) + "\n" + line(3) + "\n")
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
    #expect(try lab.number("SELECT sample_count FROM cloudwatch_metrics") == 5)
  }

  @Test(arguments: [
    (
      "d.json",
      #"{"MetricDataResults":[{"Id":"m","Timestamps":["2026-05-01T00:00:00Z"],"Values":[1]}],"NextToken":"n"}"#
    ),
    (
      "c.json",
      #"{"ResultsByTime":[{"TimePeriod":{"Start":"2026-05-01"},"Total":{"UnblendedCost":{"Amount":"1"}}}],"NextPageToken":"n"}"#
    ),
    (
      "s.json",
      #"{"TypeName":"AWS:Application","InstanceId":"i-1","Entries":[{"Name":"a"}],"NextToken":"n"}"#
    ),
  ])
  func `an answer whose further pages are not there says so`(name: String, text: String) throws {
    try lab.write("in/\(name)", text)
    let delivery = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(delivery.status == .loaded)
    #expect(delivery.notes.contains { $0.contains("more pages follow") }, "\(delivery.notes)")
  }
}
