package import Files

/// The files of a table's `_delta_log`, by what their names say.
///
/// Source: Delta PROTOCOL.md, "Delta Log Entries", "Checkpoints" and "Log Compaction Files".
package struct LogDirectory: Sendable {
  /// `<table>/_delta_log`.
  package let path: String
  /// Versions that have a log entry, increasing.
  package private(set) var commits: [Int64] = []
  /// Complete checkpoints, increasing by version; of several of one version the best known comes last.
  package private(set) var checkpoints: [CheckpointFiles] = []
  /// Files that say in one what several commits say.
  private(set) var compactions: [Compaction] = []

  package struct CheckpointFiles: Sendable, Hashable {
    package let version: Int64
    /// Names within the log, in order of their parts.
    package let names: [String]
  }

  struct Compaction: Sendable, Hashable {
    let first: Int64
    let last: Int64
    let name: String
  }

  /// Lists the log of a table; one without a log has no commits.
  ///
  /// - Throws: `FileError` when the log cannot be looked at, which is not the same as its absence.
  package init(table: String) throws(FileError) {
    path = LogDirectory.path(of: table)
    guard try Directory.existing(path) == .directory else { return }
    var whole: [CheckpointFiles] = []
    var unique: [CheckpointFiles] = []
    var parts: [Int64: [Int: [Int: String]]] = [:]
    for name in try Directory.names(path) {
      switch LogFileName(name) {
      case .commit(let version): commits.append(version)
      case .compaction(let first, let last):
        compactions.append(Compaction(first: first, last: last, name: name))
      case .checkpoint(let version): whole.append(CheckpointFiles(version: version, names: [name]))
      case .uniqueCheckpoint(let version):
        unique.append(CheckpointFiles(version: version, names: [name]))
      case .part(let version, let part, let count):
        parts[version, default: [:]][count, default: [:]][part] = name
      case .other: break
      }
    }
    commits.sort()
    for (version, byCount) in parts.sorted(by: { $0.key < $1.key }) {
      for (count, names) in byCount.sorted(by: { $0.key < $1.key }) where names.count == count {
        checkpoints.append(
          CheckpointFiles(version: version, names: names.sorted { $0.key < $1.key }.map(\.value)))
      }
    }
    // Sorting keeps the order of those of one version.
    checkpoints = (checkpoints + unique + whole).sorted { $0.version < $1.version }
  }

  /// The newest version that the log can give, nil without any.
  package var latestVersion: Int64? {
    guard let commit = commits.last else { return checkpoints.last?.version }
    return max(commit, checkpoints.last?.version ?? commit)
  }

  package static func path(of table: String) -> String { Path.join(table, "_delta_log") }

  /// `00000000000000000012.json`.
  package static func commitName(_ version: Int64) -> String { digits(version, 20) + ".json" }

  /// `00000000000000000010.checkpoint.parquet`.
  package static func checkpointName(_ version: Int64) -> String {
    digits(version, 20) + ".checkpoint.parquet"
  }

  private static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
