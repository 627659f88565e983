import Columns
import Ingestion
import Testing
import Warehouse

@Suite struct InventoryTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func node(_ type: String, _ id: String, _ lines: String) throws {
    try lab.write(
      "ssm/AWS:\(type)/accountid=123456789012/region=eu-west-1/"
        + "resourcetype=ManagedInstanceInventory/\(id).json", lines)
  }

  @Test func `inventory is one table per type with the path's partitions`() throws {
    try node(
      "InstanceInformation", "i-1",
      #"{"InstanceId":"i-1","ResourceType":"EC2Instance","PlatformType":"Linux","resourceId":"i-1"}"#
    )
    try node(
      "Application", "i-1",
      #"{"Name":"bash","Version":"5"}"# + "\n" + #"{"Name":"vim","Version":"9","Flavour":"huge"}"#)
    try lab.write("ssm/AWS:Application/accountid=123456789012/test.json", "{}")
    let summary = try lab.ingest(lab.folder + "/ssm") { options in options.snapshotDay = 20_000 }
    #expect(
      summary.deliveries.map(\.table) == ["aws_application", "aws_instanceinformation"],
      "\(summary)")
    #expect(summary.deliveries.map(\.rows) == [2, 1])
    #expect(summary.ignored.count == 1)
    #expect(
      try lab.rows(
        "SELECT resourcetype, instance_resourcetype, accountid, region FROM aws_instanceinformation"
      )
        == [
          [
            .text("ManagedInstanceInventory"), .text("EC2Instance"), .text("123456789012"),
            .text("eu-west-1"),
          ]
        ])
    #expect(
      try lab.rows("SELECT name, flavour, resourceid FROM aws_application ORDER BY name")
        == [
          [.text("bash"), .null, .text("i-1")], [.text("vim"), .text("huge"), .text("i-1")],
        ])
    #expect(
      try lab.ingest(lab.folder + "/ssm") { options in options.snapshotDay = 20_000 }.deliveries
        .map(\.status)
        == [.unchanged, .unchanged])
  }

  @Test func `a listing replaces the same day's and stands beside the day before`() throws {
    let listing =
      #"{"Volumes":[{"VolumeId":"vol-1","Size":8,"Tags":[{"Key":"Name","Value":"n"}]}]}"#
    let path = try lab.write("ec2/volumes.json", listing + "\n" + #"{"Volumes":[]}"#)
    _ = try lab.ingest(path) { options in options.snapshotDay = 20_000 }
    _ = try lab.ingest(path) { options in options.snapshotDay = 20_001 }
    try lab.write("ec2/volumes.json", #"{"Volumes":[{"VolumeId":"vol-2","Size":9}]}"#)
    _ = try lab.ingest(path) { options in options.snapshotDay = 20_001 }
    #expect(
      try lab.rows(
        "SELECT volume_id, size_gib, name, cardinality(tags) FROM ec2_volumes ORDER BY 1")
        == [
          [.text("vol-1"), .int64(8), .text("n"), .int64(1)],
          [.text("vol-2"), .int64(9), .null, .int64(0)],
        ])
  }

  @Test func `a listing's day is in its path`() throws {
    let path = try lab.write("ec2/2026-05-03/volumes.json", #"{"Volumes":[{"VolumeId":"vol-1"}]}"#)
    #expect(try lab.ingest(path).deliveries.map(\.period) == ["2026-05-03"])
  }

  @Test func `an entry without its id, or half a document, is refused`() throws {
    let nameless = try lab.write("ec2/volumes.json", #"{"Volumes":[{"Size":8}]}"#)
    let delivery = try #require(try lab.ingest(nameless).deliveries.first)
    #expect(delivery.status == .failed)
    #expect(delivery.notes.first?.contains("'VolumeId'") == true)
    let half = try lab.write("ec2/half.json", #"{"Volumes":[{"VolumeId":"vol-1""#)
    #expect(try lab.ingest(half).deliveries.map(\.status) == [.failed])
    #expect(try !lab.warehouse.hasTable("ec2_volumes"))
  }

  @Test func `a metric stream's lines become points with averages`() throws {
    let path = try lab.write(
      "metrics/stream.json",
      """
      {"metric_stream_name":"ms","account_id":"123456789012","region":"us-east-1",\
      "namespace":"AWS/EC2","metric_name":"CPUUtilization","dimensions":{"InstanceId":"i-abc"},\
      "timestamp":1700000000000,"value":{"count":4,"sum":100,"max":40,"min":10,"p99":39.5},"unit":"Percent"}
      """)
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [1])
    #expect(
      try lab.rows(
        """
        SELECT resource_id, average, maximum, minimum, sample_count, percentiles['p99'],
          CAST(metric_date AS varchar) FROM cloudwatch_metrics
        """)
        == [
          [
            .text("i-abc"), .double(25), .double(40), .double(10), .double(4), .double(39.5),
            .text("2023-11-14"),
          ]
        ])
  }

  @Test func `metrics in CSV are read by their columns`() throws {
    let path = try lab.write(
      "metrics/cpu.csv",
      """
      timestamp,instance_id,metric_name,value,statistic
      2026-05-01T00:00:00Z,i-0123456789abcdef0,CPUUtilization,12.5,Maximum
      2026-05-01 00:05:00,i-0123456789abcdef0,CPUUtilization,7,
      """)
    #expect(try lab.ingest(path).deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT maximum, average, namespace FROM cloudwatch_metrics ORDER BY timestamp")
        == [[.double(12.5), .null, .text("AWS/EC2")], [.null, .double(7), .text("AWS/EC2")]])
  }
}
