import Columns
import Files
import Glibc
import Ingestion
import Parquet
import Testing
import Warehouse

/// Documents with something in them that is none of what belongs there: refused with its place, never read
/// as if it were not there.
@Suite struct StrictDocumentTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private func refused(_ name: String, _ text: String, _ words: String...) throws {
    try lab.write("in/\(name)", text)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed], "\(summary)")
    let note = summary.deliveries.first?.notes.first ?? ""
    for word in words { #expect(note.contains(word), "\(note)") }
    #expect(summary.hasFailures)
  }

  @Test(
    arguments: [
      (#""Tags":[{"Key":"k","Value":"1"},{"Key":"k","Value":"2"}]"#, "each key once"),
      (#""Tags":[{"Value":"1"}]"#, "'Tags[0]' to be a tag with its 'Key'"),
      (#""Tags":["x"]"#, "'Tags[0]'"), (#""Size":{}"#, "'Size' to be a whole number"),
      (#""Attachments":[{"AttachTime":"yesterday"}]"#, "'Attachments[0].attachtime' to be a time"),
      (#""Attachments":"none""#, "'Attachments'"), (#""Encrypted":"perhaps""#, "true or false"),
    ])
  func `a value within a listing that is none is not passed over`(
    member: String, words: String
  ) throws {
    try refused("v.json", #"{"Volumes":[{"VolumeId":"vol-1",\#(member)}]}"#, words, "v.json")
  }

  @Test func `a tag that is there twice with one value is no doubt`() throws {
    let tag = #"{"Key":"k","Value":"1"}"#
    try lab.write("in/v.json", #"{"Volumes":[{"VolumeId":"vol-1","Tags":[\#(tag),\#(tag)]}]}"#)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
    #expect(try lab.number("SELECT cardinality(tags) FROM ec2_volumes") == 1)
  }

  @Test func `a member in two cases has one value`() throws {
    let volume = { (device: String) in
      #"{"Volumes":[{"VolumeId":"vol-1","Attachments":[{"Device":"a","DEVICE":"\#(device)"}]}]}"#
    }
    try refused("v.json", volume("b"), "'Device' and 'DEVICE' with two")
    try lab.write("in/v.json", volume("a"))
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.loaded])
  }

  @Test func `what holds rows is an object`() throws {
    try refused("e.json", #"{"Reservations":["x"]}"#, "expected an object with 'Instances'")
  }

  @Test(
    arguments: [
      #""dimensions":{"InstanceId":5}"#, #""dimensions":["i-1"]"#, #""account_id":5"#,
      #""unit":{}"#, #""value":{}"#,
    ])
  func `a point of a metric stream tells what it is of in text`(member: String) throws {
    let rest = #""metric_name":"m","timestamp":1777766400000,"value":{"sum":1,"count":1}"#
    try refused("m.json", #"{"metric_stream_name":"s",\#(rest),\#(member)}"#)
  }

  @Test func `statistics that are no average are kept under their names`() throws {
    try lab.write(
      "in/m.json",
      #"{"metric_stream_name":"s","metric_name":"m","timestamp":1777766400000,"#
        + #""value":{"sum":1,"count":1,"IQM":7},"dimensions":{"InstanceId":"i-1"}}"#)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.loaded])
    #expect(try lab.number("SELECT average FROM cloudwatch_metrics") == 1)
    #expect(try lab.number("SELECT percentiles['IQM'] FROM cloudwatch_metrics") == 7)
  }

  @Test(arguments: [#"{"Name":"a","resourceId":5}"#, #"{"":"a"}"#, #"{"a\u0001":"a"}"#])
  func `an entry of inventory names its node and its attributes`(entry: String) throws {
    let place = "accountid=111122223333/region=eu-west-1/resourcetype=ManagedInstanceInventory"
    try refused("AWS:Application/\(place)/i-1.json", entry, "line 1")
  }

  // MARK: Manifests

  private let id = "0b0b0b0b-1111-2222-3333-444444444444"

  private func manifest(_ change: (String) -> String) throws {
    let text = SmallReport.manifest(id: id, keys: ["a.csv"])
    try lab.write("in/daily-Manifest.json", change(text))
  }

  @Test(arguments: ["٢٠٢٦٠٥٠١T000000.000Z", "2026", "20261301T000000.000Z", "May"])
  func `a billing period that cannot be read is not guessed from the rows`(start: String) throws {
    try lab.write("in/a.csv", SmallReport.header + SmallReport.row("r", "1"))
    try manifest { $0.replacing("20260501T000000.000Z", with: start) }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed], "\(summary)")
    #expect(summary.deliveries.first?.notes.first?.contains("'billingPeriod.start'") == true)
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a billing period may be written with dashes`() throws {
    try lab.write("in/a.csv", SmallReport.header + SmallReport.row("r", "1"))
    try manifest { $0.replacing("20260501T000000.000Z", with: "2026-05-01T00:00:00Z") }
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.period) == ["2026-05"])
  }

  @Test func `a manifest that names nothing beside data is refused, alone it is passed over`()
    throws
  {
    try manifest { $0.replacing(#""a.csv""#, with: "") }
    let alone = try lab.ingest(lab.folder + "/in")
    #expect(alone.deliveries.isEmpty && alone.ignored.count == 1)
    try lab.write("in/a.csv", SmallReport.header + SmallReport.row("r", "1"))
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("names no files, but") == true)
  }

  @Test func `a document under a manifest's name that is none holds its bill back`() throws {
    try lab.write("in/a.csv", SmallReport.header + SmallReport.row("r", "1"))
    try manifest { #"{"result":[\#($0)]}"# }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a part with only a header is no fault, an empty one is`() throws {
    try lab.write("in/a.csv", SmallReport.header)
    try manifest { $0 }
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [0])
    try lab.write("in/a.csv", "")
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.failed])
  }

  // MARK: Other files

  @Test func `a pipe under a report's name fails, another is passed over, and neither blocks`()
    throws
  {
    try lab.write("in/good.csv", SmallReport.header + SmallReport.row("r", "1"))
    for name in ["in/bill-1.csv.gz", "in/queue"] {
      let made = unsafe mkfifo(Path.join(lab.folder, name), 0o600)
      #expect(made == 0)
    }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(Set(summary.deliveries.map(\.status)) == [.failed, .loaded])
    let failed = summary.deliveries.first { $0.status == .failed }
    #expect(failed?.notes.first?.contains("bill-1.csv.gz") == true)
    #expect(summary.ignored.map { Path.name($0.path) } == ["queue"])
  }

  @Test(arguments: ["a.prom", "a.om.gz", "a.json", "a.gz"])
  func `an empty file under a report's name fails`(name: String) throws {
    try refused(name, "", "empty")
  }

  @Test func `a number that is none in Parquet is told with its row`() throws {
    let names = [
      "identity_line_item_id", "bill_payer_account_id", "bill_billing_period_start_date",
      "line_item_line_item_type", "line_item_usage_start_date", "line_item_unblended_cost",
    ]
    let schema = Schema(names.dropLast().map { Field($0, .varchar) } + [Field(names[5], .double)])
    let path = Path.join(lab.folder, "in/a.parquet")
    try Directory.create(Path.split(path).directory)
    let writer = try ParquetWriter(output: OutputFile(path), schema: schema)
    let texts = ["id", "111122223333", "2026-05-01T00:00:00Z", "Usage", "2026-05-01T00:00:00Z"]
    try writer.write(
      Batch(
        texts.map { Column(.varchar, constant: .text($0), count: 3) }
          + [Column(.double, values: [.double(1), .double(2), .double(.nan)])], count: 3))
    _ = try writer.finish()
    let summary = try lab.ingest(path)
    #expect(summary.deliveries.map(\.status) == [.failed])
    let note = summary.deliveries.first?.notes.first ?? ""
    #expect(note.contains("row 3, column 'line_item_unblended_cost'"), "\(note)")
  }
}
