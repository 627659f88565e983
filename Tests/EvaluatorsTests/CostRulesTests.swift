import Columns
import Evaluators
import Reports
import Testing
import TextFormats
import Warehouse

/// Rules over real rows of a bill, read through the view `costs`.
@Suite struct CostRulesTests {
  private func file(_ text: String) throws -> CostRulesFile {
    try CostRulesFile(try JSONValue.parse(Array(text.utf8), file: "costs.json"), file: "costs.json")
  }

  /// A lake with four charges: of two accounts, 1, 2, 4 and 8 dollars.
  private func lake(_ rules: CostRules?) throws -> Warehouse {
    let catalog = try ReportCatalog.standard()
    var configuration = Warehouse.Configuration(lake: ":memory:", now: 0)
    configuration.declaredTable = catalog.declaredTable(named:)
    configuration.generatedViews["costs"] = { tables in
      CostsView.statement(
        catalog: catalog, tables: tables.map { ($0.name, $0.schema) }, rules: rules)
    }
    let warehouse = try Warehouse(configuration)
    var bill = TestBill()
    let account = { (id: String) -> TestBill.Line in ["line_item_usage_account_id": .text(id)] }
    bill.lines = [
      TestBill.line("Usage", 1, account("111111111111")),
      TestBill.line("Usage", 2, account("222222222222")),
      TestBill.line("Tax", 4, account("111111111111")),
      TestBill.line(
        "Usage", 8,
        account("333333333333").merging(["line_item_product_code": .text("AmazonS3")]) { $1 }),
    ]
    try bill.write(to: warehouse)
    return warehouse
  }

  private func sums(_ expression: String, _ rules: CostRules?) throws -> [String: Double] {
    let rows = try lake(rules).query(
      "SELECT coalesce(\(expression), '-'), sum(BilledCost) FROM costs GROUP BY 1 ORDER BY 1"
    ).rows()
    return Dictionary(
      uniqueKeysWithValues: rows.map { ($0[0].string ?? "?", $0[1].double ?? 0) })
  }

  private let accounts = """
    "Accounts": [
      {"Id": "111111111111", "Name": "shop's", "OrganizationalUnit": "Workloads/Prod"},
      {"Id": "222222222222", "Name": "lab"}]
    """

  @Test func `accounts have names and organizational units`() throws {
    let rules = try file("{\(accounts)}").rules
    #expect(try sums("SubAccountName", rules) == ["shop's": 5, "lab": 2, "-": 8])
    #expect(try sums("x_OrganizationalUnit", rules) == ["Workloads/Prod": 5, "-": 10])
    #expect(try sums("SubAccountName", nil) == ["-": 15])
  }

