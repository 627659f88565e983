/// Writes what a block stands for to memory of the caller.
///
/// Copies go 16 bytes at a time, always as many as the longest of their kind needs, because how long the
/// next one is can seldom be guessed. They may write past their end, never past `size + slack`; what they
/// wrote too much is overwritten by the next element or lies behind the result.
@unsafe
struct SnappyInflater {
  /// Bytes behind `size` that may be written.
  static let slack = 64

  private let source: UnsafeRawPointer?
  private let sourceEnd: Int
  private let target: UnsafeMutableRawPointer
  private let size: Int
  private var position = 0
  private var written = 0

  /// SAFETY: `target` has room for `size + slack` bytes; both outlive the value.
  init(source: UnsafeRawBufferPointer, target: UnsafeMutablePointer<UInt8>, size: Int) {
    unsafe self.source = source.baseAddress
    unsafe sourceEnd = source.count
    unsafe self.target = UnsafeMutableRawPointer(target)
    unsafe self.size = size
  }

  /// Whether the block is valid and gave exactly `size` bytes.
  mutating func run() -> Bool {
    guard let source = unsafe source, unsafe readLength(source) == size else { return false }
    // Locals, so that they live in registers: stores through `target` could alias the fields.
    let sourceEnd = unsafe self.sourceEnd
    let target = unsafe self.target
    let size = unsafe self.size
    var position = unsafe self.position
    var written = 0
    while position < sourceEnd {
      let tag = unsafe Int(source.load(fromByteOffset: position, as: UInt8.self))
      position += 1
      if tag & 3 == 0 {
        var length = tag >> 2 + 1
        // SAFETY (fast path): 64 bytes are there to read, and `size + slack` allows to write them.
        if length <= 60 && sourceEnd - position >= 64 && size - written >= length {
          unsafe Self.copyBlocks(source + position, to: target + written)
          position += length
          written += length
          continue
        }
        if length > 60 {
          let extra = length - 60
          guard sourceEnd - position >= extra else { return false }
          length = 0
          for index in 0..<extra {
            let byte = unsafe source.load(fromByteOffset: position + index, as: UInt8.self)
            length |= Int(byte) << (8 * index)
          }
          length += 1
          position += extra
        }
        guard length <= sourceEnd - position, length <= size - written else { return false }
        unsafe (target + written).copyMemory(from: source + position, byteCount: length)
        position += length
        written += length
        continue
      }
      let length: Int
      let offset: Int
      switch tag & 3 {
      case 1:
        guard position < sourceEnd else { return false }
        length = (tag >> 2) & 7 + 4
        let low = unsafe Int(source.load(fromByteOffset: position, as: UInt8.self))
        offset = (tag >> 5) << 8 | low
        position += 1
      case 2:
        guard sourceEnd - position >= 2 else { return false }
        length = tag >> 2 + 1
        offset = unsafe Int(
          UInt16(littleEndian: source.loadUnaligned(fromByteOffset: position, as: UInt16.self)))
        position += 2
      default:
        guard sourceEnd - position >= 4 else { return false }
        length = tag >> 2 + 1
        offset = unsafe Int(
          UInt32(littleEndian: source.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
      }
      guard offset > 0, offset <= written, length <= size - written else { return false }
      unsafe Self.repeatBytes(target + written, offset: offset, length: length)
      written += length
    }
    return written == size
  }

  /// Copies 64 bytes.
  ///
  /// SAFETY: they may be read and written.
  @inline(__always)
  private static func copyBlocks(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    typealias Block = SIMD16<UInt8>
    let first = unsafe source.loadUnaligned(as: Block.self)
    let second = unsafe source.loadUnaligned(fromByteOffset: 16, as: Block.self)
    let third = unsafe source.loadUnaligned(fromByteOffset: 32, as: Block.self)
    let fourth = unsafe source.loadUnaligned(fromByteOffset: 48, as: Block.self)
    unsafe target.storeBytes(of: first, as: Block.self)
    unsafe target.storeBytes(of: second, toByteOffset: 16, as: Block.self)
    unsafe target.storeBytes(of: third, toByteOffset: 32, as: Block.self)
    unsafe target.storeBytes(of: fourth, toByteOffset: 48, as: Block.self)
  }

  /// Copies `length` bytes, at most 64, from `offset` before `end`, in order, so that they may overlap.
  ///
  /// SAFETY: `offset` bytes lie before `end`, room for 64 behind it.
  @inline(__always)
  private static func repeatBytes(_ end: UnsafeMutableRawPointer, offset: Int, length: Int) {
    if offset >= 16 {
      typealias Block = SIMD16<UInt8>
      let source = unsafe end - offset
      // One block after the other: each may read what the one before wrote.
      let first = unsafe source.loadUnaligned(as: Block.self)
      unsafe end.storeBytes(of: first, as: Block.self)
      if length <= 16 { return }
      for start in stride(from: 16, to: 64, by: 16) {
        let block = unsafe source.loadUnaligned(fromByteOffset: start, as: Block.self)
        unsafe end.storeBytes(of: block, toByteOffset: start, as: Block.self)
      }
      return
    }
    var distance = offset
    var copied = 0
    if offset < 8 {
      // Lay down whole periods until the pattern is 8 bytes or longer, then go by words.
      let period = unsafe offset * smallPeriods[offset]
      while copied < min(period, length) {
        let byte = unsafe (end + copied - offset).load(as: UInt8.self)
        unsafe (end + copied).storeBytes(of: byte, as: UInt8.self)
        copied += 1
      }
      distance = period
    }
    while copied < length {
      let word = unsafe (end + copied - distance).loadUnaligned(as: UInt64.self)
      unsafe (end + copied).storeBytes(of: word, as: UInt64.self)
      copied += 8
    }
  }

  /// How many periods of 1 to 7 bytes make 8 bytes or more.
  private static let smallPeriods: [8 of Int] = [0, 8, 4, 3, 2, 2, 2, 2]

  /// The number at the start of the block: the bytes it stands for.
  private mutating func readLength(_ source: UnsafeRawPointer) -> Int? {
    var length = 0
    var shift = 0
    while unsafe position < sourceEnd, shift < 35 {
      let byte = unsafe source.load(fromByteOffset: position, as: UInt8.self)
      unsafe position += 1
      length |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return length }
      shift += 7
    }
    return nil
  }
}
