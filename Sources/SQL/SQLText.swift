extension ExpressionSyntax {
  /// The expression written as SQL again, on one line, with no more parentheses than it needs.
  package var text: String { preconditionFailure("to come") }
}

extension Query {
  /// The query written as SQL again, on one line.
  package var text: String { preconditionFailure("to come") }
}

extension Statement {
  /// The statement written as SQL again, on one line.
  package var text: String { preconditionFailure("to come") }
}
