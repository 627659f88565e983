import Columns
import Kernels
import Testing
import TestSupport

/// The same values in every form a column can have, for kernels to agree on.
func forms(_ type: DataType, _ values: [Value]) -> [Column] {
  var forms = [Column(type, values: values)]
  var entries: [Value] = []
  let codes = values.map { value -> UInt32 in
    // Not `==`, which finds no NaN.
    if let known = entries.firstIndex(where: { Ordering.compare($0, value) == 0 }) {
      return UInt32(known)
    }
    entries.append(value)
    return UInt32(entries.count - 1)
  }
  forms.append(Column(codes: codes, ColumnDictionary(Column(type, values: entries))))
  if entries.count == 1 { forms.append(Column(type, constant: values[0], count: values.count)) }
  return forms
}

struct ComparisonKernelTests {
  @Test(arguments: 0..<40)
  func `every form and type compares as a row by row reading does`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let types: [DataType] = [.bigint, .double, .varchar, .boolean, .date, .array(.bigint)]
    let type = types[Int(seed) % types.count]
    func value() -> Value {
      if Int.random(in: 0..<5, using: &random) == 0 { return .null }
      let number = Int64.random(in: -3...3, using: &random)
      switch type {
      case .double: return .double(number == 3 ? .nan : Double(number))
      case .varchar: return .text(String(repeating: "ab", count: Int(number + 3)))
      case .boolean: return .boolean(number > 0)
      case .array: return .array([.int64(number), .int64(1)])
      default: return .int64(number)
      }
    }
    let isConstant = Bool.random(using: &random)
    let left = (0..<50).map { _ in value() }
    let fixed = value()
    let right = (0..<50).map { _ in isConstant ? fixed : value() }
    func expected(_ body: (Int) -> Bool, nan: Bool) -> [Value] {
      zip(left, right).map { a, b in
        if a.isNull || b.isNull { return .null }
        if a.double?.isNaN == true || b.double?.isNaN == true { return .boolean(nan) }
        return .boolean(body(Ordering.compare(a, b)))
      }
    }
    for a in forms(type, left) {
      for b in forms(type, right) {
        #expect(Comparison.equal(a, b).allValues() == expected({ $0 == 0 }, nan: false))
        #expect(Comparison.notEqual(a, b).allValues() == expected({ $0 != 0 }, nan: true))
        if type != .array(.bigint) {
          #expect(Comparison.less(a, b).allValues() == expected({ $0 < 0 }, nan: false))
          #expect(Comparison.lessOrEqual(a, b).allValues() == expected({ $0 <= 0 }, nan: false))
          #expect(Comparison.greater(a, b).allValues() == expected({ $0 > 0 }, nan: false))
          #expect(
            Comparison.greaterOrEqual(a, b).allValues() == expected({ $0 >= 0 }, nan: false))
        }
        #expect(
          Comparison.isDistinct(a, b).allValues()
            == zip(left, right).map { .boolean(Ordering.compare($0, $1) != 0) })
      }
    }
    let list = (0..<Int.random(in: 0...7, using: &random)).map { _ in value() }.filter {
      !$0.isNull
    }
    for a in forms(type, left) {
      for containsNull in [false, true] {
        let found = left.map { a -> Value in
          if a.isNull { return .null }
          let isFound = list.contains { SQLEquality.equal(a, $0) == true }
          return isFound ? .boolean(true) : (containsNull ? .null : .boolean(false))
        }
        #expect(Comparison.inValues(a, list, containsNull: containsNull).allValues() == found)
      }
      #expect(Comparison.isNull(a).allValues() == left.map { .boolean($0.isNull) })
    }
  }

  @Test func `decimals of different scales compare by value`() {
    let a = Column(.decimal(precision: 10, scale: 2), values: [.decimal(150), .decimal(151)])
    let b = Column(.decimal(precision: 5, scale: 1), constant: .decimal(15), count: 2)
    #expect(Comparison.equal(a, b).allValues() == [.boolean(true), .boolean(false)])
    #expect(Comparison.greater(a, b).allValues() == [.boolean(false), .boolean(true)])
    #expect(Comparison.isDistinct(b, a).allValues() == [.boolean(false), .boolean(true)])
  }

  @Test func `a NULL inside leaves the equality of arrays open unless another element differs`() {
    let a = Column(
      .array(.bigint), values: [.array([.int64(1), .null]), .array([.int64(1), .null])])
    let b = Column(
      .array(.bigint), values: [.array([.int64(1), .int64(2)]), .array([.int64(2), .null])])
    #expect(Comparison.equal(a, b).allValues() == [.null, .boolean(false)])
  }
}

