/// Bytes of a terminal to keys: UTF-8, the sequences of xterm and its kin, bracketed paste.
///
/// Bytes come in any pieces; what is not complete is kept for the next call.
package struct KeyDecoder: Sendable {
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?

  private static let escape: UInt8 = 0x1B
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  package init() {}

  /// Whether an escape byte waits for what may follow it.
  package var isWaiting: Bool { !pending.isEmpty && pasted == nil }

  /// The keys that are complete with these bytes.
  package mutating func keys(_ bytes: [UInt8]) -> [Key] {
    pending += bytes
    var keys: [Key] = []
    while let key = next() { keys.append(key) }
    return keys
  }

  /// What is left when nothing more has come for a while: a lone escape byte is the key Escape.
  package mutating func flush() -> [Key] {
    guard isWaiting else { return [] }
    let first = pending.first
    pending = []
    return first == KeyDecoder.escape ? [.escape] : [.unknown]
  }

  private mutating func next() -> Key? {
    if pasted != nil { return nextOfPaste() }
    guard let first = pending.first else { return nil }
    if first == KeyDecoder.escape { return escapeSequence() }
    if first < 0x20 || first == 0x7F {
      pending.removeFirst()
      return KeyDecoder.control(first)
    }
    let length = KeyDecoder.length(of: first)
    guard pending.count >= length else { return nil }
    let text = String(decoding: pending.prefix(length), as: UTF8.self)
    pending.removeFirst(length)
    return .text(text)
  }

  /// Bytes of the scalar that begins with this one; 1 for what cannot begin one.
  private static func length(of first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x0D, 0x0A: .enter
    case 0x09: .tab
    case 0x7F, 0x08: .backspace
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    case 0x1F: .control("_")
    default: .unknown
    }
  }

  // MARK: Escape sequences

  private mutating func escapeSequence() -> Key? {
    guard pending.count >= 2 else { return nil }
    switch pending[1] {
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"):
      guard pending.count >= 3 else { return nil }
      let final = pending[2]
      pending.removeFirst(3)
      return KeyDecoder.cursorKey(final, modifier: 1)
    case KeyDecoder.escape:
      pending.removeFirst()
      return .escape
    case let byte:
      let length = KeyDecoder.length(of: byte)
      guard pending.count > length else { return nil }
      let text = String(decoding: pending[1...length], as: UTF8.self).lowercased()
      pending.removeFirst(1 + length)
      return byte == 0x7F ? .alt("\u{8}") : text.first.map(Key.alt) ?? .unknown
    }
  }

  /// `ESC [ 1 ; 5 C`: parameters, then one final byte.
  private mutating func controlSequence() -> Key? {
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
      // Nothing that terminals send is so long.
      if pending.count > 64 { pending = [] }
      return nil
    }
    let parameters = String(decoding: pending[2..<end], as: UTF8.self).split(
      separator: ";", omittingEmptySubsequences: false)
    let final = pending[end]
    pending.removeFirst(end + 1)
    let modifier = parameters.count > 1 ? Int(parameters[1]) ?? 1 : 1
    guard final == UInt8(ascii: "~") else {
      return final == UInt8(ascii: "Z") ? .backTab : KeyDecoder.cursorKey(final, modifier: modifier)
    }
    switch parameters.first {
    case "1", "7": return .home
    case "3": return .delete
    case "4", "8": return .end
    case "5": return .pageUp
    case "6": return .pageDown
    case "200":
      pasted = []
      return nextOfPaste()
    default: return .unknown
    }
  }

  private static func cursorKey(_ final: UInt8, modifier: Int) -> Key {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): modifier > 2 ? .wordRight : .right
    case UInt8(ascii: "D"): modifier > 2 ? .wordLeft : .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    default: .unknown
    }
  }

  // MARK: Bracketed paste

  private mutating func nextOfPaste() -> Key? {
    guard var bytes = pasted else { return nil }
    // The end mark may be cut in two: its beginning stays for the next bytes.
    let before = max(0, bytes.count - KeyDecoder.pasteEnd.count)
    bytes += pending
    pending = []
    guard let end = KeyDecoder.position(of: KeyDecoder.pasteEnd, in: bytes, from: before) else {
      pasted = bytes
      return nil
    }
    pending = Array(bytes[(end + KeyDecoder.pasteEnd.count)...])
    pasted = nil
    return .paste(KeyDecoder.cleaned(bytes[..<end]))
  }

  private static func position(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (start...max(start, bytes.count - mark.count)).first { position in
      bytes.count >= position + mark.count
        && bytes[position..<position + mark.count].elementsEqual(mark)
    }
  }

  /// Line ends as `\n`, and no control characters that could steer a terminal.
  private static func cleaned(_ bytes: ArraySlice<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      defer { wasReturn = scalar == "\r" }
      switch scalar {
      case "\r": text.append("\n")
      case "\n": if !wasReturn { text.append("\n") }
      case "\t": text.append(contentsOf: "  ".unicodeScalars)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value): break
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
