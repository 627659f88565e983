/// A stretch of a statement's text, in UTF-8 bytes from its start.
package struct SourceRange: Hashable, Sendable {
  package let start: Int
  package let end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// From the start of this range to the end of another.
  package func through(_ other: SourceRange) -> SourceRange { SourceRange(start, other.end) }
}
