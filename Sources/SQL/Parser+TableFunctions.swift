/// `TABLE(function(…))` in FROM: the table functions that every catalog has.
///
/// Source: Trino documentation, "Table functions".
extension Parser {
  /// An argument, by name or by its place.
  private struct TableArgument {
    let name: Identifier?
    let value: Value

    enum Value {
      case expression(ExpressionSyntax)
      case table(TableReference)
      case columns([Identifier])
    }
  }

  mutating func tableFunction() throws(SQLError) -> TableReference {
    let first = token
    try expect(.table)
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    let name = try qualifiedName("a table function")
    let arguments = try tableArguments()
    try close(.rightParenthesis, opening)
    try leave(outer)
    let range = range(from: first)
    let alias = try tableAlias()
    switch name.last.text.lowercased() {
    case "sequence": return try sequence(arguments, alias, range)
    case "exclude_columns": return try excludeColumns(arguments, alias, range)
    default:
      throw SQLError(
        "no table function named '\(name.last.text)'; there are sequence and exclude_columns",
        at: name.range)
    }
  }

  private mutating func tableArguments() throws(SQLError) -> [TableArgument] {
    let opening = token
    try expect(.leftParenthesis)
    var arguments: [TableArgument] = []
    if !at(.rightParenthesis) {
      repeat {
        var name: Identifier?
        if isName(token), peek(1).kind == .equal, peek(2).kind == .greater {
          name = try identifier()
          index += 2
        }
        arguments.append(TableArgument(name: name, value: try tableArgument()))
      } while accept(.comma)
    }
    try close(.rightParenthesis, opening)
    return arguments
  }

  private mutating func tableArgument() throws(SQLError) -> TableArgument.Value {
    if accept(word: "descriptor") { return .columns(try identifierList()) }
    guard at(.table), peek(1).kind == .leftParenthesis else {
      return .expression(try expression())
    }
    advance()
    if peek(1).kind == .word,
      peek(1).keyword == .select || peek(1).keyword == .with
        || peek(1).keyword == .values
    {
      let query = try parenthesizedQuery()
      return .table(.subquery(query, try tableAlias(), isLateral: false))
    }
    let opening = token
    try expect(.leftParenthesis)
    let name = try qualifiedName("a table")
    try close(.rightParenthesis, opening)
    return .table(.named(name, version: nil, try tableAlias()))
  }

  // MARK: The functions

  /// Arguments in the order of their names, nil for those not given.
  private func ordered(
    _ arguments: [TableArgument], _ names: [String], _ range: SourceRange
  ) throws(SQLError) -> [TableArgument.Value?] {
    var values = [TableArgument.Value?](repeating: nil, count: names.count)
    for (place, argument) in arguments.enumerated() {
      let found = argument.name.map { names.firstIndex(of: $0.text.lowercased()) } ?? place
      guard let position = found, position < names.count, values[position] == nil else {
        throw SQLError(
          "expected the arguments \(names.joined(separator: ", ")), each once",
          at: argument.name?.range ?? range)
      }
      values[position] = argument.value
    }
    return values
  }

  /// The numbers from `start` to `stop`, as UNNEST of an array without the limit that arrays have.
  private func sequence(
    _ arguments: [TableArgument], _ alias: TableAlias?, _ range: SourceRange
  ) throws(SQLError) -> TableReference {
    let values = try ordered(arguments, ["start", "stop", "step"], range)
    var numbers: [ExpressionSyntax] = []
    for (value, missing) in zip(values, ["0", nil, "1"]) {
      switch value {
      case .expression(let number)?: numbers.append(number)
      case nil where missing != nil:
        numbers.append(ExpressionSyntax(.integer(missing ?? "0"), range))
      case .table?, .columns?, nil:
        throw SQLError("expected sequence(start => 1, stop => 5, step => 1)", at: range)
      }
    }
    let call = FunctionCallSyntax(
      name: QualifiedName([Identifier("$sequence", range: range)]), arguments: numbers)
    var alias = alias ?? TableAlias(name: Identifier("sequence", range: range), columns: [])
    if alias.columns.isEmpty { alias.columns = [Identifier("sequential_number", range: range)] }
    return .unnest(
      [ExpressionSyntax(.call(call), range)], withOrdinality: false, alias, range)
  }

  private func excludeColumns(
    _ arguments: [TableArgument], _ alias: TableAlias?, _ range: SourceRange
  ) throws(SQLError) -> TableReference {
    let values = try ordered(arguments, ["input", "columns"], range)
    guard case .table(let table)? = values[0], case .columns(let columns)? = values[1] else {
      throw SQLError(
        "expected exclude_columns(input => TABLE(name), columns => DESCRIPTOR(a, b))", at: range)
    }
    return .excluding(table, columns: columns, alias, range)
  }
}
