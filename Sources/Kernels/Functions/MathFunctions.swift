import Columns
import Glibc

/// Functions over numbers; logarithms, powers and angles are IEEE doubles.
enum MathFunctions {
  static let all: [ScalarFunction] =
    [
      ScalarFunction(
        "abs", summary: "The absolute value.",
        overloads: [
          absolute(.tinyint), absolute(.smallint), absolute(.integer), absolute(.bigint),
          decimal {
            $0
          } _: { value, _ in
            Int128(value.magnitude)
          },
          .map([.exactly(.double)], to: .double) { (x: Double) in x.magnitude },
        ]),
      ScalarFunction(
        "sign", summary: "−1, 0 or 1 by the sign.",
        overloads: [
          .map([.exactly(.integer)], to: .integer) { (x: Int64) in x.signum() },
          .map([.exactly(.bigint)], to: .bigint) { (x: Int64) in x.signum() },
          decimal { _ in
            .decimal(precision: 1, scale: 0)
          } _: { value, _ in
            value.signum()
          },
          .map([.exactly(.double)], to: .double) { (x: Double) in
            x.isNaN || x == 0 ? x : (x > 0 ? 1 : -1)
          },
        ]),
      ScalarFunction(
        "mod", summary: "The remainder of a division, with the sign of the dividend.",
        overloads: [modulo(.exactly(.integer)), modulo(.exactly(.bigint))] + [
          modulo(.decimal), modulo(.exactly(.double)),
        ]),
      double("sqrt", "The square root.", { $0.squareRoot() }),
      double("cbrt", "The cube root.", cubeRoot),
      double("exp", "e to a power.", { exp($0) }),
      double("ln", "The natural logarithm.", { log($0) }),
      double("log2", "The logarithm to base 2.", { log2($0) }),
      double("log10", "The logarithm to base 10.", { log10($0) }),
      double("sin", "The sine of an angle in radians.", { sin($0) }),
      double("cos", "The cosine of an angle in radians.", { cos($0) }),
      double("tan", "The tangent of an angle in radians.", { tan($0) }),
      double("asin", "The angle in radians of a sine.", { asin($0) }),
      double("acos", "The angle in radians of a cosine.", { acos($0) }),
      double("atan", "The angle in radians of a tangent.", { atan($0) }),
      double("sinh", "The hyperbolic sine.", { sinh($0) }),
      double("cosh", "The hyperbolic cosine.", { cosh($0) }),
      double("tanh", "The hyperbolic tangent.", { tanh($0) }),
      double("degrees", "Radians as degrees.", { $0 * 180 / .pi }),
      double("radians", "Degrees as radians.", { $0 * .pi / 180 }),
      double("atan2", "The angle in radians of y / x.", { atan2($0, $1) }),
      double("log", "The logarithm of the second number to the first as base.") {
        Glibc.log($1) / Glibc.log($0)
      },
      double("power", "A number to a power.", { pow($0, $1) }),
      double("pow", "A number to a power.", { pow($0, $1) }),
      constant("pi", "The circle's circumference over its diameter.", .pi),
      constant("e", "Euler's number.", M_E),
      constant("infinity", "Positive infinity.", .infinity),
      constant("nan", "Not a number.", .nan),
      predicate("is_nan", "Whether a double is not a number.", \.isNaN),
      predicate("is_finite", "Whether a double is finite.", \.isFinite),
      predicate("is_infinite", "Whether a double is infinite.", \.isInfinite),
      extreme("greatest", "The largest argument; NULL if any is.") { $0 > 0 },
      extreme("least", "The smallest argument; NULL if any is.") { $0 < 0 },
      ScalarFunction(
        "width_bucket", summary: "The bucket, from 1, of a number in a histogram.",
        overloads: [
          FunctionOverload(
            [.exactly(.double), .exactly(.double), .exactly(.double), .exactly(.bigint)],
            result: { _ in .bigint }, body: Buckets.equalWidth),
          .map([.exactly(.double), .array(.exactly(.double))], to: .bigint) {
            (x: Double, bounds: Value) -> Int64? in
            try Buckets.position(x, bounds.elements)
          },
        ]),
    ] + Randomness.all

  /// Exact for whole roots, which the C library's is not.
  @Sendable
  private static func cubeRoot(_ x: Double) -> Double {
    let root = cbrt(x)
    let whole = root.rounded()
    return whole * whole * whole == x ? whole : root
  }

