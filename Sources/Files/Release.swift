/// Which program this is, as it says in what it writes.
package enum Release {
  /// Semantic version of the program.
  package static let version = "0.1.0"
}