struct LogicKernelTests {
  @Test(arguments: 0..<40)
  func `AND, OR and NOT follow the truth tables in every form`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let choices: [[Value]] = [
      [.boolean(true), .boolean(false)], [.boolean(true), .boolean(false), .null],
      [.boolean(true)], [.boolean(false)], [.null],
    ]
    let inputs = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      let choice = choices.randomElement(using: &random) ?? []
      return (0..<20).map { _ in choice.randomElement(using: &random) ?? .null }
    }
    let columns = inputs.map { input in
      forms(.boolean, input).randomElement(using: &random) ?? Column(.boolean, values: input)
    }
    let rows = (0..<20).map { row in inputs.map { $0[row] } }
    let and = rows.map { row -> Value in
      row.contains(.boolean(false))
        ? .boolean(false) : (row.contains(.null) ? .null : .boolean(true))
    }
    let or = rows.map { row -> Value in
      row.contains(.boolean(true))
        ? .boolean(true) : (row.contains(.null) ? .null : .boolean(false))
    }
    #expect(Logic.and(columns).allValues() == and)
    #expect(Logic.or(columns).allValues() == or)
    #expect(
      Logic.not(columns[0]).allValues()
        == inputs[0].map { $0.boolean.map { .boolean(!$0) } ?? .null })
    let selected = inputs[0].indices.filter { inputs[0][$0] == .boolean(true) }.map(UInt32.init)
    for form in forms(.boolean, inputs[0]) {
      #expect(Selecting.trueRows(form) == Selection(selected))
    }
  }
}

struct ArithmeticKernelTests {
  typealias Kernel = @Sendable (Column, Column, DataType) throws -> Column

