import Columns
import SQL
import Synchronization

/// Resolves the names and types of one statement.
///
/// Read on: ``bindQuery(_:_:_:)`` here, SELECT in `Binder+Select`, FROM in `Binder+From`, expressions
/// in `ExpressionBinder`.
final class Binder {
  let planner: Planner
  let numbering = Numbering()
  /// Views being expanded, outermost first.
  var viewStack: [String] = []
  /// Views that were expanded before: a second use shares the first one's plan.
  var expandedViews: [String: CommonTableBinding] = [:]
  /// Where each column was last named, for messages about it.
  var places: [ColumnReference: SourceRange] = [:]
  /// The name that was used there, which may be an alias.
  var spellings: [ColumnReference: String] = [:]

  init(_ planner: Planner) {
    self.planner = planner
  }

  func newColumn(_ name: String, _ type: DataType) -> ColumnReference {
    ColumnReference(id: numbering.next(), name: name, type: type)
  }

  /// How deep queries, joins and set operations may stand inside each other.
  private static let nestingLimit = 400
  private var nesting = 0

  /// Runs `body` one level deeper.
  func nested<Result>(at range: SourceRange?, _ body: () throws -> Result) throws -> Result {
    guard nesting < Self.nestingLimit else {
      throw SQLError(
        "queries, joins and set operations are nested more than \(Self.nestingLimit) deep",
        at: range)
    }
    nesting += 1
    defer { nesting -= 1 }
    return try body()
  }

  /// A query with its WITH clause, set operations, ORDER BY and LIMIT.
  ///
  /// `outer` is the scope of the query around, for correlated subqueries.
  func bindQuery(_ query: Query, _ environment: Environment, outer: Scope?) throws -> BoundRelation
  {
    var environment = environment
    var own: Set<String> = []
    for table in query.with {
      let name = table.name.text.lowercased()
      guard own.insert(name).inserted else {
        throw SQLError("WITH names '\(table.name.text)' twice", at: table.name.range)
      }
      environment.commonTables[name] = try bindCommonTable(
        table, isRecursive: query.isRecursive, environment, outer: outer)
    }
    var relation = try bindBody(query.body, orderBy: query.orderBy, environment, outer: outer)
    let offset = try query.offset.map { try bindCount($0, clause: "OFFSET", environment) } ?? 0
    let limit = try query.limit.map { try bindCount($0, clause: "LIMIT", environment) }
    if query.withTies, let limit {
      relation.plan = try withTies(relation.plan, offset: offset, count: limit, at: query.range)
    } else if offset > 0 || limit != nil {
      relation.plan = .limit(relation.plan, offset: offset, count: limit)
    }
    return relation
  }

