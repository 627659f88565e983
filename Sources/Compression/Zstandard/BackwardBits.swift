/// Bits from the end of a stream to its front, as Huffman and FSE codes are written.
///
/// The highest set bit of the last byte only says where the stream begins (RFC 8878, section 4.1).
/// Reading past the front gives bits of no meaning and is seen in `isFinished`.
@safe
struct BackwardBits {
  // SAFETY: the bytes of the stream, which outlive the value; `offset` stays within 0...count, and
  // eight bytes are loaded only where `count` has them.
  private let base: UnsafeRawPointer
  private(set) var offset: Int
  private(set) var container: UInt64
  private(set) var consumed: Int

  /// All of `input`, whose bytes must outlive the value.
  ///
  /// - Throws: `CodecError` when there are none, or the last one is zero.
  init(_ input: InputReader) throws(CodecError) {
    let bytes = unsafe input.rest
    guard let base = bytes.baseAddress, let last = unsafe bytes.last, last != 0 else {
      throw CodecError("a bit stream does not end as it must")
    }
    unsafe self.base = unsafe base
    consumed = last.leadingZeroBitCount + 1
    if bytes.count >= 8 {
      offset = bytes.count - 8
      container = unsafe Self.word(base + offset)
    } else {
      offset = 0
      container = 0
      for index in 0..<bytes.count {
        container |= UInt64(unsafe bytes[index]) << UInt64(8 * index)
      }
      consumed += 8 * (8 - bytes.count)
    }
  }

  /// Goes on where the wide loop of the Huffman decoder stopped.
  ///
  /// SAFETY: eight bytes of the stream, which begins at `base`, lie at `offset`; it outlives the value.
  init(_ base: UnsafeRawPointer, offset: Int, consumed: Int) {
    unsafe self.base = unsafe base
    self.offset = offset
    self.consumed = consumed
    container = unsafe Self.word(base + offset)
  }

  /// Whether all bits were read, and none more.
  var isFinished: Bool { consumed == 64 && offset == 0 }

  /// Whether more bits were read than there are.
  var isOverrun: Bool { consumed > 64 }

  /// The next bits, at most 57 since the last `refill`, which stay where they are.
  ///
  /// - Precondition: `count` lies in 0...57.
  @inline(__always)
  func peek(_ count: Int) -> Int {
    let left = container &<< UInt64(truncatingIfNeeded: consumed)
    return Int(truncatingIfNeeded: (left &>> 1) &>> UInt64(truncatingIfNeeded: 63 &- count))
  }

  @inline(__always)
  mutating func skip(_ count: Int) { consumed &+= count }

  @inline(__always)
  mutating func read(_ count: Int) -> Int {
    let value = peek(count)
    consumed &+= count
    return value
  }

  /// Makes at least 57 bits ready, fewer only near the front.
  @inline(__always)
  mutating func refill() {
    guard offset > 0, consumed <= 64 else { return }
    let step = min(consumed &>> 3, offset)
    offset &-= step
    consumed &-= 8 &* step
    container = unsafe Self.word(base + offset)
  }

  @inline(__always)
  private static func word(_ pointer: UnsafeRawPointer) -> UInt64 {
    unsafe UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self))
  }
}
