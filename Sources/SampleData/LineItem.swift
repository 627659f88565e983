import Glibc

/// One row of the sample's cost and usage report; what a charge does not set stays empty.
struct LineItem {
  var account = Organisation.payer
  var month = SampleCalendar.Month.september
  var start = ""
  var end = ""
  var type = "Usage"
  var product = ProductFacts.ec2
  var usageType = ""
  var operation = ""
  var region: Region?
  var resource = ""
  var amount = 0.0
  var unit = "Hrs"
  var rate = 0.0
  /// US dollars; amount times rate unless the kind of charge says otherwise.
  var cost = 0.0
  var onDemandCost: Double?
  var description = ""
  var instanceType = ""
  /// Of a database or cache.
  var engine = ""
  var team = ""
  var environment = ""
  var name = ""
  var reservation: ReservationFigures?
  var savingsPlan: SavingsPlanFigures?

  struct ReservationFigures {
    var effectiveCost = 0.0
    var amortizedUpfrontForUsage = 0.0
    var recurringForUsage = 0.0
    var amortizedUpfrontForPeriod = 0.0
    var unusedAmortizedUpfront = 0.0
    var unusedRecurring = 0.0
    var reservedUnits = 0.0
    var arn = LineItem.reservationARN
  }

  struct SavingsPlanFigures {
    var effectiveCost = 0.0
    var rate = 0.0
    var totalCommitment = 0.0
    var usedCommitment = 0.0
    var recurringCommitment = 0.0
    var arn = LineItem.savingsPlanARN
    var end = "2026-12-14T09:00:00.000Z"
  }

  static let reservationARN =
    "arn:aws:rds:us-east-1:\(Organisation.production.id):ri:orders-2026-03"
  static let savingsPlanARN =
    "arn:aws:savingsplans::\(Organisation.payer.id):savingsplan/5a3e0c6e-1f0b-4c55-9d2a-7b6f4b1f9c11"
}

/// What the report says about a product, the same on each of its rows.
struct ProductFacts {
  let code: String
  let name: String
  let family: String
  /// Who sells it.
  var entity = "AWS"
  var seller = "Amazon Web Services, Inc."

  static let ec2 = ProductFacts(
    code: "AmazonEC2", name: "Amazon Elastic Compute Cloud", family: "Compute Instance")
  static let ebs = ProductFacts(
    code: "AmazonEC2", name: "Amazon Elastic Compute Cloud", family: "Storage")
  static let nat = ProductFacts(
    code: "AmazonEC2", name: "Amazon Elastic Compute Cloud", family: "NAT Gateway")
  static let transfer = ProductFacts(
    code: "AmazonEC2", name: "Amazon Elastic Compute Cloud", family: "Data Transfer")
  static let address = ProductFacts(
    code: "AmazonVPC", name: "Amazon Virtual Private Cloud", family: "")
  static let balancer = ProductFacts(
    code: "AWSELB", name: "Elastic Load Balancing", family: "Load Balancer-Application")
  static let cloudFront = ProductFacts(
    code: "AmazonCloudFront", name: "Amazon CloudFront", family: "Data Transfer")
  static let rdsStorage = ProductFacts(
    code: "AmazonRDS", name: "Amazon Relational Database Service", family: "Database Storage")
  static let dynamo = ProductFacts(
    code: "AmazonDynamoDB", name: "Amazon DynamoDB",
    family: "Amazon DynamoDB PayPerRequest Throughput")
  static let cache = ProductFacts(
    code: "AmazonElastiCache", name: "Amazon ElastiCache", family: "Cache Instance")
  static let logs = ProductFacts(
    code: "AmazonCloudWatch", name: "AmazonCloudWatch", family: "Data Payload")
  static let marketplace = ProductFacts(
    code: "4kx2m8w1q7shopsearchpro", name: "Shop Search Pro", family: "", entity: "AWS Marketplace",
    seller: "Kettle Software Ltd.")
  static let rds = ProductFacts(
    code: "AmazonRDS", name: "Amazon Relational Database Service", family: "Database Instance")
  static let s3 = ProductFacts(
    code: "AmazonS3", name: "Amazon Simple Storage Service", family: "Storage")
  static let lambda = ProductFacts(code: "AWSLambda", name: "AWS Lambda", family: "Serverless")
  static let cloudWatch = ProductFacts(
    code: "AmazonCloudWatch", name: "AmazonCloudWatch", family: "Metric")
  static let support = ProductFacts(
    code: "AWSSupportBusiness", name: "AWS Support (Business)", family: "AWS Support")
  static let savingsPlans = ProductFacts(
    code: "ComputeSavingsPlans", name: "Savings Plans for AWS Compute usage", family: "")
}

