import Glibc

/// Everything that the organisation was charged for, hour by hour.
struct Charges {
  private var random = SplitMix64(seed: 20_260_901)
  private var items: [LineItem] = []

  /// The rows of one month's report, in the order of hours.
  static func items(of month: SampleCalendar.Month) -> [LineItem] {
    var charges = Charges()
    charges.random = SplitMix64(seed: month == .september ? 20_260_901 : 20_261_001)
    charges.addOncePerMonth(month)
    charges.items += SmallCharges.itemsOncePerMonth(month)
    for hour in month.hours {
      charges.addServers(hour, month)
      charges.addVolumes(hour, month)
      charges.addNetwork(hour, month)
      charges.addDatabases(hour, month)
      if hour % 24 == 0 {
        charges.addDaily(hour, month)
        charges.items += SmallCharges.items(onDayFrom: hour, month)
      }
    }
    return charges.items
  }

  // MARK: Compute

  /// Two web servers run under a Savings Plan, everything else on demand.
  private static let coveredServers: Set<String> = ["i-00a10000000000001", "i-00a10000000000002"]
  private static let planDiscount = 0.72
  private static let planCommitment = 0.30

  private mutating func addServers(_ hour: Int, _ month: SampleCalendar.Month) {
    var covered = 0.0
    var used = 0.0
    for server in Organisation.servers where server.runs(at: hour) {
      var item = hourly(hour, month, server.account, server.region, .ec2)
      item.usageType = server.region.usagePrefix + "BoxUsage:" + server.type
      item.operation = "RunInstances"
      item.resource = server.id
      item.amount = 1
      item.rate = server.hourlyPrice
      item.cost = server.hourlyPrice
      item.instanceType = server.type
      item.team = server.team ?? ""
      item.environment = server.environment
      item.name = server.name
      item.description =
        "$\(decimal(server.hourlyPrice)) per On Demand Linux \(server.type) Instance Hour"
      if Charges.coveredServers.contains(server.id) {
        item.type = "SavingsPlanCoveredUsage"
        let rate = server.hourlyPrice * Charges.planDiscount
        item.savingsPlan = .init(effectiveCost: rate, rate: rate)
        covered += server.hourlyPrice
        used += rate
      }
      items.append(item)
    }
    addSavingsPlan(hour, month, covered: covered, used: used)
  }

  private mutating func addSavingsPlan(
    _ hour: Int, _ month: SampleCalendar.Month, covered: Double, used: Double
  ) {
    var negation = hourly(hour, month, Organisation.production, .virginia, .savingsPlans)
    negation.type = "SavingsPlanNegation"
    negation.usageType = "BoxUsage:m5.xlarge"
    negation.operation = "RunInstances"
    negation.amount = 2
    negation.cost = -covered
    negation.onDemandCost = 0
    negation.description = "SavingsPlanNegation used by AccountId : \(negation.account.id)"
    negation.savingsPlan = .init()
    items.append(negation)

    var fee = hourly(hour, month, Organisation.payer, nil, .savingsPlans)
    fee.type = "SavingsPlanRecurringFee"
    fee.usageType = "ComputeSP:1yrNoUpfront"
    fee.amount = 1
    fee.cost = Charges.planCommitment
    fee.onDemandCost = 0
    fee.description = "1 year No Upfront Compute Savings Plan"
    fee.savingsPlan = .init(
      totalCommitment: Charges.planCommitment, usedCommitment: used,
      recurringCommitment: Charges.planCommitment)
    items.append(fee)
  }

  private mutating func addVolumes(_ hour: Int, _ month: SampleCalendar.Month) {
    for volume in Organisation.volumes {
      var item = hourly(hour, month, volume.account, volume.region, .ebs)
      item.usageType = volume.region.usagePrefix + "EBS:VolumeUsage." + volume.type
      item.operation = "CreateVolume-" + volume.type
      item.resource = volume.id
      item.unit = "GB-Mo"
      item.amount = Double(volume.gib) / Double(month.length)
      item.rate = (volume.type == "gp2" ? 0.10 : 0.08) * volume.region.priceFactor
      item.cost = item.amount * item.rate
      item.team = volume.team ?? ""
      item.description =
        "$\(decimal(item.rate)) per GB-month of General Purpose (\(volume.type)) storage"
      items.append(item)
    }
  }

  // MARK: Network

  /// From the 17th of October, 09:00, for five days a job in Ireland pulls its data through the NAT
  /// gateway: the anomaly, with one resource as its root cause.
  private static func isRunaway(_ hour: Int) -> Bool {
    (SampleCalendar.septemberHours + 16 * 24 + 9..<SampleCalendar.septemberHours + 21 * 24 + 18)
      .contains(hour)
  }

