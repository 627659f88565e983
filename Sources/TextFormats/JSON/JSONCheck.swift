/// Tells whether a text is one JSON value, without building it.
///
/// Brackets are kept in a list, so that no depth is too much.
///
/// Source: RFC 8259.
struct JSONCheck {
  private let bytes: [UInt8]
  private var position = 0

  /// - Complexity: O(`bytes.count`).
  static func isValue(_ bytes: [UInt8]) -> Bool {
    var check = JSONCheck(bytes: bytes)
    return check.skipDocument()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func skipDocument() -> Bool {
    // What closes the objects and arrays that are open.
    var closers: [UInt8] = []
    values: while true {
      guard let closer = skipStartOfValue() else { return false }
      if closer != 0 {
        closers.append(closer)
        if closer == UInt8(ascii: "}"), !skipName() { return false }
        continue
      }
      while let closer = closers.last {
        if take(UInt8(ascii: ",")) {
          if closer == UInt8(ascii: "}"), !skipName() { return false }
          continue values
        }
        guard take(closer) else { return false }
        closers.removeLast()
      }
      return peek() == nil
    }
  }

  /// Skips a whole value, or the bracket of one that is not empty; what closes that one, else 0; nil where
  /// no value begins.
  private mutating func skipStartOfValue() -> UInt8? {
    guard let first = peek() else { return nil }
    switch first {
    case UInt8(ascii: "{"): return skipBracket(closer: UInt8(ascii: "}"))
    case UInt8(ascii: "["): return skipBracket(closer: UInt8(ascii: "]"))
    case UInt8(ascii: "\""): return skipString() ? 0 : nil
    case UInt8(ascii: "t"): return skipWord("true") ? 0 : nil
    case UInt8(ascii: "f"): return skipWord("false") ? 0 : nil
    case UInt8(ascii: "n"): return skipWord("null") ? 0 : nil
    default: return skipNumber() ? 0 : nil
    }
  }

  private mutating func skipBracket(closer: UInt8) -> UInt8 {
    position += 1
    return take(closer) ? 0 : closer
  }

  /// Skips the name of a member and its colon.
  private mutating func skipName() -> Bool {
    peek() == UInt8(ascii: "\"") && skipString() && take(UInt8(ascii: ":"))
  }

  private mutating func skipString() -> Bool {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"): guard skipEscape() else { return false }
      case 0x20...: continue
      default: return false
      }
    }
    return false
  }

  private mutating func skipEscape() -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position]
    position += 1
    guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
    for _ in 0..<4 {
      guard position < bytes.count, UnicodeScalar(bytes[position]).properties.isASCIIHexDigit else {
        return false
      }
      position += 1
    }
    return true
  }

  private mutating func skipWord(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipNumber() -> Bool {
    if next() == UInt8(ascii: "-") { position += 1 }
    let start = position
    guard skipDigits(), bytes[start] != UInt8(ascii: "0") || position == start + 1 else {
      return false
    }
    if next() == UInt8(ascii: ".") {
      position += 1
      guard skipDigits() else { return false }
    }
    if let byte = next(), byte | 0x20 == UInt8(ascii: "e") {
      position += 1
      if next() == UInt8(ascii: "+") || next() == UInt8(ascii: "-") { position += 1 }
      guard skipDigits() else { return false }
    }
    return true
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while let byte = next(), byte &- 0x30 < 10 { position += 1 }
    return position > start
  }

  private func next() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The next byte that is no blank; nil at the end.
  private mutating func peek() -> UInt8? {
    while let byte = next() {
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return byte }
      position += 1
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }
}
