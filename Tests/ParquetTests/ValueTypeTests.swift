import Columns
import Parquet
import Testing
import TestSupport

/// What values of each stored and logical type become.
struct ValueTypeTests {
  private func read(
    _ node: HandmadeNode, _ values: [UInt8], count: Int
  ) throws -> (type: DataType, values: [Value]) {
    let file = HandmadeFile(node, rows: count, [.v1(count, values)])
    let type = try file.open { $0.schema[0].type }
    return (type, try file.rows().map { $0[0] })
  }

  private static func unit(_ unit: Int, isUTC: Bool = true) -> Thrift {
    .structure([1: .flag(isUTC), 2: .structure([unit: .empty])])
  }

  @Test(arguments: [(11, 8), (12, 16), (15, 8), (16, 16), (17, 32)])
  func `small integers are INTEGERs`(converted: Int, bits: Int) throws {
    let isSigned = converted >= 15
    let logical = Thrift.structure([10: .structure([1: .byte(bits), 2: .flag(isSigned)])])
    for node in [
      HandmadeNode.leaf("n", .required, .int32, converted: converted),
      .leaf("n", .required, .int32, logical: logical),
    ] {
      let (type, values) = try read(node, plain([Int32(5), isSigned ? -6 : 250]), count: 2)
      #expect(type == .integer)
      #expect(values == [.int64(5), .int64(isSigned ? -6 : 250)])
    }
  }

  @Test func `unsigned integers keep their upper half`() throws {
    let uint32 = try read(
      .leaf("n", .required, .int32, converted: 13), plain([UInt32.max, 1]), count: 2)
    #expect(uint32.type == .bigint)
    #expect(uint32.values == [.int64(4_294_967_295), .int64(1)])
    let logical = Thrift.structure([10: .structure([1: .byte(64), 2: .flag(false)])])
    let uint64 = try read(
      .leaf("n", .required, .int64, logical: logical), plain([UInt64.max, 1]), count: 2)
    #expect(uint64.type == .decimal(precision: 20, scale: 0))
    #expect(uint64.values == [.decimal(18_446_744_073_709_551_615), .decimal(1)])
  }

  @Test func `times of the day are BIGINTs of microseconds`() throws {
    let millis = try read(
      .leaf("t", .required, .int32, converted: 7), plain([Int32(86_399_999)]), count: 1)
    #expect(millis.type == .bigint)
    #expect(millis.values == [.int64(86_399_999_000)])
    let nanos = try read(
      .leaf("t", .required, .int64, logical: .structure([7: ValueTypeTests.unit(3)])),
      plain([Int64(1_999)]), count: 1)
    #expect(nanos.values == [.int64(1)])
    let micros = try read(
      .leaf("t", .required, .int64, converted: 8), plain([Int64(1_999)]), count: 1)
    #expect(micros.values == [.int64(1_999)])
  }

  @Test(arguments: [true, false])
  func `timestamps of every unit are microseconds, those of nanoseconds rounded down`(
    isUTC: Bool
  ) throws {
    for (unit, stored, expected) in [
      (1, Int64(-1), Int64(-1000)), (2, -1, -1), (3, -1, -1), (3, -1001, -2), (3, 1999, 1),
    ] {
      let logical = Thrift.structure([8: ValueTypeTests.unit(unit, isUTC: isUTC)])
      let (type, values) = try read(
        .leaf("t", .required, .int64, logical: logical), plain([stored]), count: 1)
      #expect(type == .timestamp)
      #expect(values == [.int64(expected)])
    }
    for (converted, expected) in [(9, Int64(5000)), (10, 5)] {
      let (type, values) = try read(
        .leaf("t", .required, .int64, converted: converted), plain([Int64(5)]), count: 1)
      #expect(type == .timestamp)
      #expect(values == [.int64(expected)])
    }
  }