  private mutating func addNetwork(_ hour: Int, _ month: SampleCalendar.Month) {
    for (region, gateway) in [
      (Region.virginia, "nat-00d10000000000001"), (.ireland, "nat-00d10000000000002"),
    ] {
      let arn =
        "arn:aws:ec2:\(region.rawValue):\(Organisation.production.id):natgateway/\(gateway)"
      var hours = hourly(hour, month, Organisation.production, region, .nat)
      hours.usageType = region.usagePrefix + "NatGateway-Hours"
      hours.operation = "NatGateway"
      hours.resource = arn
      hours.amount = 1
      hours.rate = 0.045 * region.priceFactor
      hours.cost = hours.rate
      hours.team = "platform"
      hours.environment = "production"
      items.append(hours)

      var bytes = hours
      let runaway = region == .ireland && Charges.isRunaway(hour)
      bytes.usageType = region.usagePrefix + "NatGateway-Bytes"
      bytes.unit = "GB"
      bytes.amount = traffic(hour) * (runaway ? 62 : 5)
      bytes.cost = bytes.amount * bytes.rate
      bytes.description = "$\(decimal(bytes.rate)) per GB Data Processed by NAT Gateways"
      items.append(bytes)
    }
    for server in Organisation.servers where server.team == "web" && server.runs(at: hour) {
      var item = hourly(hour, month, server.account, server.region, .transfer)
      item.usageType = server.region.usagePrefix + "DataTransfer-Out-Bytes"
      item.operation = "RunInstances"
      item.resource = server.id
      item.unit = "GB"
      item.amount = traffic(hour) * (server.environment == "production" ? 2.2 : 0.1)
      item.rate = server.region == .tokyo ? 0.114 : 0.09
      item.cost = item.amount * item.rate
      item.team = "web"
      item.environment = server.environment
      item.name = server.name
      item.description = "$\(decimal(item.rate)) per GB - data transfer out"
      items.append(item)
    }
    for address in Organisation.addresses where address.server == nil {
      var item = hourly(hour, month, address.account, address.region, .address)
      item.usageType = "PublicIPv4:IdleAddress"
      item.operation = "AllocateAddressVPC"
      item.resource = address.id
      item.amount = 1
      item.rate = 0.005
      item.cost = 0.005
      items.append(item)
    }
  }

  /// Gigabytes relative to an average hour: more by day, less at week-ends, a little growth.
  private mutating func traffic(_ hour: Int) -> Double {
    let byDay = [
      0.5, 0.4, 0.4, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.3, 1.4, 1.4, 1.4, 1.4, 1.4, 1.3, 1.3, 1.3, 1.3,
      1.2, 1.1, 1.0, 0.8, 0.6,
    ]
    let weekday = SampleCalendar.weekday(hour) < 5 ? 1.08 : 0.8
    let growth = 1 + 0.004 * Double(hour) / 24
    return max(0.05, byDay[hour % 24] * weekday * growth * (1 + 0.05 * random.noise()))
  }

  // MARK: Databases, storage, the rest

  private mutating func addDatabases(_ hour: Int, _ month: SampleCalendar.Month) {
    var orders = hourly(hour, month, Organisation.production, .virginia, .rds)
    orders.type = "DiscountedUsage"
    orders.usageType = "InstanceUsage:db.m5.large"
    orders.operation = "CreateDBInstance:0014"
    orders.resource = "arn:aws:rds:us-east-1:\(Organisation.production.id):db:orders"
    orders.amount = 1
    orders.instanceType = "db.m5.large"
    orders.onDemandCost = 0.178
    orders.team = "orders"
    orders.engine = "PostgreSQL"
    orders.environment = "production"
    orders.description = "PostgreSQL, db.m5.large reserved instance applied"
    orders.reservation = .init(
      effectiveCost: 0.114, amortizedUpfrontForUsage: 0.057, recurringForUsage: 0.057)
    items.append(orders)

    var staging = hourly(hour, month, Organisation.staging, .virginia, .rds)
    staging.usageType = "InstanceUsage:db.t3.medium"
    staging.operation = "CreateDBInstance:0014"
    staging.resource = "arn:aws:rds:us-east-1:\(Organisation.staging.id):db:stage"
    staging.amount = 1
    staging.rate = 0.072
    staging.cost = 0.072
    staging.instanceType = "db.t3.medium"
    staging.team = "orders"
    staging.engine = "PostgreSQL"
    staging.environment = "staging"
    items.append(staging)
  }

