import Columns
import Delta
import Files
import Testing
import TestSupport

@Suite struct LogReplayTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let schemaText =
    #"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]}"#
  private static let head = """
    {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
    {"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"schemaString":"\(schemaText)",\
    "partitionColumns":[],"configuration":{},"createdTime":1}}
    """

  private func commit(_ version: Int, _ text: String) throws {
    try scratch.file("_delta_log/\(LogDirectory.commitName(Int64(version)))", text)
  }

  private func add(_ path: String) -> String {
    #"{"add":{"path":"\#(path)","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}"#
  }

  @Test func `reads what other programs write`() throws {
    try commit(
      0,
      """
      {"commitInfo":{"timestamp":5,"operation":"WRITE","operationParameters":{"mode":"Append","n":[1]}}}
      \(Self.head)

      {"cdc":{"path":"x"}}
      \(add("a%20b.parquet"))
      """)
    try commit(1, add("c.parquet") + "\r\n" + add("d.parquet") + "\n")
    try commit(2, #"{"remove":{"path":"c.parquet","dataChange":true}}"#)
    let table = DeltaTable(scratch.path)
    let snapshot = try table.snapshot()
    #expect(snapshot.version == 2)
    #expect(snapshot.files.map(\.path) == ["a%20b.parquet", "d.parquet"])
    #expect(snapshot.schema == Schema([Field("a", .bigint)]))
    #expect(try table.history().last?.info?.operationParameters["n"] == "[1]")
    let later = try table.snapshot(base: try table.snapshot(version: 1))
    #expect(later.files == snapshot.files)
  }

  @Test(arguments: [
    ("{\"add\":", "line 1"), ("[]", "line 1"), ("\n{\"add\":5}", "line 2"),
    ("{\"add\":{\"path\":\"x\"}}", "line 1"),
    ("{\"add\":{\"path\":\"\",\"partitionValues\":{},\"size\":1}}", "line 1"),
    (
      "{\"add\":{\"path\":\"x\",\"size\":1,\"deletionVector\":{\"storageType\":\"u\"}}}",
      "line 1"
    ),
    ("{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7}}", "line 1"),
    (
      "{\"add\":{\"path\":\"x\",\"partitionValues\":[],\"size\":1,\"modificationTime\":1}}",
      "line 1"
    ),
    (
      "{\"add\":{\"path\":\"x\",\"partitionValues\":{},\"size\":\"big\",\"modificationTime\":1}}",
      "line 1"
    ),
    ("{\"remove\":{\"path\":5}}", "line 1"),
    ("{\"metaData\":{\"id\":\"x\",\"schemaString\":\"{\"}}", "line 1"),
    ("{\"txn\":{\"appId\":\"x\"}}", "line 1"), ("", nil), ("\u{0}", "line 1"),
  ])
  func `a damaged entry is named with file and line`(text: String, place: String?) throws {
    try commit(0, Self.head)
    try commit(1, text)
    let error = #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
    let where_ = "\(error?.file ?? "") \(error?.place ?? "")"
    #expect(where_.contains("00000000000000000001.json"))
    if let place { #expect(where_.contains(place)) }
    #expect(try DeltaTable(scratch.path).snapshot(version: 0).version == 0)
  }

  @Test func `a version that is missing is named`() throws {
    try commit(0, Self.head)
    try commit(2, add("x.parquet"))
    let error = #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
    #expect(error?.description.contains("version 1") == true)
  }

  @Test func `a log without protocol or schema is no table`() throws {
    try commit(0, add("x.parquet"))
    #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
    #expect(throws: FormatError.self) { try DeltaTable(scratch.path + "/none").snapshot() }
  }

  @Test(arguments: [
    (
      #"{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["liquid"],"writerFeatures":["liquid"]}"#,
      "not supported: the table needs a reader that knows 'liquid'"
    ),
    (
      #"{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["catalogManaged"],"writerFeatures":[]}"#,
      "'catalogManaged'"
    ),
    (#"{"minReaderVersion":99,"minWriterVersion":9}"#, "'reader version 99'"),
    (#"{"minReaderVersion":0,"minWriterVersion":2}"#, "expected versions from 1 on"),
    (
      #"{"minReaderVersion":3,"minWriterVersion":5,"readerFeatures":[]}"#,
      "reader version 3 needs writer version 7"
    ),
    (
      #"{"minReaderVersion":2,"minWriterVersion":7,"readerFeatures":["deletionVectors"]}"#,
      "only reader version 3 has 'readerFeatures'"
    ),
  ])
  func `a table that needs more than we can do is refused by name`(
    versions: String, message: String
  ) throws {
    try commit(0, Self.head)
    // What else is wrong is not told before.
    try commit(1, "{\"protocol\":\(versions)}\n{\"add\":5}")
    let error = #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
    #expect(error?.description.contains(message) == true)
  }

  @Test(arguments: [
    #"{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["rowTracking","clustering","x"]}"#,
    #"{"minReaderVersion":2,"minWriterVersion":5}"#,
    #"{"minReaderVersion":1,"minWriterVersion":6}"#,
    #"{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":[],"writerFeatures":[]}"#,
    #"{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["timestampNtz","v2Checkpoint","deletionVectors","columnMapping","vacuumProtocolCheck","typeWidening","variantType"],"writerFeatures":["domainMetadata","inCommitTimestamp","icebergCompatV2"]}"#,
  ])
  func `features that change nothing for readers, or that are known, are no hindrance`(
    versions: String
  ) throws {
    try commit(0, Self.head)
    try commit(1, "{\"protocol\":\(versions)}")
    #expect(try DeltaTable(scratch.path).snapshot().version == 1)
  }

  @Test func `a schema with types that are not known is read as far as it goes`() throws {
    try commit(0, Self.head)
    try commit(
      1,
      #"{"metaData":{"id":"i","schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"v\",\"type\":\"variant\"}]}","partitionColumns":[]}}"#
    )
    let schema = try DeltaTable(scratch.path).snapshot().metadata.schema
    #expect(schema.schema == Schema([Field("a", .bigint), Field("v", .null)]))
    #expect(schema.unsupported == [1: "variant"])
  }

  @Test(arguments: ["[\"gone\"]", "[\"a\",\"A\"]"])
  func `partition columns that make no sense are an error`(columns: String) throws {
    try commit(0, Self.head)
    try commit(
      1,
      #"{"metaData":{"id":"i","schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}","partitionColumns":\#(columns)}}"#
    )
    #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
  }

  @Test func `a table that has said nothing of its columns has none`() throws {
    try commit(0, #"{"metaData":{"id":"i","format":{"provider":"parquet"},"partitionColumns":[]}}"#)
    try commit(1, #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}"#)
    #expect(try DeltaTable(scratch.path).snapshot().schema.count == 0)
  }

  @Test(arguments: [
    ("/some/absolute/path", "file:/some/absolute/path"),
    ("/some/absolute/path", "file:///some/absolute/path"),
    ("/with%20space/p@%23h", "file:/with%20space/p@%23h"),
    ("/with%20space/p@%23h", "file://localhost/with%20space/p@%23h"),
    ("a%20b.parquet", "a b.parquet"), ("s3://bucket/x%2By", "s3://bucket/x+y"),
  ])
  func `a removal takes out the file whose path it spells in another way`(
    added: String, removed: String
  ) throws {
    try commit(0, Self.head + "\n" + add(added) + "\n" + add("kept"))
    try commit(1, "{\"remove\":{\"path\":\"\(removed)\"}}")
    let snapshot = try DeltaTable(scratch.path).snapshot()
    #expect(snapshot.files.map(\.path) == ["kept"])
    #expect(snapshot.removed.map(\.path) == [removed])
  }

  @Test func `a file with another deletion vector is another file, in whatever order it comes`()
    throws
  {
    func entry(_ kind: String, _ vector: String?) -> String {
      let vector = vector.map {
        #","deletionVector":{"storageType":"u","pathOrInlineDv":"\#($0)","offset":1,"sizeInBytes":4,"cardinality":1}"#
      }
      return
        #"{"\#(kind)":{"path":"x","partitionValues":{},"size":1,"modificationTime":1\#(vector ?? "")}}"#
    }
    try commit(0, Self.head + "\n" + entry("add", nil))
    try commit(1, entry("add", "one") + "\n" + entry("remove", nil))
    try commit(2, entry("remove", "one") + "\n" + entry("add", "two"))
    let table = DeltaTable(scratch.path)
    #expect(try table.snapshot(version: 1).files.map(\.deletionVector?.pathOrInline) == ["one"])
    #expect(try table.snapshot().files.map(\.deletionVector?.pathOrInline) == ["two"])
    #expect(try table.snapshot().removed.count == 2)
  }

  @Test(arguments: 0..<100) func `random damage never traps`(seed: Int) throws {
    var random = SplitMix64(seed: seed)
    var bytes = Array((Self.head + "\n" + add("x.parquet") + "\n").utf8)
    for _ in 0..<(1 + seed % 4) {
      let position = Int.random(in: 0..<bytes.count, using: &random)
      switch seed % 3 {
      case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: position)
      default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: position)
      }
    }
    try Directory.create(Path.join(scratch.path, "_delta_log"))
    let file = try OutputFile(
      Path.join(scratch.path, "_delta_log/\(LogDirectory.commitName(0))"))
    try file.write(bytes)
    try file.finish()
    do {
      let snapshot = try DeltaTable(scratch.path).snapshot()
      #expect(snapshot.version == 0)
    } catch {
      #expect(error is FormatError)
    }
  }
}
