package import Files

/// Which tables this program can read, and which it may write to.
package enum TableFeatures {
  /// - Throws: `FormatError` naming the feature that the table needs and this reader lacks.
  package static func checkReadable(_ snapshot: Snapshot) throws(FormatError) {
    let versions = snapshot.protocolVersions
    let mapping = snapshot.metadata.configuration["delta.columnMapping.mode"] ?? "none"
    guard mapping == "none" else { throw unreadable(snapshot, "column mapping") }
    guard versions.minReaderVersion <= 3 else {
      throw unreadable(snapshot, "reader version \(versions.minReaderVersion)")
    }
    for feature in versions.readerFeatures where !readable.contains(feature) {
      throw unreadable(snapshot, feature)
    }
  }

  /// - Parameter removes: whether rows are taken out.
  /// - Throws: `FormatError` naming what forbids it.
  package static func checkWritable(
    _ snapshot: Snapshot, removes: Bool
  ) throws(FormatError) {
    let versions = snapshot.protocolVersions
    switch versions.minWriterVersion {
    case ...2: break
    case 3: throw unwritable(snapshot, "check constraints")
    case 4: throw unwritable(snapshot, "change data feed and generated columns")
    case 5: throw unwritable(snapshot, "column mapping")
    case 6: throw unwritable(snapshot, "identity columns")
    case 7:
      for feature in versions.writerFeatures where !writable.contains(feature) {
        throw unwritable(snapshot, feature)
      }
    default: throw unwritable(snapshot, "writer version \(versions.minWriterVersion)")
    }
    if snapshot.metadata.schema.hasInvariants { throw unwritable(snapshot, "invariants") }
    if removes, snapshot.metadata.configuration["delta.appendOnly"]?.lowercased() == "true" {
      throw FormatError(
        snapshot.table, "the table only takes appended rows ('delta.appendOnly' is set)")
    }
  }

  /// Deletion vectors are looked at file by file: the feature may be on and unused.
  private static let readable: Set<String> = [
    "timestampNtz", "columnMapping", "vacuumProtocolCheck", "deletionVectors",
  ]
  private static let writable: Set<String> = ["appendOnly", "invariants", "timestampNtz"]

  private static func unreadable(_ snapshot: Snapshot, _ feature: String) -> FormatError {
    FormatError(
      snapshot.table,
      "the table needs a reader that knows '\(feature)', which is not supported")
  }

  private static func unwritable(_ snapshot: Snapshot, _ feature: String) -> FormatError {
    FormatError(
      snapshot.table,
      "the table needs a writer that knows '\(feature)', which is not supported")
  }
}
