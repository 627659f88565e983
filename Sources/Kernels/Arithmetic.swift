package import Columns

/// `+ - * / %` and unary minus, a batch at a time.
///
/// Operand types are as the planner gives them: both `integer`, both `bigint`, both `double`, or both
/// decimal of any precision and scale; date or timestamp ± interval; interval ± interval; interval × or
/// ÷ number; timestamp − timestamp and date − date (an `intervalDayToSecond`). The result has the
/// type `as`, and is NULL where an operand is.
package enum Arithmetic {
  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func add(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    preconditionFailure("to come")
  }

  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func subtract(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    preconditionFailure("to come")
  }

  /// - Throws: `EvaluationError` when a result does not fit its type.
  package static func multiply(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    preconditionFailure("to come")
  }

  /// Integers truncate, decimals round half up at the result's scale, doubles follow IEEE 754.
  ///
  /// - Throws: `EvaluationError` for a zero divisor (not doubles) or a result that does not fit.
  package static func divide(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    preconditionFailure("to come")
  }

  /// The remainder, with the sign of the dividend.
  ///
  /// - Throws: `EvaluationError` for a zero divisor (not doubles).
  package static func modulo(_ a: Column, _ b: Column, as type: DataType) throws -> Column {
    preconditionFailure("to come")
  }

  /// - Throws: `EvaluationError` for the smallest integer.
  package static func negate(_ a: Column) throws -> Column {
    preconditionFailure("to come")
  }
}
