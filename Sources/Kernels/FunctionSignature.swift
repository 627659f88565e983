package import Columns

/// What a function accepts at one argument position.
package indirect enum ParameterType: Sendable {
  /// The type itself, or anything that coerces to it implicitly.
  case exactly(DataType)
  /// Any decimal; precision and scale as given (integers coerce).
  case decimal
  /// Any type at all, not coerced.
  case any
  /// A type variable: all parameters with the same name get the common type of their arguments.
  case variable(String)
  /// As `variable`, orderable types only.
  case orderable(String)
  case array(ParameterType)
  case map(ParameterType, ParameterType)
  /// A lambda taking these parameters and giving this result.
  case lambda([ParameterType], ParameterType)
}

/// What an evaluation knows beside its arguments.
package struct EvaluationContext: Sendable {
  /// The statement's `now()`: microseconds since the epoch, UTC; the same for the whole statement.
  package let now: Int64
  package let rowCount: Int

  package init(now: Int64, rowCount: Int) {
    self.now = now
    self.rowCount = rowCount
  }
}

/// An argument of a call when it runs: a column, or a lambda to call with columns.
package enum Argument: Sendable {
  case column(Column)
  case lambda(LambdaBody)
}

/// A lambda as a function sees it: columns of equal length in (one per parameter, plus `outerRows`
/// telling for each entry which row of the batch its captured columns come from), one column out.
package struct LambdaBody: Sendable {
  package let evaluate: @Sendable (_ parameters: [Column], _ outerRows: [UInt32]) throws -> Column

  package init(
    evaluate: @escaping @Sendable (_ parameters: [Column], _ outerRows: [UInt32]) throws -> Column
  ) {
    self.evaluate = evaluate
  }
}

/// One way to call a scalar function.
package struct FunctionOverload: Sendable {
  package let parameters: [ParameterType]
  /// The last parameter may repeat, zero or more times beyond the first.
  package let isVariadic: Bool
  /// The result type, from the argument types after coercion (a lambda's type is its result's).
  package let result: @Sendable (_ arguments: [DataType]) -> DataType
  /// Computes a batch. Arguments have the coerced types and `context.rowCount` rows each, in any form.
  package let body:
    @Sendable (_ arguments: [Argument], _ context: EvaluationContext) throws -> Column

  package init(
    _ parameters: [ParameterType], isVariadic: Bool = false,
    result: @escaping @Sendable (_ arguments: [DataType]) -> DataType,
    body:
      @escaping @Sendable (_ arguments: [Argument], _ context: EvaluationContext) throws ->
      Column
  ) {
    self.parameters = parameters
    self.isVariadic = isVariadic
    self.result = result
    self.body = body
  }
}

/// A scalar function: its name, how it may be called, and what the planner may assume.
package struct ScalarFunction: Sendable {
  /// Lower case.
  package let name: String
  package let overloads: [FunctionOverload]
  /// The same arguments give the same result within a statement, so calls may be folded, shared and
  /// asked once per dictionary entry. `random()` and `uuid()` are not.
  package let isDeterministic: Bool
  /// One sentence for `SHOW FUNCTIONS`.
  package let summary: String

  package init(
    _ name: String, isDeterministic: Bool = true, summary: String, overloads: [FunctionOverload]
  ) {
    self.name = name
    self.overloads = overloads
    self.isDeterministic = isDeterministic
    self.summary = summary
  }
}
