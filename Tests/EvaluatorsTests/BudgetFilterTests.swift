import Columns
import Evaluators
import Testing
import TextFormats
import Warehouse

/// Which charges a filter counts, in AWS's new form and in its old one.
@Suite struct BudgetFilterTests {
  /// A dollar, two dollars, four dollars … so that a sum says which charges are in it.
  private static func lake() throws -> TestLake {
    let tag = [MapEntry(key: .text("team"), value: .text("data"))]
    let lower = [MapEntry(key: .text("cost_center"), value: .text("42"))]
    let category = Value.map([MapEntry(key: .text("Unit"), value: .text("Shop"))])
    let charges: [TestLake.Charge] = [
      .init(day: 0, cost: 1, columns: ["x_InstanceType": .text("m5.large")]),
      .init(day: 0, account: "222222222222", cost: 2, tags: tag),
      .init(
        day: 0, region: "eu-west-1", usageType: "EU-NatGateway-Bytes", cost: 4,
        columns: ["x_Operation": .text("NatGateway"), "ConsumedUnit": .text("GB")]),
      .init(
        day: 0, service: "AWS Support (Business)", usageType: "Dollar", category: "Purchase",
        cost: 8,
        columns: ["x_ServiceCode": .text("AWSSupportBusiness"), "x_LineItemType": .text("Fee")]),
      .init(
        day: 0, category: "Tax", cost: 16,
        columns: ["x_LineItemType": .text("Tax"), "ConsumedUnit": .null]),
      .init(
        day: 0, category: "Credit", cost: -32,
        columns: ["x_LineItemType": .text("Credit"), "ConsumedUnit": .null]),
      .init(
        day: 0, usageType: "SpotUsage:c5.large", cost: 64, tags: lower,
        columns: ["x_PurchaseOption": .text("Spot")]),
      .init(day: 0, cost: 128, columns: ["x_CostCategories": category]),
      .init(
        day: 0, category: "Purchase", cost: 256,
        columns: [
          "x_LineItemType": .text("Fee"), "CommitmentDiscountId": .text("arn:x/ri-1"),
          "CommitmentDiscountType": .text("Reserved Instance"), "ConsumedUnit": .null,
        ]),
    ]
    return try TestLake(charges, days: 2)
  }

  private func sum(_ fields: String, type: String = "COST", unit: String = "USD") throws -> Double?
  {
    try status(fields, type: type, unit: unit).actual
  }

  private func status(
    _ fields: String, type: String = "COST", unit: String = "USD", in other: TestLake? = nil
  ) throws -> BudgetStatus {
    let lake = try other ?? BudgetFilterTests.lake()
    let text = """
      {"Budgets": [{"BudgetName": "b", "BudgetType": "\(type)", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "1", "Unit": "\(unit)"}, \(fields)}]}
      """
    var file = BudgetFile()
    try file.add(try JSONValue.parse(Array(text.utf8), file: "b.json"), file: "b.json")
    let day = try EvaluationDay(lake.warehouse, asOf: lake.warehouse.configuration.now)
    return try #require(try BudgetEvaluator(lake.warehouse, day).evaluate(file.merged()).first)
  }

  private static let everything = 447.0

