package import Columns

/// Comparisons of two columns of one type; decimals may differ in precision and scale.
///
/// Results are BOOLEAN columns, NULL where an operand is. NaN equals nothing and is neither less nor
/// greater than anything, as in Trino's operators; ``Ordering`` puts it last instead.
package enum Comparison {
  package static func equal(_ a: Column, _ b: Column) -> Column { preconditionFailure("to come") }
  package static func notEqual(_ a: Column, _ b: Column) -> Column {
    preconditionFailure("to come")
  }
  package static func less(_ a: Column, _ b: Column) -> Column { preconditionFailure("to come") }
  package static func lessOrEqual(_ a: Column, _ b: Column) -> Column {
    preconditionFailure("to come")
  }
  package static func greater(_ a: Column, _ b: Column) -> Column {
    preconditionFailure("to come")
  }
  package static func greaterOrEqual(_ a: Column, _ b: Column) -> Column {
    preconditionFailure("to come")
  }

  /// IS DISTINCT FROM: never NULL; two NULLs are not distinct, and neither are two NaN.
  package static func isDistinct(_ a: Column, _ b: Column) -> Column {
    preconditionFailure("to come")
  }

  /// `column IN (values)`: true if equal to one, else NULL when `containsNull`, else false.
  ///
  /// - Complexity: O(`column.count`), whatever the number of values.
  package static func inValues(_ column: Column, _ values: [Value], containsNull: Bool) -> Column {
    preconditionFailure("to come")
  }

  /// IS NULL: never NULL itself.
  package static func isNull(_ column: Column) -> Column { preconditionFailure("to come") }
}
