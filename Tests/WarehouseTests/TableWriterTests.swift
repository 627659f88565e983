import Columns
import Delta
import Files
import Glibc
import Testing
import Warehouse
import TestSupport

@Suite struct TableWriterTests {
  @Test(arguments: LakeKind.allCases)
  func `appended rows come to those that are there`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    #expect(try lake.deliver([("2026-08", 1), ("2026-09", 2)], mode: .append) == 0)
    #expect(try lake.deliver([("2026-09", 3), (nil, 4)], mode: .append) == 1)
    #expect(
      try lake.rows("SELECT month, n FROM t ORDER BY n") == [
        [.text("2026-08"), .int64(1)], [.text("2026-09"), .int64(2)],
        [.text("2026-09"), .int64(3)], [.null, .int64(4)],
      ])
  }

  @Test(arguments: LakeKind.allCases)
  func `a delivery replaces its own partition and source, nothing else`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    try lake.deliver([("2026-08", 1), ("2026-09", 2)], mode: .append, source: "a")
    try lake.deliver([("2026-09", 10)], mode: .append, source: "b")
    try lake.deliver([("2026-09", 3)], mode: .replace(partition: ["month": "2026-09"]), source: "a")
    #expect(try lake.column("SELECT n FROM t ORDER BY n") == [.int64(1), .int64(3), .int64(10)])
    try lake.deliver([("2026-08", 5), ("2026-08", 6)], mode: .replaceTouched, source: "a")
    #expect(
      try lake.column("SELECT n FROM t ORDER BY n") == [
        .int64(3), .int64(5), .int64(6), .int64(10),
      ])
    try lake.deliver([("2026-09", 7)], mode: .replace(partition: ["MONTH": "2026-09"]))
    #expect(try lake.column("SELECT n FROM t ORDER BY n") == [.int64(5), .int64(6), .int64(7)])
    try lake.deliver([("2026-01", 0)], mode: .replaceAll)
    #expect(try lake.column("SELECT n FROM t") == [.int64(0)])
  }

  @Test(arguments: LakeKind.allCases)
  func `new columns come, and types widen where nothing is lost`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    try lake.run("CREATE TABLE t AS SELECT 1 AS a, DATE '2026-09-01' AS d, 'x' AS s")
    let wide = Schema([
      Field("A", .double), Field("d", .timestamp), Field("s", .bigint), Field("extra", .boolean),
    ])
    let writer = try lake.warehouse.writer(
      WriteRequest(table: "t", schema: wide, mode: .append, operation: "INGEST"))
    try writer.append(
      Batch(
        [
          Column(.double, values: [.double(2.5)]), Column(.timestamp, values: [.int64(1)]),
          Column(.bigint, values: [.int64(7)]), Column(.boolean, values: [.boolean(true)]),
        ], count: 1))
    try writer.commit()
    #expect(
      try lake.rows("SELECT a, d, s, extra FROM t ORDER BY a") == [
        [.double(1), .int64(1_788_220_800_000_000), .text("x"), .null],
        [.double(2.5), .int64(1), .text("7"), .boolean(true)],
      ])
    #expect(
      try lake.column("SELECT a FROM t WHERE a > 2 AND extra") == [.double(2.5)])
  }

  @Test(arguments: LakeKind.allCases)
  func `a type that neither side holds is refused with the column's name`(kind: LakeKind) throws {
    let lake = try Lake(kind)
    try lake.run("CREATE TABLE t AS SELECT MAP(ARRAY['k'], ARRAY['v']) AS tags, 1 AS a")
    let error = #expect(throws: FormatError.self) {
      try lake.warehouse.writer(
        WriteRequest(
          table: "t", schema: Schema([Field("tags", .bigint)]), mode: .append,
          operation: "INGEST"))
    }
    #expect(error?.place == "column 'tags'")
    #expect(throws: FormatError.self) {
      try lake.warehouse.writer(
        WriteRequest(
          table: "t", schema: Schema([Field("a", .bigint)]), partitionColumns: ["a"],
          mode: .append, operation: "INGEST"))
    }
    #expect(try lake.rows("SELECT a FROM t").count == 1)
  }

  @Test(arguments: [
    "a/b", "100%", "%41", "a=b", "two words", "größe", "..", "it's", "日本", "#?*[]{}",
  ])
  func `any text can be a partition`(value: String) throws {
    let lake = try Lake()
    try lake.deliver([(value, 1), (nil, 2), ("other", 3)], mode: .append)
    let literal = value.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''")
    #expect(try lake.column("SELECT n FROM t WHERE month = '\(literal)'") == [.int64(1)])
    #expect(try lake.column("SELECT n FROM t WHERE month IS NULL") == [.int64(2)])
    #expect(try lake.column("SELECT month FROM t WHERE n = 1") == [.text(value)])
    try lake.deliver([(value, 9)], mode: .replace(partition: ["month": value]))
    #expect(try lake.column("SELECT n FROM t ORDER BY 1") == [.int64(2), .int64(3), .int64(9)])
  }

  @Test(arguments: [(partitions: 80, files: 80), (partitions: 120, files: 360)])
  func `rows of many partitions share a bounded number of open files`(
    partitions: Int, files: Int
  ) throws {
    let lake = try Lake()
    let writer = try lake.warehouse.writer(
      WriteRequest(
        table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
        operation: "INGEST"))
    // Each batch has rows of all partitions.
    for start in stride(from: 0, to: partitions * 6, by: partitions * 2) {
      try writer.append(
        Lake.batch(
          (start..<start + partitions * 2).map { (month: "m\($0 % partitions)", n: Int64($0)) }))
    }
    try writer.commit()
    let rows = Int64(partitions * 6)
    #expect(
      try lake.rows("SELECT count(*), sum(n) FROM t") == [
        [.int64(rows), .int64(rows * (rows - 1) / 2)]
      ])
    #expect(try lake.rows("SHOW PARTITIONS t").count == partitions)
    let written = try Directory.files(below: lake.scratch.path).filter { $0.hasSuffix(".parquet") }
    #expect(written.count == files)
  }

  @Test func `what is cancelled or dropped leaves nothing`() throws {
    let lake = try Lake()
    do {
      let writer = try lake.warehouse.writer(
        WriteRequest(
          table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
          operation: "INGEST"))
      try writer.append(Lake.batch([("x", 1)]))
      writer.cancel()
      let dropped = try lake.warehouse.writer(
        WriteRequest(
          table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
          operation: "INGEST"))
      try dropped.append(Lake.batch([("y", 1)]))
    }
    #expect(try Directory.names(lake.scratch.path) == [])
    #expect(try !lake.warehouse.hasTable("t"))
  }

  @Test func `two deliveries of one month at once: one is told who won`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append, source: "a")
    let request = WriteRequest(
      table: "t", schema: Lake.schema, partitionColumns: ["month"],
      mode: .replace(partition: ["month": "2026-09"]), source: "a", operation: "INGEST")
    let first = try lake.warehouse.writer(request)
    let second = try lake.warehouse.writer(request)
    try first.append(Lake.batch([("2026-09", 2)]))
    try second.append(Lake.batch([("2026-09", 3)]))
    try first.commit()
    let conflict = #expect(throws: CommitConflict.self) { try second.commit() }
    #expect(conflict?.winner == "INGEST")
    #expect(try lake.column("SELECT n FROM t") == [.int64(2)])
    #expect(try lake.warehouse.check("t").rowCount == 0)
    #expect(try lake.warehouse.vacuum("t", retention: 0, dryRun: true).rowCount == 1)
  }

  @Test func `an append stands although the schema was widened meanwhile`() throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 1)], mode: .append)
    let late = try lake.warehouse.writer(
      WriteRequest(
        table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
        operation: "INGEST"))
    try late.append(Lake.batch([("2026-09", 2)]))
    let wide = try lake.warehouse.writer(
      WriteRequest(
        table: "t", schema: Schema(Lake.schema.fields + [Field("extra", .varchar)]),
        mode: .append, operation: "INGEST"))
    let batch = Lake.batch([("2026-09", 3)])
    try wide.append(
      Batch(batch.columns + [Column(.varchar, values: [.text("x")])], count: 1))
    try wide.commit()
    #expect(try late.commit() == 2)
    #expect(
      try lake.rows("SELECT n, extra FROM t ORDER BY n") == [
        [.int64(1), .null], [.int64(2), .null], [.int64(3), .text("x")],
      ])
  }

  @Test func `writers on several threads lose nothing`() async throws {
    let lake = try Lake()
    try lake.deliver([("2026-09", 0)], mode: .append)
    let warehouse = lake.warehouse
    try await withThrowingTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          for number in 0..<6 {
            let writer = try warehouse.writer(
              WriteRequest(
                table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
                operation: "INGEST"))
            try writer.append(Lake.batch([("m\(number)", Int64(thread * 6 + number + 1))]))
            try writer.commit()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try lake.rows("SELECT count(*), sum(n) FROM t") == [[.int64(25), .int64(300)]])
    #expect(try DeltaTable(Path.join(lake.path, "t")).latestVersion() == 24)
  }

  @Test func `an application's version is in the same commit`() throws {
    let lake = try Lake()
    let writer = try lake.warehouse.writer(
      WriteRequest(
        table: "t", schema: Lake.schema, partitionColumns: ["month"], mode: .append,
        transaction: ("report-a", 7), operation: "INGEST"))
    try writer.append(Lake.batch([("2026-09", 1)]))
    try writer.commit()
    #expect(try lake.warehouse.transactionVersion(table: "t", application: "report-a") == 7)
    #expect(try lake.warehouse.transactionVersion(table: "t", application: "b") == nil)
    #expect(try lake.warehouse.transactionVersion(table: "none", application: "b") == nil)
  }

  @Test func `a disk that takes nothing is said so, and left as it was`() throws {
    let scratch = try Scratch()
    try scratch.file("taken", "a file where the lake should be")
    let warehouse = try Warehouse(
      Warehouse.Configuration(lake: Path.join(scratch.path, "taken"), now: 0))
    #expect(throws: FileError.self) { try warehouse.query("CREATE TABLE t AS SELECT 1 AS a") }
    #expect(try Directory.names(scratch.path) == ["taken"])
  }

  @Test func `history, time travel, check and vacuum go together`() throws {
    let lake = try Lake()
    for number in 0..<12 {
      try lake.deliver(
        [("2026-09", Int64(number))], mode: .replace(partition: ["month": "2026-09"]))
    }
    #expect(try lake.warehouse.history("t").rowCount == 12)
    #expect(try lake.column("SELECT n FROM t FOR VERSION AS OF 3") == [.int64(3)])
    #expect(try lake.column("SELECT n FROM t") == [.int64(11)])
    let names = try Directory.names(LogDirectory.path(of: Path.join(lake.path, "t")))
    #expect(names.contains(LogDirectory.checkpointName(10)))
    #expect(names.contains("_last_checkpoint"))
    let week: Int64 = 7 * 86_400_000_000
    #expect(try lake.warehouse.vacuum("t", retention: week, dryRun: false).rowCount == 0)
    #expect(try lake.warehouse.vacuum(nil, retention: 0, dryRun: true).rowCount == 11)
    #expect(try lake.warehouse.vacuum("t", retention: 0, force: true, dryRun: false).rowCount == 11)
    #expect(try lake.column("SELECT n FROM t") == [.int64(11)])
    #expect(try lake.warehouse.check(nil).rowCount == 0)
    #expect(throws: FileError.self) { try lake.rows("SELECT n FROM t FOR VERSION AS OF 3") }
  }

  @Test func `a link that leads out of the table is not followed`() throws {
    let lake = try Lake()
    try lake.run("CREATE TABLE t AS SELECT 1 AS a")
    try lake.run("CREATE TABLE other AS SELECT 2 AS a")
    let inside = try Directory.glob(Path.join(lake.path, "t/*.parquet"))[0]
    let outside = try Directory.glob(Path.join(lake.path, "other/*.parquet"))[0]
    try Directory.removeFile(inside)
    #expect(unsafe symlink("../other/" + Path.name(outside), inside) == 0)
    let error = #expect(throws: FormatError.self) { try lake.rows("SELECT a FROM t") }
    #expect(error?.message.contains("outside of the table") == true)
  }

  @Test func `check names files that are missing or damaged`() throws {
    let lake = try Lake()
    try lake.deliver([("a", 1), ("b", 2)], mode: .append)
    let files = try Directory.glob(Path.join(lake.path, "t/month=*/*.parquet"))
    try Directory.removeFile(files[0])
    let output = try OutputFile(files[1])
    try output.write("PAR1 no more")
    try output.finish()
    let findings = try lake.warehouse.check("t").rows()
    #expect(findings.count == 2)
    #expect(findings[0][2].string?.hasPrefix("the file is missing; ") == true)
    #expect(throws: (any Error).self) { try lake.rows("SELECT * FROM t") }
  }
}
