package import Columns

/// A table as of one version: what its files are and what they hold.
///
/// - Invariant: `files` is sorted by path, each path once.
package struct Snapshot: Sendable {
  /// The table's directory.
  package let table: String
  package let version: Int64
  package let protocolVersions: ProtocolVersions
  package let metadata: TableMetadata
  package let files: [AddFile]
  /// Files taken out whose removal the log still remembers.
  package let removed: [RemoveFile]
  /// The newest version of each application.
  package let transactions: [String: SetTransaction]

  package var schema: Schema { metadata.schema.schema }

  /// Positions in `schema` of the partition columns, in partitioning order.
  package var partitionPositions: [Int] {
    metadata.partitionColumns.compactMap { schema.position(of: $0) }
  }

  /// Rows in all files, nil when one of them does not tell.
  package func rowCount() -> Int? {
    var total = 0
    for file in files {
      guard let count = FileStatistics.rowCount(in: file) else { return nil }
      total += count
    }
    return total
  }

  package var byteCount: Int { files.reduce(0) { $0 + Int(clamping: max(0, $1.size)) } }
}
