/// Walks frames and their blocks, and keeps what one block leaves to the next.
///
/// The whole result is one piece of memory, so that it is also the window: an offset may reach back to
/// the first byte of its frame.
struct ZstandardDecoder {
  private var input: InputReader
  private var output: BlockOutput
  private var literals: LiteralsDecoder
  /// Tables of the last block that had sequences.
  private var tables = SequenceTables()
  private var offsets = RepeatOffsets()

  /// Fills `output` from all of `input`.
  ///
  /// - Throws: `CodecError` unless the frames are valid, need no dictionary and fit.
  static func decode(
    _ input: inout InputReader, to output: inout BlockOutput
  ) throws(CodecError) {
    var decoder = ZstandardDecoder(input, output)
    try decoder.run()
    input = decoder.input
    output = decoder.output
  }

  private init(_ input: InputReader, _ output: BlockOutput) {
    self.input = input
    self.output = output
    literals = LiteralsDecoder(
      capacity: min(output.size, ZstandardFrame.largestBlock), input: input)
  }

  private mutating func run() throws(CodecError) {
    while input.left > 0 {
      let magic = UInt32(try input.number(4))
      if ZstandardFrame.isSkippable(magic) {
        try input.skip(input.number(4))
      } else if magic == ZstandardFrame.magic {
        try readFrame()
      } else {
        throw CodecError("a frame does not begin as ZSTD does")
      }
    }
  }

  private mutating func readFrame() throws(CodecError) {
    let frame = try ZstandardFrame(&input)
    output.frameStart = output.written
    literals.reset()
    tables = SequenceTables()
    offsets = RepeatOffsets()
    var isLast = false
    while !isLast {
      let block = try ZstandardBlock(&input)
      isLast = block.isLast
      var bytes = try input.take(block.storedSize)
      guard block.size <= frame.blockLimit else {
        throw CodecError("a block of \(block.size) bytes is larger than its frame allows")
      }
      switch block.kind {
      case .raw: try output.append(bytes)
      case .repeated: try output.append(UInt8(bytes.number(1)), times: block.size)
      case .compressed: try readCompressed(bytes, limit: frame.blockLimit)
      }
    }
    let size = output.written - output.frameStart
    if let expected = frame.contentSize, expected != size {
      throw CodecError("a frame holds \(size) bytes, its header says \(expected)")
    }
    if frame.hasChecksum {
      let expected = UInt32(try input.number(4))
      let sum = XXHash64.hash(output.frameBytes)
      guard UInt32(truncatingIfNeeded: sum) == expected else {
        throw CodecError("the checksum of a frame is wrong")
      }
    }
  }

  /// Literals, then sequences that place them between copies (RFC 8878, section 3.1.1.3).
  private mutating func readCompressed(
    _ bytes: InputReader, limit: Int
  ) throws(CodecError) {
    var block = bytes
    let room = min(limit, output.size - output.written)
    let read = try literals.read(&block, limit: room)
    var count = try block.number(1)
    if count >= 128 {
      count =
        count == 255
        ? try block.number(2) + 0x7F00
        : (count - 128) << 8 + (try block.number(1))
    }
    guard count > 0 else {
      guard block.left == 0 else { throw CodecError("bytes follow the literals of a block") }
      return try output.append(read)
    }
    try tables.read(&block)
    let bits = try BackwardBits(block.take(block.left))
    try output.execute(
      count, bits, tables, &offsets, literals: read, limit: output.written + room)
  }
}

/// The last three offsets of a frame (RFC 8878, section 3.1.1.5).
struct RepeatOffsets {
  var first = 1
  var second = 4
  var third = 8
}
