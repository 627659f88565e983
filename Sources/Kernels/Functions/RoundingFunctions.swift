import Columns
import Glibc

/// round, truncate, floor and ceiling.
enum RoundingFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "round", summary: "The nearest number with so many decimals, halves away from zero.",
      overloads: [
        same(.integer), same(.bigint),
        whole { DecimalMath.dividedHalfUp($0, by: $1) },
        .map([.exactly(.double)], to: .double) { (x: Double) in
          x.rounded(.toNearestOrAwayFromZero)
        },
        integers(.integer), integers(.bigint),
        decimalPlaces(widens: true) { DecimalMath.dividedHalfUp($0, by: $1) },
        .map([.exactly(.double), .exactly(.bigint)], to: .double) { (x: Double, places: Int64) in
          round(x, places)
        },
      ]),
    ScalarFunction(
      "truncate", summary: "The number without its decimals, or with so many of them.",
      overloads: [
        same(.integer), same(.bigint),
        whole(canCarry: false) { $0 / $1 },
        .map([.exactly(.double)], to: .double) { (x: Double) in x.rounded(.towardZero) },
        decimalPlaces(widens: false) { $0 / $1 },
        .map([.exactly(.double), .exactly(.bigint)], to: .double) { (x: Double, places: Int64) in
          truncate(x, places)
        },
      ]),
    directed("floor", "The largest whole number that is not larger.", .down) { value, unit in
      value.floorDivided(by: unit)
    },
    directed("ceil", "The smallest whole number that is not smaller.", .up, ceiling),
    directed("ceiling", "The smallest whole number that is not smaller.", .up, ceiling),
  ]

  @Sendable
  private static func ceiling(_ value: Int128, _ unit: Int128) -> Int128 {
    let floor = value.floorDivided(by: unit)
    return value % unit == 0 ? floor : floor + 1
  }

  /// As Trino: scaled, rounded, scaled back; numbers too large to have decimals stay as they are.
  private static func round(_ x: Double, _ places: Int64) -> Double {
    guard x.isFinite, places > -310, places < 310 else {
      return places <= -310 && x.isFinite ? 0 : x
    }
    let factor = pow(10, Double(places))
    let scaled = x * factor
    guard scaled.magnitude < 0x1p52, factor > 0 else { return x }
    return scaled.rounded(.toNearestOrAwayFromZero) / factor
  }

  private static func truncate(_ x: Double, _ places: Int64) -> Double {
    guard x.isFinite, places > -310, places < 310 else {
      return places <= -310 && x.isFinite ? 0 : x
    }
    let factor = pow(10, Double(places))
    let scaled = x * factor
    guard scaled.magnitude < 0x1p52, factor > 0 else { return x }
    return scaled.rounded(.towardZero) / factor
  }

  private static func same(_ type: DataType) -> FunctionOverload {
    .map([.exactly(type)], to: type) { (x: Int64) in x }
  }

  private static func integers(_ type: DataType) -> FunctionOverload {
    .map([.exactly(type), .exactly(.bigint)], to: type) { (x: Int64, places: Int64) -> Int64? in
      guard places < 0 else { return x }
      guard places > -20 else { return 0 }
      let unit = DecimalMath.powerOfTen(Int(-places))
      let rounded = DecimalMath.dividedHalfUp(Int128(x), by: unit) * unit
      guard let result = Int64(exactly: rounded), type == .bigint || Int32(exactly: result) != nil
      else { throw EvaluationError("\(type) overflow: round(\(x), \(places))") }
      return result
    }
  }

  /// A decimal without decimals: one digit more than before the point, for what rounds up.
  private static func whole(
    canCarry: Bool = true, _ body: @escaping @Sendable (Int128, Int128) -> Int128
  ) -> FunctionOverload {
    @Sendable func result(_ type: DataType) -> DataType {
      let digits = type.decimalPrecision - type.decimalScale
      return .decimal(
        precision: min(38, max(1, digits + (canCarry ? min(type.decimalScale, 1) : 0))), scale: 0)
    }
    return FunctionOverload([.decimal], result: { result($0[0]) }) { arguments, context in
      let type = arguments[0].columnOrEmpty.type
      let unit = DecimalMath.powerOfTen(type.decimalScale)
      let values = CallReader<Int128>(arguments[0])
      return try CallRows([values.presence], context).map(result(type)) { body(values[$0], unit) }
    }
  }

  private static func decimalPlaces(
    widens: Bool, _ body: @escaping @Sendable (Int128, Int128) -> Int128
  ) -> FunctionOverload {
    @Sendable func result(_ type: DataType) -> DataType {
      .decimal(
        precision: min(38, type.decimalPrecision + (widens ? 1 : 0)), scale: type.decimalScale)
    }
    return FunctionOverload([.decimal, .exactly(.bigint)], result: { result($0[0]) }) {
      arguments, context in
      let type = arguments[0].columnOrEmpty.type
      let values = CallReader<Int128>(arguments[0])
      let places = CallReader<Int64>(arguments[1])
      return try CallRows([values.presence, places.presence], context).map(result(type)) {
        row -> Int128? in
        let (dropped, overflow) = Int64(type.decimalScale).subtractingReportingOverflow(places[row])
        guard !overflow, dropped > 0 else { return values[row] }
        guard dropped <= 38 else { return 0 }
        let unit = DecimalMath.powerOfTen(Int(dropped))
        let (rounded, tooLarge) = body(values[row], unit).multipliedReportingOverflow(by: unit)
        guard !tooLarge, DecimalMath.fits(rounded, precision: result(type).decimalPrecision) else {
          throw EvaluationError("decimal overflow: the result does not fit \(result(type))")
        }
        return rounded
      }
    }
  }

  private static func directed(
    _ name: String, _ summary: String, _ rule: FloatingPointRoundingRule,
    _ body: @escaping @Sendable (Int128, Int128) -> Int128
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        same(.integer), same(.bigint), whole(body),
        .map([.exactly(.double)], to: .double) { (x: Double) in x.rounded(rule) },
      ])
  }
}
