/// What is wrong with a statement, and where in its text.
///
/// Raised by the parser and by the binder; printing (line, column, caret row) is done once, in
/// ``SQLError/rendered(in:)``.
package struct SQLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was expected and what was found: lower case, no full stop, names in single quotes.
  package let message: String
  /// The words the message is about, in bytes of the statement's text.
  package let range: SourceRange?

  package init(_ message: String, at range: SourceRange?) {
    self.message = message
    self.range = range
  }

  /// The message alone; ``rendered(in:)`` shows the place as well.
  package var description: String { message }
}
