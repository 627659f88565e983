import CZlib
import Compression
import Files
import Testing

/// Hands out its bytes in steps of sizes that follow each other.
private final class Steps: ByteSource {
  let name = "steps"
  private var rest: ArraySlice<UInt8>
  private var random: Random
  private let largest: Int

  init(_ bytes: [UInt8], upTo largest: Int, seed: UInt64) {
    rest = bytes[...]
    random = Random(seed: seed)
    self.largest = largest
  }

  func read(into buffer: inout [UInt8], limit: Int) -> Int {
    let part = rest.prefix(min(limit, 1 + random.next(largest)))
    buffer += part
    rest = rest.dropFirst(part.count)
    return part.count
  }
}

/// The inflating of bare deflate and its wrappings, beside zlib's.
@Suite struct InflateTests {
  private func raw(_ bytes: [UInt8]) throws -> [UInt8] {
    try Zlib.inflate(bytes, format: .raw, limit: 1 << 20)
  }

  private func fixed(_ write: (inout BitWriter) -> Void) -> [UInt8] {
    var bits = BitWriter()
    bits.write(0b011, 3)
    write(&bits)
    bits.writeFixed(256)
    return bits.bytes
  }

  @Test(arguments: 0..<60)
  func `what zlib deflates in any style comes back, however it is read`(seed: UInt64) throws {
    var random = Random(seed: seed)
    let bytes = random.bytes(random.next(seed % 10 == 0 ? 400_000 : 20_000))
    let style = ZlibOracle.Style(&random)
    let packed = ZlibOracle.deflate(bytes, style)
    let source = GzipSource(
      Steps(packed, upTo: [1, 50, 5000, 1 << 18][random.next(4)], seed: seed),
      format: style.format)
    let largest = [1, 300, 40_000, 1 << 19][random.next(4)]
    var result: [UInt8] = []
    while try source.read(into: &result, limit: 1 + random.next(largest)) > 0 {}
    #expect(result == bytes, "\(style)")
    if style.format != .raw {
      #expect(try unsafe Gzip.decompress(packed.span.bytes, size: bytes.count) == bytes)
    }
  }

  @Test(arguments: 0..<40)
  func `damaged streams fail or give the same bytes as zlib`(seed: UInt64) {
    var random = Random(seed: seed)
    let bytes = random.bytes(1 + random.next(3000))
    let style = ZlibOracle.Style(&random)
    let packed = ZlibOracle.deflate(bytes, style)
    for _ in 0..<30 {
      let damaged = random.damage(packed)
      let result = try? Zlib.inflate(damaged, format: style.format, limit: 1 << 24)
      // After a gzip member nothing else may follow, which zlib does not look at.
      let expected = ZlibOracle.inflate(damaged, style.format)
      #expect(result == expected || (result == nil && style.format == .gzip), "\(style)")
    }
  }

  @Test(arguments: 0..<8)
  func `each bit changed fails or gives the same bytes as zlib`(seed: UInt64) {
    var random = Random(seed: 100 + seed)
    let bytes = random.bytes(20 + random.next(200))
    var style = ZlibOracle.Style(&random)
    style.format = .raw
    let packed = ZlibOracle.deflate(bytes, style)
    for bit in 0..<(packed.count * 8) {
      var damaged = packed
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect((try? raw(damaged)) == ZlibOracle.inflate(damaged, .raw), "bit \(bit)")
    }
  }

