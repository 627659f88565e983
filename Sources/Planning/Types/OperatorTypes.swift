import Columns
import SQL

/// What the arithmetic operators take and give.
struct OperatorTypes: Equatable {
  let left: DataType
  let right: DataType
  let result: DataType

  /// The types that the operands of `left operator right` are converted to, and the result's; nil
  /// where the operator has no meaning for them.
  ///
  /// Source for DECIMAL precision and scale: Trino documentation, "Decimal functions and operators".
  static func resolve(_ operation: ArithmeticOperator, _ left: DataType, _ right: DataType)
    -> OperatorTypes?
  {
    if left == .null && right == .null {
      return OperatorTypes(left: .integer, right: .integer, result: .integer)
    }
    if left == .null { return resolve(operation, right, right) }
    if right == .null { return resolve(operation, left, left) }
    if left.isNumeric && right.isNumeric { return numbers(operation, left, right) }
    return times(operation, left, right)
  }

  private static func numbers(
    _ operation: ArithmeticOperator, _ left: DataType, _ right: DataType
  ) -> OperatorTypes? {
    if left == .double || right == .double {
      return OperatorTypes(left: .double, right: .double, result: .double)
    }
    if left == .real || right == .real {
      return OperatorTypes(left: .real, right: .real, result: .real)
    }
    if left.isInteger && right.isInteger {
      let type = TypeCoercion.common(left, right) ?? .bigint
      return OperatorTypes(left: type, right: type, result: type)
    }
    guard let (p1, s1) = TypeCoercion.asDecimal(left), let (p2, s2) = TypeCoercion.asDecimal(right)
    else { return nil }
    let precision: Int
    let scale: Int
    switch operation {
    case .add, .subtract:
      scale = max(s1, s2)
      precision = max(p1 - s1, p2 - s2) + scale + 1
    case .multiply:
      scale = s1 + s2
      precision = p1 + p2
    case .divide:
      scale = max(s1, s2)
      precision = p1 + s2 + max(s2 - s1, 0)
    case .modulo:
      scale = max(s1, s2)
      precision = min(p2 - s2, p1 - s1) + scale
    }
    guard scale <= 38 else { return nil }
    return OperatorTypes(
      left: .decimal(precision: p1, scale: s1), right: .decimal(precision: p2, scale: s2),
      result: .decimal(precision: min(38, max(precision, 1)), scale: scale))
  }

  /// Dates, timestamps and intervals.
  private static func times(
    _ operation: ArithmeticOperator, _ left: DataType, _ right: DataType
  ) -> OperatorTypes? {
    switch (operation, left, right) {
    case (.add, _, _) where left.isTime && right.isInterval,
      (.subtract, _, _) where left.isTime && right.isInterval:
      return OperatorTypes(left: left, right: right, result: left)
    case (.add, _, _) where left.isInterval && right.isTime:
      return OperatorTypes(left: left, right: right, result: right)
    case (.subtract, _, _) where left.isTime && left == right:
      return OperatorTypes(left: left, right: right, result: .intervalDayToSecond)
    case (.subtract, .timestampWithZone, .date), (.subtract, .timestampWithZone, .timestamp),
      (.subtract, .date, .timestampWithZone), (.subtract, .timestamp, .timestampWithZone):
      return OperatorTypes(
        left: .timestampWithZone, right: .timestampWithZone, result: .intervalDayToSecond)
    case (.subtract, .date, .timestamp), (.subtract, .timestamp, .date):
      return OperatorTypes(left: .timestamp, right: .timestamp, result: .intervalDayToSecond)
    case (.add, _, _) where left.isInterval && left == right,
      (.subtract, _, _) where left.isInterval && left == right:
      return OperatorTypes(left: left, right: right, result: left)
    case (.multiply, _, _) where left.isInterval && right.isNumeric,
      (.divide, _, _) where left.isInterval && right.isNumeric:
      return OperatorTypes(left: left, right: factor(right), result: left)
    case (.multiply, _, _) where left.isNumeric && right.isInterval:
      return OperatorTypes(left: factor(left), right: right, result: right)
    default:
      return nil
    }
  }

  private static func factor(_ type: DataType) -> DataType { type.isInteger ? .bigint : .double }
}
