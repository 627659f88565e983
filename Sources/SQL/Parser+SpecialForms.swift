/// Expressions with a grammar of their own.
extension Parser {
  mutating func caseExpression() throws(SQLError) -> ExpressionSyntax {
    let first = token
    let outer = try enter()
    try expect(.case)
    let operand = at(.when) ? nil : try expression()
    var branches: [CaseBranch] = []
    while accept(.when) {
      let condition = try expression()
      try expect(.then)
      branches.append(CaseBranch(condition: condition, result: try expression()))
    }
    guard !branches.isEmpty else { throw unexpected(oneOf: [.when]) }
    let otherwise = accept(.else) ? try expression() : nil
    if !accept(.end) {
      if at(.endOfText) || at(.semicolon) {
        throw SQLError("this CASE is never closed: expected END", at: first.range)
      }
      throw unexpected(oneOf: otherwise == nil ? [.when, .else, .end] : [.end])
    }
    try leave(outer)
    return ExpressionSyntax(
      .caseWhen(operand: operand, branches: branches, otherwise: otherwise), range(from: first))
  }

  mutating func cast(isTry: Bool) throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let operand = try expression()
    try expect(.as)
    let type = try type()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return ExpressionSyntax(.cast(operand, type, isTry: isTry), range(from: first))
  }

  mutating func exists() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let query = try parenthesizedQuery()
    return ExpressionSyntax(.exists(query), range(from: first))
  }

  /// `EXTRACT(month FROM x)`.
  mutating func extract() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let field = try identifier("a unit such as MONTH")
    try expect(.from)
    let operand = try expression()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return ExpressionSyntax(.extract(field, operand), range(from: first))
  }

  /// `POSITION(a IN b)`, read as `strpos(b, a)`.
  mutating func position() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let part = try valueExpression()
    try expect(.in)
    let whole = try valueExpression()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return namedCall("strpos", [whole, part], from: first)
  }

  /// `SUBSTRING(x FROM a FOR b)`, read as `substring(x, a, b)`, and that itself.
  mutating func substring() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    var arguments = [try expression()]
    if accept(.from) {
      arguments.append(try expression())
      if accept(.for) { arguments.append(try expression()) }
    } else {
      while accept(.comma) { arguments.append(try expression()) }
    }
    try close(.rightParenthesis, opening)
    try leave(outer)
    return namedCall("substring", arguments, from: first)
  }

  /// `TRIM(LEADING 'x' FROM y)`, read as `ltrim(y, 'x')`; BOTH is `trim`, TRAILING is `rtrim`.
  mutating func trim() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    var name = "trim"
    let hasSide = at(.both) || at(.leading) || at(.trailing)
    if accept(.leading) { name = "ltrim" } else if accept(.trailing) { name = "rtrim" }
    if name == "trim" { _ = accept(.both) }
    var arguments: [ExpressionSyntax] = []
    if hasSide, accept(.from) {
      arguments = [try expression()]
    } else {
      arguments = [try expression()]
      if accept(.from) {
        arguments.insert(try expression(), at: 0)
      } else if hasSide {
        throw unexpected(oneOf: [.from])
      } else if accept(.comma) {
        arguments.append(try expression())
      }
    }
    try close(.rightParenthesis, opening)
    try leave(outer)
    return namedCall(name, arguments, from: first)
  }

  mutating func array() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftBracket)
    let outer = try enter()
    let elements = at(.rightBracket) ? [] : try expressionList()
    try close(.rightBracket, opening)
    try leave(outer)
    return ExpressionSyntax(.array(elements), range(from: first))
  }

  mutating func row() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let fields = try expressionList()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return ExpressionSyntax(.row(fields), range(from: first))
  }

  /// `CURRENT_DATE`, `CURRENT_TIMESTAMP(3)` and such: calls without parentheses.
  mutating func clock() throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    var arguments: [ExpressionSyntax] = []
    if at(.leftParenthesis), peek(1).kind == .integer, peek(2).kind == .rightParenthesis {
      arguments = [ExpressionSyntax(.integer(number(peek(1))), peek(1).range)]
      index += 3
    }
    return namedCall(text(of: first).lowercased(), arguments, from: first)
  }

  private func namedCall(
    _ name: String, _ arguments: [ExpressionSyntax], from first: Token
  ) -> ExpressionSyntax {
    let name = QualifiedName([Identifier(name, range: first.range)])
    return ExpressionSyntax(
      .call(FunctionCallSyntax(name: name, arguments: arguments)), range(from: first))
  }
}
