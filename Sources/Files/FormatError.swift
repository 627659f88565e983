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
    FormatError.printable(place.map { "\(file) \($0): \(message)" } ?? "\(file): \(message)")
  }

  /// The text with control characters as their numbers: names that come out of a file must not move
  /// the cursor of a terminal, or turn the direction of its text.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var printable = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        printable.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        printable.append(scalar)
      }
    }
    return String(printable)
  }

  /// C0 and C1 without the line feed, and the marks that turn the direction of text.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
