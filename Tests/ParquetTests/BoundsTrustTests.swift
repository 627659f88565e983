import Columns
import Parquet
import Testing
import TestSupport

/// Which stored bounds are used to pass over row groups, and which are not.
struct BoundsTrustTests {
  private static func statistics(
    _ node: HandmadeNode, _ stored: [Int: Thrift], orders: [Thrift]? = nil, declared: Bool = true,
    rows: Int = 2, values: [UInt8]? = nil
  ) throws -> ColumnStatistics {
    let page = HandmadePage.v1(rows, values ?? [UInt8](repeating: 0, count: rows * 16))
    var file = HandmadeFile(node, rows: rows, [page])
    file.groups[0].chunks[0].statistics = stored
    if let orders { file.footer[7] = .list(orders) }
    if !declared { file.footer = [7: nil] }
    return try file.open { $0.rowGroups[0].statistics[0] }
  }

  private static func bounds(_ low: [UInt8], _ high: [UInt8]) -> [Int: Thrift] {
    [5: .binary(high), 6: .binary(low)]
  }

  private static func legacy(_ low: [UInt8], _ high: [UInt8]) -> [Int: Thrift] {
    [1: .binary(high), 2: .binary(low)]
  }

  private static let number = HandmadeNode.leaf("n", .required, .int32)
  private static let unsigned = HandmadeNode.leaf("n", .required, .int32, converted: 13)
  private static let text = HandmadeNode.leaf("s", .required, .byteArray, converted: 0)
  private static let double = HandmadeNode.leaf("d", .required, .double)

  @Test func `a NaN bounds nothing, and a zero bounds zeros of both signs`() throws {
    let nan = plain([Double.nan])
    for (low, high) in [(plain([1.0]), nan), (nan, plain([1.0])), (nan, nan)] {
      let found = try BoundsTrustTests.statistics(
        BoundsTrustTests.double, BoundsTrustTests.bounds(low, high))
      #expect(found.min == nil && found.max == nil)
    }
    let zeros = try BoundsTrustTests.statistics(
      BoundsTrustTests.double, BoundsTrustTests.bounds(plain([0.0]), plain([-0.0])))
    guard case .double(let low) = zeros.min, case .double(let high) = zeros.max else {
      Issue.record("no bounds")
      return
    }
    #expect(low.sign == .minus && high.sign == .plus)
  }

  @Test func `bounds of half floats are used like those of doubles`() throws {
    let half = HandmadeNode.leaf(
      "h", .required, .fixedLengthByteArray, length: 2, logical: .structure([15: .empty]))
    let found = try BoundsTrustTests.statistics(
      half,
      BoundsTrustTests.bounds(
        littleEndian(Float16(-2).bitPattern), littleEndian(Float16(2).bitPattern)))
    #expect(found.min == .double(-2) && found.max == .double(2))
    let nan = try BoundsTrustTests.statistics(
      half,
      BoundsTrustTests.bounds(littleEndian(UInt16(0x7E00)), littleEndian(UInt16(0x7E00))))
    #expect(nan.min == nil && nan.max == nil)
  }

  @Test func `old bounds are used for signed numbers alone`() throws {
    let stored = BoundsTrustTests.legacy(plain([Int32(-5)]), plain([Int32(9)]))
    let signed = try BoundsTrustTests.statistics(BoundsTrustTests.number, stored)
    #expect(signed.min == .int64(-5) && signed.max == .int64(9))
    let unsigned = try BoundsTrustTests.statistics(BoundsTrustTests.unsigned, stored)
    #expect(unsigned.min == nil && unsigned.max == nil)
    let text = try BoundsTrustTests.statistics(
      BoundsTrustTests.text, BoundsTrustTests.legacy([65], [66]))
    #expect(text.min == nil && text.max == nil)
  }

  @Test func `newer bounds need the order of their type, unless they are of signed numbers`() throws
  {
    let texts = BoundsTrustTests.bounds([65], [66])
    let declared = try BoundsTrustTests.statistics(BoundsTrustTests.text, texts)
    #expect(declared.min == .text("A") && declared.max == .text("B"))
    let undeclared = try BoundsTrustTests.statistics(
      BoundsTrustTests.text, texts, declared: false)
    #expect(undeclared.min == nil && undeclared.max == nil)
    // An order that came later than this reader.
    let later = try BoundsTrustTests.statistics(
      BoundsTrustTests.text, texts, orders: [.structure([7: .empty])])
    #expect(later.min == nil && later.max == nil)
    let numbers = try BoundsTrustTests.statistics(
      BoundsTrustTests.number,
      BoundsTrustTests.bounds(plain([Int32(-5)]), plain([Int32(9)])), declared: false)
    #expect(numbers.min == .int64(-5))
  }

  @Test func `bounds of unsigned numbers are compared without sign`() throws {
    let found = try BoundsTrustTests.statistics(
      BoundsTrustTests.unsigned, BoundsTrustTests.bounds(plain([UInt32(1)]), plain([UInt32.max])))
    #expect(found.min == .int64(1) && found.max == .int64(4_294_967_295))
  }

