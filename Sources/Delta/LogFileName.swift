/// What the name of a file in a table's log says.
///
/// Source: Delta PROTOCOL.md, "Delta Log Entries", "Checkpoint Naming Scheme" and "Log Compaction Files".
enum LogFileName {
  /// `<version>.json`
  case commit(Int64)
  /// `<first>.<last>.compacted.json`
  case compaction(first: Int64, last: Int64)
  /// `<version>.checkpoint.parquet`
  case checkpoint(Int64)
  /// `<version>.checkpoint.<part>.<count>.parquet`
  case part(Int64, Int, of: Int)
  /// `<version>.checkpoint.<uuid>.parquet` and `….json`
  case uniqueCheckpoint(Int64)
  case other

  init(_ name: String) {
    let words = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let version = words.first.flatMap(LogFileName.version) else {
      self = .other
      return
    }
    switch (words.count, words.last) {
    case (2, "json"): self = .commit(version)
    case (3, "parquet") where words[1] == "checkpoint": self = .checkpoint(version)
    case (4, "json") where words[2] == "compacted":
      let last = LogFileName.version(words[1]).flatMap { $0 >= version ? $0 : nil }
      self = last.map { .compaction(first: version, last: $0) } ?? .other
    case (4, "parquet") where words[1] == "checkpoint" && !words[2].isEmpty,
      (4, "json") where words[1] == "checkpoint" && !words[2].isEmpty:
      self = .uniqueCheckpoint(version)
    case (5, "parquet") where words[1] == "checkpoint":
      guard let part = LogFileName.number(words[2]), let count = LogFileName.number(words[3]),
        count < 100_000, 1...max(count, 1) ~= part
      else {
        self = .other
        return
      }
      self = .part(version, Int(part), of: Int(count))
    default: self = .other
    }
  }

  /// Versions beyond are no versions: there is always a next one.
  private static let limit: Int64 = 1_000_000_000_000_000_000

  private static func version(_ text: Substring) -> Int64? {
    text.utf8.count == 20 ? number(text) : nil
  }

  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text), number <= limit
    else { return nil }
    return number
  }
}
