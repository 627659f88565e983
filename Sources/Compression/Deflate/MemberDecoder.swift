/// Decodes one member, from its header to the checksum behind it, in steps of any size.
struct MemberDecoder {
  private let format: DeflateFormat
  private var part = Part.header
  private var header: MemberHeader
  private var blocks = DeflateDecoder()
  private var checksum: ContentChecksum
  /// Bytes of contents so far.
  private(set) var size = 0

  private enum Part { case header, blocks, trailer, ended }

  init(_ format: DeflateFormat) {
    self.format = format
    header = MemberHeader(format)
    checksum = ContentChecksum(format)
  }

  /// Begins another member.
  mutating func reset() {
    part = .header
    header = MemberHeader(format)
    blocks.reset()
    checksum = ContentChecksum(format)
    size = 0
  }

  /// Goes on as far as input and room allow, and appends the contents to `output`.
  ///
  /// `output` needs `DeflateDecoder.slack` bytes behind its size, and its frame begins with the member.
  ///
  /// - Throws: `CodecError` when the member is damaged or, with the last input, cut short.
  mutating func decode(
    _ input: inout PaddedInput, to output: inout BlockOutput
  ) throws(CodecError) -> DeflateDecoder.Progress {
    while true {
      switch part {
      case .header:
        let isComplete = try input.withBytes { (bytes) throws(CodecError) in
          try header.read(&bytes)
        }
        guard isComplete else { return try Self.more(input) }
        part = .blocks
      case .blocks:
        let progress = try decodeBlocks(&input, to: &output)
        guard progress == .hasEnded else { return progress }
        part = .trailer
      case .trailer:
        guard input.left >= ContentChecksum.size(format) else { return try Self.more(input) }
        try input.withBytes { (bytes) throws(CodecError) in
          try checksum.verify(&bytes, contentSize: size)
        }
        part = .ended
      case .ended: return .hasEnded
      }
    }
  }

  private mutating func decodeBlocks(
    _ input: inout PaddedInput, to output: inout BlockOutput
  ) throws(CodecError) -> DeflateDecoder.Progress {
    let start = output.written
    let isAtEnd = input.isAtEnd
    let progress = try input.withBits { (bits) throws(CodecError) in
      try blocks.decode(&bits, isAtEnd: isAtEnd, to: &output)
    }
    size += output.written - start
    checksum.update(output.bytes(from: start))
    return progress
  }

  private static func more(_ input: PaddedInput) throws(CodecError) -> DeflateDecoder.Progress {
    guard !input.isAtEnd else { throw CodecError.cutShort }
    return .needsInput
  }
}

/// The checksum of a member's contents, and the bytes that hold it.
private enum ContentChecksum {
  case none
  case adler32(Adler32)
  case crc32(CRC32)

  init(_ format: DeflateFormat) {
    switch format {
    case .raw: self = .none
    case .zlib: self = .adler32(Adler32())
    case .gzip: self = .crc32(CRC32())
    }
  }

  /// Bytes behind the deflated data.
  static func size(_ format: DeflateFormat) -> Int {
    switch format {
    case .raw: 0
    case .zlib: 4
    case .gzip: 8
    }
  }

  mutating func update(_ bytes: InputReader) {
    switch self {
    case .none: break
    case .adler32(var sum):
      sum.update(bytes)
      self = .adler32(sum)
    case .crc32(var sum):
      sum.update(bytes)
      self = .crc32(sum)
    }
  }

  /// Compares with what the trailer says.
  func verify(_ trailer: inout InputReader, contentSize: Int) throws(CodecError) {
    let isRight: Bool
    switch self {
    case .none: isRight = true
    case .adler32(let sum): isRight = try trailer.bigEndian32() == Int(sum.value)
    case .crc32(let sum):
      isRight = try trailer.number(4) == Int(sum.value)
      // The size comes modulo 2^32.
      guard try trailer.number(4) == contentSize & 0xFFFF_FFFF || !isRight else {
        throw CodecError("its size is not the one written behind it")
      }
    }
    guard isRight else { throw CodecError("the checksum of its contents is wrong") }
  }
}
