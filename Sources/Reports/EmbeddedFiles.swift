/// The top-level folders `schemas/` and `queries/`, inside the binary.
package enum EmbeddedFiles {
  /// Files of `schemas/`: path within the folder and text, sorted by path.
  package static var schemas: [(name: String, text: String)] { preconditionFailure("sketch") }
  /// Files of `queries/`, such as `reports/monthly-by-service.sql`, sorted by path.
  package static var queries: [(name: String, text: String)] { preconditionFailure("sketch") }
}