  private static func absolute(_ type: DataType) -> FunctionOverload {
    let lowest = Int64.min >> (64 - (type.integerBits ?? 64))
    return .map([.exactly(type)], to: type) { (x: Int64) -> Int64? in
      guard x != lowest else { throw EvaluationError("\(type) overflow: abs(\(x))") }
      return Swift.abs(x)
    }
  }

  private static func decimal(
    _ result: @escaping @Sendable (DataType) -> DataType,
    _ body: @escaping @Sendable (Int128, DataType) throws -> Int128
  ) -> FunctionOverload {
    FunctionOverload([.decimal], result: { result($0[0]) }) { arguments, context in
      let type = arguments[0].columnOrEmpty.type
      let values = CallReader<Int128>(arguments[0])
      return try CallRows([values.presence], context).map(result(type)) {
        try body(values[$0], type)
      }
    }
  }

  private static func modulo(_ parameter: ParameterType) -> FunctionOverload {
    @Sendable func result(_ types: [DataType]) -> DataType {
      guard case .decimal(let p1, let s1) = types[0], case .decimal(let p2, let s2) = types[1]
      else { return types[0] }
      let scale = max(s1, s2)
      return .decimal(precision: min(38, max(1, min(p1 - s1, p2 - s2) + scale)), scale: scale)
    }
    return FunctionOverload([parameter, parameter], result: result) { arguments, _ in
      let a = arguments[0].columnOrEmpty
      let b = arguments[1].columnOrEmpty
      return try Arithmetic.modulo(a, b, as: result([a.type, b.type]))
    }
  }

  private static func double(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary, overloads: [.map([.exactly(.double)], to: .double) { body($0) }])
  }

  private static func double(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double, Double) -> Double
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .map([.exactly(.double), .exactly(.double)], to: .double) { body($0, $1) }
      ])
  }

  private static func constant(_ name: String, _ summary: String, _ value: Double)
    -> ScalarFunction
  {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        FunctionOverload([], result: { _ in .double }) { _, context in
          Column(.double, constant: .double(value), count: context.rowCount)
        }
      ])
  }

  private static func predicate(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary, overloads: [.map([.exactly(.double)], to: .boolean) { body($0) }])
  }

  private static func extreme(
    _ name: String, _ summary: String, _ wins: @escaping @Sendable (Int) -> Bool
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .values([.orderable("T")], isVariadic: true, result: { $0[0] }) { values, _ in
          try values.dropFirst().reduce(values[0]) { best, value in
            try NestedOrder.check(value, best)
            return Ordering.isBetter(value, than: best, wins) ? value : best
          }
        }
      ])
  }
}

enum Buckets {
  static func equalWidth(_ arguments: [Argument], _ context: EvaluationContext) throws -> Column {
    let x = CallReader<Double>(arguments[0])
    let low = CallReader<Double>(arguments[1])
    let high = CallReader<Double>(arguments[2])
    let count = CallReader<Int64>(arguments[3])
    let rows = CallRows([x.presence, low.presence, high.presence, count.presence], context)
    return try rows.map(.bigint) { row -> Int64? in
      guard count[row] > 0 else {
        throw EvaluationError("expected a positive number of buckets, found \(count[row])")
      }
      guard low[row] != high[row], low[row].isFinite, high[row].isFinite, !x[row].isNaN else {
        throw EvaluationError("expected two finite bounds that differ, and a number")
      }
      let position = (x[row] - low[row]) / (high[row] - low[row])
      if position < 0 { return 0 }
      if position >= 1 { return count[row] == .max ? .max : count[row] + 1 }
      return Int64(exactly: (position * Double(count[row])).rounded(.down)).map { $0 + 1 }
    }
  }

  static func position(_ x: Double, _ bounds: [Value]) throws -> Int64 {
    guard !bounds.isEmpty else { throw EvaluationError("expected at least one bound") }
    guard !x.isNaN else { throw EvaluationError("expected a number, found NaN") }
    // Halving visits a few bounds only; those it meets have to be in order.
    var (low, high) = (0, bounds.count)
    while low < high {
      let (first, last) = (try finite(bounds[low]), try finite(bounds[high - 1]))
      guard first <= last else {
        throw EvaluationError("expected bounds in ascending order, found \(first) before \(last)")
      }
      let middle = (low + high) / 2
      if x < (try finite(bounds[middle])) { high = middle } else { low = middle + 1 }
    }
    return Int64(low)
  }

  private static func finite(_ bound: Value) throws -> Double {
    guard let number = bound.double, number.isFinite else {
      let found = bound.double.map { "\($0)" } ?? "NULL"
      throw EvaluationError("expected finite bounds, found \(found)")
    }
    return number
  }
}
