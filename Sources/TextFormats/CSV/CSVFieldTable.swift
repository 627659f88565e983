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

enum CSVHash {
  /// Multiply and fold, sixteen bytes at a time; eight more bytes must follow.
  ///
  /// Source: the mixing step of wyhash (Wang Yi, "wyhash", public domain).
  @inline(__always)
  static func hash(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> UInt32 {
    var state = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
    var at = start
    var rest = length
    if rest >= 2 &* ByteBlock.size {
      // Long text goes by the block; the rotation makes the order of the blocks count.
      var blocks = SIMD8<UInt64>(repeating: state)
      while rest >= ByteBlock.size {
        blocks = (blocks &<< 5 | blocks &>> 59) ^ bytes.block(at: at).words
        at &+= ByteBlock.size
        rest &-= ByteBlock.size
      }
      for word in 0..<4 { state = mix(blocks[2 &* word], blocks[2 &* word &+ 1] ^ state) }
    }
    while rest > 16 {
      state = mix(bytes.word(at: at), bytes.word(at: at &+ 8) ^ state)
      at &+= 16
      rest &-= 16
    }
    if rest > 8 {
      // The last eight may have been seen in part.
      state = mix(bytes.word(at: at), bytes.word(at: at &+ rest &- 8) ^ state)
    } else if rest > 0 {
      let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* rest)
      state = mix(bytes.word(at: at) << shift, state)
    }
    return UInt32(truncatingIfNeeded: state ^ (state >> 32))
  }

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: b ^ 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}
