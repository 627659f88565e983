package import Columns
package import SQL

/// What a name in FROM can stand for.
package enum CatalogEntry: Sendable {
  case table(any PlannedTable)
  /// A view: its query, bound in the default scope, columns renamed to `columns` where given.
  case view(name: String, query: Query, text: String)
}

/// Where the binder looks names up. Implemented by Warehouse.
package protocol Catalog: Sendable {
  /// The table or view of that name: one to three parts, as written.
  ///
  /// - Throws: `SQLError` when there is none, with names that were probably meant; whatever opening
  ///   the table throws.
  func entry(_ name: QualifiedName, version: ResolvedVersion?) throws -> CatalogEntry

  /// A file, glob or folder as a table; only those with a Delta log have versions.
  func file(
    _ path: String, version: ResolvedVersion?, at range: SourceRange
  ) throws -> any PlannedTable

  /// Columns that a table of that name is known to have in general though the stored one lacks them:
  /// they read as NULL, and `*` leaves them out.
  func declaredColumns(of table: any PlannedTable) -> Schema?
}

/// A table version whose expression has been evaluated.
package enum ResolvedVersion: Sendable, Hashable {
  case version(Int64)
  /// Microseconds since the epoch.
  case timestamp(Int64)
}
