import Columns
import Kernels
import TestSupport
import Testing

/// Calls of every function with edge values give an answer or an `EvaluationError`: no trap, no hang.
struct RandomCallTests {
  @Test(arguments: 0..<12)
  func `every scalar function answers or fails`(seed: UInt64) throws {
    var random = EdgeValues(seed: seed)
    for function in ScalarFunctions.all {
      for (index, overload) in function.overloads.enumerated() {
        for round in 0..<3 {
          let (arguments, types) = random.arguments(overload.parameters, rowCount: 3)
          let context = EvaluationContext(now: 1_790_000_000_123_456, rowCount: 3)
          do {
            let result = try overload.body(arguments, context)
            let call: Comment = "\(function.name) overload \(index), round \(round), seed \(seed)"
            #expect(result.count == 3, call)
            #expect(result.type == overload.result(types), call)
            for row in 0..<result.count { _ = result.value(row) }
          } catch is EvaluationError {}
        }
      }
    }
  }

  @Test(arguments: 0..<12)
  func `every aggregate answers or fails`(seed: UInt64) throws {
    var random = EdgeValues(seed: seed &+ 1000)
    for function in AggregateFunctions.all {
      for (index, overload) in function.overloads.enumerated() {
        let variables = random.variables()
        let types = overload.parameters.map { random.type($0, variables) }
        do {
          let total = overload.makeAccumulator(types)
          total.resize(groups: 3)
          let part = overload.makeAccumulator(types)
          part.resize(groups: 2)
          try total.update(
            groups: [0, 1, 0, 1], arguments: random.columns(types, rowCount: 4), rowCount: 4)
          try part.update(
            groups: [1, 0, 1], arguments: random.columns(types, rowCount: 3), rowCount: 3)
          try total.merge(part, mapping: [2, 0])
          let result = try total.finish()
          let call: Comment = "\(function.name) overload \(index), seed \(seed)"
          #expect(result.count == 3, call)
          #expect(result.type == overload.result(types), call)
        } catch is EvaluationError {}
      }
    }
  }

  @Test(arguments: 0..<12)
  func `every cast answers or fails`(seed: UInt64) throws {
    var random = EdgeValues(seed: seed &+ 2000)
    for source in EdgeValues.types {
      for target in EdgeValues.types where Cast.isPossible(from: source, to: target) {
        for isTry in [true, false] {
          let column = random.columns([source], rowCount: 4)[0]
          do {
            let result = try Cast.cast(column, to: target, isTry: isTry)
            #expect(result.count == 4 && result.type == target, "\(source) to \(target), \(seed)")
          } catch let error as EvaluationError {
            #expect(!isTry, "TRY_CAST of \(source) to \(target): \(error)")
          }
        }
      }
    }
  }

  @Test(arguments: 0..<12)
  func `every operator answers or fails`(seed: UInt64) throws {
    typealias Operation = (Column, Column, DataType) throws -> Column
    let operations: [Operation] = [
      { try Arithmetic.add($0, $1, as: $2) }, { try Arithmetic.subtract($0, $1, as: $2) },
      { try Arithmetic.multiply($0, $1, as: $2) }, { try Arithmetic.divide($0, $1, as: $2) },
      { try Arithmetic.modulo($0, $1, as: $2) }, { a, _, _ in try Arithmetic.negate(a) },
    ]
    let numbers: [DataType] = [
      .tinyint, .smallint, .integer, .bigint, .real, .double, .decimal(precision: 38, scale: 10),
    ]
    var random = EdgeValues(seed: seed &+ 3000)
    for type in numbers {
      for operation in operations {
        for _ in 0..<5 {
          let columns = random.columns([type, type], rowCount: 3)
          do {
            #expect(try operation(columns[0], columns[1], type).type == type)
          } catch is EvaluationError {}
        }
      }
    }
    for time in [DataType.date, .timestamp, .time, .timestampWithZone] {
      for interval in [DataType.intervalDayToSecond, .intervalYearToMonth] {
        for operation in operations[..<2] {
          let columns = random.columns([time, interval], rowCount: 3)
          do {
            #expect(try operation(columns[0], columns[1], time).type == time)
          } catch is EvaluationError {}
        }
      }
    }
  }
}

/// Values at the edges of their types, and columns and lambdas of them.
struct EdgeValues {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  static let types: [DataType] = [
    .null, .boolean, .tinyint, .smallint, .integer, .bigint, .real, .double,
    .decimal(precision: 10, scale: 2), .decimal(precision: 38, scale: 38),
    .decimal(precision: 38, scale: 0), .varchar, .varbinary, .json, .date, .timestamp, .time,
    .timestampWithZone, .intervalYearToMonth, .intervalDayToSecond, .array(.bigint),
    .array(.varchar), .map(key: .varchar, value: .bigint),
    .row([RowField(name: "a", type: .bigint), RowField(name: nil, type: .varchar)]),
    .array(.row([RowField(name: nil, type: .varchar), RowField(name: nil, type: .double)])),
  ]

  private static let texts = [
    "", " ", "0", "-1", "1.5", "1e400", "NaN", "abc", "ABC déf", "日本語🧾", "a,b=c,d=e", "%Y-%m-%d",
    "yyyy-MM-dd'T'HH:mm:ss.SSSZ ZZZ z", "%", "'", "2026-02-30", "2026-09-01", "0000-00-00",
    "2026-09-01 10:11:12.123456789 Europe/Berlin", "999999-12-31", "-0001-01-01", "2026-W53-7",
    "2026-09-01T10:11:12.5+14:00", "24:00", "10:11:12", "UTC", "+14:00", "+99:99",
    "America/New_York", "$", "$.a[0]", "$..[", "$[-9223372036854775808]", "lax $.a", "day",
    "millisecond", "quarter", "{\"a\":[1,2.5,null,\"x\"]}", "[1,[2,[3]]]", "{", "\"\\ud800\"",
    "(a|b)*c", "((((", "[z-a]", "a{1000000000}", "(a*)*b", "\\", "$1", "${x}", "$99",
    "http://user@host:80/p?q=1&r#f", "http://[::1", "%zz", "1h", "3.5d", "10MB", "1YB", "%s %d",
    "%1$tY", "%99999999d", "%.999999999f", "%n%%%x", "NFC", "NFKD", "\u{0}", "e\u{301}", "FF",
    "4242424242424242", "a_c\\_%", "true", "ME======", "SGVsbG8=", "-",
  ]

