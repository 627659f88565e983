extension Parser {
  /// `decimal(16, 8)`, `array(row(a bigint))`, `timestamp(3) with time zone`, `double precision`; also
  /// `array<bigint>` and `map<varchar, bigint>`, which Trino's grammar calls legacy types.
  mutating func type() throws(SQLError) -> TypeSyntax {
    let first = token
    let outer = try enter()
    let word = try identifier("a type")
    var name = word.text.lowercased()
    var arguments: [TypeArgument] = []
    if name == "double", at(.precision) { advance() }
    if name == "interval" { name = try intervalType() }
    if at(.leftParenthesis) {
      arguments = name == "row" ? try rowFields() : try typeArguments()
    } else if at(.less), name == "array" || name == "map" {
      arguments = try legacyArguments()
    } else if at(.less), name == "row" || name == "struct" {
      throw unexpected("'('", hint: "; write row(name varchar, size bigint)")
    }
    if name == "timestamp" || name == "time" { name += try zoneSuffix() }
    var type = TypeSyntax(name: name, arguments: arguments, range: range(from: first))
    // `bigint array`, an older way to write `array(bigint)`.
    while accept(.array) {
      try grow()
      type = TypeSyntax(name: "array", arguments: [.type(type)], range: range(from: first))
    }
    try leave(outer)
    return type
  }

  private mutating func zoneSuffix() throws(SQLError) -> String {
    if at(.with), peek(1).keyword == .time {
      index += 2
      try expect(.zone)
      return " with time zone"
    }
    if at(.without), peek(1).keyword == .time {
      index += 2
      try expect(.zone)
    }
    return ""
  }

  private mutating func intervalType() throws(SQLError) -> String {
    if accept(word: "year") {
      try expect(.to)
      guard accept(word: "month") else { throw unexpected("MONTH") }
      return "interval year to month"
    }
    if accept(word: "day") {
      try expect(.to)
      guard accept(word: "second") else { throw unexpected("SECOND") }
      return "interval day to second"
    }
    throw unexpected("YEAR TO MONTH or DAY TO SECOND")
  }

  private mutating func typeArguments() throws(SQLError) -> [TypeArgument] {
    let opening = token
    try expect(.leftParenthesis)
    var arguments: [TypeArgument] = []
    repeat {
      if at(.integer) {
        guard let value = Int(number(token)) else { throw unexpected("a smaller number") }
        advance()
        arguments.append(.number(value))
      } else {
        arguments.append(.type(try type()))
      }
    } while accept(.comma)
    try close(.rightParenthesis, opening)
    return arguments
  }

  private mutating func legacyArguments() throws(SQLError) -> [TypeArgument] {
    let opening = token
    try expect(.less)
    var arguments: [TypeArgument] = []
    repeat { arguments.append(.type(try type())) } while accept(.comma)
    try close(.greater, opening)
    return arguments
  }

  private mutating func rowFields() throws(SQLError) -> [TypeArgument] {
    let opening = token
    try expect(.leftParenthesis)
    var fields: [TypeArgument] = []
    repeat {
      if isNamedField {
        let name = try identifier()
        fields.append(.field(name, try type()))
      } else {
        fields.append(.type(try type()))
      }
    } while accept(.comma)
    try close(.rightParenthesis, opening)
    return fields
  }

  /// Two names in a row are a field and its type, but for the types of several words.
  private var isNamedField: Bool {
    guard atName, isName(peek(1)) else { return false }
    if peek(1).keyword == .array { return isName(peek(2)) || peek(2).kind == .leftParenthesis }
    if at(.double) { return peek(1).keyword != .precision || isName(peek(2)) }
    if at(.interval) { return peek(2).keyword != .to }
    if at(.timestamp) || at(.time) { return peek(1).keyword != .without }
    return true
  }
}
