import Columns
import Kernels

/// Fits argument types to one signature.
///
/// Type variables are bound to the common type of the arguments that name them. The signature that
/// needs the cheapest conversions wins; the first of equals.
struct SignatureMatch {
  private(set) var variables: [String: DataType] = [:]
  /// How much has to be converted, for choosing among signatures.
  private(set) var cost = 0

  /// - Returns: false if the argument does not fit.
  mutating func unify(_ parameter: ParameterType, _ argument: DataType) -> Bool {
    switch parameter {
    case .exactly(let type):
      guard TypeCoercion.canCoerce(argument, to: type) else { return false }
      cost += Self.distance(argument, type)
      return true
    case .decimal:
      switch argument {
      case .decimal: return true
      case .tinyint, .smallint, .integer, .bigint, .null:
        cost += 2
        return true
      default: return false
      }
    case .any:
      cost += 6
      return true
    case .variable(let name): return bind(name, argument)
    case .orderable(let name): return argument.isOrderable && bind(name, argument)
    case .array(let element):
      guard case .array(let type) = argument else {
        cost += 1
        return argument == .null
      }
      return unify(element, type)
    case .map(let key, let value):
      guard case .map(let keyType, let valueType) = argument else {
        cost += 1
        return argument == .null
      }
      let keyFits = unify(key, keyType)
      return keyFits && unify(value, valueType)
    case .lambda: return false
    }
  }

  private mutating func bind(_ name: String, _ argument: DataType) -> Bool {
    guard let bound = variables[name] else {
      variables[name] = argument
      return true
    }
    guard let common = TypeCoercion.common(bound, argument) else { return false }
    if common != bound || common != argument { cost += Self.distance(argument, common) + 1 }
    variables[name] = common
    return true
  }

  private static func distance(_ from: DataType, _ to: DataType) -> Int {
    if from == to { return 0 }
    switch (from, to) {
    case (.null, _), (.integer, .bigint), (.smallint, .integer), (.tinyint, .smallint): return 1
    case (.real, .double): return 1
    case (.tinyint, .integer), (.smallint, .bigint): return 2
    case (.tinyint, .bigint), (.date, .timestampWithZone): return 3
    case (_, .double), (_, .real): return 4
    default: return 2
    }
  }

  /// The type an argument is converted to, once everything is unified.
  func target(_ parameter: ParameterType, given argument: DataType) -> DataType {
    switch parameter {
    case .exactly(let type): return type
    case .decimal:
      if case .decimal = argument { return argument }
      let (precision, scale) = TypeCoercion.asDecimal(argument) ?? (38, 0)
      return .decimal(precision: precision, scale: scale)
    case .any, .lambda: return argument
    case .variable(let name), .orderable(let name): return variables[name] ?? argument
    case .array(let element):
      guard case .array(let type) = argument else { return .array(target(element, given: .null)) }
      return .array(target(element, given: type))
    case .map(let key, let value):
      guard case .map(let keyType, let valueType) = argument else {
        return .map(key: target(key, given: .null), value: target(value, given: .null))
      }
      return .map(key: target(key, given: keyType), value: target(value, given: valueType))
    }
  }

  /// The parameters of a signature, one for each of `count` arguments; nil if so many do not fit.
  static func expand(_ parameters: [ParameterType], isVariadic: Bool, count: Int)
    -> [ParameterType]?
  {
    if parameters.count == count { return parameters }
    guard isVariadic, let last = parameters.last, count >= max(1, parameters.count - 1) else {
      return nil
    }
    if count < parameters.count { return Array(parameters.dropLast()) }
    return parameters + Array(repeating: last, count: count - parameters.count)
  }
}

extension ParameterType: CustomStringConvertible {
  /// As error messages show it: `array(T)`, `decimal`, `(T) -> boolean`.
  package var description: String {
    switch self {
    case .exactly(let type): "\(type)"
    case .decimal: "decimal"
    case .any: "any"
    case .variable(let name), .orderable(let name): name
    case .array(let element): "array(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .lambda(let parameters, let result):
      "(" + parameters.map(\.description).joined(separator: ", ") + ") -> \(result)"
    }
  }
}
