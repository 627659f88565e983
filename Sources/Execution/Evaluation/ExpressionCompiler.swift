import Columns
import Kernels
import Planning
import SQL

/// Turns expressions into evaluations over batches with a given order of columns.
struct ExpressionCompiler {
  /// Where each column is in the batches.
  let positions: [Int: Int]
  let now: Int64
  /// Whether parts that depend on one column are computed per dictionary entry; off inside such a part.
  private let lifts: Bool

  init(_ columns: [ColumnReference], now: Int64) {
    self.init(
      positions: Dictionary(
        columns.enumerated().map { ($0.element.id, $0.offset) },
        uniquingKeysWith: { first, _ in first }),
      now: now, lifts: true)
  }

  private init(positions: [Int: Int], now: Int64, lifts: Bool) {
    self.positions = positions
    self.now = now
    self.lifts = lifts
  }

  func compile(_ expressions: [Expression]) throws -> [Evaluation] {
    try expressions.map(compile)
  }

  func compile(_ expression: Expression) throws -> Evaluation {
    guard !expression.isTrivial, expression.isDeterministic else {
      return try compileNode(expression)
    }
    let inputs = expression.inputs
    if inputs.isEmpty { return FoldedEvaluation(try compileNode(expression)) }
    if lifts, inputs.count == 1, let input = inputs.first {
      let inner = ExpressionCompiler(positions: [input.id: 0], now: now, lifts: false)
      return LiftedEvaluation(
        position: try position(of: input), inner: try inner.compileNode(expression))
    }
    return try compileNode(expression)
  }

  func position(of reference: ColumnReference) throws -> Int {
    guard let position = positions[reference.id] else {
      throw ExecutionError("the plan gives no column '\(reference.name)' here")
    }
    return position
  }

  private func compileNode(_ expression: Expression) throws -> Evaluation {
    switch expression {
    case .column(let reference):
      return ColumnEvaluation(reference.type, position: try position(of: reference))
    case .literal(let value, let type): return LiteralEvaluation(value, type)
    case .arithmetic(let operation, let a, let b, let type):
      return BinaryEvaluation(
        try compile(a), try compile(b), type: type, kernel: Self.kernel(operation, type))
    case .compare(let operation, let a, let b):
      return BinaryEvaluation(
        try compile(a), try compile(b), type: .boolean,
        kernel: Self.kernel(operation, isNested: a.type.isNested))
    case .isDistinct(let a, let b):
      return BinaryEvaluation(
        try compile(a), try compile(b), type: .boolean, kernel: Comparison.isDistinct)
    case .negate(let operand):
      return UnaryEvaluation(try compile(operand), operand.type, kernel: Arithmetic.negate)
    case .not(let operand):
      return UnaryEvaluation(try compile(operand), .boolean, kernel: Logic.not)
    case .isNull(let operand):
      return UnaryEvaluation(try compile(operand), .boolean, kernel: Comparison.isNull)
    case .inValues(let operand, let values, let containsNull):
      return UnaryEvaluation(try compile(operand), .boolean) {
        Comparison.inValues($0, values, containsNull: containsNull)
      }
    case .like(let operand, let pattern, let escape):
      let like = try Like(pattern: pattern, escape: escape)
      return UnaryEvaluation(try compile(operand), .boolean) { like.matches($0) }
    case .cast(let operand, let type, let isTry):
      return UnaryEvaluation(try compile(operand), type) {
        try Cast.cast($0, to: type, isTry: isTry)
      }
    case .and(let operands):
      return LogicEvaluation(.and, try compile(operands), areTotal: operands.map(\.isTotal))
    case .or(let operands):
      return LogicEvaluation(.or, try compile(operands), areTotal: operands.map(\.isTotal))
    case .caseWhen(let branches, let otherwise, let type):
      return try compileCase(branches, otherwise, type)
    case .coalesce(let operands, let type):
      return CoalesceEvaluation(
        try compile(operands), areTotal: operands.map(\.isTotal), type: type)
    case .attempt(let operand): return AttemptEvaluation(try compile(operand))
    case .call(let call): return try compileCall(call)
    case .field(let operand, let position, let type):
      return UnaryEvaluation(try compile(operand), type) { $0.field(position, type: type) }
    case .row(let operands, let type):
      return ConstructorEvaluation(try compile(operands), type) { columns, count in
        Column(type, .row(columns.map { $0.flattened() }, count: count))
      }
    case .array(let operands, let type):
      return ConstructorEvaluation(try compile(operands), type) { columns, count in
        Column.arrays(of: columns, type: type, count: count)
      }
    }
  }

