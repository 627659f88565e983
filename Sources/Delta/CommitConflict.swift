/// Two writers wanted what excludes each other, and the other one was first.
package struct CommitConflict: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// A file that this commit takes out was taken out already.
    case fileRemoved(path: String)
    /// A file came in that this commit would have replaced had it been there.
    case fileAdded(path: String)
    /// The schema or settings changed.
    case metadataChanged
    case protocolChanged
    /// The same application committed.
    case transaction(application: String)
    /// The table is there although this commit was to make it.
    case tableMade
    /// The table is gone, or another one has its name.
    case tableDropped
    /// Others were first again and again.
    case tooManyAttempts
  }

  package let table: String
  /// The version that won.
  package let version: Int64
  package let reason: Reason
  /// What the winner did, as its commit says: `INGEST`.
  package let winner: String?

  package init(table: String, version: Int64, reason: Reason, winner: String? = nil) {
    self.table = table
    self.version = version
    self.reason = reason
    self.winner = winner
  }

  package var description: String {
    let who = winner.map { "another writer's \($0)" } ?? "another writer"
    let what =
      switch reason {
      case .fileRemoved(let path): "removed '\(path)', which this commit replaces"
      case .fileAdded(let path): "added '\(path)', which this commit should have replaced"
      case .metadataChanged: "changed the table's schema or settings"
      case .protocolChanged: "changed the table's protocol"
      case .transaction(let application): "recorded a newer state of '\(application)'"
      case .tableMade: "made the table, which this commit was to make"
      case .tableDropped: "dropped the table"
      case .tooManyAttempts: "was first each time; the table is written to too often"
      }
    let which = reason == .tableDropped ? "" : " (version \(version))"
    return "cannot commit to '\(table)': \(who)\(which) \(what); run this again"
  }
}
