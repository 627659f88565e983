/// Reads one statement of Athena's dialect.
///
/// Recursive descent over a list of tokens, with precedence climbing for operators. Chains of one
/// operator are read in loops; what nests is counted, so that no text can overflow the stack of the
/// parser or of whoever walks the tree later.
package struct Parser {
  /// The longest statement that is read, in UTF-8 bytes: Athena's own limit.
  package static let longestText = 262_144

  /// How deep parentheses, calls, CASE and queries may nest.
  package static let deepestNesting = 200

  /// The tallest tree that is built: what nests, plus the lengths of chains such as `a + b + c`.
  /// AND, OR, UNION and INTERSECT chains are flat or balanced and hardly count.
  package static let tallestTree = 500

  let bytes: [UInt8]
  let tokens: [Token]
  var index = 0
  var parameterCount = 0
  /// Names may stand in backquotes: in statements that Athena reads as Hive's.
  var allowsBackquotes = false
  /// What could have stood here, after a clause that can go on: for messages.
  var continuation: String?
  private var nesting = 0
  /// The height of the tallest tree read since the innermost `enter()` or chain.
  var height = 0

  /// Reads a statement; a `;` may follow it.
  ///
  /// - Throws: what was expected and what was found, with its place.
  /// - Complexity: O(length of the text), in time and memory.
  package static func statement(_ text: String) throws(SQLError) -> Statement {
    var parser = try Parser(text)
    let statement = try parser.statement()
    try parser.expectEnd()
    return statement
  }

  /// Reads a query alone: the text of a stored view.
  ///
  /// - Throws: what was expected and what was found, with its place.
  package static func query(_ text: String) throws(SQLError) -> Query {
    var parser = try Parser(text)
    let query = try parser.query()
    try parser.expectEnd()
    return query
  }

  /// Reads an expression alone.
  ///
  /// - Throws: what was expected and what was found, with its place.
  package static func expression(_ text: String) throws(SQLError) -> ExpressionSyntax {
    var parser = try Parser(text)
    let expression = try parser.expression()
    try parser.expectEnd()
    return expression
  }

  private init(_ text: String) throws(SQLError) {
    bytes = Array(text.utf8)
    guard bytes.count <= Self.longestText else {
      throw SQLError(
        "expected a statement of at most \(Self.longestText) bytes, found \(bytes.count)", at: nil)
    }
    tokens = try Lexer.tokens(bytes)
  }
}

// MARK: Depth

extension Parser {
  /// Goes one level down. Returns what ``leave(_:)`` needs.
  mutating func enter() throws(SQLError) -> Int {
    nesting += 1
    guard nesting <= Self.deepestNesting else {
      throw SQLError(
        "expected at most \(Self.deepestNesting) levels of nesting, found more", at: token.range)
    }
    let outer = height
    height = 0
    continuation = nil
    return outer
  }

  mutating func leave(_ outer: Int) throws(SQLError) {
    nesting -= 1
    try grow()
    height = max(outer, height)
  }

  /// Counts a node above all that was read since `enter()`.
  mutating func grow(by levels: Int = 1) throws(SQLError) {
    height += levels
    guard height <= Self.tallestTree else {
      throw SQLError(
        "expected an expression with at most \(Self.tallestTree) levels, found more",
        at: token.range)
    }
  }
}

// MARK: Tokens

extension Parser {
  var token: Token { tokens[index] }

