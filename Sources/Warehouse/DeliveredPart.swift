/// What one source delivered into one partition of a table.
package struct DeliveredPart: Sendable, Hashable {
  /// Who delivered it; nil for what is nobody's in particular.
  package let source: String?
  /// The partition's values by the names of the table's columns; nil is NULL.
  package let partition: [String: String?]

  package init(source: String?, partition: [String: String?]) {
    self.source = source
    self.partition = partition
  }
}
