package import Files

extension DeltaTable {
  /// Attempts that a commit makes while other writers are first.
  private static let attempts = 100
  /// Commits between two checkpoints.
  private static let checkpointInterval: Int64 = 10

  /// Says that a writer works on the table, until the value goes: what it has written and not yet
  /// committed is not swept meanwhile, and it notices when the table is dropped.
  ///
  /// - Throws: `FileError`, with `isMissing` where there is no directory.
  package func hold() throws(FileError) -> DirectoryHold { try DirectoryHold(path) }

  /// Makes the directories of a table that is to come, and puts their names on disk.
  ///
  /// Those above are synced even if another writer has made them: it may not have come so far.
  ///
  /// - Returns: those that were made, the topmost first.
  @discardableResult
  package func makeDirectories() throws(FileError) -> [String] {
    let made = try Directory.create(LogDirectory.path(of: path))
    var synced: Set<String> = [path]
    for directory in [path, Path.split(path).directory] + made {
      synced.insert(Path.split(directory).directory)
    }
    for directory in synced.sorted(by: >) { try Directory.sync(directory) }
    return made
  }

  /// Makes a new version of these actions and returns its number.
  ///
  /// Data files must be on disk, with their directories, before. Where other writers commit at the same
  /// time, the commit moves behind theirs unless it contradicts them.
  ///
  /// - Parameter basis: what the actions were derived from.
  /// - Throws: `CommitConflict`; `FileError`; `FormatError` when the log cannot be read. Nothing is
  ///   committed then. `UnconfirmedCommit` when it is, or may be: the files that it names must stay.
  package func commit(_ actions: [Action], basis: CommitBasis, info: CommitInfo) throws -> Int64 {
    let log = LogDirectory.path(of: path)
    if basis.readVersion == nil { try makeDirectories() }
    let bytes = LogEntry.bytes([.commitInfo(info)] + actions)
    let entry = try newEntry(bytes, log, basis)
    var checked = basis.readVersion ?? -1
    for _ in 0..<DeltaTable.attempts {
      let latest = try latestVersion() ?? -1
      guard latest >= checked, basis.hold?.isCurrent ?? true else { throw dropped(basis) }
      while checked < latest {
        checked += 1
        let winner = try self.actions(ofVersion: checked)
        if let conflict = CommitConflict.between(
          actions, basis, winner: winner, version: checked, table: path)
        {
          throw conflict
        }
      }
      if try place(entry, bytes, version: checked + 1, basis) {
        checkpointIfDue(version: checked + 1)
        return checked + 1
      }
    }
    throw CommitConflict(table: path, version: checked, reason: .tooManyAttempts)
  }

  /// The log entry to be, without its name.
  ///
  /// It lies in the log before anything is read there: if the table is dropped and made anew meanwhile,
  /// the file goes with the old log and can get no name in the new one.
  private func newEntry(
    _ bytes: [UInt8], _ log: String, _ basis: CommitBasis
  ) throws -> OutputFile {
    do {
      let entry = try OutputFile(Path.join(log, "commit"))
      try entry.write(bytes)
      return entry
    } catch {
      throw error.isMissing && basis.readVersion != nil ? dropped(basis) : error
    }
  }

  /// Makes the entry a version; false when another writer has made it.
  private func place(
    _ entry: OutputFile, _ bytes: [UInt8], version: Int64, _ basis: CommitBasis
  ) throws -> Bool {
    let name = LogDirectory.commitName(version)
    do {
      switch try entry.place(at: name) {
      case .placed: return true
      case .taken: return false
      case .unconfirmed(let cause):
        throw UnconfirmedCommit(table: path, version: version, cause: cause)
      }
    } catch let error as FileError where error.isMissing {
      // The directory was there a moment ago.
      throw dropped(basis)
    }
  }

  private func dropped(_ basis: CommitBasis) -> CommitConflict {
    CommitConflict(
      table: path, version: basis.readVersion ?? 0, reason: .tableDropped)
  }

  /// A checkpoint only saves readers time: the commit stands even where it cannot be written.
  private func checkpointIfDue(version: Int64) {
    guard version > 0, version % DeltaTable.checkpointInterval == 0 else { return }
    try? Checkpoint.write(self, version: version)
    TemporaryFiles.sweep(LogDirectory.path(of: path))
  }
}

/// A commit that readers see, or may see, and of which the system failed to say that it is on disk.
package struct UnconfirmedCommit: Error, Sendable, CustomStringConvertible {
  package let table: String
  package let version: Int64
  package let cause: FileError

  package var description: String {
    "version \(version) of '\(table)' was written, but it is not certain that it is on disk: "
      + "\(cause); look at the table's history before this is run again"
  }
}
