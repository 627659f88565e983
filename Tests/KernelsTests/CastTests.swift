import Columns
import Kernels
import Testing

struct CastTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let value: TestArgument
    let target: DataType
    let expected: String?

    init(_ value: TestArgument, _ target: DataType, _ expected: String?) {
      self.value = value
      self.target = target
      self.expected = expected
    }

    var testDescription: String { "\(value.value) as \(target)" }
  }

  private func cast(_ line: Line, isTry: Bool) throws -> String? {
    let constant = Column(line.value.type, constant: line.value.value, count: 2)
    let flat = Column(line.value.type, values: [line.value.value, .null])
    let entries = Column(line.value.type, values: [.null, line.value.value])
    let result = try Cast.cast(constant, to: line.target, isTry: isTry)
    #expect(result.type == line.target)
    #expect(
      printed(try Cast.cast(flat, to: line.target, isTry: isTry)) == printed(result))
    #expect(
      printed(
        try Cast.cast(
          Column(codes: [1, 0], ColumnDictionary(entries)), to: line.target, isTry: isTry))
        == printed(result))
    return printed(result)
  }

  private static let money = DataType.decimal(precision: 10, scale: 2)

  @Test(arguments: [
    Line("12", .bigint, "12"),
    Line("-9223372036854775808", .bigint, "-9223372036854775808"),
    Line("+7", .integer, "7"),
    Line(" 1.5 ", .double, "1.5"),
    Line("1e3", .double, "1000.0"),
    Line("-Infinity", .double, "-Infinity"),
    Line("NaN", .double, "NaN"),
    Line("123456789012345678901234567890", .double, "1.2345678901234568E29"),
    Line("2.2250738585072014E-308", .double, "2.2250738585072014E-308"),
    Line("0.285", money, "0.29"),
    Line("-1.005", money, "-1.01"),
    Line("1e2", money, "100.00"),
    Line("TRUE", .boolean, "true"),
    Line("f", .boolean, "false"),
    Line("2026-9-01", .date, "2026-09-01"),
    Line(" 2024-02-29 ", .date, "2024-02-29"),
    Line("2026-09-01", .timestamp, "2026-09-01 00:00:00.000"),
    Line("2026-09-01 10:11:12.345678", .timestamp, "2026-09-01 10:11:12.345678"),
    Line("2026-09-01T10:11:12Z", .timestamp, "2026-09-01 10:11:12.000"),
    Line("2026-09-01 10:11 +02:00", .timestamp, "2026-09-01 08:11:00.000"),
    Line("2026-09-01 10:11:12 UTC", .timestamp, "2026-09-01 10:11:12.000"),
    Line(
      TestArgument(.json, .text("{\"a\": 1}")), .map(key: .varchar, value: .bigint), #"{"a":1}"#),
    Line("a\"b", .json, #""a\"b""#),
  ])
  func `text converts as Trino reads it`(_ line: Line) throws {
    #expect(try cast(line, isTry: false) == line.expected)
  }

  @Test(arguments: [
    Line(0.0, .varchar, "0E0"),
    Line(-0.0, .varchar, "-0E0"),
    Line(0.1, .varchar, "1.0E-1"),
    Line(1e10, .varchar, "1.0E10"),
    Line(9_999_999.5, .varchar, "9.9999995E6"),
    Line(1e7, .varchar, "1.0E7"),
    Line(0.001, .varchar, "1.0E-3"),
    Line(0.00012, .varchar, "1.2E-4"),
    Line(1.7976931348623157e308, .varchar, "1.7976931348623157E308"),
    Line(123456.789, .varchar, "1.23456789E5"),
    Line(2.5, .bigint, "3"),
    Line(-2.5, .bigint, "-3"),
    Line(0.285, money, "0.29"),
    Line(1.005, money, "1.01"),
    Line(-0.125, money, "-0.13"),
    Line(1e15, .decimal(precision: 38, scale: 8), "1000000000000000.00000000"),
    Line(0.0, .boolean, "false"),
    Line(3, .boolean, "true"),
    Line(3, .double, "3.0"),
    Line(3, money, "3.00"),
    Line(3, .varchar, "3"),
    Line(true, .bigint, "1"),
    Line(true, .varchar, "true"),
    Line(true, money, "1.00"),
    Line(.decimal("12.345", 10, 3), money, "12.35"),
    Line(.decimal("-12.5", 10, 1), .bigint, "-13"),
    Line(.decimal("0.10", 10, 2), .double, "0.1"),
    Line(.decimal("-0.05", 10, 2), .varchar, "-0.05"),
    Line(.decimal("12345678901234567890.5", 38, 1), .double, "1.2345678901234567E19"),
    Line(.date("2026-09-01"), .timestamp, "2026-09-01 00:00:00.000"),
    Line(.date("2026-09-01"), .varchar, "2026-09-01"),
    Line(.timestamp("1969-12-31 23:00:00"), .date, "1969-12-31"),
    Line(.timestamp("2026-09-01 01:02:03.004"), .varchar, "2026-09-01 01:02:03.004"),
    Line(TestArgument(.intervalDayToSecond, .int64(183_845_678_000)), .varchar, "2 03:04:05.678"),
    Line(TestArgument(.intervalYearToMonth, .int64(-14)), .varchar, "-1-2"),
    Line(.null(.null), .double, nil),
    Line(.array(.varchar, ["1", nil]), .array(.bigint), "[1,null]"),
    Line(
      .map([("a", "1.5")], .varchar, .varchar), .map(key: .varchar, value: .double), #"{"a":1.5}"#),
  ])
  func `numbers, times and nested values convert`(_ line: Line) throws {
    #expect(try cast(line, isTry: false) == line.expected)
  }

  private static let pair = DataType.row([
    RowField(name: "id", type: .bigint), RowField(name: "name", type: .varchar),
  ])

  @Test(arguments: [
    Line(.json("null"), .bigint, nil),
    Line(.json("12"), .bigint, "12"),
    Line(.json("12.5"), .double, "12.5"),
    Line(.json(#""x""#), .varchar, "x"),
    Line(.json("128.9"), .varchar, "1.289E2"),
    Line(.json("12345678901234567890"), .varchar, "12345678901234567890"),
    Line(.json("-1e309"), .varchar, "-Infinity"),
    Line(.json("true"), .boolean, "true"),
    Line(.json(#"["2", 3]"#), .array(.bigint), "[2,3]"),
    Line(.json(#"[1,{"b":2,"a":1}]"#), .array(.json), #"[1,{"a":1,"b":2}]"#),
    Line(.json(#"{"NAME": "x", "id": 5}"#), pair, #"{"id":5,"name":"x"}"#),
    Line(.json(#"[5, "x"]"#), pair, #"{"id":5,"name":"x"}"#),
    Line(1.5, .json, "1.5"),
    Line(.array(.varchar, ["a", nil]), .json, #"["a",null]"#),
    Line(.map([("b", 2), ("a", 1)], .varchar, .bigint), .json, #"{"a":1,"b":2}"#),
    Line(.date("2026-09-01"), .json, #""2026-09-01""#),
  ])
  func `JSON converts both ways`(_ line: Line) throws {
    #expect(try cast(line, isTry: false) == line.expected)
  }

  @Test(arguments: [
    Line("1,20", .double, "cannot cast '1,20' to double"),
    Line("", .double, "cannot cast '' to double"),
    Line("1 1", .bigint, "cannot cast '1 1' to bigint"),
    Line("9223372036854775808", .bigint, "cannot cast '9223372036854775808' to bigint"),
    Line("2147483648", .integer, "cannot cast '2147483648' to integer"),
    Line("yes", .boolean, "cannot cast 'yes' to boolean"),
    Line("2026-02-30", .date, "cannot cast '2026-02-30' to date"),
    Line("2026-09-01x", .date, "cannot cast '2026-09-01x' to date"),
    Line("2026-09-01 25:00", .timestamp, "cannot cast '2026-09-01 25:00' to timestamp"),
    Line("123456789", money, "cannot cast '123456789' to decimal(10,2)"),
    Line("1e99999999999", money, "cannot cast '1e99999999999' to decimal(10,2)"),
    Line(1e300, .bigint, "cannot cast '1.0E300' to bigint"),
    Line(TestArgument(.double, .double(.nan)), .bigint, "cannot cast 'NaN' to bigint"),
    Line(3_000_000_000, .integer, "cannot cast '3000000000' to integer"),
    Line(.decimal("99999999.995", 12, 3), money, "cannot cast '99999999.995' to decimal(10,2)"),
    Line(.json("{"), .array(.json), "cannot cast '{' to array(json)"),
    Line(.json("[1]"), .bigint, "cannot cast '[1]' to bigint"),
  ])
  func `what does not convert is an error, or NULL when tried`(_ line: Line) throws {
    #expect(throws: EvaluationError(line.expected ?? "")) { try cast(line, isTry: false) }
    #expect(try cast(line, isTry: true) == nil)
  }

  @Test func `a dictionary entry that no row uses does not fail the cast`() throws {
    let dictionary = ColumnDictionary(Column(.varchar, values: [.text("x"), .text("5")]))
    let result = try Cast.cast(Column(codes: [1, 1], dictionary), to: .bigint, isTry: false)
    #expect(result.allValues() == [.int64(5), .int64(5)])
  }

  @Test func `casts that Trino lacks are known to be impossible`() {
    #expect(!Cast.isPossible(from: .bigint, to: .date))
    #expect(!Cast.isPossible(from: .array(.bigint), to: .varchar))
    #expect(!Cast.isPossible(from: .double, to: .timestamp))
    #expect(Cast.isPossible(from: .array(.bigint), to: .array(.varchar)))
    #expect(Cast.isPossible(from: .null, to: .date))
  }

  @Test(arguments: 0..<40)
  func `printing a double and reading it gives the same double`(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    for _ in 0..<200 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let value = Double(bitPattern: state)
      guard value.isFinite else { continue }
      var text: [UInt8] = []
      NumberText.append(casting: value, to: &text)
      #expect(NumberText.double(casting: text[...]) == value)
    }
  }

  @Test(arguments: 0..<40)
  func `a double becomes the decimal of its shortest digits`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    for _ in 0..<200 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      // Ties at the third decimal are what scaling alone gets wrong.
      let value = Double(Int64(state % 2_000_000) * 10 + 5) / 1000
      let type = DataType.decimal(precision: 20, scale: 2)
      let direct = try Cast.cast(
        Column(.double, values: [.double(value)]), to: type, isTry: false)
      let throughText = try Cast.cast(
        Column(.varchar, values: [.text("\(value)")]), to: type, isTry: false)
      #expect(direct.allValues() == throughText.allValues())
    }
  }
}
