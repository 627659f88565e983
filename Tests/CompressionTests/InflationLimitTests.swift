import Compression
import Files
import Testing

@Suite struct InflationLimitTests {
  private func drained(_ bytes: [UInt8]) throws -> Int {
    let path = "/tmp/kakeibo-inflation-\(UInt64.random(in: 0 ... .max)).gz"
    let output = try OutputFile(path)
    try output.write(bytes)
    try output.finish()
    defer { try? Directory.removeFile(path) }
    let source = try PackedFile.open(path)
    var count = 0
    var buffer: [UInt8] = []
    while true {
      let received = try source.read(into: &buffer, limit: 1 << 20)
      if received == 0 { return count }
      count += received
      buffer.removeAll(keepingCapacity: true)
    }
  }

  @Test func `a file that inflates a thousand times is refused once it is large`() throws {
    let member = Gzip.compress([UInt8](repeating: 0x0A, count: 16 << 20))
    #expect(try drained(member) == 16 << 20)
    let bomb = [[UInt8]](repeating: member, count: 5).flatMap { $0 }
    #expect(throws: FormatError.self) { try drained(bomb) }
  }
}
