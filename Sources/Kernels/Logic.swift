package import Columns

/// Three-valued logic over BOOLEAN columns.
package enum Logic {
  /// False if any is false, else NULL if any is NULL, else true.
  ///
  /// - Precondition: at least one column; all have the same count.
  package static func and(_ columns: [Column]) -> Column { preconditionFailure("to come") }

  /// True if any is true, else NULL if any is NULL, else false.
  ///
  /// - Precondition: at least one column; all have the same count.
  package static func or(_ columns: [Column]) -> Column { preconditionFailure("to come") }

  package static func not(_ column: Column) -> Column { preconditionFailure("to come") }
}
