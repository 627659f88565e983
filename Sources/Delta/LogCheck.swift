import Files

/// Looks for what is wrong with a table's log: versions that are missing, entries that cannot be read,
/// checkpoints that say something else than the commits before them.
struct LogCheck {
  private(set) var findings: [TableCheck.Finding] = []
  /// Paths of all files that some entry of the log names.
  private(set) var namedFiles: Set<String> = []
  private let table: DeltaTable
  /// What the entries so far come to; nil where one of them is missing.
  private var state: LogReplay?

  init(_ table: DeltaTable) { self.table = table }

  mutating func run() {
    let log: LogDirectory
    do {
      log = try LogDirectory(table: table.path)
    } catch {
      return note(nil, "\(error)", .error)
    }
    let checkpoints = Dictionary(grouping: log.checkpoints, by: \.version)
    let commits = Set(log.commits)
    let versions = commits.union(checkpoints.keys).sorted()
    guard let oldest = versions.first else {
      return note(nil, "the log has no entries: this is no table, or no longer", .error)
    }
    // What remains of a log that was cleaned up begins with its first checkpoint.
    let first = oldest == 0 ? 0 : checkpoints.keys.min() ?? oldest
    if commits.contains(0) { state = LogReplay() }
    var next = first
    for version in versions where version >= first {
      let hasCommit = commits.contains(version)
      let last = hasCommit || version == first ? version - 1 : version
      if next <= last {
        tellGap(next, last, log)
        state = nil
      }
      if hasCommit { readCommit(version, log) }
      for checkpoint in checkpoints[version] ?? [] { readCheckpoint(checkpoint, log) }
      next = version + 1
    }
    readHint(log)
  }

  private mutating func readCommit(_ version: Int64, _ log: LogDirectory) {
    let name = LogDirectory.commitName(version)
    do {
      for action in try LogEntry.read(Path.join(log.path, name)) {
        remember(action)
        state?.apply(action)
      }
    } catch {
      state = nil
      note(
        "_delta_log/" + name,
        "\(error); restore this entry from a copy of the table", .error)
    }
  }

  private mutating func tellGap(_ first: Int64, _ last: Int64, _ log: LogDirectory) {
    let versions = first == last ? "version \(first)" : "versions \(first) to \(last)"
    let isBridged =
      log.checkpoints.contains { $0.version >= last }
      || log.compactions.contains { $0.first <= first && $0.last >= last }
    if isBridged {
      note(
        nil,
        "the log lacks \(versions), which nobody can read any more; later ones do not need them",
        .note)
    } else {
      note(
        nil, "the log lacks \(versions); restore the entries from a copy of the table", .error)
    }
  }

  private mutating func readCheckpoint(
    _ checkpoint: LogDirectory.CheckpointFiles, _ log: LogDirectory
  ) {
    let name = "_delta_log/" + (checkpoint.names.first ?? "")
    var found = LogReplay()
    do {
      var actions: [Action] = []
      try Checkpoint.read(checkpoint, log.path) { actions.append($0) }
      for action in actions {
        remember(action)
        found.apply(action)
      }
    } catch {
      return note(
        name, "\(error); remove this checkpoint if the commits before it are there", .error)
    }
    if found.protocolVersions == nil || found.metadata == nil {
      let missing = found.metadata == nil ? "metaData" : "protocol"
      note(name, "the checkpoint has no '\(missing)' entry", .error)
    }
    if let state, let difference = LogCheck.difference(found, from: state) {
      note(
        name, "the checkpoint does not say what the commits up to it say: \(difference)", .error)
    }
    state = state ?? found
  }

  /// What a checkpoint says otherwise than the entries before it, nil when they agree.
  private static func difference(_ found: LogReplay, from expected: LogReplay) -> String? {
    if found.protocolVersions != expected.protocolVersions { return "another protocol" }
    if found.metadata?.schema.text != expected.metadata?.schema.text
      || found.metadata?.partitionColumns != expected.metadata?.partitionColumns
      || found.metadata?.configuration != expected.metadata?.configuration
    {
      return "another schema or other settings"
    }
    let paths: (Set<FileKey>) -> String? = { keys in keys.map(\.path).min() }
    if let path = paths(Set(expected.files.keys).subtracting(found.files.keys)) {
      return "it lacks '\(path)'"
    }
    if let path = paths(Set(found.files.keys).subtracting(expected.files.keys)) {
      return "it has '\(path)', which is not or no longer in the table"
    }
    for (key, file) in expected.files {
      guard let other = found.files[key] else { continue }
      if other.size != file.size || other.partitionValues != file.partitionValues {
        return "it has another size or other partition values for '\(key.path)'"
      }
    }
    for (name, transaction) in expected.transactions
    where found.transactions[name]?.version != transaction.version {
      return "another state of the application '\(name)'"
    }
    return nil
  }

  /// `_last_checkpoint` only saves others a look at the directory.
  private mutating func readHint(_ log: LogDirectory) {
    let name = "_last_checkpoint"
    let path = Path.join(log.path, name)
    guard Directory.kind(path) == .file else { return }
    guard let version = LastCheckpoint.version(path) else {
      return note(
        "_delta_log/" + name, "the file is damaged; readers that need it list the log instead",
        .note)
    }
    if !log.checkpoints.contains(where: { $0.version == version }) {
      note(
        "_delta_log/" + name,
        "the file points to a checkpoint of version \(version) that is not there",
        .note)
    }
  }

  private mutating func remember(_ action: Action) {
    switch action {
    case .add(let file): namedFiles.insert(PartitionPath.normalised(file.path))
    case .remove(let file): namedFiles.insert(PartitionPath.normalised(file.path))
    case .protocolVersions, .metadata, .transaction, .commitInfo: break
    }
  }

  private mutating func note(
    _ file: String?, _ message: String, _ severity: TableCheck.Finding.Severity
  ) {
    findings.append(TableCheck.Finding(severity: severity, file: file, message: message))
  }
}
