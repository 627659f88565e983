import Columns

/// Numbers distinct texts 0, 1, 2, … in order of first appearance.
///
/// A slot holds a part of the hash beside the number, so that the text itself is only looked at when
/// it is almost surely the same.
struct TextTable {
  // SAFETY: spans of bytes are lent for one call only, while the vector that owns them is a parameter
  // or a property that the call does not change, and every range of them is checked.

  private struct Slot {
    var tag: UInt32
    var id: UInt32
  }

  private var slots: [Slot]
  private var shift: UInt64
  private var hashes: [UInt64] = []
  /// The texts by number.
  private(set) var texts = TextVector()

  init() {
    slots = [Slot](repeating: Slot(tag: 0, id: IntegerTable.absent), count: 64)
    shift = 64 - 6
  }

  var count: Int { hashes.count }
  var byteCount: Int {
    slots.count * 8 + hashes.capacity * 8 + texts.bytes.capacity + texts.offsets.capacity * 4
  }

  /// The number of one row of a vector, a new text getting the next.
  ///
  /// - Throws: ``ExecutionError`` when the texts no longer fit one buffer of 2 GiB.
  // SAFETY: the raw spans of this type are used within the call that made them, over arrays that are
  // not changed meanwhile; `RawSpan` checks the bounds of every load.
  @inline(__always)
  mutating func insert(_ source: TextVector, _ row: Int) throws -> UInt32 {
    let range = source.range(row)
    let bytes = unsafe source.bytes.span.bytes
    return try insert(bytes, range, hash: KeyHash.hash(bytes, range.lowerBound, range.upperBound))
  }

  /// All texts of another table, without hashing them again.
  mutating func insert(allOf other: TextTable) throws -> [UInt32] {
    let bytes = unsafe other.texts.bytes.span.bytes
    var ids: [UInt32] = []
    ids.reserveCapacity(other.count)
    for row in 0..<other.count {
      ids.append(try insert(bytes, other.texts.range(row), hash: other.hashes[row]))
    }
    return ids
  }

  /// The number of one row of a vector, or `IntegerTable.absent`.
  @inline(__always)
  func find(_ source: TextVector, _ row: Int) -> UInt32 {
    let range = source.range(row)
    let bytes = unsafe source.bytes.span.bytes
    let hash = KeyHash.hash(bytes, range.lowerBound, range.upperBound)
    return slots[probe(bytes, range, hash)].id
  }

  @inline(__always)
  private mutating func insert(_ bytes: RawSpan, _ range: Range<Int>, hash: UInt64) throws -> UInt32
  {
    let position = probe(bytes, range, hash)
    let found = slots[position].id
    if found != IntegerTable.absent { return found }
    return try add(bytes, range, hash: hash, at: position)
  }

  private mutating func add(
    _ bytes: RawSpan, _ range: Range<Int>, hash: UInt64, at position: Int
  ) throws -> UInt32 {
    let id = UInt32(truncatingIfNeeded: hashes.count)
    let end = texts.bytes.count + range.count
    guard end <= Int(Int32.max) else {
      throw ExecutionError(
        "the distinct texts of a key take more than 2 GiB; group by fewer or shorter values")
    }
    slots[position] = Slot(tag: UInt32(truncatingIfNeeded: hash), id: id)
    hashes.append(hash)
    let source = bytes.extracting(range)
    unsafe source.withUnsafeBytes { buffer in unsafe texts.bytes.append(contentsOf: buffer) }
    texts.offsets.append(Int32(end))
    if hashes.count * 2 > slots.count { grow() }
    return id
  }

  /// The slot of the text, or the free slot where it belongs.
  @inline(__always)
  private func probe(_ bytes: RawSpan, _ range: Range<Int>, _ hash: UInt64) -> Int {
    let mask = slots.count &- 1
    let tag = UInt32(truncatingIfNeeded: hash)
    var position = Int(truncatingIfNeeded: hash &>> shift)
    while true {
      let slot = slots[position]
      if slot.id == IntegerTable.absent { return position }
      if slot.tag == tag, isText(slot.id, bytes, range) { return position }
      position = (position &+ 1) & mask
    }
  }

  private func isText(_ id: UInt32, _ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    let mine = texts.range(Int(id))
    guard mine.count == range.count else { return false }
    return KeyHash.isEqual(
      unsafe texts.bytes.span.bytes, mine.lowerBound, bytes, range.lowerBound, count: range.count)
  }

  private mutating func grow() {
    let size = slots.count * 4
    shift -= 2
    slots = [Slot](repeating: Slot(tag: 0, id: IntegerTable.absent), count: size)
    for (id, hash) in hashes.enumerated() {
      var position = Int(truncatingIfNeeded: hash &>> shift)
      while slots[position].id != IntegerTable.absent {
        position = (position &+ 1) & (size &- 1)
      }
      slots[position] = Slot(
        tag: UInt32(truncatingIfNeeded: hash), id: UInt32(truncatingIfNeeded: id))
    }
  }
}
