/// Data that is not what its format promises: a report, a table file, a log entry, a config.
package struct FormatError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file, as the user named it.
  package let file: String
  /// Where in it: `row 17, column 'cost'`, `line 3, column 14`, `row group 2, column 'a'`; nil for the
  /// file as a whole.
  package let place: String?
  /// What was expected and what was found: lower case, no full stop.
  package let message: String

  package init(_ file: String, at place: String? = nil, _ message: String) {
    self.file = file
    self.place = place
    self.message = message
  }

  package var description: String {
    place.map { "\(file) \($0): \(message)" } ?? "\(file): \(message)"
  }
}