  private func bindBody(
    _ body: QueryBody, orderBy: [SortItem], _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation {
    switch body {
    case .select(let select):
      return try bindSelect(select, orderBy: orderBy, environment, outer: outer)
    case .values(let rows, let range):
      let relation = try bindValues(rows, at: range, environment, outer: outer)
      return try sorted(relation, by: orderBy, environment, outer: outer)
    case .setOperation(_, _, _, _, let range):
      let relation = try nested(at: range) {
        try bindSetOperation(body, environment, outer: outer)
      }
      return try sorted(relation, by: orderBy, environment, outer: outer)
    case .nested(let query):
      let relation = try nested(at: query.range) {
        try bindQuery(query, environment, outer: outer)
      }
      return try sorted(relation, by: orderBy, environment, outer: outer)
    case .table(let name):
      let item = try bindNamed(name, version: nil, alias: nil, environment, outer: outer)
      let relation = BoundRelation(
        plan: item.plan,
        columns: item.columns.compactMap { column in
          guard !column.isHidden, case .column(let reference) = column.expression else {
            return nil
          }
          return ResultColumn(name: column.name, reference: reference)
        })
      return try sorted(relation, by: orderBy, environment, outer: outer)
    }
  }

  /// A query body without ORDER BY: an operand of a set operation.
  func bindOperand(_ body: QueryBody, _ environment: Environment, outer: Scope?) throws
    -> BoundRelation
  {
    try bindBody(body, orderBy: [], environment, outer: outer)
  }

  /// ORDER BY over finished rows: ordinals, output names, expressions over them.
  private func sorted(
    _ relation: BoundRelation, by items: [SortItem], _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation {
    guard !items.isEmpty else { return relation }
    let scope = Scope(
      relations: [ScopeRelation(names: [], isAlias: false)],
      columns: relation.columns.map {
        ScopeColumn(name: $0.name, relation: 0, expression: .column($0.reference))
      }, parent: outer, environment: environment)
    let binder = ExpressionBinder(self, scope, clause: .orderBy)
    let keys = try items.map { item -> SortKey in
      let expression: Expression
      if let position = try ordinal(item.expression, of: relation.columns.count, in: "ORDER BY") {
        expression = .column(relation.columns[position].reference)
      } else {
        expression = try binder.bind(item.expression)
      }
      return try sortKey(expression, item)
    }
    return BoundRelation(plan: .sort(relation.plan, keys), columns: relation.columns)
  }

  func sortKey(_ expression: Expression, _ item: SortItem) throws -> SortKey {
    guard expression.type.isOrderable else {
      throw SQLError(
        "cannot sort by \(expression.type)", at: item.expression.range)
    }
    return SortKey(
      expression: expression, isDescending: item.isDescending, nullsFirst: item.nullsFirst ?? false)
  }

  /// The position, from 0, that an integer literal in GROUP BY or ORDER BY names.
  func ordinal(_ expression: ExpressionSyntax, of count: Int, in clause: String) throws -> Int? {
    guard case .integer(let digits) = expression.kind else { return nil }
    guard let number = Int(digits), (1...max(count, 1)).contains(number), count > 0 else {
      throw SQLError(
        "\(clause) position \(digits) is not in the select list of \(count) columns",
        at: expression.range)
    }
    return number - 1
  }

  /// LIMIT, OFFSET: a constant of zero or more.
  private func bindCount(
    _ expression: ExpressionSyntax, clause: String, _ environment: Environment
  ) throws -> Int {
    let value = try constant(expression, environment)
    guard value.type.isInteger, let count = value.value.int64, count >= 0 else {
      throw SQLError("\(clause) takes a whole number of zero or more", at: expression.range)
    }
    return Int(count)
  }

  /// The value of an expression that names no column.
  func constant(_ expression: ExpressionSyntax, _ environment: Environment = Environment()) throws
    -> TypedValue
  {
    let scope = Scope(relations: [], columns: [], parent: nil, environment: environment)
    let bound = try ExpressionBinder(self, scope, clause: .constant).bind(expression)
    return TypedValue(try value(of: bound, at: expression.range), bound.type)
  }

  /// The value of a bound expression without columns.
  func value(of expression: Expression, at range: SourceRange) throws -> Value {
    if case .literal(let value, _) = expression { return value }
    guard expression.columns.isEmpty else {
      throw SQLError("expected a constant", at: range)
    }
    do {
      return try planner.evaluate(expression)
    } catch {
      throw SQLError(Self.message(of: error), at: range)
    }
  }

  /// VALUES: columns are named `_col0`, `_col1`, …
  private func bindValues(
    _ rows: [ExpressionSyntax], at range: SourceRange, _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation {
    let scope = Scope(relations: [], columns: [], parent: outer, environment: environment)
    let subqueries = SubqueryCollector()
    let binder = ExpressionBinder(self, scope, clause: .values, subqueries: subqueries)
    var types: [DataType] = []
    var bound: [[Expression]] = []
    bound.reserveCapacity(rows.count)
    for row in rows {
      var cells = [row]
      if case .row(let items) = row.kind { cells = items }
      guard bound.isEmpty || cells.count == types.count else {
        throw SQLError(
          "VALUES rows differ in length: expected \(types.count) columns, found \(cells.count)",
          at: row.range)
      }
      let expressions = try cells.map { try binder.bind($0) }
      if bound.isEmpty {
        types = expressions.map(\.type)
      } else {
        for (column, expression) in expressions.enumerated() where expression.type != types[column]
        {
          guard let common = FixedLengths.commonResult(types[column], expression.type) else {
            throw SQLError(
              "VALUES column \(column + 1) is \(types[column]), but here \(expression.type)",
              at: cells[column].range)
          }
          types[column] = common
        }
      }
      bound.append(expressions)
    }
    guard subqueries.joins.isEmpty else {
      return try bindComputedValues(rows, at: range, environment, outer: outer)
    }
    let outputs = types.enumerated().map { newColumn("_col\($0.offset)", $0.element) }
    let coerced = bound.map { row in zip(row, types).map { $0.coerced(to: $1) } }
    return BoundRelation(
      plan: .values(outputs, rows: coerced),
      columns: outputs.map { ResultColumn(name: $0.name, reference: $0) })
  }

  /// VALUES with subqueries: `VALUES (SELECT 1), 2` is `SELECT (SELECT 1) UNION ALL SELECT 2`.
  private func bindComputedValues(
    _ rows: [ExpressionSyntax], at range: SourceRange, _ environment: Environment, outer: Scope?
  ) throws -> BoundRelation {
    let relations = try rows.map { row in
      var cells = [row]
      if case .row(let items) = row.kind { cells = items }
      let select = Select(
        isDistinct: false, items: cells.map { .expression($0, alias: nil) }, from: nil,
        condition: nil, groupBy: nil, having: nil, windows: [], range: row.range)
      return try bindSelect(select, orderBy: [], environment, outer: outer)
    }
    var relation = relations.count == 1 ? relations[0] : try unionAll(relations, at: range)
    relation.columns = relation.columns.enumerated().map {
      ResultColumn(name: "_col\($0)", reference: $1.reference)
    }
    return relation
  }
}

/// Hands out column numbers: unique in the process, so that plans can be rewritten and joined together
/// without asking which numbers they hold.
struct Numbering {
  private static let last = Atomic<Int>(0)

  func next() -> Int { Self.last.add(1, ordering: .relaxed).newValue }
}