  func peek(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  func at(_ kind: Token.Kind) -> Bool { tokens[index].kind == kind }

  func at(_ keyword: Keyword) -> Bool { tokens[index].keyword == keyword }

  mutating func advance() {
    if tokens[index].kind != .endOfText { index += 1 }
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Several keywords in a row, or none of them.
  mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
    guard at(first), peek(1).keyword == second else { return false }
    index += 2
    return true
  }

  /// A word that is no keyword of ours, in any case.
  mutating func accept(word: String) -> Bool {
    guard at(.word), text(of: token).lowercased() == word else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind) throws(SQLError) {
    guard accept(kind) else { throw unexpected(kind.display) }
  }

  mutating func expect(_ keyword: Keyword) throws(SQLError) {
    guard accept(keyword) else { throw unexpected(oneOf: [keyword]) }
  }

  /// The closing sign of what `opening` opened.
  mutating func close(_ kind: Token.Kind, _ opening: Token) throws(SQLError) {
    if accept(kind) {
      continuation = nil
      return
    }
    if at(.endOfText) || at(.semicolon) {
      let name = kind == .rightBracket ? "bracket" : "parenthesis"
      throw SQLError("this \(name) is never closed: expected \(kind.display)", at: opening.range)
    }
    throw misspeltClause() ?? unexpected(continuation ?? kind.display)
  }

  func text(of token: Token) -> String {
    String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  /// From the start of a token to the end of the last one read.
  func range(from first: Token) -> SourceRange {
    SourceRange(Int(first.start), max(Int(first.end), lastEnd))
  }

  func range(from start: Int) -> SourceRange { SourceRange(start, max(start, lastEnd)) }

  private var lastEnd: Int { index > 0 ? Int(tokens[index - 1].end) : 0 }
}

// MARK: Errors

extension Parser {
  /// `expected X, found 'y'`, at the current token.
  func unexpected(_ expected: String, hint: String = "") -> SQLError {
    let place = at(.endOfText) ? SourceRange(lastEnd, lastEnd) : token.range
    return SQLError("expected \(expected), found \(found)\(hint)", at: place)
  }

  func unexpected(oneOf keywords: [Keyword]) -> SQLError {
    let names = keywords.map(\.display)
    let list =
      names.count == 1
      ? names[0] : names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    return unexpected(list, hint: hint(for: token, among: keywords))
  }

  var found: String {
    if at(.endOfText) { return "the end of the statement" }
    let text = text(of: token)
    return text.count > 40 ? "'\(text.prefix(40))…'" : "'\(text)'"
  }

  /// `; did you mean SELECT?` for a word that is close to one of the keywords.
  func hint(for token: Token, among keywords: [Keyword]) -> String {
    guard token.kind == .word, token.end - token.start > 2 else { return "" }
    let names = Spelling.nearest(to: text(of: token), among: keywords.map(\.display))
    guard let name = names.first, name != text(of: token).uppercased() else { return "" }
    return "; did you mean \(name)?"
  }

  mutating func expectEnd() throws(SQLError) {
    while accept(.semicolon) {}
    guard !at(.endOfText) else { return }
    if index > 0, tokens[index - 1].kind == .semicolon {
      throw unexpected("one statement at a time")
    }
    throw misspeltClause() ?? unexpected(continuation ?? "the end of the statement")
  }

  /// `SELECT a FORM t`: the misspelt keyword was taken for an alias, and the word after it surprises.
  private func misspeltClause() -> SQLError? {
    let clauses: [Keyword] = [
      .from, .where, .group, .having, .order, .limit, .offset, .fetch, .window, .union, .except,
      .intersect, .join, .inner, .left, .right, .full, .cross, .on, .using, .and, .or, .as,
      .between,
      .like, .unnest,
    ]
    let expected = continuation ?? "the end of the statement"
    if let foreign = foreignWord(expected) { return foreign }
    if token.keyword == nil || token.keyword?.isReserved == false {
      let hint = hint(for: token, among: clauses)
      if !hint.isEmpty { return unexpected(expected, hint: hint) }
    }
    guard index > 0, tokens[index - 1].keyword == nil else { return nil }
    let last = tokens[index - 1]
    let hint = hint(for: last, among: clauses)
    guard !hint.isEmpty else { return nil }
    return SQLError("expected \(expected), found '\(text(of: last))'\(hint)", at: last.range)
  }
}

extension Parser {
  /// A word of another dialect, here or just before, where it was taken for an alias.
  private func foreignWord(_ expected: String) -> SQLError? {
    for word in [token] + (index > 0 ? [tokens[index - 1]] : []) where word.kind == .word {
      let advice = ForeignWords.advice(on: text(of: word))
      guard !advice.isEmpty else { continue }
      return SQLError("expected \(expected), found '\(text(of: word))'\(advice)", at: word.range)
    }
    return nil
  }
}

// MARK: Names

extension Parser {
  /// Whether the current token can be a name.
  var atName: Bool { isName(token) }

  func isName(_ token: Token) -> Bool {
    switch token.kind {
    case .quotedName, .backquotedName, .unicodeName: true
    case .word: token.keyword?.isReserved != true
    default: false
    }
  }

  /// Whether the current token can be an alias without AS.
  var atAlias: Bool { atName && token.keyword?.continuesQuery != true }

  mutating func identifier(_ expected: String = "a name") throws(SQLError) -> Identifier {
    guard atName else {
      var hint = ""
      if at(.string) { hint = "; names are quoted with '\"'" }
      if token.keyword?.isReserved == true, index > 0,
        tokens[index - 1].keyword == .as || tokens[index - 1].kind == .dot
      {
        hint = "; a reserved word is a name only in double quotes"
      }
      throw unexpected(expected, hint: hint)
    }
    return try anyWord()
  }

  /// A name of a field after a dot: reserved words too.
  mutating func fieldName() throws(SQLError) -> Identifier {
    at(.word) ? try anyWord() : try identifier()
  }

  private mutating func anyWord() throws(SQLError) -> Identifier {
    let token = token
    var name = text(of: token)
    switch token.kind {
    case .unicodeName:
      name = try unicodeText()
      guard !name.isEmpty else { throw SQLError("a name cannot be empty", at: token.range) }
      return Identifier(name, isQuoted: true, range: range(from: token))
    case .quotedName: name = unquoted(token)
    case .backquotedName where allowsBackquotes: name = unquoted(token)
    case .backquotedName: throw SQLError("names are quoted with '\"', not '`'", at: token.range)
    default: break
    }
    guard !name.isEmpty else { throw SQLError("a name cannot be empty", at: token.range) }
    advance()
    return Identifier(name, isQuoted: token.kind != .word, range: token.range)
  }

  mutating func qualifiedName(_ expected: String = "a name") throws(SQLError) -> QualifiedName {
    var parts = [try identifier(expected)]
    while at(.dot), peek(1).kind != .star {
      advance()
      parts.append(try fieldName())
    }
    return QualifiedName(parts)
  }

  /// `(a, b, c)`.
  mutating func identifierList() throws(SQLError) -> [Identifier] {
    let opening = token
    try expect(.leftParenthesis)
    var names: [Identifier] = []
    repeat { names.append(try identifier()) } while accept(.comma)
    try close(.rightParenthesis, opening)
    return names
  }

  mutating func string(_ expected: String = "text in single quotes") throws(SQLError) -> String {
    guard at(.string) || at(.unicodeString) else { throw unexpected(expected) }
    guard at(.string) else { return try unicodeText() }
    defer { advance() }
    return unquoted(token)
  }

  /// The content between quotes, doubled quotes made one.
  func unquoted(_ token: Token) -> String {
    let content = bytes[Int(token.start) + 1..<Int(token.end) - 1]
    let quote = bytes[Int(token.start)]
    guard content.contains(quote) else { return String(decoding: content, as: UTF8.self) }
    var plain: [UInt8] = []
    plain.reserveCapacity(content.count)
    var isSecond = false
    for byte in content {
      isSecond = byte == quote && !isSecond
      if !isSecond { plain.append(byte) }
    }
    return String(decoding: plain, as: UTF8.self)
  }
}
