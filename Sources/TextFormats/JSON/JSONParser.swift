package import Files

/// What a JSON reader accepts beyond the standard.
package struct JSONOptions: Sendable {
  /// `// …`, `/* … */` and a comma before a closing bracket, for files that people write.
  package var allowsComments = false
  /// Nesting beyond which a document is refused.
  package var depthLimit = 512
  /// Values beyond which a document is refused: each takes some hundred bytes, however few its text has.
  package var valueLimit = 4_000_000

  package init(allowsComments: Bool = false) { self.allowsComments = allowsComments }

  /// The standard, for data.
  package static let data = JSONOptions()
  /// With comments and trailing commas, for configuration.
  package static let config = JSONOptions(allowsComments: true)
}

extension JSONValue {
  /// The one document that `bytes` hold, UTF-8 with or without a byte order mark.
  ///
  /// - Parameter file: what messages call the input.
  /// - Throws: `FormatError` with line and column.
  /// - Complexity: O(`bytes.count`).
  package static func parse(
    _ bytes: [UInt8], file: String, options: JSONOptions = .data
  ) throws(FormatError) -> JSONValue {
    var parser = JSONParser(bytes, file: file, options: options)
    return try parser.wholeDocument()
  }

  package static func parse(
    _ text: String, file: String = "JSON", options: JSONOptions = .data
  ) throws(FormatError) -> JSONValue {
    try parse(Array(text.utf8), file: file, options: options)
  }
}

/// A recursive descent over bytes.
///
/// Source: RFC 8259.
struct JSONParser {
  private let bytes: [UInt8]
  private let file: String
  private let options: JSONOptions
  private let firstLine: Int
  private(set) var position = 0
  private var depth = 0
  private var valueCount = 0

