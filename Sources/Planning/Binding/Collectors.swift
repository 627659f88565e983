import Columns
import Kernels
import SQL

/// The aggregates of one grouped query, each computed once however often it is written.
final class AggregateCollector {
  private(set) var computations: [AggregateComputation] = []
  /// Subqueries inside arguments: joined before the rows are grouped.
  let inputSubqueries = SubqueryCollector()
  /// `grouping(…)` calls: which keys, and the column that stands for the number.
  private(set) var groupings: [(keys: [(SourceRange, Expression)], output: ColumnReference)] = []
  private var known: [Key: ColumnReference] = [:]

  private struct Key: Hashable {
    let name: String
    let overload: Int
    let arguments: [Expression]
    let isDistinct: Bool
    let filter: Expression?
    let orderBy: [SortKey]
  }

  var isEmpty: Bool { computations.isEmpty && groupings.isEmpty }

  func add(
    _ function: AggregateFunction, _ overload: Int, _ arguments: [Expression], type: DataType,
    isDistinct: Bool, filter: Expression?, orderBy: [SortKey], _ binder: Binder
  ) -> ColumnReference {
    let key = Key(
      name: function.name, overload: overload, arguments: arguments, isDistinct: isDistinct,
      filter: filter, orderBy: orderBy)
    if let output = known[key] { return output }
    let list = arguments.map(\.label).joined(separator: ", ")
    let isStar = arguments.isEmpty && function.name == "count"
    let label = function.name + "(\(isDistinct ? "DISTINCT " : "")\(isStar ? "*" : list))"
    let output = binder.newColumn(label, type)
    known[key] = output
    computations.append(
      AggregateComputation(
        output: output, function: function, overload: overload, arguments: arguments,
        isDistinct: isDistinct, filter: filter, orderBy: orderBy))
    return output
  }

  func grouping(_ keys: [(SourceRange, Expression)], _ binder: Binder) -> ColumnReference {
    let output = binder.newColumn("grouping", .bigint)
    groupings.append((keys, output))
    return output
  }
}

/// The window functions of one SELECT, and its named windows.
final class WindowCollector {
  var computations: [WindowComputation] = []
  private let named: [String: WindowSyntax]

  init(_ windows: [NamedWindow]) throws {
    var named: [String: WindowSyntax] = [:]
    for window in windows {
      guard named.updateValue(window.window, forKey: window.name.text.lowercased()) == nil else {
        throw SQLError("WINDOW names '\(window.name.text)' twice", at: window.name.range)
      }
    }
    self.named = named
  }

  /// A window with what it takes over from the window it is based on.
  func resolve(_ reference: WindowReference, depth: Int = 0) throws -> WindowSyntax {
    let syntax: WindowSyntax
    switch reference {
    case .inline(let window): syntax = window
    case .named(let name):
      guard let window = named[name.text.lowercased()], depth <= named.count else {
        throw SQLError(
          "no window named '\(name.text)'"
            + Spelling.hint(for: name.text, among: named.keys.sorted()), at: name.range)
      }
      syntax = window
    }
    guard let baseName = syntax.base else { return syntax }
    var result = try resolve(.named(baseName), depth: depth + 1)
    guard syntax.partitionBy.isEmpty else {
      throw SQLError(
        "a window based on '\(baseName.text)' cannot partition anew", at: baseName.range)
    }
    if !syntax.orderBy.isEmpty { result.orderBy = syntax.orderBy }
    if syntax.frame != nil { result.frame = syntax.frame }
    result.base = nil
    return result
  }

  /// Window operators over `plan`: one for all functions of the same partitioning and order.
  func apply(to plan: LogicalPlan) -> LogicalPlan {
    struct Shape: Hashable {
      let partitionBy: [Expression]
      let orderBy: [SortKey]
    }
    var order: [Shape] = []
    var groups: [Shape: [WindowComputation]] = [:]
    for computation in computations {
      let shape = Shape(partitionBy: computation.partitionBy, orderBy: computation.orderBy)
      if groups[shape] == nil { order.append(shape) }
      groups[shape, default: []].append(computation)
    }
    return order.reduce(plan) { .window($0, groups[$1] ?? []) }
  }
}

/// The subqueries of one clause, as joins to put below the operator that uses their columns.
final class SubqueryCollector {
  var joins: [PendingJoin] = []

  func apply(to plan: LogicalPlan, _ numbering: Numbering) -> LogicalPlan {
    joins.reduce(plan) { $1.joined(to: $0, numbering) }
  }

  /// Rewrites what the joins compare: after grouping, keys stand for the expressions they group by.
  ///
  /// A join that nothing names any more goes: a key stands for its subquery, too.
  ///
  /// - Parameter wanted: what the expressions over the joins name.
  func mapLeftSides(
    wanted: Set<ColumnReference>, _ transform: (Expression) throws -> Expression
  ) rethrows {
    var wanted = wanted
    var kept: [PendingJoin] = []
    for var pending in joins.reversed() where !wanted.isDisjoint(with: pending.newColumns) {
      try pending.mapLeftSides(transform)
      wanted.formUnion(pending.outerColumns)
      kept.append(pending)
    }
    joins = kept.reversed()
  }
}
