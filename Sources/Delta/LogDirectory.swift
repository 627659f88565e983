package import Files

/// The files of a table's `_delta_log`, by what their names say.
///
/// Source: Delta PROTOCOL.md, "Delta Log Entries" and "Checkpoints".
package struct LogDirectory: Sendable {
  /// `<table>/_delta_log`.
  package let path: String
  /// Versions that have a log entry, increasing.
  package private(set) var commits: [Int64] = []
  /// Complete checkpoints, increasing by version.
  package private(set) var checkpoints: [CheckpointFiles] = []

  package struct CheckpointFiles: Sendable, Hashable {
    package let version: Int64
    /// Names within the log, in order of their parts.
    package let names: [String]
  }

  /// Lists the log of a table; one without a log has no commits.
  ///
  /// - Throws: `FileError` when the log cannot be looked at, which is not the same as its absence.
  package init(table: String) throws(FileError) {
    path = LogDirectory.path(of: table)
    guard try Directory.existing(path) == .directory else { return }
    var single: [Int64: String] = [:]
    var parts: [Int64: [Int: [Int: String]]] = [:]
    for name in try Directory.names(path) {
      switch LogDirectory.meaning(of: name) {
      case .commit(let version): commits.append(version)
      case .checkpoint(let version): single[version] = name
      case .part(let version, let part, let count):
        parts[version, default: [:]][count, default: [:]][part] = name
      case .other: break
      }
    }
    commits.sort()
    for (version, name) in single {
      checkpoints.append(CheckpointFiles(version: version, names: [name]))
    }
    for (version, byCount) in parts where single[version] == nil {
      guard let whole = byCount.filter({ $0.value.count == $0.key }).max(by: { $0.key < $1.key })
      else {
        continue
      }
      let names = whole.value.sorted { $0.key < $1.key }.map(\.value)
      checkpoints.append(CheckpointFiles(version: version, names: names))
    }
    checkpoints.sort { $0.version < $1.version }
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

  private enum Meaning {
    case commit(Int64)
    case checkpoint(Int64)
    case part(Int64, Int, of: Int)
    case other
  }

  private static func meaning(of name: String) -> Meaning {
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = words.first, first.utf8.count == 20, let version = number(first) else {
      return .other
    }
    if words.count == 2, words[1] == "json" { return .commit(version) }
    if words.count == 3, words[1] == "checkpoint", words[2] == "parquet" {
      return .checkpoint(version)
    }
    guard words.count == 5, words[1] == "checkpoint", words[4] == "parquet",
      let part = number(words[2]), let count = number(words[3]), 1...count ~= part, count < 100_000
    else { return .other }
    return .part(version, Int(part), of: Int(count))
  }

  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }

  private static func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
