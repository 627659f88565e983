/// The points of a source by their keys, with a hash of what was measured and what is known of each.
///
/// Open addressing: a key is a hash already, so that its low bits tell where it is looked for first.
struct PointTable {
  /// What is known of a point; nothing where a slot is free.
  private struct Marks: OptionSet {
    let rawValue: UInt8
    static let known = Marks(rawValue: 1)
    /// The source has it several times.
    static let repeated = Marks(rawValue: 2)
    /// The table has it as it is.
    static let there = Marks(rawValue: 4)
  }

  /// Keys of free slots are any.
  private var keys = [PointIdentity.Key](
    repeating: PointTable.none, count: PointTable.leastCapacity)
  private var values = [Int](repeating: 0, count: PointTable.leastCapacity)
  private var marks = [Marks](repeating: [], count: PointTable.leastCapacity)
  /// How many points there are, each counted once.
  private(set) var count = 0
  private static let leastCapacity = 1 << 10
  private static let none = PointIdentity.Key(first: 0, second: 0)

  /// Takes in that the source has a point.
  ///
  /// - Parameter values: a hash of what was measured, kept of the first time.
  mutating func add(_ key: PointIdentity.Key, _ values: Int) {
    let slot = slot(of: key)
    guard marks[slot].isEmpty else {
      marks[slot].insert(.repeated)
      return
    }
    keys[slot] = key
    self.values[slot] = values
    marks[slot] = .known
    count += 1
    if count * 4 > keys.count * 3 { grow() }
  }

  /// Takes in that the table has a point as it is.
  mutating func markThere(_ key: PointIdentity.Key) {
    let slot = slot(of: key)
    if !marks[slot].isEmpty { marks[slot].insert(.there) }
  }

  /// The hash of what was measured, nil where the source does not have the point.
  func values(of key: PointIdentity.Key) -> Int? {
    let slot = slot(of: key)
    return marks[slot].isEmpty ? nil : values[slot]
  }

  func isRepeated(_ key: PointIdentity.Key) -> Bool { marks[slot(of: key)].contains(.repeated) }

  /// Whether the source has a point that the table does not have as it is.
  func isMissing(_ key: PointIdentity.Key) -> Bool {
    let marks = marks[slot(of: key)]
    return !marks.isEmpty && !marks.contains(.there)
  }

  /// The points that the source has several times.
  var repeatedKeys: [PointIdentity.Key] {
    marks.indices.filter { marks[$0].contains(.repeated) }.map { keys[$0] }
  }

  /// Where a key is, or the free slot where it would be.
  @inline(__always)
  private func slot(of key: PointIdentity.Key) -> Int {
    let mask = keys.count &- 1
    var slot = key.first & mask
    while !marks[slot].isEmpty && keys[slot] != key { slot = (slot &+ 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldValues, oldMarks) = (keys, values, marks)
    keys = Array(repeating: PointTable.none, count: 2 * oldKeys.count)
    values = Array(repeating: 0, count: 2 * oldKeys.count)
    marks = Array(repeating: [], count: 2 * oldKeys.count)
    for old in oldMarks.indices where !oldMarks[old].isEmpty {
      let slot = slot(of: oldKeys[old])
      keys[slot] = oldKeys[old]
      values[slot] = oldValues[old]
      marks[slot] = oldMarks[old]
    }
  }
}
