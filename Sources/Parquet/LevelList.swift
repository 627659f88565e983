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
    if levels.isEmpty, count == 0 || first == common, LevelList.areAll(first, added) {
      return append(first, count: added.count)
    }
    if levels.isEmpty { levels = [UInt8](repeating: common, count: count) }
    levels += added
    count += added.count
  }

  /// Begins anew, in the same memory.
  mutating func removeAll() {
    count = 0
    levels.removeAll(keepingCapacity: true)
  }

  /// Looks at all of them, which takes less time than to stop at the first other one.
  private static func areAll(_ level: UInt8, _ levels: [UInt8]) -> Bool {
    var differences: UInt8 = 0
    for other in levels { differences |= other ^ level }
    return differences == 0
  }

  /// How many of some entries have a level.
  func count(of level: UInt8, in entries: Range<Int>) -> Int {
    if levels.isEmpty { return level == common ? entries.count : 0 }
    let pattern = UInt64(level) &* 0x0101_0101_0101_0101
    var others = 0
    var entry = entries.lowerBound
    while entry &+ 8 <= entries.upperBound {
      // Each byte of `sums` counts for its lane, which has room for 255.
      let stop = min(entries.upperBound &- 8, entry &+ 254 &* 8)
      var sums: UInt64 = 0
      while entry <= stop {
        // Adding 127 to the lower bits sets the highest one where any of them differs.
        let difference = levels.paddedUInt64(at: entry) ^ pattern
        let lower = difference & 0x7F7F_7F7F_7F7F_7F7F
        sums &+= ((lower &+ 0x7F7F_7F7F_7F7F_7F7F) | difference) >> 7 & 0x0101_0101_0101_0101
        entry &+= 8
      }
      let pairs = (sums & 0x00FF_00FF_00FF_00FF) &+ (sums >> 8 & 0x00FF_00FF_00FF_00FF)
      others &+= Int(truncatingIfNeeded: (pairs &* 0x0001_0001_0001_0001) >> 48)
    }
    while entry < entries.upperBound {
      others &+= levels[entry] == level ? 0 : 1
      entry &+= 1
    }
    return entries.count - others
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