  private mutating func addDaily(_ hour: Int, _ month: SampleCalendar.Month) {
    let buckets = [
      ("kogarashi-web-assets", "web", 900.0, Organisation.production),
      ("kogarashi-orders-archive", "orders", 4_200.0, Organisation.production),
      ("kogarashi-lake", "data", 21_000.0, Organisation.analytics),
      ("kogarashi-build-cache", "", 1_300.0, Organisation.staging),
    ]
    for (bucket, team, gib, account) in buckets {
      var storage = daily(hour, month, account, .virginia, .s3)
      storage.usageType = "TimedStorage-ByteHrs"
      storage.operation = "StandardStorage"
      storage.resource = bucket
      storage.unit = "GB-Mo"
      storage.amount = gib * (1 + 0.003 * Double(hour / 24)) / Double(month.length / 24)
      storage.rate = 0.023
      storage.cost = storage.amount * storage.rate
      storage.team = team
      items.append(storage)

      var requests = storage
      requests.usageType = "Requests-Tier1"
      requests.operation = "PutObject"
      requests.unit = "Requests"
      requests.amount = (gib * 40 * (1 + 0.1 * random.noise())).rounded(.down)
      requests.rate = 0.000005
      requests.cost = requests.amount * requests.rate
      items.append(requests)
    }
    for (function, millions) in [("order-events", 3.1), ("thumbnails", 1.4)] {
      var item = daily(hour, month, Organisation.production, .virginia, .lambda)
      item.usageType = "Lambda-GB-Second"
      item.operation = "Invoke"
      item.resource =
        "arn:aws:lambda:us-east-1:\(Organisation.production.id):function:\(function)"
      item.unit = "Lambda-GB-Second"
      item.amount = (millions * 60_000 * (1 + 0.06 * random.noise())).rounded(.down)
      item.rate = 0.0000166667
      item.cost = item.amount * item.rate
      item.team = "orders"
      items.append(item)
    }
    for account in Organisation.accounts {
      var item = daily(hour, month, account, .virginia, .cloudWatch)
      item.usageType = "CW:MetricMonitorUsage"
      item.operation = "MetricStorage"
      item.unit = "Metrics"
      item.amount = 140.0 / Double(month.length / 24)
      item.rate = 0.30
      item.cost = item.amount * item.rate
      items.append(item)
    }
  }

  /// Support on the first, tax, a credit, and the reserved instance's fee.
  private mutating func addOncePerMonth(_ month: SampleCalendar.Month) {
    let first = month.hours.lowerBound
    var support = daily(first, month, Organisation.payer, nil, .support)
    support.type = "Fee"
    support.usageType = "Dollar"
    support.cost = 100
    support.amount = 1
    support.description = "AWS Support (Business) monthly minimum"
    items.append(support)

    if month == .september {
      var credit = daily(first, month, Organisation.payer, .virginia, .ec2)
      credit.type = "Credit"
      credit.usageType = "BoxUsage:m5.xlarge"
      credit.cost = -60
      credit.onDemandCost = 0
      credit.description = "AWS Activate credit"
      items.append(credit)
    }
    for account in Organisation.accounts.dropFirst() {
      var tax = daily(first, month, account, nil, .ec2)
      tax.type = "Tax"
      tax.end = month.end
      tax.cost = month == .september ? 21.30 : 17.05
      tax.onDemandCost = 0
      tax.description = "Tax for product code AmazonEC2"
      items.append(tax)
    }
    let hours = Double(month.hours.count)
    var fee = daily(first, month, Organisation.production, .virginia, .rds)
    fee.type = "RIFee"
    fee.end = month.end
    fee.usageType = "HeavyUsage:db.m5.large"
    fee.operation = "CreateDBInstance:0014"
    fee.amount = hours
    fee.cost = 0.057 * hours
    fee.onDemandCost = 0
    fee.instanceType = "db.m5.large"
    fee.description = "USD 0.057 hourly fee per PostgreSQL, db.m5.large instance"
    fee.reservation = .init(amortizedUpfrontForPeriod: 0.057 * hours, reservedUnits: hours)
    items.append(fee)
  }

  private func hourly(
    _ hour: Int, _ month: SampleCalendar.Month, _ account: Account, _ region: Region?,
    _ product: ProductFacts
  ) -> LineItem {
    var item = LineItem()
    item.account = account
    item.month = month
    item.region = region
    item.product = product
    item.start = SampleCalendar.timestamp(hour)
    item.end = SampleCalendar.timestamp(hour + 1)
    return item
  }

  private func daily(
    _ hour: Int, _ month: SampleCalendar.Month, _ account: Account, _ region: Region?,
    _ product: ProductFacts
  ) -> LineItem {
    var item = hourly(hour, month, account, region, product)
    item.end = SampleCalendar.timestamp(hour + 24)
    return item
  }
}
