import Columns
import Compression
import Ingestion
import Testing
import Warehouse

/// CloudWatch's metrics in all the shapes that they come in.
@Suite struct MetricShapeTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  // CloudWatch user guide, metric streams: JSON 1.0, an object per line, gzip by Firehose.
  @Test func `a stream's compressed lines become points`() throws {
    let line = { (minute: Int) in
      """
      {"metric_stream_name":"ms","account_id":"123456789012","region":"us-east-1",\
      "namespace":"AWS/EC2","metric_name":"NetworkIn","dimensions":{"InstanceId":"i-a","Z":"1"},\
      "timestamp":\(1_700_000_040_000 + minute * 60_000),\
      "value":{"count":5,"sum":50,"max":20,"min":1,"p99.9":19.5},"unit":"Bytes"}
      """
    }
    let path = try lab.write(
      "2023/11/14/22/stream-1.gz",
      Gzip.compress(Array((0..<3).map(line).joined(separator: "\n").utf8)))
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [3])
    #expect(
      try lab.rows(
        """
        SELECT count(*), sum(average), max(percentiles['p99.9']), min(period_seconds), min(resource_id)
        FROM cloudwatch_metrics
        """) == [[.int64(3), .double(30), .double(19.5), .int64(60), .text("i-a")]])
  }

  // CloudWatch API reference, GetMetricData: newest first, status of each result.
  @Test func `results of several pages are points, what is not complete is said`() throws {
    let path = try lab.write(
      "data.json",
      """
      {"MetricDataResults":[{"Id":"cpu","Label":"i-0123456789abcdef0 CPUUtilization Maximum",
        "Timestamps":["2026-05-01T00:05:00+00:00","2026-05-01T00:00:00+00:00"],"Values":[2,1],
        "StatusCode":"PartialData"}],"NextToken":"n"}
      {"MetricDataResults":[{"Id":"cpu","Label":"i-0123456789abcdef0 CPUUtilization Maximum",
        "Timestamps":["2026-05-01T00:10:00+00:00"],"Values":[3],"StatusCode":"Complete"},
       {"Id":"none","Label":"none","Timestamps":[],"Values":[],"StatusCode":"Complete"}]}
      """)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.rows == 3)
    #expect(delivery.notes.first?.contains("is not complete (PartialData)") == true)
    #expect(
      try lab.rows(
        "SELECT maximum, resource_id, namespace FROM cloudwatch_metrics ORDER BY \"timestamp\"")
        == (1...3).map { [.double(Double($0)), .text("i-0123456789abcdef0"), .text("AWS/EC2")] })
  }

  @Test func `requests kept beside the answers tell what they are about`() throws {
    let path = try lab.write(
      "data.json",
      """
      {"MetricDataQueries":[{"Id":"m1","AccountId":"111122223333","MetricStat":{"Metric":{
        "Namespace":"AWS/EBS","MetricName":"VolumeReadOps",
        "Dimensions":[{"Name":"VolumeId","Value":"vol-1"}]},"Period":300,"Stat":"Sum"}}],
       "MetricDataResults":[{"Id":"m1","Label":"x","Timestamps":[1777593600.0],"Values":[7]}]}
      """)
    _ = try lab.ingest(path)
    #expect(
      try lab.rows(
        """
        SELECT account_id, namespace, metric_name, resource_id, period_seconds, sum,
          CAST("timestamp" AS varchar) FROM cloudwatch_metrics
        """) == [
          [
            .text("111122223333"), .text("AWS/EBS"), .text("VolumeReadOps"), .text("vol-1"),
            .int64(300), .double(7), .text("2026-05-01 00:00:00.000"),
          ]
        ])
  }

  @Test(arguments: [
    #"{"111122223333":{"Label":"CPUUtilization","Datapoints":[@]},"444455556666":{"Label":"CPUUtilization","Datapoints":[@]}}"#,
    #"[{"AccountId":"111122223333","Label":"CPUUtilization","Datapoints":[@]},{"AccountId":"444455556666","Label":"CPUUtilization","Datapoints":[@]}]"#,
  ])
  func `results by account keep their accounts`(_ text: String) throws {
    let path = try lab.write(
      "i-0123456789abcdef0.json",
      text.replacing("@", with: #"{"Timestamp":"2026-05-01T00:00:00Z","Average":5}"#))
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT account_id, average FROM cloudwatch_metrics ORDER BY 1")
        == [[.text("111122223333"), .double(5)], [.text("444455556666"), .double(5)]])
  }

  // CloudWatch API reference, GetMetricStatistics: no order; only what was asked for.
  @Test func `datapoints come in any order and with percentiles`() throws {
    let path = try lab.write(
      "i-0123456789abcdef0-cpu.json",
      """
      {"Label":"CPUUtilization","Datapoints":[
       {"Timestamp":"2026-05-01T02:00:00Z","ExtendedStatistics":{"p99":9,"p99.5":9.5},"Unit":"Percent"},
       {"Timestamp":"2026-05-01T01:00:00Z","SampleCount":12,"Minimum":1,"Unit":"Percent"}]}
      """)
    _ = try lab.ingest(path)
    #expect(
      try lab.rows(
        """
        SELECT sample_count, minimum, element_at(percentiles, 'p99.5'), dimensions['InstanceId']
        FROM cloudwatch_metrics ORDER BY "timestamp"
        """) == [
          [.double(12), .double(1), .null, .text("i-0123456789abcdef0")],
          [.null, .null, .double(9.5), .text("i-0123456789abcdef0")],
        ])
  }

  @Test func `the console's file of a graph is a series per column`() throws {
    let path = try lab.write(
      "graph.csv",
      """
      Full label,i-0123456789abcdef0 CPUUtilization,vol-0123456789abcdef0 VolumeReadOps
      YAxis,left,left
      Period,300,300
      Statistic,Maximum,Sum
      2026/05/01 00:00:00,12.5,
      2026/05/01 00:05:00,13.5,4

      """)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.rows == 3, "\(delivery.notes)")
    #expect(
      try lab.rows(
        """
        SELECT metric_name, namespace, resource_id, period_seconds, maximum, sum
        FROM cloudwatch_metrics ORDER BY 1, "timestamp"
        """) == [
          [
            .text("CPUUtilization"), .text("AWS/EC2"), .text("i-0123456789abcdef0"), .int64(300),
            .double(12.5), .null,
          ],
          [
            .text("CPUUtilization"), .text("AWS/EC2"), .text("i-0123456789abcdef0"), .int64(300),
            .double(13.5), .null,
          ],
          [
            .text("VolumeReadOps"), .text("AWS/EBS"), .text("vol-0123456789abcdef0"), .int64(300),
            .null, .double(4),
          ],
        ])
  }

  @Test(arguments: [
    (#"{"Label":"x","Datapoints":[{"Average":1}]}"#, "expected 'Timestamp' to be a time"),
    (#"{"Label":"x","Datapoints":[{"Timestamp":"soon","Average":1}]}"#, "found a string 'soon'"),
    (
      #"{"Label":"x","Datapoints":[{"Timestamp":"2026-05-01T00:00:00Z","Average":"1"}]}"#,
      "expected 'Average' to be a number"
    ),
    (
      #"{"MetricDataResults":[{"Id":"a","Timestamps":["2026-05-01T00:00:00Z"],"Values":[]}]}"#,
      "has 1 'Timestamps' and 0 'Values'"
    ),
    (#"{"MetricDataResults":{}}"#, "expected 'MetricDataResults' to be a list"),
    (
      #"{"metric_stream_name":"m","metric_name":"x","value":{"sum":1}}"#,
      "'timestamp' in milliseconds"
    ),
    (
      #"{"metric_stream_name":"m","metric_name":"x","timestamp":1,"value":3}"#,
      "'value' to be an object"
    ),
  ])
  func `what is no point is refused with its place`(_ text: String, _ message: String) throws {
    let path = try lab.write("m.json", text)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains(message) == true, "\(delivery.notes)")
    #expect(try !lab.warehouse.hasTable("cloudwatch_metrics"))
  }
}
