import Columns
import Delta
import Files
import TestSupport
import Testing
import Warehouse

@Suite struct TableCheckTests {
  let lake: Lake
  let scratch: Scratch

  init() throws {
    lake = try Lake()
    scratch = try Scratch()
  }

  /// Severity, file and finding of each.
  private func findings(_ table: String, isDeep: Bool = false) throws -> [String] {
    try lake.warehouse.check(table, isDeep: isDeep).rows().map { row in
      [row[3], row[1], row[2]].map { $0.string ?? "" }.joined(separator: " ")
    }
  }

  private func change(_ path: String, _ body: (inout String) -> Void) throws {
    var text = String(decoding: try FileSource(path).readAll(), as: UTF8.self)
    body(&text)
    try write(path, Array(text.utf8))
  }

  private func write(_ path: String, _ bytes: [UInt8]) throws {
    let output = try OutputFile(path)
    try output.write(bytes)
    try output.finish()
  }

  @Test func `a lake of ours is proven to the last value`() throws {
    for n in 0..<12 {
      try lake.deliver([("a", Int64(n)), (nil, 7), ("b/c", -1)], mode: .append)
    }
    try lake.run(
      """
      CREATE TABLE kinds AS SELECT DATE '2026-09-01' AS d, TIMESTAMP '2026-09-01 10:00:00.001' AS t,
      CAST(1.5 AS decimal(10,2)) AS m, nan() AS x, true AS b, 'ü' AS s, ARRAY[1, NULL] AS l, 1 AS n
      UNION ALL SELECT NULL, NULL, NULL, -0.0, NULL, NULL, NULL, NULL
      """)
    #expect(try findings("t", isDeep: true) == [])
    #expect(try findings("kinds", isDeep: true) == [])
  }

  @Test(arguments: [
    "deletion-vectors", "column-mapping-name", "column-mapping-id", "type-widening",
    "partition-values", "unknown-types", "checkpoint-v2-json", "checkpoint-v2-parquet",
    "checkpoint-v2-classic-name",
  ])
  func `sound tables of others pass`(name: String) throws {
    let table = "\(OthersTables.folder)/\(name)"
    #expect(try findings(table) == [])
    #expect(try findings(table, isDeep: true) == [])
  }

  @Test(arguments: [
    ("checkpoint-damaged", "error _delta_log/00000000000000000002.checkpoint.parquet"),
    ("checkpoint-without-metaData", "has no 'metaData' entry"),
    ("checkpoint-without-protocol", "has no 'protocol' entry"),
    ("checkpoint-classic", "note _delta_log/_last_checkpoint the file is damaged"),
    ("checkpoint-parts", "note _delta_log/_last_checkpoint the file points to"),
    ("log-compaction", "note  the log lacks version 2"),
    ("column-mapping-id-without-ids", "error 1.parquet"),
  ])
  func `what is wrong with tables of others is named`(name: String, finding: String) throws {
    let found = try findings("\(OthersTables.folder)/\(name)")
    #expect(found.count == 1)
    #expect(found.first?.contains(finding) == true, "\(found)")
  }

