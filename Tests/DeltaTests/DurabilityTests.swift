import Delta
import Files
import Glibc
import TestSupport
import Testing

/// What a crash, a race or a failing disk leaves, prepared by hand.
@Suite struct DurabilityTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `a name is given once, and the file can have another`() throws {
    try scratch.file("first", "theirs")
    let output = try OutputFile(Path.join(scratch.path, "commit"))
    try output.write("ours")
    #expect(try output.place(at: "first") == .taken)
    #expect(try output.place(at: "second") == .placed)
    #expect(try scratch.text("first") == "theirs")
    #expect(try scratch.text("second") == "ours")
    #expect(try Directory.names(scratch.path) == ["first", "second"])
  }

  @Test func `a writer notices that its table was dropped`() throws {
    let table = try TableLog.create(Path.join(scratch.path, "t"))
    let hold = try table.hold()
    try Directory.rename(table.path, to: Path.join(scratch.path, "gone"))
    #expect(!hold.isCurrent)
    for hold in [hold, nil] {
      let conflict = #expect(throws: CommitConflict.self) {
        try table.commit(
          [.add(TableLog.file("x"))], basis: CommitBasis(readVersion: 0, hold: hold),
          info: TableLog.info())
      }
      #expect(conflict?.reason == .tableDropped)
    }
    #expect(try Directory.names(scratch.path) == ["gone"])
  }

  @Test(arguments: [0, 3])
  func `a commit does not get into another table of the same name`(versions: Int) throws {
    let table = try TableLog.create(Path.join(scratch.path, "t"))
    let hold = try table.hold()
    try Directory.rename(table.path, to: Path.join(scratch.path, "gone"))
    try TableLog.create(table.path)
    for number in 0..<versions { _ = try TableLog.append(table, TableLog.file("y\(number)")) }
    let conflict = #expect(throws: CommitConflict.self) {
      try table.commit(
        [.add(TableLog.file("x"))], basis: CommitBasis(readVersion: 0, hold: hold),
        info: TableLog.info())
    }
    #expect(conflict?.reason == .tableDropped)
    #expect(try table.snapshot().files.count == versions)
    let names = try Directory.names(LogDirectory.path(of: table.path))
    #expect(!names.contains { $0.hasSuffix(".tmp") })
  }

  @Test func `a log that cannot be looked at is not taken for none`() throws {
    let table = DeltaTable(scratch.path)
    #expect(unsafe symlink("_delta_log", LogDirectory.path(of: table.path)) == 0)
    #expect(throws: FileError.self) { try table.latestVersion() }
    #expect(throws: FileError.self) { try TableLog.create(table.path) }
  }

  @Test func `a version missing in the log is named, not passed over`() throws {
    let table = try TableLog.create(scratch.path)
    for number in 0..<3 { _ = try TableLog.append(table, TableLog.file("y\(number)")) }
    let log = LogDirectory.path(of: table.path)
    try Directory.removeFile(Path.join(log, LogDirectory.commitName(2)))
    let error = #expect(throws: FormatError.self) { try table.snapshot() }
    #expect(error?.message.contains("version 2") == true)
  }

  @Test func `a late checkpoint does not point back`() throws {
    let table = try TableLog.create(scratch.path)
    for number in 0..<20 { _ = try TableLog.append(table, TableLog.file("y\(number)")) }
    let pointer = "_delta_log/_last_checkpoint"
    #expect(try scratch.text(pointer).contains("\"version\":20,"))
    try Checkpoint.write(table, version: 10)
    #expect(try scratch.text(pointer).contains("\"version\":20,"))
    #expect(try table.snapshot(version: 15).files.count == 15)
  }

  @Test func `a checkpoint that cannot be written does not undo the commit`() throws {
    let table = try TableLog.create(scratch.path)
    for number in 0..<9 { _ = try TableLog.append(table, TableLog.file("y\(number)")) }
    try Directory.create(Path.join(scratch.path, "_delta_log/_last_checkpoint/in-the-way"))
    #expect(try TableLog.append(table, TableLog.file("tenth")) == 10)
    #expect(try table.snapshot().files.count == 10)
  }

  @Test func `of two reasons against a commit the one that cannot be got over is told`() throws {
    let table = try TableLog.create(scratch.path)
    let progress = Action.transaction(
      SetTransaction(application: "app", version: 7, lastUpdated: nil))
    _ = try table.commit(
      [.metadata(TableLog.metadata()), progress], basis: CommitBasis(readVersion: 0),
      info: TableLog.info())
    let conflict = #expect(throws: CommitConflict.self) {
      try table.commit([progress], basis: CommitBasis(readVersion: 0), info: TableLog.info())
    }
    #expect(conflict?.reason == .transaction(application: "app"))
  }

  @Test func `a table's directories are made once, by whomever`() throws {
    let table = DeltaTable(Path.join(scratch.path, "a/b/t"))
    let made = try table.makeDirectories()
    #expect(
      made.map { String($0.dropFirst(scratch.path.count)) } == [
        "/a", "/a/b", "/a/b/t", "/a/b/t/_delta_log",
      ])
    #expect(try table.makeDirectories() == [])
    #expect(!table.exists)
  }

  @Test func `a line torn by a kill spoils no other`() throws {
    let path = Path.join(scratch.path, "lines")
    try AppendingFile.append(Array("one\n".utf8), to: path)
    try scratch.file("lines", "one\ntw")
    try AppendingFile.append(Array("two\n".utf8), to: path)
    try AppendingFile.append(Array("three\n".utf8), to: path)
    #expect(try scratch.text("lines") == "one\ntw\ntwo\nthree\n")
  }

  @Test(arguments: [
    (".out.csv.1a2b3c4d5e6f.tmp", true), (".out.csv.0123456789.tmp", true), (".out.csv.tmp", false),
    (".out.csv.gz.tmp", false),
    ("out.csv.1a2b3c4d5e6f.tmp", false), (".out.csv.1A2B3C4D5E6F.tmp", false),
    (".out.csv..tmp", false),
    (".out.csv.01234567890123.tmp", false), ("..123456789012.tmp", false),
    (".out.csv.1a2b3c4d5e6f", false),
  ])
  func `temporary files are known by their names`(name: String, isTemporary: Bool) {
    #expect(TemporaryFiles.isTemporary(name, of: "out.csv") == (isTemporary))
    #expect(!TemporaryFiles.isTemporary(name, of: "other.csv"))
  }

  @Test func `finishing a file takes old temporaries of the same file along`() throws {
    try scratch.file(".out.1a2b3c4d5e6f.tmp", "old")
    try scratch.file(".out.2b3c4d5e6f7g.tmp", "young")
    try scratch.file(".other.1a2b3c4d5e6f.tmp", "old")
    for name in [".out.1a2b3c4d5e6f.tmp", ".other.1a2b3c4d5e6f.tmp"] {
      var times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 0, tv_nsec: 0)]
      #expect(unsafe utimensat(AT_FDCWD, Path.join(scratch.path, name), &times, 0) == 0)
    }
    try scratch.file("out", "new")
    #expect(
      try Directory.names(scratch.path) == [
        ".other.1a2b3c4d5e6f.tmp", ".out.2b3c4d5e6f7g.tmp", "out",
      ])
  }

  @Test func `many files are synced together`() throws {
    let group = SyncGroup()
    for number in 0..<300 {
      let folder = Path.join(scratch.path, "d\(number % 40)")
      try Directory.create(folder)
      let output = try OutputFile(Path.join(folder, "f\(number)"), syncedBy: group)
      try output.write("\(number)")
      try output.finish()
      if group.isFull { try group.syncFiles() }
    }
    try group.sync()
    #expect(try Directory.files(below: scratch.path).count == 300)
    #expect(try scratch.text("d19/f299") == "299")
    group.add(directory: Path.join(scratch.path, "missing"))
    #expect(throws: FileError.self) { try group.sync() }
  }
}
