import Files

/// A file that vacuum removes, or would remove.
package struct VacuumedFile: Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// No version young enough needs it.
    case expired
    /// No version ever named it: its writer did not come to its commit.
    case leftover
    /// A temporary file of a writer that is gone.
    case temporary
  }

  /// Relative to the table.
  package let path: String
  package let size: Int
  package let reason: Reason
}

extension DeltaTable {
  /// Finds, and removes unless `dryRun`, the files that no reader needs any more.
  ///
  /// Of the log itself only temporary files go. Files of versions younger than `retention` stay, so that readers of them and time travel go on;
  /// files that no version names stay for `margin`, because their writer may be about to commit.
  ///
  /// - Parameters: times in milliseconds; `now` since the epoch.
  /// - Throws: `FileError`, `FormatError`; files removed before stay removed, the table is whole.
  package func vacuum(
    retention: Int64, margin: Int64 = 24 * 3_600_000, now: Int64, dryRun: Bool
  ) throws -> [VacuumedFile] {
    let snapshot = try snapshot()
    try TableFeatures.checkWritable(snapshot, removes: false)
    let (needed, expired) = try filesInLog(snapshot, since: now - retention)
    var found: [VacuumedFile] = []
    for path in try Directory.files(
      below: self.path, skips: { $0.hasPrefix("_") && $0 != "_delta_log" })
    {
      let relative = String(path.dropFirst(self.path.count).drop { $0 == "/" })
      if needed.contains(relative) { continue }
      let (size, modified) = try Directory.attributes(path)
      let isExpired = expired.contains(relative)
      guard isExpired || modified / 1000 <= now - margin else { continue }
      let name = Path.name(path)
      let isTemporary = name.hasPrefix(".") && name.hasSuffix(".tmp")
      if !isTemporary && (name.hasPrefix(".") || relative.hasPrefix("_")) { continue }
      found.append(
        VacuumedFile(
          path: relative, size: size,
          reason: isExpired ? .expired : isTemporary ? .temporary : .leftover))
    }
    if dryRun { return found }
    for file in found { try Directory.removeFile(Path.join(path, file.path)) }
    try removeEmptyDirectories(of: found)
    return found
  }

  /// Files that versions since a time need, and files that were needed before it alone.
  private func filesInLog(
    _ snapshot: Snapshot, since: Int64
  ) throws -> (needed: Set<String>, expired: Set<String>) {
    var needed: Set<String> = []
    var removed: [RemoveFile] = snapshot.removed
    for version in try LogDirectory(table: path).commits {
      for case .remove(let file) in try actions(ofVersion: version) { removed.append(file) }
    }
    var expired: Set<String> = []
    for file in removed {
      let path = try PartitionPath.file(fromURI: file.path, entry: self.path)
      if let time = file.deletionTimestamp, time <= since {
        expired.insert(path)
      } else {
        needed.insert(path)
      }
    }
    for file in snapshot.files {
      needed.insert(try PartitionPath.file(fromURI: file.path, entry: self.path))
    }
    return (needed, expired.subtracting(needed))
  }

  private func removeEmptyDirectories(of removed: [VacuumedFile]) throws {
    for directory in Set(removed.map { Path.split($0.path).directory }) where directory != "." {
      var parts = directory.split(separator: "/")
      while !parts.isEmpty {
        let path = Path.join(self.path, parts.joined(separator: "/"))
        guard !directory.hasPrefix("_"), Directory.kind(path) == .directory,
          try Directory.names(path).isEmpty
        else { break }
        try Directory.removeTree(path)
        parts.removeLast()
      }
    }
  }
}
