/// xxHash, 64 bits, seed 0.
///
/// Source: xxHash fast digest algorithm, specification 0.1.1, XXH64.
enum XXHash64 {
  private static let primes: [UInt64] = [
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5,
  ]

  static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var at = bytes.startIndex
    var hash: UInt64
    if bytes.count >= 32 {
      var lanes = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
      while bytes.endIndex - at >= 32 {
        for lane in 0..<4 {
          lanes[lane] = round(lanes[lane], word(bytes, at, 8))
          at += 8
        }
      }
      hash =
        rotated(lanes[0], 1) &+ rotated(lanes[1], 7) &+ rotated(lanes[2], 12)
        &+ rotated(lanes[3], 18)
      for lane in lanes { hash = (hash ^ round(0, lane)) &* primes[0] &+ primes[3] }
    } else {
      hash = primes[4]
    }
    hash = hash &+ UInt64(bytes.count)
    while bytes.endIndex - at >= 8 {
      hash = rotated(hash ^ round(0, word(bytes, at, 8)), 27) &* primes[0] &+ primes[3]
      at += 8
    }
    if bytes.endIndex - at >= 4 {
      hash = rotated(hash ^ (word(bytes, at, 4) &* primes[0]), 23) &* primes[1] &+ primes[2]
      at += 4
    }
    while at < bytes.endIndex {
      hash = rotated(hash ^ (UInt64(bytes[at]) &* primes[4]), 11) &* primes[0]
      at += 1
    }
    return finished(hash)
  }

  /// The hash of a number's eight bytes, little-endian.
  static func hash(_ number: UInt64) -> UInt64 {
    let start = primes[4] &+ 8
    return finished(rotated(start ^ round(0, number), 27) &* primes[0] &+ primes[3])
  }

  private static func finished(_ hash: UInt64) -> UInt64 {
    var hash = (hash ^ (hash >> 33)) &* primes[1]
    hash = (hash ^ (hash >> 29)) &* primes[2]
    return hash ^ (hash >> 32)
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* primes[1], 31) &* primes[0]
  }

  private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }

  /// Little-endian.
  static func word(_ bytes: ArraySlice<UInt8>, _ at: Int, _ count: Int) -> UInt64 {
    var word: UInt64 = 0
    for offset in (0..<count).reversed() { word = word << 8 | UInt64(bytes[at + offset]) }
    return word
  }
}
