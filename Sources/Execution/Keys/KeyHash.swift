/// Hashes for keys of hash tables; not for values that leave the process.
enum KeyHash {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Spreads a 64-bit key over all bits (the finaliser of splitmix64, shortened).
  @inline(__always)
  static func mix(_ key: UInt64) -> UInt64 {
    let folded = (key ^ (key &>> 32)) &* multiplier
    return folded ^ (folded &>> 29)
  }

  /// A hash of some of the bytes of a text buffer, sixteen at a time.
  ///
  /// Source: Wang Yi, wyhash, final version 4 (both factors of each product take in eight bytes).
  @inline(__always)
  static func hash(_ bytes: RawSpan, _ start: Int, _ end: Int) -> UInt64 {
    let count = end &- start
    var hash = UInt64(truncatingIfNeeded: count) &* multiplier
    var offset = start
    while offset &+ 16 <= end {
      hash = fold(word(bytes, offset) ^ factor, word(bytes, offset &+ 8) ^ hash)
      offset &+= 16
    }
    let left = end &- offset
    if left > 0 {
      var first: UInt64 = 0
      var last: UInt64 = 0
      if count >= 16 {
        // What is left, behind bytes that are in already.
        first = word(bytes, end &- 16)
        last = word(bytes, end &- 8)
      } else if left >= 8 {
        first = word(bytes, offset)
        last = word(bytes, end &- 8)
      } else if left >= 4 {
        first = UInt64(half(bytes, offset)) &<< 32 | UInt64(half(bytes, end &- 4))
      } else {
        first =
          UInt64(byte(bytes, offset)) &<< 16 | UInt64(byte(bytes, offset &+ left / 2)) &<< 8
          | UInt64(byte(bytes, end &- 1))
      }
      hash = fold(first ^ factor, last ^ hash)
    }
    return hash ^ (hash &>> 31)
  }

  /// Whether two stretches of equal length hold the same bytes.
  @inline(__always)
  static func isEqual(_ a: RawSpan, _ startA: Int, _ b: RawSpan, _ startB: Int, count: Int) -> Bool
  {
    var offset = 0
    while offset &+ 8 <= count {
      if word(a, startA &+ offset) != word(b, startB &+ offset) { return false }
      offset &+= 8
    }
    while offset < count {
      if byte(a, startA &+ offset) != byte(b, startB &+ offset) { return false }
      offset &+= 1
    }
    return true
  }

  private static let factor: UInt64 = 0xA076_1D64_78BD_642F

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let wide = a.multipliedFullWidth(by: b)
    return wide.high ^ wide.low
  }

  // SAFETY: any bytes are a valid integer, and `RawSpan` checks the bounds of all loads.
  @inline(__always)
  private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private static func half(_ bytes: RawSpan, _ offset: Int) -> UInt32 {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  @inline(__always)
  private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
