package import Columns
import Kernels
import SQL

/// What a table knows of one of its columns without reading it; nil for what it does not know.
package struct ColumnSpread: Sendable {
  package var lower: Value?
  package var upper: Value?
  /// Distinct values, not counting NULL.
  package var distinctCount: Int?

  package init(lower: Value? = nil, upper: Value? = nil, distinctCount: Int? = nil) {
    self.lower = lower
    self.upper = upper
    self.distinctCount = distinctCount
  }
}

/// Rough numbers of rows, from the tables' statistics and rules of thumb.
///
/// Shared plans are looked at once each, however often they are named.
package final class RowEstimates {
  private var shared: [Int: Double] = [:]
  private var spreads: [ColumnReference: ColumnSpread] = [:]

  package init() {}

  /// Rows that the plan puts out, at least 0.
  package func rows(of plan: LogicalPlan) -> Double {
    switch plan {
    case .scan(let scan): return rows(of: scan)
    case .values(_, let rows): return Double(rows.count)
    case .filter(let input, let condition):
      return remaining(rows(of: input), condition.conjuncts, over: input)
    case .project(let input, _), .window(let input, _), .sort(let input, _):
      return rows(of: input)
    case .aggregate(let input, let aggregation): return rows(of: aggregation, over: input)
    case .join(let join):
      return rows(of: join, left: rows(of: join.left), right: rows(of: join.right))
    case .limit(let input, _, let count):
      return min(rows(of: input), Double(count ?? .max))
    case .unionAll(let inputs, _, _): return inputs.reduce(0) { $0 + rows(of: $1) }
    case .setOperation(let operation):
      let left = rows(of: operation.left)
      return operation.kind == .intersect ? min(left, rows(of: operation.right)) : left
    case .unnest(let input, _): return rows(of: input) * 3
    case .singleRow: return 1
    case .shared(let plan, _):
      if let known = shared[plan.id] { return known }
      let count = rows(of: plan.plan)
      shared[plan.id] = count
      return count
    case .recursive(let recursion): return rows(of: recursion.base) * 10
    case .recursiveReference: return 1000
    case .sample(let input, let percent): return rows(of: input) * percent / 100
    }
  }

  /// Rows of a join whose sides have so many.
  package func rows(of join: Join, left: Double, right: Double) -> Double {
    switch join.kind {
    case .mark: return left
    case .semi, .anti, .nullAwareAnti: return max(min(left, 1), left / 2)
    case .inner, .left, .right, .full:
      var matching = left * right
      // Later keys say little that the first ones did not.
      for (position, equality) in join.equalities.prefix(3).enumerated() {
        // The values that a side had before its conditions: those left are found in as small a part of the
        // other side's rows.
        let a = distinctValues(of: equality.left, in: join.left, rows: .infinity)
        let b = distinctValues(of: equality.right, in: join.right, rows: .infinity)
        // One side's values are most likely all different, and all there before its conditions.
        let fewer = max(1, min(unconditionedRows(of: join.left), unconditionedRows(of: join.right)))
        let factor = max(a ?? min(fewer, b ?? fewer), b ?? min(fewer, a ?? fewer), 1)
        matching /= position == 0 ? factor : factor.squareRoot()
      }
      if join.residual != nil { matching /= 3 }
      switch join.kind {
      case .left: return max(matching, left)
      case .right: return max(matching, right)
      case .full: return max(matching, left + right)
      case .inner, .semi, .anti, .nullAwareAnti, .mark: return max(matching, min(left, right, 1))
      }
    }
  }

  /// Rows that a plan of a table would put out without conditions.
  private func unconditionedRows(of plan: LogicalPlan) -> Double {
    switch plan {
    case .scan(let scan): scan.table.estimatedRowCount.map(Double.init) ?? 1_000_000
    case .filter(let input, _), .project(let input, _), .sort(let input, _), .window(let input, _):
      unconditionedRows(of: input)
    case .join(let join):
      max(unconditionedRows(of: join.left), unconditionedRows(of: join.right))
    case .values, .aggregate, .limit, .unionAll, .setOperation, .unnest, .singleRow, .shared,
      .recursive, .recursiveReference, .sample:
      rows(of: plan)
    }
  }

  private func rows(of scan: Scan) -> Double {
    let table = scan.table
    guard let total = table.estimatedRowCount else {
      return remaining(1_000_000, scan.filters, over: .scan(scan))
    }
    guard !scan.filters.isEmpty else { return Double(total) }
    // Files that cannot match are told apart exactly, so conditions on what they have constant count there.
    let kept = table.estimatedRowCount(scan.columns, scan.filters)
    let constants = Set(
      scan.columns.filter { table.partitionColumns.contains($0.position) }.map(\.reference))
    let open = scan.filters.filter {
      kept == nil || $0.columns.isEmpty || !$0.columns.isSubset(of: constants)
    }
    return remaining(Double(kept ?? total), open, over: .scan(scan))
  }

  private func rows(of aggregation: Aggregation, over input: LogicalPlan) -> Double {
    guard !aggregation.keys.isEmpty else { return 1 }
    let below = rows(of: input)
    var groups = 1.0
    var isKnown = true
    for key in aggregation.keys {
      guard let count = distinctValues(of: key.expression, in: input, rows: below) else {
        isKnown = false
        continue
      }
      groups *= count
    }
    let sets = Double(aggregation.groupingSets?.count ?? 1)
    let bound = isKnown ? min(groups, below) : min(below, max(groups, below / 10))
    return max(min(below, 1), bound) * sets
  }

  /// Distinct values of an expression over a plan's rows; nil where nothing tells.
  private func distinctValues(of expression: Expression, in plan: LogicalPlan, rows: Double)
    -> Double?
  {
    switch expression {
    case .literal: return 1
    case .isNull, .compare, .like, .not, .and, .or: return 2
    case .cast(let inner, _, _), .negate(let inner):
      return distinctValues(of: inner, in: plan, rows: rows)
    case .coalesce(let operands, _) where operands.count == 2 && operands[1].columns.isEmpty:
      return distinctValues(of: operands[0], in: plan, rows: rows)
    case .column(let column):
      guard let count = distinctValues(of: column, in: plan) else { return nil }
      return min(count, max(1, rows))
    default: return nil
    }
  }

  private func distinctValues(of column: ColumnReference, in plan: LogicalPlan) -> Double? {
    switch plan {
    case .scan(let scan):
      let rows = scan.table.estimatedRowCount.map { Double(max(1, $0)) } ?? .infinity
      return spread(of: column, in: scan).flatMap(Self.distinctValues).map { min($0, rows) }
    case .values(_, let rows): return Double(max(1, rows.count))
    case .project(let input, let projections):
      guard let made = projections.first(where: { $0.output == column }) else { return nil }
      return distinctValues(of: made.expression, in: input, rows: .infinity)
    case .filter(let input, _), .sort(let input, _), .limit(let input, _, _),
      .sample(let input, _), .singleRow(let input), .window(let input, _), .unnest(let input, _):
      return distinctValues(of: column, in: input)
    case .aggregate(let input, let aggregation):
      guard let key = aggregation.keys.first(where: { $0.output == column }) else { return nil }
      let known = distinctValues(of: key.expression, in: input, rows: .infinity)
      // A single key is distinct by itself.
      return known ?? (aggregation.keys.count == 1 ? rows(of: plan) : nil)
    case .join(let join):
      return distinctValues(of: column, in: join.left)
        ?? distinctValues(of: column, in: join.right)
    case .unionAll, .setOperation, .shared, .recursive, .recursiveReference: return nil
    }
  }

  private func spread(of column: ColumnReference, in scan: Scan) -> ColumnSpread? {
    if let known = spreads[column] { return known }
    guard let place = scan.columns.first(where: { $0.reference == column }) else { return nil }
    let spread = scan.table.spread(of: place.position) ?? ColumnSpread()
    spreads[column] = spread
    return spread
  }

  /// Whole numbers and days cannot have more values than lie between their bounds.
  private static func distinctValues(of spread: ColumnSpread) -> Double? {
    if let count = spread.distinctCount { return Double(max(1, count)) }
    guard case .int64(let lower)? = spread.lower, case .int64(let upper)? = spread.upper,
      lower <= upper
    else { return nil }
    return Double(upper) - Double(lower) + 1
  }

  // MARK: Conditions

  private func remaining(_ rows: Double, _ conditions: [Expression], over plan: LogicalPlan)
    -> Double
  {
    guard rows > 0 else { return 0 }
    return max(min(rows, 1), conditions.reduce(rows) { $0 * selectivity($1, over: plan) })
  }

  private func selectivity(_ condition: Expression, over plan: LogicalPlan) -> Double {
    switch condition {
    case .literal(.boolean(true), _): return 1
    case .literal: return 0
    case .compare(.equal, .column(let column), .literal),
      .compare(.equal, .literal, .column(let column)):
      return distinctValues(of: column, in: plan).map { 1 / max($0, 1) } ?? 0.1
    case .compare(.equal, _, _): return 0.1
    case .compare(.notEqual, _, _): return 0.9
    case .compare(let operation, .column(let column), .literal(let value, _)):
      return share(operation, column, value, over: plan) ?? 0.4
    case .compare(let operation, .literal(let value, _), .column(let column)):
      return share(operation.mirrored, column, value, over: plan) ?? 0.4
    case .compare: return 0.4
    case .inValues(.column(let column), let values, _):
      guard let count = distinctValues(of: column, in: plan) else {
        return min(0.5, 0.1 * Double(values.count))
      }
      return min(1, Double(values.count) / max(count, 1))
    case .inValues(_, let values, _): return min(0.5, 0.1 * Double(values.count))
    case .isNull: return 0.1
    case .like: return 0.25
    case .not(let inner): return max(0.05, 1 - selectivity(inner, over: plan))
    case .and(let operands):
      return operands.reduce(1) { $0 * selectivity($1, over: plan) }
    case .or(let operands):
      return min(1, operands.prefix(16).reduce(0) { $0 + selectivity($1, over: plan) })
    default: return 0.5
    }
  }

  /// How much of a column's range a comparison leaves.
  private func share(
    _ operation: ComparisonOperator, _ column: ColumnReference, _ value: Value,
    over plan: LogicalPlan
  ) -> Double? {
    guard case .scan(let scan) = plan, let spread = spread(of: column, in: scan),
      let lower = spread.lower?.estimate, let upper = spread.upper?.estimate,
      let bound = value.estimate, upper > lower
    else { return nil }
    let below = min(1, max(0, (bound - lower) / (upper - lower)))
    return operation == .less || operation == .lessOrEqual ? below : 1 - below
  }
}

extension Value {
  fileprivate var estimate: Double? {
    switch self {
    case .int64(let number): Double(number)
    case .double(let number): number.isNaN ? nil : number
    case .decimal(let number): Double(number)
    case .null, .boolean, .bytes, .array, .map, .row: nil
    }
  }
}
