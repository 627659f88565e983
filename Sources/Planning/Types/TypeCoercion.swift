import Columns
import Kernels

/// Which types fit together without a CAST, by Trino's rules.
///
/// `integer → bigint → decimal → double`, `date → timestamp → timestamp with time zone`, NULL to anything; text never turns into
/// a number, nor a number into text, by itself.
enum TypeCoercion {
  /// The type that both convert to, nil if there is none.
  static func common(_ a: DataType, _ b: DataType) -> DataType? {
    if a == b || b == .null { return a }
    if a == .null { return b }
    switch (a, b) {
    case _ where a.isInteger && b.isInteger:
      return (a.integerBits ?? 64) > (b.integerBits ?? 64) ? a : b
    case (.double, _) where b.isNumeric: return .double
    case (_, .double) where a.isNumeric: return .double
    case (.real, _) where b.isNumeric: return .real
    case (_, .real) where a.isNumeric: return .real
    case (.date, .timestamp), (.timestamp, .date): return .timestamp
    case (.timestampWithZone, .date), (.timestampWithZone, .timestamp),
      (.date, .timestampWithZone), (.timestamp, .timestampWithZone):
      return .timestampWithZone
    case (.char(let x), .char(let y)): return .char(length: max(x, y))
    case (.array(let x), .array(let y)):
      return common(x, y).map { .array($0) }
    case (.map(let keyA, let valueA), .map(let keyB, let valueB)):
      guard let key = common(keyA, keyB), let value = common(valueA, valueB) else { return nil }
      return .map(key: key, value: value)
    case (.row(let x), .row(let y)):
      return commonRow(x, y)
    default:
      guard let x = asDecimal(a), let y = asDecimal(b) else { return nil }
      let scale = max(x.scale, y.scale)
      let whole = max(x.precision - x.scale, y.precision - y.scale)
      return .decimal(precision: min(38, whole + scale), scale: scale)
    }
  }

  private static func commonRow(_ a: [RowField], _ b: [RowField]) -> DataType? {
    guard a.count == b.count else { return nil }
    var fields: [RowField] = []
    for (x, y) in zip(a, b) {
      guard let type = common(x.type, y.type) else { return nil }
      fields.append(RowField(name: x.name == y.name ? x.name : nil, type: type))
    }
    return .row(fields)
  }

  /// Whether a value of `source` converts to `target` without a CAST.
  static func canCoerce(_ source: DataType, to target: DataType) -> Bool {
    if source == target || source == .null { return true }
    switch (source, target) {
    case (.date, .timestamp), (.date, .timestampWithZone), (.timestamp, .timestampWithZone):
      return true
    case _ where source.isInteger && target.isInteger:
      return (source.integerBits ?? 64) <= (target.integerBits ?? 64)
    case (_, .double) where source.isNumeric: return true
    case (_, .real) where source.isNumeric: return source != .double
    case (_, .decimal):
      guard let from = asDecimal(source), let to = asDecimal(target) else { return false }
      return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale
    case (.char(let x), .char(let y)): return x <= y
    case (.char, .varchar): return true
    case (.array(let x), .array(let y)): return canCoerce(x, to: y)
    case (.map(let keyA, let valueA), .map(let keyB, let valueB)):
      return canCoerce(keyA, to: keyB) && canCoerce(valueA, to: valueB)
    case (.row(let x), .row(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { canCoerce($0.type, to: $1.type) }
    default: return false
    }
  }

  /// Whether INSERT takes a value into a column: what converts by itself, and times with zones as
  /// their instants, because tables keep no zones.
  static func canStore(_ source: DataType, as target: DataType) -> Bool {
    canCoerce(source, to: target) || (source == .timestampWithZone && target == .timestamp)
  }

  /// Precision and scale of an exact number type; integers count as DECIMAL(10) and DECIMAL(19).
  static func asDecimal(_ type: DataType) -> (precision: Int, scale: Int)? {
    switch type {
    case .tinyint: (3, 0)
    case .smallint: (5, 0)
    case .integer: (10, 0)
    case .bigint: (19, 0)
    case .decimal(let precision, let scale): (precision, scale)
    default: nil
    }
  }

  /// Whether CAST from one type to the other has a meaning at all.
  static func canCast(_ source: DataType, to target: DataType) -> Bool {
    if canCoerce(source, to: target) { return true }
    switch (source, target) {
    case (.char, _), (_, .char), (.opaque, _), (_, .opaque):
      return Cast.isPossible(from: source, to: target)
    case (.json, _), (_, .json): return Cast.isPossible(from: source, to: target)
    case (.varchar, .row), (.varchar, .array), (.varchar, .map): return false
    case (.varchar, .intervalDayToSecond), (.varchar, .intervalYearToMonth): return false
    case (.varchar, _): return true
    case (.array(let x), .array(let y)): return canCast(x, to: y)
    case (.map(let keyA, let valueA), .map(let keyB, let valueB)):
      return canCast(keyA, to: keyB) && canCast(valueA, to: valueB)
    case (.row(let x), .row(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { canCast($0.type, to: $1.type) }
    case (.array, _), (.map, _), (.row, _), (_, .array), (_, .map), (_, .row): return false
    case (_, .varchar): return true
    case (.timestamp, .date), (.timestamp, .time), (.timestampWithZone, .date),
      (.timestampWithZone, .time), (.timestampWithZone, .timestamp):
      return true
    default:
      let numbers: (DataType) -> Bool = { $0.isNumeric || $0 == .boolean }
      return numbers(source) && numbers(target)
    }
  }
}
