import Columns
import Compression
import Files
import Glibc
import Ingestion
import Testing
import Warehouse

/// Deliveries that are damaged, misleading or made to do harm: refused with a reason, the lake as it was.
@Suite struct HostileDeliveryTests {
  let lab: Lab

  init() throws { lab = try Lab() }

  private let old = "0a0a0a0a-1111-2222-3333-444444444444"
  private let new = "0b0b0b0b-1111-2222-3333-444444444444"

  private func bill(_ name: String, _ cost: String) throws {
    try lab.write(name, SmallReport.header + SmallReport.row("r", cost))
  }

  private func manifest(_ keys: [String], id: String? = nil, in folder: String = "in") throws {
    try lab.write(
      "\(folder)/daily-Manifest.json", SmallReport.manifest(id: id ?? old, keys: keys))
  }

  @Test(arguments: ["../outside.csv", "x/../../outside.csv", "./../outside.csv", "..", "/"])
  func `a manifest names no file outside of its report`(key: String) throws {
    try bill("outside.csv", "1")
    try manifest([key])
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("'\(key)'") == true)
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a manifest with more or longer keys than a bucket has is refused`() throws {
    try bill("in/a.csv", "1")
    for keys in [(0...10_000).map { "k/\($0).csv" }, [String(repeating: "k/", count: 600)]] {
      try manifest(keys)
      let summary = try lab.ingest(lab.folder + "/in")
      #expect(summary.deliveries.map(\.status) == [.failed])
      #expect(try !lab.warehouse.hasTable("cur"))
    }
  }

  @Test func `a manifest that names itself fails with its name`() throws {
    try manifest(["daily-Manifest.json"])
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("is a manifest") == true)
  }

  @Test func `a part that is no report fails the delivery that names it`() throws {
    try bill("in/a.csv", "1")
    try lab.write("in/b.csv", "name,age\nann,3\n")
    try manifest(["a.csv", "b.csv"])
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("b.csv") == true)
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `a key named twice counts once, and two keys for one file are refused`() throws {
    try bill("in/a.csv", "1")
    try manifest(["p/a.csv", "a.csv"])
    let refused = try #require(try lab.ingest(lab.folder + "/in").deliveries.first)
    #expect(refused.status == .failed)
    #expect(refused.notes.first?.contains("both are") == true)
    try manifest(["a.csv", "a.csv"])
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
  }

  @Test func `parts of a bill whose manifest is damaged are not loaded on their own`() throws {
    try bill("in/\(old)/a.csv", "1")
    try lab.write("in/daily-Manifest.json", #"{"assemblyId":"x","reportKeys":["a.csv""#)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.ignored.first?.reason.contains("daily-Manifest.json") == true)
    #expect(try !lab.warehouse.hasTable("cur"))
  }

  @Test func `an older version given after a newer one does not take its place`() throws {
    try bill("may/\(old)/daily-1.csv", "1")
    try bill("may/\(new)/daily-1.csv", "2")
    for id in [old, new] {
      try manifest(["may/\(id)/daily-1.csv"], id: id, in: "may/\(id)")
    }
    try manifest(["may/\(new)/daily-1.csv"], id: new, in: "may")
    #expect(try lab.ingest(lab.folder + "/may").deliveries.map(\.total) == [2])
    let again = try lab.ingest(lab.folder + "/may/\(old)")
    #expect(again.deliveries.map(\.status) == [.unchanged], "\(again)")
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 2)
  }

  @Test func `links that lead back into their own folders are followed once`() throws {
    try bill("in/a/daily-1.csv", "1")
    for (target, name) in [(".", "in/a/l"), ("..", "in/a/m"), ("../..", "in/a/n")] {
      let path = Path.join(lab.folder, name)
      let made = unsafe symlink(target, path)
      #expect(made == 0)
    }
    #expect(try Directory.files(below: lab.folder + "/in") == [lab.folder + "/in/a/daily-1.csv"])
    #expect(try Directory.glob(lab.folder + "/in/**/*.csv").count == 1)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
  }

  @Test(arguments: ["a.csv", "a.csv.gz", "a.json"])
  func `an error page under a report's name fails`(name: String) throws {
    try lab.write("in/\(name)", "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>")
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("XML or HTML page") == true)
  }

  // What a shell script saves when a service refuses: the answer instead of the file.
  @Test(arguments: ["a.csv.zip", "a.json.zip", "a.csv.gz"])
  func `the error of a service in an archive under a report's name fails`(name: String) throws {
    let answer = Array(#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.utf8)
    try lab.write(
      "in/\(name)",
      name.hasSuffix(".gz") ? Gzip.compress(answer) : StoredZip.file("a.csv", answer))
    try bill("in/good/daily-1.csv", "1")
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(Set(summary.deliveries.map(\.status)) == [.failed, .loaded], "\(summary)")
    let note = summary.deliveries.first { $0.status == .failed }?.notes.first ?? ""
    #expect(note.contains(name) && note.contains("fetch the file again"), "\(note)")
    #expect(try lab.number("SELECT count(*) FROM cur") == 1)
  }

  @Test(arguments: [
    ("{}", "an empty JSON object or list"), ("[]", "an empty JSON object or list"),
    (#"[["vol-1",10],["vol-2",20]]"#, "or one of values without names"),
    (
      #"{"message":"started","level":"info"}"#, "JSON with 'message', 'level' is of no known report"
    ),
    (#"{"code":7,"rows":[]}"#, "JSON with 'code', 'rows'"),
  ])
  func `JSON about other things is passed over by what it is`(text: String, words: String) throws {
    try lab.write("in/a.json", text)
    try bill("in/good/daily-1.csv", "1")
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.loaded], "\(summary)")
    #expect(summary.ignored.first?.reason.contains(words) == true, "\(summary)")
  }

  @Test(arguments: [
    #"{"message":"Forbidden"}"#, #"{"Message":"no","Code":"AccessDenied","RequestId":"1"}"#,
    #"{"error":{"code":403}}"#,
  ])
  func `the error of a service in place of JSON fails`(text: String) throws {
    try lab.write("in/a.json", text)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("the error of a service") == true)
  }

  @Test(arguments: ["null", "42", "\"done\"", "true", "null\nnull\n"])
  func `a JSON file that is only a value fails`(text: String) throws {
    try lab.write("in/a.json", text)
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(
      summary.deliveries.first?.notes.first?.contains("expected a JSON object or a list") == true)
  }

  private static let packings: [(bytes: [UInt8], words: String)] = [
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "packed with xz"),
    ([UInt8]("BZh91AY&SY".utf8), "packed with bzip2"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0], "packed with 7-Zip"),
    ([0x28, 0xB5, 0x2F, 0xFD, 4], "packed with Zstandard"),
    ([UInt8]("PARE....PARE".utf8), "encrypted Parquet"),
    (tar, "tar archive"),
    ([UInt8](repeating: 0, count: 5000), "filled with zero bytes"),
  ]

  private static var tar: [UInt8] {
    [UInt8]("bad.csv".utf8) + [UInt8](repeating: 0, count: 250) + [UInt8]("ustar  ".utf8)
  }

  @Test(arguments: packings)
  func `packings that reports do not come in are told by name`(
    bytes: [UInt8], words: String
  ) throws {
    for name in ["in/a.csv", "in/a.snappy.parquet", "in/b.csv.gz"] {
      try lab.write(name, name.hasSuffix(".gz") ? Gzip.compress(bytes) : bytes)
    }
    let summary = try lab.ingest(lab.folder + "/in")
    #expect(summary.deliveries.map(\.status) == [.failed, .failed, .failed])
    for delivery in summary.deliveries {
      #expect(delivery.notes.first?.contains(words) == true, "\(delivery.notes)")
    }
  }

  @Test(
    arguments: [
      #"{"Reservations":{"Instances":5}}"#, #"{"Reservations":[{"Instances":"none"}]}"#,
      #"{"Reservations":[]}"# + "\n" + #"{"message":"Rate exceeded"}"#,
    ])
  func `a listing that is no list fails and does not empty the day`(text: String) throws {
    try lab.write(
      "in/e.json", #"{"Reservations":[{"OwnerId":"1","Instances":[{"InstanceId":"i-1"}]}]}"#)
    let day = { (options: inout Ingest.Options) in options.snapshotDay = 20_000 }
    #expect(try lab.ingest(lab.folder + "/in", change: day).deliveries.map(\.rows) == [1])
    try lab.write("in/e.json", text)
    #expect(try lab.ingest(lab.folder + "/in", change: day).deliveries.map(\.status) == [.failed])
    #expect(try lab.number("SELECT count(*) FROM ec2_instances") == 1)
  }

  @Test func `a header without end is refused after its limit`() throws {
    try lab.write(
      "a.csv.gz", Gzip.compress([UInt8](repeating: UInt8(ascii: "a"), count: 20 << 20)))
    let summary = try lab.ingest(lab.folder + "/a.csv.gz")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries.first?.notes.first?.contains("longer than the") == true)
  }

  @Test func `a log without entries, left by a run that was killed, is no table yet`() throws {
    try bill("in/daily-1.csv", "1")
    try Directory.create(lab.folder + "/lake/cur/_delta_log")
    try Directory.create(lab.folder + "/lake/deliveries/_delta_log")
    #expect(try !lab.warehouse.hasTable("cur"))
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.rows) == [1])
    #expect(try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") == 1)
    #expect(try lab.number("SELECT count(*) FROM deliveries") == 1)
  }

  @Test func `a bill whose run ended before the log of deliveries is known all the same`() throws {
    try bill("in/daily-1.csv", "1")
    try bill("second/hourly-1.csv", "1")
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.loaded])
    try Directory.removeTree(lab.folder + "/lake/deliveries")
    let second = try #require(try lab.ingest(lab.folder + "/second").deliveries.first)
    #expect(second.status == .failed)
    #expect(second.notes.first?.contains("would count that bill twice") == true)
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.unchanged])
    let logged = try lab.rows(
      "SELECT source, rows, total, currency FROM deliveries WHERE status = 'loaded'")
    #expect(logged == [[.text("111122223333/daily"), .int64(1), .double(1), .text("USD")]])
    #expect(try lab.ingest(lab.folder + "/in").deliveries.map(\.status) == [.unchanged])
    #expect(try lab.number("SELECT count(*) FROM deliveries WHERE status = 'loaded'") == 1)
  }

  @Test func `two writers that make a table at the same time both succeed`() throws {
    let schema = Schema([Field("n", .bigint)])
    func writer() throws -> TableWriter {
      try lab.warehouse.writer(
        WriteRequest(table: "t", schema: schema, mode: .append, operation: "TEST"))
    }
    let writers = [try writer(), try writer(), try writer()]
    for writer in writers {
      try writer.append(Batch([Column(.bigint, values: [.int64(1)])], count: 1))
      try writer.commit()
    }
    #expect(try lab.number("SELECT sum(n) FROM t") == 3)
  }
}
