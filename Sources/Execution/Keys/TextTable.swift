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
  /// The texts' hashes by number.
  private(set) var hashes: [UInt64] = []
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

  /// All rows of a vector; texts that are new one after the other are copied together.
  ///
  /// - Throws: as ``insert(_:_:)``.
  mutating func insert(allOf source: TextVector) throws {
    if source.count > slots.count / 4 { makeRoom(for: min(source.count, Self.expectedTexts)) }
    let bytes = unsafe source.bytes.span.bytes
    /// The first of the rows that have a number but are not copied yet.
    var first = 0
    for row in 0..<source.count {
      let range = source.range(row)
      let hash = KeyHash.hash(bytes, range.lowerBound, range.upperBound)
      let tag = UInt32(truncatingIfNeeded: hash)
      let mask = slots.count &- 1
      var position = Int(truncatingIfNeeded: hash &>> shift)
      while true {
        let slot = slots[position]
        if slot.id == IntegerTable.absent {
          slots[position] = Slot(tag: tag, id: UInt32(truncatingIfNeeded: hashes.count))
          hashes.append(hash)
          if hashes.count * 2 > slots.count { grow() }
          break
        }
        if slot.tag == tag, hashes[Int(slot.id)] == hash {
          let uncopied = Int(slot.id) - texts.count
          let isSame =
            uncopied < 0
            ? isText(slot.id, bytes, range)
            : Self.areEqual(bytes, source.range(first + uncopied), range)
          if isSame {
            try copy(first..<row, of: source)
            first = row + 1
            break
          }
        }
        position = (position &+ 1) & mask
      }
    }
    try copy(first..<source.count, of: source)
  }

  private static func areEqual(_ bytes: RawSpan, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.count == b.count
      && KeyHash.isEqual(bytes, a.lowerBound, bytes, b.lowerBound, count: a.count)
  }

  private mutating func copy(_ rows: Range<Int>, of source: TextVector) throws {
    if rows.isEmpty { return }
    let size = Int(source.offsets[rows.upperBound] - source.offsets[rows.lowerBound])
    guard texts.bytes.count + size <= Int(Int32.max) else { throw Self.tooLarge }
    texts.append(rows, of: source)
  }

  /// Texts for which there is room before it is known how many of them are distinct.
  private static let expectedTexts = 8192

  private mutating func makeRoom(for count: Int) {
    while slots.count < 2 * count { grow() }
  }

  /// Gives up the slots; from then on nothing is inserted or looked up.
  mutating func dropSlots() { slots = [] }

  /// The texts at some numbers, without slots.
  func keeping(_ rows: [UInt32]) -> TextTable {
    var kept = TextTable()
    kept.slots = []
    kept.hashes = rows.map { hashes[Int($0)] }
    for row in rows { kept.texts.append(Int(row), of: texts) }
    return kept
  }

  /// Whether two texts of two tables with the same hash are equal.
  static func areEqual(_ a: TextTable, _ i: Int, _ b: TextTable, _ j: Int) -> Bool {
    let bytes = unsafe b.texts.bytes.span.bytes
    return a.isText(UInt32(truncatingIfNeeded: i), bytes, b.texts.range(j))
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
    guard end <= Int(Int32.max) else { throw Self.tooLarge }
    slots[position] = Slot(tag: UInt32(truncatingIfNeeded: hash), id: id)
    hashes.append(hash)
    let source = bytes.extracting(range)
    unsafe source.withUnsafeBytes { buffer in unsafe texts.bytes.append(contentsOf: buffer) }
    texts.offsets.append(Int32(end))
    if hashes.count * 2 > slots.count { grow() }
    return id
  }

  private static let tooLarge = ExecutionError(
    "the distinct texts of a key take more than 2 GiB; group by fewer or shorter values")

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
