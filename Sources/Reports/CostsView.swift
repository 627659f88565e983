package import Columns

/// The view `costs`: one row per charge over all cost tables, with FOCUS column names.
package enum CostsView {
  /// The view's SQL for the cost tables that exist.
  package static func statement(
    catalog: ReportCatalog, tables: [(name: String, schema: Schema)]
  ) -> String { preconditionFailure("sketch") }
}
