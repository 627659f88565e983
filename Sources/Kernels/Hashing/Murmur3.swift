/// MurmurHash3 for 64-bit machines, 128 bits, seed 0.
///
/// Source: Austin Appleby, MurmurHash3_x64_128, SMHasher.
enum Murmur3 {
  private static let first: UInt64 = 0x87C3_7B91_1142_53D5
  private static let second: UInt64 = 0x4CF5_AD43_2745_937F

  /// Sixteen bytes, each half little-endian.
  static func hash(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let (h1, h2) = halves(bytes)
    return [h1, h2].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } }
  }

  /// The first half of the hash of a number's eight bytes, little-endian.
  static func hash64(_ number: UInt64) -> UInt64 {
    finished(mixed(number, first, 31, second), 0, count: 8).0
  }

  /// The hash as two numbers.
  static func halves(_ bytes: ArraySlice<UInt8>) -> (UInt64, UInt64) {
    var h1: UInt64 = 0
    var h2: UInt64 = 0
    var at = bytes.startIndex
    while bytes.endIndex - at >= 16 {
      h1 ^= mixed(XXHash64.word(bytes, at, 8), first, 31, second)
      h1 = (rotated(h1, 27) &+ h2) &* 5 &+ 0x52DC_E729
      h2 ^= mixed(XXHash64.word(bytes, at + 8, 8), second, 33, first)
      h2 = (rotated(h2, 31) &+ h1) &* 5 &+ 0x3849_5AB5
      at += 16
    }
    let rest = bytes.endIndex - at
    if rest > 8 { h2 ^= mixed(XXHash64.word(bytes, at + 8, rest - 8), second, 33, first) }
    if rest > 0 { h1 ^= mixed(XXHash64.word(bytes, at, min(rest, 8)), first, 31, second) }
    return finished(h1, h2, count: bytes.count)
  }

  private static func finished(_ a: UInt64, _ b: UInt64, count: Int) -> (UInt64, UInt64) {
    var h1 = a ^ UInt64(count)
    var h2 = b ^ UInt64(count)
    h1 = h1 &+ h2
    h2 = h2 &+ h1
    h1 = avalanche(h1)
    h2 = avalanche(h2)
    h1 = h1 &+ h2
    h2 = h2 &+ h1
    return (h1, h2)
  }

  private static func mixed(_ word: UInt64, _ a: UInt64, _ turn: UInt64, _ b: UInt64) -> UInt64 {
    rotated(word &* a, turn) &* b
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }

  private static func avalanche(_ value: UInt64) -> UInt64 {
    var value = (value ^ (value >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    value = (value ^ (value >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return value ^ (value >> 33)
  }
}
