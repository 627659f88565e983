extension Parser {
  /// Whether a query begins here; one that begins with a parenthesis does not count.
  var startsQuery: Bool {
    at(.select) || at(.values) || at(.with) || (at(.table) && isName(peek(1)))
  }

  /// Whether what stands here goes on with a query that could have ended.
  var continuesQuery: Bool {
    switch token.keyword {
    case .union, .intersect, .except, .order: true
    case .limit, .offset, .fetch: peek(1).kind != .rightParenthesis && peek(1).kind != .comma
    default: false
    }
  }

  mutating func query() throws(SQLError) -> Query {
    let first = token
    let outer = try enter()
    var isRecursive = false
    var with: [CommonTable] = []
    if accept(.with) {
      isRecursive = accept(.recursive)
      repeat { with.append(try commonTable()) } while accept(.comma)
    }
    let body = try setOperations(after: nil)
    var query = try ending(of: body, from: first.range.start)
    query.with = with
    query.isRecursive = isRecursive
    try leave(outer)
    return query
  }

  /// Goes on with a query whose first term, in parentheses, has been read.
  mutating func query(after term: Query) throws(SQLError) -> Query {
    try ending(of: setOperations(after: bare(term)), from: term.range.start)
  }

  private mutating func commonTable() throws(SQLError) -> CommonTable {
    let name = try identifier()
    let columns = at(.leftParenthesis) ? try identifierList() : []
    try expect(.as)
    guard at(.leftParenthesis) else {
      throw unexpected("a query in parentheses")
    }
    return CommonTable(name: name, columns: columns, query: try parenthesizedQuery())
  }

  /// ORDER BY, OFFSET, and LIMIT or FETCH FIRST.
  private mutating func ending(
    of body: QueryBody, from start: Int
  ) throws(SQLError) -> Query {
    var query = Query(body: body, range: range(from: start))
    if accept(.order) {
      try expect(.by)
      query.orderBy = try sortItems()
      continuation = "',', ASC, DESC, NULLS or LIMIT"
    }
    if accept(.offset) {
      query.offset = try rowCount()
      if !accept(.row) { _ = accept(.rows) }
      continuation = nil
    }
    if accept(.limit) {
      if !accept(.all) { query.limit = try rowCount() }
      if at(.comma) {
        throw unexpected(
          "the end of the query", hint: "; write OFFSET with the first number before LIMIT")
      }
      continuation = nil
    } else if accept(.fetch) {
      query.limit = try fetchFirst()
      query.withTies = try ties(after: query.orderBy)
      continuation = nil
    }
    if at(.offset), query.offset == nil {
      throw unexpected(continuation ?? "the end of the query", hint: "; OFFSET goes before LIMIT")
    }
    query.range = range(from: start)
    return query
  }

  private mutating func rowCount() throws(SQLError) -> ExpressionSyntax {
    guard at(.integer) || at(.question) else { throw unexpected("a whole number") }
    return try postfixed()
  }

  private mutating func fetchFirst() throws(SQLError) -> ExpressionSyntax {
    guard accept(.first) || accept(.next) else { throw unexpected(oneOf: [.first, .next]) }
    let one = ExpressionSyntax(.integer("1"), token.range)
    let count = at(.row) || at(.rows) ? one : try rowCount()
    if case .integer(let digits) = count.kind, digits.allSatisfy({ $0 == "0" }) {
      throw SQLError("FETCH FIRST takes one row or more; LIMIT 0 takes none", at: count.range)
    }
    guard accept(.row) || accept(.rows) else { throw unexpected(oneOf: [.row, .rows]) }
    return count
  }

  /// `ONLY`, or `WITH TIES`, which needs an order.
  private mutating func ties(after order: [SortItem]) throws(SQLError) -> Bool {
    if accept(.only) { return false }
    let first = token
    guard accept(.with, .ties) else { throw unexpected("ONLY or WITH TIES") }
    guard !order.isEmpty else {
      throw SQLError("WITH TIES needs ORDER BY before it", at: range(from: first))
    }
    return true
  }

  mutating func sortItems() throws(SQLError) -> [SortItem] {
    var items: [SortItem] = []
    repeat {
      var item = SortItem(expression: try expression(), isDescending: false, nullsFirst: nil)
      if accept(.desc) { item.isDescending = true } else { _ = accept(.asc) }
      if accept(.nulls) {
        guard at(.first) || at(.last) else { throw unexpected(oneOf: [.first, .last]) }
        item.nullsFirst = at(.first)
        advance()
      }
      items.append(item)
    } while accept(.comma)
    return items
  }
}

