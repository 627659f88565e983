import Files

/// Looks for what is wrong with a table.
package enum TableCheck {
  package struct Finding: Sendable, Hashable {
    package enum Severity: String, Sendable {
      /// Readers of some version are led astray or fail.
      case error
      /// Harmless, but worth knowing.
      case note
    }

    package let severity: Severity
    /// Relative to the table, nil for the table as a whole.
    package let file: String?
    /// What is wrong, and what may be done about it.
    package let message: String
  }

  /// Reads the log, the checkpoints, and the footer of each file of the newest version; what is wrong
  /// with them is a finding, not a failure.
  ///
  /// - Parameter isDeep: whether all pages are read too, with their checksums, and what the log and the
  ///   footers say of values is compared with the values.
  package static func run(_ table: DeltaTable, isDeep: Bool = false) -> [Finding] {
    var log = LogCheck(table)
    log.run()
    var findings = log.findings
    do {
      let snapshot = try table.snapshot()
      findings += files(of: snapshot, isDeep: isDeep)
      findings += try strays(snapshot, named: log.namedFiles)
    } catch {
      let finding = Finding(severity: .error, file: nil, message: "\(error)")
      // The log's own finding says the same with more of where it is.
      if findings.allSatisfy({ $0.severity == .note }) { findings.append(finding) }
    }
    return findings
  }

  private static func files(of snapshot: Snapshot, isDeep: Bool) -> [Finding] {
    var findings: [Finding] = []
    var paths: Set<String> = []
    for file in snapshot.files {
      let path = PartitionPath.normalised(file.path)
      if !paths.insert(path).inserted {
        findings.append(
          Finding(
            severity: .error, file: path,
            message: "the log has the file twice; its rows are read twice"))
      }
      for message in FileCheck.problems(file, snapshot, isDeep: isDeep) {
        findings.append(Finding(severity: .error, file: path, message: message))
      }
    }
    return findings
  }

  /// Data files that no entry of the log names.
  private static func strays(
    _ snapshot: Snapshot, named: Set<String>
  ) throws -> [Finding] {
    let known = named.union(snapshot.files.map { PartitionPath.normalised($0.path) })
      .union(snapshot.removed.map { PartitionPath.normalised($0.path) })
    return try Directory.files(below: snapshot.table) { $0.hasPrefix("_") || $0.hasPrefix(".") }
      .compactMap { path in
        let relative = String(path.dropFirst(snapshot.table.count).drop { $0 == "/" })
        guard relative.hasSuffix(".parquet"), !known.contains(relative) else { return nil }
        return Finding(
          severity: .note, file: relative,
          message: "no version in the log names this file; 'lake vacuum' takes it away once no "
            + "writer can be about to commit it")
      }
  }
}
