import Files

/// The keys of all rows of a delivery, among which it finds those that come twice.
///
/// Keys are sorted by their highest bits into parts that are small enough to be looked through in the
/// processor's cache. More than ``memoryBytes`` of them go to a file without a name; at the end one part
/// at a time is read back.
package struct RowKeySet {
  /// Bytes of keys that are kept in memory, where nothing else is said.
  package static let memoryBytes = 64 << 20
  private static let partBits: UInt64 = 8
  /// Keys that are told apart in a repetition; the others are counted only.
  private static let keptKeys = 1 << 16

  private var parts = [[UInt64]](repeating: [], count: 1 << RowKeySet.partBits)
  private var held = 0
  private let limit: Int
  private let directory: String
  private var spill: SpillFile?
  /// Where in the file the keys of each part are.
  private var spilled = [[Range<Int>]](repeating: [], count: 1 << RowKeySet.partBits)
  /// Rows without an identity.
  package private(set) var missing = 0
  /// Rows with one.
  package private(set) var count = 0

  /// What comes more than once.
  package struct Repetition {
    /// Rows beyond the first of each key.
    package var surplus = 0
    /// The keys, as many as are kept.
    package var keys: Set<RowKey> = []
  }

  /// - Parameters:
  ///   - directory: where the file is made when there are too many keys.
  ///   - memoryBytes: bytes of keys that are kept in memory.
  package init(directory: String, memoryBytes: Int = RowKeySet.memoryBytes) {
    self.directory = directory
    limit = memoryBytes / 8
  }

  /// Adds the keys of some rows.
  ///
  /// - Throws: `FileError` when keys cannot be put aside.
  package mutating func add(_ keys: RowKeys) throws {
    let lanes = keys.lanes
    missing += keys.missing
    count += lanes.count / 2
    let shift = 64 - RowKeySet.partBits
    for place in stride(from: 0, to: lanes.count, by: 2) {
      let part = Int(truncatingIfNeeded: lanes[place] &>> shift)
      parts[part].append(lanes[place])
      parts[part].append(lanes[place &+ 1])
    }
    held += lanes.count
    if held > limit { try putAside() }
  }

  private mutating func putAside() throws {
    let file = try spill ?? SpillFile(in: directory)
    spill = file
    for part in parts.indices where !parts[part].isEmpty {
      let start = file.count
      try file.append(parts[part])
      spilled[part].append(start..<file.count)
      parts[part].removeAll(keepingCapacity: true)
    }
    held = 0
  }

  /// What comes more than once, nil where nothing does. The keys are given up.
  ///
  /// - Throws: `FileError` when keys that were put aside cannot be read.
  /// - Complexity: O(`count`).
  package mutating func repetition() throws -> Repetition? {
    var found = Repetition()
    var table = KeyTable()
    for part in parts.indices {
      var keys = parts[part]
      parts[part] = []
      for range in spilled[part] { keys += try spill?.read(range) ?? [] }
      table.find(keys, &found, limit: RowKeySet.keptKeys)
    }
    return found.surplus > 0 ? found : nil
  }
}

/// A hash table of keys, used again for each part.
private struct KeyTable {
  private var slots: [UInt64] = []

  mutating func find(_ keys: [UInt64], _ found: inout RowKeySet.Repetition, limit: Int) {
    let count = keys.count / 2
    guard count > 1 else { return }
    var capacity = 64
    while capacity < count * 2 { capacity *= 2 }
    if slots.count < capacity * 2 { slots = [UInt64](repeating: 0, count: capacity * 2) }
    for place in 0..<(capacity * 2) { slots[place] = 0 }
    let mask = UInt64(capacity - 1)
    for place in stride(from: 0, to: keys.count, by: 2) {
      let low = keys[place]
      let high = keys[place &+ 1]
      var slot = Int(truncatingIfNeeded: (low ^ high &>> 1) & mask)
      while true {
        // The high lane of a key is odd: an empty slot has none.
        let other = slots[slot &* 2 &+ 1]
        if other == 0 {
          slots[slot &* 2] = low
          slots[slot &* 2 &+ 1] = high
          break
        }
        if other == high && slots[slot &* 2] == low {
          found.surplus += 1
          if found.keys.count < limit { found.keys.insert(RowKey(low: low, high: high)) }
          break
        }
        slot = slot &+ 1 == Int(mask) &+ 1 ? 0 : slot &+ 1
      }
    }
  }
}
