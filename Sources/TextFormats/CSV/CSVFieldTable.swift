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

enum CSVHash {
  /// Multiply and fold, eight bytes at a time; eight more bytes must follow.
  ///
  /// Source: the mixing step of wyhash (Wang Yi, "wyhash", public domain).
  @inline(__always)
  static func hash(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset &+ 8 <= length {
      state = mix(state ^ bytes.word(at: start &+ offset))
      offset &+= 8
    }
    let rest = length &- offset
    if rest > 0 {
      let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
      state = mix(state ^ (bytes.word(at: start &+ offset) << shift))
    }
    return UInt32(truncatingIfNeeded: state ^ (state >> 32))
  }

  @inline(__always)
  private static func mix(_ x: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
