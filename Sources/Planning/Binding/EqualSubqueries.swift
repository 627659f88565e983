import Columns

/// The subqueries of one SELECT that compute the same, so that `GROUP BY a IN (SELECT …)` groups by what
/// the select list and ORDER BY write once more.
///
/// Each subquery is joined by itself, and its columns have numbers of their own; here is told which columns
/// stand for one value.
final class EqualSubqueries {
  /// The columns of the first join of each kind, by what it computes.
  private var known: [[PlanToken]: [ColumnReference]] = [:]
  private var first: [ColumnReference: ColumnReference] = [:]

  /// Takes note of joins; each may name columns of those before it.
  func add(_ joins: some Sequence<PendingJoin>) {
    for var pending in joins {
      pending.mapLeftSides(canonical)
      guard let tokens = PlanTokenWriter.tokens(of: pending) else { continue }
      let columns = pending.newColumns
      guard let same = known[tokens] else {
        known[tokens] = columns
        continue
      }
      for (column, other) in zip(columns, same) { first[column] = other }
    }
  }

  /// The expression over the first of the columns that stand for one value.
  func canonical(_ expression: Expression) -> Expression {
    first.isEmpty
      ? expression : expression.replacingColumns { first[$0].map { .column($0) } }
  }
}
