/// What stands in FROM.
extension Parser {
  /// Join trees separated by commas.
  mutating func tableReferences() throws(SQLError) -> TableReference {
    try commas(after: joins(after: tableReference()))
  }

  private mutating func commas(after first: TableReference) throws(SQLError) -> TableReference {
    var left = first
    while at(.comma) {
      let comma = token
      advance()
      let right = try joins(after: tableReference())
      left = .join(left, right, .cross, .none, comma.range)
      try grow()
    }
    return left
  }

  private mutating func joins(after first: TableReference) throws(SQLError) -> TableReference {
    var left = first
    while atJoin { left = try join(left) }
    return left
  }

  private var atJoin: Bool {
    switch token.keyword {
    case .join, .inner, .left, .right, .full, .cross, .natural: true
    default: false
    }
  }

  private mutating func join(_ left: TableReference) throws(SQLError) -> TableReference {
    let first = token
    if at(.natural) {
      throw unexpected("a join with ON or USING", hint: "; NATURAL is not supported")
    }
    let kind = joinKind()
    try expect(.join)
    let words = range(from: first)
    var right = try tableReference()
    if kind == .cross {
      try grow()
      return .join(left, right, .cross, .none, words)
    }
    // `a JOIN b JOIN c ON … ON …`: the inner join is the outer one's right side.
    let outer = try enter()
    while atJoin, !at(.on), !at(.using) { right = try join(right) }
    try leave(outer)
    let condition: JoinCondition
    if accept(.on) {
      condition = .on(try expression())
    } else if accept(.using) {
      condition = .using(try identifierList())
    } else {
      throw unexpected("ON or USING", hint: hint(for: token, among: [.using]))
    }
    try grow()
    return .join(left, right, kind, condition, words)
  }

  private mutating func joinKind() -> JoinKind {
    if accept(.cross) { return .cross }
    if accept(.inner) { return .inner }
    let kind: JoinKind
    if accept(.left) {
      kind = .left
    } else if accept(.right) {
      kind = .right
    } else if accept(.full) {
      kind = .full
    } else {
      return .inner
    }
    _ = accept(.outer)
    return kind
  }
}

// MARK: One table

extension Parser {
  private mutating func tableReference() throws(SQLError) -> TableReference {
    if at(.leftParenthesis) {
      let content = try parenthesis()
      return try aliased(content)
    }
    return try sampled(plainTable())
  }

  private mutating func plainTable() throws(SQLError) -> TableReference {
    let first = token
    if at(.unnest) { return try unnest() }
    if at(.lateral), peek(1).kind == .leftParenthesis {
      advance()
      let query = try parenthesizedQuery()
      return .subquery(query, try tableAlias(), isLateral: true)
    }
    if at(.string) {
      let path = try string()
      let version = try tableVersion()
      return .file(path, version: version, first.range, try tableAlias())
    }
    if at(.table), peek(1).kind == .leftParenthesis { return try tableFunction() }
    if at(.select) || at(.values) || at(.with) || at(.table) {
      let hint =
        at(.table) ? "; write TABLE(function(…))" : "; a query here stands in parentheses"
      throw unexpected("a table", hint: hint)
    }
    let name = try qualifiedName("a table")
    if at(.leftParenthesis) {
      let advice = ForeignWords.advice(on: name.last.text)
      throw unexpected(
        "an alias or the next clause", hint: advice.isEmpty ? "; write TABLE(function(…))" : advice)
    }
    let version = try tableVersion()
    return .named(name, version: version, try tableAlias())
  }

  /// `FOR VERSION AS OF 3`, `FOR TIMESTAMP AS OF …`.
  private mutating func tableVersion() throws(SQLError) -> TableVersion? {
    guard accept(.for) else { return nil }
    let isVersion: Bool
    if accept(.version) || accept(word: "system_version") {
      isVersion = true
    } else if accept(.timestamp) || accept(word: "system_time") {
      isVersion = false
    } else {
      throw unexpected(oneOf: [.version, .timestamp])
    }
    try expect(.as)
    try expect(.of)
    let moment = try valueExpression()
    return isVersion ? .version(moment) : .timestamp(moment)
  }

  private mutating func unnest() throws(SQLError) -> TableReference {
    let first = token
    advance()
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let arguments = try expressionList()
    try close(.rightParenthesis, opening)
    try leave(outer)
    let withOrdinality = accept(.with)
    if withOrdinality { try expect(.ordinality) }
    let words = range(from: first)
    return .unnest(arguments, withOrdinality: withOrdinality, try tableAlias(), words)
  }

  mutating func tableAlias() throws(SQLError) -> TableAlias? {
    let hasAs = accept(.as)
    guard hasAs || atAlias else { return nil }
    if !hasAs, peek(1).kind == .leftParenthesis, text(of: token).lowercased() == "match_recognize" {
      throw unexpected("an alias", hint: ForeignWords.advice(on: text(of: token)))
    }
    let name = try identifier()
    return TableAlias(name: name, columns: at(.leftParenthesis) ? try identifierList() : [])
  }

  private mutating func sampled(_ table: TableReference) throws(SQLError) -> TableReference {
    guard accept(.tablesample) else { return table }
    guard accept(.bernoulli) || accept(.system) else {
      throw unexpected(oneOf: [.bernoulli, .system])
    }
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let percent = try expression()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return .sample(table, percent: percent)
  }
}

// MARK: Parentheses in FROM

extension Parser {
  /// `(query)` and `(a JOIN b …)` begin alike; which one it was shows as it is read.
  private enum Parenthesis {
    case query(Query)
    case tables(TableReference)
  }

  private mutating func parenthesis() throws(SQLError) -> Parenthesis {
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let content = try parenthesisContent()
    try close(.rightParenthesis, opening)
    try leave(outer)
    return content
  }

  private mutating func parenthesisContent() throws(SQLError) -> Parenthesis {
    if startsQuery { return .query(try query()) }
    guard at(.leftParenthesis) else { return .tables(try tableReferences()) }
    let inner = try parenthesis()
    if case .query(let query) = inner {
      if at(.rightParenthesis) { return inner }
      if continuesQuery { return .query(try self.query(after: query)) }
    }
    return .tables(try commas(after: joins(after: aliased(inner))))
  }

  private mutating func aliased(_ content: Parenthesis) throws(SQLError) -> TableReference {
    let alias = try tableAlias()
    switch content {
    case .query(let query): return try sampled(.subquery(query, alias, isLateral: false))
    case .tables(let tables):
      guard let alias else { return try sampled(.parenthesized(tables)) }
      return try sampled(.subquery(Self.everything(in: tables, as: alias), alias, isLateral: false))
    }
  }

  /// `(a JOIN b …) t` is `(SELECT * FROM a JOIN b …) t`.
  private static func everything(in tables: TableReference, as alias: TableAlias) -> Query {
    let range = alias.name.range
    let select = Select(
      isDistinct: false, items: [.all(of: nil, range)], from: tables, condition: nil, groupBy: nil,
      having: nil, windows: [], range: range)
    return Query(body: .select(select), range: range)
  }
}
