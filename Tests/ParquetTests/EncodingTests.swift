import Columns
import Parquet
import Testing
import TestSupport

/// Encodings that the writer does not use, and hostile forms of them.
struct EncodingTests {
  private func integers(
    _ type: HandmadeNode.Kind, _ bytes: [UInt8], encoding: Int, count: Int
  ) throws -> [Int64?] {
    let file = HandmadeFile(
      .leaf("n", .required, type), rows: count, [.v2(count, bytes, encoding: encoding)])
    return try file.rows(batchSize: 37).map { $0[0].int64 }
  }

  @Test(arguments: [1, 2, 32, 33, 128, 129, 130, 1000])
  func `deltas of any count and width are read, in any batches`(count: Int) throws {
    var random = SplitMix64(seed: count)
    for limit in [0, 1, 1000, Int(Int32.max)] {
      let numbers = (0..<count).map { _ in Int.random(in: -limit...limit, using: &random) }
      let expected = numbers.map { Int64?(Int64($0)) }
      for (block, miniblocks) in [(128, 4), (128, 1), (256, 2), (1024, 32), (8, 1)] {
        let bytes = deltas(numbers, block: block, miniblocks: miniblocks)
        #expect(try integers(.int32, bytes, encoding: 5, count: count) == expected)
        #expect(try integers(.int64, bytes, encoding: 5, count: count) == expected)
      }
    }
  }

