/// A value that an expression cannot be computed for: division by zero, a cast that does not fit.
package struct EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Lower case, no full stop, with the offending value: `cannot cast '1,20' to double`.
  package let message: String

  package init(_ message: String) {
    self.message = message
  }

  package var description: String { message }
}
