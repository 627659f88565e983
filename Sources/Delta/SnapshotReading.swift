import Files

extension DeltaTable {
  /// Reads the log up to a version.
  ///
  /// Begins at the newest checkpoint, or at `base` if that is newer. A checkpoint only saves time: where
  /// one cannot be read, an older one or the log's first entry takes its place.
  ///
  /// - Complexity: O(entries since the checkpoint + files of the table)
  func replay(_ log: LogDirectory, to version: Int64, base: Snapshot?) throws -> Snapshot {
    var damage: (any Error)?
    do {
      for checkpoint in log.checkpoints.reversed() where checkpoint.version <= version {
        if let base, base.version >= checkpoint.version { break }
        var replay = LogReplay()
        do {
          try Checkpoint.read(checkpoint, log.path) { replay.apply($0) }
        } catch {
          try refuseIfUnreadable(replay)
          damage = damage ?? error
          continue
        }
        return try finish(&replay, from: checkpoint.version + 1, to: version, log)
      }
      var replay = base.map { LogReplay($0) } ?? LogReplay()
      return try finish(&replay, from: (base?.version ?? -1) + 1, to: version, log)
    } catch let error as MissingVersion {
      throw damage ?? error.explained(log)
    }
  }

  private func finish(
    _ replay: inout LogReplay, from first: Int64, to version: Int64, _ log: LogDirectory
  ) throws -> Snapshot {
    var next = first
    do {
      while next <= version {
        if let last = try applyCompaction(&replay, from: next, to: version, log) {
          next = last + 1
          continue
        }
        try apply(next, &replay, log)
        next += 1
      }
    } catch {
      // A table that needs more than this reader can do is told so, whatever else was found.
      try refuseIfUnreadable(replay)
      throw error
    }
    return try replay.snapshot(table: path, version: version)
  }

  private func apply(_ version: Int64, _ replay: inout LogReplay, _ log: LogDirectory) throws {
    let entry = Path.join(log.path, LogDirectory.commitName(version))
    // Opened by name, not looked up in the listing: one that is made while others commit may lack a
    // version before the newest that it has.
    do {
      try LogEntry.forEachAction(in: entry) { replay.apply($0) }
    } catch let error as FileError where error.isMissing {
      throw MissingVersion(version: version)
    }
  }

  /// Applies the longest compaction that begins at a version and returns its last; nil without any.
  private func applyCompaction(
    _ replay: inout LogReplay, from first: Int64, to version: Int64, _ log: LogDirectory
  ) throws -> Int64? {
    let fitting = log.compactions.filter {
      $0.first == first && $0.last > first && $0.last <= version
    }
    for compaction in fitting.sorted(by: { $0.last > $1.last }) {
      // If it cannot be read: the commits say the same.
      guard let actions = try? LogEntry.read(Path.join(log.path, compaction.name)) else { continue }
      for action in actions { replay.apply(action) }
      return compaction.last
    }
    return nil
  }

  private func refuseIfUnreadable(_ replay: LogReplay) throws(FormatError) {
    guard let versions = replay.protocolVersions else { return }
    try TableFeatures.checkReadable(versions, table: path)
  }
}

/// A version that the log should have an entry of.
private struct MissingVersion: Error {
  let version: Int64

  func explained(_ log: LogDirectory) -> FormatError {
    let first = log.commits.first ?? version
    let reason =
      first > version && version == 0
      ? "; the log begins with version \(first) and has no checkpoint to start from" : ""
    return FormatError(
      Path.join(log.path, LogDirectory.commitName(version)),
      "expected the log entry of version \(version), but it is missing\(reason)")
  }
}