  @Test(arguments: [
    (#""Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["222222222222"]}"#, 2.0),
    (#""Not": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["222222222222"]}}"#, 445),
    (#""Dimensions": {"Key": "SERVICE", "Values": ["EC2 - Other"]}"#, 4),
    (
      #""Dimensions": {"Key": "SERVICE", "Values": ["Amazon Elastic Compute Cloud - Compute"]}"#,
      419
    ),
    (#""Dimensions": {"Key": "SERVICE", "Values": ["Tax"]}"#, 16),
    (#""Not": {"Dimensions": {"Key": "SERVICE", "Values": ["EC2 - Other"]}}"#, 443),
    (#""Dimensions": {"Key": "REGION", "Values": ["us-east-1"]}"#, 427),
    (#""Dimensions": {"Key": "INSTANCE_TYPE", "Values": ["m5.large"]}"#, 1),
    (
      #""Dimensions": {"Key": "USAGE_TYPE", "Values": ["EU-"], "MatchOptions": ["STARTS_WITH"]}"#, 4
    ),
    (
      #""Dimensions": {"Key": "USAGE_TYPE", "Values": ["spotusage"], "MatchOptions": ["CONTAINS", "CASE_INSENSITIVE"]}"#,
      64
    ),
    (
      #""Dimensions": {"Key": "USAGE_TYPE", "Values": ["-Bytes"], "MatchOptions": ["ENDS_WITH"]}"#,
      4
    ),
    (#""Dimensions": {"Key": "INSTANCE_TYPE", "MatchOptions": ["ABSENT"]}"#, 446),
    (#""Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax", "Credit"]}"#, -16),
    (#""Dimensions": {"Key": "RECORD_TYPE", "Values": ["Upfront"]}"#, 256),
    (#""Dimensions": {"Key": "RECORD_TYPE", "Values": ["Support fee"]}"#, 8),
    (#""Dimensions": {"Key": "PURCHASE_TYPE", "Values": ["Spot Instances"]}"#, 64),
    (
      #""Dimensions": {"Key": "USAGE_TYPE_GROUP", "Values": ["EC2: NAT Gateway - Data Processed"]}"#,
      4
    ),
    (#""Dimensions": {"Key": "RESERVATION_ID", "Values": ["ri-1"]}"#, 256),
    (#""Dimensions": {"Key": "TAG_KEY", "Values": ["team"]}"#, 2),
    (#""Tags": {"Key": "team", "Values": ["data", "web"]}"#, 2),
    (#""Tags": {"Key": "CostCenter", "Values": ["42"]}"#, 64),
    (#""Tags": {"Key": "team", "MatchOptions": ["ABSENT"]}"#, 445),
    (#""CostCategories": {"Key": "Unit", "Values": ["Shop"]}"#, 128),
    (
      #""And": [{"Dimensions": {"Key": "REGION", "Values": ["us-east-1"]}}, {"Not": {"Or": [{"Tags": {"Key": "team", "Values": ["data"]}}, {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax", "Credit", "Fee"]}}]}}]"#,
      193
    ),
  ])
  func `an expression counts what it says`(expression: String, sum: Double) throws {
    #expect(
      try self.sum("\"FilterExpression\": {\(expression)}, \"Metrics\": [\"UnblendedCost\"]") == sum
    )
  }

  @Test(arguments: [
    ("\"Service\": [\"EC2 - Other\"]", 4.0), ("\"AZ\": [\"eu-west-1\"]", 4),
    ("\"TagKeyValue\": [\"user:team$data\", \"user:team$web\"]", 2),
    ("\"TagKeyValue\": [\"user:team$\"]", 445), ("\"CostCategory\": [\"Unit$Shop\"]", 128),
    ("\"PurchaseType\": [\"Spot Instances\"]", 64), ("\"InstanceType\": [\"m5.large\"]", 1),
    ("\"Region\": [\"us-east-1\"], \"LinkedAccount\": [\"222222222222\", \"3\"]", 2), ("", 447),
  ])
  func `the old filters count what they say`(filters: String, sum: Double) throws {
    #expect(try self.sum("\"CostFilters\": {\(filters)}") == sum)
  }

  @Test(arguments: [
    ("IncludeTax", 431.0), ("IncludeCredit", 479), ("IncludeSupport", 439), ("IncludeUpfront", 191),
    ("IncludeRefund", 447), ("IncludeRecurring", 447), ("IncludeSubscription", 447),
    ("IncludeOtherSubscription", 447), ("IncludeDiscount", 447),
  ])
  func `a type of cost left out leaves just that out`(flag: String, sum: Double) throws {
    #expect(try self.sum("\"CostTypes\": {\"\(flag)\": false}") == sum)
  }

  @Test(arguments: [
    (
      #""Tags": {"Key": "taem", "Values": ["data"]}"#,
      "no charge has the tag 'taem': is it spelt so, and active for cost allocation?"
    ),
    (#""Not": {"Tags": {"Key": "taem", "Values": ["data"]}}"#, "no charge has the tag 'taem'"),
    (
      #""Dimensions": {"Key": "TAG_KEY", "Values": ["a", "b"]}"#, "no charge has the tag 'a' or 'b'"
    ),
    (
      #""CostCategories": {"Key": "Units", "Values": ["Shop"]}"#,
      "no charge has the cost category 'Units': is it spelt so?"
    ),
    (
      #""Dimensions": {"Key": "LINKED_ACCOUNT_NAME", "Values": ["Shop"]}"#,
      "the bills have no names of accounts: 'Accounts' in the rules for costs gives them names"
    ),
  ])
  func `what no charge has at all makes the budget unknown`(
    expression: String, message: String
  ) throws {
    let status = try status("\"FilterExpression\": {\(expression)}")
    #expect(status.state == .unknown && status.actual == nil)
    #expect(status.message?.contains(message) == true, "\(status.message ?? "")")
  }

  @Test(arguments: [
    ("Hourz", "\"CostFilters\": {}", "nothing that it counts is measured in 'Hourz'"),
    ("GB", "\"CostFilters\": {\"Region\": [\"us-east-1\"]}", "is measured in 'GB'"),
    (
      "Hrs", "\"Metrics\": [\"NormalizedUsageAmount\"], \"CostFilters\": {}",
      "the bills have no normalized usage of what it counts"
    ),
    (
      "Hrs", "\"Metrics\": [\"BlendedCost\"], \"CostFilters\": {}",
      "a budget of USAGE does not add up BlendedCost"
    ),
  ])
  func `usage that nothing measures is unknown, not nothing`(
    unit: String, filter: String, message: String
  ) throws {
    let status = try status(filter, type: "USAGE", unit: unit)
    #expect(status.state == .unknown && status.actual == nil)
    #expect(status.message?.contains(message) == true, "\(status.message ?? "")")
    let none = "\"CostFilters\": {\"Region\": [\"mars\"]}"
    #expect(try self.status(none, type: "USAGE", unit: unit).actual == 0)
  }

  @Test func `usage is no amount of money`() throws {
    let status = try status("\"Metrics\": [\"UsageQuantity\"], \"CostFilters\": {}")
    #expect(status.message == "a budget of COST does not add up UsageQuantity")
  }

  @Test func `usage is counted in the budget's unit, under either name of it`() throws {
    #expect(try sum("\"CostFilters\": {}", type: "USAGE", unit: "Hours") == 4)
    #expect(try sum("\"CostFilters\": {}", type: "USAGE", unit: "GB") == 1)
  }

  @Test(arguments: [
    (
      #""Dimensions": {"Key": "SCOPE", "Values": ["x"]}"#,
      "its filter 'SCOPE' is not supported: bills do not say whether a reservation is for a region"
    ),
    (
      #""Dimensions": {"Key": "RIGHTSIZING_TYPE", "Values": ["Modify"]}"#,
      "'RIGHTSIZING_TYPE' is not supported: it sorts recommendations, and a charge is none"
    ),
    (
      #""Dimensions": {"Key": "RESERVATION_MODIFIED", "Values": ["x"]}"#,
      "'RESERVATION_MODIFIED' is not supported: bills do not say which reservation was changed"
    ),
    (
      #""Dimensions": {"Key": "MOON_PHASE", "Values": ["x"]}"#,
      "'MOON_PHASE' is not supported; what it would leave out or count is not known"
    ),
    (
      #""Not": {"Dimensions": {"Key": "USAGE_TYPE_GROUP", "Values": ["X: Y"]}}"#,
      "its usage type group 'X: Y' is not supported"
    ),
    (#""Dimensions": {"Key": "PURCHASE_TYPE", "Values": ["Gift"]}"#, "its purchase type 'Gift'"),
    (#""Dimensions": {"Key": "RECORD_TYPE", "Values": ["Usages"]}"#, "its charge type 'Usages'"),
  ])
  func `what cannot be filtered by makes the budget unknown`(
    expression: String, message: String
  ) throws {
    let status = try status("\"FilterExpression\": {\(expression)}")
    #expect(status.state == .unknown)
    #expect(status.message?.contains(message) == true, "\(status.message ?? "")")
  }

  // AWS Budgets API, Budget, BillingViewArn: a budget of a view counts what the view shows.
  /// A standard reservation of 1 and a convertible one of 2 dollars, and one of 4 of which nothing tells.
  private static func reservations(tellingAll: Bool) throws -> TestLake {
    func charge(_ offering: String?, _ cost: Double) -> TestLake.Charge {
      .init(
        day: 0, cost: cost,
        columns: [
          "x_PurchaseOption": .text("Reserved"),
          "x_OfferingClass": offering.map { .text($0) } ?? .null,
        ])
    }
    return try TestLake(
      [charge("standard", 1), charge("convertible", 2)] + (tellingAll ? [] : [charge(nil, 4)]),
      days: 2)
  }

  @Test(arguments: [
    (["Standard Reserved Instances"], 1.0, nil), (["Convertible Reserved Instances"], 2.0, nil),
    (["Convertible Reserved Instances", "Standard Reserved Instances"], 3.0, 7.0),
  ])
  func `standard and convertible reservations are two purchase types`(
    types: [String], sum: Double, sumWithUntold: Double?
  ) throws {
    let values = types.map { "\"\($0)\"" }.joined(separator: ", ")
    let fields =
      "\"FilterExpression\": {\"Dimensions\": {\"Key\": \"PURCHASE_TYPE\", \"Values\": [\(values)]}},"
      + " \"Metrics\": [\"UnblendedCost\"]"
    #expect(
      try status(fields, in: BudgetFilterTests.reservations(tellingAll: true)).actual == sum)
    let untold = try status(fields, in: BudgetFilterTests.reservations(tellingAll: false))
    #expect(untold.actual == sumWithUntold)
    #expect((untold.state == .unknown) == (sumWithUntold == nil))
    if sumWithUntold == nil {
      #expect(untold.message?.contains("standard or convertible") == true)
    }
  }

  @Test(arguments: [("primary", BudgetStatus.State.ok), ("custom-1", .unknown)])
  func `a budget of a billing view is not one of the whole bill`(
    view: String, state: BudgetStatus.State
  ) throws {
    let status = try status(
      "\"CostFilters\": {}, \"BillingViewArn\": \"arn:aws:billing::1:billingview/\(view)\"")
    #expect(status.state == state)
    #expect(status.actual == (state == .ok ? Self.everything : nil))
  }

  @Test func `discounts are told apart by their kind`() throws {
    let lake = try TestLake(
      zip(
        ["BundledDiscount", "EdpDiscount", "SppDiscount", "PrivateRateDiscount"], [1, 2, 4, 8.0]
      )
      .map { .init(day: 0, cost: $1, columns: ["x_LineItemType": .text($0)]) }, days: 2)
    for (name, sum) in [
      ("Bundled Discount", 1.0), ("Enterprise Discount Program Discount", 2),
      ("Solution Provider Program Discount", 4), ("PrivateRateDiscount", 8), ("Discount", 15),
    ] {
      let filter =
        "\"FilterExpression\": {\"Dimensions\": {\"Key\": \"RECORD_TYPE\", \"Values\": [\"\(name)\"]}}"
      #expect(try status(filter, in: lake).actual == sum, "\(name)")
    }
  }

  @Test func `a figure that the bills lack, and another currency, make it unknown`() throws {
    let net = try status("\"Metrics\": [\"NetUnblendedCost\"], \"FilterExpression\": {}")
    #expect(net.message?.contains("no net costs") == true)
    let yen = try status("\"CostFilters\": {}", unit: "JPY")
    #expect(yen.message == "the bills are in USD, the budget is in JPY")
    #expect(yen.state == .unknown)
  }

  @Test(arguments: [
    (#"{"Dimension": {}}"#, "expected And, Or, Not, Dimensions, Tags or CostCategories"),
    (#"{"And": []}"#, "expected at least one expression"),
    (
      #"{"Tags": {"Key": "a", "Values": ["b"]}, "Or": [{"Tags": {"Key": "a", "Values": ["b"]}}]}"#,
      "found 2"
    ),
    (#"{"Tags": {"Key": "a"}}"#, "expected 'Values' with at least one value"),
    (#"{"Tags": {"Values": ["b"]}}"#, "expected 'Key'"),
    (
      #"{"Tags": {"Key": "a", "Values": ["b"], "MatchOptions": ["LIKE"]}}"#,
      "expected one of EQUALS, ABSENT"
    ),
  ])
  func `a malformed expression is refused with its place`(text: String, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) {
      try BudgetFilter.expression(
        JSONPlace(
          try JSONValue.parse(Array(text.utf8), file: "f"), file: "f", path: "FilterExpression"))
    }
    #expect("\(error)".contains("FilterExpression"))
    #expect("\(error)".contains(message), "\(error)")
  }

  @Test func `an expression nested without end is refused`() throws {
    var text = #"{"Tags": {"Key": "a", "Values": ["b"]}}"#
    for _ in 0..<40 { text = "{\"Not\": \(text)}" }
    let json = try JSONValue.parse(Array(text.utf8), file: "f")
    #expect(throws: ConfigurationError.self) {
      try BudgetFilter.expression(JSONPlace(json, file: "f"))
    }
  }
}