  mutating func integer() -> Int64 {
    let edges: [Int64] = [
      0, 1, -1, 2, 5, 10, 63, 64, 100, -100, 127, -128, 32_767, 65_535, 10_000, 1_000_000,
      Int64(Int32.max), Int64(Int32.min), .max, .min, .max - 1, .min + 1, 1 << 52, -(1 << 52),
    ]
    return edges.randomElement(using: &random) ?? 0
  }

  private mutating func double() -> Double {
    let edges: [Double] = [
      0, -0.0, 1, -1, 0.5, 2.5, .leastNonzeroMagnitude, 1e308, -1e308, .infinity, -.infinity, .nan,
      0x1p53, 0x1p63,
      -0x1p63, 1e18, 0.1, 1e5, 3,
    ]
    return edges.randomElement(using: &random) ?? 0
  }

  mutating func value(_ type: DataType) -> Value {
    if type == .null || UInt8.random(in: 0..<8, using: &random) == 0 { return .null }
    switch type {
    case .null: return .null
    case .boolean: return .boolean(Bool.random(using: &random))
    case .tinyint, .smallint, .integer, .bigint:
      let shift = Int64(64 - (type.integerBits ?? 64))
      return .int64((integer() << shift) >> shift)
    case .real: return .double(Double(Float(double())))
    case .double: return .double(double())
    case .decimal(let precision, _):
      let limit = DecimalMath.powerOfTen(precision)
      let number = Int128(integer()) * Int128(integer())
      return .decimal(number.magnitude < limit.magnitude ? number : limit - 1)
    case .varchar, .char: return .text(Self.texts.randomElement(using: &random) ?? "")
    case .opaque(.ipAddress):
      return .bytes((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
    case .json:
      let texts = ["null", "1", "-1.5e300", "\"a\"", "[]", "{\"a\":{\"b\":[1,\"x\"]}}", "true"]
      return .text(texts.randomElement(using: &random) ?? "1")
    case .varbinary, .opaque:
      return .bytes(
        (0..<Int.random(in: 0..<20, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        })
    case .date:
      // Further than any literal, file or sum of intervals leads.
      return .int64(integer() % (1 << 40))
    case .timestamp, .timestampWithZone, .intervalYearToMonth, .intervalDayToSecond:
      return .int64(integer())
    case .time: return .int64(Int64.random(in: 0..<86_400_000_000, using: &random))
    case .array(let element):
      return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(element) })
    case .map(let key, let entry):
      var keys: Set<Value> = []
      for _ in 0..<Int.random(in: 0..<4, using: &random) { keys.insert(value(key)) }
      return .map(
        keys.filter { !$0.isNull }.map { MapEntry(key: $0, value: value(entry)) })
    case .row(let fields): return .row(fields.map { value($0.type) })
    }
  }

  /// A column in one of its forms.
  private mutating func column(_ type: DataType, rowCount: Int) -> Column {
    switch UInt8.random(in: 0..<3, using: &random) {
    case 0: return Column(type, constant: value(type), count: rowCount)
    case 1 where type != .null:
      let entries = Column(type, values: [value(type), value(type), .null])
      let codes = (0..<rowCount).map { _ in UInt32.random(in: 0..<3, using: &random) }
      return Column(codes: codes, ColumnDictionary(entries))
    default: return Column(type, values: (0..<rowCount).map { _ in value(type) })
    }
  }

  mutating func columns(_ types: [DataType], rowCount: Int) -> [Column] {
    types.map { column($0, rowCount: rowCount) }
  }

  /// A type for each variable that signatures name.
  mutating func variables() -> [String: DataType] {
    var variables: [String: DataType] = [:]
    for name in ["T", "U", "V", "K", "R", "S", "A", "B", "K1", "K2", "V1", "V2", "V3"] {
      let orderable = Self.types.filter(\.isOrderable)
      variables[name] = orderable.randomElement(using: &random)
    }
    return variables
  }

  mutating func type(_ parameter: ParameterType, _ variables: [String: DataType]) -> DataType {
    switch parameter {
    case .exactly(let type): type
    case .decimal: .decimal(precision: 20, scale: 5)
    case .any: Self.types.randomElement(using: &random) ?? .bigint
    case .variable(let name), .orderable(let name): variables[name] ?? .bigint
    case .array(let element): .array(type(element, variables))
    case .map(let key, let value): .map(key: type(key, variables), value: type(value, variables))
    case .lambda(_, let output): type(output, variables)
    }
  }

  mutating func arguments(_ parameters: [ParameterType], rowCount: Int) -> (
    [Argument], [DataType]
  ) {
    let variables = variables()
    var types: [DataType] = []
    let arguments = parameters.map { parameter -> Argument in
      let type = type(parameter, variables)
      types.append(type)
      guard case .lambda = parameter else { return .column(column(type, rowCount: rowCount)) }
      let results = (0..<4).map { _ in value(type) }
      return .lambda(
        LambdaBody { _, rows in
          Column(type, values: rows.indices.map { results[$0 % results.count] })
        })
    }
    return (arguments, types)
  }
}
