/// What a bill has beside its large items, so that each report finds something: storage classes, transfer
/// between zones and regions, snapshots, load balancers, small databases, logs, the marketplace, a refund.
///
/// The amounts are the same each day, so that no evaluator takes notice.
enum SmallCharges {
  /// A charge of each day. The rate is that of the unit; storage is told in GB, charged by the month.
  private struct Daily {
    let product: ProductFacts
    let account: Account
    var region = Region.virginia
    let usageType: String
    let operation: String
    var resource = ""
    let unit: String
    /// Of a day; GB-Mo are what is stored.
    let amount: Double
    let rate: Double
    var team = ""
    var instanceType = ""
    var engine = ""
    /// The month that has it alone; nil for both.
    var only: SampleCalendar.Month?
  }

  private static func arn(_ service: String, _ account: Account, _ name: String) -> String {
    "arn:aws:\(service):us-east-1:\(account.id):\(name)"
  }

  private static let production = Organisation.production
  private static let analytics = Organisation.analytics

  private static let storage: [Daily] = [
    Daily(
      product: .s3, account: analytics, usageType: "TimedStorage-SIA-ByteHrs",
      operation: "StandardIAStorage", resource: "kogarashi-lake", unit: "GB-Mo", amount: 4_000,
      rate: 0.0125, team: "data"),
    Daily(
      product: .s3, account: analytics, usageType: "TimedStorage-GlacierByteHrs",
      operation: "GlacierStorage", resource: "kogarashi-lake", unit: "GB-Mo", amount: 9_000,
      rate: 0.0036, team: "data"),
    Daily(
      product: .s3, account: production, usageType: "TimedStorage-INT-FA-ByteHrs",
      operation: "IntelligentTieringFAStorage", resource: "kogarashi-web-assets", unit: "GB-Mo",
      amount: 400, rate: 0.023, team: "web"),
    Daily(
      product: .s3, account: production, usageType: "Requests-Tier2", operation: "GetObject",
      resource: "kogarashi-web-assets", unit: "Requests", amount: 1_500_000, rate: 0.0000004,
      team: "web"),
    Daily(
      product: .s3, account: production, usageType: "Requests-Tier1", operation: "ListBucket",
      resource: "kogarashi-web-assets", unit: "Requests", amount: 18_000, rate: 0.000005,
      team: "web"),
    Daily(
      product: .s3, account: production, usageType: "DataTransfer-Out-Bytes",
      operation: "GetObject", resource: "kogarashi-web-assets", unit: "GB", amount: 9, rate: 0.09,
      team: "web"),
    Daily(
      product: .ebs, account: production, usageType: "EBS:SnapshotUsage",
      operation: "CreateSnapshot",
      resource: arn("ec2", production, "snapshot/snap-00c10000000000001"),
      unit: "GB-Mo", amount: 420, rate: 0.05, team: "orders"),
    Daily(
      product: .ebs, account: analytics, usageType: "EBS:SnapshotUsage",
      operation: "CreateSnapshot",
      resource: arn("ec2", analytics, "snapshot/snap-00c10000000000002"),
      unit: "GB-Mo", amount: 160, rate: 0.05),
    Daily(
      product: .ebs, account: analytics, usageType: "EBS:SnapshotUsage",
      operation: "CreateSnapshot",
      resource: arn("ec2", analytics, "snapshot/snap-00c10000000000003"), unit: "GB-Mo", amount: 90,
      rate: 0.05, only: .september),
  ]

  private static let network: [Daily] = [
    Daily(
      product: .transfer, account: production, usageType: "DataTransfer-Regional-Bytes",
      operation: "InterZone-In", resource: "i-00a10000000000001", unit: "GB", amount: 36,
      rate: 0.01,
      team: "web"),
    Daily(
      product: .transfer, account: production, usageType: "DataTransfer-Regional-Bytes",
      operation: "InterZone-Out", resource: "i-00a10000000000002", unit: "GB", amount: 36,
      rate: 0.01, team: "web"),
    Daily(
      product: .transfer, account: production, usageType: "USE1-EUW1-AWS-Out-Bytes",
      operation: "RunInstances", resource: "i-00a10000000000004", unit: "GB", amount: 14,
      rate: 0.02, team: "orders"),
    Daily(
      product: .balancer, account: production, usageType: "LoadBalancerUsage",
      operation: "LoadBalancing:Application",
      resource: arn("elasticloadbalancing", production, "loadbalancer/app/shop/50dc6c495c0c9188"),
      unit: "Hrs", amount: 24, rate: 0.0225, team: "web"),
    Daily(
      product: .balancer, account: production, usageType: "LCUUsage",
      operation: "LoadBalancing:Application",
      resource: arn("elasticloadbalancing", production, "loadbalancer/app/shop/50dc6c495c0c9188"),
      unit: "LCU-Hrs", amount: 31, rate: 0.008, team: "web"),
    // Nobody has called it since the shop moved.
    Daily(
      product: .balancer, account: production, usageType: "LoadBalancerUsage",
      operation: "LoadBalancing:Application",
      resource: arn(
        "elasticloadbalancing", production, "loadbalancer/app/old-shop/7d1c7a2c1b3c4d5e"),
      unit: "Hrs", amount: 24, rate: 0.0225),
    Daily(
      product: .cloudFront, account: production, usageType: "US-DataTransfer-Out-Bytes",
      operation: "GET", resource: "arn:aws:cloudfront::\(production.id):distribution/E2EXAMPLE1",
      unit: "GB", amount: 8, rate: 0.085, team: "web"),
  ]

