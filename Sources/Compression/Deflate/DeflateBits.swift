/// Bits from the front of a stream to its end, the lowest of each byte first, as deflate has them.
///
/// The place in the stream is a number of bits, and `word` what was loaded from there: a refill loads it
/// anew. That needs the place alone, so that it goes on beside the lookups that need the old word.
/// Reading past the end gives zeros and is seen in `isOverrun`.
///
/// Source: RFC 1951, section 3.1.1.
@safe
struct DeflateBits {
  /// Zeros that lie behind the end: a loop stops once `bit` is 8 bytes behind it, and what is done
  /// between two looks at `bit` or `isOverrun` takes less than the rest.
  static let padding = 64

  // SAFETY: `count` bytes and `padding` behind them, which outlive the value. Eight bytes are loaded
  // from the one that `bit` lies in, which whoever reads in a loop keeps from passing `count` by more
  // than `padding - 8`.
  private let base: UnsafeRawPointer
  /// Bytes that are there.
  let count: Int
  /// The place of the next bit.
  private(set) var bit: Int
  /// The bits to come, from the lowest on.
  private(set) var word: UInt64 = 0

  /// Begins at a bit of the stream.
  ///
  /// SAFETY: `base` has `count + padding` bytes that outlive the value.
  ///
  /// - Precondition: `bit` lies in `0...count * 8`.
  init(_ base: UnsafeRawPointer, count: Int, bit: Int) {
    unsafe self.base = unsafe base
    self.count = count
    self.bit = bit
    refill()
  }

  /// Whether more bits were read than there are.
  var isOverrun: Bool { bit > count &* 8 }

  /// Bytes not begun yet.
  var left: Int { count &- (bit &+ 7) &>> 3 }

  /// Makes at least 57 bits ready.
  @inline(__always)
  mutating func refill() {
    let bytes = unsafe base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
    word = UInt64(littleEndian: bytes) &>> UInt64(truncatingIfNeeded: bit & 7)
  }

  /// The next `count` bits, at most 63 of those that are ready, which stay where they are.
  @inline(__always)
  func peek(_ count: UInt64) -> Int {
    Int(truncatingIfNeeded: word & ((1 as UInt64) &<< count &- 1))
  }

  /// Drops the bits that the lowest six bits of `entry` count.
  @inline(__always)
  mutating func consume(_ entry: UInt64) {
    word = word &>> entry
    bit &+= Int(truncatingIfNeeded: entry & 63)
  }

  /// The next `count` bits, consumed.
  @inline(__always)
  mutating func read(_ count: UInt64) -> Int {
    let value = peek(count)
    consume(count)
    return value
  }

  /// Drops the bits that are left of a byte begun, and makes at least 57 ready.
  mutating func skipToByte() {
    bit = (bit &+ 7) & ~7
    refill()
  }

  /// The next bytes, as many as are asked for and there.
  ///
  /// - Precondition: the next bit is the first of a byte.
  mutating func take(_ size: Int) -> InputReader {
    let start = min(bit >> 3, count)
    let size = min(size, count - start)
    // SAFETY: the bytes lie before the end, and they outlive what reads them.
    let bytes = unsafe InputReader(UnsafeRawBufferPointer(start: base + start, count: size))
    bit = (start + size) * 8
    refill()
    return bytes
  }
}
