package import Columns

/// From a predicate's result to the rows that pass it.
package enum Selecting {
  /// The rows in which a BOOLEAN column is true, increasing; NULL is not true.
  ///
  /// - Complexity: O(`column.count`).
  package static func trueRows(_ column: Column) -> Selection { preconditionFailure("to come") }
}
