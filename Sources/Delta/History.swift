import Files

/// One commit of a table, for people.
package struct HistoryEntry: Sendable {
  package let version: Int64
  /// Milliseconds since the epoch.
  package let timestamp: Int64
  package let info: CommitInfo?
  package let addedFiles: Int
  package let removedFiles: Int
  /// Rows in the files that came, nil if one does not tell.
  package let addedRows: Int?
  package let addedBytes: Int64
}

extension DeltaTable {
  /// The commits that the log still has, newest first.
  ///
  /// - Complexity: reads as many log entries as it returns.
  package func history(limit: Int = .max) throws -> [HistoryEntry] {
    let log = try LogDirectory(table: path)
    return try log.commits.suffix(min(limit, log.commits.count)).reversed().map { version in
      try historyEntry(version, log: log.path)
    }
  }

  /// The commits that the log still has and that added or removed files of one partition, oldest first.
  ///
  /// - Complexity: reads the whole log.
  package func history(partition column: String, value: String) throws -> [HistoryEntry] {
    let log = try LogDirectory(table: path)
    return try log.commits.compactMap { version in
      let isTouched = try actions(ofVersion: version).contains { action in
        switch action {
        case .add(let file): file.dataChange && file.partitionValues[column] == value
        case .remove(let file): file.dataChange && file.partitionValues?[column] == value
        case .commitInfo, .protocolVersions, .metadata, .transaction: false
        }
      }
      return isTouched ? try historyEntry(version, log: log.path) : nil
    }
  }

  private func historyEntry(_ version: Int64, log: String) throws -> HistoryEntry {
    var info: CommitInfo?
    var added = 0
    var removed = 0
    var rows: Int? = 0
    var bytes: Int64 = 0
    for action in try actions(ofVersion: version) {
      switch action {
      case .commitInfo(let found): info = found
      case .add(let file):
        added += 1
        bytes &+= file.size
        rows = rows.flatMap { rows in FileStatistics.rowCount(in: file).map { rows &+ $0 } }
      case .remove: removed += 1
      case .protocolVersions, .metadata, .transaction: break
      }
    }
    return HistoryEntry(
      version: version, timestamp: try timestamp(info, version, log: log), info: info,
      addedFiles: added, removedFiles: removed, addedRows: rows, addedBytes: bytes)
  }

  /// When each version was committed, oldest first, never falling.
  package func commitTimes() throws -> [(version: Int64, timestamp: Int64)] {
    let log = try LogDirectory(table: path)
    var last = Int64.min
    var times: [(version: Int64, timestamp: Int64)] = []
    for version in log.commits {
      let info = try LogEntry.commitInfo(in: Path.join(log.path, LogDirectory.commitName(version)))
      last = max(last, try timestamp(info, version, log: log.path))
      times.append((version, last))
    }
    return times
  }

  /// The time that the table keeps in its log for good, or else when the log entry was written.
  ///
  /// A copy of a table has younger files, never older ones; that is why what the commit says of its time
  /// counts where it is the earlier.
  private func timestamp(_ info: CommitInfo?, _ version: Int64, log: String) throws -> Int64 {
    if let stated = info?.inCommitTimestamp { return stated }
    let written =
      try Directory.attributes(Path.join(log, LogDirectory.commitName(version))).modified / 1000
    return min(info?.timestamp ?? written, written)
  }
}
