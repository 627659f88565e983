/// Reads the text of a SQL/JSON path.
struct PathParser {
  private let text: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  /// How deep parentheses and filters may nest.
  private static let deepest = 100

  /// - Throws: `EvaluationError` for a text that is no path.
  static func parse(_ path: ArraySlice<UInt8>) throws -> PathQuery {
    var parser = PathParser(text: Array(String(decoding: path, as: UTF8.self).unicodeScalars))
    let isStrict = parser.skip(word: "strict")
    if !isStrict { _ = parser.skip(word: "lax") }
    let expression = try parser.sum()
    parser.skipSpace()
    guard parser.position == parser.text.count else { throw parser.failure("the end") }
    return PathQuery(isStrict: isStrict, expression: expression)
  }

  private init(text: [Unicode.Scalar]) { self.text = text }

  private func failure(_ expected: String) -> EvaluationError {
    var all = String.UnicodeScalarView()
    all.append(contentsOf: text.prefix(60))
    return EvaluationError(
      "the JSON path '\(String(all))' is malformed at character \(position + 1): expected \(expected)"
    )
  }

  // MARK: Characters

  private mutating func skipSpace() {
    while position < text.count, text[position].properties.isWhitespace { position += 1 }
  }

  private func at(_ sign: String) -> Bool { text[position...].starts(with: sign.unicodeScalars) }

  private mutating func skip(_ sign: String) -> Bool {
    skipSpace()
    guard at(sign) else { return false }
    position += sign.unicodeScalars.count
    return true
  }

  private mutating func expect(_ sign: String) throws {
    guard skip(sign) else { throw failure("'\(sign)'") }
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }

  /// The letters and digits here; empty where none stand.
  private func peekWord() -> String {
    var word = String.UnicodeScalarView()
    for scalar in text[position...] {
      guard Self.isWord(scalar) else { break }
      word.append(scalar)
    }
    return String(word)
  }

  private mutating func skip(word: String) -> Bool {
    skipSpace()
    guard peekWord() == word else { return false }
    position += word.unicodeScalars.count
    return true
  }

  private mutating func word() throws -> String {
    skipSpace()
    let word = peekWord()
    guard !word.isEmpty else { throw failure("a name") }
    position += word.unicodeScalars.count
    return word
  }

  /// `"text"`, with JSON's escapes.
  private mutating func quoted() throws -> [UInt8] {
    let start = position + 1
    var end = start
    while end < text.count, text[end] != "\"" { end += text[end] == "\\" ? 2 : 1 }
    guard end < text.count else { throw failure("'\"'") }
    var inner = String.UnicodeScalarView()
    inner.append(contentsOf: text[start..<end])
    guard let content = JSONText.unescaped(Array(String(inner).utf8)[...]) else {
      throw failure("text in double quotes")
    }
    position = end + 1
    return content
  }

