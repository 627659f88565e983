import Columns
import SQL

/// GROUP BY of one SELECT: its keys, its grouping sets, and what expressions above it may name.
struct Grouping {
  private(set) var keys: [Expression] = []
  /// Positions of the keys present in each set; nil for one set of all keys.
  private(set) var sets: [[Int]]?
  /// Columns that stand for the keys above the aggregate, by position.
  private(set) var outputs: [ColumnReference] = []
  private var positions: [Expression: Int] = [:]
  private let equalSubqueries: EqualSubqueries

  /// The largest number of grouping sets, so that CUBE cannot fill the memory with plans.
  private static let setLimit = 2048

  /// - Parameters:
  ///   - scope: what the query groups.
  ///   - key: binds one element to the expressions that it groups by.
  init(
    _ syntax: GroupBy?, _ binder: Binder, _ equalSubqueries: EqualSubqueries, _ scope: Scope,
    at range: SourceRange, key: (ExpressionSyntax) throws -> [Expression]
  ) throws {
    self.equalSubqueries = equalSubqueries
    guard let syntax else { return }
    var choices: [[[Int]]] = []
    var isPlain = true
    for element in syntax.elements {
      switch element {
      case .expression(let expression):
        choices.append([try key(expression).map { add($0) }])
      case .rollup(let groups):
        isPlain = false
        let columns = try groups.map { try $0.flatMap { try key($0).map { add($0) } } }
        choices.append((0...columns.count).reversed().map { Array(columns[..<$0].joined()) })
      case .cube(let groups):
        isPlain = false
        guard groups.count <= 11 else {
          throw SQLError("CUBE takes at most 11 columns, found \(groups.count)", at: range)
        }
        let columns = try groups.map { try $0.flatMap { try key($0).map { add($0) } } }
        choices.append(
          (0..<(1 << columns.count)).reversed().map { bits in
            columns.indices.filter { bits >> (columns.count - 1 - $0) & 1 == 1 }.flatMap {
              columns[$0]
            }
          })
      case .groupingSets(let groups):
        isPlain = false
        choices.append(try groups.map { try $0.flatMap { try key($0).map { add($0) } } })
      }
    }
    if !isPlain { sets = try Self.combine(choices, isDistinct: syntax.isDistinct, at: range) }
    // `GROUP BY ()` is what an aggregate without GROUP BY is: one group, though there be no row.
    if keys.isEmpty, sets?.count == 1 { sets = nil }
    outputs = keys.map { expression in
      // A column of a query around is the same for all rows; what it is grouped to is of this query.
      if case .column(let column) = expression, isPlain, !scope.isOuter(column) { return column }
      return binder.newColumn(expression.label, expression.type)
    }
  }

  private mutating func add(_ expression: Expression) -> Int {
    let known = form(of: expression)
    if let position = positions[known] { return position }
    positions[known] = keys.count
    keys.append(expression)
    return keys.count - 1
  }

  /// Every choice of one set from each element, joined.
  private static func combine(_ choices: [[[Int]]], isDistinct: Bool, at range: SourceRange) throws
    -> [[Int]]
  {
    var sets: [[Int]] = [[]]
    for choice in choices {
      guard sets.count * choice.count <= setLimit else {
        throw SQLError("GROUP BY makes more than \(setLimit) grouping sets", at: range)
      }
      sets = sets.flatMap { set in choice.map { set + $0 } }
    }
    sets = sets.map { set in
      var seen: Set<Int> = []
      return set.filter { seen.insert($0).inserted }
    }
    guard isDistinct else { return sets }
    var seen: Set<Set<Int>> = []
    return sets.filter { seen.insert(Set($0)).inserted }
  }

  /// What equal expressions have in common.
  private func form(of expression: Expression) -> Expression {
    equalSubqueries.canonical(expression).numberingParameters
  }

  /// The position of the key that an expression is, nil if it is none.
  func position(of expression: Expression) -> Int? { positions[form(of: expression)] }

  /// The key column that stands for an expression above the aggregate.
  ///
  /// A literal stays itself, unless ROLLUP may turn its key into NULL.
  func output(for expression: Expression) -> ColumnReference? {
    if case .literal = expression, sets == nil { return nil }
    return position(of: expression).map { outputs[$0] }
  }

  /// `grouping(…)` of the keys: a bit for each, set where the key is absent, the first the highest.
  func groupingMask(of wanted: [Int], id: ColumnReference?) -> Expression {
    guard let sets, let id else { return .literal(.int64(0), .bigint) }
    let branches = sets.enumerated().map { number, set in
      var mask: Int64 = 0
      for position in wanted { mask = mask << 1 | (set.contains(position) ? 0 : 1) }
      return Expression.Branch(
        condition: .compare(.equal, .column(id), .literal(.int64(Int64(number)), .bigint)),
        result: .literal(.int64(mask), .bigint))
    }
    return .caseWhen(branches, otherwise: .literal(.null, .bigint), .bigint)
  }
}
