/// Copies that go 16 bytes at a time and may write past their end.
///
/// What they write too much is overwritten by what follows, or lies behind the result.
enum WideCopy {
  /// Bytes behind the last one asked for that may be read from the source and written at the target.
  static let slack = 32

  /// Copies `count` bytes from other memory.
  ///
  /// SAFETY: `count` and 16 more bytes may be read and written; the two do not overlap.
  @inline(__always)
  static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int
  ) {
    var copied = 0
    repeat {
      let bytes = unsafe (source + copied).loadUnaligned(as: SIMD16<UInt8>.self)
      unsafe (target + copied).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
      copied &+= 16
    } while copied < count
  }

  /// Copies `count` bytes that begin `offset` before `end` to `end`, in order, so that they may overlap.
  ///
  /// SAFETY: `offset` > 0, that many bytes lie before `end`; `count` and `slack` more may be written there.
  @inline(__always)
  static func repeatBytes(before end: UnsafeMutableRawPointer, offset: Int, count: Int) {
    if offset >= 16 {
      // 32 bytes always: most copies are no longer, and that choice would often be guessed wrong.
      let source = unsafe UnsafeRawPointer(end - offset)
      unsafe copy(source, to: end, count: 32)
      if count > 32 { unsafe copy(source + 32, to: end + 32, count: count &- 32) }
    } else {
      unsafe repeatPattern(before: end, offset: offset, count: count)
    }
  }

  /// SAFETY: as for `repeatBytes`, with an offset below 16.
  @inline(__always)
  private static func repeatPattern(
    before end: UnsafeMutableRawPointer, offset: Int, count: Int
  ) {
    // Lay down whole periods until the pattern is 8 bytes or longer, then go by words.
    var distance = offset
    var copied = 0
    if offset < 8 {
      let period = offset &* smallPeriods[offset]
      while copied < period {
        let byte = unsafe (end + copied - offset).load(as: UInt8.self)
        unsafe (end + copied).storeBytes(of: byte, as: UInt8.self)
        copied &+= 1
      }
      distance = period
    }
    while copied < count {
      let word = unsafe (end + copied - distance).loadUnaligned(as: UInt64.self)
      unsafe (end + copied).storeBytes(of: word, as: UInt64.self)
      copied &+= 8
    }
  }

  /// How many periods of 1 to 7 bytes make 8 bytes or more; at most 14 bytes.
  private static let smallPeriods: [8 of Int] = [0, 8, 4, 3, 2, 2, 2, 2]
}
