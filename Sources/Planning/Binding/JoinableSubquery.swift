import Columns
import SQL

/// A subquery as the right side of a join with the query around it.
struct JoinableSubquery {
  var plan: LogicalPlan
  /// What ties its rows to those of the outer query, beside ``conditions``.
  var equalities: [Join.Equality] = []
  /// Conditions over the outer query's columns and the plan's.
  var conditions: [Expression] = []
  /// The outer values that the plan needs; nil where it needs none.
  var domain: Domain?
  /// What a column is, over the joined rows, where it is not just that column.
  var values: [ColumnReference: Expression] = [:]
  /// What a column is for outer rows without a row, where that is not NULL.
  var emptyValues: [ColumnReference: Expression] = [:]

  var isCorrelated: Bool { !equalities.isEmpty || !conditions.isEmpty }

  /// The join with the outer rows that the collector's owner will put on its left.
  func pending(
    _ kind: Join.Kind, comparing compared: [Join.Equality] = [], mark: ColumnReference? = nil
  ) -> PendingJoin {
    let inner = Set(plan.outputs)
    let outer = Set(conditions.flatMap(\.columns)).subtracting(inner)
    let split = JoinConditionSplit(conditions, left: outer, right: inner)
    return PendingJoin(
      Join(
        kind: kind, left: plan, right: plan,
        equalities: compared + equalities + split.equalities, residual: .conjunction(split.rest),
        mark: mark), domain)
  }
}

extension Binder {
  /// Takes a subquery apart into a plan that can be computed by itself and what ties it to the outer
  /// rows: conditions lifted out of it where that is enough, else the plan for all outer values.
  ///
  /// - Parameter outer: the columns of the query around that join this subquery; columns of queries
  ///   further out may stay in the plan.
  func joinable(
    _ plan: LogicalPlan, outer: Set<ColumnReference>, needsRowsOnly: Bool = false,
    isScalar: Bool = false, needsEveryRow: Bool = true, at range: SourceRange
  ) throws -> JoinableSubquery {
    let free = plan.freeColumns
    guard !free.isEmpty else { return JoinableSubquery(plan: plan) }
    do {
      var decorrelation = Decorrelation(self, outer: free, needsRowsOnly: needsRowsOnly)
      var lifted = try decorrelation.lift(plan)
      var values: [ColumnReference: Expression] = [:]
      if isScalar, !decorrelation.hasGlobalAggregate, !decorrelation.isLimitedToOne {
        // Rows that no outer row asks for may well be several, so the check waits for the join.
        let keys = try decorrelation.keysOfConditions()
        let check = try SingleRowCheck(plan.outputs, self, at: range)
        lifted = .aggregate(lifted, Aggregation(keys: keys, aggregates: check.aggregates))
        for output in check.outputs { values[output.output] = output.expression }
      }
      let empty = decorrelation.emptyValues.filter { !$0.value.isNullLiteral }
      if !isScalar, decorrelation.hasGlobalAggregate, needsEveryRow || !empty.isEmpty {
        throw Unliftable()
      }
      return JoinableSubquery(
        plan: lifted, conditions: decorrelation.conditions, values: values, emptyValues: empty)
    } catch is Unliftable {
      let named = free.intersection(outer).sorted { $0.id < $1.id }
      guard !named.isEmpty else { return JoinableSubquery(plan: plan) }
      let wanted = isScalar && !plan.hasAtMostOneRow ? LogicalPlan.singleRow(plan) : plan
      let domain = Domain(named, self)
      var dependent = DependentPlan(named, domain, self, at: range)
      return JoinableSubquery(
        plan: try dependent.push(wanted), equalities: domain.equalities, domain: domain)
    }
  }
}