  @Test func `a time that microseconds cannot hold is refused`() throws {
    let file = HandmadeFile(
      .leaf("t", .required, .int64, converted: 9), rows: 1, [.v1(1, plain([Int64.max]))])
    #expect(
      try file.refusal()
        == "row group 0, column 't', page 0: a time is out of the range of microseconds in 64 bits")
  }

  @Test func `INT96 holds the years 1 and 9999, and what lies between days`() throws {
    func stored(day: Int32, nanoseconds: Int64) -> [UInt8] {
      littleEndian(nanoseconds) + littleEndian(day)
    }
    func microseconds(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
      Int64(CivilDate(year: year, month: month, day: day).daysSinceEpoch) * 86_400_000_000
    }
    let bytes =
      stored(day: 1_721_426, nanoseconds: 0)
      + stored(day: 5_373_484, nanoseconds: 86_399_999_999_999)
      + stored(day: 2_440_588, nanoseconds: -1) + stored(day: 2_440_588, nanoseconds: 1_999)
      // A year that 64 bits of nanoseconds do not reach.
      + stored(day: 107_644_048, nanoseconds: 0)
    let (type, values) = try read(.leaf("t", .required, .int96), bytes, count: 5)
    #expect(type == .timestamp)
    #expect(
      values == [
        .int64(microseconds(1, 1, 1)), .int64(microseconds(10_000, 1, 1) - 1), .int64(-1),
        .int64(1), .int64((107_644_048 - 2_440_588) * 86_400_000_000),
      ])
    let beyond = HandmadeFile(
      .leaf("t", .required, .int96), rows: 1,
      [.v1(1, stored(day: .max, nanoseconds: .max))])
    #expect(try beyond.refusal().hasSuffix("out of the range of microseconds in 64 bits"))
  }

  @Test func `timestamps of 12 bytes are little-endian counts of their unit`() throws {
    func stored(_ value: Int128) -> [UInt8] { Array(littleEndian(value)[..<12]) }
    let second: Int128 = 253_402_300_799
    for (unit, perSecond) in [(1, Int128(1000)), (2, 1_000_000), (3, 1_000_000_000)] {
      let node = HandmadeNode.leaf(
        "t", .required, .fixedLengthByteArray, length: 12,
        logical: .structure([8: ValueTypeTests.unit(unit)]))
      let (type, values) = try read(
        node, stored(second * perSecond) + stored(-perSecond) + stored(0), count: 3)
      #expect(type == .timestamp)
      #expect(
        values == [.int64(Int64(second) * 1_000_000), .int64(-1_000_000), .int64(0)])
      let beyond = HandmadeFile(node, rows: 1, [.v1(1, stored(1 << 94))])
      #expect(try beyond.refusal().hasSuffix("out of the range of microseconds in 64 bits"))
    }
  }

  @Test func `floats of 16 and 32 bits are DOUBLEs`() throws {
    let half = try read(
      .leaf("f", .required, .fixedLengthByteArray, length: 2, logical: .structure([15: .empty])),
      plain([Float16(1.5).bitPattern, Float16(-0.0).bitPattern, Float16.infinity.bitPattern]),
      count: 3)
    #expect(half.type == .double)
    #expect(half.values == [.double(1.5), .double(-0.0), .double(.infinity)])
    let single = try read(
      .leaf("f", .required, .float), plain([Float(0.1).bitPattern]), count: 1)
    #expect(single.values == [.double(Double(Float(0.1)))])
    let file = HandmadeFile(
      .leaf("f", .required, .fixedLengthByteArray, length: 2, logical: .structure([15: .empty])),
      rows: 1, [.v1(1, plain([UInt16(0x7E00)]))])
    let value = try file.rows()[0][0]
    #expect(isSame(value, .double(Double(Float16(bitPattern: 0x7E00)))))
  }

  @Test func `a UUID is its text`() throws {
    let bytes = (0..<16).map { UInt8($0 * 17) }
    let (type, values) = try read(
      .leaf("u", .required, .fixedLengthByteArray, length: 16, logical: .structure([14: .empty])),
      bytes, count: 1)
    #expect(type == .varchar)
    #expect(values == [.text("00112233-4455-6677-8899-aabbccddeeff")])
  }

  @Test func `texts, enumerations and JSON are text; BSON, intervals and bytes stay bytes`() throws
  {
    for (converted, logical, expected) in [
      (0, 1, DataType.varchar), (4, 4, .varchar), (19, 12, .json), (20, 13, .varbinary),
    ] {
      for node in [
        HandmadeNode.leaf("s", .required, .byteArray, converted: converted),
        .leaf("s", .required, .byteArray, logical: .structure([logical: .empty])),
      ] {
        let (type, values) = try read(node, plain(["[1]"]), count: 1)
        #expect(type == expected)
        #expect(values == [.text("[1]")])
      }
    }
    let interval = try read(
      .leaf("i", .required, .fixedLengthByteArray, length: 12, converted: 21),
      Array(1...12), count: 1)
    #expect(interval.type == .varbinary)
    #expect(interval.values == [.bytes(Array(1...12))])
  }

  @Test func `geometries and types that came later are their stored values`() throws {
    for logical in [17, 18, 0x7FFF] {
      let (type, values) = try read(
        .leaf("g", .required, .byteArray, logical: .structure([logical: .empty])),
        plain(["wkb"]), count: 1)
      #expect(type == .varbinary)
      #expect(values == [.text("wkb")])
    }
    let number = try read(
      .leaf("g", .required, .int32, logical: .structure([99: .empty])), plain([Int32(7)]),
      count: 1)
    #expect(number.type == .integer)
    #expect(number.values == [.int64(7)])
  }

  @Test func `a column of the unknown type is all NULL`() throws {
    let file = HandmadeFile(
      .leaf("n", .optional, .int32, logical: .structure([11: .empty])), rows: 2,
      [.v1(2, [], definitions: [0, 0])])
    #expect(try file.rows() == [[.null], [.null]])
  }

  @Test func `decimals are read from all four storages`() throws {
    let cents: [Value] = [.decimal(12_345), .decimal(-12_345), .decimal(-1)]
    let numbers: [Int64] = [12_345, -12_345, -1]
    let int32 = try read(
      .leaf("d", .required, .int32, converted: 5, scale: 2, precision: 9),
      plain(numbers.map { Int32($0) }), count: 3)
    #expect(int32.values == cents)
    let int64 = try read(
      .leaf("d", .required, .int64, converted: 5, scale: 2, precision: 18), plain(numbers),
      count: 3)
    #expect(int64.values == cents)
    for width in [2, 3, 7, 8, 9, 15, 16, 17, 32] {
      let bytes = numbers.map { number in
        [UInt8](repeating: number < 0 ? 0xFF : 0, count: max(0, width - 8))
          + littleEndian(number).reversed().suffix(width)
      }
      let fixed = try read(
        .leaf(
          "d", .required, .fixedLengthByteArray, length: width, converted: 5, scale: 2,
          precision: 5), bytes.flatMap { $0 }, count: 3)
      #expect(fixed.type == .decimal(precision: 5, scale: 2))
      #expect(fixed.values == cents)
      let variable = try read(
        .leaf(
          "d", .required, .byteArray,
          logical: .structure([5: .structure([1: .i32(2), 2: .i32(5)])])),
        bytes.flatMap { littleEndian(UInt32(width)) + $0 }, count: 3)
      #expect(variable.type == .decimal(precision: 5, scale: 2))
      #expect(variable.values == cents)
    }
  }

  @Test func `decimals that do not exist or do not fit are refused`() throws {
    func refusal(_ scale: Int, _ precision: Int, _ type: HandmadeNode.Kind = .int64) throws
      -> String
    {
      try HandmadeFile(
        .leaf("d", .required, type, converted: 5, scale: scale, precision: precision), rows: 1,
        [.v1(1, plain([Int64(1)]))]
      ).refusal()
    }
    #expect(
      try refusal(0, 76) == "column 'd': not supported: decimals of 76 digits; up to 38 are")
    #expect(try refusal(3, 2) == "column 'd': there is no decimal(2,3)")
    #expect(try refusal(0, 0) == "column 'd': there is no decimal(0,0)")
    #expect(try refusal(0, 5, .double) == "column 'd': decimals cannot be stored as DOUBLE")
    let wide = HandmadeFile(
      .leaf(
        "d", .required, .fixedLengthByteArray, length: 17, converted: 5, scale: 0, precision: 38),
      rows: 1, [.v1(1, [0x40] + [UInt8](repeating: 0, count: 16))])
    #expect(try wide.refusal().hasSuffix("a decimal is larger than 38 digits"))
  }

  @Test func `text that is not UTF-8 is refused`() throws {
    let file = HandmadeFile(
      .leaf("s", .required, .byteArray, converted: 0), rows: 1,
      [.v1(1, [2, 0, 0, 0, 0xC3, 0x28])])
    #expect(try file.refusal().hasSuffix("a text is not valid UTF-8"))
  }
}
