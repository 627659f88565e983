/// Names as they stand in a statement.
package enum SQLName {
  /// In double quotes, whatever the name is.
  package static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// Bare where the grammar reads the bare word as this very name, else in double quotes.
  package static func written(_ name: String) -> String {
    let isWord =
      name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      } && name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
    return isWord && !SQLWords.reserved.contains(name.uppercased()) ? name : quoted(name)
  }
}