  @Test(arguments: [DeflateFormat.raw, .zlib, .gzip])
  func `a stream cut anywhere says that it is cut, after what came before`(format: DeflateFormat)
    throws
  {
    var random = Random(seed: 5)
    let bytes = random.bytes(1500)
    var style = ZlibOracle.Style()
    style.format = format
    style.flushStep = 700
    let packed = ZlibOracle.deflate(bytes, style)
    for count in packed.indices {
      let source = GzipSource(
        MemorySource(Array(packed[..<count]), name: "cut"), format: format)
      var result: [UInt8] = []
      let error = #expect(throws: FormatError.self) {
        while try source.read(into: &result, limit: 100) > 0 {}
      }
      #expect(error?.description.contains("download may be incomplete") == true)
      #expect(bytes.starts(with: result))
      #expect(throws: FormatError.self) { try source.read(into: &result, limit: 1) }
    }
  }

  @Test(arguments: 0..<60)
  func `codes of any lengths are judged as zlib judges them`(seed: UInt64) {
    var random = Random(seed: seed)
    var literals = CanonicalCode.random(257 + random.next(30), needed: [256], &random)
    var distances = CanonicalCode.random(1 + random.next(30), needed: [], &random)
    if distances.count == 1 { distances = [random.next(2)] }
    switch random.next(6) {
    case 0: literals[random.next(literals.count)] = random.next(16)
    case 1: distances[random.next(distances.count)] = random.next(16)
    case 2: distances = distances.map { _ in 0 }
    case 3:
      distances = distances.map { _ in 0 }
      distances[random.next(distances.count)] = 1 + random.next(2)
    case 4:
      literals = literals.map { _ in 0 }
      literals[256] = 1 + random.next(2)
    default: break
    }
    var head = BitWriter()
    head.writeStored(random.bytes(300), isLast: false)
    head.writeCodes(literals, distances, isLast: true)
    for _ in 0..<40 {
      var bits = head
      for _ in 0..<random.next(400) { bits.write(random.next(256), 8) }
      #expect((try? raw(bits.bytes)) == ZlibOracle.inflate(bits.bytes, .raw))
    }
  }

  @Test(arguments: 0..<30)
  func `symbols in codes of any lengths come back`(seed: UInt64) throws {
    var random = Random(seed: seed)
    let letters = (0...random.next(200)).map { _ in random.next(256) }
    let needed = Array(Set(letters + [256, 257 + random.next(29)])).sorted()
    let literals = CanonicalCode(CanonicalCode.random(286, needed: needed, &random))
    var bits = BitWriter()
    bits.writeCodes(literals.lengths, [0], isLast: true)
    var expected: [UInt8] = []
    for _ in 0..<2000 {
      let letter = letters[random.next(letters.count)]
      literals.write(letter, to: &bits)
      expected.append(UInt8(letter))
    }
    literals.write(256, to: &bits)
    #expect(try raw(bits.bytes) == expected)
  }

  @Test func `the longest distance and length work, one byte farther does not`() throws {
    let contents = (0..<32_768).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    func stream(_ history: Int, _ distanceExtra: Int) -> [UInt8] {
      var bits = BitWriter()
      bits.writeStored(Array(contents[..<history]), isLast: false)
      bits.write(0b011, 3)
      bits.writeFixed(285)
      bits.writeCode(29, 5)
      bits.write(distanceExtra, 13)
      bits.writeFixed(256)
      return bits.bytes
    }
    #expect(try raw(stream(32_768, 8191)) == contents + contents[..<258])
    #expect(try raw(stream(32_767, 8190)) == Array(contents[..<32_767]) + contents[..<258])
    #expect(throws: FormatError.self) { try raw(stream(32_767, 8191)) }
  }

  @Test(arguments: 1...40)
  func `copies overlap themselves at every distance`(distance: Int) throws {
    var random = Random(seed: UInt64(distance))
    let start = random.bytes(distance)
    var style = ZlibOracle.Style()
    style.level = 9
    for length in [3, 4, 15, 16, 17, 31, 32, 33, 100, 257, 258, 259] {
      let bytes = (0..<(distance + length)).map { start[$0 % distance] } + [1, 2, 3]
      #expect(try raw(ZlibOracle.deflate(bytes, style)) == bytes)
    }
  }

  @Test func `blocks that hold nothing are no trouble`() throws {
    var bits = BitWriter()
    for _ in 0..<3000 {
      bits.writeStored([], isLast: false)
      bits.write(0b010, 3)
      bits.writeFixed(256)
    }
    bits.writeStored([7], isLast: true)
    #expect(try raw(bits.bytes) == [7])
  }

  @Test func `a code of one symbol may stand alone, its other bit means nothing`() throws {
    func stream(_ distanceBit: Int) -> [UInt8] {
      var lengths = [Int](repeating: 0, count: 258)
      lengths[65] = 1
      lengths[256] = 2
      lengths[257] = 2
      var bits = BitWriter()
      bits.writeCodes(lengths, [1], isLast: true)
      bits.writeCode(0, 1)
      bits.writeCode(0b11, 2)
      bits.write(distanceBit, 1)
      bits.writeCode(0b10, 2)
      return bits.bytes
    }
    #expect(try raw(stream(0)) == [65, 65, 65, 65])
    #expect(throws: FormatError.self) { try raw(stream(1)) }
  }

  @Test func `what the format does not allow is refused with its name`() {
    var type3 = BitWriter()
    type3.write(0b111, 3)
    type3.write(0, 21)
    var stored = BitWriter()
    stored.write(1, 3)
    stored.alignToByte()
    stored.write(5, 16)
    stored.write(5, 16)
    stored.write(0, 64)
    let tooManyCodes: [UInt8] = [0b1111_1101, 0xFF, 0xFF, 0xFF]
    let cases: [([UInt8], String)] = [
      (type3.bytes, "type 3"),
      (stored.bytes, "sizes of a stored block differ"),
      (tooManyCodes, "too many length or distance codes"),
      (fixed { $0.writeFixed(286) } + [0, 0], "no literal and no length"),
      (
        fixed {
          $0.writeFixed(65)
          $0.writeFixed(257)
          $0.writeCode(30, 5)
        } + [0, 0], "no distance"
      ),
      (
        fixed {
          $0.writeFixed(65)
          $0.writeFixed(257)
          $0.writeCode(1, 5)
        } + [0, 0], "before the first byte"
      ),
    ]
    for (bytes, reason) in cases {
      let error = #expect(throws: FormatError.self) { try raw(bytes) }
      #expect(
        error?.description.contains(reason) == true, "\(reason): \(String(describing: error))")
      #expect(ZlibOracle.inflate(bytes, .raw) == nil)
    }
  }

  @Test func `a member does not reach back into the one before it`() throws {
    let first = Gzip.compress([UInt8](repeating: 65, count: 1000))
    var bits = BitWriter()
    bits.write(0b011, 3)
    bits.writeFixed(257)
    bits.writeCode(0, 5)
    bits.writeFixed(256)
    let second = Array(first[..<10]) + bits.bytes + [0, 0, 0, 0, 3, 0, 0, 0]
    let error = #expect(throws: FormatError.self) {
      try Gzip.inflate(first + second, limit: 10_000)
    }
    #expect(error?.description.contains("before the first byte") == true)
    #expect(throws: CodecError.self) {
      try unsafe Gzip.decompress((first + second).span.bytes, size: 1003)
    }
  }
}
