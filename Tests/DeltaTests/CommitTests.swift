import Columns
import Delta
import Files
import Testing
import TestSupport

@Suite struct CommitTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `a new table starts at version 0 and shows what was committed`() throws {
    let table = try TableLog.create(scratch.path, [TableLog.file("x", rows: 3)])
    let snapshot = try table.snapshot()
    #expect(snapshot.version == 0)
    #expect(snapshot.schema == TableLog.schema)
    #expect(snapshot.partitionPositions == [1])
    #expect(snapshot.rowCount() == 3)
    #expect(snapshot.files == [TableLog.file("x", rows: 3)])
  }

  @Test func `removing takes a file out and remembers it`() throws {
    let file = TableLog.file("x")
    let table = try TableLog.create(scratch.path, [file])
    let version = try table.commit(
      [.remove(file.removed(at: 5)), .add(TableLog.file("y"))],
      basis: CommitBasis(readVersion: 0), info: TableLog.info())
    let snapshot = try table.snapshot()
    #expect(version == 1)
    #expect(snapshot.files.map(\.path) == ["month=2026-09/y.parquet"])
    #expect(snapshot.removed.map(\.path) == [file.path])
    #expect(try table.snapshot(version: 0).files == [file])
  }

  @Test func `appends of writers that read the same version both stand`() throws {
    let table = try TableLog.create(scratch.path)
    let basis = CommitBasis(readVersion: 0)
    let first = try table.commit([.add(TableLog.file("x"))], basis: basis, info: TableLog.info())
    let second = try table.commit([.add(TableLog.file("y"))], basis: basis, info: TableLog.info())
    #expect((first, second) == (1, 2))
    #expect(try table.snapshot().files.count == 2)
  }

  @Test func `writers on several threads lose nothing`() async throws {
    let table = try TableLog.create(scratch.path)
    let versions = try await withThrowingTaskGroup(of: [Int64].self) { group in
      for writer in 0..<4 {
        group.addTask {
          try (0..<8).map { try TableLog.append(table, TableLog.file("w\(writer)-\($0)")) }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(versions.sorted() == Array(1...32))
    #expect(try table.snapshot().files.count == 32)
    let names = try Directory.names(LogDirectory.path(of: table.path))
    #expect(!names.contains { $0.hasSuffix(".tmp") })
  }

  @Test func `two replacements of one file: the second is told who won`() throws {
    let file = TableLog.file("x")
    let table = try TableLog.create(scratch.path, [file])
    let basis = CommitBasis(readVersion: 0) { $0.partitionValues["month"] == "2026-09" }
    _ = try table.commit(
      [.remove(file.removed(at: 5))], basis: basis, info: TableLog.info("INGEST"))
    let conflict = #expect(throws: CommitConflict.self) {
      try table.commit([.remove(file.removed(at: 6))], basis: basis, info: TableLog.info())
    }
    #expect(conflict?.reason == .fileRemoved(path: file.path))
    #expect(conflict?.version == 1)
    #expect(conflict?.description.contains("another writer's INGEST (version 1)") == true)
    #expect(try table.latestVersion() == 1)
  }

  @Test func `a file added where one replaces is a conflict, elsewhere it is none`() throws {
    let table = try TableLog.create(scratch.path)
    _ = try TableLog.append(table, TableLog.file("x", month: "2026-08"))
    let august = CommitBasis(readVersion: 0) { $0.partitionValues["month"] == "2026-08" }
    let september = CommitBasis(readVersion: 0) { $0.partitionValues["month"] == "2026-09" }
    #expect(throws: CommitConflict.self) {
      try table.commit([.add(TableLog.file("y"))], basis: august, info: TableLog.info())
    }
    let version = try table.commit(
      [.add(TableLog.file("y"))], basis: september, info: TableLog.info())
    #expect(version == 2)
  }

  @Test func `a schema changed meanwhile is a conflict, and so is the same application`() throws {
    let table = try TableLog.create(scratch.path)
    let wide = Schema(TableLog.schema.fields + [Field("b", .double)])
    _ = try table.commit(
      [
        .metadata(TableLog.metadata(wide)),
        .transaction(SetTransaction(application: "app", version: 7, lastUpdated: nil)),
      ], basis: CommitBasis(readVersion: 0), info: TableLog.info())
    let changed = #expect(throws: CommitConflict.self) {
      try table.commit(
        [.add(TableLog.file("x"))], basis: CommitBasis(readVersion: 0), info: TableLog.info())
    }
    #expect(changed?.reason == .metadataChanged)
    #expect(try table.snapshot().transactions["app"]?.version == 7)
    _ = try table.commit(
      [.transaction(SetTransaction(application: "app", version: 8, lastUpdated: nil))],
      basis: CommitBasis(readVersion: 1), info: TableLog.info())
    let same = #expect(throws: CommitConflict.self) {
      try table.commit(
        [.transaction(SetTransaction(application: "app", version: 8, lastUpdated: nil))],
        basis: CommitBasis(readVersion: 1), info: TableLog.info())
    }
    #expect(same?.reason == .transaction(application: "app"))
  }

  @Test func `two writers that make the table: one is told`() throws {
    let table = try TableLog.create(scratch.path)
    let conflict = #expect(throws: CommitConflict.self) { try TableLog.create(table.path) }
    #expect(conflict?.version == 0)
  }

  @Test func `a table is found at a version and at a time`() throws {
    let table = try TableLog.create(scratch.path)
    _ = try TableLog.append(table, TableLog.file("x"), at: 2000)
    _ = try TableLog.append(table, TableLog.file("y"), at: 3000)
    #expect(try table.snapshot(version: 1).files.count == 1)
    #expect(try table.snapshot(asOf: 2999).version == 1)
    #expect(try table.snapshot(asOf: 3000).version == 2)
    #expect(try table.snapshot(asOf: .max).version == 2)
    #expect(throws: FormatError.self) { try table.snapshot(asOf: 999) }
    #expect(throws: FormatError.self) { try table.snapshot(version: 3) }
    #expect(throws: FormatError.self) { try table.snapshot(version: -1) }
  }

  @Test func `history tells what each commit did, newest first`() throws {
    let table = try TableLog.create(scratch.path, [TableLog.file("x", rows: 4)])
    _ = try TableLog.append(table, TableLog.file("y", rows: 6), at: 2000)
    let history = try table.history()
    #expect(history.map(\.version) == [1, 0])
    #expect(history.map(\.addedRows) == [6, 4])
    #expect(history.map(\.timestamp) == [2000, 1000])
    #expect(history[1].info?.operation == "CREATE")
    #expect(try table.history(limit: 1).count == 1)
  }

  @Test func `a table only to be appended to refuses removals`() throws {
    let table = DeltaTable(scratch.path)
    var metadata = TableLog.metadata()
    metadata.configuration = ["delta.appendOnly": "true"]
    _ = try table.commit(
      [.protocolVersions(.written), .metadata(metadata)],
      basis: CommitBasis(readVersion: nil), info: TableLog.info())
    let snapshot = try table.snapshot()
    try TableFeatures.checkWritable(snapshot, removes: false)
    #expect(throws: FormatError.self) { try TableFeatures.checkWritable(snapshot, removes: true) }
  }
}