  @Test(arguments: [
    (#"\"numRecords\": 70000"#, #"\"numRecords\": 69999"#, "the log says 69999 rows", false),
    (#"\"id\": 100000}"#, #"\"id\": 100001}"#, "no value is less", false),
    (#"\"id\": 204999}"#, #"\"id\": 204998}"#, "no value is greater", true),
    (
      #""partitionValues": {"part": "c"}"#, #""partitionValues": {}"#, "no value of partition",
      false
    ),
    ("\"cardinality\": 59001", "\"cardinality\": 59000", "takes out 59000 rows", false),
  ])
  func `what the log says wrongly is found`(
    right: String, wrong: String, finding: String, isDeep: Bool
  ) throws {
    let table = try OthersTables.copy("deletion-vectors", to: scratch)
    try change("\(table)/_delta_log/00000000000000000000.json") { text in
      let parts = text.split(separator: right, omittingEmptySubsequences: false)
      text = parts.joined(separator: wrong)
    }
    let found = try findings(table, isDeep: isDeep)
    #expect(found.contains { $0.hasPrefix("error ") && $0.contains(finding) }, "\(found)")
  }

  @Test func `a byte changed in a page or a deletion vector is found`() throws {
    let table = try OthersTables.copy("deletion-vectors", to: scratch)
    let name = "ab/deletion_vector_00000000-0000-0000-0000-000000000007.bin"
    var bytes = try FileSource("\(table)/\(name)").readAll()
    bytes[2000] ^= 1
    try write("\(table)/\(name)", bytes)
    #expect(try findings(table).contains { $0.contains("checksum does not match") })

    try lake.deliver([("a", 1), ("a", 2), ("a", 3)], mode: .append)
    let file = try Directory.glob("\(lake.path)/t/month=a/*.parquet")[0]
    var data = try FileSource(file).readAll()
    data[40] ^= 1
    try write(file, data)
    #expect(try findings("t", isDeep: true).count == 1)
  }

  @Test func `a footer that names extremes that no row has is found`() throws {
    try lake.run("CREATE TABLE texts AS SELECT s FROM (VALUES 'aaaq', 'mmmq', 'zzzq') AS v (s)")
    #expect(try findings("texts", isDeep: true) == [])
    let file = try Directory.glob("\(lake.path)/texts/*.parquet")[0]
    var bytes = try FileSource(file).readAll()
    let places = bytes.indices.filter { bytes[$0...].starts(with: Array("zzzq".utf8)) }
    // Behind the page, which comes first.
    for place in places.dropFirst() { bytes[place + 3] = UInt8(ascii: "r") }
    try write(file, bytes)
    let found = try findings("texts", isDeep: true)
    #expect(found.contains { $0.contains("the value it names is the greatest, but no value is") })
  }

  @Test func `entries of the log that are missing or damaged are found, each`() throws {
    for n in 0..<5 { try lake.deliver([("a", Int64(n))], mode: .append) }
    let log = "\(lake.path)/t/_delta_log"
    try Directory.removeFile("\(log)/\(LogDirectory.commitName(2))")
    try write("\(log)/\(LogDirectory.commitName(3))", Array("{".utf8))
    let found = try findings("t")
    #expect(found.contains { $0.contains("the log lacks version 2; restore") })
    #expect(found.contains { $0.hasPrefix("error _delta_log/00000000000000000003.json") })
  }

  @Test func `a checkpoint that says something else than the commits is found`() throws {
    for n in 0..<11 { try lake.deliver([("a", Int64(n))], mode: .replaceAll) }
    let log = "\(lake.path)/t/_delta_log"
    #expect(try findings("t") == [])
    // A file that commits 0 to 9 took out again is in the table after all.
    try change("\(log)/\(LogDirectory.commitName(10))") { text in
      text = text.split(separator: "\n").filter { !$0.contains("\"remove\"") }
        .joined(separator: "\n")
    }
    #expect(try findings("t").contains { $0.contains("does not say what the commits") })
  }

  @Test func `a file that no version names is a note, one that is twice in the log an error`()
    throws
  {
    try lake.deliver([("a", 1)], mode: .append)
    try lake.scratch.file("lake/t/month=a/stray.parquet", "PAR1")
    #expect(
      try findings("t").map { $0.split(separator: ";")[0] } == [
        "note month=a/stray.parquet no version in the log names this file"
      ])
    let table = try OthersTables.copy("deletion-vectors", to: scratch)
    try change("\(table)/_delta_log/00000000000000000001.json") { text in
      text = text.split(separator: "\n").filter { !$0.contains("\"remove\"") }
        .joined(separator: "\n")
    }
    #expect(try findings(table).contains { $0.contains("has the file twice") })
  }
}
