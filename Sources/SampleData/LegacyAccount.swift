import Compression
import Files

/// An account that the organisation took over and has not tidied: what rules and recommendations find that
/// the shop itself does not have. It is listed and measured; its bill goes to someone else.
enum LegacyAccount {
  private static let id = "100000000005"

  /// Writes listings, inventory and metrics below the sample's folder.
  ///
  /// - Throws: `FileError` when a file cannot be written.
  static func write(to directory: String) throws {
    let files = [
      ("inventory/ec2/\(id)-instances.json", instances),
      ("inventory/ec2/\(id)-volumes.json", volumes),
      ("inventory/ec2/\(id)-snapshots.json", snapshots),
      ("inventory/rds/\(id)-db-instances.json", databases),
      ("inventory/ssm-nodes/\(id)-managed-instances.json", managedInstances),
      (inventoryPath("AWS:InstanceInformation"), instanceInformation),
      (inventoryPath("AWS:PatchSummary"), patchSummary),
    ]
    for (path, text) in files { try write(Array(text.utf8), to: Path.join(directory, path)) }
    try write(
      Gzip.compress(Array(metrics().utf8), level: 9),
      to: Path.join(directory, "metrics/metric-stream-\(id).jsonl.gz"))
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    try Directory.create(Path.split(path).directory)
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.finish()
  }

  private static func inventoryPath(_ type: String) -> String {
    "inventory/ssm/\(type)/accountid=\(id)/region=us-east-1"
      + "/resourcetype=ManagedInstanceInventory/i-00a50000000000002.json"
  }

  // MARK: Servers and volumes

  private static func instance(
    _ number: Int, _ name: String, _ type: String, state: String = "running", reason: String = ""
  ) -> String {
    """
    {"InstanceId": "i-00a5000000000000\(number)", "ImageId": "ami-0123456789abcdef0",
     "InstanceType": "\(type)", "Architecture": "x86_64", "PlatformDetails": "Linux/UNIX",
     "State": {"Code": \(state == "running" ? 16 : 80), "Name": "\(state)"},
     "StateTransitionReason": "\(reason)", "LaunchTime": "2024-02-12T07:31:00+00:00",
     "Placement": {"AvailabilityZone": "us-east-1a", "Tenancy": "default"},
     "Tags": [{"Key": "Name", "Value": "\(name)"}, {"Key": "team", "Value": "web"}]}
    """
  }

  /// Without metrics and of an old generation; silent, with hours in which it has nothing to do; short of
  /// memory; stopped since August.
  private static let instances = """
    {"Reservations": [{"ReservationId": "r-0a50000000000001", "OwnerId": "\(id)", "Groups": [],
    "Instances": [
    \(instance(1, "legacy-app", "m4.xlarge")),
    \(instance(2, "legacy-desk", "m5.xlarge")),
    \(instance(3, "legacy-cache", "r5.large")),
    \(instance(4, "legacy-wiki", "m4.large")),
    \(instance(5, "legacy-off", "t2.medium", state: "stopped", reason: "User initiated (2026-08-14 16:20:00 GMT)"))
    ]}]}

    """

  private static func volume(
    _ number: Int, _ type: String, _ gib: Int, iops: Int, isEncrypted: Bool = true, server: Int,
    device: String = "/dev/xvda"
  ) -> String {
    """
    {"VolumeId": "vol-00b5000000000000\(number)", "Size": \(gib), "VolumeType": "\(type)",
     "Iops": \(iops), "State": "in-use", "AvailabilityZone": "us-east-1a",
     "CreateTime": "2024-02-12T07:31:01.000Z", "Encrypted": \(isEncrypted), "SnapshotId": "",
     "Attachments": [{"InstanceId": "i-00a5000000000000\(server)",
       "VolumeId": "vol-00b5000000000000\(number)", "State": "attached", "Device": "\(device)",
       "AttachTime": "2024-02-12T07:31:02+00:00", "DeleteOnTermination": true}],
     "Tags": [{"Key": "team", "Value": "web"}]}
    """
  }

