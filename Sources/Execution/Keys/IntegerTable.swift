/// Numbers distinct 64-bit keys 0, 1, 2, … in order of first appearance.
///
/// Open addressing with linear probing, at most half full; a slot holds its key, so that a hit touches
/// one cache line.
struct IntegerTable {
  static let absent = UInt32.max

  private struct Slot {
    var key: UInt64
    var id: UInt32
  }

  private var slots: [Slot]
  private var shift: UInt64
  /// The keys by number.
  private(set) var keys: [UInt64] = []

  init() {
    slots = [Slot](repeating: Slot(key: 0, id: Self.absent), count: 64)
    shift = 64 - 6
  }

  var count: Int { keys.count }
  var byteCount: Int { slots.count * 16 + keys.capacity * 8 }

  /// The number of each key, new ones getting the next.
  mutating func insert(_ new: [UInt64], into ids: inout [UInt32]) {
    ids.reserveCapacity(ids.count + new.count)
    for key in new { ids.append(insert(key)) }
  }

  @inline(__always)
  mutating func insert(_ key: UInt64) -> UInt32 {
    var position = Int(truncatingIfNeeded: KeyHash.mix(key) &>> shift)
    while true {
      let slot = slots[position]
      if slot.id == Self.absent { break }
      if slot.key == key { return slot.id }
      position = (position &+ 1) & (slots.count &- 1)
    }
    let id = UInt32(truncatingIfNeeded: keys.count)
    slots[position] = Slot(key: key, id: id)
    keys.append(key)
    if keys.count * 2 > slots.count { grow() }
    return id
  }

  /// The number of a key, or ``absent``.
  @inline(__always)
  func find(_ key: UInt64) -> UInt32 {
    var position = Int(truncatingIfNeeded: KeyHash.mix(key) &>> shift)
    while true {
      let slot = slots[position]
      if slot.id == Self.absent || slot.key == key { return slot.id }
      position = (position &+ 1) & (slots.count &- 1)
    }
  }

  /// Gives up the slots; from then on nothing is inserted or looked up.
  mutating func dropSlots() { slots = [] }

  /// The keys at some numbers, without slots.
  func keeping(_ rows: [UInt32]) -> IntegerTable {
    var kept = IntegerTable()
    kept.slots = []
    kept.keys = rows.map { keys[Int($0)] }
    return kept
  }

  private mutating func grow() {
    let size = slots.count * 4
    shift -= 2
    slots = [Slot](repeating: Slot(key: 0, id: Self.absent), count: size)
    for (id, key) in keys.enumerated() {
      var position = Int(truncatingIfNeeded: KeyHash.mix(key) &>> shift)
      while slots[position].id != Self.absent { position = (position &+ 1) & (size &- 1) }
      slots[position] = Slot(key: key, id: UInt32(truncatingIfNeeded: id))
    }
  }
}
