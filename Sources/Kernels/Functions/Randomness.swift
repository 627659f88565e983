import Columns

/// Functions whose answer differs from row to row.
enum Randomness {
  static let all: [ScalarFunction] = [
    random("random"),
    random("rand"),
    ScalarFunction(
      "uuid", isDeterministic: false, summary: "A random UUID (version 4) as text.",
      overloads: [
        FunctionOverload([], result: { _ in .varchar }) { _, context in
          var generator = SystemRandomNumberGenerator()
          var texts = TextVector()
          for _ in 0..<context.rowCount { texts.append(uuid(&generator)) }
          return Column(.varchar, .text(texts))
        }
      ]),
  ]

  private static func random(_ name: String) -> ScalarFunction {
    ScalarFunction(
      name, isDeterministic: false,
      summary: "A random number: 0 ≤ x < 1, or a whole one below a bound, or between two.",
      overloads: [
        FunctionOverload([], result: { _ in .double }) { _, context in
          Column(.double, .double((0..<context.rowCount).map { _ in Double.random(in: 0..<1) }))
        },
        whole([.exactly(.bigint)]),
        whole([.exactly(.bigint), .exactly(.bigint)]),
      ])
  }

  /// Drawn for every row, though the bounds be constant.
  private static func whole(_ parameters: [ParameterType]) -> FunctionOverload {
    FunctionOverload(parameters, result: { _ in .bigint }) { arguments, context in
      let bounds = arguments.map { $0.columnOrEmpty }
      let values = try (0..<context.rowCount).map { row -> Value in
        guard let last = bounds[bounds.count - 1].value(row).int64 else { return .null }
        let low = bounds.count > 1 ? bounds[0].value(row).int64 : 0
        guard let low else { return .null }
        guard low < last else {
          throw EvaluationError("expected a bound greater than \(low), found \(last)")
        }
        return .int64(Int64.random(in: low..<last))
      }
      return Column(.bigint, values: values)
    }
  }

  private static func uuid(_ generator: inout SystemRandomNumberGenerator) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for position in 0..<32 {
      if [8, 12, 16, 20].contains(position) { text.append(0x2D) }
      let bits: UInt64 = generator.next()
      var digit = Int(bits & 15)
      if position == 12 { digit = 4 }
      if position == 16 { digit = digit & 3 | 8 }
      text.append(digits[digit])
    }
    return text
  }
}
