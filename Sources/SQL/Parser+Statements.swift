extension Parser {
  private static let beginnings: [Keyword] = [
    .select, .with, .values, .table, .explain, .create, .drop, .insert, .unload, .show, .describe,
    .desc, .prepare, .execute, .deallocate,
  ]

  mutating func statement() throws(SQLError) -> Statement {
    let outer = try enter()
    let statement = try statementBody()
    try leave(outer)
    return statement
  }

  private mutating func statementBody() throws(SQLError) -> Statement {
    if startsQuery || at(.leftParenthesis) || at(.table) { return .query(try query()) }
    if accept(.explain) { return try explain() }
    if accept(.create) { return try create() }
    if accept(.drop) { return try drop() }
    if accept(.insert) { return try insert() }
    if accept(.unload) { return try unload() }
    if accept(.show) { return .show(try show()) }
    if accept(.describe) || accept(.desc) { return try describe() }
    if isName(peek(1)), accept(word: "use") {
      return .use(try qualifiedName("the name of a database"))
    }
    if accept(.prepare) { return try prepare() }
    if accept(.execute) { return try execute() }
    if accept(.deallocate) {
      try expect(.prepare)
      return .deallocate(name: try identifier("the name of a prepared statement"))
    }
    throw unexpectedStatement()
  }

  private func unexpectedStatement() -> SQLError {
    let unsupported: Set<String> = [
      "update", "delete", "merge", "alter", "truncate", "grant", "revoke", "call", "set",
      "reset", "start", "commit", "rollback", "msck", "vacuum", "optimize", "analyze", "refresh",
      "comment", "deny",
    ]
    if at(.word), unsupported.contains(text(of: token).lowercased()) {
      return SQLError(
        "\(text(of: token).uppercased()) is not supported; queries, CREATE VIEW, CREATE TABLE AS, "
          + "INSERT INTO, UNLOAD, DROP, SHOW, DESCRIBE, EXPLAIN and PREPARE are", at: token.range)
    }
    return unexpected("a statement", hint: hint(for: token, among: Self.beginnings))
  }

  private mutating func explain() throws(SQLError) -> Statement {
    let analyze = accept(.analyze)
    _ = accept(.verbose)
    // `(TYPE LOGICAL, FORMAT TEXT)`: there is one form of plan here.
    var validates = false
    if at(.leftParenthesis), ["type", "format"].contains(text(of: peek(1)).lowercased()) {
      advance()
      while at(.word) || at(.comma) {
        if text(of: token).lowercased() == "validate" { validates = true }
        advance()
      }
      try expect(.rightParenthesis)
    }
    if validates, !analyze { return .validate(try statement()) }
    return .explain(try statement(), analyze: analyze)
  }

  private mutating func describe() throws(SQLError) -> Statement {
    allowsBackquotes = true
    if isName(peek(1)) {
      let place = token.range
      if accept(word: "input") {
        throw SQLError(
          "DESCRIBE INPUT is not supported; DESCRIBE OUTPUT gives a prepared statement's columns",
          at: place)
      }
      if accept(word: "output") {
        return .describeOutput(name: try identifier("the name of a prepared statement"))
      }
      if !accept(word: "extended"), !accept(word: "formatted") { _ = accept(.table) }
    }
    return .describe(try qualifiedName("the name of a table"))
  }

  private mutating func prepare() throws(SQLError) -> Statement {
    let name = try identifier("a name for the statement")
    try expect(.from)
    return .prepare(name: name, try statement())
  }

  private mutating func execute() throws(SQLError) -> Statement {
    if peek(1).kind == .string, accept(word: "immediate") { return try executeImmediate() }
    let name = try identifier("the name of a prepared statement")
    let arguments = accept(.using) ? try expressionList() : []
    return .execute(name: name, arguments: arguments)
  }
}

extension Parser {
  /// `'SELECT …' USING 1, 'x'`.
  private mutating func executeImmediate() throws(SQLError) -> Statement {
    let place = token.range
    let text = try string()
    let statement: Statement
    do {
      statement = try Parser.statement(text)
    } catch {
      // Places inside the text mean nothing in the statement around it.
      throw SQLError("in the text of EXECUTE IMMEDIATE: \(error.message)", at: place)
    }
    let arguments = accept(.using) ? try expressionList() : []
    return .executeImmediate(statement, arguments: arguments)
  }
}

// MARK: Tables and views

extension Parser {
  private mutating func create() throws(SQLError) -> Statement {
    let orReplace = accept(.or, .replace)
    if accept(.view) { return try createView(orReplace: orReplace) }
    if !orReplace, accept(.table) { return try createTableAs() }
    if at(.word), text(of: token).lowercased() == "external" {
      throw SQLError(
        "CREATE EXTERNAL TABLE is not supported; files are tables: FROM 'folder/*.csv'",
        at: token.range)
    }
    throw unexpected(oneOf: orReplace ? [.view] : [.view, .table])
  }

  private mutating func createView(orReplace: Bool) throws(SQLError) -> Statement {
    let name = try qualifiedName("a name for the view")
    if accept(.comment) { _ = try string() }
    if accept(.security) {
      guard accept(word: "definer") || accept(word: "invoker") else {
        throw unexpected("DEFINER or INVOKER")
      }
    }
    try expect(.as)
    let start = index
    let query = try query()
    let place = Int(tokens[start].start)..<Int(tokens[index - 1].end)
    let text = String(decoding: bytes[place], as: UTF8.self)
    return .createView(name: name, orReplace: orReplace, query: query, text: text)
  }

