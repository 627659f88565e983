/// Statements of a script, one after another, separated by `;`.
package enum Script {
  /// Cuts a script at each `;` that is outside quotes and comments.
  ///
  /// Pieces without anything but white space and comments are left out; others begin at their first
  /// character that is not white space. `offset` is where the piece begins in the script, in UTF-8
  /// bytes: the ranges of its errors count from there.
  ///
  /// - Complexity: O(length of the text).
  package static func statements(_ text: String) -> [(text: String, offset: Int)] {
    var scanner = ScriptScanner(Array(text.utf8))
    return scanner.statements()
  }
}

private struct ScriptScanner {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func statements() -> [(text: String, offset: Int)] {
    var found: [(text: String, offset: Int)] = []
    while position < bytes.count {
      skipSpace()
      let start = position
      let hasWords = skipStatement()
      if hasWords {
        var end = position
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        found.append((String(decoding: bytes[start..<end], as: UTF8.self), start))
      }
      position += 1
    }
    return found
  }

  private mutating func skipSpace() {
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
  }

  /// Moves to the next `;` or the end. Returns whether there was anything to run before it.
  private mutating func skipStatement() -> Bool {
    var hasWords = false
    while position < bytes.count {
      let byte = bytes[position]
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0
      switch byte {
      case UInt8(ascii: ";"): return hasWords
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        hasWords = true
        skip(past: byte)
      case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        position += 2
        skipComment()
      default:
        if !isSpace(byte) { hasWords = true }
        position += 1
      }
    }
    return hasWords
  }

  /// A doubled quote closes and opens again, which comes to the same.
  private mutating func skip(past quote: UInt8) {
    position += 1
    while position < bytes.count, bytes[position] != quote { position += 1 }
    if position < bytes.count { position += 1 }
  }

  private mutating func skipComment() {
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "*"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "/")
      {
        position += 2
        return
      }
      position += 1
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
