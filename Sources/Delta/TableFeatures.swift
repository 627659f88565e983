package import Files

/// Which tables this program can read, and which it may write to.
package enum TableFeatures {
  /// - Throws: `FormatError` naming the feature that a table needs and this reader lacks, or what makes
  ///   no sense in what it says of its features.
  static func checkReadable(
    _ versions: ProtocolVersions, table: String
  ) throws(FormatError) {
    guard versions.minReaderVersion <= 3 else {
      throw unreadable(table, "reader version \(versions.minReaderVersion)")
    }
    for feature in versions.readerFeatures where !readable.contains(feature) {
      throw unreadable(table, feature)
    }
    var problem: String?
    if versions.minReaderVersion < 1 || versions.minWriterVersion < 1 {
      problem = "expected versions from 1 on"
    } else if versions.minReaderVersion == 3 && versions.minWriterVersion < 7 {
      problem = "reader version 3 needs writer version 7"
    } else if versions.minReaderVersion < 3 && !versions.readerFeatures.isEmpty {
      problem = "only reader version 3 has 'readerFeatures'"
    }
    guard let problem else { return }
    throw FormatError(
      LogDirectory.path(of: table),
      "\(problem), found reader version \(versions.minReaderVersion) and writer version "
        + "\(versions.minWriterVersion) in the table's protocol")
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
    if let type = snapshot.metadata.schema.unsupported.values.min() {
      throw unwritable(snapshot, type)
    }
    if snapshot.files.contains(where: { $0.deletionVector != nil }) {
      throw unwritable(snapshot, "deletionVectors")
    }
    if removes, snapshot.metadata.configuration["delta.appendOnly"]?.lowercased() == "true" {
      throw FormatError(
        snapshot.table, "the table only takes appended rows ('delta.appendOnly' is set)")
    }
  }

  /// The variant type is refused column by column: the feature may be on and unused.
  private static let readable: Set<String> = [
    "columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "typeWidening-preview",
    "v2Checkpoint", "vacuumProtocolCheck", "variantType", "variantType-preview",
    "variantShredding", "variantShredding-preview",
  ]
  private static let writable: Set<String> = ["appendOnly", "invariants", "timestampNtz"]

  private static func unreadable(_ table: String, _ feature: String) -> FormatError {
    FormatError(
      table, "not supported: the table needs a reader that knows '\(feature.prefix(100))'")
  }

  private static func unwritable(_ snapshot: Snapshot, _ feature: String) -> FormatError {
    FormatError(
      snapshot.table, "not supported: the table needs a writer that knows '\(feature.prefix(100))'")
  }
}
