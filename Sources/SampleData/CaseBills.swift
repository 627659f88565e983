/// The case book's bills: a line for each kind of thing that can happen to a cost.
enum CaseBills {
  static let main = Account(id: "400000000001", name: "cases-main")
  static let second = Account(id: "400000000002", name: "cases-second")

  /// What a usage costs on each day, 0 for nothing.
  private struct Case: Sendable {
    let account: Account
    let product: ProductFacts
    let usageType: String
    var region = Region.virginia
    let cost: @Sendable (_ day: Int) -> Double

    init(
      _ account: Account, _ product: ProductFacts, _ usageType: String,
      _ region: Region = .virginia, cost: @escaping @Sendable (_ day: Int) -> Double
    ) {
      self.account = account
      self.product = product
      self.usageType = usageType
      self.region = region
      self.cost = cost
    }
  }

  /// -1 to 1, the same on each machine.
  private static func noise(_ day: Int) -> Double {
    var random = SplitMix64(seed: UInt64(day))
    return 2 * random.fraction() - 1
  }

  private static let cases: [Case] = [
    // Steady, so that all else stands out.
    Case(main, .ebs, "EBS:VolumeUsage.gp3") { 60 * (1 + 0.01 * noise($0)) },
    Case(second, .ebs, "EBS:VolumeUsage.gp3") { 20 * (1 + 0.01 * noise($0)) },
    // A drop that a rise of the same days hides in the account's total.
    Case(main, .s3, "TimedStorage-ByteHrs") { (45..<49).contains($0) ? 8 : 40 + noise($0) },
    Case(main, .rdsStorage, "RDS:GP3-Storage") { (45..<49).contains($0) ? 72 : 40 + noise($0) },
    // The first charges of a service, of a region and of a usage type.
    Case(main, .lambda, "Lambda-GB-Second") { $0 < 47 ? 0 : 30 },
    Case(second, .transfer, "EU-DataTransfer-Out-Bytes", .ireland) { $0 < 46 ? 0 : 25 },
    Case(second, .s3, "TimedStorage-ByteHrs") { 20 + 0.2 * noise($0) },
    Case(second, .s3, "DataTransfer-Out-Bytes") { $0 < 48 ? 0 : 30 },
    // The same distance in dollars is little in a noisy series, more in a calm one.
    Case(main, .cloudFront, "DataTransfer-Out-Bytes") {
      50 * (1 + 0.22 * noise($0)) * ((44..<47).contains($0) ? 1.7 : 1)
    },
    Case(main, .cache, "NodeUsage:cache.m5.large") {
      30 * (1 + 0.06 * noise($0)) * ((46..<50).contains($0) ? 1.7 : 1)
    },
    // Charged every day, and then not at all.
    Case(second, .cloudFront, "Requests-Tier1") { $0 < 46 ? 15 + 0.2 * noise($0) : 0 },
    // Expected by those who know, and so none.
    Case(main, .balancer, "LoadBalancerUsage") { (47..<50).contains($0) ? 90 : 20 + noise($0) },
    // A burst that the month's budget did not mind.
    Case(main, .dynamo, "WriteRequestUnits") { (15..<22).contains($0) ? 200 : 50 + noise($0) },
  ]

  /// The line items as the delivery of a day has them.
  static func items(through last: Int) -> [LineItem] {
    var items: [LineItem] = []
    for day in 0...last {
      // What comes late.
      let share = day == last ? 0.5 : day == last - 1 ? 0.9 : 1
      for one in cases {
        let cost = one.cost(day) * share
        guard cost > 0 else { continue }
        var item = line(day, one.account, one.product, one.usageType, cost: cost)
        item.region = one.region
        items.append(item)
      }
      items += commitments(day)
      items += CaseFleet.charges(day).map { charge in
        var item = charge
        item.amount *= share
        item.cost *= share
        return item
      }
    }
    return items + oncePerMonth(through: last)
  }

  static func line(
    _ day: Int, _ account: Account, _ product: ProductFacts, _ usageType: String, cost: Double
  ) -> LineItem {
    LineItem(
      account: account, month: day < 30 ? .september : .october,
      start: SampleCalendar.timestamp(day * 24), end: SampleCalendar.timestamp(day * 24 + 24),
      product: product, usageType: usageType, operation: "Usage", region: .virginia, amount: cost,
      unit: "Units", rate: 1, cost: cost)
  }

  // MARK: Commitments

