/// A place in JSON text (RFC 8259) being read or skipped.
///
/// Reading never recurses deeper than ``depthLimit`` and never leaves the text, whatever it holds.
struct JSONCursor {
  static let depthLimit = 256

  let bytes: ArraySlice<UInt8>
  private(set) var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  var isAtEnd: Bool { at >= bytes.endIndex }

  /// The next byte that is no white space, not yet taken.
  mutating func peek() -> UInt8? {
    while at < bytes.endIndex {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      default: return bytes[at]
      }
    }
    return nil
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    at += 1
    return true
  }

  /// Passes one whole value; nil when the text is not JSON.
  mutating func skipValue(depth: Int = 0) -> Range<Int>? {
    guard depth < Self.depthLimit, let first = peek() else { return nil }
    let start = at
    switch first {
    case 0x22: guard skipString() != nil else { return nil }
    case 0x7B:
      at += 1
      if skip(0x7D) { return start..<at }
      repeat {
        guard peek() == 0x22, skipString() != nil, skip(0x3A), skipValue(depth: depth + 1) != nil
        else { return nil }
      } while skip(0x2C)
      guard skip(0x7D) else { return nil }
    case 0x5B:
      at += 1
      if skip(0x5D) { return start..<at }
      repeat {
        guard skipValue(depth: depth + 1) != nil else { return nil }
      } while skip(0x2C)
      guard skip(0x5D) else { return nil }
    case 0x74: guard skipWord("true") else { return nil }
    case 0x66: guard skipWord("false") else { return nil }
    case 0x6E: guard skipWord("null") else { return nil }
    default: guard skipNumber() else { return nil }
    }
    return start..<at
  }

  /// Passes a string and tells the range between its quotes and whether it has escapes.
  mutating func skipString() -> (range: Range<Int>, hasEscapes: Bool)? {
    at += 1
    let start = at
    var hasEscapes = false
    while at < bytes.endIndex {
      let byte = bytes[at]
      if byte == 0x22 {
        at += 1
        return (start..<(at - 1), hasEscapes)
      }
      if byte < 0x20 { return nil }
      if byte == 0x5C {
        hasEscapes = true
        at += 1
      }
      at += 1
    }
    return nil
  }

  /// Reads a string, its escapes resolved.
  mutating func readString() -> [UInt8]? {
    guard peek() == 0x22, let (range, hasEscapes) = skipString() else { return nil }
    return hasEscapes ? JSONText.unescaped(bytes[range]) : Array(bytes[range])
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let word = Array("\(word)".utf8)
    guard bytes[at...].starts(with: word) else { return false }
    at += word.count
    return true
  }

  private mutating func skipNumber() -> Bool {
    if at < bytes.endIndex && bytes[at] == 0x2D { at += 1 }
    let start = at
    guard skipDigits() else { return false }
    if bytes[start] == 0x30 && at - start > 1 { return false }
    if at < bytes.endIndex && bytes[at] == 0x2E {
      at += 1
      guard skipDigits() else { return false }
    }
    if at < bytes.endIndex && bytes[at] | 0x20 == 0x65 {
      at += 1
      if at < bytes.endIndex, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      guard skipDigits() else { return false }
    }
    return true
  }

  private mutating func skipDigits() -> Bool {
    let start = at
    while at < bytes.endIndex && bytes[at] &- 0x30 <= 9 { at += 1 }
    return at > start
  }
}
