import Files

/// Reconciles actions in the order of their versions into the state they leave.
///
/// The newest entry about a file, an application, the metadata or the protocol is the one that counts.
///
/// Source: Delta PROTOCOL.md, "Action Reconciliation".
struct LogReplay {
  private(set) var protocolVersions: ProtocolVersions?
  private(set) var metadata: TableMetadata?
  private(set) var files: [FileKey: AddFile] = [:]
  private(set) var removed: [FileKey: RemoveFile] = [:]
  private(set) var transactions: [String: SetTransaction] = [:]

  init() {}

  /// Goes on from a state reached before.
  init(_ snapshot: Snapshot) {
    protocolVersions = snapshot.protocolVersions
    metadata = snapshot.metadata
    for file in snapshot.files { files[FileKey(file)] = file }
    for file in snapshot.removed { removed[FileKey(file)] = file }
    transactions = snapshot.transactions
  }

  mutating func apply(_ action: Action) {
    switch action {
    case .protocolVersions(let versions): protocolVersions = versions
    case .metadata(let new): metadata = new
    case .add(let file):
      let key = FileKey(file)
      files[key] = file
      removed[key] = nil
    case .remove(let file):
      let key = FileKey(file)
      files[key] = nil
      removed[key] = file
    case .transaction(let transaction): transactions[transaction.application] = transaction
    case .commitInfo: break
    }
  }

  /// The state reached.
  ///
  /// - Throws: `FormatError` when the log never said what the table is, or says that it needs a reader
  ///   of other abilities.
  func snapshot(table: String, version: Int64) throws(FormatError) -> Snapshot {
    let log = LogDirectory.path(of: table)
    guard let protocolVersions else {
      throw FormatError(log, "expected a 'protocol' entry up to version \(version), found none")
    }
    try TableFeatures.checkReadable(protocolVersions, table: table)
    guard let metadata else {
      throw FormatError(log, "expected a 'metaData' entry up to version \(version), found none")
    }
    return Snapshot(
      table: table, version: version, protocolVersions: protocolVersions, metadata: metadata,
      files: files.values.sorted { a, b in
        a.path == b.path
          ? (a.deletionVector?.identity ?? "") < (b.deletionVector?.identity ?? "")
          : a.path.utf8.lexicographicallyPrecedes(b.path.utf8)
      },
      removed: removed.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) },
      transactions: transactions)
  }
}
