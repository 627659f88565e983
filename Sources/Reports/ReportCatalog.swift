package import Columns

/// The kinds of reports that are known: the embedded files of `schemas/` and those a user adds.
package struct ReportCatalog: Sendable {
  package let kinds: [ReportKind]

  /// The kinds that come with the program.
  ///
  /// - Throws: `FormatError` when a schema file is damaged.
  package static func standard() throws -> ReportCatalog { preconditionFailure("sketch") }

  /// The kind of that name.
  package func kind(named name: String) -> ReportKind? { preconditionFailure("sketch") }

  /// Columns that tables have in general, for `Warehouse.Configuration.declaredTables`.
  package var declaredTables: [String: Schema] { preconditionFailure("sketch") }
}
