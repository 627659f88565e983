import Columns
import Kernels
import Planning
import SQL

extension Expression {
  /// Columns that the value depends on; parameters of lambdas inside are not among them.
  var inputs: Set<ColumnReference> {
    var found: Set<ColumnReference> = []
    collectInputs(into: &found)
    return found
  }

  private func collectInputs(into found: inout Set<ColumnReference>) {
    if case .column(let reference) = self { found.insert(reference) }
    if case .call(let call) = self {
      for case .lambda(let parameters, let body) in call.arguments {
        found.formUnion(body.inputs.subtracting(parameters))
      }
    }
    for operand in operands { operand.collectInputs(into: &found) }
  }

  /// Whether the same inputs always give the same value.
  var isDeterministic: Bool {
    if case .call(let call) = self {
      guard call.function.isDeterministic else { return false }
      for case .lambda(_, let body) in call.arguments where !body.isDeterministic { return false }
    }
    return operands.allSatisfy(\.isDeterministic)
  }

  /// Whether the value can be computed for every row, so that asking for rows that nobody wants does
  /// no harm.
  var isTotal: Bool {
    switch self {
    case .column, .literal: return true
    case .compare(.less, let operand, _), .compare(.lessOrEqual, let operand, _),
      .compare(.greater, let operand, _), .compare(.greaterOrEqual, let operand, _):
      if operand.type.isNested { return false }
    case .compare, .isDistinct, .not, .and, .or, .isNull, .inValues, .like, .caseWhen, .coalesce,
      .field, .row:
      break
    case .arithmetic(_, _, _, let type): if type != .double { return false }
    case .negate(let operand): if operand.type != .double { return false }
    case .cast(let operand, let type, let isTry):
      if !isTry && !(type == .double && operand.type.isNumeric) { return false }
    case .attempt, .call, .array: return false
    }
    return operands.allSatisfy(\.isTotal)
  }

  /// Whether computing costs next to nothing.
  var isTrivial: Bool {
    switch self {
    case .column, .literal: true
    default: false
    }
  }

  /// The expressions directly inside, without the bodies of lambdas.
  var operands: [Expression] {
    switch self {
    case .column, .literal: []
    case .arithmetic(_, let a, let b, _), .compare(_, let a, let b), .isDistinct(let a, let b):
      [a, b]
    case .negate(let operand), .not(let operand), .isNull(let operand),
      .inValues(let operand, _, _), .like(let operand, _, _), .cast(let operand, _, _),
      .attempt(let operand), .field(let operand, _, _):
      [operand]
    case .and(let operands), .or(let operands), .coalesce(let operands, _),
      .row(let operands, _), .array(let operands, _):
      operands
    case .caseWhen(let branches, let otherwise, _):
      branches.flatMap { [$0.condition, $0.result] } + [otherwise]
    case .call(let call):
      call.arguments.compactMap { argument in
        if case .expression(let expression) = argument { expression } else { nil }
      }
    }
  }
}
