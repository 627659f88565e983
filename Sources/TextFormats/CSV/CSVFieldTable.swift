/// Distinct raw fields, numbered in the order in which they first came.
struct CSVFieldTable {
  /// The fields one after the other, then zeros, so that words can be read from any of them.
  private(set) var bytes = [UInt8](repeating: 0, count: 64)
  private(set) var places: [CSVFieldPlace] = []
  /// Bytes of the fields alone.
  private(set) var byteCount = 0
  /// Open addressing: the hash in the upper half, the number plus one in the lower, or zero.
  private var slots = [UInt64](repeating: 0, count: 16)

  var count: Int { places.count }

  /// The number of a field; eight more bytes must follow it.
  mutating func code(_ text: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    let hash = CSVHash.hash(text, start, length)
    let slotMask = slots.count &- 1
    var slot = Int(hash) & slotMask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      if UInt32(truncatingIfNeeded: entry >> 32) == hash {
        let code = UInt32(truncatingIfNeeded: entry) &- 1
        let place = places[Int(code)]
        if Int(place.length) == length
          && CSVCompare.equal(text, start, bytes.span, Int(place.start), length)
        {
          return code
        }
      }
      slot = (slot &+ 1) & slotMask
    }
    return add(text, start, length, hash, slot)
  }

  /// The number of the field with nothing in it.
  mutating func emptyCode() -> UInt32 { code(CSVFieldTable.nothing.span, 0, 0) }

  private static let nothing = [UInt8](repeating: 0, count: 8)

  private mutating func add(
    _ text: Span<UInt8>, _ start: Int, _ length: Int, _ hash: UInt32, _ slot: Int
  ) -> UInt32 {
    let code = UInt32(truncatingIfNeeded: places.count)
    slots[slot] = UInt64(hash) << 32 | UInt64(code &+ 1)
    places.append(
      CSVFieldPlace(
        start: UInt32(truncatingIfNeeded: byteCount), length: UInt32(truncatingIfNeeded: length)))
    let room = byteCount + length + 8
    if room > bytes.count {
      bytes.append(contentsOf: repeatElement(0, count: max(bytes.count, room - bytes.count)))
    }
    for offset in 0..<length { bytes[byteCount + offset] = text[start + offset] }
    byteCount += length
    if places.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 4)
    let slotMask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & slotMask
      while slots[slot] != 0 { slot = (slot + 1) & slotMask }
      slots[slot] = entry
    }
  }
}