  /// Ends and daily use of ten dollars a day: underused, expiring, expired. The last one's usage does not come
  /// to what its fee says.
  private static let plans = [
    ("11111111", "2027-06-01", used: 6.0, covered: 6.0, last: 60),
    ("22222222", "2026-11-10", used: 9.5, covered: 9.5, last: 60),
    ("33333333", "2026-10-15", used: 10.0, covered: 9.0, last: 43),
  ]

  private static func commitments(_ day: Int) -> [LineItem] {
    var items: [LineItem] = []
    for (name, end, used, covered, last) in plans where day <= last {
      var figures = LineItem.SavingsPlanFigures(
        arn: "arn:aws:savingsplans::\(Organisation.payer.id):savingsplan/\(name)",
        end: "\(end)T00:00:00.000Z")
      var usage = line(day, main, .ec2, "BoxUsage:c5.large", cost: covered * 1.3)
      usage.resource = "i-0c9\(name)000000"
      usage.type = "SavingsPlanCoveredUsage"
      figures.effectiveCost = covered
      usage.savingsPlan = figures
      var negation = usage
      negation.type = "SavingsPlanNegation"
      negation.cost = -usage.cost
      negation.onDemandCost = 0
      figures.effectiveCost = 0
      negation.savingsPlan = figures
      var fee = line(day, Organisation.payer, .savingsPlans, "ComputeSP:1yrNoUpfront", cost: 10)
      fee.type = "SavingsPlanRecurringFee"
      fee.resource = figures.arn
      figures.totalCommitment = 10
      figures.recurringCommitment = 10
      figures.usedCommitment = used
      fee.savingsPlan = figures
      items += [usage, negation, fee]
    }
    return items
  }

  /// Fees of the first of a month, a reservation paid at once, a refund, and rows of containers, which belong to
  /// their server.
  private static func oncePerMonth(through last: Int) -> [LineItem] {
    var items: [LineItem] = []
    for first in [0, 30] where first <= last {
      let days = first == 0 ? 30 : 31
      let arn = "arn:aws:ec2:us-east-1:\(main.id):reserved-instances/cases"
      var fee = line(first, main, .ec2, "HeavyUsage:m5.large", cost: 0)
      fee.end = SampleCalendar.timestamp((first + days) * 24)
      fee.type = "RIFee"
      fee.reservation = .init(
        amortizedUpfrontForPeriod: Double(days),
        unusedAmortizedUpfront: Double(max(0, first + days - 1 - last)),
        reservedUnits: Double(days) * 24, arn: arn)
      items.append(fee)
      for day in first..<min(first + days, last + 1) {
        var used = line(day, main, .ec2, "BoxUsage:m5.large", cost: 0)
        used.type = "DiscountedUsage"
        used.resource = "i-0c900000000000099"
        used.amount = 24
        used.unit = "Hrs"
        used.onDemandCost = 2.304
        used.reservation = .init(
          effectiveCost: 1, amortizedUpfrontForUsage: 1, arn: arn)
        items.append(used)
      }
      var container = line(first, main, .ec2, "USE1-EKS-EC2-vCPU-Hours", cost: 0)
      container.operation = "EKSPod-EC2"
      container.resource = "arn:aws:eks:us-east-1:\(main.id):pod/shop/web"
      items.append(container)
    }
    var upfront = line(30, main, .ec2, "", cost: 365)
    upfront.type = "Fee"
    upfront.description = "Sign up charge for subscription"
    upfront.reservation = .init(arn: "arn:aws:ec2:us-east-1:\(main.id):reserved-instances/new")
    var refund = line(31, Organisation.payer, .savingsPlans, "", cost: -12)
    refund.type = "Refund"
    refund.description = "Refund for one-time fee for Savings Plan ID: 44444444"
    return items + [upfront, refund]
  }

  /// Another payer's bill of a month's rows, without the columns that amortized costs need.
  static let small: String = {
    let header =
      "identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,"
      + "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,"
      + "lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,"
      + "lineItem/CurrencyCode,lineItem/UnblendedCost\n"
    return header
      + "s1,500000000001,2026-09-01T00:00:00Z,500000000002,Usage,2026-09-01T00:00:00Z,"
      + "2026-10-01T00:00:00Z,AmazonRoute53,HostedZone,HostedZone,USD,1\n"
      + "s2,500000000001,2026-09-01T00:00:00Z,500000000002,DiscountedUsage,2026-09-01T00:00:00Z,"
      + "2026-10-01T00:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,USD,0\n"
  }()
}
