/// Decodes the blocks of one deflated stream (RFC 1951), as far as input and room go.
///
/// It keeps no bytes of its own: what was not used stays in the input, whose next bit it remembers, and
/// distances reach back into the output.
struct DeflateDecoder {
  enum Progress {
    /// More input is needed: it was used up to within ``longestHeader`` bytes.
    case needsInput
    /// The output is full, or a little over.
    case isFull
    /// The last block has ended.
    case hasEnded
  }

  /// Bytes behind the size of an output that may be written: an iteration that begins at its end puts
  /// five literals and a match of 258 bytes there, and copies them 32 bytes at a time.
  static let slack = 5 + 258 + 2 * WideCopy.slack

  /// While there is more to come, this many bytes have to be there: enough for the codes of a block,
  /// which take 14 bits, 19 of 3, and 316 of at most 14.
  static let longestHeader = 1024

  private var block = Block.none
  private var isLast = false
  private var codes = DeflateCodes()

  private enum Block {
    case none
    case stored(left: Int)
    case fixed
    case dynamic
  }

  /// Begins another stream.
  mutating func reset() {
    block = .none
    isLast = false
  }

  /// - Parameters:
  ///   - bits: moved behind what was used. Unless they are the last of the stream, only whole
  ///     instructions well before their end are carried out.
  ///   - output: with `slack` bytes behind its size; `written` may pass the size by 263 bytes.
  /// - Throws: `CodecError` when the stream is damaged, or ends too early with its last bits.
  mutating func decode(
    _ bits: inout DeflateBits, isAtEnd: Bool, to output: inout BlockOutput
  ) throws(CodecError) -> Progress {
    while true {
      switch block {
      case .none:
        if isLast { return .hasEnded }
        guard isAtEnd || bits.left >= Self.longestHeader else { return .needsInput }
        try beginBlock(&bits)
      case .stored(let left):
        let rest = try Self.copyStored(left, &bits, to: &output)
        block = rest == 0 ? .none : .stored(left: rest)
        if rest == 0 { continue }
        if output.written == output.size { return .isFull }
        guard !isAtEnd else { throw CodecError.cutShort }
        return .needsInput
      case .fixed, .dynamic:
        let codes = if case .fixed = block { DeflateCodes.fixed } else { self.codes }
        switch try Self.decodeSymbols(codes, &bits, isAtEnd: isAtEnd, to: &output) {
        case .endOfBlock: block = .none
        case .room: return .isFull
        case .input:
          guard !isAtEnd else { throw CodecError.cutShort }
          return .needsInput
        }
      }
    }
  }

  private mutating func beginBlock(_ bits: inout DeflateBits) throws(CodecError) {
    bits.refill()
    isLast = bits.read(1) == 1
    let kind = bits.read(2)
    guard !bits.isOverrun else { throw CodecError.cutShort }
    switch kind {
    case 0: block = .stored(left: try Self.storedSize(&bits))
    case 1: block = .fixed
    case 2:
      try codes.read(&bits)
      block = .dynamic
    default: throw CodecError("a block is of type 3, which does not exist")
    }
  }

  /// The size of a stored block, which is written twice (RFC 1951, section 3.2.4).
  private static func storedSize(_ bits: inout DeflateBits) throws(CodecError) -> Int {
    bits.skipToByte()
    bits.refill()
    let size = bits.read(16)
    let complement = bits.read(16)
    guard !bits.isOverrun else { throw CodecError.cutShort }
    guard size ^ complement == 0xFFFF else {
      throw CodecError("the two sizes of a stored block differ")
    }
    return size
  }

  /// Copies what there is of a stored block and room for, and returns what is left.
  private static func copyStored(
    _ left: Int, _ bits: inout DeflateBits, to output: inout BlockOutput
  ) throws(CodecError) -> Int {
    guard left > 0 else { return 0 }
    let bytes = bits.take(min(left, max(0, output.size - output.written)))
    try output.append(bytes)
    return left - bytes.count
  }
}
