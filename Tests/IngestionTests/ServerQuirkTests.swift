import Columns
import Ingestion
import Testing
import Warehouse

/// What listings and metrics of servers do that one would not expect, by the reference of each service.
@Suite struct ServerQuirkTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func loaded(_ text: String, as name: String = "a.json") throws -> DeliverySummary {
    let path = try lab.write(name, text)
    let delivery = try #require(try lab.ingest(path).deliveries.first)
    #expect(delivery.status == .loaded, "\(delivery.notes)")
    return delivery
  }

  // EC2 API reference, Volume and Address: what is attached to nothing has no member that says so.
  @Test func `what is attached to nothing has NULL where the other side would be`() throws {
    _ = try loaded(
      #"{"Volumes":[{"VolumeId":"vol-1","State":"available","Size":8,"Attachments":[],"#
        + #""AvailabilityZone":"us-east-1a"},{"VolumeId":"vol-2","State":"in-use","#
        + #""Attachments":[{"InstanceId":"i-1","Device":"/dev/sda1"}]}]}"#)
    #expect(
      try lab.rows("SELECT state, instance_id FROM ec2_volumes ORDER BY volume_id")
        == [[.text("available"), .null], [.text("in-use"), .text("i-1")]])
    _ = try loaded(
      #"{"Addresses":[{"AllocationId":"eipalloc-1","PublicIp":"203.0.113.1","Domain":"vpc"},"#
        + #"{"AllocationId":"eipalloc-2","PublicIp":"203.0.113.2","AssociationId":"eipassoc-1","#
        + #""InstanceId":"i-1"}]}"#, as: "b.json")
    #expect(
      try lab.rows("SELECT association_id, instance_id FROM ec2_addresses ORDER BY allocation_id")
        == [[.null, .null], [.text("eipassoc-1"), .text("i-1")]])
  }

  // EC2 API reference, DescribeInstances: a terminated server has neither network nor volumes left.
  @Test func `a terminated server has neither network nor volumes`() throws {
    _ = try loaded(
      #"{"Reservations":[{"OwnerId":"111122223333","Instances":[{"InstanceId":"i-1","#
        + #""State":{"Code":48,"Name":"terminated"},"BlockDeviceMappings":[],"NetworkInterfaces":[],"#
        + #""SecurityGroups":[],"Monitoring":{"State":"disabled"}}]}]}"#)
    #expect(
      try lab.rows(
        "SELECT state, vpc_id, private_ip_address, cardinality(volumes) FROM ec2_instances")
        == [[.text("terminated"), .null, .null, .int64(0)]])
  }

  // EC2 API reference, DescribeInstanceStatus.
  @Test func `states of instances are a listing of their own`() throws {
    _ = try loaded(
      #"{"InstanceStatuses":[{"AvailabilityZone":"eu-west-1a","InstanceId":"i-1","#
        + #""InstanceState":{"Code":16,"Name":"running"},"InstanceStatus":{"Status":"impaired","#
        + #""Details":[{"Name":"reachability","Status":"failed","#
        + #""ImpairedSince":"2026-05-01T00:00:00+00:00"}]},"SystemStatus":{"Status":"ok"}}]}"#)
    #expect(
      try lab.rows("SELECT region, state, instance_status, system_status FROM ec2_instance_status")
        == [["eu-west-1", "running", "impaired", "ok"].map { .text($0) }])
  }

  // EC2 API reference, DescribeInstanceTypes.
  @Test func `types of instances have their processors and memory`() throws {
    _ = try loaded(
      #"{"InstanceTypes":[{"InstanceType":"m5.large","CurrentGeneration":true,"Hypervisor":"nitro","#
        + #""VCpuInfo":{"DefaultVCpus":2,"DefaultCores":1},"MemoryInfo":{"SizeInMiB":8192},"#
        + #""ProcessorInfo":{"SupportedArchitectures":["x86_64"],"SustainedClockSpeedInGhz":3.1}}]}"#
    )
    #expect(
      try lab.rows("SELECT instance_type, vcpus, memory_mib, clock_ghz FROM ec2_instance_types")
        == [[.text("m5.large"), .int64(2), .int64(8192), .double(3.1)]])
  }

  // CloudWatch agent: memory on Windows has another name, with blanks and a percent sign.
  @Test(arguments: ["mem_used_percent", "Memory % Committed Bytes In Use"])
  func `memory is of the agent's namespace under either name`(name: String) throws {
    _ = try loaded(
      "Full label,i-0123456789abcdef0\nMetric name,\(name)\nPeriod,300\n2026/05/01 00:00:00,41.5\n",
      as: "graph.csv")
    #expect(
      try lab.rows("SELECT metric_name, namespace, resource_id, average FROM cloudwatch_metrics")
        == [[.text(name), .text("CWAgent"), .text("i-0123456789abcdef0"), .double(41.5)]])
  }

  // CloudWatch API reference, GetMetricData: what could not be read says so in its status.
  @Test(arguments: ["InternalError", "Forbidden", "PartialData"])
  func `a result that is not complete is said, the others are loaded`(status: String) throws {
    let delivery = try loaded(
      #"{"MetricDataResults":[{"Id":"a","Label":"i-0123456789abcdef0 CPUUtilization","Timestamps":"#
        + #"["2026-05-01T00:00:00Z"],"Values":[1],"StatusCode":"Complete","Messages":[]},"#
        + #"{"Id":"b","Label":"other","Timestamps":[],"Values":[],"StatusCode":"\#(status)"}]}"#)
    #expect(delivery.rows == 1)
    #expect(delivery.notes.contains { $0.contains("'other' is not complete (\(status))") })
  }

  // CloudWatch user guide, metric streams: several values of one minute have their mean by count.
  @Test func `a stream's mean is its sum by its count, and of no samples there is none`() throws {
    let line = { (minute: Int, value: String) in
      #"{"metric_stream_name":"s","metric_name":"m","timestamp":\#(1_777_766_400_000 + minute * 60_000),"#
        + #""dimensions":{"InstanceId":"i-1"},"value":{\#(value)}}"# + "\n"
    }
    _ = try loaded(
      line(0, #""count":4,"sum":100,"max":40,"min":10"#) + line(1, #""count":0,"sum":0"#),
      as: "s.jsonl")
    #expect(
      try lab.rows("SELECT average FROM cloudwatch_metrics ORDER BY \"timestamp\"")
        == [[.double(25)], [.null]])
  }

  // SSM user guide, metadata collected by inventory: release and epoch come with some packages only.
  @Test func `members that only some entries have are columns, NULL elsewhere`() throws {
    try lab.write(
      "ssm/AWS:Application/accountid=123456789012/region=ca-central-1/"
        + "resourcetype=ManagedInstanceInventory/i-1.json",
      #"{"Name":"a","Version":"1","Release":"2.el9","Epoch":"1","resourceId":"i-1"}"# + "\n"
        + #"{"Name":"b","Version":"1","resourceId":"i-1"}"# + "\n")
    #expect(try lab.ingest(lab.folder + "/ssm").deliveries.map(\.rows) == [2])
    #expect(
      try lab.rows("SELECT name, release, epoch FROM aws_application ORDER BY 1")
        == [
          [.text("a"), .text("2.el9"), .text("1")], [.text("b"), .null, .null],
        ])
  }
}
