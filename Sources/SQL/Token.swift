/// One word, number, quoted text or sign of a statement.
struct Token {
  var kind: Kind
  /// Which keyword an unquoted word spells, in any case.
  var keyword: Keyword?
  var start: Int32
  var end: Int32

  var range: SourceRange { SourceRange(Int(start), Int(end)) }

  enum Kind: UInt8 {
    case word, quotedName, backquotedName, unicodeName
    case integer, decimal, real
    case string, unicodeString, binary
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket
    case comma, dot, colon, semicolon, question
    case plus, minus, star, slash, percent, concatenate
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case arrow
    case endOfText
  }
}

extension Token.Kind {
  /// How messages name what is expected.
  var display: String {
    switch self {
    case .word, .quotedName, .backquotedName, .unicodeName: "a name"
    case .integer, .decimal, .real: "a number"
    case .string, .unicodeString: "text in single quotes"
    case .binary: "X'…'"
    case .leftParenthesis: "'('"
    case .rightParenthesis: "')'"
    case .leftBracket: "'['"
    case .rightBracket: "']'"
    case .comma: "','"
    case .dot: "'.'"
    case .colon: "':'"
    case .semicolon: "';'"
    case .question: "'?'"
    case .plus: "'+'"
    case .minus: "'-'"
    case .star: "'*'"
    case .slash: "'/'"
    case .percent: "'%'"
    case .concatenate: "'||'"
    case .equal: "'='"
    case .notEqual: "'<>'"
    case .less: "'<'"
    case .lessOrEqual: "'<='"
    case .greater: "'>'"
    case .greaterOrEqual: "'>='"
    case .arrow: "'->'"
    case .endOfText: "the end of the statement"
    }
  }
}