  private mutating func nested<Result>(_ body: (inout PathParser) throws -> Result) throws -> Result
  {
    guard depth < Self.deepest else { throw failure("at most \(Self.deepest) levels") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Expressions

  private mutating func sum() throws -> PathExpression {
    try nested { parser in
      var left = try parser.product()
      while true {
        if parser.skip("+") {
          left = .arithmetic(.add, left, try parser.product())
        } else if parser.skip("-") {
          left = .arithmetic(.subtract, left, try parser.product())
        } else {
          return left
        }
      }
    }
  }

  private mutating func product() throws -> PathExpression {
    var left = try signed()
    while true {
      if skip("*") {
        left = .arithmetic(.multiply, left, try signed())
      } else if skip("/") {
        left = .arithmetic(.divide, left, try signed())
      } else if skip("%") {
        left = .arithmetic(.modulo, left, try signed())
      } else {
        return left
      }
    }
  }

  private mutating func signed() throws -> PathExpression {
    if skip("-") { return .negate(try nested { try $0.signed() }) }
    if skip("+") { return try nested { try $0.signed() } }
    return try accessors(of: primary())
  }

  private mutating func primary() throws -> PathExpression {
    skipSpace()
    guard position < text.count else { throw failure("'$'") }
    switch text[position] {
    case "$":
      position += 1
      if position < text.count, text[position] == "\"" {
        return .variable(String(decoding: try quoted(), as: UTF8.self))
      }
      let name = peekWord()
      position += name.unicodeScalars.count
      return name.isEmpty ? .context : .variable(name)
    case "@":
      position += 1
      return .current
    case "(":
      position += 1
      let inner = try sum()
      try expect(")")
      return inner
    case "\"": return .literal(.string(try quoted()))
    case "0"..."9", ".": return .literal(.number(try number()))
    default: break
    }
    switch peekWord() {
    case "null":
      position += 4
      return .literal(.null)
    case "true":
      position += 4
      return .literal(.boolean(true))
    case "false":
      position += 5
      return .literal(.boolean(false))
    case "last":
      position += 4
      return .last
    default: throw failure("'$', a number, text in double quotes or '('")
    }
  }

  private mutating func number() throws -> [UInt8] {
    let start = position
    func isDigit(_ index: Int) -> Bool { index < text.count && ("0"..."9").contains(text[index]) }
    while isDigit(position) { position += 1 }
    if position < text.count, text[position] == ".", isDigit(position + 1) {
      position += 1
      while isDigit(position) { position += 1 }
    }
    if position < text.count, text[position] == "e" || text[position] == "E" {
      let hasSign =
        position + 1 < text.count && (text[position + 1] == "+" || text[position + 1] == "-")
      if isDigit(position + (hasSign ? 2 : 1)) {
        position += hasSign ? 2 : 1
        while isDigit(position) { position += 1 }
      }
    }
    guard position > start else { throw failure("a number") }
    return text[start..<position].map { UInt8(truncatingIfNeeded: $0.value) }
  }

  // MARK: What follows an expression

  private mutating func accessors(of base: PathExpression) throws -> PathExpression {
    var result = base
    // Chains become deep trees, which are walked recursively.
    for _ in 0..<Self.deepest * 2 {
      skipSpace()
      if at("..") {
        position += 2
        result = .descendant(result, try memberName())
      } else if at(".") {
        position += 1
        result = try accessor(of: result)
      } else if at("[") {
        position += 1
        result = .elements(result, try subscripts())
      } else if at("?") {
        position += 1
        try expect("(")
        let condition = try nested { try $0.disjunction() }
        try expect(")")
        result = .filter(result, condition)
      } else {
        return result
      }
    }
    throw failure("at most \(Self.deepest * 2) steps")
  }

  private mutating func memberName() throws -> [UInt8] {
    skipSpace()
    return at("\"") ? try quoted() : Array(try word().utf8)
  }

  private mutating func accessor(of base: PathExpression) throws -> PathExpression {
    if skip("*") { return .member(base, nil) }
    if at("\"") { return .member(base, try quoted()) }
    let name = try word()
    let afterName = position
    if skip("("), skip(")") {
      guard let method = PathMethod(rawValue: name) else {
        position = afterName
        throw failure("a method such as size()")
      }
      return .method(base, method)
    }
    position = afterName
    return .member(base, Array(name.utf8))
  }

  private mutating func subscripts() throws -> [PathSubscript]? {
    if skip("*") {
      try expect("]")
      return nil
    }
    var result: [PathSubscript] = []
    repeat {
      let from = try sum()
      result.append(PathSubscript(from: from, to: skip(word: "to") ? try sum() : nil))
    } while skip(",")
    try expect("]")
    return result
  }

  // MARK: Conditions

  private mutating func disjunction() throws -> PathPredicate {
    var left = try conjunction()
    while skip("||") { left = .or(left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws -> PathPredicate {
    var left = try condition()
    while skip("&&") { left = .and(left, try condition()) }
    return left
  }

  private mutating func condition() throws -> PathPredicate {
    try nested { parser in
      parser.skipSpace()
      if parser.at("!"), !parser.at("!=") {
        parser.position += 1
        return .not(try parser.condition())
      }
      if parser.peekWord() == "exists" {
        parser.position += 6
        try parser.expect("(")
        let inner = try parser.sum()
        try parser.expect(")")
        return .exists(inner)
      }
      if parser.at("("), let inner = try parser.parenthesized() { return inner }
      return try parser.comparison()
    }
  }

  /// `(condition)` and `(condition) is unknown`; nil where the parenthesis belongs to an expression.
  private mutating func parenthesized() throws -> PathPredicate? {
    let start = position
    position += 1
    guard let inner = try? disjunction(), skip(")") else {
      position = start
      return nil
    }
    let end = position
    if skip(word: "is") {
      guard skip(word: "unknown") else { throw failure("'unknown'") }
      return .isUnknown(inner)
    }
    position = end
    return inner
  }

  private mutating func comparison() throws -> PathPredicate {
    let left = try sum()
    if skip(word: "starts") {
      guard skip(word: "with") else { throw failure("'with'") }
      return .startsWith(left, try primary())
    }
    if skip(word: "like_regex") {
      skipSpace()
      guard at("\"") else { throw failure("a pattern in double quotes") }
      return .matches(left, try RegexProgram(try quoted()[...]))
    }
    return .compare(try comparisonSign(), left, try sum())
  }

  private mutating func comparisonSign() throws -> PathComparison {
    if skip("==") { return .equal }
    if skip("!=") || skip("<>") { return .notEqual }
    if skip("<=") { return .lessOrEqual }
    if skip(">=") { return .greaterOrEqual }
    if skip("<") { return .less }
    if skip(">") { return .greater }
    throw failure("a comparison such as '=='")
  }
}
