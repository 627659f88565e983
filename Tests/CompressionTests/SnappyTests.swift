import Compression
import Testing

@Suite struct SnappyTests {
  @Test(arguments: 0..<60)
  func `what is deflated inflates to the same bytes`(seed: UInt64) {
    var random = Random(seed: seed)
    let bytes = random.bytes(random.next(seed % 3 == 0 ? 200_000 : 300))
    let block = Snappy.compress(bytes)
    #expect(Snappy.decompress(block, size: bytes.count) == bytes)
    #expect(Snappy.decompress(block, size: bytes.count + 1) == nil)
  }

  @Test func `repeats take little room`() {
    let block = Snappy.compress([UInt8](repeating: 7, count: 100_000))
    #expect(block.count < 5_000)
    #expect(Snappy.compress([]) == [0])
    #expect(Snappy.decompress([0], size: 0) == [])
  }

  @Test func `elements of every kind are understood`() {
    // Length 14; literal "ab"; copy of 4 from 2 back (1-byte offset); of 4 from 6 (2 bytes);
    // of 4 from 1 back (4 bytes).
    let block: [UInt8] = [
      14, 1 << 2, 0x61, 0x62, 1 | 0 << 2, 2, 2 | 3 << 2, 6, 0, 3 | 3 << 2, 1, 0, 0, 0,
    ]
    #expect(Snappy.decompress(block, size: 14) == Array("abababababbbbb".utf8))
  }

  @Test(
    arguments: [
      [], [5], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80], [4, 3 << 2, 1, 2], [4, 1, 1], [4, 0, 9, 1, 5],
      [4, 0, 9, 1, 0], [2, 0, 9, 1, 1], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 1], [4, 63 << 2, 1],
    ] as [[UInt8]])
  func `blocks that lie are refused`(block: [UInt8]) {
    for size in [2, 4, 5, 1 << 30] { #expect(Snappy.decompress(block, size: size) == nil) }
  }

  @Test(arguments: 0..<40)
  func `damage is refused or inflates to the size`(seed: UInt64) {
    var random = Random(seed: seed)
    let bytes = random.bytes(2000)
    let whole = Snappy.compress(bytes)
    for _ in 0..<200 {
      var block = whole
      block[random.next(block.count)] ^= UInt8(1 + random.next(255))
      if random.next(4) == 0 { block.removeLast(random.next(block.count)) }
      let inflated = Snappy.decompress(block, size: bytes.count)
      #expect(inflated == nil || inflated?.count == bytes.count)
    }
  }
}
