/// The case book's servers: what becomes of recommendations, and servers whose network or disks decide.
enum CaseFleet {
  /// A server, its type by day and what it is seen to use.
  private struct Server: Sendable {
    let id: String
    /// nil once it is gone.
    let type: @Sendable (_ day: Int) -> String?
    var cpu: @Sendable (_ day: Int) -> Double = { _ in 8 }
    var memory = 12.0
    /// Gbit/s over the network and Mbit/s to EBS.
    var network: Double?
    var ebs: Double?
  }

  static let suppressed = "i-0c000000000000008"

  private static let servers: [Server] = [
    // Done as recommended; done otherwise; switched off; wanted after all.
    Server(id: "i-0c000000000000001", type: { $0 < 48 ? "m5.2xlarge" : "r6a.large" }),
    Server(id: "i-0c000000000000002", type: { $0 < 48 ? "m5.2xlarge" : "c5.xlarge" }),
    Server(id: "i-0c000000000000003", type: { $0 < 48 ? "m5.2xlarge" : nil }),
    Server(id: "i-0c000000000000004", type: { _ in "m5.2xlarge" }, cpu: { $0 < 47 ? 8 : 100 }),
    // More network and disk than it uses, beside processors and memory.
    Server(
      id: "i-0c000000000000005", type: { _ in "m5.8xlarge" }, cpu: { _ in 5 }, memory: 6,
      network: 0.02, ebs: 12),
    // Enough of everything but the network, but the way to its disks.
    Server(
      id: "i-0c000000000000006", type: { _ in "m5.large" }, cpu: { _ in 40 }, memory: 50,
      network: 0.71),
    Server(
      id: "i-0c000000000000007", type: { _ in "r5.large" }, cpu: { _ in 35 }, memory: 55,
      ebs: 610),
    Server(id: suppressed, type: { _ in "m5.2xlarge" }),
  ]

  private static let prices = [
    "m5.2xlarge": 0.384, "m5.8xlarge": 1.536, "m5.large": 0.096, "r5.large": 0.126,
    "r6a.large": 0.1134, "c5.xlarge": 0.17,
  ]

  /// A day of each server.
  static func charges(_ day: Int) -> [LineItem] {
    servers.compactMap { server in
      guard let type = server.type(day), let price = prices[type] else { return nil }
      var item = CaseBills.line(
        day, CaseBills.main, .ec2, "BoxUsage:\(type)", cost: price * 24)
      item.operation = "RunInstances"
      item.resource = server.id
      item.amount = 24
      item.unit = "Hrs"
      item.rate = price
      item.instanceType = type
      return item
    }
  }

  /// Listings and metrics on the morning after a day, by path.
  static func files(through day: Int) -> [(String, String)] {
    [
      ("inventory/\(CaseBills.main.id)/us-east-1/instances.json", instances(day)),
      ("inventory/\(CaseBills.main.id)/us-east-1/volumes.json", volumes(isAttached: day > 50)),
      ("inventory/us-east-1/instance-types.json", types),
      ("metrics/stream.jsonl", metrics(through: day)),
    ]
  }

  private static func instances(_ day: Int) -> String {
    let list = servers.compactMap { server -> String? in
      guard let type = server.type(day) else { return nil }
      return """
        {"InstanceId": "\(server.id)", "ImageId": "ami-0123456789abcdef0", "InstanceType": "\(type)",
         "Architecture": "x86_64", "PlatformDetails": "Windows",
         "State": {"Code": 16, "Name": "running"}, "LaunchTime": "2026-02-12T07:31:00+00:00",
         "Placement": {"AvailabilityZone": "us-east-1a", "Tenancy": "default"},
         "Tags": [{"Key": "team", "Value": "web"}]}
        """
    }
    return """
      {"Reservations": [{"ReservationId": "r-0c00000000000001", "OwnerId": "\(CaseBills.main.id)",
      "Groups": [], "Instances": [
      \(list.joined(separator: ",\n"))
      ]}]}

      """
  }

