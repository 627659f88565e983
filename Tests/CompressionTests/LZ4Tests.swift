import Compression
import Testing

@Suite struct LZ4Tests {
  private static let blocks = CompressedFile.all("lz4raw")
  private static let frames = CompressedFile.all("lz4", "plain.lz4")

  private static func bigEndian(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  /// A group of Hadoop's framing.
  private static func group(_ size: Int, _ blocks: [UInt8]...) -> [UInt8] {
    bigEndian(size) + blocks.flatMap { bigEndian($0.count) + $0 }
  }

  private func block(_ bytes: [UInt8], _ size: Int) throws -> [UInt8] {
    try unsafe LZ4.decompressBlock(bytes.span.bytes, size: size)
  }

  private func hadoop(_ bytes: [UInt8], _ size: Int) throws -> [UInt8] {
    try unsafe LZ4.decompressHadoop(bytes.span.bytes, size: size)
  }

  private func unframe(_ bytes: [UInt8], _ size: Int) throws -> [UInt8] {
    try unsafe LZ4.decompressFrames(bytes.span.bytes, size: size)
  }

  @Test(arguments: blocks)
  func `blocks of pyarrow come back`(file: CompressedFile) throws {
    let bytes = try file.read()
    #expect(try block(bytes, file.count) == file.contents)
    for wrong in [file.count - 1, file.count + 1, file.count + 100_000_000] {
      #expect(throws: CodecError.self) { try block(bytes, wrong) }
    }
  }

  @Test(arguments: frames)
  func `frames of lz4 come back`(file: CompressedFile) throws {
    #expect(try unframe(file.read(), file.count) == file.contents)
    #expect(throws: CodecError.self) { try unframe(file.read(), file.count + 1) }
    let two = try file.read() + [0x53, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 5] + file.read()
    #expect(try unframe(two, 2 * file.count) == file.contents + file.contents)
  }

  @Test(arguments: blocks)
  func `what stands for LZ4 in Parquet may be framed as Hadoop does, or not at all`(
    file: CompressedFile
  ) throws {
    let bytes = try file.read()
    #expect(try hadoop(bytes, file.count) == file.contents)
    let framed = Self.group(file.count, bytes)
    #expect(try file.count == 0 || hadoop(framed, file.count) == file.contents)
    let frame = try CompressedFile(seed: file.seed, count: file.count, kind: "lz4").read()
    #expect(try hadoop(frame, file.count) == file.contents)
    #expect(throws: CodecError.self) { try hadoop(framed + [0], file.count) }
    #expect(throws: CodecError.self) { try hadoop(Self.group(file.count + 1, bytes), file.count) }
  }

  @Test func `Hadoop's groups may have several blocks, which do not share what they hold`() throws {
    let ab: [UInt8] = [0x20, 1, 2]
    let repeated: [UInt8] = [0x1F, 9, 1, 0, 0, 0x10, 8]
    let result = try hadoop(Self.group(4, ab, ab) + Self.group(0) + Self.group(21, repeated), 25)
    #expect(result == [1, 2, 1, 2] + [UInt8](repeating: 9, count: 20) + [8])
    let reachingBack: [UInt8] = [0x00, 2, 0, 0x10, 8]
    #expect(throws: CodecError.self) { try hadoop(Self.group(7, ab, reachingBack), 7) }
    #expect(throws: CodecError.self) { try hadoop(Self.group(3, ab, []), 3) }
    #expect(try hadoop([], 0) == [])
  }

  @Test(
    arguments: [
      [], [0xF0], [0x10], [0x10, 1, 0, 0], [0x10, 1, 2, 0, 0], [0x10, 1, 1], [0xF0, 255, 255],
      [0x1F, 1, 1, 0, 255], [0x10, 1, 1, 0],
    ] as [[UInt8]])
  func `blocks that lie are refused`(bytes: [UInt8]) {
    for size in [1, 5, 20, 1 << 20, 1 << 30, 1 << 31, -1] {
      #expect(throws: CodecError.self) { try block(bytes, size) }
      #expect(throws: CodecError.self) { try hadoop(bytes, size) }
      #expect(throws: CodecError.self) { try unframe(bytes, size) }
    }
  }

  @Test(arguments: [(0x50, 0x40), (0x60, 0x30), (0x62, 0x40), (0x60, 0xC0), (0xA0, 0x40)])
  func `headers of frames that are damaged are refused`(flags: UInt8, sizes: UInt8) {
    let header: [UInt8] = [0x04, 0x22, 0x4D, 0x18, flags, sizes]
    for sum in UInt8.min...UInt8.max {
      let result = try? unframe(header + [sum, 0, 0, 0, 0], 0)
      // Of the ones with valid flags, one checksum is right.
      #expect(result == nil || (flags & 0xE2 == 0x40 && sizes == 0x40))
    }
  }

  @Test func `a frame with a dictionary is refused by name`() {
    let frame: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x61, 0x40, 7, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(throws: CodecError(unsupported: "LZ4 with dictionary 7; frames without one are")) {
      try unframe(frame, 0)
    }
  }

  @Test(arguments: (blocks + frames).filter { $0.count <= 20_000 }, 0..<4)
  func `damage is refused or inflates to the size`(file: CompressedFile, seed: UInt64) throws {
    var random = Random(seed: seed)
    let whole = try file.read()
    for _ in 0..<(file.count > 300 ? 20 : 150) {
      let damaged = random.damage(whole)
      let inflated =
        try? file.kind == "lz4raw" ? block(damaged, file.count) : hadoop(damaged, file.count)
      #expect(inflated == nil || inflated?.count == file.count)
    }
  }
}
