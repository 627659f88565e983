package import Columns

/// CAST and TRY_CAST with Trino's rules.
package enum Cast {
  /// Whether a cast from one type to another exists at all; the planner refuses the others.
  package static func isPossible(from source: DataType, to target: DataType) -> Bool {
    preconditionFailure("to come")
  }

  /// The column as another type, NULL staying NULL.
  ///
  /// - Parameter isTry: A value that does not convert becomes NULL instead of an error.
  /// - Throws: `EvaluationError` such as `cannot cast '1,20' to double`.
  package static func cast(_ column: Column, to type: DataType, isTry: Bool) throws -> Column {
    preconditionFailure("to come")
  }
}
