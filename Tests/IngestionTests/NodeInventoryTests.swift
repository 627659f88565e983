import Columns
import Ingestion
import Testing
import Warehouse

/// Inventory of Systems Manager, from a resource data sync and from the command line.
@Suite struct NodeInventoryTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  @discardableResult
  private func node(
    _ type: String, _ id: String, _ lines: String, account: String = "123456789012"
  ) throws -> String {
    try lab.write(
      "ssm/\(type)/accountid=\(account)/region=eu-west-1/"
        + "resourcetype=ManagedInstanceInventory/\(id).json", lines)
  }

  private func ingest(_ path: String) throws -> IngestSummary {
    try lab.ingest(path) { options in options.snapshotDay = 20_000 }
  }

  private static let types = [
    "InstanceInformation", "Application", "File", "Process", "AWSComponent", "WindowsUpdate",
    "Network", "PatchSummary", "PatchCompliance", "ComplianceItem", "ComplianceSummary",
    "InstanceDetailedInformation", "Service", "WindowsRegistry", "WindowsRole", "Tag",
    "ResourceGroup", "BillingInfo",
  ]

  // SSM user guide, metadata collected by inventory: eighteen types, all values text.
  @Test func `all eighteen types have tables of text`() throws {
    for type in Self.types {
      try node(
        "AWS:\(type)", "i-1",
        #"{"resourceId":"i-1","captureTime":"2026-05-01T00:00:00Z","schemaVersion":"1.0"}"#)
    }
    let summary = try ingest(lab.folder + "/ssm")
    #expect(summary.deliveries.count == 18)
    #expect(summary.deliveries.allSatisfy { $0.status == .loaded && $0.rows == 1 })
    for type in Self.types {
      let table = "aws_" + type.lowercased()
      let schema = try #require(try lab.warehouse.tables().first { $0.name == table }).schema
      #expect(schema.fields.allSatisfy { $0.type == .varchar || $0.name == "snapshot_date" })
      #expect(schema.field(named: "resourcetype") != nil)
    }
  }

  // SSM user guide, querying inventory data: numbers are strings, names are of any case.
  @Test func `numbers stay text and names have any case`() throws {
    try node(
      "AWS:PatchSummary", "mi-1",
      #"{"MissingCount":"3","failedcount":"0","INSTALLEDCOUNT":12,"resourceId":"mi-1"}"#)
    _ = try ingest(lab.folder + "/ssm")
    #expect(
      try lab.rows("SELECT missingcount, FailedCount, installedcount FROM aws_patchsummary")
        == [[.text("3"), .text("0"), .text("12")]])
  }

  // AWS patch reporting sample: a column resourcetype makes Athena's queries fail, the key stays.
  @Test func `the folder's resourcetype stays beside the body's own`() throws {
    try node(
      "AWS:InstanceInformation", "i-1",
      #"{"InstanceId":"i-1","ResourceType":"EC2Instance","InstanceStatus":"Terminated"}"#)
    _ = try ingest(lab.folder + "/ssm")
    #expect(
      try lab.rows(
        """
        SELECT resourcetype, instance_resourcetype, instancestatus FROM aws_instanceinformation
        WHERE resourcetype = 'ManagedInstanceInventory'
        """) == [[.text("ManagedInstanceInventory"), .text("EC2Instance"), .text("Terminated")]])
  }

  // SSM user guide, custom inventory; Glue names tables after folders.
  @Test func `custom types become tables with the columns that are found`() throws {
    try node("Custom:RackInfo", "i-1", #"{"RackLocation":"Bay B","resourceId":"i-1"}"#)
    try node("Custom%3ARackInfo", "i-2", #"{"Height":4,"resourceId":"i-2"}"#)
    #expect(try ingest(lab.folder + "/ssm").deliveries.map(\.table) == ["custom_rackinfo"])
    #expect(
      try lab.rows(
        "SELECT racklocation, height, accountid FROM custom_rackinfo ORDER BY resourceid")
        == [
          [.text("Bay B"), .null, .text("123456789012")],
          [.null, .text("4"), .text("123456789012")],
        ])
  }

  @Test(arguments: [false, true])
  func `a node's file replaces that node of the day and no other`(_ isReversed: Bool) throws {
    let one = try node("AWS:Application", "i-1", #"{"Name":"a"}"# + "\n" + #"{"Name":"b"}"#)
    let two = try node("AWS:Application", "i-2", #"{"Name":"c"}"#)
    for path in isReversed ? [two, one] : [one, two] { _ = try ingest(path) }
    #expect(try lab.number("SELECT count(*) FROM aws_application") == 3)
    try node("AWS:Application", "i-1", #"{"Name":"z","Extra":"1"}"#)
    _ = try ingest(one)
    #expect(
      try lab.rows("SELECT resourceid, name, extra FROM aws_application ORDER BY 1")
        == [
          [.text("i-1"), .text("z"), .text("1")], [.text("i-2"), .text("c"), .null],
        ])
    try node("AWS:Application", "i-1", "\n")
    _ = try ingest(one)
    #expect(try lab.rows("SELECT resourceid FROM aws_application") == [[.text("i-2")]])
  }

  // AWS patch reporting sample: the bucket holds test.json, which crawlers have to leave out.
  @Test func `a file named after another node is of the node that it tells, and says so`() throws {
    let line = #"{"resourceId":"i-2","captureTime":"2026-05-01T00:00:00Z","Name":"a"}"#
    try node("AWS:Application", "i-1", line)
    try node("AWS:Application", "mi-3", line.replacing("i-2", with: "mi-3"))
    try node("AWS:Application", "part-0001", line.replacing("i-2", with: "i-4"))
    let delivery = try #require(try ingest(lab.folder + "/ssm").deliveries.first)
    #expect(delivery.rows == 3)
    #expect(
      delivery.notes == ["the file of 'i-1' says that it is about 'i-2', as which it is loaded"])
    #expect(
      try lab.rows("SELECT resourceid FROM aws_application ORDER BY 1")
        == [[.text("i-2")], [.text("i-4")], [.text("mi-3")]])
  }

  @Test func `the file that tests the bucket is passed over`() throws {
    try node("AWS:Tag", "i-1", #"{"Key":"team","Value":"x"}"#)
    try lab.write("ssm/AWS:InstanceInformation/accountid=123456789012/test.json", "{}")
    let summary = try ingest(lab.folder + "/ssm")
    #expect(summary.deliveries.map(\.table) == ["aws_tag"])
    #expect(summary.ignored.count == 1)
  }

  // AWS CLI reference, ssm list-inventory-entries and get-inventory.
  @Test func `answers of the command line go into the same tables`() throws {
    try lab.write(
      "cli/123456789012/eu-west-1/entries.json",
      """
      {"TypeName":"AWS:Application","InstanceId":"i-1","SchemaVersion":"1.1",
       "CaptureTime":"2019-02-15T12:17:55Z","Entries":[{"Name":"agent","Publisher":""},{"Name":"vim"}]}
      """)
    try lab.write(
      "cli/123456789012/eu-west-1/inventory.json",
      """
      {"Entities":[{"Id":"i-2","Data":{
        "AWS:InstanceInformation":{"TypeName":"AWS:InstanceInformation","SchemaVersion":"1.0",
          "CaptureTime":"2017-02-20T18:03:58Z",
          "Content":[{"InstanceId":"i-2","ResourceType":"EC2Instance"}]},
        "AWS:Application":{"TypeName":"AWS:Application","Content":[]}}}],"NextToken":"x"}
      """)
    let summary = try ingest(lab.folder + "/cli")
    #expect(summary.deliveries.map(\.table) == ["aws_application", "aws_instanceinformation"])
    #expect(
      try lab.rows(
        """
        SELECT name, publisher, resourceid, capturetime, schemaversion, accountid, region,
          resourcetype FROM aws_application ORDER BY name
        """) == [
          [
            "agent", "", "i-1", "2019-02-15T12:17:55Z", "1.1", "123456789012", "eu-west-1",
            "ManagedInstanceInventory",
          ].map { .text($0) },
          [.text("vim"), .null]
            + [
              "i-1", "2019-02-15T12:17:55Z", "1.1", "123456789012", "eu-west-1",
              "ManagedInstanceInventory",
            ].map { .text($0) },
        ])
    #expect(
      try lab.rows("SELECT instance_resourcetype FROM aws_instanceinformation")
        == [[.text("EC2Instance")]])
  }

  @Test(arguments: [
    (#"{"Name":"a"}"# + "\n" + #"{"Name":"#, "line 2"),
    (#"["a"]"#, "line 1: expected an object, found a string"),
    (#"{"Name":"a","name":"b"}"#, "has 'Name' and 'name', which are one column"),
  ])
  func `damaged files are refused with their place`(_ text: String, _ message: String) throws {
    try node("AWS:Application", "i-1", text)
    try node("AWS:Tag", "i-1", #"{"Key":"k"}"#)
    let summary = try ingest(lab.folder + "/ssm")
    #expect(summary.deliveries.map(\.status) == [.failed, .loaded])
    #expect(summary.deliveries[0].notes.first?.contains(message) == true, "\(summary)")
    #expect(try !lab.warehouse.hasTable("aws_application"))
  }

  @Test func `an answer without its node is refused`() throws {
    let path = try lab.write("e.json", #"{"TypeName":"AWS:Application","Entries":[{"Name":"a"}]}"#)
    let summary = try ingest(path)
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries[0].notes.first?.contains("'InstanceId'") == true)
  }
}