  @Test(arguments: 0..<20)
  func `integers of every form agree with a row by row reading`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let isConstant = Bool.random(using: &random)
    let left = (0..<30).map { _ -> Int64? in
      Bool.random(using: &random) ? Int64.random(in: -99...99, using: &random) : nil
    }
    let right = (0..<30).map { row -> Int64? in
      isConstant ? 7 : (row % 5 == 0 ? nil : Int64.random(in: 1...99, using: &random))
    }
    let kernels: [(Kernel, (Int64, Int64) -> Int64)] = [
      ({ try Arithmetic.add($0, $1, as: $2) }, { $0 + $1 }),
      ({ try Arithmetic.subtract($0, $1, as: $2) }, { $0 - $1 }),
      ({ try Arithmetic.multiply($0, $1, as: $2) }, { $0 * $1 }),
      ({ try Arithmetic.divide($0, $1, as: $2) }, { $0 / $1 }),
      ({ try Arithmetic.modulo($0, $1, as: $2) }, { $0 % $1 }),
    ]
    func column(_ values: [Int64?]) -> [Column] {
      forms(.bigint, values.map { $0.map(Value.int64) ?? .null })
    }
    for (kernel, body) in kernels {
      let expected = zip(left, right).map { a, b -> Value in
        guard let a, let b else { return .null }
        return .int64(body(a, b))
      }
      for a in column(left) {
        for b in column(right) {
          #expect(try kernel(a, b, .bigint).allValues() == expected)
        }
      }
    }
  }

  struct Line: Sendable, CustomTestStringConvertible {
    let a: TestArgument
    let sign: Character
    let b: TestArgument
    let type: DataType
    let expected: String?

    init(
      _ a: TestArgument, _ sign: Character, _ b: TestArgument, _ type: DataType, _ expected: String?
    ) {
      self.a = a
      self.sign = sign
      self.b = b
      self.type = type
      self.expected = expected
    }

    var testDescription: String { "\(a.value) \(sign) \(b.value)" }

    func run() throws -> Column {
      let a = Column(a.type, values: [a.value, .null])
      let b = Column(b.type, constant: b.value, count: 2)
      switch sign {
      case "+": return try Arithmetic.add(a, b, as: type)
      case "-": return try Arithmetic.subtract(a, b, as: type)
      case "*": return try Arithmetic.multiply(a, b, as: type)
      case "/": return try Arithmetic.divide(a, b, as: type)
      default: return try Arithmetic.modulo(a, b, as: type)
      }
    }
  }

  private static func days(_ count: Int64) -> TestArgument {
    TestArgument(.intervalDayToSecond, .int64(count * 86_400_000_000))
  }
  private static func months(_ count: Int64) -> TestArgument {
    TestArgument(.intervalYearToMonth, .int64(count))
  }
  private static func decimal(_ precision: Int, _ scale: Int) -> DataType {
    .decimal(precision: precision, scale: scale)
  }

  @Test(arguments: [
    Line(1.5, "/", 0.0, .double, "Infinity"),
    Line(5.5, "%", 2.0, .double, "1.5"),
    Line(.decimal("1.10", 5, 2), "+", .decimal("2.345", 6, 3), decimal(7, 3), "3.445"),
    Line(.decimal("1.10", 5, 2), "-", .decimal("2.345", 6, 3), decimal(7, 3), "-1.245"),
    Line(.decimal("1.10", 5, 2), "*", .decimal("2.345", 6, 3), decimal(11, 5), "2.57950"),
    Line(.decimal("1.00", 5, 2), "/", .decimal("3.0", 5, 1), decimal(8, 2), "0.33"),
    Line(.decimal("-2.00", 5, 2), "/", .decimal("3.0", 5, 1), decimal(8, 2), "-0.67"),
    Line(.decimal("5.5", 5, 1), "%", .decimal("2.00", 5, 2), decimal(5, 2), "1.50"),
    Line(
      .decimal("12345678901234567890.12345678", 38, 8), "/", .decimal("3.00000000", 38, 8),
      decimal(38, 8), "4115226300411522630.04115226"),
    Line(.date("2026-01-31"), "+", months(1), .date, "2026-02-28"),
    Line(.date("2026-03-01"), "-", days(1), .date, "2026-02-28"),
    Line(months(-1), "+", .date("2026-01-31"), .date, "2025-12-31"),
    Line(.timestamp("2026-03-31 10:00:00"), "-", months(1), .timestamp, "2026-02-28 10:00:00.000"),
    Line(.timestamp("2026-03-31 10:00:00"), "+", days(2), .timestamp, "2026-04-02 10:00:00.000"),
    Line(
      .timestamp("2026-03-31 10:00:00"), "-", .timestamp("2026-03-30 09:59:59"),
      .intervalDayToSecond, "1 00:00:01.000"),
    Line(.date("2026-03-31"), "-", .date("2026-03-01"), .intervalDayToSecond, "30 00:00:00.000"),
    Line(days(2), "-", days(3), .intervalDayToSecond, "-1 00:00:00.000"),
    Line(days(2), "*", 3, .intervalDayToSecond, "6 00:00:00.000"),
    Line(0.5, "*", days(3), .intervalDayToSecond, "1 12:00:00.000"),
    Line(days(3), "/", 2, .intervalDayToSecond, "1 12:00:00.000"),
    Line(months(7), "/", 2, .intervalYearToMonth, "0-3"),
  ])
  func `decimals, dates and intervals`(_ line: Line) throws {
    let result = try line.run()
    #expect(printed(result) == line.expected)
    #expect(result.isNull(1))
    #expect(result.type == line.type)
  }

  @Test(arguments: [
    Line(
      TestArgument(.bigint, .int64(.max)), "+", 1, .bigint,
      "bigint addition overflow: 9223372036854775807 + 1"),
    Line(
      TestArgument(.integer, .int64(2_147_483_647)), "*", TestArgument(.integer, .int64(2)),
      .integer,
      "integer multiplication overflow: 2147483647 * 2"),
    Line(1, "/", 0, .bigint, "division by zero"),
    Line(1, "%", 0, .bigint, "division by zero"),
    Line(
      TestArgument(.bigint, .int64(.min)), "/", -1, .bigint,
      "bigint division overflow: -9223372036854775808 / -1"),
    Line(.decimal("1", 5, 0), "/", .decimal("0", 5, 0), decimal(5, 0), "division by zero"),
    Line(
      .decimal("99999999999999999999999999999999999999", 38, 0), "+", .decimal("1", 1, 0),
      decimal(38, 0), "decimal overflow: the result does not fit decimal(38,0)"),
    Line(
      .decimal("9999999999999999999999", 38, 0), "*", .decimal("9999999999999999999999", 38, 0),
      decimal(38, 0), "decimal overflow: the result does not fit decimal(38,0)"),
    Line(
      .date("2026-01-01"), "+", TestArgument(.intervalDayToSecond, .int64(3_600_000_000)), .date,
      "cannot add hours, minutes or seconds to a date; cast it to timestamp"),
    Line(.date("2026-01-01"), "+", months(.max), .date, "date out of range"),
    Line(days(1), "/", 0, .intervalDayToSecond, "division by zero"),
  ])
  func `what does not fit is an error`(_ line: Line) {
    #expect(throws: EvaluationError(line.expected ?? "")) { try line.run() }
  }

  @Test func `what stands in NULL rows never fails`() throws {
    let zero = Column(.bigint, .int64([0, 2]), Validity(mask: [false, true]))
    let ten = Column(.bigint, values: [.int64(10), .int64(10)])
    #expect(try Arithmetic.divide(ten, zero, as: .bigint).allValues() == [.null, .int64(5)])
  }

  @Test func `negation`() throws {
    #expect(printed(try Arithmetic.negate(Column(.double, values: [.double(1.5)]))) == "-1.5")
    #expect(throws: EvaluationError("bigint negation overflow: -9223372036854775808")) {
      try Arithmetic.negate(Column(.bigint, values: [.int64(.min)]))
    }
  }
}

