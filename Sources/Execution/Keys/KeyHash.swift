/// Hashes for keys of hash tables; not for values that leave the process.
enum KeyHash {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Spreads a 64-bit key over all bits (the finaliser of splitmix64, shortened).
  @inline(__always)
  static func mix(_ key: UInt64) -> UInt64 {
    let folded = (key ^ (key &>> 32)) &* multiplier
    return folded ^ (folded &>> 29)
  }

  /// A hash of some of the bytes of a text buffer, eight at a time.
  @inline(__always)
  static func hash(_ bytes: RawSpan, _ start: Int, _ end: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: end &- start) &* multiplier
    var offset = start
    while offset &+ 8 <= end {
      hash = fold(hash ^ word(bytes, offset))
      offset &+= 8
    }
    if offset < end {
      var tail: UInt64 = 0
      if end &- start >= 8 {
        tail = word(bytes, end &- 8)
      } else {
        while offset < end {
          tail = (tail &<< 8) | UInt64(byte(bytes, offset))
          offset &+= 1
        }
      }
      hash = fold(hash ^ tail)
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

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let wide = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return wide.high ^ wide.low
  }

  // SAFETY: any bytes are a valid integer, and `RawSpan` checks the bounds of both loads.
  @inline(__always)
  private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
