/// What the dimensions of AWS's filters are in the view `costs`.
///
/// Source: AWS Budgets API, ExpressionDimensionValues; the values are those of Cost Explorer.
enum BudgetDimension {
  /// AWS's spelling of a dimension for a key of the old filters: `LinkedAccount` is `LINKED_ACCOUNT`.
  static func name(ofFilter key: String) -> String {
    let plain = key.lowercased().filter { $0 != "_" }
    return spellings[plain] ?? key
  }

  private static let spellings: [String: String] = {
    var names: [String: String] = [
      "chargetype": "RECORD_TYPE", "instancefamily": "INSTANCE_TYPE_FAMILY",
      "purchaseoption": "PURCHASE_TYPE",
    ]
    let others = ["SERVICE", "USAGE_TYPE_GROUP", "RECORD_TYPE"] + special
    for name in Array(columns.keys) + others + Array(unanswerable.keys) {
      names[name.lowercased().filter { $0 != "_" }] = name
    }
    return names
  }()

  private static let special = [
    "AZ", "PURCHASE_TYPE", "RESERVATION_ID", "SAVINGS_PLAN_ARN", "TAG_KEY", "COST_CATEGORY_NAME",
  ]

  /// Dimensions that one column answers.
  static let columns: [String: String] = [
    "LINKED_ACCOUNT": "SubAccountId", "LINKED_ACCOUNT_NAME": "SubAccountName",
    "REGION": "RegionId", "OPERATION": "x_Operation", "USAGE_TYPE": "x_UsageType",
    "SERVICE_CODE": "x_ServiceCode", "INSTANCE_TYPE": "x_InstanceType",
    "INSTANCE_TYPE_FAMILY": "x_InstanceFamily", "OPERATING_SYSTEM": "x_OperatingSystem",
    "PLATFORM": "x_OperatingSystem", "TENANCY": "x_Tenancy", "DATABASE_ENGINE": "x_DatabaseEngine",
    "CACHE_ENGINE": "x_CacheEngine", "DEPLOYMENT_OPTION": "x_DeploymentOption",
    "LEGAL_ENTITY_NAME": "PublisherName", "INVOICING_ENTITY": "InvoiceIssuerName",
    "BILLING_ENTITY": "x_BillingEntity", "RESOURCE_ID": "ResourceId",
    "SUBSCRIPTION_ID": "x_SubscriptionId", "SAVINGS_PLANS_TYPE": "x_SavingsPlanType",
    "PAYMENT_OPTION": "x_PaymentOption",
  ]

  /// Dimensions of AWS that are not of charges, so that no bill answers them, and why.
  ///
  /// Source: AWS Cost Explorer API, GetDimensionValues, contexts RESERVATIONS and COST_AND_USAGE.
  static let unanswerable = [
    "SCOPE": "bills do not say whether a reservation is for a region or for one zone of it",
    "RIGHTSIZING_TYPE": "it sorts recommendations, and a charge is none",
    "RESERVATION_MODIFIED": "bills do not say which reservation was changed into which",
  ]

  /// What taxes have, too: any other dimension leaves them out.
  ///
  /// Source: AWS Cost Management user guide, Cost Explorer, filters: taxes are excluded by filters other
  /// than that for linked accounts.
  static let ofTaxes: Set = [
    "LINKED_ACCOUNT", "LINKED_ACCOUNT_NAME", "RECORD_TYPE", "BILLING_ENTITY", "LEGAL_ENTITY_NAME",
    "INVOICING_ENTITY",
  ]

  /// The servers of EC2, which budgets know as a service of their own.
  static let servers =
    "regexp_like(x_UsageType, '(BoxUsage|SpotUsage|DedicatedUsage|HostUsage|ReservedHostUsage|UnusedBox|UnusedDed|HeavyUsage)')"

  /// Budgets name EC2's servers and the rest of EC2 as two services; bills know one.
  static func service(_ name: String) -> String? {
    switch name {
    case "Amazon Elastic Compute Cloud - Compute":
      "(x_ServiceCode = 'AmazonEC2' AND \(servers))"
    case "EC2 - Other": "(x_ServiceCode = 'AmazonEC2' AND NOT coalesce(\(servers), false))"
    default: nil
    }
  }

  /// Kinds of charges by their names in Cost Explorer and by those of the bill; nil for others, which a
  /// bill would never have.
  ///
  /// Source: AWS Cost and Usage Reports, lineItem/LineItemType; Cost Explorer, filter "Charge type".
  static func recordType(_ name: String) -> String? {
    let plain = name.lowercased().filter { $0 != " " }
    let type = lineItemTypes.first { $0.lowercased() == plain }
    return type.map { "coalesce(x_LineItemType, ChargeCategory) = '\($0)'" } ?? chargeType(name)
  }

  /// Kinds of charges whose names in Cost Explorer are not those of the bill.
  private static func chargeType(_ name: String) -> String? {
    switch name.lowercased() {
    case "upfront", "upfront reservation fee":
      "(x_LineItemType = 'Fee' AND CommitmentDiscountId <> '')"
    case "recurring", "recurring reservation fee": "x_LineItemType = 'RIFee'"
    case "support", "support fee": "coalesce(x_ServiceCode LIKE 'AWSSupport%', false)"
    case "discount": "x_LineItemType LIKE '%Discount'"
    case "enterprise discount program discount": "x_LineItemType = 'EdpDiscount'"
    case "solution provider program discount": "x_LineItemType = 'SppDiscount'"
    case "private rate card discount": "x_LineItemType = 'PrivateRateDiscount'"
    case "reservation applied usage": "x_LineItemType = 'DiscountedUsage'"
    case "purchase": "coalesce(x_LineItemType, ChargeCategory) = 'Purchase'"
    case "adjustment": "coalesce(x_LineItemType, ChargeCategory) = 'Adjustment'"
    default: nil
    }
  }

