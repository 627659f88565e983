/// The top-level folders `schemas/` and `queries/`, inside the binary.
package enum EmbeddedFiles {
  /// Files of `schemas/`: name and text, sorted by name.
  package static var schemas: [(name: String, text: String)] { EmbeddedText.schemas }

  /// Files of `queries/` by their path within it, such as `reports/monthly-by-service.sql`, sorted.
  package static var queries: [(name: String, text: String)] { EmbeddedText.queries }
}
