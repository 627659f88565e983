extension Parser {
  /// An operand with its subscripts, fields and time zone.
  mutating func postfixed() throws(SQLError) -> ExpressionSyntax {
    let outer = height
    height = 0
    var operand = try operand()
    while true {
      if at(.leftBracket) {
        operand = try subscripted(operand)
      } else if at(.dot), peek(1).kind != .star {
        advance()
        let name = try fieldName()
        operand = ExpressionSyntax(.field(operand, name), range(from: operand.range.start))
      } else if at(.at), peek(1).keyword == .time {
        index += 2
        try expect(.zone)
        let zone = try atInterval ? interval() : self.operand()
        operand = ExpressionSyntax(.atTimeZone(operand, zone), range(from: operand.range.start))
      } else {
        break
      }
      try grow()
    }
    height = max(outer, height)
    return operand
  }

  private mutating func subscripted(_ base: ExpressionSyntax) throws(SQLError) -> ExpressionSyntax {
    let opening = token
    try expect(.leftBracket)
    let outer = try enter()
    let key = try expression()
    try close(.rightBracket, opening)
    try leave(outer)
    return ExpressionSyntax(.subscripted(base, key), range(from: base.range.start))
  }

  private mutating func operand() throws(SQLError) -> ExpressionSyntax {
    let token = token
    switch token.kind {
    case .integer: return literal(.integer(number(token)))
    case .decimal: return literal(.decimal(number(token)))
    case .real: return literal(.double(number(token)))
    case .string: return literal(.string(unquoted(token)))
    case .unicodeString:
      let text = try unicodeText()
      return ExpressionSyntax(.string(text), range(from: token))
    case .binary: return literal(.binary(try binary(token)))
    case .question:
      parameterCount += 1
      return literal(.parameter(parameterCount - 1))
    case .leftParenthesis: return try isLambda ? lambda() : parenthesized()
    case .word, .quotedName, .backquotedName, .unicodeName: return try word()
    default: throw unexpectedOperand()
    }
  }

  private mutating func literal(_ kind: ExpressionSyntax.Kind) -> ExpressionSyntax {
    defer { advance() }
    return ExpressionSyntax(kind, token.range)
  }

  private func unexpectedOperand() -> SQLError {
    var hint = ""
    if index > 0, tokens[index - 1].kind == .comma { hint = "; is there a comma too many?" }
    if at(.select) || at(.values) || at(.with) {
      hint = "; a query inside an expression stands in parentheses"
    }
    return unexpected("an expression", hint: hint)
  }

  private mutating func word() throws(SQLError) -> ExpressionSyntax {
    if let special = try special() { return special }
    if let json = try jsonFunction() { return json }
    let isCall = peek(1).kind == .leftParenthesis
    let callable = at(.left) || at(.right) || at(.grouping)
    guard atName || (callable && isCall) else { throw unexpectedOperand() }
    if peek(1).kind == .arrow { return try lambda() }
    if let type = literalType { return try typedLiteral(type) }
    if callable {
      let name = token
      advance()
      return try call(
        QualifiedName([Identifier(text(of: name), range: name.range)]), from: name)
    }
    let first = token
    let name = try qualifiedName()
    if at(.leftParenthesis) { return try call(name, from: first) }
    return ExpressionSyntax(.name(name), name.range)
  }

  /// Words that begin something with a grammar of its own; nil where none does.
  private mutating func special() throws(SQLError) -> ExpressionSyntax? {
    let isCall = peek(1).kind == .leftParenthesis
    switch token.keyword {
    case .null: return literal(.null)
    case .true: return literal(.boolean(true))
    case .false: return literal(.boolean(false))
    case .case: return try caseExpression()
    case .cast: return try cast(isTry: false)
    case .tryCast where isCall: return try cast(isTry: true)
    case .exists: return try exists()
    case .extract: return try extract()
    case .position where isCall: return try position()
    case .substring where isCall: return try substring()
    case .trim: return try trim()
    case .interval where atInterval: return try interval()
    case .array where peek(1).kind == .leftBracket: return try array()
    case .row where isCall: return try row()
    case .currentDate, .currentTime, .currentTimestamp, .currentUser, .currentCatalog,
      .currentSchema, .localtime, .localtimestamp:
      return try clock()
    default: return nil
    }
  }
}

// MARK: Typed literals and lambdas

extension Parser {
  private static let literalTypes: Set<String> = [
    "date", "time", "timestamp", "decimal", "double", "real", "bigint", "integer", "int",
    "smallint", "tinyint", "boolean", "varchar", "char", "varbinary", "json", "uuid", "ipaddress",
  ]

  /// The type's name where `type 'text'` stands.
  private var literalType: String? {
    guard at(.word) else { return nil }
    let hasPrecision = at(.double) && peek(1).keyword == .precision
    guard peek(hasPrecision ? 2 : 1).kind == .string else { return nil }
    let name = text(of: token).lowercased()
    return Self.literalTypes.contains(name) ? name : nil
  }

  private mutating func typedLiteral(_ name: String) throws(SQLError) -> ExpressionSyntax {
    let first = token
    advance()
    if at(.precision) { advance() }
    let type = TypeSyntax(name: name, arguments: [], range: range(from: first))
    let content = token
    let text = try string()
    if name == "decimal" { return try decimalLiteral(text, content, from: first) }
    return ExpressionSyntax(.typedLiteral(type, text), range(from: first))
  }

  /// `DECIMAL '-1.50'`: precision and scale are those of the digits.
  private func decimalLiteral(
    _ text: String, _ content: Token, from first: Token
  ) throws(SQLError) -> ExpressionSyntax {
    var digits = text[...]
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard digits.utf8.contains(where: { $0 != UInt8(ascii: ".") }), parts.count <= 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { throw SQLError("expected a decimal number, found '\(text)'", at: content.range) }
    let number = ExpressionSyntax(.decimal(String(digits)), range(from: first))
    return isNegative ? ExpressionSyntax(.negate(number), range(from: first)) : number
  }

  /// Whether the parenthesis here holds the parameters of a lambda: `(a, b) ->`, `() ->`.
  private var isLambda: Bool {
    var distance = 1
    if peek(1).kind != .rightParenthesis {
      while isName(peek(distance)) {
        distance += 1
        guard peek(distance).kind == .comma else { break }
        distance += 1
      }
    }
    return peek(distance).kind == .rightParenthesis && peek(distance + 1).kind == .arrow
  }

  private mutating func lambda() throws(SQLError) -> ExpressionSyntax {
    let first = token
    let outer = try enter()
    var parameters: [Identifier] = []
    if at(.leftParenthesis), peek(1).kind == .rightParenthesis {
      index += 2
    } else {
      parameters = at(.leftParenthesis) ? try identifierList() : [try identifier()]
    }
    try expect(.arrow)
    let body = try expression()
    try leave(outer)
    return ExpressionSyntax(.lambda(parameters, body), range(from: first))
  }
}
