import Columns
import Kernels
import Testing

/// An argument of a function under test: `"text"`, `1`, `1.5`, `true`, `.date("2026-09-01")`, ….
struct TestArgument: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  let type: DataType
  let value: Value
  var lambda: LambdaBody?

  init(_ type: DataType, _ value: Value) {
    self.type = type
    self.value = value
  }

  init(stringLiteral value: String) { self.init(.varchar, .text(value)) }
  init(integerLiteral value: Int64) { self.init(.bigint, .int64(value)) }
  init(floatLiteral value: Double) { self.init(.double, .double(value)) }
  init(booleanLiteral value: Bool) { self.init(.boolean, .boolean(value)) }

  static func date(_ text: String) -> TestArgument { cast(text, .date) }
  static func timestamp(_ text: String) -> TestArgument { cast(text, .timestamp) }
  static func decimal(_ text: String, _ precision: Int, _ scale: Int) -> TestArgument {
    cast(text, .decimal(precision: precision, scale: scale))
  }
  static func json(_ text: String) -> TestArgument { TestArgument(.json, .text(text)) }
  static func binary(_ bytes: [UInt8]) -> TestArgument { TestArgument(.varbinary, .bytes(bytes)) }
  static func null(_ type: DataType) -> TestArgument { TestArgument(type, .null) }

  static func array(_ element: DataType, _ values: [TestArgument?]) -> TestArgument {
    TestArgument(.array(element), .array(values.map { $0?.value ?? .null }))
  }

  static func map(_ entries: [(TestArgument, TestArgument)], _ key: DataType, _ value: DataType)
    -> TestArgument
  {
    TestArgument(
      .map(key: key, value: value),
      .map(entries.map { MapEntry(key: $0.0.value, value: $0.1.value) }))
  }

  /// A lambda of that result type, value by value.
  static func lambda(_ type: DataType, _ body: @escaping @Sendable ([Value]) throws -> Value)
    -> TestArgument
  {
    var argument = TestArgument(type, .null)
    argument.lambda = LambdaBody { columns, rows in
      Column(
        type,
        values: try rows.indices.map { row in try body(columns.map { $0.value(row) }) })
    }
    return argument
  }

  private static func cast(_ text: String, _ type: DataType) -> TestArgument {
    let column = try? Cast.cast(
      Column(.varchar, constant: .text(text), count: 1), to: type, isTry: false)
    return TestArgument(type, column?.value(0) ?? .null)
  }
}

/// Calls a function with its arguments as constants, as flat columns and as dictionaries; all three
/// must agree. The result is printed as a cast to VARCHAR, nested values as JSON, NULL as nil.
func call(_ name: String, _ arguments: [TestArgument]) throws -> String? {
  let function = try #require(ScalarFunctions.named(name), "no function named '\(name)'")
  let overload = try #require(
    function.overload(for: arguments), "no overload of '\(name)' for \(arguments.map(\.type))")
  let fitted = zip(arguments, overload.coercions(arguments.map(\.type))).map { argument, type in
    guard argument.lambda == nil, argument.type != type,
      let value = try? Cast.cast(
        Column(argument.type, values: [argument.value]), to: type, isTry: false
      ).value(0)
    else { return argument }
    return TestArgument(type, value)
  }
  let context = EvaluationContext(now: 1_790_000_000_123_456, rowCount: 2)
  func run(_ form: (TestArgument) -> Column) throws -> Column {
    try overload.body(
      fitted.map { argument in argument.lambda.map(Argument.lambda) ?? .column(form(argument)) },
      context)
  }
  let result = try run { Column($0.type, constant: $0.value, count: 2) }
  let flat = try run { Column($0.type, values: [$0.value, $0.value]) }
  let dictionary = try run {
    Column(codes: [1, 1], ColumnDictionary(Column($0.type, values: [.null, $0.value])))
  }
  #expect(result.count == 2)
  #expect(result.type == overload.result(fitted.map(\.type)))
  if function.isDeterministic {
    #expect(printed(result) == printed(flat))
    #expect(printed(result) == printed(dictionary))
  }
  return printed(result)
}

/// The first row as text.
func printed(_ column: Column) -> String? {
  let target: DataType = column.type.isNested ? .json : .varchar
  if column.type == .varbinary {
    return column.value(0).string
  }
  if column.type == .double || column.type == .real, let value = column.value(0).double {
    var out: [UInt8] = []
    NumberText.append(
      casting: column.type == .real ? Double(Float(value).description) ?? value : value, to: &out)
    return String(decoding: out, as: UTF8.self)
  }
  if column.type == .json || column.type == .null { return column.value(0).string }
  return (try? Cast.cast(column, to: target, isTry: false))?.value(0).string
}

extension ScalarFunction {
  fileprivate func overload(for arguments: [TestArgument]) -> FunctionOverload? {
    let types = arguments.map { $0.lambda == nil ? $0.type : nil }
    return overloads.first { $0.accepts(types, coercing: false) }
      ?? overloads.first { $0.accepts(types, coercing: true) }
  }
}

extension FunctionOverload {
  fileprivate func parameter(_ position: Int) -> ParameterType {
    position < parameters.count ? parameters[position] : parameters[parameters.count - 1]
  }

  fileprivate func accepts(_ types: [DataType?], coercing: Bool) -> Bool {
    guard
      types.count == parameters.count || (isVariadic && types.count >= parameters.count - 1)
    else { return false }
    return types.enumerated().allSatisfy { position, type in
      fits(parameter(position), type, coercing)
    }
  }

  fileprivate func coercions(_ types: [DataType]) -> [DataType] {
    types.enumerated().map { position, type in
      if case .exactly(let wanted) = parameter(position) { wanted } else { type }
    }
  }

  private func fits(_ parameter: ParameterType, _ type: DataType?, _ coercing: Bool) -> Bool {
    guard let type else {
      if case .lambda = parameter { return true }
      return false
    }
    switch parameter {
    case .exactly(let wanted):
      if wanted == type { return true }
      guard coercing else { return false }
      switch (type, wanted) {
      case (.integer, .bigint), (.bigint, .double), (.decimal, .double), (.date, .timestamp),
        (.timestamp, .timestampWithZone):
        return true
      default: return type == .null
      }
    case .decimal: return if case .decimal = type { true } else { false }
    case .any, .variable, .orderable: return true
    case .array(let element):
      guard case .array(let actual) = type else { return false }
      return fits(element, actual, coercing)
    case .map(let key, let value):
      guard case .map(let actualKey, let actualValue) = type else { return false }
      return fits(key, actualKey, coercing) && fits(value, actualValue, coercing)
    case .lambda: return false
    }
  }
}

/// One line of a table: name, arguments, what is expected.
struct FunctionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [TestArgument]
  let expected: String?

  init(_ name: String, _ arguments: [TestArgument], _ expected: String?) {
    self.name = name
    self.arguments = arguments
    self.expected = expected
  }

  var testDescription: String {
    "\(name)(\(arguments.map { "\($0.value)" }.joined(separator: ", ")))"
  }
}

/// One line of a table of calls that must fail: name, arguments, the message.
func failure(_ name: String, _ arguments: [TestArgument]) throws -> String? {
  do {
    let result = try call(name, arguments)
    return "no error but \(result ?? "NULL")"
  } catch let error as EvaluationError {
    return error.message
  }
}