  /// CASE whose conditions give the number of the branch, itself an expression that is lifted to
  /// dictionary entries when it depends on one column.
  private func compileCase(
    _ branches: [Expression.Branch], _ otherwise: Expression, _ type: DataType
  ) throws -> Evaluation {
    let results = branches.map(\.result) + [otherwise]
    let conditions = branches.map(\.condition)
    let compiled = try compile(results)
    let plain = CaseEvaluation(
      conditions: try compile(conditions), conditionsAreTotal: conditions.map(\.isTotal),
      results: compiled, resultsAreTotal: results.map { $0.isTrivial || $0.isTotal }, type: type)
    let inputs = conditions.reduce(into: Set<ColumnReference>()) { $0.formUnion($1.inputs) }
    if lifts, inputs.count == 1, let input = inputs.first,
      conditions.allSatisfy(\.isDeterministic)
    {
      let inner = ExpressionCompiler(positions: [input.id: 0], now: now, lifts: false)
      let numbers =
        branches.indices.map { Value.int64(Int64($0)) } + [.int64(Int64(branches.count))]
      plain.dispatch = LiftedEvaluation(
        position: try position(of: input),
        inner: CaseEvaluation(
          conditions: try inner.compile(conditions),
          conditionsAreTotal: conditions.map(\.isTotal),
          results: numbers.map { LiteralEvaluation($0, .bigint) },
          resultsAreTotal: numbers.map { _ in true }, type: .bigint))
    }
    return plain
  }

  private func compileCall(_ call: FunctionCall) throws -> Evaluation {
    let arguments = try call.arguments.map { argument -> CallEvaluation.Input in
      switch argument {
      case .expression(let expression): .evaluation(try compile(expression))
      case .lambda(let parameters, let body):
        .lambda(try LambdaTemplate(parameters: parameters, body: body, compiler: self))
      }
    }
    return CallEvaluation(
      call.function.overloads[call.overload], arguments: arguments, type: call.type, now: now)
  }

  private static func kernel(
    _ operation: ArithmeticOperator, _ type: DataType
  ) -> (Column, Column) throws -> Column {
    switch operation {
    case .add: { try Arithmetic.add($0, $1, as: type) }
    case .subtract: { try Arithmetic.subtract($0, $1, as: type) }
    case .multiply: { try Arithmetic.multiply($0, $1, as: type) }
    case .divide: { try Arithmetic.divide($0, $1, as: type) }
    case .modulo: { try Arithmetic.modulo($0, $1, as: type) }
    }
  }

  private static func kernel(
    _ operation: ComparisonOperator, isNested: Bool
  ) -> (Column, Column) throws -> Column {
    switch operation {
    case .less where isNested: NestedOrder.less
    case .lessOrEqual where isNested: NestedOrder.lessOrEqual
    case .greater where isNested: NestedOrder.greater
    case .greaterOrEqual where isNested: NestedOrder.greaterOrEqual
    case .equal: Comparison.equal
    case .notEqual: Comparison.notEqual
    case .less: Comparison.less
    case .lessOrEqual: Comparison.lessOrEqual
    case .greater: Comparison.greater
    case .greaterOrEqual: Comparison.greaterOrEqual
    }
  }
}
