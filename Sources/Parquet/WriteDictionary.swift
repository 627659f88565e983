import Columns

/// Gives each distinct value a code, in the order of first appearance.
///
/// Open addressing over codes; values are compared by their bits, so that NaNs and zeros keep theirs.
struct WriteDictionary {
  private(set) var entries: WriteValues
  /// Code + 1 per slot, 0 where free; as many slots as a power of two.
  private var slots = [UInt32](repeating: 0, count: 64)
  /// Of each entry, where entries are texts.
  private var hashes: [UInt32] = []

  init(_ type: DataType) {
    entries = WriteValues(type)
  }

  var count: Int { entries.count }

  /// Bytes that it takes in memory, about.
  var byteCount: Int { entries.byteCount + 4 * slots.count }

  /// Appends the codes of the values at some places, `row` giving the row of each; not of booleans and
  /// nested ones.
  @inline(__always)
  mutating func append(
    _ values: Values, _ places: Range<Int>, to codes: inout [UInt32], row: (Int) -> Int
  ) {
    switch values {
    case .int64(let values):
      append(places, to: &codes) { UInt64(bitPattern: values[row($0)]) }
    case .double(let values):
      append(places, to: &codes) { values[row($0)].bitPattern }
    case .decimal(let values):
      for place in places { codes.append(code(ofDecimal: values[row(place)])) }
    case .text(let values):
      for place in places { codes.append(code(ofRow: row(place), of: values)) }
    case .boolean, .array, .map, .row:
      codes.append(contentsOf: repeatElement(0, count: places.count))
    }
  }

  /// A word that repeats the one before it is not looked up again.
  @inline(__always)
  private mutating func append(
    _ places: Range<Int>, to codes: inout [UInt32], word: (Int) -> UInt64
  ) {
    var last: UInt64 = 0
    var code = UInt32.max
    for place in places {
      let word = word(place)
      if word != last || code == UInt32.max {
        last = word
        code = self.code(ofWord: word)
      }
      codes.append(code)
    }
  }

  /// The code of a value; not of booleans and nested ones.
  @inline(__always)
  mutating func code(of values: Values, _ row: Int) -> UInt32 {
    switch values {
    case .int64(let values): code(ofWord: UInt64(bitPattern: values[row]))
    case .double(let values): code(ofWord: values[row].bitPattern)
    case .decimal(let values): code(ofDecimal: values[row])
    case .text(let values): code(ofRow: row, of: values)
    case .boolean, .array, .map, .row: 0
    }
  }

  mutating func code(ofWord word: UInt64) -> UInt32 {
    growIfNeeded()
    var slot = Int(truncatingIfNeeded: WriteDictionary.hash(word)) & (slots.count - 1)
    while slots[slot] != 0 {
      if entries.words[Int(slots[slot] - 1)] == word { return slots[slot] - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    entries.words.append(word)
    return take(slot)
  }

  mutating func code(ofDecimal decimal: Int128) -> UInt32 {
    growIfNeeded()
    var slot = Int(truncatingIfNeeded: WriteDictionary.hash(decimal)) & (slots.count - 1)
    while slots[slot] != 0 {
      if entries.decimals[Int(slots[slot] - 1)] == decimal { return slots[slot] - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    entries.decimals.append(decimal)
    return take(slot)
  }

  mutating func code(ofRow row: Int, of text: TextVector) -> UInt32 {
    growIfNeeded()
    let range = text.range(row)
    let hash = WriteDictionary.hash(text.bytes, range)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let code = slots[slot] - 1
      if hashes[Int(code)] == hash && entries.text.length(Int(code)) == range.count
        && entries.text.compare(Int(code), with: text, row) == 0
      {
        return code
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    entries.text.append(row, of: text)
    hashes.append(hash)
    return take(slot)
  }

  private mutating func take(_ slot: Int) -> UInt32 {
    let code = UInt32(entries.count - 1)
    slots[slot] = code + 1
    return code
  }

  private mutating func growIfNeeded() {
    guard entries.count * 2 >= slots.count else { return }
    let size = slots.count * 4
    slots = [UInt32](repeating: 0, count: size)
    for code in 0..<entries.count {
      let hash =
        switch entries.layout {
        case .int64, .double: WriteDictionary.hash(entries.words[code])
        case .decimal: WriteDictionary.hash(entries.decimals[code])
        case .boolean, .text, .array, .map, .row: UInt64(hashes[code])
        }
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(code + 1)
    }
  }

  /// The finaliser of MurmurHash3: every bit of the number moves every bit of the slot.
  private static func hash(_ word: UInt64) -> UInt64 {
    var x = word
    x = (x ^ (x >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    x = (x ^ (x >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return x ^ (x >> 33)
  }

  private static func hash(_ decimal: Int128) -> UInt64 {
    hash(UInt64(truncatingIfNeeded: decimal) ^ hash(UInt64(truncatingIfNeeded: decimal >> 64)))
  }

  /// Multiply and fold, eight bytes at a time.
  ///
  /// Source: the mixing step of wyhash (Wang Yi, "wyhash", public domain).
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var x = UInt64(range.count) &* 0x9E37_79B9_7F4A_7C15
    var position = range.lowerBound
    while position &+ 8 <= range.upperBound {
      x = folded(x ^ bytes.paddedUInt64(at: position))
      position &+= 8
    }
    let left = range.upperBound &- position
    if left > 0 {
      let tail =
        bytes.paddedUInt64(at: position) & (1 << UInt64(truncatingIfNeeded: 8 &* left) &- 1)
      x = folded(x ^ tail)
    }
    return UInt32(truncatingIfNeeded: x ^ (x >> 32))
  }

  private static func folded(_ x: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
