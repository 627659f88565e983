import TextFormats

/// What `aws ec2 describe-…`, an SSM resource data sync and an AWS Config snapshot would hold.
enum InventoryFiles {
  /// `aws ec2 describe-instances` of one account.
  static func instances(of account: Account) -> JSONValue {
    let reservations = Organisation.servers.filter { $0.account == account }.map { server in
      object([
        ("ReservationId", .string("r-" + server.id.dropFirst(2))),
        ("OwnerId", .string(account.id)),
        ("Groups", .array([])),
        ("Instances", .array([instance(server)])),
      ])
    }
    return object([("Reservations", .array(reservations))])
  }

  private static func instance(_ server: Server) -> JSONValue {
    let isRunning = server.runs(at: SampleCalendar.endHour - 1)
    return object([
      ("InstanceId", .string(server.id)),
      ("ImageId", .string("ami-0123456789abcdef0")),
      ("InstanceType", .string(server.type)),
      (
        "State",
        object([
          ("Code", .number(isRunning ? "16" : "80")),
          ("Name", .string(isRunning ? "running" : "stopped")),
        ])
      ),
      ("Architecture", .string(server.architecture)),
      ("PlatformDetails", .string("Linux/UNIX")),
      ("LaunchTime", .string("2026-05-12T07:31:00+00:00")),
      (
        "Placement",
        object([
          ("AvailabilityZone", .string(server.region.zone)), ("Tenancy", .string("default")),
        ])
      ),
      (
        "StateTransitionReason",
        .string(isRunning ? "" : "User initiated (2026-10-23 20:00:04 GMT)")
      ),
      ("EbsOptimized", .boolean(true)),
      ("RootDeviceType", .string("ebs")),
      ("VpcId", .string("vpc-00e10000000000001")),
      ("SubnetId", .string("subnet-00f10000000000001")),
      ("PrivateIpAddress", .string("10.0.1.\(server.id.utf8.last.map(Int.init) ?? 0)")),
      ("Tags", tags(name: server.name, team: server.team, environment: server.environment)),
    ])
  }

  /// `aws ec2 describe-volumes` of one account.
  static func volumes(of account: Account) -> JSONValue {
    let volumes = Organisation.volumes.filter { $0.account == account }.map { volume in
      var attachments: [JSONValue] = []
      if let server = volume.server {
        attachments.append(
          object([
            ("InstanceId", .string(server)), ("VolumeId", .string(volume.id)),
            ("State", .string("attached")), ("Device", .string("/dev/xvda")),
            ("AttachTime", .string("2026-05-12T07:31:02+00:00")),
            ("DeleteOnTermination", .boolean(true)),
          ]))
      }
      return object([
        ("VolumeId", .string(volume.id)),
        ("Size", .number("\(volume.gib)")),
        ("VolumeType", .string(volume.type)),
        ("Iops", .number(volume.type == "gp2" ? "\(max(100, volume.gib * 3))" : "3000")),
        ("State", .string(volume.server == nil ? "available" : "in-use")),
        ("AvailabilityZone", .string(volume.region.zone)),
        ("CreateTime", .string("2026-05-12T07:31:01.000Z")),
        ("Encrypted", .boolean(true)),
        ("SnapshotId", .string("")),
        ("Attachments", .array(attachments)),
        ("Tags", tags(name: nil, team: volume.team, environment: nil)),
      ])
    }
    return object([("Volumes", .array(volumes))])
  }

  /// `aws ec2 describe-addresses` of one account.
  static func addresses(of account: Account) -> JSONValue {
    let addresses = Organisation.addresses.filter { $0.account == account }.map { address in
      var fields: [(String, JSONValue)] = [
        ("PublicIp", .string(address.ip)), ("AllocationId", .string(address.id)),
        ("Domain", .string("vpc")),
        ("NetworkBorderGroup", .string(address.region.rawValue)),
      ]
      if let server = address.server {
        fields.append(("InstanceId", .string(server)))
        fields.append(("AssociationId", .string("eipassoc-0c10000000000001")))
      }
      return object(fields)
    }
    return object([("Addresses", .array(addresses))])
  }