// MARK: Set operations

extension Parser {
  /// UNION and EXCEPT, which bind equally, over INTERSECT, which binds more tightly.
  ///
  /// A run of one associative operator becomes a balanced tree: ten thousand UNION ALLs are
  /// fourteen levels deep.
  private mutating func setOperations(after first: QueryBody?) throws(SQLError) -> QueryBody {
    var run = [try intersections(after: first)]
    var current: (SetOperator, isAll: Bool)?
    while at(.union) || at(.except) {
      let operation: SetOperator = at(.union) ? .union : .except
      advance()
      let isAll = try quantifier()
      if let (last, wasAll) = current, last != operation || wasAll != isAll || last == .except {
        run = [try folded(run, last, wasAll)]
      }
      current = (operation, isAll)
      run.append(try intersections(after: nil))
    }
    guard let (operation, isAll) = current else { return run[0] }
    return try folded(run, operation, isAll)
  }

  private mutating func intersections(after first: QueryBody?) throws(SQLError) -> QueryBody {
    var run: [QueryBody] = []
    if let first { run.append(first) } else { run.append(try queryTerm()) }
    var wasAll = false
    while accept(.intersect) {
      let isAll = try quantifier()
      if run.count > 1, isAll != wasAll { run = [try folded(run, .intersect, wasAll)] }
      wasAll = isAll
      run.append(try queryTerm())
    }
    return run.count == 1 ? run[0] : try folded(run, .intersect, wasAll)
  }

  private mutating func quantifier() throws(SQLError) -> Bool {
    if accept(.all) { return true }
    _ = accept(.distinct)
    return false
  }

  private mutating func folded(
    _ run: [QueryBody], _ operation: SetOperator, _ isAll: Bool
  ) throws(SQLError) -> QueryBody {
    // One level for each doubling of the run's length.
    try grow(by: Int.bitWidth - run.count.leadingZeroBitCount)
    return Self.balanced(run[...], operation, isAll)
  }

  private static func balanced(
    _ run: ArraySlice<QueryBody>, _ operation: SetOperator, _ isAll: Bool
  ) -> QueryBody {
    guard run.count > 1 else { return run[run.startIndex] }
    let middle = run.startIndex + (run.count + 1) / 2
    let left = balanced(run[..<middle], operation, isAll)
    let right = balanced(run[middle...], operation, isAll)
    return .setOperation(
      operation, isAll: isAll, left, right, left.range.through(right.range))
  }

  private mutating func queryTerm() throws(SQLError) -> QueryBody {
    if at(.select) { return try select() }
    if at(.values) { return try values() }
    if at(.leftParenthesis) { return bare(try parenthesizedQuery()) }
    if accept(.table) { return .table(try qualifiedName("the name of a table")) }
    throw unexpected("SELECT", hint: hint(for: token, among: [.select, .values]))
  }

  /// A query in parentheses that has nothing of its own is its body.
  private func bare(_ query: Query) -> QueryBody {
    let isBare =
      query.with.isEmpty && query.orderBy.isEmpty && query.offset == nil && query.limit == nil
    return isBare ? query.body : .nested(query)
  }

  private mutating func values() throws(SQLError) -> QueryBody {
    let first = token
    try expect(.values)
    continuation = nil
    let rows = try expressionList()
    continuation = "','"
    return .values(rows, range(from: first))
  }
}

extension QueryBody {
  /// From its first word to its last.
  package var range: SourceRange {
    switch self {
    case .select(let select): select.range
    case .values(_, let range): range
    case .setOperation(_, isAll: _, _, _, let range): range
    case .nested(let query): query.range
    case .table(let name): name.range
    }
  }
}

// MARK: SELECT

