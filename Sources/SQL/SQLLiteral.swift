/// Values as they stand in a statement.
package enum SQLLiteral {
  /// `'it''s'`.
  package static func text(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
