import Delta
import Files
import TestSupport
import Testing

@Suite struct TimeTravelTests {
  let scratch: Scratch
  let table: DeltaTable

  init() throws {
    scratch = try Scratch()
    table = DeltaTable(scratch.path)
  }

  private static let head = #"""
    {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
    {"metaData":{"id":"i","partitionColumns":[]}}
    """#

  private func commit(_ version: Int64, _ info: String) throws {
    try scratch.file(
      "_delta_log/\(LogDirectory.commitName(version))",
      (version == 0 ? Self.head + "\n" : "") + "{\"commitInfo\":{\(info)}}\n")
  }

  @Test func `times in commits count where the table keeps them`() throws {
    try commit(0, #""timestamp":1000,"operation":"A""#)
    try commit(1, #""inCommitTimestamp":5000,"timestamp":900,"operation":"B""#)
    try commit(2, #""operation":"C","inCommitTimestamp":9000"#)
    #expect(try table.snapshot(asOf: 4999).version == 0)
    #expect(try table.snapshot(asOf: 5000).version == 1)
    #expect(try table.snapshot(asOf: 9000).version == 2)
    #expect(try table.history().map(\.timestamp) == [9000, 5000, 1000])
    let error = #expect(throws: FormatError.self) { try table.snapshot(asOf: 999) }
    #expect(error?.message.contains("its first version is of 1970-01-01 00:00:01") == true)
  }

  @Test func `a version is never younger than the next, whatever clocks said`() throws {
    try commit(0, #""timestamp":3000"#)
    try commit(1, #""timestamp":2000"#)
    try commit(2, #""timestamp":4000"#)
    #expect(try table.snapshot(asOf: 3000).version == 1)
    #expect(try table.snapshot(asOf: 4000).version == 2)
    #expect(throws: FormatError.self) { try table.snapshot(asOf: 2500) }
  }

  @Test func `a commit that says nothing has the time of its file, and none is of the future`()
    throws
  {
    try commit(0, #""operation":"A""#)
    try commit(1, #""timestamp":99999999999999,"operation":"B""#)
    let times = try table.history().map(\.timestamp)
    #expect(times.allSatisfy { $0 > 1_600_000_000_000 && $0 < 99_999_999_999_999 })
    #expect(try table.snapshot(asOf: 99_999_999_999_998).version == 1)
  }

  @Test func `versions that the log no longer has are an error that says so`() throws {
    try commit(0, #""timestamp":1"#)
    try commit(7, #""timestamp":7"#)
    try Directory.removeFile(
      Path.join(scratch.path, "_delta_log/\(LogDirectory.commitName(0))"))
    let error = #expect(throws: FormatError.self) { try table.snapshot() }
    #expect(error?.message.contains("the log begins with version 7") == true)
    #expect(throws: FormatError.self) { try table.snapshot(version: 8) }
  }

  @Test func `names of impossible versions are no versions`() throws {
    try commit(0, #""timestamp":1"#)
    try scratch.file("_delta_log/09223372036854775807.json", "{}")
    try scratch.file("_delta_log/09223372036854775807.checkpoint.parquet", "")
    try scratch.file("_delta_log/00000000000000000009.checkpoint.0000000002.0000000001.parquet", "")
    try scratch.file("_delta_log/00000000000000000009.00000000000000000001.compacted.json", "")
    try scratch.file("_delta_log/00000000000000000001.ab12.json", "{}")
    #expect(try table.snapshot().version == 0)
    #expect(TableCheck.run(table).isEmpty)
    // A gap of that size is told without walking through it.
    try scratch.file("_delta_log/\(LogDirectory.commitName(1 << 55))", "{\"commitInfo\":{}}")
    #expect(TableCheck.run(table).contains { $0.message.contains("versions 1 to") })
  }
}
