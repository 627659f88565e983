import Files

/// A table in a directory: Parquet files and the log that says which of them count.
///
/// Every commit is one new file in the log, made only if no other writer has made it: readers see the
/// version before or the version after, whatever happens in between.
///
/// Source: Delta Transaction Log Protocol, reader version 1, writer version 2.
package struct DeltaTable: Sendable {
  /// The table's directory.
  package let path: String

  package init(_ path: String) {
    self.path = path
  }

  /// Whether a version was ever committed.
  ///
  /// A log without one is what a writer leaves that died before its first commit: no table yet.
  package var exists: Bool {
    let log = LogDirectory.path(of: path)
    guard Directory.kind(log) == .directory else { return false }
    if Directory.kind(Path.join(log, LogDirectory.commitName(0))) == .file { return true }
    // A log that cannot be listed is not taken for an empty one.
    guard let directory = try? LogDirectory(table: path) else { return true }
    return directory.latestVersion != nil
  }

  /// The newest version, nil when nothing was ever committed.
  package func latestVersion() throws -> Int64? { try LogDirectory(table: path).latestVersion }

  /// The table as of a version, the newest if nil.
  ///
  /// - Parameter base: a snapshot taken earlier, whose version need not be read again.
  /// - Throws: `FileError`; `FormatError` when the log is damaged, lacks the version or needs what
  ///   this reader cannot do.
  package func snapshot(version wanted: Int64? = nil, base: Snapshot? = nil) throws -> Snapshot {
    let log = try LogDirectory(table: path)
    guard let latest = log.latestVersion else {
      throw FormatError(log.path, "expected log entries, found none; '\(path)' is no table")
    }
    let version = wanted ?? latest
    guard version >= 0, version <= latest else {
      throw FormatError(
        log.path, "there is no version \(version); the newest is \(latest)")
    }
    if let base, base.version == version { return base }
    return try replay(log, to: version, base: base.flatMap { $0.version < version ? $0 : nil })
  }

  /// The table as of a time: the newest version that was committed then or before.
  ///
  /// - Throws: `FormatError` when the first version is younger.
  package func snapshot(asOf milliseconds: Int64) throws -> Snapshot {
    var found: Int64?
    var first: Int64?
    for entry in try commitTimes() {
      first = first ?? entry.timestamp
      if entry.timestamp <= milliseconds { found = entry.version }
    }
    guard let found else {
      let since = first.map { "; its first version is of \(LogTime.text(milliseconds: $0))" } ?? ""
      throw FormatError(
        path, "there is no version as old as \(LogTime.text(milliseconds: milliseconds))\(since)")
    }
    return try snapshot(version: found)
  }

  /// The actions of one commit.
  package func actions(ofVersion version: Int64) throws -> [Action] {
    try LogEntry.read(
      Path.join(LogDirectory.path(of: path), LogDirectory.commitName(version)))
  }

  private func replay(_ log: LogDirectory, to version: Int64, base: Snapshot?) throws -> Snapshot {
    var replay = LogReplay()
    var next: Int64 = 0
    let checkpoint = log.checkpoints.last { $0.version <= version }
    if let base, base.version >= checkpoint?.version ?? 0 {
      replay = LogReplay(base)
      next = base.version + 1
    } else if let checkpoint {
      for name in checkpoint.names {
        try Checkpoint.read(Path.join(log.path, name)) { replay.apply($0) }
      }
      next = checkpoint.version + 1
    }
    let known = Set(log.commits)
    while next <= version {
      guard known.contains(next) else {
        throw FormatError(
          Path.join(log.path, LogDirectory.commitName(next)),
          "expected the log entry of version \(next), but it is missing")
      }
      for action in try actions(ofVersion: next) { replay.apply(action) }
      next += 1
    }
    let snapshot = try replay.snapshot(table: path, version: version)
    try TableFeatures.checkReadable(snapshot)
    return snapshot
  }
}

extension DeltaTable {
  /// Attempts that a commit makes while other writers are first.
  private static let attempts = 100
  /// Commits between two checkpoints.
  private static let checkpointInterval: Int64 = 10

  /// Makes a new version of these actions and returns its number.
  ///
  /// Data files must be on disk, with their directories, before. Where other writers commit at the same
  /// time, the commit moves behind theirs unless it contradicts them.
  ///
  /// - Parameter basis: what the actions were derived from.
  /// - Throws: `CommitConflict`; `FileError`; `FormatError` when the log cannot be read.
  package func commit(_ actions: [Action], basis: CommitBasis, info: CommitInfo) throws -> Int64 {
    let log = LogDirectory.path(of: path)
    if Directory.kind(log) != .directory {
      try Directory.create(log)
      try Directory.sync(path)
      try Directory.sync(Path.split(path).directory)
    }
    let bytes = LogEntry.bytes([.commitInfo(info)] + actions)
    var checked = basis.readVersion ?? -1
    for _ in 0..<DeltaTable.attempts {
      let latest = try latestVersion() ?? -1
      while checked < latest {
        checked += 1
        let winner = try self.actions(ofVersion: checked)
        if let conflict = CommitConflict.between(
          actions, basis, winner: winner, version: checked, table: path)
        {
          throw conflict
        }
      }
      if try put(bytes, Path.join(log, LogDirectory.commitName(checked + 1))) {
        checkpointIfDue(version: checked + 1)
        return checked + 1
      }
    }
    throw CommitConflict(table: path, version: checked, reason: .tooManyAttempts, winner: nil)
  }

  /// Makes a log entry; false when another writer has made it.
  private func put(_ bytes: [UInt8], _ path: String) throws -> Bool {
    do {
      let entry = try OutputFile(path)
      try entry.write(bytes)
      try entry.finishIfAbsent()
      return true
    } catch {
      if error.alreadyExists { return false }
      throw error
    }
  }

  /// A checkpoint only saves readers time: the commit stands even where it cannot be written.
  private func checkpointIfDue(version: Int64) {
    guard version > 0, version % DeltaTable.checkpointInterval == 0 else { return }
    if let snapshot = try? snapshot(version: version) { try? Checkpoint.write(snapshot) }
  }
}