  private static let lineItemTypes = [
    "BundledDiscount", "Credit", "DiscountedUsage", "DistributorDiscount", "EdpDiscount", "Fee",
    "PrivateRateDiscount", "Refund", "RIFee", "SavingsPlanCoveredUsage", "SavingsPlanNegation",
    "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "SppDiscount", "Tax", "Usage",
  ]

  static func purchase(_ name: String) -> String? {
    switch name.lowercased() {
    case "on demand instances", "on demand", "ondemand": "x_PurchaseOption = 'OnDemand'"
    case "spot instances", "spot": "x_PurchaseOption = 'Spot'"
    case "savings plans", "savingsplan": "x_PurchaseOption = 'SavingsPlan'"
    case "reserved": "x_PurchaseOption = 'Reserved'"
    default:
      offeringClass(name).map { "(x_PurchaseOption = 'Reserved' AND x_OfferingClass = '\($0)')" }
    }
  }

  /// The classes of reservations that purchase types name.
  static func offeringClasses(_ purchases: [String]) -> Set<String> {
    Set(purchases.compactMap(offeringClass))
  }

  /// The class of reservations that a purchase type names; nil for other types.
  static func offeringClass(_ purchase: String) -> String? {
    switch purchase.lowercased() {
    case "standard reserved instances": "standard"
    case "convertible reserved instances": "convertible"
    default: nil
    }
  }

  /// Groups of usage types, as far as usage types and operations tell them.
  ///
  /// Source: AWS Cost Explorer, filter "Usage Type Group".
  static func usageGroup(_ name: String) -> String? {
    switch name {
    case "EC2: Running Hours":
      "(x_ServiceCode = 'AmazonEC2' AND regexp_like(x_UsageType, '(BoxUsage|SpotUsage|DedicatedUsage|HeavyUsage)'))"
    case "EC2: EBS - SSD(gp2)": "regexp_like(x_UsageType, 'EBS:VolumeUsage\\.gp2$')"
    case "EC2: EBS - SSD(gp3)": "regexp_like(x_UsageType, 'EBS:VolumeUsage\\.gp3$')"
    case "EC2: EBS - SSD(io1)": "regexp_like(x_UsageType, 'EBS:VolumeUsage\\.piops$')"
    case "EC2: EBS - Magnetic": "regexp_like(x_UsageType, 'EBS:VolumeUsage$')"
    case "EC2: EBS - Snapshots": "regexp_like(x_UsageType, 'EBS:SnapshotUsage')"
    case "EC2: NAT Gateway - Running Hours": "regexp_like(x_UsageType, 'NatGateway-Hours$')"
    case "EC2: NAT Gateway - Data Processed": "regexp_like(x_UsageType, 'NatGateway-Bytes$')"
    case "EC2: ELB - Running Hours":
      "regexp_like(x_UsageType, '(LoadBalancerUsage|IdleBox:LoadBalancer)')"
    case "EC2: Elastic IP - Idle Address": "regexp_like(x_UsageType, 'ElasticIP:IdleAddress')"
    case "EC2: Data Transfer - Internet (Out)":
      "(x_ServiceCode = 'AmazonEC2' AND regexp_like(x_UsageType, 'DataTransfer-Out-Bytes$'))"
    case "EC2: Data Transfer - Inter AZ":
      "(x_ServiceCode = 'AmazonEC2' AND regexp_like(x_UsageType, 'DataTransfer-Regional-Bytes$'))"
    case "RDS: Running Hours":
      "(x_ServiceCode = 'AmazonRDS' AND regexp_like(x_UsageType, '(InstanceUsage|Multi-AZUsage|HeavyUsage)'))"
    case "RDS: Storage":
      "(x_ServiceCode = 'AmazonRDS' AND regexp_like(x_UsageType, 'Storage'))"
    case "S3: Storage - Standard":
      "(x_ServiceCode = 'AmazonS3' AND regexp_like(x_UsageType, 'TimedStorage-ByteHrs$'))"
    case "S3: Storage - Glacier": "regexp_like(x_UsageType, 'TimedStorage-Glacier')"
    case "S3: API Requests - Standard":
      "(x_ServiceCode = 'AmazonS3' AND regexp_like(x_UsageType, 'Requests-'))"
    case "S3: Data Transfer - Internet (Out)":
      "(x_ServiceCode = 'AmazonS3' AND regexp_like(x_UsageType, 'DataTransfer-Out-Bytes$'))"
    case "ElastiCache: Running Hours":
      "(x_ServiceCode = 'AmazonElastiCache' AND regexp_like(x_UsageType, '(NodeUsage|HeavyUsage)'))"
    case "Redshift: Running Hours":
      "(x_ServiceCode = 'AmazonRedshift' AND regexp_like(x_UsageType, '(Node:|HeavyUsage)'))"
    default: nil
    }
  }
}
