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
    (
      "{\"add\":{\"path\":\"../x\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1}}",
      "line 1"
    ),
    (
      "{\"add\":{\"path\":\"x\",\"partitionValues\":[],\"size\":1,\"modificationTime\":1}}",
      "line 1"
    ),
    (
      "{\"add\":{\"path\":\"x\",\"partitionValues\":{},\"size\":\"big\",\"modificationTime\":1}}",
      "line 1"
    ),
    ("{\"remove\":{\"path\":\"file:///etc/x\"}}", "line 1"),
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
    #"{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["liquid"],"writerFeatures":[]}}"#,
    #"{"protocol":{"minReaderVersion":9,"minWriterVersion":9}}"#,
    #"{"metaData":{"id":"i","schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":[],"configuration":{"delta.columnMapping.mode":"name"}}}"#,
    #"{"add":{"path":"x","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true,"deletionVector":{"storageType":"u"}}}"#,
    #"{"metaData":{"id":"i","schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"variant\"}]}","partitionColumns":[]}}"#,
    #"{"metaData":{"id":"i","schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":["gone"]}}"#,
  ])
  func `a table that needs more than we can do is refused by name`(action: String) throws {
    try commit(0, Self.head)
    try commit(1, action)
    #expect(throws: FormatError.self) { try DeltaTable(scratch.path).snapshot() }
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
