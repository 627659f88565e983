/// `CREATE TABLE t (a INTEGER, b VARCHAR)`: a table of no rows yet.
extension Parser {
  mutating func tableDefinition(
    _ name: QualifiedName, ifNotExists: Bool
  ) throws(SQLError) -> CreateTableAs {
    let first = token
    let opening = token
    try expect(.leftParenthesis)
    let outer = try enter()
    var items: [SelectItem] = []
    var source: TableReference?
    var unchecked: [String] = []
    if accept(.like) {
      // `(LIKE other)`: the columns of another table.
      source = .named(try qualifiedName("the name of a table"), version: nil, nil)
      items = [.all(of: nil, range(from: first))]
    } else {
      repeat {
        if try constraint(of: nil, into: &unchecked) { continue }
        items.append(try columnDefinition(into: &unchecked))
      } while accept(.comma)
    }
    guard at(.rightParenthesis) || at(.endOfText) else {
      throw unexpected(
        "',' or ')'", hint: "; a column has a name, a type and perhaps NOT NULL or PRIMARY KEY")
    }
    try close(.rightParenthesis, opening)
    try leave(outer)
    if accept(.comment) { _ = try string() }
    if at(.word), ["partitioned", "location", "tblproperties", "stored"].contains(word) {
      throw unexpected(
        "WITH (…)", hint: "; partitions are written WITH (partitioned_by = ARRAY['month'])")
    }
    let range = range(from: first)
    let never = ExpressionSyntax(.boolean(false), range)
    let select = Select(
      isDistinct: false, items: items, from: source, condition: never, groupBy: nil, having: nil,
      windows: [], range: range)
    return CreateTableAs(
      name: name, ifNotExists: ifNotExists, columnNames: [], properties: try properties(),
      query: Query(body: .select(select), range: range), withData: false, unchecked: unchecked)
  }

  /// `name type`, and what may follow it.
  private mutating func columnDefinition(
    into unchecked: inout [String]
  ) throws(SQLError) -> SelectItem {
    let name = try identifier("the name of a column")
    guard at(.word) else { throw unexpected("the type of column '\(name.text)'") }
    let type = try type()
    while try constraint(of: name, into: &unchecked) {}
    let null = ExpressionSyntax(.null, type.range)
    return .expression(
      ExpressionSyntax(.cast(null, type, isTry: false), type.range), alias: name)
  }

  /// A constraint of a column or, without one, of the table; false where none stands.
  private mutating func constraint(
    of column: Identifier?, into unchecked: inout [String]
  ) throws(SQLError) -> Bool {
    if column != nil, try remark(into: &unchecked) { return true }
    if word == "constraint", isName(peek(1)), peek(2).kind == .word,
      ["primary", "foreign", "unique"].contains(text(of: peek(2)).lowercased())
    {
      index += 2
    }
    let isKey = peek(1).kind == .word && text(of: peek(1)).lowercased() == "key"
    switch word {
    case "primary" where isKey, "foreign" where isKey && column == nil:
      unchecked.append(word.uppercased() + " KEY")
      index += 2
    case "unique" where column != nil || peek(1).kind == .leftParenthesis:
      unchecked.append("UNIQUE")
      advance()
    case "references" where column != nil:
      unchecked.append("REFERENCES")
    default: return false
    }
    if at(.leftParenthesis), column == nil { _ = try identifierList() }
    if accept(word: "references") {
      _ = try qualifiedName("the name of a table")
      if at(.leftParenthesis) { _ = try identifierList() }
    }
    return true
  }

  /// `NULL`, `NOT NULL` and `COMMENT 'text'` of a column; false where none stands.
  private mutating func remark(into unchecked: inout [String]) throws(SQLError) -> Bool {
    if accept(.comment) {
      _ = try string()
      return true
    }
    if accept(.not, .null) {
      unchecked.append("NOT NULL")
      return true
    }
    return accept(.null)
  }

  /// The current word in lower case; empty where no unquoted word stands.
  private var word: String { at(.word) ? text(of: token).lowercased() : "" }
}
