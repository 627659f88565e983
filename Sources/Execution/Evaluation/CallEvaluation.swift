import Columns
import Kernels
import Planning

/// A call of a scalar function.
final class CallEvaluation: Evaluation {
  enum Input {
    case evaluation(Evaluation)
    case lambda(LambdaTemplate)
  }

  private let overload: FunctionOverload
  private let arguments: [Input]
  private let now: Int64

  init(_ overload: FunctionOverload, arguments: [Input], type: DataType, now: Int64) {
    self.overload = overload
    self.arguments = arguments
    self.now = now
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    let columns = try arguments.map { argument -> Argument in
      switch argument {
      case .evaluation(let evaluation): .column(try evaluation.evaluate(batch))
      case .lambda(let template): .lambda(template.body(over: batch))
      }
    }
    return try overload.body(columns, EvaluationContext(now: now, rowCount: batch.count))
  }
}

/// A lambda before its captured columns are known.
struct LambdaTemplate {
  private let parameters: [ColumnReference]
  private let captured: [ColumnReference]
  private let capturedPositions: [Int]
  private let body: Expression
  private let now: Int64

  init(parameters: [ColumnReference], body: Expression, compiler: ExpressionCompiler) throws {
    self.parameters = parameters
    self.body = body
    now = compiler.now
    captured = body.inputs.subtracting(parameters).sorted { $0.id < $1.id }
    capturedPositions = try captured.map(compiler.position)
  }

  /// The lambda over the rows of one batch. The body is compiled per call: a function may keep it, and
  /// evaluations belong to one thread.
  func body(over batch: Batch) -> LambdaBody {
    let outer = capturedPositions.map { batch.columns[$0] }
    let columns = parameters + captured
    return LambdaBody { [body, now] parameters, outerRows in
      guard !outerRows.isEmpty else { return Column(body.type, values: []) }
      let evaluation = try ExpressionCompiler(columns, now: now).compile(body)
      let selection = Selection(outerRows)
      return try evaluation.evaluate(
        Batch(parameters + outer.map { $0.selected(selection) }, count: outerRows.count))
    }
  }
}
