import Columns
import SQL

/// The outer rows that a dependent subquery is computed for: the distinct values of the columns that
/// it names of the query around it.
///
/// The outer plan is not there yet when the subquery is bound, so a ``marker`` stands for these rows
/// until ``PendingJoin/joined(to:_:)`` puts them in.
struct Domain {
  let id: Int
  /// What the subquery reads in place of the outer columns.
  let columns: [ColumnReference]
  /// What each of the columns is, over the outer plan.
  var sources: [Expression]

  init(_ outer: [ColumnReference], _ binder: Binder) {
    id = binder.numbering.next()
    columns = outer.map { binder.newColumn($0.name, $0.type) }
    sources = outer.map { .column($0) }
  }

  /// Stands for the domain's rows.
  var marker: LogicalPlan { .recursiveReference(id: id, outputs: columns) }

  /// Outer rows and the rows of the subquery that belong to them, NULL belonging to NULL.
  var equalities: [Join.Equality] {
    zip(sources, columns).map {
      Join.Equality(left: $0, right: .column($1), isNullSafe: true)
    }
  }

  /// The domain's rows over an outer plan that is computed once.
  func rows(of outer: SharedPlan, _ numbering: Numbering) -> LogicalPlan {
    let copies = outer.columns.map {
      ColumnReference(id: numbering.next(), name: $0.name, type: $0.type)
    }
    let names = Dictionary(zip(outer.columns, copies), uniquingKeysWith: { first, _ in first })
    let values = zip(columns, sources).map { column, source in
      Projection(
        output: column, expression: source.replacingColumns { names[$0].map { .column($0) } })
    }
    return .aggregate(
      .project(.shared(outer, outputs: copies), values),
      Aggregation(
        keys: columns.map { Projection(output: $0, expression: .column($0)) }, aggregates: []))
  }
}

/// A subquery's join that waits for its left side.
struct PendingJoin {
  var join: Join
  /// What the right side needs of the left one; nil where it can be computed by itself.
  var domain: Domain?

  init(_ join: Join, _ domain: Domain? = nil) {
    self.join = join
    self.domain = domain
  }

  /// What the join names of the query around it.
  var outerColumns: Set<ColumnReference> {
    var named: Set<ColumnReference> = []
    for equality in join.equalities { equality.left.collectColumns(into: &named) }
    join.residual?.collectColumns(into: &named)
    for source in domain?.sources ?? [] { source.collectColumns(into: &named) }
    return named.subtracting(join.right.outputs)
  }

  /// What the join adds to the rows on its left.
  var newColumns: [ColumnReference] { join.mark.map { [$0] } ?? join.right.outputs }

  func joined(to left: LogicalPlan, _ numbering: Numbering) -> LogicalPlan {
    var result = join
    result.left = left
    if let domain {
      let outer = SharedPlan(
        id: numbering.next(), name: "outer query", plan: left, columns: left.outputs)
      let rows = domain.rows(of: outer, numbering)
      let known = SharedPlan(
        id: numbering.next(), name: "outer values", plan: rows, columns: domain.columns)
      result.left = .shared(outer, outputs: outer.columns)
      result.right = join.right.replacing(domain.id, by: known)
    }
    return .join(result)
  }

  /// Rewrites what the join compares: after grouping, keys stand for the expressions they group by.
  mutating func mapLeftSides(_ transform: (Expression) throws -> Expression) rethrows {
    join.equalities = try join.equalities.map {
      try $0.mapSides(left: transform, right: { $0 })
    }
    join.residual = try join.residual.map(transform)
    if let sources = domain?.sources { domain?.sources = try sources.map(transform) }
  }
}

extension LogicalPlan {
  /// The plan reading a shared one wherever it refers to rows of that number.
  fileprivate func replacing(_ id: Int, by shared: SharedPlan) -> LogicalPlan {
    func replaced(_ plan: LogicalPlan) -> LogicalPlan {
      if case .recursiveReference(id, let outputs) = plan {
        return .shared(shared, outputs: outputs)
      }
      return plan.mapInputs(replaced)
    }
    return SharedPlans.map(self, replaced)
  }
}
