package import Columns

/// `+ - * / %` and unary minus, a batch at a time.
///
/// Operand types are as the planner gives them: both `integer`, both `bigint`, both `double`, or both
/// decimal of any precision and scale; date or timestamp ± interval; interval ± interval; interval × or
/// ÷ number; timestamp − timestamp and date − date (an `intervalDayToSecond`). The result has the
/// type `as`, and is NULL where an operand is.
package enum Arithmetic {
  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func add(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    if a.isTemporal || b.isTemporal { return try addTimes(a, b, as: type) }
    switch type.physical {
    case .double:
      return combine(a.doubleOperand, b.doubleOperand) { $0 + $1 }.floating(type, count: a.count)
    case .decimal: return try addDecimals(a, b, as: type, negatingSecond: false)
    case .int64, .boolean, .text, .array, .map, .row:
      return try integers(a, b, as: type, "addition", "+") { $0.addingReportingOverflow($1) }
    }
  }

  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func subtract(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    if a.isTemporal || b.isTemporal { return try subtractTimes(a, b, as: type) }
    switch type.physical {
    case .double:
      return combine(a.doubleOperand, b.doubleOperand) { $0 - $1 }.floating(type, count: a.count)
    case .decimal: return try addDecimals(a, b, as: type, negatingSecond: true)
    case .int64, .boolean, .text, .array, .map, .row:
      return try integers(a, b, as: type, "subtraction", "-") {
        $0.subtractingReportingOverflow($1)
      }
    }
  }

  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func multiply(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    if type.isInterval { return try multiplyInterval(a, b, as: type) }
    switch type.physical {
    case .double:
      return combine(a.doubleOperand, b.doubleOperand) { $0 * $1 }.floating(type, count: a.count)
    case .decimal: return try multiplyDecimals(a, b, as: type)
    case .int64, .boolean, .text, .array, .map, .row:
      return try integers(a, b, as: type, "multiplication", "*") {
        $0.multipliedReportingOverflow(by: $1)
      }
    }
  }

  /// Integers truncate, decimals round half up at the result's scale, doubles follow IEEE 754.
  ///
  /// - Throws: `EvaluationError` for a zero divisor (not doubles) or a result that does not fit.
  package static func divide(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    if type.isInterval { return try divideInterval(a, b, as: type) }
    switch type.physical {
    case .double:
      return combine(a.doubleOperand, b.doubleOperand) { $0 / $1 }.floating(type, count: a.count)
    case .decimal: return try divideDecimals(a, b, as: type)
    case .int64, .boolean, .text, .array, .map, .row:
      return try integers(a, b, as: type, "division", "/") { x, y in
        y == 0 ? (0, true) : x.dividedReportingOverflow(by: y)
      }
    }
  }

  /// The remainder, with the sign of the dividend.
  ///
  /// - Throws: `EvaluationError` for a zero divisor (not doubles).
  package static func modulo(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    switch type.physical {
    case .double:
      return combine(a.doubleOperand, b.doubleOperand) {
        $0.truncatingRemainder(dividingBy: $1)
      }.floating(type, count: a.count)
    case .decimal: return try moduloDecimals(a, b, as: type)
    case .int64, .boolean, .text, .array, .map, .row:
      return try integers(a, b, as: type, "modulus", "%") { x, y in
        if y == 0 { return (0, true) }
        return y == -1 ? (0, false) : (x % y, false)
      }
    }
  }

  /// - Throws: `EvaluationError` for the smallest integer.
  package static func negate(_ a: Column) throws -> Column {
    switch a.type.physical {
    case .double: return a.doubleOperand.map { -$0 }.column(a.type, count: a.count)
    case .decimal: return a.decimalOperand.map { 0 &- $0 }.column(a.type, count: a.count)
    case .int64, .boolean, .text, .array, .map, .row:
      let lowest = Int64.min >> (64 - (a.type.integerBits ?? 64))
      return try a.int64Operand.checkedMap {
        (0 &- $0, $0 == lowest)
      } error: {
        EvaluationError("\(a.type) negation overflow: \($0)")
      }.column(a.type, count: a.count)
    }
  }

  /// Checked arithmetic of two BIGINT, INTEGER or interval columns.
  @inline(__always)
  static func integers(
    _ a: Column, _ b: Column, as type: DataType, _ name: String, _ sign: String,
    _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
  ) throws -> Column {
    func error(_ x: Int64, _ y: Int64) -> EvaluationError {
      y == 0 && (sign == "/" || sign == "%")
        ? divisionByZero : EvaluationError("\(type) \(name) overflow: \(x) \(sign) \(y)")
    }
    if let bits = type.integerBits, bits < 64 {
      let highest = Int64.max >> (64 - bits)
      return try combineChecked(a.int64Operand, b.int64Operand) { x, y in
        let (value, overflow) = body(x, y)
        return (value, overflow || value > highest || value < ~highest)
      } error: {
        error($0, $1)
      }.column(type, count: a.count)
    }
    return try combineChecked(a.int64Operand, b.int64Operand) { x, y in
      let (value, overflow) = body(x, y)
      return (value, overflow)
    } error: {
      error($0, $1)
    }.column(type, count: a.count)
  }

  static let divisionByZero = EvaluationError("division by zero")
}

extension Column {
  fileprivate var isTemporal: Bool {
    type == .date || type == .timestamp || type == .time || type == .timestampWithZone
  }
}

extension Operand<Double> {
  /// The results as a column of DOUBLE, or rounded to REAL.
  ///
  /// A result of two 32-bit numbers rounded twice is the one rounded once: 53 bits are more than
  /// twice 24 and two.
  fileprivate func floating(_ type: DataType, count: Int) -> Column {
    type == .real
      ? map { Double(Float($0)) }.column(type, count: count) : column(type, count: count)
  }
}
