import Columns
import Kernels

extension Expression {
  /// The expression as a value of `type`: itself, a converted literal, or a cast.
  ///
  /// - Precondition: ``TypeCoercion`` allows the conversion, to store it at least.
  func coerced(to type: DataType) -> Expression {
    if self.type == type { return self }
    if case .literal(let value, let source) = self,
      let converted = LiteralConversion.convert(value, from: source, to: type)
    {
      return .literal(converted, type)
    }
    if self.type == .timestampWithZone, type == .timestamp,
      let instant = ScalarFunctions.named("utc_instant")
    {
      return .call(
        FunctionCall(
          function: instant, overload: 0, arguments: [.expression(self)], type: .timestamp))
    }
    return .cast(self, type, isTry: false)
  }

  /// A number constant in another number type, nil where its value has no place there or the
  /// expression is something else.
  func converted(exactlyTo type: DataType) -> Expression? {
    guard case .literal(let value, let source) = self, source != type, !value.isNull,
      let converted = LiteralConversion.exactly(value, from: source, to: type)
    else { return nil }
    return .literal(converted, type)
  }
}

/// Conversions of constants that need no evaluator, so that `x > 5` reads as a comparison with the
/// constant 5.0 and not with a cast.
enum LiteralConversion {
  static func convert(_ value: Value, from source: DataType, to target: DataType) -> Value? {
    if value.isNull { return .null }
    switch (value, source, target) {
    case _ where source.isInteger && target.isInteger:
      return TypeCoercion.canCoerce(source, to: target) ? value : nil
    case (.int64(let number), _, .double) where source.isInteger: return .double(Double(number))
    case (.int64(let number), _, .decimal(let precision, let scale)) where source.isInteger:
      return rescale(Int128(number), by: scale, precision: precision)
    case (.decimal(let number), .decimal(_, let from), .decimal(let precision, let to))
    where to >= from:
      return rescale(number, by: to - from, precision: precision)
    case (.decimal(let number), .decimal(_, let scale), .double):
      // Both are exact up to 2^53 and 10^22, so the quotient is the nearest double.
      guard scale <= 22, number.magnitude < 1 << 53 else { return nil }
      return .double(Double(Int64(number)) / Double(powersOfTen[scale]))
    case (.int64(let day), .date, .timestamp):
      let (result, overflow) = day.multipliedReportingOverflow(by: Microseconds.day)
      return overflow ? nil : .int64(result)
    default: return nil
    }
  }

  /// The same exact number in an exact type.
  static func exactly(_ value: Value, from source: DataType, to target: DataType) -> Value? {
    guard let (_, from) = TypeCoercion.asDecimal(source),
      let (precision, to) = TypeCoercion.asDecimal(target)
    else { return nil }
    let unscaled: Int128
    switch value {
    case .int64(let number): unscaled = Int128(number)
    case .decimal(let number): unscaled = number
    default: return nil
    }
    let result: Int128
    if to >= from {
      guard case .decimal(let scaled)? = rescale(unscaled, by: to - from, precision: precision)
      else { return nil }
      result = scaled
    } else {
      guard unscaled % powersOfTen[from - to] == 0 else { return nil }
      result = unscaled / powersOfTen[from - to]
    }
    switch target {
    case .tinyint: return Int8(exactly: result).map { .int64(Int64($0)) }
    case .smallint: return Int16(exactly: result).map { .int64(Int64($0)) }
    case .integer: return Int32(exactly: result).map { .int64(Int64($0)) }
    case .bigint: return Int64(exactly: result).map { .int64($0) }
    default: return result.magnitude < powersOfTen[precision].magnitude ? .decimal(result) : nil
    }
  }

  private static func rescale(_ number: Int128, by digits: Int, precision: Int) -> Value? {
    let (result, overflow) = number.multipliedReportingOverflow(by: powersOfTen[digits])
    guard !overflow, result.magnitude < powersOfTen[precision].magnitude else { return nil }
    return .decimal(result)
  }

  /// 10^0 … 10^38.
  static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append((powers.last ?? 1) * 10) }
    return powers
  }()
}
