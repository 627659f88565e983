import Columns
import Kernels
import Testing

struct MathFunctionTests {
  private static let nan = TestArgument(.double, .double(.nan))

  @Test(arguments: [
    FunctionCase("abs", [-3], "3"),
    FunctionCase("abs", [-1.5], "1.5"),
    FunctionCase("abs", [.decimal("-1.50", 10, 2)], "1.50"),
    FunctionCase("sign", [-2.5], "-1.0"),
    FunctionCase("sign", [.decimal("-1.50", 10, 2)], "-1"),
    FunctionCase("round", [2.5], "3.0"),
    FunctionCase("round", [-2.5], "-3.0"),
    FunctionCase("round", [1.005, 2], "1.0"),
    FunctionCase("round", [123.456, 2], "123.46"),
    FunctionCase("round", [123.456, -1], "120.0"),
    FunctionCase("round", [-0.125, 2], "-0.13"),
    FunctionCase("round", [1e300, 2], "1.0E300"),
    FunctionCase("round", [1250, -2], "1300"),
    FunctionCase("round", [.decimal("12.345", 10, 3), 2], "12.350"),
    FunctionCase("round", [.decimal("-12.5", 10, 1)], "-13"),
    FunctionCase("truncate", [-1.99], "-1.0"),
    FunctionCase("truncate", [12.345, 2], "12.34"),
    FunctionCase("truncate", [.decimal("12.345", 10, 3), 1], "12.300"),
    FunctionCase("floor", [-1.5], "-2.0"),
    FunctionCase("floor", [.decimal("-1.5", 10, 1)], "-2"),
    FunctionCase("ceil", [1.2], "2.0"),
    FunctionCase("ceiling", [.decimal("1.2", 10, 1)], "2"),
    FunctionCase("ceiling", [7], "7"),
    FunctionCase("mod", [-7, 3], "-1"),
    FunctionCase("mod", [5.5, 2.0], "1.5"),
    FunctionCase("mod", [.decimal("5.5", 10, 1), .decimal("2", 10, 0)], "1.5"),
    FunctionCase("power", [2, 10], "1024.0"),
    FunctionCase("sqrt", [2.25], "1.5"),
    FunctionCase("cbrt", [27.0], "3.0"),
    FunctionCase("exp", [0.0], "1.0"),
    FunctionCase("ln", [1.0], "0.0"),
    FunctionCase("log", [2.0, 8.0], "3.0"),
    FunctionCase("log2", [8.0], "3.0"),
    FunctionCase("log10", [1000.0], "3.0"),
    FunctionCase("pi", [], "3.141592653589793"),
    FunctionCase("degrees", [0.0], "0.0"),
    FunctionCase("is_nan", [nan], "true"),
    FunctionCase("is_finite", [1.0], "true"),
    FunctionCase("is_infinite", [1.0], "false"),
    FunctionCase("greatest", [1, 5, 3], "5"),
    FunctionCase("greatest", ["a", "c", "b"], "c"),
    FunctionCase("greatest", [1, .null(.bigint)], nil),
    FunctionCase("least", [.date("2026-09-01"), .date("2026-08-01")], "2026-08-01"),
    FunctionCase("width_bucket", [3.14, 0.0, 4.0, 3], "3"),
    FunctionCase("width_bucket", [5.0, 0.0, 4.0, 3], "4"),
    FunctionCase("width_bucket", [2.0, .array(.double, [1.0, 2.0, 3.0])], "2"),
    FunctionCase("bitwise_and", [19, 25], "17"),
    FunctionCase("bitwise_or", [19, 25], "27"),
    FunctionCase("bitwise_xor", [19, 25], "10"),
    FunctionCase("bitwise_not", [-12], "11"),
    FunctionCase("bit_count", [-7, 8], "6"),
    FunctionCase("from_base", ["ff", 16], "255"),
    FunctionCase("to_base", [255, 2], "11111111"),
  ])
  func `numbers come out as documented`(_ line: FunctionCase) throws {
    #expect(try call(line.name, line.arguments) == line.expected)
  }

  @Test(arguments: [
    FunctionCase(
      "abs", [TestArgument(.bigint, .int64(.min))], "bigint overflow: abs(-9223372036854775808)"),
    FunctionCase("mod", [1, 0], "division by zero"),
    FunctionCase(
      "round", [TestArgument(.bigint, .int64(.max)), -1],
      "bigint overflow: round(9223372036854775807, -1)"),
    FunctionCase(
      "width_bucket", [1.0, 0.0, 4.0, 0], "expected a positive number of buckets, found 0"),
    FunctionCase("from_base", ["9", 8], "'9' is no number in base 8"),
    FunctionCase("to_base", [1, 99], "expected a base from 2 to 36, found 99"),
    FunctionCase("random", [0], "expected a bound greater than 0, found 0"),
  ])
  func `numbers that do not exist`(_ line: FunctionCase) throws {
    #expect(try failure(line.name, line.arguments) == line.expected)
  }

  @Test func `random numbers and UUIDs differ by row and keep their shape`() throws {
    let context = EvaluationContext(now: 0, rowCount: 50)
    let uuid = try #require(ScalarFunctions.named("uuid")).overloads[0].body([], context)
    #expect(Set(uuid.allValues()).count == 50)
    for value in uuid.allValues() {
      let text = Array(try #require(value.string).utf8)
      #expect(text.count == 36 && text[14] == UInt8(ascii: "4") && text[23] == UInt8(ascii: "-"))
    }
    let ten = Argument.column(Column(.bigint, constant: .int64(10), count: 50))
    let random = try #require(ScalarFunctions.named("random")).overloads[1].body([ten], context)
    #expect(random.allValues().allSatisfy { (0..<10).contains($0.int64 ?? -1) })
    #expect(Set(random.allValues()).count > 1)
  }
}
