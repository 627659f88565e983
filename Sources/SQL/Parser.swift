/// Reads one statement of Athena's dialect.
package struct Parser {
  /// The longest statement that is read, in UTF-8 bytes: Athena's own limit.
  package static let longestText = 262_144

  /// Reads a statement; a `;` may follow it.
  ///
  /// - Throws: what was expected and what was found, with its place.
  /// - Complexity: O(length of the text), in time and memory.
  package static func statement(_ text: String) throws(SQLError) -> Statement {
    preconditionFailure("to come")
  }

  /// Reads a query alone: the text of a stored view.
  package static func query(_ text: String) throws(SQLError) -> Query {
    preconditionFailure("to come")
  }
}
