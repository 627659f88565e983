package import Files

/// What a commit has relied on, so that it is known which other commits contradict it.
package struct CommitBasis: Sendable {
  /// The version that the writer read; nil when there was no table.
  package let readVersion: Int64?
  /// Whether a file that came in meanwhile would have been replaced by this commit. Commits that only
  /// append replace nothing.
  package let replaces: @Sendable (AddFile) -> Bool
  /// The writer's hold on the table's directory, from before it read the version; tells the table from
  /// one of the same name that came after it was dropped.
  package let hold: DirectoryHold?

  package init(
    readVersion: Int64?, hold: DirectoryHold? = nil,
    replaces: @escaping @Sendable (AddFile) -> Bool = { _ in false }
  ) {
    self.readVersion = readVersion
    self.hold = hold
    self.replaces = replaces
  }
}

extension CommitConflict {
  /// Whether `actions` can follow a commit that they did not know of; nil when they can.
  ///
  /// Appending never conflicts with appending. Source: Delta's concurrency control, "Conflict
  /// exceptions".
  static func between(
    _ actions: [Action], _ basis: CommitBasis, winner: [Action], version: Int64, table: String
  ) -> CommitConflict? {
    var removes: Set<String> = []
    var applications: Set<String> = []
    for action in actions {
      switch action {
      case .remove(let file): removes.insert(file.path)
      case .transaction(let transaction): applications.insert(transaction.application)
      case .add, .metadata, .protocolVersions, .commitInfo: break
      }
    }
    var operation: String?
    var found: Reason?
    for action in winner {
      let reason: Reason? =
        switch action {
        case .protocolVersions: .protocolChanged
        case .metadata: .metadataChanged
        case .add(let file):
          file.dataChange && basis.replaces(file) ? .fileAdded(path: file.path) : nil
        case .remove(let file): removes.contains(file.path) ? .fileRemoved(path: file.path) : nil
        case .transaction(let transaction):
          applications.contains(transaction.application)
            ? .transaction(application: transaction.application) : nil
        case .commitInfo: nil
        }
      if case .commitInfo(let info) = action { operation = info.operation }
      if let reason, reason.weight > found?.weight ?? 0 { found = reason }
    }
    return found.map {
      CommitConflict(table: table, version: version, reason: $0, winner: operation)
    }
  }
}

extension CommitConflict.Reason {
  /// Of several reasons the heaviest is told: those that a writer can get over come last.
  fileprivate var weight: Int {
    switch self {
    case .tableDropped: 7
    case .tableMade: 6
    case .transaction: 5
    case .fileRemoved: 4
    case .fileAdded: 3
    case .protocolChanged: 2
    case .metadataChanged, .tooManyAttempts: 1
    }
  }
}
