/// Cuts a statement's text into tokens, leaving out white space and comments.
struct Lexer {
  private let bytes: [UInt8]
  private var position = 0
  private var tokens: [Token] = []

  /// - Returns: the tokens, the last of them `.endOfText`.
  /// - Throws: for quotes and comments that are never closed, and characters without a meaning.
  static func tokens(_ bytes: [UInt8]) throws(SQLError) -> [Token] {
    var lexer = Lexer(bytes: bytes)
    while try lexer.next() {}
    return lexer.tokens
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    tokens.reserveCapacity(bytes.count / 4 + 8)
  }

  private mutating func next() throws(SQLError) -> Bool {
    try skipSpaceAndComments()
    guard position < bytes.count else {
      add(.endOfText, from: position)
      return false
    }
    let start = position
    let byte = bytes[start]
    switch byte {
    case UInt8(ascii: "'"):
      try skipQuoted(byte, from: start)
      add(.string, from: start)
    case UInt8(ascii: "\""):
      try skipQuoted(byte, from: start)
      add(.quotedName, from: start)
    case UInt8(ascii: "`"):
      try skipQuoted(byte, from: start)
      add(.backquotedName, from: start)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      try number()
    case UInt8(ascii: ".") where isDigit(peek(1)):
      try number()
    default:
      if try !prefixedString() {
        if wordLength(at: start) > 0 {
          word()
        } else {
          try symbol()
        }
      }
    }
    return true
  }

  private mutating func add(_ kind: Token.Kind, from start: Int, keyword: Keyword? = nil) {
    tokens.append(
      Token(kind: kind, keyword: keyword, start: Int32(start), end: Int32(position)))
  }

  private func peek(_ distance: Int) -> UInt8 {
    let index = position + distance
    return index < bytes.count ? bytes[index] : 0
  }
}

// MARK: Space, comments, quotes

extension Lexer {
  private mutating func skipSpaceAndComments() throws(SQLError) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09...0x0D:
        position += 1
      case 0xC2 where peek(1) == 0xA0:
        // A no-break space, as copied from a web page.
        position += 2
      case 0xEF where position == 0 && peek(1) == 0xBB && peek(2) == 0xBF:
        // A byte order mark, as some editors write it.
        position += 3
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
        try skipComment()
      default:
        return
      }
    }
  }

  private mutating func skipComment() throws(SQLError) {
    let start = position
    position += 2
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        position += 2
        return
      }
      position += 1
    }
    throw SQLError("this comment is never closed: expected '*/'", at: SourceRange(start, start + 2))
  }

  /// Moves past a quoted text; a doubled quote stands for one.
  private mutating func skipQuoted(_ quote: UInt8, from start: Int) throws(SQLError) {
    position += 1
    while position < bytes.count {
      if bytes[position] == quote {
        if peek(1) != quote {
          position += 1
          return
        }
        position += 1
      }
      position += 1
    }
    position = bytes.count
    let sign = quote == UInt8(ascii: "'") ? "\"'\"" : "'\(Character(Unicode.Scalar(quote)))'"
    throw SQLError(
      "this quote is never closed: expected \(sign)", at: SourceRange(start, start + 1))
  }

  /// `X'CAFE'`, `U&'\00e9'` and `U&"\00e9"`.
  private mutating func prefixedString() throws(SQLError) -> Bool {
    let start = position
    let quote = UInt8(ascii: "'")
    switch bytes[start] | 0x20 {
    case UInt8(ascii: "x") where peek(1) == quote:
      position += 1
      try skipQuoted(quote, from: position)
      add(.binary, from: start)
    case UInt8(ascii: "u") where peek(1) == UInt8(ascii: "&") && peek(2) == quote:
      position += 2
      try skipQuoted(quote, from: position)
      add(.unicodeString, from: start)
    case UInt8(ascii: "u") where peek(1) == UInt8(ascii: "&") && peek(2) == UInt8(ascii: "\""):
      position += 2
      try skipQuoted(UInt8(ascii: "\""), from: position)
      add(.unicodeName, from: start)
    default:
      return false
    }
    return true
  }
}

// MARK: Words and numbers

extension Lexer {
  private mutating func word() {
    let start = position
    while true {
      let length = wordLength(at: position)
      guard length > 0 else { break }
      position += length
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // No keyword is longer, and lowering a long name is work for nothing.
    let keyword = text.utf8.count <= 20 ? Keyword.spelled(text.lowercased()) : nil
    add(.word, from: start, keyword: keyword)
  }

  /// Bytes of the letter, digit, `_` or `$` at an index; 0 for anything else.
  private func wordLength(at index: Int) -> Int {
    guard index < bytes.count else { return 0 }
    switch bytes[index] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      return 1
    case UInt8(ascii: "$"):
      return index > 0 && isWordByte(bytes[index - 1]) ? 1 : 0
    case 0x80...:
      guard let scalar = scalar(at: index), scalar.properties.isAlphabetic else { return 0 }
      return String(scalar).utf8.count
    default:
      return 0
    }
  }

