import Files

/// A table in a directory: Parquet files and the log that says which of them count.
///
/// Every commit is one new file in the log, made only if no other writer has made it: readers see the
/// version before or the version after, whatever happens in between.
///
/// Source: Delta Transaction Log Protocol, reader versions 1 to 3, writer version 2.
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
}
