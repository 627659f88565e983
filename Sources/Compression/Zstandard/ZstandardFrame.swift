/// The header of a frame (RFC 8878, section 3.1.1.1).
struct ZstandardFrame {
  /// What no block of the frame may exceed, compressed or not.
  let blockLimit: Int
  /// What the whole frame holds, where the header says so.
  let contentSize: Int?
  let hasChecksum: Bool

  static let magic: UInt32 = 0xFD2F_B528
  /// The largest block of any frame.
  static let largestBlock = 1 << 17

  /// Whether four bytes begin a frame for others, which has four bytes of size after them.
  static func isSkippable(_ magic: UInt32) -> Bool { magic & 0xFFFF_FFF0 == 0x184D_2A50 }

  /// Reads the header whose magic number was just read, and moves `input` behind it.
  init(_ input: inout InputReader) throws(CodecError) {
    let descriptor = try input.number(1)
    guard descriptor & 0x08 == 0 else { throw CodecError("a reserved bit of a frame is set") }
    let isSingleSegment = descriptor & 0x20 != 0
    var window = isSingleSegment ? 0 : try input.number(1)
    if !isSingleSegment {
      let base = 1 << (10 + window >> 3)
      window = base + base / 8 * (window & 7)
    }
    let dictionary = try input.number([0, 1, 2, 4][descriptor & 3])
    guard dictionary == 0 else {
      throw CodecError(unsupported: "ZSTD with dictionary \(dictionary); frames without one are")
    }
    switch descriptor >> 6 {
    case 0: contentSize = isSingleSegment ? try input.number(1) : nil
    case 1: contentSize = try input.number(2) + 256
    case 2: contentSize = try input.number(4)
    default: contentSize = try input.number(8)
    }
    hasChecksum = descriptor & 0x04 != 0
    blockLimit = min(Self.largestBlock, isSingleSegment ? contentSize ?? 0 : window)
  }

  /// How many bytes the frames can hold, from the headers of frames and blocks alone; one number where
  /// each frame says its size.
  ///
  /// - Complexity: O(number of blocks).
  static func sizes(in frames: InputReader) throws(CodecError) -> ClosedRange<Int> {
    var input = frames
    var least = 0
    var most = 0
    while input.left > 0 {
      let magic = UInt32(try input.number(4))
      if isSkippable(magic) {
        try input.skip(try input.number(4))
        continue
      }
      guard magic == Self.magic else { throw CodecError("a frame does not begin as ZSTD does") }
      let frame = try ZstandardFrame(&input)
      var limit = 0
      var isLast = false
      while !isLast {
        let block = try ZstandardBlock(&input)
        isLast = block.isLast
        limit += block.kind == .compressed ? frame.blockLimit : block.size
        try input.skip(block.storedSize)
      }
      if frame.hasChecksum { try input.skip(4) }
      if let size = frame.contentSize {
        guard size <= limit else {
          throw CodecError("a frame claims \(size) bytes, its blocks hold at most \(limit)")
        }
        least += size
        most += size
      } else {
        most += limit
      }
    }
    return least...most
  }
}

/// The three bytes before each block (RFC 8878, section 3.1.1.2).
struct ZstandardBlock {
  enum Kind { case raw, repeated, compressed }

  let kind: Kind
  let isLast: Bool
  /// Bytes that the block gives when it is raw or repeated, bytes that it takes when compressed.
  let size: Int

  /// Bytes that follow the header.
  var storedSize: Int { kind == .repeated ? 1 : size }

  init(_ input: inout InputReader) throws(CodecError) {
    let header = try input.number(3)
    isLast = header & 1 != 0
    size = header >> 3
    switch header >> 1 & 3 {
    case 0: kind = .raw
    case 1: kind = .repeated
    case 2: kind = .compressed
    default: throw CodecError("a block has a reserved type")
    }
    guard size <= ZstandardFrame.largestBlock else {
      throw CodecError("a block of \(size) bytes is larger than any may be")
    }
  }
}
