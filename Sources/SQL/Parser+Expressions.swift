/// How tightly operators bind, loosest first (Trino, SqlBase.g4).
private enum Precedence {
  static let or = 1
  static let and = 2
  static let not = 3
  static let predicate = 4
  static let concatenate = 5
  static let add = 6
  static let multiply = 7
}

extension Parser {
  mutating func expression() throws(SQLError) -> ExpressionSyntax {
    try operation(Precedence.or)
  }

  /// An expression without AND, OR, NOT and comparisons outside parentheses.
  mutating func valueExpression() throws(SQLError) -> ExpressionSyntax {
    try operation(Precedence.concatenate)
  }

  mutating func expressionList() throws(SQLError) -> [ExpressionSyntax] {
    var list: [ExpressionSyntax] = []
    repeat { list.append(try expression()) } while accept(.comma)
    return list
  }

  /// Operators that bind at least as tightly as `minimum`, and their operands.
  private mutating func operation(_ minimum: Int) throws(SQLError) -> ExpressionSyntax {
    let outer = height
    height = 0
    var left = try at(.not) && minimum <= Precedence.not ? negation() : signed()
    var hasPredicate = false
    while true {
      let precedence = operatorPrecedence
      guard precedence >= minimum else { break }
      switch precedence {
      case Precedence.or: left = try flatList(.or, Precedence.and, left)
      case Precedence.and: left = try flatList(.and, Precedence.not, left)
      case Precedence.predicate:
        if hasPredicate {
          throw unexpected("AND or OR", hint: "; comparisons do not chain")
        }
        hasPredicate = true
        left = try predicate(left)
      default: left = try binary(left, precedence)
      }
      try grow()
    }
    height = max(outer, height)
    return left
  }

  /// 0 where no operator stands.
  private var operatorPrecedence: Int {
    switch token.kind {
    case .plus, .minus: Precedence.add
    case .star, .slash, .percent: Precedence.multiply
    case .concatenate: Precedence.concatenate
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: Precedence.predicate
    case .word:
      switch token.keyword {
      case .or: Precedence.or
      case .and: Precedence.and
      case .is, .between, .in, .like: Precedence.predicate
      case .not:
        switch peek(1).keyword {
        case .between, .in, .like: Precedence.predicate
        default: 0
        }
      default: 0
      }
    default: 0
    }
  }

  private mutating func negation() throws(SQLError) -> ExpressionSyntax {
    let first = token
    let outer = try enter()
    try expect(.not)
    let operand = try operation(Precedence.not)
    try leave(outer)
    return ExpressionSyntax(.not(operand), range(from: first))
  }

  private mutating func flatList(
    _ keyword: Keyword, _ operandPrecedence: Int, _ first: ExpressionSyntax
  ) throws(SQLError) -> ExpressionSyntax {
    var operands = [first]
    while accept(keyword) { operands.append(try operation(operandPrecedence)) }
    let range = range(from: first.range.start)
    return ExpressionSyntax(keyword == .and ? .and(operands) : .or(operands), range)
  }

  private mutating func binary(
    _ left: ExpressionSyntax, _ precedence: Int
  ) throws(SQLError) -> ExpressionSyntax {
    let sign = token.kind
    advance()
    let right = try operation(precedence + 1)
    let range = range(from: left.range.start)
    switch sign {
    case .plus: return ExpressionSyntax(.arithmetic(.add, left, right), range)
    case .minus: return ExpressionSyntax(.arithmetic(.subtract, left, right), range)
    case .star: return ExpressionSyntax(.arithmetic(.multiply, left, right), range)
    case .slash: return ExpressionSyntax(.arithmetic(.divide, left, right), range)
    case .percent: return ExpressionSyntax(.arithmetic(.modulo, left, right), range)
    default: return ExpressionSyntax(.concatenate(left, right), range)
    }
  }

  /// Signs bind more tightly than any operator between two operands.
  private mutating func signed() throws(SQLError) -> ExpressionSyntax {
    guard at(.minus) || at(.plus) else { return try postfixed() }
    let first = token
    let outer = try enter()
    advance()
    let operand = try signed()
    try leave(outer)
    guard first.kind == .minus else { return operand }
    return ExpressionSyntax(.negate(operand), range(from: first))
  }
}

// MARK: Predicates