struct OrderingTests {
  @Test func `NaN follows every number, NULL follows NaN, text is ordered by bytes`() {
    let order: [Value] = [
      .double(-.infinity), .double(0), .double(.infinity), .double(.nan), .null,
    ]
    for (a, x) in order.enumerated() {
      for (b, y) in order.enumerated() {
        #expect(Ordering.compare(x, y).signum() == (a - b).signum())
        let column = Column(.double, values: order)
        #expect(Ordering.compare(column, a, column, b).signum() == (a - b).signum())
      }
    }
    #expect(Ordering.compare(.text("Z"), .text("a")) < 0)
    #expect(Ordering.compare(.text("ab"), .text("abc")) < 0)
    #expect(Ordering.compare(.array([.int64(1)]), .array([.int64(1), .int64(0)])) < 0)
  }
}

struct LikeTests {
  @Test(arguments: [
    ("%", "", true), ("", "", true), ("", "a", false), ("a%", "abc", true), ("%c", "abc", true),
    ("%b%", "abc", true), ("a%c", "abc", true), ("a%c", "ac", true), ("ab%bc", "abc", false),
    ("%a%a%", "aa", true), ("%a%a%", "a", false), ("a_c", "äbc", false), ("_bc", "äbc", true),
    ("__", "ä", false), ("_%_", "ab", true), ("%_b", "aab", true),
    ("%BoxUsage%", "USE1-BoxUsage:m5", true),
    ("%a_c%e", "xxabcde", true), ("%%", "x", true), ("a#%", "a%", true), ("a#%", "ab", false),
    ("a##b", "a#b", true), ("#_x", "_x", true), ("%ab%ab", "abab", true), ("%aab", "aaab", true),
  ])
  func `patterns match as SQL says`(_ pattern: String, _ text: String, _ expected: Bool) throws {
    let like = try Like(pattern: Array(pattern.utf8), escape: UInt8(ascii: "#"))
    for form in forms(.varchar, [.text(text), .text(text)]) {
      #expect(like.matches(form).allValues() == [.boolean(expected), .boolean(expected)])
    }
    #expect(like.matches(Column(.varchar, values: [.null])).allValues() == [.null])
  }

  @Test(arguments: 0..<50)
  func `agrees with a matcher that tries everything`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func some(_ letters: [String], _ count: Int) -> String {
      (0..<count).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
    }
    func matches(_ pattern: Substring, _ text: Substring) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      if first == "%" {
        return text.indices.contains { matches(pattern.dropFirst(), text[$0...]) }
          || matches(pattern.dropFirst(), "")
      }
      guard let head = text.first, first == "_" || first == head else { return false }
      return matches(pattern.dropFirst(), text.dropFirst())
    }
    for _ in 0..<40 {
      let pattern = some(["a", "b", "%", "_"], Int.random(in: 0...6, using: &random))
      let text = some(["a", "b", "é"], Int.random(in: 0...7, using: &random))
      let like = try Like(pattern: Array(pattern.utf8), escape: nil)
      #expect(
        like.matches(Array(text.utf8)[...]) == matches(pattern[...], text[...]),
        "\(pattern) \(text)")
    }
  }

  @Test func `an escape before an ordinary character is an error`() {
    #expect(throws: EvaluationError.self) {
      try Like(pattern: Array("a#b".utf8), escape: UInt8(ascii: "#"))
    }
    #expect(throws: EvaluationError.self) {
      try Like(pattern: Array("a#".utf8), escape: UInt8(ascii: "#"))
    }
  }
}