  @Test func `deltas that overflow wrap around`() throws {
    let numbers = [Int.min, Int.max, 0, -1, Int.max, Int.min]
    #expect(
      try integers(.int64, deltas(numbers), encoding: 5, count: 6) == numbers.map { Int64($0) })
    let small = [Int(Int32.min), Int(Int32.max), Int(Int32.min)]
    #expect(
      try integers(.int32, deltas(small), encoding: 5, count: 3) == small.map { Int64($0) })
  }

  @Test func `delta blocks that cannot be are refused`() throws {
    func refusal(_ header: [UInt64], _ rest: [UInt8] = [0]) throws -> String {
      try HandmadeFile(
        .leaf("n", .required, .int64), rows: 200,
        [.v1(200, header.flatMap { varint($0) } + rest, encoding: 5)]
      ).refusal()
    }
    for (block, miniblocks) in [(0, 4), (128, 0), (100, 4), (1 << 40, 4), (128, 1 << 30)] {
      #expect(
        try refusal([UInt64(block), UInt64(miniblocks), 200]).hasSuffix(
          "delta blocks of \(block) in \(miniblocks) parts do not exist"))
    }
    #expect(try refusal([128, 4, 1 << 40]).hasSuffix("a page claims 1099511627776 delta values"))
    #expect(try refusal([128, 4, 200]).hasSuffix("delta blocks end too early"))
    #expect(try refusal([128, 4, 1]).hasSuffix("a page has fewer values than it says"))
    #expect(
      try refusal([128, 4, 200], [0, 0, 65, 65, 65, 65]).hasSuffix(
        "delta values are packed in 65 bits"))
    #expect(
      try refusal([128, 4, 200], [0, 0, 64, 64, 64, 64]).hasSuffix("delta blocks end too early"))
  }

  @Test func `texts with their lengths or shared prefixes as deltas are read`() throws {
    let texts = (0..<300).map { "prefix \($0 / 7) of \(String(repeating: "x", count: $0 % 9))" }
    let node = HandmadeNode.leaf("s", .required, .byteArray, converted: 0)
    let expected = texts.map { [Value.text($0)] }
    let lengths = HandmadeFile(node, rows: 300, [.v1(300, deltaTexts(texts), encoding: 6)])
    #expect(try lengths.rows(batchSize: 41) == expected)
    let prefixes = HandmadeFile(
      node, rows: 300, [.v2(300, prefixedTexts(texts.map { Array($0.utf8) }), encoding: 7)])
    #expect(try prefixes.rows(batchSize: 41) == expected)
  }

  @Test func `fixed bytes and decimals come in deltas and streams too`() throws {
    let values = (0..<100).map { [UInt8(0), UInt8($0 / 50), UInt8($0), 7] }
    let decimal = HandmadeNode.leaf(
      "d", .required, .fixedLengthByteArray, length: 4, converted: 5, scale: 1, precision: 9)
    let expected = (0..<100).map { [Value.decimal(Int128(($0 / 50) << 16 | $0 << 8 | 7))] }
    for page in [
      HandmadePage.v1(100, prefixedTexts(values), encoding: 7),
      .v1(100, splitStreams(values.flatMap { $0 }, width: 4), encoding: 9),
      .v1(100, values.flatMap { $0 }),
    ] { #expect(try HandmadeFile(decimal, rows: 100, [page]).rows() == expected) }
    let variable = HandmadeNode.leaf(
      "d", .required, .byteArray, converted: 5, scale: 1, precision: 9)
    #expect(
      try HandmadeFile(variable, rows: 100, [.v1(100, prefixedTexts(values), encoding: 7)]).rows()
        == expected)
    let wrong = HandmadeFile(
      decimal, rows: 2, [.v1(2, prefixedTexts([[1, 2, 3, 4], [1]]), encoding: 7)])
    #expect(try wrong.refusal().hasSuffix("a value of 4 bytes has 1"))
  }

  @Test(arguments: [
    HandmadeNode.Kind.int32, .int64, .float, .double,
  ])
  func `split streams are put together`(type: HandmadeNode.Kind) throws {
    let numbers = (0..<77).map { Int64($0 * 1_234_567) }
    let width = type == .int32 || type == .float ? 4 : 8
    let bytes: [UInt8] =
      switch type {
      case .int32: plain(numbers.map { Int32($0) })
      case .int64: plain(numbers)
      case .float: plain(numbers.map { Float($0).bitPattern })
      default: plain(numbers.map { Double($0) })
      }
    let split = HandmadeFile(
      .leaf("n", .required, type), rows: 77,
      [.v1(77, splitStreams(bytes, width: width), encoding: 9)])
    let direct = HandmadeFile(.leaf("n", .required, type), rows: 77, [.v1(77, bytes)])
    #expect(try split.rows() == direct.rows())
    let short = HandmadeFile(
      .leaf("n", .required, type), rows: 78,
      [.v1(78, splitStreams(bytes, width: width), encoding: 9)])
    #expect(try short.refusal().hasSuffix("a page has fewer values than it says"))
  }

  @Test func `texts that reach beyond their page, or share more than there is, are refused`() throws
  {
    let node = HandmadeNode.leaf("s", .required, .byteArray)
    func refusal(_ bytes: [UInt8], _ encoding: Int) throws -> String {
      try HandmadeFile(node, rows: 2, [.v1(2, bytes, encoding: encoding)]).refusal()
    }
    #expect(
      try refusal([1, 0, 0, 0, 65, 0xFF, 0xFF, 0xFF, 0x7F], 0).hasSuffix(
        "a text reaches past the end of its page"))
    #expect(
      try refusal(deltas([1, 100]) + [65, 66], 6).hasSuffix(
        "a text reaches past the end of its page"))
    #expect(
      try refusal(deltas([1, -1]) + [65, 66], 6).hasSuffix(
        "a text reaches past the end of its page"))
    #expect(
      try refusal(deltas([0, 2]) + deltas([1, 1]) + [65, 66], 7).hasSuffix(
        "a text shares more with the one before than that has"))
    #expect(
      try refusal(deltas([0]) + deltas([1, 1]) + [65, 66], 7).hasSuffix(
        "a page has 1 prefixes but 2 suffixes"))
  }

  @Test func `runs of all widths are read, packed or repeated`() throws {
    let node = HandmadeNode.leaf("n", .required, .int64)
    for width in [1, 2, 3, 7, 8, 9, 15, 16] {
      let count = min(1 << width, 5000)
      let dictionary = HandmadePage.dictionary(count, plain((0..<count).map { Int64($0) }))
      let numbers = (0..<100).map { $0 * 7919 % count }
      let expected = numbers.map { [Value.int64(Int64($0))] }
      for bytes in [packedRun(numbers, width: width), runs(numbers, width: width)] {
        let file = HandmadeFile(
          node, rows: 100, [dictionary, .v1(100, [UInt8(width)] + bytes, encoding: 8)])
        #expect(try file.rows(batchSize: 9) == expected)
      }
    }
  }
}
