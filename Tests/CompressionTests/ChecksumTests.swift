import CZlib
import Compression
import Testing

@Suite struct ChecksumTests {
  private func zlib(_ bytes: [UInt8]) -> UInt32 {
    unsafe UInt32(crc32_z(0, bytes, bytes.count))
  }

  @Test func `the check value of CRC-32 comes out`() {
    #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(Checksum.crc32([]) == 0)
  }

  @Test(arguments: 0..<40)
  func `sums of any length are those of zlib`(seed: UInt64) {
    var random = Random(seed: seed)
    let around = [0, 16, 5686, 1 << 14, 22_070, 5686 + 1 << 15, 100_000][random.next(7)]
    let bytes = random.bytes(max(0, around - 20 + random.next(40)))
    #expect(Checksum.crc32(bytes) == zlib(bytes), "\(bytes.count) bytes")
  }

  @Test func `each bit of a long run counts`() {
    var random = Random(seed: 1)
    var bytes = random.bytes(40_000)
    let sum = Checksum.crc32(bytes)
    for position in stride(from: 0, to: bytes.count, by: 997) {
      bytes[position] ^= 1 << UInt8(position % 8)
      #expect(Checksum.crc32(bytes) == zlib(bytes))
      #expect(Checksum.crc32(bytes) != sum)
      bytes[position] ^= 1 << UInt8(position % 8)
    }
  }
}
