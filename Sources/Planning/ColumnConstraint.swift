package import Columns
import Kernels
import SQL

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
  package var constraints: [ColumnConstraint] { filters.flatMap(\.columnConstraints) }

  /// The filters that look at partition columns alone: exact for a whole file, whatever their form.
  package var partitionFilters: [Expression] {
    let partitions = Set(
      columns.filter { table.partitionColumns.contains($0.position) }.map(\.reference))
    return filters.filter { filter in
      let columns = filter.columns
      return !columns.isEmpty && columns.isSubset(of: partitions) && filter.isDeterministic
    }
  }
}

extension Expression {
  /// What the condition demands of single columns; empty if nothing simple can be said.
  package var columnConstraints: [ColumnConstraint] {
    switch self {
    case .and(let operands): return operands.flatMap(\.columnConstraints)
    case .or(let operands): return ConstraintUnion.of(operands.map(\.columnConstraints))
    case .compare(let operation, .column(let column), .literal(let value, _)):
      return ConstraintUnion.comparison(operation, column, value)
    case .compare(let operation, .literal(let value, _), .column(let column)):
      return ConstraintUnion.comparison(operation.mirrored, column, value)
    case .inValues(.column(let column), let values, _):
      return [ColumnConstraint(column: column, test: .oneOf(values))]
    case .like(.column(let column), let pattern, let escape):
      return ConstraintUnion.prefix(column, pattern, escape)
    case .isNull(.column(let column)): return [ColumnConstraint(column: column, test: .isNull)]
    case .not(.isNull(.column(let column))):
      return [ColumnConstraint(column: column, test: .isNotNull)]
    case .column(let column) where column.type == .boolean:
      return [ColumnConstraint(column: column, test: .oneOf([.boolean(true)]))]
    default: return []
    }
  }
}

/// Constraints of single comparisons, and of conditions of which one must hold.
private enum ConstraintUnion {
  static func comparison(
    _ operation: ComparisonOperator, _ column: ColumnReference, _ value: Value
  ) -> [ColumnConstraint] {
    if value.isNull { return [] }
    if case .double(let number) = value, number.isNaN { return [] }
    switch operation {
    case .equal: return [ColumnConstraint(column: column, test: .oneOf([value]))]
    case .notEqual: return [ColumnConstraint(column: column, test: .isNotNull)]
    case .less, .lessOrEqual:
      return [ColumnConstraint(column: column, test: .range(lower: nil, upper: value))]
    case .greater, .greaterOrEqual:
      return [ColumnConstraint(column: column, test: .range(lower: value, upper: nil))]
    }
  }

  /// `LIKE 'abc%'`: texts from `abc` up to the text after all that begin so.
  static func prefix(_ column: ColumnReference, _ pattern: [UInt8], _ escape: UInt8?)
    -> [ColumnConstraint]
  {
    let wildcards: Set<UInt8> = [UInt8(ascii: "%"), UInt8(ascii: "_")]
    let prefix = Array(pattern.prefix { !wildcards.contains($0) && $0 != escape })
    guard !prefix.isEmpty, column.type == .varchar else {
      return [ColumnConstraint(column: column, test: .isNotNull)]
    }
    guard prefix.count < pattern.count else {
      return [ColumnConstraint(column: column, test: .oneOf([.bytes(prefix)]))]
    }
    var next = prefix
    while let last = next.last, last == 0xFF { next.removeLast() }
    if let last = next.last { next[next.count - 1] = last + 1 }
    return [
      ColumnConstraint(
        column: column,
        test: .range(lower: .bytes(prefix), upper: next.isEmpty ? nil : .bytes(next)))
    ]
  }

  /// What holds whichever of the branches holds.
  static func of(_ branches: [[ColumnConstraint]]) -> [ColumnConstraint] {
    guard let first = branches.first else { return [] }
    var result: [ColumnConstraint] = []
    var seen: Set<ColumnReference> = []
    for column in first.map(\.column) where seen.insert(column).inserted {
      var total: ColumnConstraint.Test?
      var isBounded = true
      for branch in branches {
        guard let test = strongest(branch.filter { $0.column == column }.map(\.test)) else {
          isBounded = false
          break
        }
        guard let before = total else {
          total = test
          continue
        }
        guard let union = union(before, test) else {
          isBounded = false
          break
        }
        total = union
      }
      if isBounded, let total { result.append(ColumnConstraint(column: column, test: total)) }
    }
    return result
  }

  /// One test that says most of what several on one column say: a list if there is one, else the
  /// overlap of the ranges.
  private static func strongest(_ tests: [ColumnConstraint.Test]) -> ColumnConstraint.Test? {
    var range: (lower: Value?, upper: Value?)?
    for test in tests {
      switch test {
      case .oneOf, .isNull: return test
      case .isNotNull: if range == nil { range = (nil, nil) }
      case .range(let lower, let upper):
        let known = range ?? (nil, nil)
        range = (
          extreme(known.lower, lower, takeGreater: true),
          extreme(known.upper, upper, takeGreater: false)
        )
      }
    }
    return range.map { .range(lower: $0.lower, upper: $0.upper) }
  }

  /// The narrower of two bounds, nil being none at all.
  private static func extreme(_ a: Value?, _ b: Value?, takeGreater: Bool) -> Value? {
    guard let a else { return b }
    guard let b else { return a }
    return isLess(a, b) == takeGreater ? b : a
  }

  private static func union(_ a: ColumnConstraint.Test, _ b: ColumnConstraint.Test)
    -> ColumnConstraint.Test?
  {
    switch (a, b) {
    case (.isNull, .isNull): return .isNull
    case (.isNull, _), (_, .isNull): return nil
    case (.oneOf(let x), .oneOf(let y)):
      var seen: Set<Value> = []
      return .oneOf((x + y).filter { seen.insert($0).inserted })
    default:
      let (x, y) = (bounds(a), bounds(b))
      var lower: Value?
      var upper: Value?
      if let p = x.lower, let q = y.lower { lower = isLess(p, q) ? p : q }
      if let p = x.upper, let q = y.upper { upper = isLess(p, q) ? q : p }
      return .range(lower: lower, upper: upper)
    }
  }

  private static func bounds(_ test: ColumnConstraint.Test) -> (lower: Value?, upper: Value?) {
    switch test {
    case .range(let lower, let upper): (lower, upper)
    case .oneOf(let values): (values.min(by: isLess), values.max(by: isLess))
    case .isNull, .isNotNull: (nil, nil)
    }
  }

  /// The order of two values of one type, bytes by bytes for text.
  private static func isLess(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.int64(let x), .int64(let y)): x < y
    case (.double(let x), .double(let y)): x < y
    case (.decimal(let x), .decimal(let y)): x < y
    case (.bytes(let x), .bytes(let y)): x.lexicographicallyPrecedes(y)
    case (.boolean(let x), .boolean(let y)): !x && y
    default: false
    }
  }
}