  private static let databasesAndServers: [Daily] = [
    Daily(
      product: .rdsStorage, account: production, usageType: "RDS:GP3-Storage",
      operation: "CreateDBInstance:0014", resource: arn("rds", production, "db:orders"),
      unit: "GB-Mo", amount: 300, rate: 0.115, team: "orders", engine: "PostgreSQL"),
    Daily(
      product: .rdsStorage, account: production, usageType: "RDS:ChargedBackupUsage",
      operation: "CreateDBInstance", resource: arn("rds", production, "db:orders"), unit: "GB-Mo",
      amount: 90, rate: 0.095, team: "orders"),
    Daily(
      product: .rds, account: analytics, usageType: "InstanceUsage:db.t4g.micro",
      operation: "CreateDBInstance:0002", resource: arn("rds", analytics, "db:wiki"), unit: "Hrs",
      amount: 24, rate: 0.016, instanceType: "db.t4g.micro", engine: "MySQL"),
    Daily(
      product: .dynamo, account: production, usageType: "WriteRequestUnits",
      operation: "PayPerRequestThroughput", resource: arn("dynamodb", production, "table/carts"),
      unit: "WriteRequestUnits", amount: 260_000, rate: 0.00000125, team: "orders"),
    Daily(
      product: .cache, account: production, usageType: "NodeUsage:cache.t3.micro",
      operation: "CreateCacheCluster:0002",
      resource: arn("elasticache", production, "cluster:sessions"),
      unit: "Hrs", amount: 24, rate: 0.017, team: "web", instanceType: "cache.t3.micro",
      engine: "Redis"),
    Daily(
      product: .ec2, account: analytics, usageType: "SpotUsage:c6g.large",
      operation: "RunInstances:SV001", resource: "i-00a10000000000099", unit: "Hrs", amount: 5,
      rate: 0.0292, team: "data", instanceType: "c6g.large", only: .october),
    Daily(
      product: .marketplace, account: production, usageType: "MP:shop-search-pro-Hrs",
      operation: "Hourly", resource: "i-00a10000000000005", unit: "Hrs", amount: 24, rate: 0.068,
      team: "search"),
    Daily(
      product: .lambda, account: production, usageType: "Request", operation: "Invoke",
      resource: arn("lambda", production, "function:order-events"), unit: "Lambda-Requests",
      amount: 3_100_000, rate: 0.0000002, team: "orders"),
    Daily(
      product: .lambda, account: production, usageType: "Lambda-GB-Second-ARM",
      operation: "Invoke", resource: arn("lambda", production, "function:invoices"),
      unit: "Lambda-GB-Second", amount: 12_000, rate: 0.0000133334, team: "orders"),
    Daily(
      product: .logs, account: production, usageType: "DataProcessing-Bytes",
      operation: "PutLogEvents", resource: arn("logs", production, "log-group:/shop/web"),
      unit: "GB",
      amount: 1.6, rate: 0.50, team: "web"),
    Daily(
      product: .logs, account: production, usageType: "TimedStorage-ByteHrs",
      operation: "HourlyStorageMetering", resource: arn("logs", production, "log-group:/shop/web"),
      unit: "GB-Mo", amount: 70, rate: 0.03, team: "web"),
  ]

  /// The rows of a day that begins at an hour.
  static func items(onDayFrom hour: Int, _ month: SampleCalendar.Month) -> [LineItem] {
    let charges = storage + network + databasesAndServers
    return charges.filter { $0.only == nil || $0.only == month }.map { charge in
      var item = LineItem()
      item.account = charge.account
      item.month = month
      item.region = charge.region
      item.product = charge.product
      item.start = SampleCalendar.timestamp(hour)
      item.end = SampleCalendar.timestamp(hour + 24)
      item.usageType = charge.usageType
      item.operation = charge.operation
      item.resource = charge.resource
      item.unit = charge.unit
      item.amount =
        charge.unit == "GB-Mo" ? charge.amount / Double(month.length / 24) : charge.amount
      item.rate = charge.rate
      item.cost = item.amount * charge.rate
      item.team = charge.team
      item.instanceType = charge.instanceType
      item.engine = charge.engine
      if charge.usageType.hasPrefix("SpotUsage") { item.onDemandCost = charge.amount * 0.068 }
      return item
    }
  }

  /// In October a refund.
  static func itemsOncePerMonth(_ month: SampleCalendar.Month) -> [LineItem] {
    guard month == .october else { return [] }
    var refund = LineItem()
    refund.account = production
    refund.month = month
    refund.type = "Refund"
    refund.product = .transfer
    refund.region = .virginia
    refund.start = SampleCalendar.timestamp(month.hours.lowerBound)
    refund.end = SampleCalendar.timestamp(month.hours.lowerBound + 24)
    refund.usageType = "DataTransfer-Out-Bytes"
    refund.cost = -12.40
    refund.onDemandCost = 0
    refund.description = "Refund for data transfer charged in error"
    return [refund]
  }
}
