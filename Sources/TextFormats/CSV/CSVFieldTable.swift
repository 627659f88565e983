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
        if isField(code, text, start, length) { return code }
      }
      slot = (slot &+ 1) & slotMask
    }
    return add(text, start, length, hash, slot)
  }

  /// Appends the numbers of some fields.
  ///
  /// All are hashed, then all looked up, then all compared: with nothing to decide in between, the waits for
  /// memory overlap.
  ///
  /// - Parameters:
  ///   - starts, ends: see ``CSVFieldRun``.
  mutating func appendCodes(
    _ text: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>, to codes: inout [UInt32]
  ) {
    let first = codes.count
    codes.append(contentsOf: repeatElement(0, count: starts.count))
    var found = codes.mutableSpan
    for row in starts.indices {
      let start = Int(starts[row])
      found[first &+ row] = CSVHash.hash(text, start, Int(ends[row]) &- 1 &- start)
    }
    guess(&found, from: first)
    for row in starts.indices {
      let start = Int(starts[row])
      let length = Int(ends[row]) &- 1 &- start
      let guess = found[first &+ row]
      if guess != CSVFieldTable.unknown && isField(guess, text, start, length) { continue }
      found[first &+ row] = code(text, start, length)
    }
  }

  private static let unknown = UInt32.max

  /// Replaces hashes by the numbers of the fields that most likely have them, or by `unknown`.
  private func guess(_ hashes: inout MutableSpan<UInt32>, from first: Int) {
    let slots = slots.span
    let slotMask = slots.count &- 1
    for row in first..<hashes.count {
      let hash = hashes[row]
      let entry = slots[Int(hash) & slotMask]
      // Empty slots have no number either: zero less one is `unknown`.
      hashes[row] =
        UInt32(truncatingIfNeeded: entry >> 32) == hash
        ? UInt32(truncatingIfNeeded: entry) &- 1 : CSVFieldTable.unknown
    }
  }

  @inline(__always)
  private func isField(
    _ code: UInt32, _ text: Span<UInt8>, _ start: Int, _ length: Int
  ) -> Bool {
    let place = places[Int(code)]
    return Int(place.length) == length
      && CSVCompare.equal(text, start, bytes.span, Int(place.start), length)
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
