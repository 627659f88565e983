/// The checksum of Zstandard's frames: XXH64 with seed 0.
///
/// Source: github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
enum XXHash64 {
  private static let primes: [5 of UInt64] = [
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
    0x27D4_EB2F_1656_67C5,
  ]

  static func hash(_ input: InputReader) -> UInt64 {
    let bytes = unsafe input.rest
    var position = 0
    var hash: UInt64
    if bytes.count >= 32 {
      var lanes: [4 of UInt64] = [
        primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0],
      ]
      while bytes.count - position >= 32 {
        for lane in 0..<4 {
          lanes[lane] = unsafe round(lanes[lane], word(bytes, position + 8 * lane))
        }
        position += 32
      }
      hash =
        rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
      for lane in 0..<4 { hash = (hash ^ round(0, lanes[lane])) &* primes[0] &+ primes[3] }
    } else {
      hash = primes[4]
    }
    hash &+= UInt64(bytes.count)
    while bytes.count - position >= 8 {
      hash = unsafe rotate(hash ^ round(0, word(bytes, position)), 27) &* primes[0] &+ primes[3]
      position += 8
    }
    if bytes.count - position >= 4 {
      let input: UInt32 = unsafe word(bytes, position)
      hash = rotate(hash ^ UInt64(input) &* primes[0], 23) &* primes[1] &+ primes[2]
      position += 4
    }
    while position < bytes.count {
      hash = rotate(hash ^ UInt64(unsafe bytes[position]) &* primes[4], 11) &* primes[0]
      position += 1
    }
    hash = (hash ^ hash >> 33) &* primes[1]
    hash = (hash ^ hash >> 29) &* primes[2]
    return hash ^ hash >> 32
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* primes[1], 31) &* primes[0]
  }
}

/// The checksum of LZ4's frames: XXH32 with seed 0.
///
/// Source: github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
enum XXHash32 {
  private static let primes: [5 of UInt32] = [
    0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1,
  ]

  static func hash(_ input: InputReader) -> UInt32 {
    let bytes = unsafe input.rest
    var position = 0
    var hash = primes[4]
    if bytes.count >= 16 {
      var lanes: [4 of UInt32] = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
      while bytes.count - position >= 16 {
        for lane in 0..<4 {
          let input: UInt32 = unsafe word(bytes, position + 4 * lane)
          lanes[lane] = rotate(lanes[lane] &+ input &* primes[1], 13) &* primes[0]
        }
        position += 16
      }
      hash =
        rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
    }
    hash &+= UInt32(truncatingIfNeeded: bytes.count)
    while bytes.count - position >= 4 {
      let input: UInt32 = unsafe word(bytes, position)
      hash = rotate(hash &+ input &* primes[2], 17) &* primes[3]
      position += 4
    }
    while position < bytes.count {
      hash = rotate(hash &+ UInt32(unsafe bytes[position]) &* primes[4], 11) &* primes[0]
      position += 1
    }
    hash = (hash ^ hash >> 15) &* primes[1]
    hash = (hash ^ hash >> 13) &* primes[2]
    return hash ^ hash >> 16
  }
}

/// The little-endian word at a place.
///
/// SAFETY: the bytes of a word lie at `position`.
@inline(__always)
private func word<Word: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, _ position: Int
) -> Word {
  unsafe Word(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Word.self))
}

/// The word with its highest `count` bits moved to its end.
@inline(__always)
private func rotate<Word: FixedWidthInteger>(_ word: Word, _ count: Word) -> Word {
  word &<< count | word &>> (Word(truncatingIfNeeded: Word.bitWidth) &- count)
}
