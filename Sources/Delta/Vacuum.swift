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
  /// - Files of versions younger than `retention` stay, so that readers of them and time travel go on.
  /// - A data or temporary file that no version names may belong to a writer before its commit. It goes
  ///   when nobody has written to it for `margin` and no writer holds the table (see ``hold()``).
  /// - Of the log itself only temporary files go. What is called `_…` or `.…` without being a partition
  ///   or a temporary of this program, what is no Parquet file and what is behind a link is somebody
  ///   else's and stays.
  ///
  /// - Parameters:
  ///   - retention: milliseconds; nil leaves expired files alone and takes only what writers left.
  ///   - margin: milliseconds.
  ///   - now: milliseconds since the epoch.
  /// - Throws: `FileError`, `FormatError`; files removed before stay removed, the table is whole.
  package func vacuum(
    retention: Int64?, margin: Int64 = TemporaryFiles.margin * 1000, now: Int64, dryRun: Bool
  ) throws -> [VacuumedFile] {
    // In this order: a writer that is not seen here has committed, and is in the snapshot, or begins
    // later, and its files are too young.
    let isHeld = try DirectoryHold.isHeld(path)
    let snapshot = try snapshot()
    try TableFeatures.checkWritable(snapshot, removes: false)
    let sweep = Sweep(
      table: path, partitionColumns: snapshot.metadata.partitionColumns,
      youngest: isHeld ? .min : (now - margin) * 1000)
    let (needed, expired) = try filesInLog(snapshot, since: retention.map { now - $0 } ?? .min)
    var found: [VacuumedFile] = []
    try sweep.visit { relative, attributes in
      if needed.contains(relative) { return }
      if expired.contains(relative) {
        found.append(VacuumedFile(path: relative, size: attributes.size, reason: .expired))
      } else if let reason = sweep.leftover(relative, modified: attributes.modified) {
        found.append(VacuumedFile(path: relative, size: attributes.size, reason: reason))
      }
    }
    if dryRun { return found }
    for file in found { try Directory.removeFile(Path.join(path, file.path)) }
    removeEmptyDirectories(of: found)
    return found
  }

  /// How long files stay after their removal: what the table says, else Delta's week. Milliseconds.
  package static func retention(of metadata: TableMetadata) -> Int64 {
    metadata.configuration["delta.deletedFileRetentionDuration"].flatMap(interval)
      ?? 7 * 86_400_000
  }

  /// `interval 1 week`, in milliseconds.
  private static func interval(_ text: String) -> Int64? {
    let words = text.lowercased().split(separator: " ")
    let units: [Substring: Int64] = [
      "week": 604_800_000, "day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000,
    ]
    guard words.count == 3, words[0] == "interval", let count = Int64(words[1]), count >= 0,
      let unit = units[words[2].hasSuffix("s") ? words[2].dropLast() : words[2]]
    else { return nil }
    let (length, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : length
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
      // A removed file elsewhere was never this table's to take away.
      guard
        let path = try? PartitionPath.file(fromURI: file.path, entry: self.path, table: self.path)
      else { continue }
      if let time = file.deletionTimestamp, time <= since {
        expired.insert(path)
      } else {
        needed.insert(path)
      }
    }
    for file in snapshot.files {
      needed.insert(
        try PartitionPath.file(fromURI: file.path, entry: self.path, table: self.path))
    }
    return (needed, expired.subtracting(needed))
  }

  /// Others may put files there at the same time: only what is empty goes.
  private func removeEmptyDirectories(of removed: [VacuumedFile]) {
    for directory in Set(removed.map { Path.split($0.path).directory }) {
      var parts = directory.split(separator: "/")
      while let first = parts.first, first != ".", first != "_delta_log",
        Directory.removeIfEmpty(Path.join(path, parts.joined(separator: "/")))
      {
        parts.removeLast()
      }
    }
  }
}

/// A walk over the files of a table, and what of them a writer may have left.
private struct Sweep {
  let table: String
  let partitionColumns: [String]
  /// The last change, microseconds since the epoch, from which on a file is left alone.
  let youngest: Int64

  typealias Attributes = (size: Int, modified: Int64)

  /// Calls `body` with each file, relative to the table.
  func visit(_ body: (String, Attributes) throws -> Void) throws { try visit("", body) }

  private func visit(_ folder: String, _ body: (String, Attributes) throws -> Void) throws {
    for name in try names(in: folder) {
      let relative = folder.isEmpty ? name : folder + "/" + name
      let path = Path.join(table, relative)
      if Directory.isLink(path) { continue }
      switch Directory.kind(path) {
      case .directory:
        if isOurs(directory: name, in: folder) { try visit(relative, body) }
      case .file:
        // Gone since it was listed, or a name that is no text.
        guard let attributes = try? Directory.attributes(path) else { continue }
        try body(relative, attributes)
      case .other, nil: break
      }
    }
  }

  private func names(in folder: String) throws -> [String] {
    do {
      return try Directory.names(folder.isEmpty ? table : Path.join(table, folder))
    } catch {
      // Empty a moment ago, and taken away by another writer.
      if error.isMissing && !folder.isEmpty { return [] }
      throw error
    }
  }

  private func isOurs(directory name: String, in folder: String) -> Bool {
    guard name.hasPrefix("_") || name.hasPrefix(".") else { return true }
    if folder.isEmpty && name == "_delta_log" { return true }
    return partitionColumns.contains { name.hasPrefix(PartitionPath.escaped($0) + "=") }
  }

  /// Why a file that no version names may go; nil when it stays.
  func leftover(_ relative: String, modified: Int64) -> VacuumedFile.Reason? {
    guard modified <= youngest else { return nil }
    let name = Path.name(relative)
    if TemporaryFiles.isTemporary(name) { return .temporary }
    let isData =
      name.hasSuffix(".parquet") && !name.hasPrefix("_") && !name.hasPrefix(".")
      && !relative.hasPrefix("_delta_log/")
    return isData ? .leftover : nil
  }
}
