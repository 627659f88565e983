import Compression
import Files

/// The decoders of compressed bytes. Memory: the size announced, which these targets keep below 16 MiB
/// and every decoder checks against what its input can give.
enum CodecTargets {
  /// Blocks inflate to the size they were asked for or not at all; what is deflated inflates again.
  static func snappy(_ bytes: [UInt8]) {
    var input = CaseReader(bytes)
    let size = input.number(3)
    let block = Array(input.rest)
    if let inflated = Snappy.decompress(block, size: size) {
      hold(inflated.count == size, "a block gives the size asked for")
      let again = Snappy.compress(inflated)
      hold(Snappy.decompress(again, size: size) == inflated, "what inflates deflates")
    }
    let packed = Snappy.compress(bytes)
    hold(Snappy.decompress(packed, size: bytes.count) == bytes, "what is deflated inflates")
  }

  static func lz4(_ bytes: [UInt8]) {
    var input = CaseReader(bytes)
    let size = input.number(3)
    let block = Array(input.rest)
    let bare = try? unsafe LZ4.decompressBlock(block.span.bytes, size: size)
    let frames = try? unsafe LZ4.decompressFrames(block.span.bytes, size: size)
    let hadoop = try? unsafe LZ4.decompressHadoop(block.span.bytes, size: size)
    for result in [bare, frames, hadoop] {
      hold(result == nil || result?.count == size, "a block gives the size asked for")
    }
    hold(
      hadoop != nil || (bare == nil && frames == nil), "Hadoop's reader takes the others' blocks")
    // The same in Hadoop's framing.
    guard let bare, size > 0 else { return }
    let header = [size, block.count].flatMap { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    let framed = header + block
    hold(
      (try? unsafe LZ4.decompressHadoop(framed.span.bytes, size: size)) == bare,
      "a block in Hadoop's framing gives the same")
  }

  static func zstd(_ bytes: [UInt8]) {
    var input = CaseReader(bytes)
    let size = input.number(3)
    let frames = Array(input.rest)
    guard let result = try? Zstandard.decompress(frames, size: size) else { return }
    hold(result.count == size, "frames give the size asked for")
    let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
    let twice = try? Zstandard.decompress(frames + skippable + frames, size: 2 * size)
    hold(twice == result + result, "frames that follow each other give both")
  }

  /// The reader of streams and the one of pages agree, on gzip and on damage; bare deflate is what
  /// zlib says it is.
  static func gzip(_ bytes: [UInt8]) {
    let limit = 1 << 22
    let stream = try? Gzip.inflate(bytes, limit: limit)
    if let stream {
      let block = try? unsafe Gzip.decompress(bytes.span.bytes, size: stream.count)
      hold(block == stream, "a stream and a page of the same members hold the same")
      hold(
        (try? Gzip.inflate(Gzip.compress(stream, level: 1), limit: limit)) == stream,
        "what inflates deflates")
    }
    var input = CaseReader(bytes)
    let size = input.number(3)
    let members = Array(input.rest)
    if let block = try? unsafe Gzip.decompress(members.span.bytes, size: size) {
      hold(block.count == size, "members give the size asked for")
    }
    // Without a header and a checksum, which few cases have right.
    let bareLimit = 1 << 19
    let bare = try? Zlib.inflate(bytes, format: .raw, limit: bareLimit)
    switch ZlibVerdict(bytes, limit: bareLimit) {
    case .contents(let contents): hold(bare == contents, "what zlib inflates comes out the same")
    case .damaged: hold(bare == nil, "what zlib refuses is refused")
    case .tooLarge: hold(bare == nil, "what is larger than allowed is refused")
    }
  }

  static func zip(_ bytes: [UInt8]) {
    let path = TemporaryFile.write(bytes, "archive.zip")
    guard let archive = try? ZipArchive(path) else { return }
    for entry in archive.entries {
      guard let source = try? archive.source(entry) else { continue }
      var total = 0
      var step: [UInt8] = []
      while total < 1 << 22, let count = try? source.read(into: &step, limit: 1 << 16), count > 0 {
        total += count
        step.removeAll(keepingCapacity: true)
      }
    }
    if let single = try? PackedFile.open(path) { _ = try? single.readAll(limit: 1 << 22) }
  }
}
