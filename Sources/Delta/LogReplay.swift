import Files

/// Reconciles actions in the order of their versions into the state they leave.
///
/// The newest entry about a path, an application, the metadata or the protocol is the one that counts.
///
/// Source: Delta PROTOCOL.md, "Action Reconciliation".
struct LogReplay {
  private(set) var protocolVersions: ProtocolVersions?
  private(set) var metadata: TableMetadata?
  private(set) var files: [String: AddFile] = [:]
  private(set) var removed: [String: RemoveFile] = [:]
  private(set) var transactions: [String: SetTransaction] = [:]

  init() {}

  /// Goes on from a state reached before.
  init(_ snapshot: Snapshot) {
    protocolVersions = snapshot.protocolVersions
    metadata = snapshot.metadata
    for file in snapshot.files { files[file.path] = file }
    for file in snapshot.removed { removed[file.path] = file }
    transactions = snapshot.transactions
  }

  mutating func apply(_ action: Action) {
    switch action {
    case .protocolVersions(let versions): protocolVersions = versions
    case .metadata(let new): metadata = new
    case .add(let file):
      files[file.path] = file
      removed[file.path] = nil
    case .remove(let file):
      files[file.path] = nil
      removed[file.path] = file
    case .transaction(let transaction): transactions[transaction.application] = transaction
    case .commitInfo: break
    }
  }

  /// The state reached.
  ///
  /// - Throws: `FormatError` when the log never said what the table is.
  func snapshot(table: String, version: Int64) throws(FormatError) -> Snapshot {
    let log = LogDirectory.path(of: table)
    guard let metadata else {
      throw FormatError(log, "expected a 'metaData' entry up to version \(version), found none")
    }
    guard let protocolVersions else {
      throw FormatError(log, "expected a 'protocol' entry up to version \(version), found none")
    }
    return Snapshot(
      table: table, version: version, protocolVersions: protocolVersions, metadata: metadata,
      files: files.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
      removed: removed.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
      transactions: transactions)
  }
}