  /// Not encrypted; with operations that gp3 has for less; hardly read; of the stopped server.
  private static let volumes = """
    {"Volumes": [
    \(volume(1, "gp3", 50, iops: 3000, isEncrypted: false, server: 1)),
    \(volume(2, "io1", 200, iops: 4000, server: 3, device: "/dev/sdf")),
    \(volume(3, "gp3", 400, iops: 3000, server: 2, device: "/dev/sdf")),
    \(volume(4, "gp3", 30, iops: 3000, server: 5))
    ]}

    """

  /// Older than a year, and not encrypted.
  private static let snapshots = """
    {"Snapshots": [
    {"SnapshotId": "snap-00d50000000000001", "VolumeId": "vol-00b50000000000009", "VolumeSize": 120,
     "OwnerId": "\(id)", "State": "completed", "StartTime": "2024-11-02T03:00:00.000Z",
     "StorageTier": "standard", "Encrypted": false, "Description": "before the move",
     "Tags": [{"Key": "team", "Value": "web"}]}
    ]}

    """

  // MARK: Databases

  private static func database(
    _ name: String, _ type: String, _ engine: String, _ version: String, account: String = id,
    isEncrypted: Bool = true, isPublic: Bool = false, backups: Int = 7, team: String? = "orders"
  ) -> String {
    """
    {"DBInstanceIdentifier": "\(name)", "DBInstanceClass": "\(type)", "Engine": "\(engine)",
     "EngineVersion": "\(version)", "DBInstanceStatus": "available",
     "DBInstanceArn": "arn:aws:rds:us-east-1:\(account):db:\(name)",
     "AvailabilityZone": "us-east-1a", "AllocatedStorage": 100, "StorageType": "gp2",
     "MultiAZ": false, "StorageEncrypted": \(isEncrypted), "PubliclyAccessible": \(isPublic),
     "BackupRetentionPeriod": \(backups), "InstanceCreateTime": "2024-02-12T07:31:00+00:00",
     "TagList": [\(team.map { "{\"Key\": \"team\", \"Value\": \"\($0)\"}" } ?? "")]}
    """
  }

  /// Two of the bill: one on an engine past its end, one that nobody connects to, open and without backups;
  /// one of an old generation and twice too large; one too small.
  private static let databases = """
    {"DBInstances": [
    \(database("orders", "db.m5.large", "postgres", "12.19", account: "100000000002")),
    \(database("stage", "db.t3.medium", "postgres", "17.2", account: "100000000003",
      isEncrypted: false, isPublic: true, backups: 0, team: nil)),
    \(database("legacy-shop", "db.m4.2xlarge", "mysql", "8.4.3")),
    \(database("legacy-search", "db.m5.large", "mysql", "8.4.3"))
    ]}

    """

  // MARK: Agents

  private static let managedInstances = """
    {"InstanceInformationList": [
    {"InstanceId": "i-00a50000000000004", "PingStatus": "ConnectionLost",
     "LastPingDateTime": "2026-10-02T04:11:00+00:00", "AgentVersion": "3.1.1732.0",
     "IsLatestVersion": false, "PlatformType": "Linux", "PlatformName": "Amazon Linux",
     "PlatformVersion": "2023", "ResourceType": "EC2Instance", "IPAddress": "10.0.5.4",
     "ComputerName": "legacy-wiki.kogarashi.internal"}
    ]}

    """

  private static let instanceInformation = """
    {"AgentType": "amazon-ssm-agent", "AgentVersion": "3.1.1732.0", \
    "ComputerName": "legacy-desk.kogarashi.internal", "InstanceId": "i-00a50000000000002", \
    "InstanceStatus": "ConnectionLost", "IpAddress": "10.0.5.2", "PlatformName": "Amazon Linux", \
    "PlatformType": "Linux", "PlatformVersion": "2023", "ResourceType": "EC2Instance", \
    "resourceId": "i-00a50000000000002", "captureTime": "2026-10-24T22:14:07Z", \
    "schemaVersion": "1.0"}

    """

