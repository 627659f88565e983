import Columns
import Kernels

extension Expression {
  /// The same expression over other operands.
  package func mapChildren(_ transform: (Expression) throws -> Expression) rethrows -> Expression {
    switch self {
    case .column, .literal: self
    case .arithmetic(let operation, let left, let right, let type):
      .arithmetic(operation, try transform(left), try transform(right), type)
    case .negate(let operand): .negate(try transform(operand))
    case .compare(let operation, let left, let right):
      .compare(operation, try transform(left), try transform(right))
    case .isDistinct(let left, let right): .isDistinct(try transform(left), try transform(right))
    case .not(let operand): .not(try transform(operand))
    case .and(let operands): .and(try operands.map(transform))
    case .or(let operands): .or(try operands.map(transform))
    case .isNull(let operand): .isNull(try transform(operand))
    case .inValues(let operand, let values, let containsNull):
      .inValues(try transform(operand), values, containsNull: containsNull)
    case .like(let operand, let pattern, let escape):
      .like(try transform(operand), pattern: pattern, escape: escape)
    case .cast(let operand, let type, let isTry): .cast(try transform(operand), type, isTry: isTry)
    case .caseWhen(let branches, let otherwise, let type):
      .caseWhen(
        try branches.map {
          Branch(condition: try transform($0.condition), result: try transform($0.result))
        }, otherwise: try transform(otherwise), type)
    case .coalesce(let operands, let type): .coalesce(try operands.map(transform), type)
    case .attempt(let operand): .attempt(try transform(operand))
    case .call(let call): .call(try call.mapArguments(transform))
    case .field(let operand, let position, let type):
      .field(try transform(operand), position, type)
    case .row(let operands, let type): .row(try operands.map(transform), type)
    case .array(let operands, let type): .array(try operands.map(transform), type)
    }
  }

  /// Visits each operand; a lambda's body is one.
  package func forEachChild(_ visit: (Expression) throws -> Void) rethrows {
    switch self {
    case .column, .literal: return
    case .arithmetic(_, let left, let right, _), .compare(_, let left, let right),
      .isDistinct(let left, let right):
      try visit(left)
      try visit(right)
    case .negate(let operand), .not(let operand), .isNull(let operand),
      .inValues(let operand, _, _), .like(let operand, _, _), .cast(let operand, _, _),
      .attempt(let operand), .field(let operand, _, _):
      try visit(operand)
    case .and(let operands), .or(let operands), .coalesce(let operands, _),
      .row(let operands, _), .array(let operands, _):
      for operand in operands { try visit(operand) }
    case .caseWhen(let branches, let otherwise, _):
      for branch in branches {
        try visit(branch.condition)
        try visit(branch.result)
      }
      try visit(otherwise)
    case .call(let call):
      for argument in call.arguments {
        switch argument {
        case .expression(let expression): try visit(expression)
        case .lambda(_, let body): try visit(body)
        }
      }
    }
  }

  /// The expression with columns replaced by what they stand for.
  package func replacingColumns(_ replacement: (ColumnReference) -> Expression?) -> Expression {
    if case .column(let reference) = self { return replacement(reference) ?? self }
    return mapChildren { $0.replacingColumns(replacement) }
  }

  /// The columns it reads, without the parameters of its own lambdas.
  package var columns: Set<ColumnReference> {
    var found: Set<ColumnReference> = []
    collectColumns(into: &found)
    return found
  }

  func collectColumns(into found: inout Set<ColumnReference>) {
    if case .column(let reference) = self {
      found.insert(reference)
      return
    }
    var bound: [ColumnReference] = []
    if case .call(let call) = self {
      for case .lambda(let parameters, _) in call.arguments { bound += parameters }
    }
    forEachChild { $0.collectColumns(into: &found) }
    // Parameters have numbers of their own, so none can be a column of the row.
    for parameter in bound { found.remove(parameter) }
  }

  /// Whether it gives the same result whenever and however often it is computed.
  package var isDeterministic: Bool {
    if case .call(let call) = self, !call.function.isDeterministic { return false }
    var result = true
    forEachChild { if result { result = $0.isDeterministic } }
    return result
  }

  /// Whether it is a literal TRUE, FALSE or NULL: `.some(nil)` for NULL.
  var constantBoolean: Bool?? {
    guard case .literal(let value, _) = self else { return nil }
    switch value {
    case .boolean(let truth): return .some(truth)
    case .null: return .some(nil)
    default: return nil
    }
  }

  var isNullLiteral: Bool {
    if case .literal(.null, _) = self { true } else { false }
  }

  static let `true` = Expression.literal(.boolean(true), .boolean)
  static let `false` = Expression.literal(.boolean(false), .boolean)

  /// The operands of nested ANDs in order; the expression alone if it is none.
  package var conjuncts: [Expression] {
    guard case .and(let operands) = self else { return [self] }
    return operands.flatMap(\.conjuncts)
  }

  /// The AND of the operands: nil for none, the operand itself for one.
  package static func conjunction(_ operands: [Expression]) -> Expression? {
    operands.count > 1 ? .and(operands) : operands.first
  }
}

extension FunctionCall {
  func mapArguments(_ transform: (Expression) throws -> Expression) rethrows -> FunctionCall {
    var mapped: [BoundArgument] = []
    mapped.reserveCapacity(arguments.count)
    for argument in arguments {
      switch argument {
      case .expression(let expression): mapped.append(.expression(try transform(expression)))
      case .lambda(let parameters, let body):
        mapped.append(.lambda(parameters: parameters, body: try transform(body)))
      }
    }
    return FunctionCall(function: function, overload: overload, arguments: mapped, type: type)
  }
}

extension Expression {
  /// The expression with the parameters of its lambdas numbered by where they stand, so that lambdas
  /// that differ only in what their parameters are called are equal.
  var numberingParameters: Expression { numberingParameters(from: -1) }

  private func numberingParameters(from next: Int) -> Expression {
    guard case .call(let call) = self, call.hasLambda else {
      return mapChildren { $0.numberingParameters(from: next) }
    }
    let arguments = call.arguments.map { argument -> BoundArgument in
      switch argument {
      case .expression(let expression):
        return .expression(expression.numberingParameters(from: next))
      case .lambda(let parameters, let body):
        let numbered = parameters.enumerated().map {
          ColumnReference(id: next - $0.offset, name: "", type: $0.element.type)
        }
        let renamed = body.replacingColumns { column in
          parameters.firstIndex(of: column).map { .column(numbered[$0]) }
        }
        return .lambda(
          parameters: numbered, body: renamed.numberingParameters(from: next - parameters.count))
      }
    }
    return .call(
      FunctionCall(
        function: call.function, overload: call.overload, arguments: arguments, type: call.type))
  }
}

extension FunctionCall {
  fileprivate var hasLambda: Bool {
    arguments.contains { if case .lambda = $0 { true } else { false } }
  }
}
