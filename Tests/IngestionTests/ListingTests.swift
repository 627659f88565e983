import Columns
import Compression
import Files
import Ingestion
import Testing
import Warehouse

/// Listings of the AWS command line as they are in the wild.
@Suite struct ListingTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func ingest(_ path: String, day: Int = 20_000) throws -> IngestSummary {
    try lab.ingest(path) { options in options.snapshotDay = day }
  }

  private func instance(_ id: String, zone: String = "us-east-1a") -> String {
    #"{"InstanceId":"\#(id)","ImageId":"ami-1","InstanceType":"m5.large","#
      + #""State":{"Code":16,"Name":"running"},"Placement":{"AvailabilityZone":"\#(zone)"}}"#
  }

  private func reservations(_ ids: String..., owner: String = "111122223333") -> String {
    ids.map { id in
      #"{"ReservationId":"r-\#(id)","OwnerId":"\#(owner)","Groups":[],"Instances":["#
        + instance(id) + "]}"
    }.joined(separator: ",")
  }

  private var instances: [[Value]] {
    get throws {
      try lab.rows("SELECT instance_id, account_id, region FROM ec2_instances ORDER BY 1, 2")
    }
  }

  // MARK: Pages

  // AWS CLI user guide, pagination and the --query option.
  @Test(arguments: [
    "{\"Reservations\":[@1,@2]}",
    "{\"Reservations\":[@1],\"NextToken\":\"eyJ\"}\n{\"Reservations\":[@2]}\n",
    "{\"Reservations\":[@1],\"NextToken\":\"eyJ\"}{\"Reservations\":[@2],\"NextToken\":null}",
    "[{\"Reservations\":[@1],\"NextToken\":\"eyJ\"},{\"Reservations\":[@2]}]",
    "[[{\"Reservations\":[@1]}],[{\"Reservations\":[@2]}]]",
    "[@1,@2]",
    "{\"111122223333\":{\"us-east-1\":{\"Reservations\":[@1,@2]}}}",
    "{\"AccountId\":\"111122223333\",\"Region\":\"us-east-1\",\"Reservations\":[@1,@2]}",
    "\u{FEFF}{\"Reservations\":[@1,@2]}",
  ])
  func `one page or many, every way of writing them gives the same rows`(_ text: String) throws {
    let path = try lab.write(
      "ec2/all.json",
      text.replacing("@1", with: reservations("i-1")).replacing("@2", with: reservations("i-2")))
    let delivery = try #require(try ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    #expect(
      try instances == [
        [.text("i-1"), .text("111122223333"), .text("us-east-1")],
        [.text("i-2"), .text("111122223333"), .text("us-east-1")],
      ])
  }

  // --query 'Reservations[].Instances[]' leaves out the reservation, and with it the account.
  @Test(arguments: ["[@1,@2]", "[[@1],[@2]]", "[[@1,@2]]"])
  func `bare instances are known by their members, the account by the path`(_ text: String) throws {
    let path = try lab.write(
      "444455556666/eu-west-1/bare.json",
      text.replacing("@1", with: instance("i-1", zone: "eu-west-1b"))
        .replacing("@2", with: instance("i-2", zone: "eu-west-1c")))
    #expect(try ingest(path).deliveries.map(\.rows) == [2])
    #expect(
      try instances == [
        [.text("i-1"), .text("444455556666"), .text("eu-west-1")],
        [.text("i-2"), .text("444455556666"), .text("eu-west-1")],
      ])
  }

  @Test func `pages in files of their own are one listing`() throws {
    for (page, token) in [(1, "\"t1\""), (2, "\"t2\""), (3, "null")] {
      try lab.write(
        "ec2/page-\(page).json",
        #"{"Reservations":[\#(reservations("i-\(page)"))],"NextToken":\#(token)}"#)
    }
    let summary = try ingest(lab.folder + "/ec2")
    #expect(summary.deliveries.map(\.rows) == [3])
    #expect(summary.deliveries.first?.notes == [])
    #expect(try instances.count == 3)
  }

  @Test func `a page whose next one is not there is loaded, and that is said`() throws {
    let path = try lab.write(
      "ec2/a.json", #"{"Reservations":[\#(reservations("i-1"))],"NextToken":"more"}"#)
    let delivery = try #require(try ingest(path).deliveries.first)
    #expect(delivery.status == .loaded)
    #expect(delivery.notes.first?.contains("more pages follow") == true)
  }

  // MARK: Whose and of when

  @Test func `a later listing of the account, region and day replaces the earlier one's rows`()
    throws
  {
    _ = try ingest(
      try lab.write("a/one.json", #"{"Reservations":[\#(reservations("i-1", "i-2"))]}"#))
    _ = try ingest(
      try lab.write("b/two.json", #"{"Reservations":[\#(reservations("i-2", "i-3"))]}"#))
    _ = try ingest(
      try lab.write(
        "c/other.json", #"{"Reservations":[\#(reservations("i-9", owner: "999988887777"))]}"#))
    #expect(try instances.map { $0[0] } == [.text("i-2"), .text("i-3"), .text("i-9")])
    // The day before stays.
    _ = try ingest(
      try lab.write("d/before.json", #"{"Reservations":[\#(reservations("i-1"))]}"#), day: 19_999)
    #expect(try instances.count == 4)
  }

  @Test func `of several in one run the last by name counts, and nothing changes the next time`()
    throws
  {
    try lab.write("ec2/2026-05-01T06.json", #"{"Reservations":[\#(reservations("i-1"))]}"#)
    try lab.write("ec2/2026-05-01T18.json", #"{"Reservations":[\#(reservations("i-2"))]}"#)
    let first = try lab.ingest(lab.folder + "/ec2")
    #expect(first.deliveries.map(\.rows) == [1])
    #expect(first.ignored.map(\.reason).first?.contains("is a later listing") == true)
    #expect(try instances.map { $0[0] } == [.text("i-2")])
    #expect(try lab.ingest(lab.folder + "/ec2").deliveries.map(\.status) == [.unchanged])
  }

  @Test func `the same content under another name is not loaded twice`() throws {
    let volumes = #"{"Volumes":[{"VolumeId":"vol-1","Size":8,"AvailabilityZone":"us-east-1a"}]}"#
    let both = try lab.write("x/a.json", volumes)
    try lab.write("x/b.json", volumes)
    let summary = try ingest(Path.split(both).directory)
    #expect(summary.deliveries.map(\.rows) == [1])
    #expect(summary.ignored.map(\.reason) == ["its content is that of '\(both)'"])
    let copy = try lab.write("y/c.json", volumes)
    #expect(try ingest(copy).deliveries.map(\.status) == [.unchanged])
    #expect(try lab.number("SELECT count(*) FROM ec2_volumes") == 1)
  }

  @Test func `two accounts whose listings do not name them stand side by side`() throws {
    let volumes = #"{"Volumes":[{"VolumeId":"vol-1","Size":8,"AvailabilityZone":"us-east-1a"}]}"#
    try lab.write("111122223333/volumes.json", volumes)
    try lab.write("444455556666/volumes.json", volumes)
    #expect(try ingest(lab.folder).deliveries.map(\.status) == [.loaded, .loaded])
    #expect(
      try lab.rows("SELECT account_id FROM ec2_volumes ORDER BY 1")
        == [[.text("111122223333")], [.text("444455556666")]])
  }

  @Test func `a listing of nothing empties what was there`() throws {
    let path = "111122223333/us-east-1/instances.json"
    _ = try ingest(try lab.write(path, #"{"Reservations":[\#(reservations("i-1"))]}"#))
    let delivery = try #require(
      try ingest(try lab.write(path, #"{"Reservations":[]}"#)).deliveries.first)
    #expect(delivery.status == .loaded)
    #expect(delivery.rows == 0)
    #expect(delivery.notes == ["the listing is empty: nothing is there on that day"])
    #expect(try lab.number("SELECT count(*) FROM ec2_instances") == 0)
  }

  // EC2 user guide, regions and zones: local, wavelength and outpost zones.
  @Test(arguments: [
    ("us-east-1a", "us-east-1"), ("us-west-2-lax-1a", "us-west-2"),
    ("us-east-1-wl1-bos-wlz-1", "us-east-1"), ("us-gov-west-1b", "us-gov-west-1"),
    ("ap-southeast-2c", "ap-southeast-2"),
  ])
  func `the region is that of the zone`(_ zone: String, _ region: String) throws {
    let path = try lab.write(
      "v.json", #"{"Volumes":[{"VolumeId":"vol-1","AvailabilityZone":"\#(zone)"}]}"#)
    _ = try ingest(path)
    #expect(try lab.rows("SELECT region FROM ec2_volumes") == [[.text(region)]])
  }

  // AWS CLI, changes in version 2: timestamps in ISO 8601; JSON services answer seconds.
  @Test(arguments: [
    "\"2026-05-01T10:30:00.000Z\"", "\"2026-05-01T10:30:00+00:00\"", "1777631400",
    "1777631400.0", "\"2026-05-01T12:30:00+02:00\"",
    #"{"__class__":"datetime","year":2026,"month":5,"day":1,"hour":10,"minute":30}"#,
  ])
  func `times of both versions of the command line are one`(_ time: String) throws {
    let path = try lab.write(
      "s.json", #"{"Snapshots":[{"SnapshotId":"snap-1","OwnerId":"1","StartTime":\#(time)}]}"#)
    _ = try ingest(path)
    #expect(
      try lab.rows("SELECT CAST(start_time AS varchar) FROM ec2_snapshots")
        == [[.text("2026-05-01 10:30:00.000")]])
  }

  // EC2 API reference: InstanceState's high byte is internal; a stopped server tells when in words.
  @Test func `state, time of stopping and missing tags are as EC2 tells them`() throws {
    let path = try lab.write(
      "i.json",
      """
      {"Reservations":[{"OwnerId":"111122223333","Instances":[
       {"InstanceId":"i-1","State":{"Code":272,"Name":"running"}},
       {"InstanceId":"i-2","State":{"Code":80,"Name":"stopped"},"Platform":"windows",
        "StateTransitionReason":"User initiated (2024-02-08 17:03:16 GMT)","Tags":[]},
       {"InstanceId":"i-3","State":{"Code":48,"Name":"terminated"},
        "StateTransitionReason":"Client.UserInitiatedShutdown",
        "Tags":[{"Key":"Name","Value":"gone"}]}]}]}
      """)
    _ = try ingest(path)
    #expect(
      try lab.rows(
        """
        SELECT state_code, CAST(stopped_at AS varchar), platform, cardinality(tags), name
        FROM ec2_instances ORDER BY instance_id
        """) == [
          [.int64(16), .null, .null, .int64(0), .null],
          [.int64(80), .text("2024-02-08 17:03:16.000"), .text("windows"), .int64(0), .null],
          [.int64(48), .null, .null, .int64(1), .text("gone")],
        ])
  }

  // MARK: Further listings

  @Test func `load balancers, target groups, databases and groups tell account and region`() throws
  {
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
    try lab.write(
      "l/elbv2.json",
      #"{"LoadBalancers":[{"LoadBalancerArn":"\#(arn)loadbalancer/app/a/1","Type":"application","#
        + #""CreatedTime":"2026-05-01T00:00:00.000Z","State":{"Code":"active"},"#
        + #""AvailabilityZones":[{"ZoneName":"eu-west-1a","SubnetId":"s"}]}]}"#)
    try lab.write(
      "l/tg.json",
      #"{"TargetGroups":[{"TargetGroupArn":"\#(arn)targetgroup/t/2","Port":80,"#
        + #""LoadBalancerArns":[]}]}"#)
    try lab.write(
      "l/health.json",
      #"{"TargetGroupArn":"\#(arn)targetgroup/t/2","TargetHealthDescriptions":[{"Target":"#
        + #"{"Id":"i-1","Port":80},"TargetHealth":{"State":"unhealthy"}}]}"#)
    try lab.write(
      "l/elb.json",
      #"{"LoadBalancerDescriptions":[{"LoadBalancerName":"old","AvailabilityZones":["eu-west-1a"],"#
        + #""Instances":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]}]}"#)
    try lab.write(
      "l/rds.json",
      #"{"DBInstances":[{"DBInstanceIdentifier":"db","DBInstanceArn":"#
        + #""arn:aws:rds:eu-west-1:111122223333:db:db","AllocatedStorage":20,"MultiAZ":true,"#
        + #""TagList":[{"Key":"team","Value":"x"}]}],"Marker":""}"#)
    try lab.write(
      "l/asg.json",
      #"{"AutoScalingGroups":[{"AutoScalingGroupName":"g","AutoScalingGroupARN":"#
        + #""arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:u:n/g","MinSize":1,"#
        + #""MaxSize":3,"Instances":[{"InstanceId":"i-1"}]}]}"#)
    try lab.write("l/images.json", #"{"Images":[{"ImageId":"ami-1","OwnerId":"111122223333"}]}"#)
    let summary = try ingest(lab.folder + "/l")
    #expect(summary.deliveries.allSatisfy { $0.status == .loaded && $0.rows == 1 }, "\(summary)")
    for table in [
      "elbv2_load_balancers", "elbv2_target_groups", "rds_db_instances", "autoscaling_groups",
    ] {
      #expect(
        try lab.rows("SELECT account_id, region FROM \(table)")
          == [[.text("111122223333"), .text("eu-west-1")]])
    }
    #expect(
      try lab.rows("SELECT region, instance_count, instances[2].instanceid FROM elb_load_balancers")
        == [[.text("eu-west-1"), .int64(2), .text("i-2")]])
    #expect(
      try lab.rows("SELECT state, target_group_arn FROM elbv2_target_health")
        == [[.text("unhealthy"), .text(arn + "targetgroup/t/2")]])
    #expect(
      try lab.rows("SELECT allocated_storage_gib, multi_az, tags['team'] FROM rds_db_instances")
        == [[.int64(20), .boolean(true), .text("x")]])
  }

  // MARK: AWS Config

  private func snapshot(_ account: String, _ region: String, _ resource: String) -> String {
    """
    {"fileVersion":"1.0","configSnapshotId":"s","configurationItems":[{"awsAccountId":"\(account)",
     "awsRegion":"\(region)","ARN":"arn:aws:ec2:x","resourceType":"AWS::EC2::Instance",
     "resourceId":"\(resource)","availabilityZone":"\(region)a","tags":{"team":"x"},
     "relationships":[{"resourceId":"vol-1"}],"configurationItemCaptureTime":"2026-04-30T23:00:00Z",
     "configuration":{"instanceId":"\(resource)","state":{"name":"running"}}}]}
    """
  }

  // AWS Config developer guide, delivery of snapshots and the example of one.
  @Test func `snapshots lie in folders with unpadded days, and the later of a day counts`() throws {
    let base = "AWSLogs/111122223333/Config/eu-west-1/2026/5/1"
    try lab.write("AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "")
    for hour in ["06", "18"] {
      try lab.write(
        "\(base)/ConfigSnapshot/111122223333_Config_eu-west-1_ConfigSnapshot_20260501T\(hour)0000Z_u.json.gz",
        Gzip.compress(Array(snapshot("111122223333", "eu-west-1", "i-\(hour)").utf8)))
    }
    try lab.write(
      "\(base)/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_AWS::EC2::Instance_20260501T060000Z_1.json",
      snapshot("111122223333", "eu-west-1", "i-old"))
    let summary = try lab.ingest(lab.folder + "/AWSLogs")
    #expect(
      summary.deliveries.map(\.table) == [
        "aws_config_configuration_history", "aws_config_configuration_snapshot",
      ], "\(summary)")
    #expect(
      try lab.rows(
        """
        SELECT accountid, dt, region, item.resourceid, item.arn, item.tags['team'],
          json_extract_scalar(item.configuration, '$.state.name'),
          json_extract_scalar(item.relationships, '$[0].resourceId')
        FROM aws_config_configuration_snapshot CROSS JOIN UNNEST(configurationitems) AS t(item)
        """) == [
          [
            "111122223333", "2026-05-01", "eu-west-1", "i-18", "arn:aws:ec2:x", "x", "running",
            "vol-1",
          ]
          .map { .text($0) }
        ])
    #expect(try lab.number("SELECT count(*) FROM aws_config_configuration_history") == 1)
  }

  @Test func `other spellings and the time of capture are understood`() throws {
    let path = try lab.write(
      "config.json",
      """
      {"fileVersion":"1.0","requestId":"r","configurationItems":[{"accountId":"12345678910",
       "availibilityZone":"us-west-2b","arn":"a","resourceId":"vol-1","configurationStateID":"x",
       "configurationItemCaptureTime":"2014-03-07T23:47:08.918Z"}]}
      """)
    _ = try lab.ingest(path)
    #expect(
      try lab.rows(
        """
        SELECT configsnapshotid, dt, region, accountid, configurationitems[1].awsaccountid,
          configurationitems[1].availabilityzone, configurationitems[1].configurationstateid
        FROM aws_config_configuration_snapshot
        """) == [
          ["r", "2014-03-07", "us-west-2", "12345678910", "12345678910", "us-west-2b", "x"]
            .map { .text($0) }
        ])
  }

  // MARK: What is none

  @Test(arguments: [
    (#"{"Error":{"Code":"AccessDenied","Message":"no"},"Reservations":null}"#, "AccessDenied: no"),
    (#"{"Reservations":{"a":1}}"#, "expected 'Reservations' to be a list, found an object"),
    (#"{"Reservations":[{"Instances":5}]}"#, "expected 'Instances' to be a list, found a number"),
    (#"{"Reservations":[{"Instances":[{"State":{}}]}]}"#, "has no 'InstanceId'"),
    (#"{"Reservations":[{"Instances":[{"InstanceId":7}]}]}"#, "expected 'InstanceId' to be text"),
    (
      #"{"Reservations":[{"Instances":[{"InstanceId":"i","State":"running"}]}]}"#,
      "expected 'State' to be an object, found a string"
    ),
    (
      #"{"Reservations":[{"Instances":[{"InstanceId":"i","LaunchTime":"soon"}]}]}"#,
      "expected 'LaunchTime' to be a time, found a string 'soon'"
    ),
    (#"{"Reservations":[{"Instances":[{"InstanceId":"i-1"},"#, "line 1"),
    (#"{"Reservations":[]} nonsense"#, "line 1"),
    (#"{"Reservations":[]}"# + "\n" + #"{"Other":[]}"#, "line 2: expected 'Reservations'"),
  ])
  func `what is no listing is refused with its place, and others go on`(
    _ text: String, _ message: String
  ) throws {
    try lab.write("e/a-wrong.json", text)
    try lab.write("e/b-right.json", #"{"Volumes":[{"VolumeId":"vol-1"}]}"#)
    let summary = try ingest(lab.folder + "/e")
    let failed = try #require(summary.deliveries.first { $0.status == .failed }, "\(summary)")
    #expect(failed.notes.first?.contains(message) == true, "\(failed.notes)")
    #expect(failed.notes.first?.contains("a-wrong.json") == true)
    #expect(try !lab.warehouse.hasTable("ec2_instances"))
    #expect(try lab.number("SELECT count(*) FROM ec2_volumes") == 1)
  }
}
