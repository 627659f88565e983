import Compression
import Testing

@Suite struct ZstandardTests {
  private static let files = CompressedFile.all("level1.zst", "level19.zst", "streamed.zst")

  @Test(arguments: files)
  func `what zstd made comes back`(file: CompressedFile) throws {
    let bytes = try file.read()
    #expect(try Zstandard.decompress(bytes, size: file.count) == file.contents)
    for wrong in [file.count - 1, file.count + 1, file.count + 200_000] {
      #expect(throws: CodecError.self) { try Zstandard.decompress(bytes, size: wrong) }
    }
  }

  @Test func `frames follow each other, and those of others are skipped`() throws {
    let files = Self.files.filter { $0.count <= 4000 }
    let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
    var frames = skippable
    for file in files { frames += try file.read() + skippable }
    let contents = files.flatMap(\.contents)
    #expect(try Zstandard.decompress(frames, size: contents.count) == contents)
    #expect(try Zstandard.decompress([], size: 0) == [])
    #expect(try Zstandard.decompress(skippable, size: 0) == [])
  }

  /// A frame without checksum and size, with a window of 1 KiB, and blocks (type, size, bytes).
  private func frame(_ blocks: (type: Int, size: Int, bytes: [UInt8])...) -> [UInt8] {
    var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0]
    for (index, block) in blocks.enumerated() {
      let header = block.size << 3 | block.type << 1 | (index == blocks.count - 1 ? 1 : 0)
      frame += (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) } + block.bytes
    }
    return frame
  }

  @Test func `blocks may be raw, repeated, or literals alone`() throws {
    let blocks = frame((0, 2, [1, 2]), (1, 5, [7]), (2, 4, [2 << 3, 8, 9, 0]))
    #expect(try Zstandard.decompress(blocks, size: 9) == [1, 2, 7, 7, 7, 7, 7, 8, 9])
  }

  @Test func `sequences repeat with one code each, and copies overlap`() throws {
    // Literals 5, 6; one sequence: tables of one code (2 literals, offset 3 + 2, a match of 3 + 4).
    // The stream has one bit of the offset (code 2 is 4 and two bits: 01 gives 5, which is 2 back).
    let block: [UInt8] = [2 << 3, 5, 6, 1, 0x54, 2, 2, 4, 0b101]
    let result = try Zstandard.decompress(frame((2, block.count, block)), size: 9)
    #expect(result == [5, 6, 5, 6, 5, 6, 5, 6, 5])
  }

  @Test func `a copy from before its frame is refused`() throws {
    let block: [UInt8] = [2 << 3, 5, 6, 1, 0x54, 2, 2, 4, 0b110]
    let second = frame((2, block.count, block))
    #expect(throws: CodecError.self) { try Zstandard.decompress(second, size: 9) }
    let both = frame((0, 4, [1, 2, 3, 4])) + second
    #expect(throws: CodecError.self) { try Zstandard.decompress(both, size: 13) }
  }

  @Test func `a dictionary is refused by name`() {
    let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x21, 77, 0, 1, 0, 0]
    #expect(
      throws: CodecError(unsupported: "ZSTD with dictionary 77; frames without one are")
    ) { try Zstandard.decompress(frame, size: 0) }
  }

  @Test func `a wrong checksum is seen`() throws {
    let file = CompressedFile(seed: 4, count: 4000, kind: "level1.zst")
    var bytes = try file.read()
    bytes[bytes.count - 1] ^= 1
    #expect(throws: CodecError("the checksum of a frame is wrong")) {
      try Zstandard.decompress(bytes, size: 4000)
    }
  }

  @Test(
    arguments: [
      [1], [0x28, 0xB5, 0x2F, 0xFD], [0x28, 0xB5, 0x2F, 0xFD, 0x08, 0, 1, 0, 0],
      [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 7, 0, 0], [0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0xFF, 0xFF, 0xFF],
      [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0],
      [0x50, 0x2A, 0x4D, 0x18, 255, 255, 255, 255], [0x1F, 0x8B, 8, 0],
    ] as [[UInt8]])
  func `frames that are none are refused`(frame: [UInt8]) {
    for size in [0, 1, 100_000, 1 << 30, 1 << 31, -1] {
      #expect(throws: CodecError.self) { try Zstandard.decompress(frame, size: size) }
    }
  }

  @Test(arguments: [[0x54, 2], [0x54, 36, 2, 4, 1], [0xFC, 1], [1, 2, 2, 4, 1], [0, 0]])
  func `damaged sequences are refused`(tables: [UInt8]) {
    let block: [UInt8] = [2 << 3, 5, 6, 1] + tables
    let bytes = frame((2, block.count, block))
    #expect(throws: CodecError.self) { try Zstandard.decompress(bytes, size: 9) }
  }

  @Test(arguments: files.filter { $0.count > 7 }, 0..<4)
  func `damage is refused or inflates to the size`(file: CompressedFile, seed: UInt64) throws {
    var random = Random(seed: seed)
    let whole = try file.read()
    let contents = file.contents
    for _ in 0..<(file.count > 20_000 ? 3 : file.count > 300 ? 20 : 150) {
      let result = try? Zstandard.decompress(random.damage(whole), size: file.count)
      #expect(result == nil || result?.count == file.count)
      // What has a checksum comes back as it was, or not at all.
      if let result, file.kind != "streamed.zst" { #expect(result == contents) }
    }
  }
}
