/// Bits from the front of a stream to its end, the lowest of each byte first, as deflate has them.
///
/// Reading past the end gives zeros and is seen in `isOverrun`.
///
/// Source: RFC 1951, section 3.1.1.
@safe
struct DeflateBits {
  /// Zeros that lie behind the end: a loop stops once `next` is 8 bytes behind it, and what is done
  /// between two looks at `next` or `isOverrun` takes less than the rest.
  static let padding = 64

  // SAFETY: `base` up to `end`, and `padding` bytes behind it, outlive the value. Eight bytes are loaded
  // at `next`, which whoever reads in a loop keeps from passing `end` by more than `padding - 8`.
  private let base: UnsafeRawPointer
  /// Where the bytes end that are there.
  let end: UnsafeRawPointer
  /// Where the next refill loads from.
  private(set) var next: UnsafeRawPointer
  /// The bits to come, from the lowest on.
  private(set) var word: UInt64 = 0
  /// How many of them are ready, modulo 64: what lies above is left from subtracting whole entries.
  private var ready: UInt64 = 0

  /// Begins at a bit of the stream.
  ///
  /// SAFETY: `base` has `count + padding` bytes that outlive the value.
  ///
  /// - Precondition: `bit` lies in `0...count * 8`.
  init(_ base: UnsafeRawPointer, count: Int, bit: Int) {
    unsafe self.base = unsafe base
    unsafe end = unsafe base + count
    unsafe next = unsafe base + bit >> 3
    refill()
    consume(UInt64(truncatingIfNeeded: bit & 7))
  }

  /// The place of the next bit.
  var bit: Int { unsafe (next - base) &* 8 &- Int(truncatingIfNeeded: ready & 63) }

  /// Whether more bits were read than there are.
  var isOverrun: Bool { unsafe bit > (end - base) &* 8 }

  /// Bytes from the next refill to the end.
  var left: Int { unsafe end - next }

  /// Makes at least 56 bits ready.
  @inline(__always)
  mutating func refill() {
    let bytes = unsafe UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
    // Whole bytes go behind what is ready; bits that are there already stay what they are.
    word |= bytes &<< ready
    unsafe next += Int(truncatingIfNeeded: ((63 &- ready) &>> 3) & 7)
    ready |= 56
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
    ready &-= entry
  }

  /// The next `count` bits, consumed.
  @inline(__always)
  mutating func read(_ count: UInt64) -> Int {
    let value = peek(count)
    consume(count)
    return value
  }

  /// Drops the bits that are left of a byte begun.
  mutating func skipToByte() { consume(ready & 7) }

  /// The next bytes, as many as are asked for and there.
  ///
  /// - Precondition: the next bit is the first of a byte.
  mutating func take(_ count: Int) -> InputReader {
    let size = unsafe end - base
    let start = min(bit >> 3, size)
    let count = min(count, size - start)
    // SAFETY: the bytes lie before `end`, and they outlive what reads them.
    let bytes = unsafe InputReader(UnsafeRawBufferPointer(start: base + start, count: count))
    self = unsafe DeflateBits(base, count: size, bit: (start + count) * 8)
    return bytes
  }
}
