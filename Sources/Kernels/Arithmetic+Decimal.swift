import Columns

/// Decimal arithmetic: `as` carries the result's precision and scale by Trino's rules
/// (Trino documentation, "Decimal functions and operators").
extension Arithmetic {
  static func addDecimals(
    _ a: Column, _ b: Column, as type: DataType, negatingSecond: Bool
  ) throws -> Column {
    let first = DecimalMath.powerOfTen(type.decimalScale - a.type.decimalScale)
    let second =
      DecimalMath.powerOfTen(type.decimalScale - b.type.decimalScale) * (negatingSecond ? -1 : 1)
    let limit = DecimalMath.powerOfTen(type.decimalPrecision).magnitude
    if first == 1 && second == 1 {
      return try combineChecked(a.decimalOperand, b.decimalOperand) { x, y in
        let (sum, overflow) = x.addingReportingOverflow(y)
        return (sum, overflow || sum.magnitude >= limit)
      } error: { _, _ in
        decimalOverflow(type)
      }.column(type, count: a.count)
    }
    return try combineChecked(a.decimalOperand, b.decimalOperand) { x, y in
      let left = x.multipliedReportingOverflow(by: first)
      let right = y.multipliedReportingOverflow(by: second)
      let sum = left.partialValue.addingReportingOverflow(right.partialValue)
      return (
        sum.partialValue,
        left.overflow || right.overflow || sum.overflow || sum.partialValue.magnitude >= limit
      )
    } error: { _, _ in
      decimalOverflow(type)
    }.column(type, count: a.count)
  }

  static func multiplyDecimals(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    let limit = DecimalMath.powerOfTen(type.decimalPrecision).magnitude
    let excess = a.type.decimalScale + b.type.decimalScale - type.decimalScale
    let divisor = DecimalMath.powerOfTen(excess)
    return try combineChecked(a.decimalOperand, b.decimalOperand) { x, y in
      if excess > 0 {
        guard y != 0 else { return (0, false) }
        return checked(roundedProduct(x, y, divisor), limit)
      }
      let (value, overflow) = x.multipliedReportingOverflow(by: y)
      return (value, overflow || value.magnitude >= limit)
    } error: { _, _ in
      decimalOverflow(type)
    }.column(type, count: a.count)
  }

  static func divideDecimals(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    let limit = DecimalMath.powerOfTen(type.decimalPrecision).magnitude
    let exponent = type.decimalScale - a.type.decimalScale + b.type.decimalScale
    let factor = DecimalMath.powerOfTen(exponent)
    let extra = DecimalMath.powerOfTen(exponent - 38)
    return try combineChecked(a.decimalOperand, b.decimalOperand) { x, y in
      if y == 0 { return (0, true) }
      let (wider, overflow) = x.multipliedReportingOverflow(by: extra)
      if overflow { return (0, true) }
      return checked(DecimalMath.scaledQuotient(wider, factor, y), limit)
    } error: { _, y in
      y == 0 ? divisionByZero : decimalOverflow(type)
    }.column(type, count: a.count)
  }

  static func moduloDecimals(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    let scale = max(a.type.decimalScale, b.type.decimalScale)
    let first = DecimalMath.powerOfTen(scale - a.type.decimalScale)
    let second = DecimalMath.powerOfTen(scale - b.type.decimalScale)
    return try combineChecked(a.decimalOperand, b.decimalOperand) { x, y in
      let left = x.multipliedReportingOverflow(by: first)
      let right = y.multipliedReportingOverflow(by: second)
      if y == 0 || left.overflow { return (0, true) }
      // A divisor beyond Int128 is greater than the dividend, which is then the remainder.
      if right.overflow { return (left.partialValue, false) }
      return (right.partialValue == -1 ? 0 : left.partialValue % right.partialValue, false)
    } error: { _, y in
      y == 0 ? divisionByZero : decimalOverflow(type)
    }.column(type, count: a.count)
  }

  private static func roundedProduct(_ x: Int128, _ y: Int128, _ divisor: Int128) -> Int128? {
    guard y != Int128.min else { return nil }
    let magnitude = DecimalMath.scaledQuotient(x, y < 0 ? -y : y, divisor)
    return y < 0 ? magnitude.map { 0 &- $0 } : magnitude
  }

  @inline(__always)
  private static func checked(_ value: Int128?, _ limit: UInt128) -> (Int128, failed: Bool) {
    guard let value, value.magnitude < limit else { return (0, true) }
    return (value, false)
  }

  private static func decimalOverflow(_ type: DataType) -> EvaluationError {
    EvaluationError("decimal overflow: the result does not fit \(type)")
  }
}
