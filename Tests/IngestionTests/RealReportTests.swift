import Columns
import Ingestion
import Testing
import TestSupport

@Suite(.enabled(if: RealData.isThere, "needs the real reports in ../shared/data"))
struct RealReportTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  @Test func `two months of Parquet are loaded to the cent, and once`() throws {
    let first = try lab.ingest(RealData.folder + "/cur-legacy-parquet")
    #expect(first.deliveries.map(\.status) == [.loaded, .loaded])
    #expect(first.deliveries.map(\.period) == ["2018-10", "2018-11"])
    #expect(first.deliveries.map(\.rows) == [119_307, 124_340])
    #expect(abs((first.deliveries[0].total ?? 0) - 4064.4831315379) < 1e-6)
    #expect(abs((first.deliveries[1].total ?? 0) - 3505.3269681268) < 1e-6)
    #expect(first.deliveries[0].currency == "USD")
    let sums = try lab.rows(
      """
      SELECT year, month, billing_period, count(*), sum(line_item_unblended_cost) FROM cur
      GROUP BY 1, 2, 3 ORDER BY 3
      """)
    #expect(sums.map { $0[0].string } == ["2018", "2018"])
    #expect(sums.map { $0[1].string } == ["10", "11"])
    #expect(sums.map { $0[3].int64 } == [119_307, 124_340])
    #expect(abs((sums[0][4].double ?? 0) - 4064.4831315379) < 1e-6)
    let again = try lab.ingest(RealData.folder + "/cur-legacy-parquet")
    #expect(again.deliveries.map(\.status) == [.unchanged, .unchanged])
    #expect(try lab.number("SELECT count(*) FROM cur") == 243_647)
    #expect(try lab.number("SELECT count(*) FROM deliveries") == 2)
  }

  @Test func `a legacy CSV is loaded`() throws {
    let summary = try lab.ingest(RealData.folder + "/cur-legacy-csv")
    let delivery = try #require(summary.deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.kind == "cur")
    #expect(delivery.rows == 1281)
    #expect(abs((delivery.total ?? 0) - 1.6823086974) < 1e-9)
    #expect(abs(try lab.number("SELECT sum(BilledCost) FROM costs") - 1.6823086974) < 1e-9)
  }

  @Test func `an export with maps is loaded through its manifest`() throws {
    let name = "ha-project-CUR-daily-1"
    let version = "2026-04-16T15:24:15.653Z-04e9e487-79a7-42b1-a680-1de7c660dc8f"
    try lab.copy(
      RealData.folder + "/cur2-csv/\(name)-00001.anon.csv.gz",
      to: "export/data/BILLING_PERIOD=2026-04/\(version)/\(name)-00001.csv.gz")
    try lab.copy(
      RealData.folder + "/cur2-csv/\(name)-Manifest.anon.json",
      to: "export/metadata/BILLING_PERIOD=2026-04/\(name)-Manifest.json")
    let summary = try lab.ingest(lab.folder + "/export")
    let delivery = try #require(summary.deliveries.first)
    #expect(summary.deliveries.count == 1)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.kind == "cur2")
    #expect(delivery.source == "111122223333/\(name)")
    #expect(delivery.rows == 1882)
    #expect(
      abs(try lab.number("SELECT sum(pricing_public_on_demand_cost) FROM cur2") - 49.5587) < 1e-4)
    #expect(
      try lab.number("SELECT count(*) FROM cur2 WHERE product['product_name'] IS NOT NULL") > 1000)
    #expect(try lab.number("SELECT count(*) FROM costs WHERE ServiceName IS NOT NULL") == 1882)
  }

  @Test func `a FOCUS dump with NULL tokens and two months is loaded`() throws {
    let summary = try lab.ingest(RealData.folder + "/focus/focus_sample.csv")
    let delivery = try #require(summary.deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.rows == 1000)
    #expect(delivery.period == "2024-09, 2024-10")
    #expect(abs((delivery.total ?? 0) - 20.52022672899003) < 1e-9)
    #expect(
      try lab.number("SELECT count(*) FROM costs WHERE Tags['application'] = 'BrightLensMatrix'")
        > 0)
    #expect(try lab.number("SELECT count(*) FROM focus WHERE ResourceName = 'NULL'") == 0)
  }

  @Test func `three parts of a report are loaded as its manifest says`() throws {
    let summary = try lab.ingest(RealData.folder + "/cur-nise")
    let delivery = try #require(summary.deliveries.first)
    #expect(summary.deliveries.count == 1)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(delivery.rows == 59_520)
    #expect(delivery.period == "2026-05")
    #expect(delivery.source == "111122223333/cost-report")
    #expect(abs((delivery.total ?? 0) - 152_549.3894) < 1e-3)
    #expect(
      delivery.notes.first
        == "2232 values of column 'pricing/publicOnDemandCost' are no numbers and became NULL, "
        + "the first is 'convertible'")
    #expect(try lab.number("SELECT count(*) FROM costs WHERE Tags['environment'] = 'prod'") > 0)
  }

  @Test func `listings of EC2 become tables`() throws {
    let summary = try lab.ingest(RealData.folder + "/inventory") { options in
      options.snapshotDay = 20_000
    }
    let loaded = summary.deliveries.filter { $0.status == .loaded }
    #expect(
      Dictionary(loaded.map { ($0.table, $0.rows) }, uniquingKeysWith: +) == [
        "ec2_instances": 150, "ec2_volumes": 46, "ec2_addresses": 21, "ec2_snapshots": 55,
        "rds_db_instances": 100, "ssm_managed_instances": 4,
        "aws_config_configuration_snapshot": 1,
      ], "\(summary)")
    #expect(
      try lab.rows(
        "SELECT region, state, tags['Name'] = name OR name IS NULL FROM ec2_instances "
          + "WHERE instance_id = 'i-07b1657fdb879c149' LIMIT 1"
      ).first?.prefix(2) == [.text("us-east-1"), .text("running")])
    #expect(
      try lab.number(
        "SELECT count(*) FROM ec2_volumes WHERE size_gib = 12 AND device = '/dev/sda1'") > 0)
    #expect(
      try lab.rows(
        """
        SELECT item.resourcetype, json_extract_scalar(item.configuration, '$.size')
        FROM (SELECT configurationitems[1] AS item FROM aws_config_configuration_snapshot)
        """
      ) == [[.text("AWS::EC2::Volume"), .text("1")]])
  }

  @Test func `answers of CloudWatch become points`() throws {
    let summary = try lab.ingest(RealData.folder + "/metrics")
    #expect(summary.deliveries.map(\.status) == [.loaded, .loaded], "\(summary)")
    #expect(summary.deliveries.map(\.rows) == [2, 43])
    #expect(
      try lab.rows(
        "SELECT sum FROM cloudwatch_metrics WHERE metric_name = 'InputTokenCount' "
          + "AND timestamp = TIMESTAMP '2026-07-21 14:13:00'") == [[.double(7)]])
  }

  // The figures are those of Python's json over the same files.
  @Test func `values of listings are those of their files`() throws {
    _ = try lab.ingest(RealData.folder + "/inventory") { options in options.snapshotDay = 20_000 }
    #expect(
      try lab.rows(
        """
        SELECT count(*), count_if(state = 'stopped'), count_if(cardinality(tags) = 0),
          CAST(max(launch_time) AS varchar) FROM ec2_instances
        """) == [
          [.int64(150), .int64(20), .int64(49), .text("2026-04-04 17:11:42.000")]
        ])
    #expect(
      try lab.rows("SELECT sum(size_gib), count_if(cardinality(attachments) = 0) FROM ec2_volumes")
        == [[.int64(1556), .int64(17)]])
    #expect(
      try lab.rows(
        "SELECT sum(volume_size_gib), CAST(min(start_time) AS varchar) FROM ec2_snapshots")
        == [[.int64(804), .text("2012-05-31 15:29:50.000")]])
    #expect(
      try lab.rows("SELECT count(*), count_if(association_id IS NULL) FROM ec2_addresses")
        == [[.int64(21), .int64(11)]])
    #expect(
      try lab.rows(
        """
        SELECT sum(allocated_storage_gib), count_if(multi_az), count(instance_create_time)
        FROM rds_db_instances
        """) == [[.int64(4080), .int64(8), .int64(85)]])
    #expect(
      try lab.rows("SELECT count(*), count_if(ping_status = 'Online') FROM ssm_managed_instances")
        == [[.int64(4), .int64(4)]])
    #expect(
      try lab.rows(
        """
        SELECT item.resourceid, json_array_length(item.relationships), item.availabilityzone
        FROM aws_config_configuration_snapshot CROSS JOIN UNNEST(configurationitems) AS t(item)
        """) == [
          [.text("vol-ce676ccc"), .int64(1), .text("us-west-2b")],
          [.text("i-344c463d"), .int64(3), .text("us-west-2b")],
        ])
  }

  @Test func `the examples of the command line's reference are loaded`() throws {
    let summary = try lab.ingest(RealData.folder + "/aws-cli-examples") { options in
      options.snapshotDay = 20_000
    }
    #expect(!summary.hasFailures, "\(summary)")
    let rows = Dictionary(
      summary.deliveries.filter { $0.status == .loaded }.map { ($0.table, $0.rows) },
      uniquingKeysWith: +)
    let expected = [
      "aws_application": 2, "aws_instanceinformation": 1, "custom_rackinfo": 1,
      "cloudwatch_metrics": 25, "ec2_instance_status": 1, "ec2_instance_types": 1,
      "ec2_instances": 1, "ec2_snapshots": 1, "ssm_managed_instances": 1,
      // Two of the five listings of addresses have the same content, one an address of another's.
      "ec2_addresses": 3,
    ]
    for (table, count) in expected { #expect(rows[table] == count, "\(table)") }
    #expect(
      summary.ignored.contains { $0.reason.hasPrefix("its content is that of") }, "\(summary)")
    #expect(
      try lab.rows(
        """
        SELECT count(*), round(sum(maximum), 6), CAST(min("timestamp") AS varchar)
        FROM cloudwatch_metrics WHERE metric_name = 'CPUUtilization'
        """) == [[.int64(23), .double(1137.59), .text("2014-04-08 23:18:00.000")]])
    #expect(
      try lab.rows("SELECT instance_type, vcpus, memory_mib FROM ec2_instance_types")
        == [[.text("t2.micro"), .int64(1), .int64(1024)]])
    #expect(
      try lab.rows(
        "SELECT CAST(last_ping_time AS varchar), is_latest_version FROM ssm_managed_instances")
        == [[.text("2020-02-20 17:53:53.421"), .boolean(true)]])
  }
}
