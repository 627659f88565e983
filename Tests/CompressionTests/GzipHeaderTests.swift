import CZlib
import Compression
import Files
import Testing

/// A gzip member with any header (RFC 1952, section 2.3).
private struct Member {
  var method: UInt8 = 8
  var reserved: UInt8 = 0
  var extra: [UInt8]?
  var name: [UInt8]?
  var comment: [UInt8]?
  var hasChecksum = false
  let contents: [UInt8] = Array("one,two\n1,2\n".utf8)

  var bytes: [UInt8] {
    var flags = reserved
    if hasChecksum { flags |= 2 }
    if extra != nil { flags |= 4 }
    if name != nil { flags |= 8 }
    if comment != nil { flags |= 16 }
    var bytes: [UInt8] = [0x1F, 0x8B, method, flags, 1, 2, 3, 4, 2, 3]
    if let extra {
      bytes += [UInt8(extra.count & 255), UInt8(extra.count >> 8)] + extra
    }
    if let name { bytes += name + [0] }
    if let comment { bytes += comment + [0] }
    if hasChecksum {
      let sum = unsafe crc32_z(0, bytes, bytes.count)
      bytes += [UInt8(sum & 255), UInt8(sum >> 8 & 255)]
    }
    let plain = Gzip.compress(contents)
    return bytes + plain[10...]
  }
}

@Suite struct GzipHeaderTests {
  private func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
    try Gzip.inflate(bytes, limit: 1000)
  }

  @Test(arguments: 0..<16)
  func `headers with any of the fields are read over`(fields: Int) throws {
    var member = Member()
    member.extra = fields & 1 == 0 ? nil : [UInt8](repeating: 7, count: fields * 40)
    member.name = fields & 2 == 0 ? nil : Array("report.csv".utf8)
    member.comment = fields & 4 == 0 ? nil : []
    member.hasChecksum = fields & 8 != 0
    let bytes = member.bytes
    #expect(try inflate(bytes) == member.contents)
    #expect(ZlibOracle.inflate(bytes, .gzip) == member.contents)
    // A byte at a time, and cut anywhere.
    let source = GzipSource(Bytewise(bytes))
    #expect(try source.readAll() == member.contents)
    for count in bytes.indices {
      #expect(throws: FormatError.self) { try inflate(Array(bytes[..<count])) }
    }
  }

  @Test func `a name longer than what is read at a time needs no room`() throws {
    var member = Member()
    member.name = [UInt8](repeating: 65, count: 1_000_000)
    member.hasChecksum = true
    #expect(try inflate(member.bytes) == member.contents)
  }

  @Test func `damage in the header has a name`() {
    var method = Member()
    method.method = 7
    var reserved = Member()
    reserved.reserved = 0x20
    var sum = Member()
    sum.hasChecksum = true
    var wrongSum = sum.bytes
    wrongSum[4] ^= 1
    var magic = Member().bytes
    magic[1] = 0x8C
    for (bytes, reason) in [
      (method.bytes, "method 7"), (reserved.bytes, "flags"), (wrongSum, "checksum of its header"),
      (magic, "begin as gzip"),
    ] {
      let error = #expect(throws: FormatError.self) { try inflate(bytes) }
      #expect(error?.description.contains(reason) == true)
      #expect(ZlibOracle.inflate(bytes, .gzip) == nil)
    }
  }

  @Test func `damage behind the contents has a name`() {
    let bytes = Member().bytes
    for (place, reason) in [(8, "checksum of its contents"), (4, "size is not the one")] {
      var damaged = bytes
      damaged[bytes.count - place] ^= 1
      let error = #expect(throws: FormatError.self) { try inflate(damaged) }
      #expect(error?.description.contains(reason) == true)
    }
  }

  @Test(arguments: 0..<256)
  func `the header of zlib's own wrapping is judged as zlib does`(second: Int) {
    for first in [0x78, 0x08, 0x88, 0x79, 0x18, 0x1F] {
      var bytes = Zlib.deflate(Member().contents, format: .zlib)
      bytes[0] = UInt8(first)
      bytes[1] = UInt8(second)
      let result = try? Zlib.inflate(bytes, format: .zlib, limit: 1000)
      #expect(result == ZlibOracle.inflate(bytes, .zlib))
    }
  }
}

/// Hands out a byte at a time.
private final class Bytewise: ByteSource {
  let name = "bytewise"
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: inout [UInt8], limit: Int) -> Int {
    guard limit > 0, let byte = rest.popFirst() else { return 0 }
    buffer.append(byte)
    return 1
  }
}