  private mutating func createTableAs() throws(SQLError) -> Statement {
    let ifNotExists = try ifNotExists()
    let name = try qualifiedName("a name for the table")
    var columns: [Identifier] = []
    if at(.leftParenthesis) {
      guard isName(peek(1)),
        peek(2).kind == .comma || peek(2).kind == .rightParenthesis
      else {
        return .createTableAs(try tableDefinition(name, ifNotExists: ifNotExists))
      }
      columns = try identifierList()
    }
    if accept(.comment) { _ = try string() }
    let properties = try properties()
    guard accept(.as) else {
      throw unexpected("AS", hint: "; tables are created from what a query returns")
    }
    let query = try query()
    var withData = true
    if accept(.with) {
      withData = !accept(.no)
      try expect(.data)
    }
    return .createTableAs(
      CreateTableAs(
        name: name, ifNotExists: ifNotExists, columnNames: columns, properties: properties,
        query: query, withData: withData))
  }

  private mutating func ifNotExists() throws(SQLError) -> Bool {
    guard at(.if), peek(1).keyword == .not else { return false }
    index += 2
    try expect(.exists)
    return true
  }

  /// `WITH (format = 'PARQUET', partitioned_by = ARRAY['month'])`.
  mutating func properties() throws(SQLError) -> [Property] {
    guard accept(.with) else { return [] }
    let opening = token
    try expect(.leftParenthesis)
    var properties: [Property] = []
    repeat {
      let name = try identifier("the name of a property")
      try expect(.equal)
      properties.append(Property(name: name, value: try expression()))
    } while accept(.comma)
    try close(.rightParenthesis, opening)
    return properties
  }

  private mutating func drop() throws(SQLError) -> Statement {
    let isView = accept(.view)
    if !isView { guard accept(.table) else { throw unexpected(oneOf: [.view, .table]) } }
    allowsBackquotes = true
    let ifExists = accept(.if, .exists)
    let name = try qualifiedName(isView ? "the name of a view" : "the name of a table")
    return isView
      ? .dropView(name: name, ifExists: ifExists) : .dropTable(name: name, ifExists: ifExists)
  }

  private mutating func insert() throws(SQLError) -> Statement {
    try expect(.into)
    let name = try qualifiedName("the name of a table")
    var columns: [Identifier] = []
    if at(.leftParenthesis), isName(peek(1)) { columns = try identifierList() }
    return .insert(name: name, columns: columns, query: try query())
  }

  private mutating func unload() throws(SQLError) -> Statement {
    let query = try parenthesizedQuery()
    try expect(.to)
    let path = try string("a path in single quotes")
    return .unload(query: query, path: path, properties: try properties())
  }
}

// MARK: SHOW

extension Parser {
  private mutating func show() throws(SQLError) -> Show {
    allowsBackquotes = true
    if accept(.tables) { return .tables(from: try showFrom(), like: try showLike()) }
    if accept(.views) { return .views(from: try showFrom(), like: try showLike()) }
    if accept(.databases) || accept(.schemas) {
      _ = try showFrom()
      return .databases(like: try showLike())
    }
    if accept(.functions) {
      _ = try showFrom()
      return .functions(like: try showLike())
    }
    if accept(word: "catalogs") { return .catalogs(like: try showLike()) }
    if accept(word: "session") { return .session(like: try showLike()) }
    if accept(word: "stats") {
      try expect(.for)
      return .stats(try qualifiedName("the name of a table"))
    }
    if accept(.columns) { return .columns(try showTable()) }
    if accept(.partitions) {
      _ = accept(.from) || accept(.in)
      return .partitions(try qualifiedName("the name of a table"))
    }
    if accept(.create) {
      if accept(.view) { return .createView(try qualifiedName("the name of a view")) }
      guard accept(.table) else { throw unexpected(oneOf: [.table, .view]) }
      return .createTable(try qualifiedName("the name of a table"))
    }
    throw unexpected(oneOf: [
      .tables, .views, .columns, .databases, .schemas, .partitions, .functions, .create,
    ])
  }

  private mutating func showTable() throws(SQLError) -> QualifiedName {
    guard accept(.from) || accept(.in) else { throw unexpected(oneOf: [.from, .in]) }
    let name = try qualifiedName("the name of a table")
    // Hive's `SHOW COLUMNS IN table FROM database`.
    guard accept(.from) || accept(.in) else { return name }
    return QualifiedName([try identifier("the name of a database")] + name.parts)
  }

  private mutating func showFrom() throws(SQLError) -> QualifiedName? {
    guard accept(.from) || accept(.in) else { return nil }
    return try qualifiedName("the name of a database")
  }

  /// `LIKE 'pattern'`; Hive's form leaves LIKE out and means a regular expression, here the same.
  private mutating func showLike() throws(SQLError) -> String? {
    guard accept(.like) || at(.string) else { return nil }
    let pattern = try string("a pattern in single quotes")
    if accept(.escape) { _ = try string() }
    return pattern
  }
}