  @Test func `the first rule that matches gives the value, the default the rest`() throws {
    let rules = try file(
      """
      {\(accounts), "CostCategories": [
        {"Name": "Kind", "DefaultValue": "other", "Rules": [
          {"Value": "tax", "Rule": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax"]}}},
          {"Value": "shop", "Rule": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["111111111111"]}}},
          {"Value": "never", "Rule": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["111111111111"]}}}]},
        {"Name": "Owner", "Rules": [
          {"Value": "finance", "Rule": {"CostCategories": {"Key": "Kind", "Values": ["tax"]}}},
          {"Type": "INHERITED_VALUE", "InheritedValue": {"DimensionName": "LINKED_ACCOUNT_NAME"}}]}]}
      """
    ).rules
    #expect(try sums("x_CostCategories['Kind']", rules) == ["tax": 4, "shop": 1, "other": 10])
    // A category may ask for one above it; what inherits nothing has none.
    #expect(
      try sums("x_CostCategories['Owner']", rules) == ["finance": 4, "shop's": 1, "lab": 2, "-": 8])
  }

  @Test func `virtual tags are tags, also to categories`() throws {
    let rules = try file(
      """
      {"VirtualTags": [{"Name": "env", "Rules": [
          {"Value": "prod", "Rule": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["1111"],
            "MatchOptions": ["STARTS_WITH"]}}}]}],
       "CostCategories": [{"Name": "Stage", "DefaultValue": "rest", "Rules": [
          {"Value": "live", "Rule": {"Tags": {"Key": "env", "Values": ["prod"]}}}]}]}
      """
    ).rules
    #expect(try sums("Tags['env']", rules) == ["prod": 5, "-": 10])
    #expect(try sums("x_CostCategories['Stage']", rules) == ["live": 5, "rest": 10])
  }

  @Test func `a category shares its costs with others, and the month keeps its total`() throws {
    let file = try file(
      """
      {"CostCategories": [{"Name": "Team", "DefaultValue": "Shared", "Rules": [
          {"Value": "A", "Rule": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["222222222222"]}}},
          {"Value": "B", "Rule": {"Dimensions": {"Key": "SERVICE_CODE", "Values": ["AmazonS3"]}}}],
        "SplitChargeRules": [{"Source": "Shared", "Targets": ["A", "B"], "Method": "PROPORTIONAL"}]}]}
      """)
    let found = try CostAllocation.evaluate(file.splits, try lake(file.rules))
    let cents = { (value: String) in
      found.rows.filter { $0[2] == .text(value) }.reduce(Int128(0)) { sum, row in
        if case .decimal(let cents) = row[5] { sum + cents } else { sum }
      }
    }
    #expect(cents("A") == 300 && cents("B") == 1200 && cents("Shared") == 0)
  }

  // MARK: Currency

  private func currency(_ rates: String) -> String {
    "{\"Currency\": {\"Reporting\": \"EUR\", \"Rates\": [\(rates)]}}"
  }

  private let september = "{\"Month\": \"2026-09\", \"From\": \"USD\", \"Rate\": 0.5}"

  @Test func `costs are converted by the rate of their month`() throws {
    let warehouse = try lake(try file(currency(september)).rules)
    let row = try warehouse.query(
      "SELECT max(x_ReportingCurrency), sum(BilledCost * x_ExchangeRate) FROM costs"
    ).rows()[0]
    #expect(row == [.text("EUR"), .double(7.5)])
    let plain = try lake(nil).query(
      "SELECT max(x_ReportingCurrency), sum(BilledCost * x_ExchangeRate) FROM costs"
    ).rows()[0]
    #expect(plain == [.text("USD"), .double(15)])
  }

  @Test func `a month without a rate is an error that names it, and other questions go on`() throws
  {
    let warehouse = try lake(
      try file(currency("{\"Month\": \"2026-10\", \"From\": \"USD\", \"Rate\": 0.5}")).rules)
    let error = try #require(throws: (any Error).self) {
      try warehouse.query("SELECT sum(BilledCost * x_ExchangeRate) FROM costs")
    }
    #expect("\(error)".contains("no rate from USD to EUR in 2026-09"), "\(error)")
    #expect(try warehouse.query("SELECT sum(BilledCost) FROM costs").rows() == [[.double(15)]])
  }

  @Test func `the rate of a month that is over stays, that of an open one follows`() throws {
    let old = try file(
      currency(september + ", {\"Month\": \"2026-10\", \"From\": \"USD\", \"Rate\": 0.6}")
    ).rules
    var new = try file(
      currency(
        "{\"Month\": \"2026-09\", \"From\": \"USD\", \"Rate\": 0.55}, {\"Month\": \"2026-10\", \"From\": \"USD\", \"Rate\": 0.65}"
      ))
    let notes = new.freeze(old, before: "2026-10")
    #expect(new.rules.rates.map(\.rate) == [0.5, 0.65])
    #expect(notes.count == 1 && notes[0].contains("the rate of USD in 2026-09 stays 0.5"))
    // A frozen rate that the file has no more is still in force.
    var later = try file(currency("{\"Month\": \"2026-11\", \"From\": \"USD\", \"Rate\": 0.7}"))
    #expect(later.freeze(new.rules, before: "2026-11").isEmpty)
    #expect(later.rules.rates.map(\.month) == ["2026-11", "2026-09", "2026-10"])
  }

  @Test(arguments: [
    ("{\"Categories\": []}", "unknown setting"),
    ("{\"CostCategories\": [{\"Name\": \"a\", \"Rules\": []}]}", "expected a rule"),
    (
      "{\"CostCategories\": [{\"Name\": \"a\", \"Rules\": [{\"Value\": \"x\", \"Rule\": {\"Dimensions\": {\"Key\": \"SCOPE\", \"Values\": [\"x\"]}}}]}]}",
      "CostCategories[0].Rules[0].Rule: its filter 'SCOPE' is not supported"
    ),
    (
      "{\"Currency\": {\"Reporting\": \"EUR\", \"Rates\": [{\"Month\": \"2026-13\"}]}}",
      "expected a month"
    ),
    (
      "{\"Currency\": {\"Reporting\": \"EUR\", \"Rates\": [{\"Month\": \"2026-10\", \"From\": \"USD\", \"Rate\": 0}]}}",
      "expected a rate above 0"
    ),
  ])
  func `malformed rules are refused with their place`(text: String, message: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try file(text) }
    #expect("\(error)".contains(message), "\(error)")
  }
}
