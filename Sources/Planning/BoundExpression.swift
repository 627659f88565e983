package import Columns
package import Kernels
package import SQL

/// A column produced somewhere in a plan, known by a number that is unique in the plan.
///
/// Rules move expressions up and down without renumbering: positions in batches are found only when
/// operators are built.
package struct ColumnReference: Hashable, Sendable {
  package let id: Int
  package let name: String
  package let type: DataType

  package init(id: Int, name: String, type: DataType) {
    self.id = id
    self.name = name
    self.type = type
  }

  package static func == (a: ColumnReference, b: ColumnReference) -> Bool { a.id == b.id }
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// An expression whose names are resolved and whose operands have equal or fitting types: kernels see
/// no pair of types that the binder has not made fit with casts.
package indirect enum Expression: Hashable, Sendable {
  case column(ColumnReference)
  case literal(Value, DataType)
  /// Operands have the types that the operator's kernel takes (see ``OperatorTypes``).
  case arithmetic(ArithmeticOperator, Expression, Expression, DataType)
  case negate(Expression)
  /// Operands of one type; the result is NULL if either is.
  case compare(ComparisonOperator, Expression, Expression)
  /// IS DISTINCT FROM; never NULL.
  case isDistinct(Expression, Expression)
  case not(Expression)
  case and([Expression])
  case or([Expression])
  case isNull(Expression)
  /// Constant list of the operand's type, without NULL; `containsNull` tells that there was one.
  case inValues(Expression, [Value], containsNull: Bool)
  /// Constant pattern; see `Kernels/Like`.
  case like(Expression, pattern: [UInt8], escape: UInt8?)
  case cast(Expression, DataType, isTry: Bool)
  /// Branches are asked in order, each only for rows that no earlier branch took, so that
  /// `CASE WHEN b <> 0 THEN a / b END` never divides by zero. `otherwise` may be literal NULL.
  case caseWhen([Branch], otherwise: Expression, DataType)
  /// Arguments are asked only for rows still NULL.
  case coalesce([Expression], DataType)
  /// TRY(x): NULL in the rows for which x cannot be computed.
  case attempt(Expression)
  case call(FunctionCall)
  /// A field of a ROW by position.
  case field(Expression, Int, DataType)
  case row([Expression], DataType)
  case array([Expression], DataType)

  package struct Branch: Hashable, Sendable {
    package let condition: Expression
    package let result: Expression

    package init(condition: Expression, result: Expression) {
      self.condition = condition
      self.result = result
    }
  }
}

/// A call of a scalar function with arguments coerced to what the overload takes.
package struct FunctionCall: Hashable, Sendable {
  package let function: ScalarFunction
  package let overload: Int
  package let arguments: [BoundArgument]
  package let type: DataType

  package init(
    function: ScalarFunction, overload: Int, arguments: [BoundArgument], type: DataType
  ) {
    self.function = function
    self.overload = overload
    self.arguments = arguments
    self.type = type
  }

  package static func == (a: FunctionCall, b: FunctionCall) -> Bool {
    a.function.name == b.function.name && a.overload == b.overload && a.arguments == b.arguments
      && a.type == b.type && a.function.isDeterministic
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(function.name)
    hasher.combine(overload)
    hasher.combine(arguments)
  }
}

/// An argument of a call: an expression, or a lambda.
package enum BoundArgument: Hashable, Sendable {
  case expression(Expression)
  /// The parameters appear as columns in `body`, beside columns of the row that are captured.
  case lambda(parameters: [ColumnReference], body: Expression)
}

extension Expression {
  package var type: DataType {
    switch self {
    case .column(let reference): reference.type
    case .literal(_, let type), .arithmetic(_, _, _, let type), .cast(_, let type, _),
      .caseWhen(_, _, let type), .coalesce(_, let type), .field(_, _, let type),
      .row(_, let type), .array(_, let type):
      type
    case .negate(let operand), .attempt(let operand): operand.type
    case .compare, .isDistinct, .not, .and, .or, .isNull, .inValues, .like: .boolean
    case .call(let call): call.type
    }
  }
}