  @Test func `bounds the wrong way round, or of another width, are no bounds`() throws {
    for stored in [
      BoundsTrustTests.bounds(plain([Int32(9)]), plain([Int32(-5)])),
      BoundsTrustTests.bounds([1, 2], [3]), BoundsTrustTests.bounds([], []),
    ] {
      let found = try BoundsTrustTests.statistics(BoundsTrustTests.number, stored)
      #expect(found.min == nil && found.max == nil)
    }
  }

  @Test func `bounds of texts may be shortened, in the middle of a character too`() throws {
    var stored = BoundsTrustTests.bounds(Array("Al".utf8), [0xC3])
    stored[7] = .flag(false)
    stored[8] = .flag(false)
    let found = try BoundsTrustTests.statistics(BoundsTrustTests.text, stored)
    #expect(found.min == .text("Al") && found.max == .bytes([0xC3]))
  }

  @Test func `bounds are values only where the writer says so, and never of doubles`() throws {
    func attained(_ node: HandmadeNode, _ stored: [Int: Thrift], _ flags: [Int: Thrift]) throws
      -> [Bool]
    {
      let found = try BoundsTrustTests.statistics(node, stored.merging(flags) { $1 })
      return [found.isMinAttained, found.isMaxAttained]
    }
    let numbers = BoundsTrustTests.bounds(plain([Int32(-5)]), plain([Int32(9)]))
    let exact: [Int: Thrift] = [7: .flag(true), 8: .flag(true)]
    #expect(try attained(BoundsTrustTests.number, numbers, exact) == [true, true])
    #expect(
      try attained(BoundsTrustTests.text, BoundsTrustTests.bounds([65], [66]), exact)
        == [true, true])
    #expect(try attained(BoundsTrustTests.number, numbers, [:]) == [false, false])
    #expect(
      try attained(BoundsTrustTests.number, numbers, [7: .flag(true)]) == [false, true])
    #expect(
      try attained(BoundsTrustTests.number, numbers, [7: .flag(false), 8: .flag(true)])
        == [true, false])
    // Old bounds, bounds that are not used, and numbers that NaN may be among.
    let number = BoundsTrustTests.number
    let old = BoundsTrustTests.legacy(plain([Int32(1)]), plain([Int32(2)]))
    #expect(try attained(number, old, exact) == [false, false])
    let unused = BoundsTrustTests.bounds(plain([Int32(9)]), plain([Int32(-5)]))
    #expect(try attained(number, unused, exact) == [false, false])
    let doubles = BoundsTrustTests.bounds(plain([1.0]), plain([2.0]))
    #expect(try attained(BoundsTrustTests.double, doubles, exact) == [false, false])
    // Bytes that no page of these columns may have.
    let damaged = BoundsTrustTests.bounds([65], [0xFF, 0xFE])
    #expect(try attained(BoundsTrustTests.text, damaged, exact) == [true, false])
    let fixed = HandmadeNode.leaf("f", .required, .fixedLengthByteArray, length: 2)
    let short = BoundsTrustTests.bounds([1], [2, 2])
    #expect(try attained(fixed, short, exact) == [false, true])
  }

  @Test func `of a column that is required no value is NULL, whatever the footer says`() throws {
    let found = try BoundsTrustTests.statistics(BoundsTrustTests.number, [3: .i64(2)])
    #expect(found.nullCount == 0)
  }

  @Test func `types without a known order have no bounds`() throws {
    for node in [
      HandmadeNode.leaf("g", .required, .byteArray, logical: .structure([17: .empty])),
      .leaf("g", .required, .fixedLengthByteArray, length: 12, converted: 21),
      .leaf("g", .required, .int96),
      .leaf("g", .required, .int32, logical: .structure([99: .empty])),
    ] {
      let width = node.type == .int32 ? 4 : 12
      let found = try BoundsTrustTests.statistics(
        node,
        BoundsTrustTests.bounds(
          [UInt8](repeating: 1, count: width), [UInt8](repeating: 2, count: width)))
      #expect(found.min == nil && found.max == nil)
    }
  }

  @Test func `a count of NULLs is believed only when it can be, and never made up`() throws {
    let optional = HandmadeNode.leaf("n", .optional, .int32)
    func nulls(_ node: HandmadeNode, _ stored: [Int: Thrift]) throws -> Int? {
      try BoundsTrustTests.statistics(node, stored).nullCount
    }
    #expect(try nulls(optional, [3: .i64(1)]) == 1)
    #expect(try nulls(optional, [3: .i64(3)]) == nil)
    #expect(try nulls(optional, [3: .i64(-1)]) == nil)
    #expect(try nulls(optional, [:]) == nil)
    #expect(try nulls(BoundsTrustTests.number, [:]) == 0)
  }

  @Test func `a count of NULLs that is too small does not hide any`() throws {
    var file = HandmadeFile(
      .leaf("n", .optional, .int32), rows: 3,
      [
        .dictionary(1, plain([Int32(7)])),
        .v1(3, codes([0], width: 1), encoding: 8, definitions: [0, 1, 0]),
      ])
    file.groups[0].chunks[0].statistics = [3: .i64(0)]
    #expect(try file.rows() == [[.null], [.int64(7)], [.null]])
  }
}