  /// Attached to nothing, until somebody hears of it.
  private static func volumes(isAttached: Bool) -> String {
    let attachment = """
      {"InstanceId": "\(servers[0].id)", "VolumeId": "vol-0c000000000000001", "State": "attached",
       "Device": "/dev/sdf", "AttachTime": "2026-10-20T07:31:02+00:00", "DeleteOnTermination": true}
      """
    return """
      {"Volumes": [{"VolumeId": "vol-0c000000000000001", "Size": 100, "VolumeType": "gp3",
       "Iops": 3000, "State": "\(isAttached ? "in-use" : "available")",
       "AvailabilityZone": "us-east-1a", "CreateTime": "2026-02-12T07:31:01.000Z",
       "Encrypted": true, "SnapshotId": "", "Attachments": [\(isAttached ? attachment : "")],
       "Tags": [{"Key": "team", "Value": "web"}]}]}

      """
  }

  /// Processors, GiB, Gbit/s and Mbit/s to EBS that a size has all the time.
  ///
  /// Source: Amazon EC2 instance types guide, network and EBS specifications of M5, M6a and R5.
  private static let sizes: [(String, Int, Int, Double, Int)] = [
    ("m5.large", 2, 8, 0.75, 650), ("m5.xlarge", 4, 16, 1.25, 1150),
    ("m5.2xlarge", 8, 32, 2.5, 2300), ("m5.4xlarge", 16, 64, 5, 4750),
    ("m5.8xlarge", 32, 128, 10, 6800), ("m6a.large", 2, 8, 0.781, 650),
    ("m6a.xlarge", 4, 16, 1.562, 1250), ("m6a.2xlarge", 8, 32, 3.125, 2500),
    ("r5.large", 2, 16, 0.75, 650), ("r5.xlarge", 4, 32, 1.25, 1150),
  ]

  private static let types: String = {
    let list = sizes.map { name, vcpus, memory, network, ebs in
      """
      {"InstanceType": "\(name)", "CurrentGeneration": true, "BareMetal": false,
       "Hypervisor": "nitro", "BurstablePerformanceSupported": false,
       "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]},
       "VCpuInfo": {"DefaultVCpus": \(vcpus)}, "MemoryInfo": {"SizeInMiB": \(memory * 1024)},
       "EbsInfo": {"EbsOptimizedInfo": {"BaselineBandwidthInMbps": \(ebs)}},
       "NetworkInfo": {"NetworkCards": [{"BaselineBandwidthInGbps": \(network)}]}}
      """
    }
    return "{\"InstanceTypes\": [\n\(list.joined(separator: ",\n"))\n]}\n"
  }()

  /// Every three hours of three weeks.
  private static func metrics(through last: Int) -> String {
    var text = ""
    for day in 32...last {
      for hour in stride(from: day * 24, to: day * 24 + 24, by: 3) {
        for server in servers where server.type(day) != nil {
          add(&text, hour, server, "AWS/EC2", "CPUUtilization", server.cpu(day), "Percent")
          add(&text, hour, server, "CWAgent", "mem_used_percent", server.memory, "Percent")
          // A minute's bytes one way; as many go the other.
          if let rate = server.network {
            add(&text, hour, server, "AWS/EC2", "NetworkOut", rate * 1e9 / 16 * 60, "Bytes")
          }
          if let rate = server.ebs {
            add(&text, hour, server, "AWS/EC2", "EBSWriteBytes", rate * 1e6 / 16 * 60, "Bytes")
          }
        }
      }
    }
    return text
  }

  private static func add(
    _ text: inout String, _ hour: Int, _ server: Server, _ namespace: String, _ metric: String,
    _ value: Double, _ unit: String
  ) {
    text += "{\"metric_stream_name\":\"cases\",\"account_id\":\"\(CaseBills.main.id)\""
    text += ",\"region\":\"us-east-1\",\"namespace\":\"\(namespace)\""
    text += ",\"metric_name\":\"\(metric)\",\"dimensions\":{\"InstanceId\":\"\(server.id)\"}"
    text += ",\"timestamp\":\(SampleCalendar.epochSeconds(hour) * 1000)"
    text += ",\"value\":{\"max\":\(value),\"min\":\(value)"
    text += ",\"sum\":\(value),\"count\":1.0},\"unit\":\"\(unit)\"}\n"
  }
}
