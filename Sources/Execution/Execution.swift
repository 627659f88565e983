package import Columns
package import Planning

/// Services of the module that need no plan.
package enum Execution {
  /// The value of an expression without columns, for the planner's constant folding.
  ///
  /// - Throws: `EvaluationError` where it has none.
  package static func constantValue(_ expression: Expression, now: Int64 = 0) throws -> Value {
    try ExpressionCompiler([], now: now).compile(expression).evaluate(Batch([], count: 1)).value(0)
  }
}