  /// The lines of an SSM resource data sync for one server and type.
  static func systemsManager(_ type: String, _ server: Server) -> [JSONValue] {
    let common: [(String, JSONValue)] = [
      ("resourceId", .string(server.id)),
      ("captureTime", .string("\(SampleCalendar.snapshotDate)T22:14:07Z")),
      ("schemaVersion", .string("1.0")),
    ]
    switch type {
    case "AWS:InstanceInformation":
      return [
        object(
          [
            ("AgentType", .string("amazon-ssm-agent")), ("AgentVersion", .string("3.3.987.0")),
            ("ComputerName", .string(server.name + ".kogarashi.internal")),
            ("InstanceId", .string(server.id)), ("InstanceStatus", .string("Active")),
            ("IpAddress", .string("10.0.1.4")),
            ("PlatformName", .string(server.platform.name)),
            ("PlatformType", .string("Linux")),
            ("PlatformVersion", .string(server.platform.version)),
            ("ResourceType", .string("EC2Instance")),
          ] + common)
      ]
    default:
      let packages =
        server.platform == .ubuntu1804
        ? [("vsftpd", "3.0.3-9build1"), ("openssl", "1.1.1-1ubuntu2.1")]
        : [("nginx", "1.26.2"), ("openssl", "3.0.8")]
      return packages.map { name, version in
        object(
          [
            ("Name", .string(name)), ("Version", .string(version)),
            ("Architecture", .string(server.architecture)),
            ("ApplicationType", .string("System Environment/Daemons")),
            ("Publisher", .string(server.platform.name)),
          ] + common)
      }
    }
  }

  /// An AWS Config snapshot of the production account in us-east-1.
  static func configSnapshot() -> JSONValue {
    let servers = Organisation.servers.filter {
      $0.account == Organisation.production && $0.region == .virginia
    }
    let items = servers.map { server in
      object([
        ("configurationItemVersion", .string("1.3")),
        ("configurationItemCaptureTime", .string("\(SampleCalendar.snapshotDate)T21:00:03.000Z")),
        ("configurationItemStatus", .string("OK")),
        ("configurationStateId", .string("1792875603000")),
        ("resourceType", .string("AWS::EC2::Instance")),
        ("resourceId", .string(server.id)),
        (
          "ARN",
          .string("arn:aws:ec2:us-east-1:\(server.account.id):instance/\(server.id)")
        ),
        ("awsAccountId", .string(server.account.id)),
        ("awsRegion", .string(server.region.rawValue)),
        ("availabilityZone", .string(server.region.zone)),
        ("resourceCreationTime", .string("2026-05-12T07:31:00.000Z")),
        (
          "tags",
          object(
            [("Name", .string(server.name))]
              + (server.team.map { [("team", JSONValue.string($0))] } ?? []))
        ),
        ("relationships", .array([])),
        (
          "configuration",
          object([
            ("instanceId", .string(server.id)), ("instanceType", .string(server.type)),
            ("state", object([("code", .number("16")), ("name", .string("running"))])),
          ])
        ),
      ])
    }
    return object([
      ("fileVersion", .string("1.0")),
      ("configSnapshotId", .string("6f1c2a52-2d0c-4a57-8c1d-1de5ab0f8a10")),
      ("configurationItems", .array(items)),
    ])
  }

  private static func tags(name: String?, team: String?, environment: String?) -> JSONValue {
    let pairs = [("Name", name), ("team", team), ("env", environment)]
    return .array(
      pairs.compactMap { key, value in
        value.map { object([("Key", .string(key)), ("Value", .string($0))]) }
      })
  }

  private static func object(_ fields: [(String, JSONValue)]) -> JSONValue {
    .object(JSONObject(fields))
  }
}
