import Columns

/// A number in a SQL/JSON path: whole ones are exact in 64 bits, all others are doubles.
enum PathNumber {
  case whole(Int64)
  case double(Double)

  /// - Throws: `EvaluationError` for an item that is no number.
  init(_ node: JSONNode, _ use: String) throws {
    guard case .number(let digits) = node else {
      throw EvaluationError("path evaluation failed: \(use) takes numbers, found \(node.kind)")
    }
    if let whole = NumberText.int64(digits[...]) {
      self = .whole(whole)
    } else if let double = NumberText.double(digits) {
      self = .double(double)
    } else {
      throw EvaluationError(
        "path evaluation failed: \(use) takes numbers within the range of double")
    }
  }

  var node: JSONNode {
    switch self {
    case .whole(let value): .number(Array(String(value).utf8))
    case .double(let value): .number(Array(String(value).utf8))
    }
  }

  private var asDouble: Double {
    switch self {
    case .whole(let value): Double(value)
    case .double(let value): value
    }
  }

  /// Towards zero.
  var truncated: Double { asDouble.rounded(.towardZero) }

  func compared(with other: PathNumber) -> Int {
    if case .whole(let a) = self, case .whole(let b) = other { return a < b ? -1 : a > b ? 1 : 0 }
    let (a, b) = (asDouble, other.asDouble)
    return a < b ? -1 : a > b ? 1 : 0
  }

  func negated() throws -> PathNumber { try PathNumber.whole(0).combined(.subtract, self) }

  func combined(_ operation: PathOperator, _ other: PathNumber) throws -> PathNumber {
    if case .whole(let a) = self, case .whole(let b) = other {
      return .whole(try Self.whole(operation, a, b))
    }
    let (a, b) = (asDouble, other.asDouble)
    let result =
      switch operation {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      case .modulo: a.truncatingRemainder(dividingBy: b)
      }
    guard result.isFinite else {
      throw EvaluationError("path evaluation failed: the number is not finite")
    }
    return .double(result)
  }

  private static func whole(_ operation: PathOperator, _ a: Int64, _ b: Int64) throws -> Int64 {
    let (result, overflow) =
      switch operation {
      case .add: a.addingReportingOverflow(b)
      case .subtract: a.subtractingReportingOverflow(b)
      case .multiply: a.multipliedReportingOverflow(by: b)
      case .divide: a.dividedReportingOverflow(by: b)
      case .modulo: a.remainderReportingOverflow(dividingBy: b)
      }
    guard !overflow else {
      let isDivision = b == 0 && (operation == .divide || operation == .modulo)
      throw EvaluationError(
        isDivision
          ? "path evaluation failed: division by zero" : "path evaluation failed: bigint overflow")
    }
    return result
  }

  func applied(_ method: PathMethod) throws -> PathNumber {
    switch (method, self) {
    case (.double, _): return .double(asDouble)
    case (.abs, .whole(let value)): return value < 0 ? try negated() : self
    case (.abs, .double(let value)): return .double(value.magnitude)
    case (.ceiling, .double(let value)): return .double(value.rounded(.up))
    case (.floor, .double(let value)): return .double(value.rounded(.down))
    case (.ceiling, .whole), (.floor, .whole), (.type, _), (.size, _), (.keyvalue, _): return self
    }
  }
}