  init(_ bytes: [UInt8], file: String, options: JSONOptions, firstLine: Int = 1) {
    self.bytes = bytes
    self.file = file
    self.options = options
    self.firstLine = firstLine
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func wholeDocument() throws(FormatError) -> JSONValue {
    try skipBlanks()
    let value = try value()
    try skipBlanks()
    guard position == bytes.count else { throw unexpected("the end of the document") }
    return value
  }

  /// Skips blanks; whether a document follows.
  mutating func hasMore() throws(FormatError) -> Bool {
    try skipBlanks()
    return position < bytes.count
  }

  mutating func value() throws(FormatError) -> JSONValue {
    guard position < bytes.count else { throw unexpected("a value") }
    valueCount += 1
    guard valueCount <= options.valueLimit else {
      throw error(
        "the document has more than the \(options.valueLimit) values allowed: split it into pages")
    }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      return try nested { (parser) throws(FormatError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(FormatError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw unexpected("a value")
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(FormatError) -> JSONValue
  ) throws(FormatError) -> JSONValue {
    depth += 1
    guard depth <= options.depthLimit else {
      throw error("is nested deeper than the \(options.depthLimit) levels allowed")
    }
    defer { depth -= 1 }
    position += 1
    return try body(&self)
  }

  private mutating func object() throws(FormatError) -> JSONValue {
    var members: [(String, JSONValue)] = []
    try skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    while true {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw unexpected("a name in double quotes")
      }
      let key = try string()
      try skipBlanks()
      guard take(UInt8(ascii: ":")) else {
        throw unexpected("':' after the name '\(key.prefix(40))'")
      }
      try skipBlanks()
      members.append((key, try value()))
      try skipBlanks()
      if take(UInt8(ascii: ",")) {
        try skipBlanks()
        if options.allowsComments && take(UInt8(ascii: "}")) { break }
      } else if take(UInt8(ascii: "}")) {
        break
      } else {
        throw unexpected("',' or '}'")
      }
    }
    let object = JSONObject(members)
    if object.count < members.count { throw repeated(members) }
    return .object(object)
  }

  /// Of two values under one name nobody can say which is meant (RFC 8259, section 4).
  private func repeated(_ members: [(String, JSONValue)]) -> FormatError {
    var seen: Set<String> = []
    let twice = members.first { !seen.insert($0.0).inserted }?.0 ?? ""
    return error(
      "the object that ends here has the name '\(twice.prefix(40))' twice, expected it once")
  }

  private mutating func array() throws(FormatError) -> JSONValue {
    var elements: [JSONValue] = []
    try skipBlanks()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try value())
      try skipBlanks()
      if take(UInt8(ascii: ",")) {
        try skipBlanks()
        if options.allowsComments && take(UInt8(ascii: "]")) { break }
      } else if take(UInt8(ascii: "]")) {
        break
      } else {
        throw unexpected("',' or ']'")
      }
    }
    return .array(elements)
  }

  private mutating func string() throws(FormatError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try text(bytes[start..<position], at: start)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw error("a control character in a string must be escaped") }
      position += 1
    }
    position = start - 1
    throw error("the string that starts here is never closed")
  }

  private mutating func escapedString(from start: Int) throws(FormatError) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return try text(unescaped[...], at: start) }
      guard byte >= 0x20 else { throw error("a control character in a string must be escaped") }
      guard byte == UInt8(ascii: "\\") else {
        unescaped.append(byte)
        continue
      }
      guard position < bytes.count else { break }
      let escape = bytes[position]
      position += 1
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(escape)
      case UInt8(ascii: "b"): unescaped.append(0x08)
      case UInt8(ascii: "f"): unescaped.append(0x0C)
      case UInt8(ascii: "n"): unescaped.append(0x0A)
      case UInt8(ascii: "r"): unescaped.append(0x0D)
      case UInt8(ascii: "t"): unescaped.append(0x09)
      case UInt8(ascii: "u"):
        unescaped.append(contentsOf: Character(try escapedScalar()).utf8)
      default:
        position -= 2
        throw error("expected an escape of JSON, found '\\\(Character(Unicode.Scalar(escape)))'")
      }
    }
    position = start - 1
    throw error("the string that starts here is never closed")
  }

  /// After `\u`; a surrogate without its partner is no character.
  private mutating func escapedScalar() throws(FormatError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw loneSurrogate() }
    position += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw loneSurrogate() }
    return scalar
  }

  private func loneSurrogate() -> FormatError {
    error("expected a character, found half of one: a surrogate escape without its partner")
  }

  private mutating func hexadecimal() throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw unexpected("four hexadecimal digits after '\\u'") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func text(_ utf8: ArraySlice<UInt8>, at start: Int) throws(FormatError) -> String {
    // Most texts are ASCII, which needs no validation.
    if utf8.allSatisfy({ $0 < 0x80 }) { return String(decoding: utf8, as: UTF8.self) }
    guard let text = String(validating: utf8, as: UTF8.self) else {
      var failed = self
      failed.position = start - 1
      throw failed.error("the string is not valid UTF-8")
    }
    return text
  }

  private mutating func number() throws(FormatError) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) {
      guard skipDigits() else { throw unexpected("a digit") }
    }
    if take(UInt8(ascii: ".")) {
      guard skipDigits() else { throw unexpected("a digit after the decimal point") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard skipDigits() else { throw unexpected("a digit in the exponent") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
    return position > start
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(FormatError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw unexpected("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() throws(FormatError) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case UInt8(ascii: "/") where options.allowsComments: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(FormatError) {
    guard position + 1 < bytes.count else { throw unexpected("a value") }
    switch bytes[position + 1] {
    case UInt8(ascii: "/"):
      while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    case UInt8(ascii: "*"):
      let start = position
      position += 2
      while position + 1 < bytes.count {
        if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
          position += 2
          return
        }
        position += 1
      }
      position = start
      throw error("the comment that starts here is never closed")
    default: throw unexpected("a value or a comment")
    }
  }

  private func unexpected(_ expected: String) -> FormatError {
    guard position < bytes.count else {
      return error("expected \(expected), found the end: the file may be incomplete")
    }
    let byte = bytes[position]
    let found: String =
      switch byte {
      case 0x20...0x7E: "'\(Character(Unicode.Scalar(byte)))'"
      case 0x0A: "the end of the line"
      case 0x80...:
        "'\(String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self).prefix(1))'"
      default: "byte \(byte)"
      }
    return error("expected \(expected), found \(found)")
  }

  private func error(_ message: String) -> FormatError {
    var line = firstLine
    var lineStart = 0
    for index in 0..<min(position, bytes.count) where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    let column =
      String(decoding: bytes[lineStart..<min(position, bytes.count)], as: UTF8.self)
      .unicodeScalars.count + 1
    return FormatError(file, at: "line \(line), column \(column)", message)
  }
}