extension Parser {
  private mutating func predicate(_ left: ExpressionSyntax) throws(SQLError) -> ExpressionSyntax {
    if let comparison = comparisonOperator {
      advance()
      return try self.comparison(left, comparison)
    }
    if accept(.is) { return try isPredicate(left) }
    let negated = accept(.not)
    if accept(.between) { return try between(left, negated) }
    if accept(.in) { return try membership(left, negated) }
    try expect(.like)
    let pattern = try valueExpression()
    let escape = accept(.escape) ? try valueExpression() : nil
    return ExpressionSyntax(
      .like(left, pattern: pattern, escape: escape, negated: negated),
      range(from: left.range.start))
  }

  private var comparisonOperator: ComparisonOperator? {
    switch token.kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  private mutating func comparison(
    _ left: ExpressionSyntax, _ comparison: ComparisonOperator
  ) throws(SQLError) -> ExpressionSyntax {
    guard at(.all) || at(.any) || at(.some), peek(1).kind == .leftParenthesis else {
      let right = try valueExpression()
      return ExpressionSyntax(
        .compare(comparison, left, right), range(from: left.range.start))
    }
    let isAll = at(.all)
    advance()
    let query = try parenthesizedQuery()
    return ExpressionSyntax(
      .quantified(comparison, left, isAll: isAll, query), range(from: left.range.start))
  }

  private mutating func isPredicate(_ left: ExpressionSyntax) throws(SQLError) -> ExpressionSyntax {
    let negated = accept(.not)
    if accept(.null) {
      return ExpressionSyntax(.isNull(left, negated: negated), range(from: left.range.start))
    }
    guard accept(.distinct) else {
      let hint = at(.true) || at(.false) ? "; a condition is true or false by itself" : ""
      throw unexpected("NULL or DISTINCT FROM", hint: hint)
    }
    try expect(.from)
    let right = try valueExpression()
    return ExpressionSyntax(
      .isDistinct(left, right, negated: negated), range(from: left.range.start))
  }

  private mutating func between(
    _ left: ExpressionSyntax, _ negated: Bool
  ) throws(SQLError) -> ExpressionSyntax {
    let lower = try valueExpression()
    guard accept(.and) else { throw unexpected("AND", hint: "; BETWEEN needs two bounds") }
    let upper = try valueExpression()
    return ExpressionSyntax(
      .between(left, lower, upper, negated: negated), range(from: left.range.start))
  }

  private mutating func membership(
    _ left: ExpressionSyntax, _ negated: Bool
  ) throws(SQLError) -> ExpressionSyntax {
    let content = try parenthesizedContent()
    let range = range(from: left.range.start)
    switch content {
    case .query(let query):
      return ExpressionSyntax(.inQuery(left, query, negated: negated), range)
    case .list(let values):
      return ExpressionSyntax(.inList(left, values, negated: negated), range)
    }
  }
}

// MARK: Parentheses

extension Parser {
  /// What can stand between parentheses in an expression.
  enum ParenthesizedContent {
    case query(Query)
    case list([ExpressionSyntax])
  }

  /// `(a)`, `(a, b)` or `(query)`; queries may stand in further parentheses.
  mutating func parenthesizedContent() throws(SQLError) -> ParenthesizedContent {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let content = try startsQuery ? .query(query()) : queryOrList()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return content
  }

  private mutating func queryOrList() throws(SQLError) -> ParenthesizedContent {
    let first = try expression()
    // `((SELECT 1) UNION (SELECT 2))`: what looked like an operand opens a query.
    if case .scalarQuery(let query) = first.kind, continuesQuery {
      return .query(try self.query(after: query))
    }
    var list = [first]
    while accept(.comma) { list.append(try expression()) }
    return .list(list)
  }

  mutating func parenthesizedQuery() throws(SQLError) -> Query {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let query = try query()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return query
  }

  mutating func parenthesized() throws(SQLError) -> ExpressionSyntax {
    let first = token
    let content = try parenthesizedContent()
    let range = range(from: first)
    switch content {
    case .query(let query): return ExpressionSyntax(.scalarQuery(query), range)
    case .list(let list):
      // The place includes the parentheses, so that carets under a larger expression do too.
      return ExpressionSyntax(list.count == 1 ? list[0].kind : .row(list), range)
    }
  }
}
