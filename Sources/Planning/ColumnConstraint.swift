package import Columns

/// What a filter demands of one column, in the plainest terms: for skipping files, row groups, pages.
///
/// A necessary condition: every row that passes the filter meets it, others may.
package struct ColumnConstraint: Hashable, Sendable {
  package let column: ColumnReference
  package let test: Test

  package enum Test: Hashable, Sendable {
    /// Inclusive bounds of the column's type, nil for open.
    case range(lower: Value?, upper: Value?)
    /// One of these values, none NULL.
    case oneOf([Value])
    case isNull
    case isNotNull
  }

  package init(column: ColumnReference, test: Test) {
    self.column = column
    self.test = test
  }
}

extension Scan {
  /// What the filters demand of single columns.
  package var constraints: [ColumnConstraint] { preconditionFailure("not yet") }

  /// The filters that look at partition columns alone: exact for a whole file, whatever their form.
  package var partitionFilters: [Expression] { preconditionFailure("not yet") }
}
