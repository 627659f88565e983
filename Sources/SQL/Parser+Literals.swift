extension Parser {
  /// The content of `U&'…'`: `\hhhh` and `\+hhhhhh` (hexadecimal) stand for code points, `\\` for a
  /// backslash. `UESCAPE '#'` behind it makes `#` what the backslash is.
  func unescaped(_ token: Token, escape: Unicode.Scalar = "\\") throws(SQLError) -> String {
    let inner = Token(kind: .string, keyword: nil, start: token.start + 2, end: token.end)
    let content = Array(unquoted(inner).unicodeScalars)
    var result = String.UnicodeScalarView()
    var index = 0
    while index < content.count {
      guard content[index] == escape else {
        result.append(content[index])
        index += 1
        continue
      }
      index += 1
      if index < content.count, content[index] == escape {
        result.append(escape)
        index += 1
        continue
      }
      let isLong = index < content.count && content[index] == "+"
      let start = isLong ? index + 1 : index
      let end = start + (isLong ? 6 : 4)
      guard end <= content.count,
        let code = UInt32(String(String.UnicodeScalarView(content[start..<end])), radix: 16),
        let scalar = Unicode.Scalar(code)
      else {
        throw SQLError("expected a code point as in '\\00e9' or '\\+01f600'", at: token.range)
      }
      result.append(scalar)
      index = end
    }
    return String(result)
  }

  /// `U&'…'` or `U&"…"`, with the UESCAPE that may follow.
  mutating func unicodeText() throws(SQLError) -> String {
    let text = token
    advance()
    guard accept(word: "uescape") else { return try unescaped(text) }
    let place = token.range
    let escape = Array(try string("a character in single quotes").unicodeScalars)
    guard escape.count == 1, !escape[0].properties.isWhitespace,
      !escape[0].properties.isASCIIHexDigit, escape[0] != "+"
    else {
      throw SQLError("UESCAPE takes one character that is no digit, letter or '+'", at: place)
    }
    return try unescaped(text, escape: escape[0])
  }

  /// The bytes of `X'CAFE'`; white space between digits is allowed.
  func binary(_ token: Token) throws(SQLError) -> [UInt8] {
    let digits = bytes[Int(token.start) + 2..<Int(token.end) - 1].filter { $0 != 0x20 }
    guard digits.count.isMultiple(of: 2) else {
      throw SQLError("expected an even number of hexadecimal digits", at: token.range)
    }
    var result: [UInt8] = []
    result.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.hexadecimal(digits[index]),
        let low = Self.hexadecimal(digits[index + 1])
      else { throw SQLError("expected hexadecimal digits in X'…'", at: token.range) }
      result.append(high << 4 | low)
    }
    return result
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Digits without the `_` that may group them.
  func number(_ token: Token) -> String {
    let place = Int(token.start)..<Int(token.end)
    if let value = IntegerPrefix.value(of: bytes[place]) { return String(value) }
    let text = text(of: token)
    return text.contains("_") ? text.filter { $0 != "_" } : text
  }

  /// `INTERVAL` has been seen and is followed by a quoted amount, perhaps signed.
  var atInterval: Bool {
    guard at(.interval) else { return false }
    let hasSign = peek(1).kind == .minus || peek(1).kind == .plus
    let amount = peek(hasSign ? 2 : 1)
    return amount.kind == .string
      || (amount.kind == .integer && peek(hasSign ? 3 : 2).kind == .word)
  }

  /// `INTERVAL [+|-] '1' DAY [TO SECOND]`.
  mutating func interval() throws(SQLError) -> ExpressionSyntax {
    let first = token
    try expect(.interval)
    let isNegative = at(.minus)
    if at(.minus) || at(.plus) { advance() }
    guard at(.string) else {
      throw unexpected("a quoted amount", hint: "; an interval is written INTERVAL '3' DAY")
    }
    let text = try string()
    let unit = try intervalUnit()
    let last = accept(.to) ? try intervalUnit() : nil
    return ExpressionSyntax(
      .interval(text, isNegative: isNegative, from: unit, to: last), range(from: first))
  }

  private mutating func intervalUnit() throws(SQLError) -> IntervalUnit {
    let expected = "YEAR, MONTH, DAY, HOUR, MINUTE or SECOND"
    guard at(.word) else { throw unexpected(expected) }
    let word = text(of: token).lowercased()
    guard let unit = IntervalUnit(rawValue: word) else {
      let singular = IntervalUnit(rawValue: String(word.dropLast()))
      throw unexpected(
        expected, hint: singular.map { "; did you mean \($0.rawValue.uppercased())?" } ?? "")
    }
    advance()
    return unit
  }
}
