import Files
import TestSupport
import Testing

@Suite struct SpillFileTests {
  @Test(arguments: 0..<10) func `what was put aside comes back, and the file has no name`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try Scratch()
    let file = try SpillFile(in: scratch.path)
    var written: [(range: Range<Int>, bytes: [UInt8])] = []
    for _ in 0..<20 {
      let bytes = (0..<Int.random(in: 0..<5000, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      written.append((try file.append(bytes: bytes), bytes))
    }
    for (range, bytes) in written.shuffled(using: &random) {
      #expect(try file.read(bytes: range) == bytes)
    }
    #expect(try Directory.names(scratch.path).isEmpty)
  }

  @Test func `numbers come back by their places`() throws {
    let scratch = try Scratch()
    let file = try SpillFile(in: scratch.path)
    try file.append([1, 2, 3])
    try file.append([UInt64.max, 5])
    #expect(try file.read(2..<4) == [3, UInt64.max])
    #expect(file.count == 5)
  }

  @Test func `arrays are read in the order they were laid out`() {
    var bytes = SpillBytes()
    bytes.append(7)
    bytes.append([true, false, true])
    bytes.append([Int128.min, 3])
    bytes.append([1.5, -0.0])
    bytes.append([Int32(-1)])
    bytes.append([Int64]())
    var reader = SpillReader(bytes.bytes)
    #expect(reader.number() == 7)
    #expect(reader.booleans(3) == [true, false, true])
    #expect(reader.int128s(2) == [Int128.min, 3])
    #expect(reader.doubles(2).map(\.sign) == [.plus, .minus])
    #expect(reader.int32s(1) == [-1])
    #expect(reader.int64s(0) == [])
  }

  @Test func `no directory and what was never written are errors`() throws {
    #expect(throws: FileError.self) { try SpillFile(in: "/nowhere") }
    let scratch = try Scratch()
    let file = try SpillFile(in: scratch.path)
    try file.append([1])
    #expect(throws: FileError.self) { try file.read(0..<2) }
    #expect(throws: FileError.self) { try file.read(bytes: 8..<9) }
  }
}
