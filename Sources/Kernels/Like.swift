package import Columns

/// A compiled LIKE pattern: `%` is any text, `_` one code point.
package struct Like: Sendable {
  /// - Throws: `EvaluationError` when the escape character is followed by anything but `%`, `_` or
  ///   itself.
  package init(pattern: [UInt8], escape: UInt8?) throws {
    preconditionFailure("to come")
  }

  /// A BOOLEAN column, NULL where `column` (VARCHAR) is.
  package func matches(_ column: Column) -> Column { preconditionFailure("to come") }
}
