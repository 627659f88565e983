/// Writes bytes as a block: a greedy search for earlier occurrences, 64 KiB at a time.
///
/// The method of the reference implementation (snappy.cc, CompressFragment): a table from the hash of
/// four bytes to where they were last seen, and longer strides the longer nothing is found.
@unsafe
struct SnappyDeflater {
  private let source: UnsafeRawPointer?
  private let sourceCount: Int
  private let target: UnsafeMutableRawPointer
  private(set) var written = 0

  private static let blockSize = 1 << 16
  private static let tableBits: UInt32 = 14
  /// Matches are not begun in the last bytes, so that words can be loaded freely before them.
  private static let margin = 15

  /// SAFETY: `target` has room for `32 + n + n / 6` bytes; both outlive the value.
  init(source: UnsafeRawBufferPointer, target: UnsafeMutablePointer<UInt8>) {
    unsafe self.source = source.baseAddress
    unsafe sourceCount = source.count
    unsafe self.target = UnsafeMutableRawPointer(target)
  }

  mutating func run() {
    var length = unsafe sourceCount
    while length >= 0x80 {
      unsafe put(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    unsafe put(UInt8(length))
    guard let source = unsafe source else { return }
    var start = 0
    while unsafe start < sourceCount {
      let count = unsafe min(Self.blockSize, sourceCount - start)
      unsafe compress(source + start, count: count)
      start += count
    }
  }

  /// SAFETY: `base` has `count` bytes, at most `blockSize`.
  private mutating func compress(_ base: UnsafeRawPointer, count: Int) {
    var literalStart = 0
    if unsafe count > Self.margin {
      let limit = unsafe count - Self.margin
      let shift = unsafe 32 - Self.tableBits
      var table = unsafe [UInt16](repeating: 0, count: 1 << Int(Self.tableBits))
      var position = 1
      unsafe table.withUnsafeMutableBufferPointer { table in
        search: while true {
          var skip = 32
          var candidate = 0
          var word: UInt32 = 0
          // SAFETY: `position` < `limit`, so four bytes are there; the hash is below 2^tableBits.
          repeat {
            guard position < limit else { break search }
            word = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            let slot = Int((word &* 0x1E35_A7BD) >> shift)
            candidate = unsafe Int(table[slot])
            unsafe table[slot] = UInt16(truncatingIfNeeded: position)
            if unsafe candidate < position
              && base.loadUnaligned(fromByteOffset: candidate, as: UInt32.self) == word
            {
              break
            }
            position += skip >> 5
            skip += 1
          } while true
          unsafe putLiteral(base + literalStart, count: position - literalStart)
          // SAFETY: `matchLength` stops at `count`.
          let length =
            unsafe 4
            + Self.matchLength(base, candidate + 4, position + 4, count: count)
          unsafe putCopy(offset: position - candidate, length: length)
          position += length
          literalStart = position
          guard position < limit else { break search }
          let before = unsafe base.loadUnaligned(fromByteOffset: position - 1, as: UInt32.self)
          unsafe table[Int((before &* 0x1E35_A7BD) >> shift)] =
            UInt16(truncatingIfNeeded: position - 1)
        }
      }
    }
    if literalStart < count {
      unsafe putLiteral(base + literalStart, count: count - literalStart)
    }
  }

  /// How many bytes at `earlier` and `later` are equal.
  private static func matchLength(
    _ base: UnsafeRawPointer, _ earlier: Int, _ later: Int, count: Int
  ) -> Int {
    var length = 0
    while later + length + 8 <= count {
      let difference =
        unsafe base.loadUnaligned(fromByteOffset: earlier + length, as: UInt64.self)
        ^ base.loadUnaligned(fromByteOffset: later + length, as: UInt64.self)
      if difference != 0 { return length + difference.littleEndian.trailingZeroBitCount / 8 }
      length += 8
    }
    while later + length < count,
      unsafe base.load(fromByteOffset: earlier + length, as: UInt8.self)
        == base.load(fromByteOffset: later + length, as: UInt8.self)
    {
      length += 1
    }
    return length
  }

  private mutating func putLiteral(_ bytes: UnsafeRawPointer, count: Int) {
    guard count > 0 else { return }
    let length = count - 1
    if length < 60 {
      unsafe put(UInt8(length << 2))
    } else if length < 256 {
      unsafe put(60 << 2)
      unsafe put(UInt8(length))
    } else {
      unsafe put(61 << 2)
      unsafe put(UInt8(truncatingIfNeeded: length))
      unsafe put(UInt8(length >> 8))
    }
    unsafe (target + written).copyMemory(from: bytes, byteCount: count)
    unsafe written += count
  }

  private mutating func putCopy(offset: Int, length: Int) {
    var left = length
    while left >= 68 {
      unsafe putLongCopy(offset: offset, length: 64)
      left -= 64
    }
    if left > 64 {
      unsafe putLongCopy(offset: offset, length: 60)
      left -= 60
    }
    if left < 12 && offset < 2048 {
      unsafe put(UInt8(1 | (left - 4) << 2 | (offset >> 8) << 5))
      unsafe put(UInt8(truncatingIfNeeded: offset))
    } else {
      unsafe putLongCopy(offset: offset, length: left)
    }
  }

  private mutating func putLongCopy(offset: Int, length: Int) {
    unsafe put(UInt8(2 | (length - 1) << 2))
    unsafe put(UInt8(truncatingIfNeeded: offset))
    unsafe put(UInt8(offset >> 8))
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    unsafe (target + written).storeBytes(of: byte, as: UInt8.self)
    unsafe written += 1
  }
}