extension LineItem {
  /// The report's header and how each column is printed, in the report's order.
  static let columns: [(header: String, text: @Sendable (LineItem) -> String)] = [
    ("identity/LineItemId", { $0.identifier }),
    ("identity/TimeInterval", { "\($0.start)/\($0.end)" }),
    ("bill/InvoiceId", { $0.month == .september ? "1880123457" : "" }),
    ("bill/BillingEntity", { $0.product.entity }),
    ("bill/BillType", { _ in "Anniversary" }),
    ("bill/PayerAccountId", { _ in Organisation.payer.id }),
    ("bill/BillingPeriodStartDate", { $0.month.start }),
    ("bill/BillingPeriodEndDate", { $0.month.end }),
    ("lineItem/UsageAccountId", { $0.account.id }),
    ("lineItem/LineItemType", { $0.type }),
    ("lineItem/UsageStartDate", { $0.start }),
    ("lineItem/UsageEndDate", { $0.end }),
    ("lineItem/ProductCode", { $0.product.code }),
    ("lineItem/UsageType", { $0.usageType }),
    ("lineItem/Operation", { $0.operation }),
    ("lineItem/AvailabilityZone", { $0.instanceType.isEmpty ? "" : $0.region?.zone ?? "" }),
    ("lineItem/ResourceId", { $0.resource }),
    ("lineItem/UsageAmount", { decimal($0.amount) }),
    ("lineItem/NormalizationFactor", { _ in "" }),
    ("lineItem/NormalizedUsageAmount", { _ in "" }),
    ("lineItem/CurrencyCode", { _ in "USD" }),
    ("lineItem/UnblendedRate", { $0.rate == 0 ? "" : decimal($0.rate) }),
    ("lineItem/UnblendedCost", { decimal($0.cost) }),
    ("lineItem/BlendedRate", { $0.rate == 0 ? "" : decimal($0.rate) }),
    ("lineItem/BlendedCost", { decimal($0.cost) }),
    ("lineItem/LineItemDescription", { $0.description }),
    ("lineItem/TaxType", { $0.type == "Tax" ? "VAT" : "" }),
    ("lineItem/LegalEntity", { $0.product.seller }),
    ("product/ProductName", { $0.product.name }),
    ("product/instanceType", { $0.instanceType }),
    ("product/operatingSystem", { $0.product.family == "Compute Instance" ? "Linux" : "" }),
    ("product/databaseEngine", { $0.engine }),
    ("product/productFamily", { $0.product.family }),
    ("product/region", { $0.region?.rawValue ?? "" }),
    ("product/servicecode", { $0.product.code }),
    ("product/usagetype", { $0.usageType }),
    ("pricing/publicOnDemandCost", { decimal($0.onDemandCost ?? max($0.cost, 0)) }),
    ("pricing/publicOnDemandRate", { $0.rate == 0 ? "" : decimal($0.rate) }),
    ("pricing/term", { $0.reservation != nil ? "Reserved" : $0.rate == 0 ? "" : "OnDemand" }),
    ("pricing/unit", { $0.unit }),
    ("reservation/AmortizedUpfrontCostForUsage", { reserved($0, \.amortizedUpfrontForUsage) }),
    (
      "reservation/AmortizedUpfrontFeeForBillingPeriod",
      { reserved($0, \.amortizedUpfrontForPeriod) }
    ),
    ("reservation/EffectiveCost", { reserved($0, \.effectiveCost) }),
    ("reservation/EndTime", { $0.reservation == nil ? "" : "2027-02-28T23:59:59.000Z" }),
    ("reservation/RecurringFeeForUsage", { reserved($0, \.recurringForUsage) }),
    ("reservation/ReservationARN", { $0.reservation?.arn ?? "" }),
    ("reservation/TotalReservedUnits", { reserved($0, \.reservedUnits) }),
    (
      "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
      { reserved($0, \.unusedAmortizedUpfront) }
    ),
    ("reservation/UnusedRecurringFee", { reserved($0, \.unusedRecurring) }),
    ("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod", { planned($0) { _ in 0 } }),
    ("savingsPlan/EndTime", { $0.savingsPlan?.end ?? "" }),
    ("savingsPlan/OfferingType", { planText($0, "ComputeSavingsPlans") }),
    ("savingsPlan/PaymentOption", { planText($0, "No Upfront") }),
    ("savingsPlan/PurchaseTerm", { planText($0, "1yr") }),
    ("savingsPlan/RecurringCommitmentForBillingPeriod", { planned($0, \.recurringCommitment) }),
    ("savingsPlan/SavingsPlanARN", { $0.savingsPlan?.arn ?? "" }),
    ("savingsPlan/SavingsPlanEffectiveCost", { planned($0, \.effectiveCost) }),
    ("savingsPlan/SavingsPlanRate", { planned($0, \.rate) }),
    ("savingsPlan/StartTime", { planText($0, "2025-12-14T09:00:00.000Z") }),
    ("savingsPlan/TotalCommitmentToDate", { planned($0, \.totalCommitment) }),
    ("savingsPlan/UsedCommitment", { planned($0, \.usedCommitment) }),
    ("resourceTags/user:Name", { $0.name }),
    ("resourceTags/user:env", { $0.environment }),
    ("resourceTags/user:team", { $0.team }),
  ]

  /// The same for all rows of one resource and usage type, as in real reports: only together with the
  /// time interval does it identify a row.
  private var identifier: String {
    var seed: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(account.id)|\(type)|\(usageType)|\(operation)|\(resource)".utf8 {
      seed = (seed ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    var random = SplitMix64(seed: seed)
    return random.hex(32)
  }

  private static func reserved(
    _ item: LineItem, _ figure: (ReservationFigures) -> Double
  ) -> String {
    item.reservation.map { decimal(figure($0)) } ?? ""
  }

  /// What the report says of the plan itself, on each of its rows.
  private static func planText(_ item: LineItem, _ text: String) -> String {
    item.savingsPlan == nil ? "" : text
  }

  private static func planned(
    _ item: LineItem, _ figure: (SavingsPlanFigures) -> Double
  ) -> String {
    item.savingsPlan.map { decimal(figure($0)) } ?? ""
  }
}

/// A number with at most ten decimals, as reports print them.
func decimal(_ value: Double) -> String {
  let scaled = Int64((value * 1e10).rounded())
  let digits = String(scaled.magnitude)
  let padded = String(repeating: "0", count: max(0, 11 - digits.count)) + digits
  var fraction = padded.suffix(10)
  while fraction.last == "0" { fraction.removeLast() }
  let whole = padded.dropLast(10)
  return (scaled < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
}