  private mutating func number() throws(SQLError) {
    let start = position
    var kind = Token.Kind.integer
    if try prefixedInteger() { return }
    skipDigits()
    if peek(0) == UInt8(ascii: ".") {
      kind = .decimal
      position += 1
      skipDigits()
    }
    if peek(0) | 0x20 == UInt8(ascii: "e") {
      let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
      if isDigit(peek(hasSign ? 2 : 1)) {
        kind = .real
        position += hasSign ? 2 : 1
        skipDigits()
      }
    }
    let end = position
    while wordLength(at: position) > 0 { position += wordLength(at: position) }
    guard position == end else {
      throw SQLError(
        "a name cannot start with a digit unless it is in double quotes",
        at: SourceRange(start, position))
    }
    add(kind, from: start)
  }

  /// `0xFF`, `0o17`, `0b11`.
  private mutating func prefixedInteger() throws(SQLError) -> Bool {
    guard peek(0) == UInt8(ascii: "0"), IntegerPrefix(peek(1)) != nil else { return false }
    let start = position
    while wordLength(at: position) > 0 { position += wordLength(at: position) }
    guard IntegerPrefix.value(of: bytes[start..<position]) != nil else {
      throw SQLError(
        "expected a number such as 0x1F, 0o17 or 0b11 that fits BIGINT",
        at: SourceRange(start, position))
    }
    add(.integer, from: start)
    return true
  }

  private mutating func skipDigits() {
    while isDigit(peek(0)) || (peek(0) == UInt8(ascii: "_") && isDigit(peek(1))) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func scalar(at index: Int) -> Unicode.Scalar? {
    let end = min(index + 4, bytes.count)
    return String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars.first
  }
}

// MARK: Signs

extension Lexer {
  private mutating func symbol() throws(SQLError) {
    let start = position
    let (kind, length) = try symbolKind()
    position += length
    add(kind, from: start)
  }

  private func symbolKind() throws(SQLError) -> (Token.Kind, Int) {
    let next = peek(1)
    switch bytes[position] {
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: "."): return (.dot, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: ":") where next != UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "?"): return (.question, 1)
    case UInt8(ascii: "+"): return (.plus, 1)
    case UInt8(ascii: "*"): return (.star, 1)
    case UInt8(ascii: "/"): return (.slash, 1)
    case UInt8(ascii: "/"): return (.slash, 1)
    case UInt8(ascii: "%"): return (.percent, 1)
    case UInt8(ascii: "-"): return next == UInt8(ascii: ">") ? (.arrow, 2) : (.minus, 1)
    case UInt8(ascii: "|") where next == UInt8(ascii: "|"): return (.concatenate, 2)
    case UInt8(ascii: "="):
      guard next != UInt8(ascii: "=") else { throw unexpected(2, "; equality is written '='") }
      return (.equal, 1)
    case UInt8(ascii: "!") where next == UInt8(ascii: "="): return (.notEqual, 2)
    case UInt8(ascii: "<"):
      if next == UInt8(ascii: ">") { return (.notEqual, 2) }
      return next == UInt8(ascii: "=") ? (.lessOrEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"):
      return next == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
    default:
      throw unexpectedCharacter()
    }
  }

  private func unexpectedCharacter() -> SQLError {
    guard let scalar = scalar(at: position) else { return unexpected(1, "") }
    let hint =
      switch scalar {
      case "\u{2018}", "\u{2019}": "; text is quoted with \"'\""
      case "\u{201C}", "\u{201D}": "; names are quoted with '\"'"
      case "|": "; texts are joined with '||'"
      case "&": "; conditions are joined with AND"
      case "!": "; conditions are negated with NOT"
      case ":": "; a type is changed by CAST(value AS type)"
      case "~": "; patterns are matched by regexp_like(text, pattern)"
      case "^": "; powers are written power(a, b)"
      default: ""
      }
    return unexpected(min(String(scalar).utf8.count, bytes.count - position), hint)
  }

  private func unexpected(_ length: Int, _ hint: String) -> SQLError {
    let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
    return SQLError(
      "unexpected character '\(text)'\(hint)", at: SourceRange(position, position + length))
  }
}