extension Parser {
  private mutating func select() throws(SQLError) -> QueryBody {
    let first = token
    try expect(.select)
    continuation = nil
    var select = Select(
      isDistinct: false, items: [], from: nil, condition: nil, groupBy: nil, having: nil,
      windows: [], range: first.range)
    if accept(.distinct) { select.isDistinct = true } else { _ = accept(.all) }
    repeat { select.items.append(try selectItem()) } while accept(.comma)
    continuation = "',' or FROM"
    if accept(.from) {
      continuation = nil
      select.from = try tableReferences()
      continuation = "',', JOIN, WHERE or GROUP BY"
    }
    if accept(.where) {
      continuation = nil
      select.condition = try expression()
      continuation = "AND, OR or GROUP BY"
    }
    if accept(.group) {
      try expect(.by)
      continuation = nil
      select.groupBy = try groupBy()
      continuation = "',', HAVING or ORDER BY"
    }
    if accept(.having) {
      continuation = nil
      select.having = try expression()
      continuation = "AND, OR or ORDER BY"
    }
    if at(.window), isName(peek(1)), peek(2).keyword == .as { select.windows = try windows() }
    if at(.where), select.groupBy != nil {
      throw unexpected(continuation ?? "ORDER BY", hint: "; WHERE goes before GROUP BY")
    }
    select.range = range(from: first)
    return .select(select)
  }

  private mutating func selectItem() throws(SQLError) -> SelectItem {
    let first = token
    if accept(.star) { return .all(of: nil, first.range) }
    if isQualifiedStar {
      let name = try qualifiedName()
      try expect(.dot)
      try expect(.star)
      guard at(.as), peek(1).kind == .leftParenthesis else {
        return .all(of: name, range(from: first))
      }
      let row = ExpressionSyntax(.name(name), name.range)
      return .fields(of: row, aliases: try fieldAliases(), range(from: first))
    }
    let expression = try expression()
    if at(.dot), peek(1).kind == .star {
      index += 2
      return .fields(of: expression, aliases: try fieldAliases(), range(from: first))
    }
    if accept(.as) { return .expression(expression, alias: try identifier()) }
    return .expression(expression, alias: atAlias ? try identifier() : nil)
  }

  /// `AS (a, b)` behind `.*`.
  private mutating func fieldAliases() throws(SQLError) -> [Identifier] {
    guard at(.as), peek(1).kind == .leftParenthesis else { return [] }
    advance()
    return try identifierList()
  }

  /// `t.*`, `db.t.*`.
  private var isQualifiedStar: Bool {
    guard atName else { return false }
    var distance = 1
    while peek(distance).kind == .dot {
      if peek(distance + 1).kind == .star { return true }
      guard isName(peek(distance + 1)) else { return false }
      distance += 2
    }
    return false
  }

  private mutating func windows() throws(SQLError) -> [NamedWindow] {
    advance()
    var windows: [NamedWindow] = []
    repeat {
      let name = try identifier()
      try expect(.as)
      windows.append(NamedWindow(name: name, window: try window()))
    } while accept(.comma)
    continuation = "',' or ORDER BY"
    return windows
  }
}

// MARK: GROUP BY

extension Parser {
  private mutating func groupBy() throws(SQLError) -> GroupBy {
    var groupBy = GroupBy(isDistinct: accept(.distinct), elements: [])
    if !groupBy.isDistinct { _ = accept(.all) }
    repeat {
      if accept(.rollup) {
        groupBy.elements.append(.rollup(try groupingSets()))
      } else if accept(.cube) {
        groupBy.elements.append(.cube(try groupingSets()))
      } else if at(.grouping), peek(1).keyword == .sets {
        index += 2
        groupBy.elements.append(.groupingSets(try groupingSets()))
      } else if atEmptySet {
        index += 2
        groupBy.elements.append(.groupingSets([[]]))
      } else {
        groupBy.elements += try groupingSet().map { .expression($0) }
      }
    } while accept(.comma)
    return groupBy
  }

  /// `()`, which is no lambda's.
  private var atEmptySet: Bool {
    at(.leftParenthesis) && peek(1).kind == .rightParenthesis && peek(2).kind != .arrow
  }

  private mutating func groupingSets() throws(SQLError) -> [[ExpressionSyntax]] {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    var sets: [[ExpressionSyntax]] = []
    repeat {
      if atEmptySet {
        index += 2
        sets.append([])
      } else {
        sets.append(try groupingSet())
      }
    } while accept(.comma)
    try close(.rightParenthesis, opening)
    try leave(outer)
    return sets
  }

  /// `a`, or `(a, b)`, which is a set of two and not a row.
  private mutating func groupingSet() throws(SQLError) -> [ExpressionSyntax] {
    let isParenthesized = at(.leftParenthesis)
    let expression = try expression()
    if isParenthesized, case .row(let members) = expression.kind { return members }
    return [expression]
  }
}
