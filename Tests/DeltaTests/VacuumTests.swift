import Columns
import Delta
import Files
import Glibc
import TestSupport
import Testing

@Suite struct VacuumTests {
  let scratch: Scratch
  let table: DeltaTable
  /// Milliseconds since the epoch: two days after every file was written.
  let now: Int64

  private static let day: Int64 = 86_400_000

  init() throws {
    scratch = try Scratch()
    table = try TableLog.create(Path.join(scratch.path, "t"), [TableLog.file("kept")])
    try scratch.file("t/month=2026-09/kept.parquet", "kept")
    now = Int64(time(nil)) * 1000 + 2 * VacuumTests.day
  }

  private func vacuum(retention: Int64? = nil, now: Int64? = nil) throws -> [String] {
    try table.vacuum(retention: retention, now: now ?? self.now, dryRun: false).map(\.path)
  }

  private func isThere(_ name: String) -> Bool {
    Directory.kind(Path.join(table.path, name)) == .file
  }

  @Test func `what no version names goes when it is old, not before`() throws {
    try scratch.file("t/month=2026-09/left.parquet", "")
    try scratch.file("t/month=2026-07/left.parquet", "")
    try scratch.file("t/month=2026-09/.left.parquet.1a2b3c4d5e6f.tmp", "")
    try scratch.file("t/_delta_log/.commit.zz9zz9zz9zz9.tmp", "")
    #expect(try vacuum(now: Int64(time(nil)) * 1000) == [])
    #expect(
      try vacuum().sorted() == [
        "_delta_log/.commit.zz9zz9zz9zz9.tmp", "month=2026-07/left.parquet",
        "month=2026-09/.left.parquet.1a2b3c4d5e6f.tmp", "month=2026-09/left.parquet",
      ])
    #expect(Directory.kind(Path.join(table.path, "month=2026-07")) == nil)
    #expect(isThere("month=2026-09/kept.parquet"))
    #expect(try vacuum() == [])
  }

  @Test func `a dry run tells and removes nothing`() throws {
    try scratch.file("t/left.parquet", "12345")
    let found = try table.vacuum(retention: nil, now: now, dryRun: true)
    #expect(found.map(\.path) == ["left.parquet"])
    #expect(found.map(\.size) == [5])
    #expect(found.map(\.reason) == [.leftover])
    #expect(isThere("left.parquet"))
  }

  @Test func `while a writer is at work its files stay, however old`() throws {
    try scratch.file("t/month=2026-09/soon.parquet", "")
    do {
      let hold = try table.hold()
      let another = try table.hold()
      #expect(try vacuum() == [])
      #expect(hold.isCurrent && another.isCurrent)
    }
    #expect(try vacuum() == ["month=2026-09/soon.parquet"])
  }

  @Test(arguments: [
    "_note.parquet", ".hidden.parquet", "_changes/x.parquet", ".cache/x.parquet", "notes.txt",
    "month=2026-09/part.parquet.crc", ".x.parquet.tmp", "_delta_log/x.parquet",
    "_delta_log/_commit_1.json.tmp",
  ])
  func `what is somebody else's stays`(name: String) throws {
    try scratch.file("t/" + name, "")
    #expect(try vacuum() == [])
    #expect(isThere(name))
  }

  @Test func `what is behind a link stays`() throws {
    try scratch.file("elsewhere/x.parquet", "")
    #expect(unsafe symlink("../elsewhere", Path.join(table.path, "month=2026-05")) == 0)
    #expect(unsafe symlink("../elsewhere/x.parquet", Path.join(table.path, "y.parquet")) == 0)
    #expect(try vacuum() == [])
    #expect(Directory.kind(Path.join(scratch.path, "elsewhere/x.parquet")) == .file)
  }

  @Test func `a partition column may begin with a low line`() throws {
    let table = DeltaTable(Path.join(scratch.path, "low"))
    var metadata = TableLog.metadata(Schema([Field("a", .bigint), Field("_p", .varchar)]))
    metadata.partitionColumns = ["_p"]
    _ = try table.commit(
      [.protocolVersions(.written), .metadata(metadata)], basis: CommitBasis(readVersion: nil),
      info: TableLog.info())
    try scratch.file("low/_p=1/left.parquet", "")
    try scratch.file("low/_q=1/left.parquet", "")
    let found = try table.vacuum(retention: nil, now: now, dryRun: true)
    #expect(found.map(\.path) == ["_p=1/left.parquet"])
  }

  @Test func `a removed file stays as long as a version young enough needs it`() throws {
    let file = TableLog.file("kept")
    _ = try table.commit(
      [.remove(file.removed(at: now - 3 * VacuumTests.day))],
      basis: CommitBasis(readVersion: 0), info: TableLog.info())
    #expect(try vacuum() == [])
    #expect(try vacuum(retention: 4 * VacuumTests.day) == [])
    #expect(try vacuum(retention: 2 * VacuumTests.day) == ["month=2026-09/kept.parquet"])
  }

  @Test(arguments: [
    ("interval 30 days", 30 * 86_400_000), ("INTERVAL 1 week", 604_800_000),
    ("interval 12 hours", 43_200_000), ("nonsense", 604_800_000), ("interval x days", 604_800_000),
    ("interval 9223372036854775807 weeks", 604_800_000),
  ])
  func `a table may say how long removed files stay`(text: String, milliseconds: Int64) {
    var metadata = TableLog.metadata()
    #expect(DeltaTable.retention(of: metadata) == 604_800_000)
    metadata.configuration["delta.deletedFileRetentionDuration"] = text
    #expect(DeltaTable.retention(of: metadata) == milliseconds)
  }
}
