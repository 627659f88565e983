import Compression
import Files
import Testing

/// Text with repeats and noise, the same for the same seed.
private func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
  var state = seed
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count)
  for index in 0..<count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    bytes.append(index % 7 < 5 ? UInt8(97 + index % 23) : UInt8(truncatingIfNeeded: state >> 56))
  }
  return bytes
}

/// Hands out its bytes in small steps, as a pipe may.
private final class Trickle: ByteSource {
  let name = "trickle"
  private var rest: ArraySlice<UInt8>
  private let step: Int

  init(_ bytes: [UInt8], step: Int) {
    rest = bytes[...]
    self.step = step
  }

  func read(into buffer: inout [UInt8], limit: Int) -> Int {
    let part = rest.prefix(min(step, limit))
    buffer += part
    rest = rest.dropFirst(part.count)
    return part.count
  }
}

@Suite struct GzipTests {
  @Test(arguments: [0, 1, 1000, 262_144, 600_000])
  func `what is compressed comes back`(count: Int) throws {
    let bytes = sample(count)
    for level in [1, 6] {
      let packed = Gzip.compress(bytes, level: level)
      #expect(try Gzip.inflate(packed, limit: count) == bytes)
    }
    for format in [DeflateFormat.raw, .zlib] {
      let packed = Zlib.deflate(bytes, format: format)
      #expect(try Zlib.inflate(packed, format: format, limit: count) == bytes)
    }
  }

  @Test(arguments: [1, 7, 4096])
  func `steps of any size give the same bytes`(step: Int) throws {
    let bytes = sample(20_000)
    let source = GzipSource(Trickle(Gzip.compress(bytes), step: step))
    var result: [UInt8] = []
    while try source.read(into: &result, limit: step) > 0 {}
    #expect(result == bytes)
    #expect(try source.read(into: &result, limit: 10) == 0)
  }

  @Test(arguments: 0..<24 as Range<UInt64>)
  func `readings of any size across members give the same bytes`(seed: UInt64) throws {
    var random = Random(seed: seed)
    // Distances of nearly 32 KiB, and members shorter and longer than that.
    let period = sample(32_000 + random.next(1000), seed: seed + 1)
    var expected: [UInt8] = []
    var packed: [UInt8] = []
    for _ in 0..<4 {
      let count = [0, 100, 20_000, 70_000, 900_000][random.next(5)]
      let member = (0..<count).map { period[$0 % period.count] }
      expected += member
      packed += Gzip.compress(member)
    }
    let source = GzipSource(Trickle(packed, step: 1 + random.next(3000)))
    var result: [UInt8] = []
    var expectedCount = 0
    repeat {
      let limit = [1, 300, 5000, 66_000, 400_000][random.next(5)]
      expectedCount = min(expected.count, result.count + limit)
      // Into an array of its own now and then: what was read before is not behind it.
      if random.next(2) == 0 {
        var part: [UInt8] = []
        _ = try source.read(into: &part, limit: limit)
        result += part
      } else {
        _ = try source.read(into: &result, limit: limit)
      }
      #expect(result.count == expectedCount)
    } while result.count < expected.count
    #expect(result == expected)
    #expect(try source.read(into: &result, limit: 100_000) == 0)
  }

  @Test func `all that came before the damage is handed out`() throws {
    let bytes = sample(700_000)
    var packed = Gzip.compress(bytes)
    packed[packed.count - 6] ^= 1
    let source = GzipSource(MemorySource(packed, name: "cur.csv.gz"))
    var result: [UInt8] = []
    #expect(throws: FormatError.self) {
      while try source.read(into: &result, limit: 1 << 20) > 0 {}
    }
    #expect(result == bytes)
  }

  @Test func `members follow each other, and zeros may follow the last`() throws {
    let joined =
      Gzip.compress(sample(1000)) + Gzip.compress([]) + Gzip.compress(sample(500, seed: 2))
    let expected = sample(1000) + sample(500, seed: 2)
    #expect(try Gzip.inflate(joined, limit: 2000) == expected)
    #expect(try Gzip.inflate(joined + [0, 0, 0], limit: 2000) == expected)
  }

  @Test func `the writer makes the same file each time, without a date`() throws {
    func written() throws -> [UInt8] {
      var out: [UInt8] = []
      let writer = GzipWriter { out += $0 }
      for part in 0..<40 { try writer.write(sample(20_000, seed: UInt64(part))) }
      try writer.finish()
      return out
    }
    let first = try written()
    #expect(first == (try written()))
    #expect(Array(first[4..<8]) == [0, 0, 0, 0])
    let expected = (0..<40).flatMap { sample(20_000, seed: UInt64($0)) }
    #expect(try Gzip.inflate(first, limit: 1_000_000) == expected)
  }

  @Test func `a file cut short says so, wherever it is cut`() throws {
    let packed = Gzip.compress(sample(5000))
    for count in stride(from: 0, to: packed.count, by: 61) {
      let error = #expect(throws: FormatError.self) {
        try Gzip.inflate(Array(packed[..<count]), limit: 10_000, name: "cur.csv.gz")
      }
      #expect(error?.description.contains("download may be incomplete") == true)
    }
  }

  @Test(arguments: 0..<60)
  func `a changed bit never goes unnoticed`(seed: Int) throws {
    let bytes = sample(5000)
    var packed = Gzip.compress(bytes)
    let position = 10 + seed * (packed.count - 10) / 60
    packed[position] ^= 1 << UInt8(seed % 8)
    let result = try? Gzip.inflate(packed, limit: 100_000)
    #expect(result == nil || result == bytes)
    #expect(position < packed.count - 8 || result == nil)
  }

  @Test func `bytes after the end that are not gzip are refused`() {
    let packed = Gzip.compress(sample(100))
    #expect(throws: FormatError.self) { try Gzip.inflate(packed + [1, 2, 3], limit: 1000) }
    #expect(throws: FormatError.self) { try Gzip.inflate(packed + [0, 2, 3], limit: 1000) }
  }

  @Test func `a bomb stops at the limit`() {
    let packed = Gzip.compress([UInt8](repeating: 0, count: 50_000_000))
    #expect(throws: FormatError.self) { try Gzip.inflate(packed, limit: 1_000_000) }
  }

  private func decompress(_ bytes: [UInt8], _ size: Int) throws -> [UInt8] {
    try unsafe Gzip.decompress(bytes.span.bytes, size: size)
  }

  @Test(arguments: [0, 1, 1000, 300_000])
  func `members of known size come back, also several`(count: Int) throws {
    let bytes = sample(count)
    let packed = Gzip.compress(bytes)
    #expect(try decompress(packed, count) == bytes)
    #expect(try decompress(packed + [0, 0, 0], count) == bytes)
    #expect(try decompress(packed + packed + Gzip.compress([]), 2 * count) == bytes + bytes)
    #expect(try decompress(Zlib.deflate(bytes, format: .zlib), count) == bytes)
    for wrong in [count - 1, count + 1, 1 << 30, 1 << 31] {
      #expect(throws: CodecError.self) { try decompress(packed, wrong) }
    }
    for damaged in [packed + [0, 1], packed + packed.dropLast(), Array(packed.dropLast()), []] {
      #expect(throws: CodecError.self) { try decompress(damaged, count) }
      #expect(throws: CodecError.self) { try decompress(damaged, 2 * count) }
    }
    var wrongSum = packed
    wrongSum[packed.count - 5] ^= 1
    #expect(throws: CodecError.self) { try decompress(wrongSum, count) }
  }
}
