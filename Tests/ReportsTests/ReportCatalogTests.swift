import Columns
import Files
import Reports
import Testing
import TextFormats

@Suite struct ReportCatalogTests {
  let catalog: ReportCatalog

  init() throws { catalog = try ReportCatalog.standard() }

  @Test func `the known reports are embedded`() {
    let names = catalog.kinds.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      Set(names).isSuperset(of: [
        "autoscaling-groups", "cloudwatch-metrics", "compute-optimizer-auto-scale",
        "compute-optimizer-ebs-volume", "compute-optimizer-ec2", "compute-optimizer-ecs-service",
        "compute-optimizer-idle", "compute-optimizer-lambda", "compute-optimizer-rds-database",
        "config-history", "config-snapshot", "cost-explorer-costs", "cost-explorer-download",
        "cost-explorer-rightsizing", "cost-optimization-hub", "cur", "cur2", "ec2-addresses",
        "ec2-images", "ec2-instance-status", "ec2-instance-types", "ec2-instances",
        "ec2-snapshots", "ec2-volumes", "elb-load-balancers", "elbv2-load-balancers",
        "elbv2-target-groups", "elbv2-target-health", "focus", "rds-instances", "ssm-inventory",
        "ssm-managed-instances", "trusted-advisor-checks", "trusted-advisor-results",
      ]))
  }

  @Test func `legacy reports have four timestamps, rates as text and costs as doubles`() throws {
    let schema = try #require(catalog.kind(named: "cur")?.table).schema
    #expect(schema.fields.count { $0.type == .timestamp } == 4)
    #expect(schema.field(named: "line_item_unblended_rate")?.type == .varchar)
    #expect(schema.field(named: "line_item_unblended_cost")?.type == .double)
    #expect(schema.field(named: "savings_plan_savings_plan_rate")?.type == .double)
    #expect(schema.field(named: "BILLING_PERIOD")?.type == .varchar)
  }

  @Test func `inventory has a table per type`() throws {
    let kind = try #require(catalog.kind(named: "ssm-inventory"))
    let names = Set(kind.tables.map(\.name))
    #expect(names.isSuperset(of: ["aws_application", "aws_instanceinformation", "aws_tag"]))
    #expect(catalog.declaredTable(named: "aws_application")?.position(of: "PackageId") != nil)
  }

  @Test func `each table is declared alike before and after all kinds are read`() throws {
    let tables = catalog.kinds.flatMap(\.tables)
    for table in tables {
      let fresh = try ReportCatalog.standard()
      let declared = fresh.declaredTable(named: table.name.uppercased())
      #expect(declared != nil && declared == catalog.declaredTable(named: table.name))
    }
    #expect(try ReportCatalog.standard().declaredTable(named: "no_such_table") == nil)
    let own =
      #"{"kind": "own", "title": "t", "table": "cur", "columns": [{"name": "a", "type": "date"}]}"#
    let added = try ReportCatalog.standard(adding: [("own.json", own)])
    #expect(added.declaredTable(named: "cur")?.names == ["a"])
    #expect(added.kinds.count == catalog.kinds.count + 1)
  }

  @Test func `headers tell the cost reports apart`() throws {
    func kind(_ header: [String]) -> String? {
      (try? catalog.recognise(ReportProbe(path: "x.csv", header: header)).get())?.name
    }
    let legacy = ["identity/LineItemId", "bill/PayerAccountId", "lineItem/UnblendedCost"]
    #expect(kind(legacy) == "cur")
    let snake = ["identity_line_item_id", "bill_payer_account_id", "line_item_unblended_cost"]
    #expect(kind(snake) == "cur")
    #expect(kind(snake + ["resource_tags"]) == "cur2")
    #expect(kind(snake + ["bill_payer_account_name"]) == "cur2")
    #expect(kind(["BilledCost", "ServiceName", "ChargeCategory", "BillingAccountId"]) == "focus")
    #expect(kind(["name", "age"]) == nil)
  }

  @Test func `what is no report is said with what was found`() {
    let result = catalog.recognise(ReportProbe(path: "people.csv", header: ["name", "age"]))
    guard case .failure(let why) = result else {
      Issue.record("recognised as a report")
      return
    }
    #expect(why.reason.contains("'name', 'age'"))
  }

  @Test func `members and paths tell the other reports`() throws {
    func kind(_ probe: ReportProbe) throws -> String { try catalog.recognise(probe).get().name }
    #expect(try kind(ReportProbe(path: "a", members: ["Reservations"])) == "ec2-instances")
    #expect(
      try kind(ReportProbe(path: "a", members: ["Label", "Datapoints"])) == "cloudwatch-metrics")
    let path =
      "s/AWS:Tag/accountid=1/region=r/resourcetype=ManagedInstanceInventory/i-1.json"
    #expect(try kind(ReportProbe(path: path)) == "ssm-inventory")
    #expect(throws: Unrecognised.self) {
      try catalog.recognise(ReportProbe(path: "s/AWS:Tag/accountid=1/test.json")).get()
    }
  }

  @Test func `a user's schema replaces the embedded one of its kind`() throws {
    let text = """
      // a comment is allowed
      {"kind": "focus", "title": "Ours", "table": "focus", "columns": [{"name": "a", "type": "double"}]}
      """
    let own = try ReportCatalog.standard(adding: [("focus.json", text)])
    #expect(own.kind(named: "focus")?.title == "Ours")
    #expect(own.kinds.count == catalog.kinds.count)
  }

  @Test(arguments: [
    (#"{"title": "t", "table": "x"}"#, "'kind'"),
    (#"{"kind": "k", "title": "t"}"#, "'table'"),
    (#"{"kind": "k", "title": "t", "table": "x", "partitions": ["p"]}"#, "'p'"),
    (
      #"{"kind": "k", "title": "t", "table": "x", "columns": [{"name": "a", "type": "money"}]}"#,
      "'money'"
    ),
    (#"{"kind": "k", "#, "bad.json"),
  ])
  func `a damaged schema is refused by name`(text: String, part: String) {
    let error = #expect(throws: FormatError.self) {
      try ReportCatalog.standard(adding: [("bad.json", text)])
    }
    #expect(error?.description.contains(part) == true)
    #expect(error?.file == "bad.json")
  }

  @Test func `types are read as Athena writes them`() {
    #expect(DataType(parsing: "map(varchar, double)") == .map(key: .varchar, value: .double))
    #expect(
      DataType(parsing: "array(row(a varchar, b bigint))")
        == .array(
          .row([RowField(name: "a", type: .varchar), RowField(name: "b", type: .bigint)])))
    #expect(DataType(parsing: "map(varchar)") == nil)
    #expect(DataType(parsing: "double)") == nil)
  }
}