  private static let patchSummary = """
    {"PatchGroup": "web", "BaselineId": "pb-0e50000000000001", "InstalledCount": "212", \
    "MissingCount": "7", "FailedCount": "1", "NotApplicableCount": "640", \
    "OperationType": "Scan", "OperationEndTime": "2026-10-24T03:10:00Z", \
    "resourceId": "i-00a50000000000002", "captureTime": "2026-10-24T22:14:07Z", \
    "schemaVersion": "1.0"}

    """

  // MARK: Metrics

  /// Two weeks, every three hours but for the server whose hours matter.
  private static func metrics() -> String {
    var text = ""
    for hour in SampleCalendar.endHour - 14 * 24..<SampleCalendar.endHour {
      let isDay = SampleCalendar.weekday(hour) < 5 && (8..<19).contains(hour % 24)
      let desk = ("InstanceId", "i-00a50000000000002")
      add(&text, hour, "AWS/EC2", "CPUUtilization", desk, isDay ? 72 : 1, "Percent")
      guard hour % 3 == 0 else { continue }
      add(&text, hour, "CWAgent", "mem_used_percent", desk, isDay ? 66 : 31, "Percent")
      let cache = ("InstanceId", "i-00a50000000000003")
      add(&text, hour, "AWS/EC2", "CPUUtilization", cache, 24, "Percent")
      add(&text, hour, "CWAgent", "mem_used_percent", cache, 99.8, "Percent")
      let wiki = ("InstanceId", "i-00a50000000000004")
      add(&text, hour, "AWS/EC2", "CPUUtilization", wiki, 71, "Percent")
      add(&text, hour, "CWAgent", "mem_used_percent", wiki, 74, "Percent")
      add(
        &text, hour, "AWS/EBS", "VolumeReadOps", ("VolumeId", "vol-00b50000000000003"), 0, "Count")
      addDatabase(&text, hour, "stage", cpu: 3, connections: 0, freeGiB: 2)
      addDatabase(&text, hour, "orders", cpu: 41, connections: 38, freeGiB: 3)
      addDatabase(&text, hour, "legacy-shop", cpu: 14, connections: 6, freeGiB: 24)
      addDatabase(&text, hour, "legacy-search", cpu: 94, connections: 80, freeGiB: 1)
    }
    add(
      &text, SampleCalendar.endHour - 2, "AWS/Billing", "EstimatedCharges", ("Currency", "USD"),
      5_071.4, "None")
    return text
  }

  private static func addDatabase(
    _ text: inout String, _ hour: Int, _ name: String, cpu: Double, connections: Double,
    freeGiB: Double
  ) {
    let dimension = ("DBInstanceIdentifier", name)
    add(&text, hour, "AWS/RDS", "CPUUtilization", dimension, cpu, "Percent")
    add(&text, hour, "AWS/RDS", "DatabaseConnections", dimension, connections, "Count")
    add(&text, hour, "AWS/RDS", "FreeableMemory", dimension, freeGiB * 1_073_741_824, "Bytes")
  }

  private static func add(
    _ text: inout String, _ hour: Int, _ namespace: String, _ metric: String,
    _ dimension: (String, String), _ value: Double, _ unit: String
  ) {
    text += "{\"metric_stream_name\":\"kogarashi\",\"account_id\":\"\(id)\""
    text += ",\"region\":\"us-east-1\",\"namespace\":\"\(namespace)\""
    text += ",\"metric_name\":\"\(metric)\""
    text += ",\"dimensions\":{\"\(dimension.0)\":\"\(dimension.1)\"}"
    text += ",\"timestamp\":\(SampleCalendar.epochSeconds(hour) * 1000)"
    text += ",\"value\":{\"max\":\(value),\"min\":\(value)"
    text += ",\"sum\":\(value),\"count\":1.0},\"unit\":\"\(unit)\"}\n"
  }
}
