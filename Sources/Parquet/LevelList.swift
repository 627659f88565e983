/// Levels of one kind, one per entry; as long as all are the same, only how many.
///
/// Most columns of a table have no NULL, or nothing else: their levels then take no memory.
struct LevelList: Sendable {
  private(set) var count = 0
  private var common: UInt8 = 0
  /// Empty while every level is `common`.
  private var levels: [UInt8] = []

  /// Bytes that the levels take in memory.
  var byteCount: Int { levels.count }

  subscript(entry: Int) -> UInt8 { levels.isEmpty ? common : levels[entry] }

  mutating func append(_ level: UInt8, count added: Int) {
    guard added > 0 else { return }
    if count == 0 { common = level }
    if levels.isEmpty {
      guard level != common else { return count += added }
      levels = [UInt8](repeating: common, count: count)
    }
    levels.append(contentsOf: repeatElement(level, count: added))
    count += added
  }

  mutating func append(_ added: [UInt8]) {
    guard let first = added.first else { return }
    if levels.isEmpty, count == 0 || first == common, !added.contains(where: { $0 != first }) {
      return append(first, count: added.count)
    }
    if levels.isEmpty { levels = [UInt8](repeating: common, count: count) }
    levels += added
    count += added.count
  }

  /// How many of some entries have a level.
  func count(of level: UInt8, in entries: Range<Int>) -> Int {
    if levels.isEmpty { return level == common ? entries.count : 0 }
    let span = levels.span
    var found = 0
    for entry in entries { found &+= span[entry] == level ? 1 : 0 }
    return found
  }

  /// Appends the runs of some entries, behind their length in four bytes, as data pages of version 1
  /// have levels; nothing where the schema leaves no choice.
  func appendRuns(_ entries: Range<Int>, largest: Int, to bytes: inout [UInt8]) {
    guard largest > 0 else { return }
    let width = RunLengthEncoder.width(ofLargest: largest)
    var runs: [UInt8] = []
    if levels.isEmpty {
      RunLengthEncoder.append(
        repeating: UInt64(common), count: entries.count, width: width, to: &runs)
    } else {
      RunLengthEncoder.append(levels, entries, width: width, to: &runs)
    }
    bytes.appendLittleEndian(UInt32(runs.count).littleEndian)
    bytes += runs
  }
}
