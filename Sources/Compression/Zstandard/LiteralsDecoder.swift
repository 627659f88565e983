/// The literals of a block: as they are, one repeated, or coded (RFC 8878, section 3.1.1.3.1).
struct LiteralsDecoder {
  private var huffman = HuffmanTable()
  private let capacity: Int
  private let input: InputReader
  /// Made when literals first need room of their own.
  private var scratch: LiteralScratch?

  /// - Parameters:
  ///   - capacity: the most literals that a block may have.
  ///   - input: all bytes, of which `read` is given parts.
  init(capacity: Int, input: InputReader) {
    self.capacity = capacity
    self.input = input
  }

  /// Makes ready for another frame, which cannot use the tables of the one before.
  mutating func reset() { huffman.forget() }

  /// Reads the literals of a block and moves `block` behind them.
  ///
  /// - Returns: literals that stay until the next call, with `WideCopy.slack` readable bytes behind.
  /// - Throws: `CodecError` when they are damaged, or more than `limit` or the capacity.
  mutating func read(
    _ block: inout InputReader, limit: Int
  ) throws(CodecError) -> InputReader {
    var header = try block.number(1)
    let format = header >> 2 & 3
    let kind = header & 3
    guard kind >= 2 else {
      // One byte with five bits of size, or two or three with four bits less.
      if format & 1 != 0 { header |= try block.number(format == 1 ? 1 : 2) << 8 }
      let count = header >> (format & 1 == 0 ? 3 : 4)
      try check(count, limit)
      if kind == 0 { return try direct(block.take(count)) }
      let byte = UInt8(try block.number(1))
      let room = makeScratch()
      unsafe room.base.update(repeating: byte, count: count)
      return room.reader(count)
    }
    // Two sizes of 10, 14 or 18 bits in 3, 4 or 5 bytes.
    let width = [10, 10, 14, 18][format]
    header |= try block.number([2, 2, 3, 4][format]) << 8
    let count = header >> 4 & (1 << width - 1)
    let storedCount = header >> (4 + width)
    try check(count, limit)
    var coded = try block.take(storedCount)
    if kind == 2 { try huffman.read(&coded) }
    guard huffman.isReady else {
      throw CodecError("a block uses the Huffman table of a block before it, and there is none")
    }
    let room = makeScratch()
    try unsafe HuffmanDecoder.decode(
      coded.take(coded.left), streams: format == 0 ? 1 : 4, huffman, to: room.base, count: count)
    return room.reader(count)
  }

  private func check(_ count: Int, _ limit: Int) throws(CodecError) {
    guard count <= min(limit, capacity) else {
      throw CodecError("a block has \(count) literals, \(min(limit, capacity)) are left to fill")
    }
  }

  /// Literals that stay where they are, unless they end too close to the end of all bytes.
  private mutating func direct(_ bytes: InputReader) -> InputReader {
    guard let base = unsafe bytes.rest.baseAddress, input.count(behind: bytes) < WideCopy.slack
    else { return bytes }
    let room = makeScratch()
    unsafe UnsafeMutableRawPointer(room.base).copyMemory(from: base, byteCount: bytes.count)
    return room.reader(bytes.count)
  }

  private mutating func makeScratch() -> LiteralScratch {
    if let scratch { return scratch }
    let room = LiteralScratch(capacity: capacity)
    scratch = room
    return room
  }
}

/// Room for the literals of one block.
@safe
private final class LiteralScratch {
  // SAFETY: owned by this object, freed once in `deinit`; whoever uses it keeps to the capacity.
  let base: UnsafeMutablePointer<UInt8>

  init(capacity: Int) {
    unsafe base = .allocate(capacity: capacity + WideCopy.slack)
    unsafe base.initialize(repeating: 0, count: capacity + WideCopy.slack)
  }

  /// The first bytes; this object must outlive the reader.
  func reader(_ count: Int) -> InputReader {
    unsafe InputReader(UnsafeRawBufferPointer(start: base, count: count))
  }

  deinit { unsafe base.deallocate() }
}
