/// Reads the syntax that RE2 and Java's expressions share, and Java's looks ahead and behind; what needs
/// backtracking (backreferences, possessive repetition) is refused.
struct RegexParser {
  private static let deepestNesting = 200
  private static let largestRepetition = 1000

  private let pattern: [UInt32]
  private let source: String
  private var at = 0
  private var depth = 0
  private var ignoresCase = false
  private var dotIncludesNewline = false
  private var isMultiline = false
  private(set) var groupCount = 0
  private(set) var groupNames: [String: Int] = [:]

  init(_ pattern: ArraySlice<UInt8>) {
    self.pattern = pattern.codePoints
    source = pattern.string
  }

  mutating func parse() throws -> RegexNode {
    let node = try alternatives()
    guard at == pattern.count else { throw failure("has a ')' without '('") }
    return node
  }

  private func failure(_ reason: String) -> EvaluationError {
    EvaluationError("the regular expression '\(source)' \(reason)")
  }

  private var peek: UInt32? { at < pattern.count ? pattern[at] : nil }

  private mutating func skip(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first?.value, peek == scalar else { return false }
    at += 1
    return true
  }

  private mutating func skip(word: String) -> Bool {
    let scalars = word.unicodeScalars.map(\.value)
    guard pattern[at...].starts(with: scalars) else { return false }
    at += scalars.count
    return true
  }

  private mutating func alternatives() throws -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepestNesting else { throw failure("is nested too deep") }
    var choices = [try sequence()]
    while skip("|") { choices.append(try sequence()) }
    return choices.count == 1 ? choices[0] : .alternatives(choices)
  }

  private mutating func sequence() throws -> RegexNode {
    var nodes: [RegexNode] = []
    while let next = peek, next != 0x7C, next != 0x29 {
      guard let node = try atom() else { continue }
      nodes.append(try repetition(of: node))
    }
    return nodes.count == 1 ? nodes[0] : (nodes.isEmpty ? .empty : .sequence(nodes))
  }

  private mutating func repetition(of node: RegexNode) throws -> RegexNode {
    var node = node
    var nesting = 0
    while true {
      let least: Int
      let most: Int?
      if skip("*") {
        (least, most) = (0, nil)
      } else if skip("+") {
        (least, most) = (1, nil)
      } else if skip("?") {
        (least, most) = (0, 1)
      } else if peek == 0x7B, let counts = try counts() {
        (least, most) = counts
      } else {
        return node
      }
      nesting += 1
      guard nesting < Self.deepestNesting else { throw failure("repeats a repetition too often") }
      let isLazy = skip("?")
      if !isLazy, skip("+") {
        throw failure("has a possessive repetition, which is not supported")
      }
      node = .repetition(node, least: least, most: most, isLazy: isLazy)
    }
  }

  /// `{2}`, `{2,}`, `{2,5}`; nil, and nothing taken, when the brace is a plain character.
  private mutating func counts() throws -> (Int, Int?)? {
    let start = at
    at += 1
    guard let least = number() else {
      at = start
      return nil
    }
    var most: Int? = least
    if skip(",") { most = number() }
    guard skip("}") else {
      at = start
      return nil
    }
    guard max(least, most ?? 0) <= Self.largestRepetition, most.map({ $0 >= least }) ?? true else {
      throw failure("has a repetition out of order or over \(Self.largestRepetition)")
    }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = peek, (0x30...0x39).contains(digit) {
      value = min((value ?? 0) * 10 + Int(digit - 0x30), 1_000_000)
      at += 1
    }
    return value
  }

  /// One character, class, group or assertion; nil for what only sets flags. A `{` that opens no
  /// counts is a character.
  private mutating func atom() throws -> RegexNode? {
    guard let next = peek else { return nil }
    switch next {
    case 0x28: return try group()
    case 0x5B:
      at += 1
      return .set(try characterClass())
    case 0x2E:
      at += 1
      return .any(includesNewline: dotIncludesNewline)
    case 0x5E:
      at += 1
      return .assertion(isMultiline ? .lineStart : .textStart)
    case 0x24:
      at += 1
      return .assertion(isMultiline ? .lineEnd : .textEnd)
    case 0x5C: return try escape()
    case 0x2A, 0x2B, 0x3F:
      throw failure("has nothing to repeat before '\(Character(scalar(next)))'")
    default:
      at += 1
      return .character(next, ignoresCase: ignoresCase)
    }
  }

  private func scalar(_ value: UInt32) -> Unicode.Scalar { Unicode.Scalar(value) ?? "\u{FFFD}" }

  private mutating func group() throws -> RegexNode? {
    at += 1
    var index: Int?
    var look: (isAhead: Bool, isNegated: Bool)?
    let flags = (ignoresCase, dotIncludesNewline, isMultiline)
    if skip("?") {
      look = lookKind()
      if look != nil {
        // What it asks follows, as in any group.
      } else if skip(word: "P<") || skip("<") {
        groupCount += 1
        index = groupCount
        groupNames[try groupName()] = groupCount
      } else if skip(">") {
        throw failure("has an atomic group, which is not supported")
      } else if try !readFlags() {
        return nil
      }
    } else {
      groupCount += 1
      index = groupCount
    }
    let groups = groupCount
    let node = try alternatives()
    guard skip(")") else { throw failure("has a '(' without ')'") }
    (ignoresCase, dotIncludesNewline, isMultiline) = flags
    if let look {
      // One that must not match captures nothing.
      guard look.isNegated || groupCount == groups else {
        throw failure(
          "captures a group within a look ahead or behind, which is not supported: expected (?:…)")
      }
      return .look(node, isAhead: look.isAhead, isNegated: look.isNegated)
    }
    return index.map { .group(node, index: $0) } ?? .sequence([node])
  }

  /// `=`, `!`, `<=`, `<!` after `(?`; nil, and nothing taken, for other groups.
  private mutating func lookKind() -> (isAhead: Bool, isNegated: Bool)? {
    if skip("=") { return (true, false) }
    if skip("!") { return (true, true) }
    if skip(word: "<=") { return (false, false) }
    return skip(word: "<!") ? (false, true) : nil
  }

  private mutating func groupName() throws -> String {
    var name = ""
    while let next = peek, next != 0x3E {
      name.unicodeScalars.append(scalar(next))
      at += 1
    }
    guard skip(">"), !name.isEmpty, groupNames[name] == nil else {
      throw failure("has a group name that is empty, open or used twice")
    }
    return name
  }

  /// `i`, `s`, `m`, and `-` before those to clear; true when a `:` opens a group.
  private mutating func readFlags() throws -> Bool {
    var value = true
    while let next = peek {
      at += 1
      switch next {
      case 0x69: ignoresCase = value
      case 0x73: dotIncludesNewline = value
      case 0x6D: isMultiline = value
      case 0x75, 0x55, 0x78, 0x64: break
      case 0x2D: value = false
      case 0x3A: return true
      case 0x29: return false
      default: throw failure("has the unknown flag '\(Character(scalar(next)))'")
      }
    }
    throw failure("has a '(' without ')'")
  }

  private mutating func escape() throws -> RegexNode {
    at += 1
    guard let next = peek else { throw failure("ends in a backslash") }
    switch next {
    case 0x62:
      at += 1
      return .assertion(.wordBoundary)
    case 0x42:
      at += 1
      return .assertion(.notWordBoundary)
    case 0x41:
      at += 1
      return .assertion(.textStart)
    case 0x7A, 0x5A:
      at += 1
      return .assertion(.textEnd)
    case 0x51:
      at += 1
      var literal: [RegexNode] = []
      while at < pattern.count, !skip(word: "\\E") {
        literal.append(.character(pattern[at], ignoresCase: ignoresCase))
        at += 1
      }
      return .sequence(literal)
    case 0x31...0x39: throw failure("refers back to a group, which is not supported")
    default:
      if let item = try classEscape() {
        return .set(CharacterSet(items: [item], ignoresCase: ignoresCase))
      }
      return .character(try characterEscape(), ignoresCase: ignoresCase)
    }
  }

  /// `\d`, `\W`, `\p{L}`: at the letter; nil, and nothing taken, for other escapes.
  private mutating func classEscape() throws -> CharacterSet.Item? {
    switch peek {
    case 0x64: at += 1; return .digit(true)
    case 0x44: at += 1; return .digit(false)
    case 0x77: at += 1; return .word(true)
    case 0x57: at += 1; return .word(false)
    case 0x73: at += 1; return .space(true)
    case 0x53: at += 1; return .space(false)
    case 0x70, 0x50:
      let wanted = peek == 0x70
      at += 1
      var name = ""
      if skip("{") {
        while let next = peek, next != 0x7D {
          name.unicodeScalars.append(scalar(next))
          at += 1
        }
        guard skip("}") else { throw failure("has an open '{'") }
      } else if let next = peek {
        name.unicodeScalars.append(scalar(next))
        at += 1
      }
      guard let property = CharacterProperty(name) else {
        throw failure("names the unknown character class '\(name)'")
      }
      return .property(property, wanted)
    default: return nil
    }
  }

  private mutating func characterEscape() throws -> UInt32 {
    guard let next = peek else { throw failure("ends in a backslash") }
    at += 1
    switch next {
    case 0x74: return 0x09
    case 0x6E: return 0x0A
    case 0x72: return 0x0D
    case 0x66: return 0x0C
    case 0x76: return 0x0B
    case 0x61: return 0x07
    case 0x65: return 0x1B
    case 0x30: return 0x00
    case 0x78: return try skip("{") ? hex(upTo: 8, closing: true) : hex(upTo: 2, closing: false)
    case 0x75: return try hex(upTo: 4, closing: false)
    case 0x61...0x7A, 0x41...0x5A:
      throw failure("has the unknown escape '\\\(Character(scalar(next)))'")
    default: return next
    }
  }

  private mutating func hex(upTo count: Int, closing: Bool) throws -> UInt32 {
    var value: UInt32 = 0
    var digits = 0
    while digits < count, let next = peek, next < 0x80, let digit = HexText.digit(UInt8(next)) {
      value = value << 4 | UInt32(digit)
      digits += 1
      at += 1
    }
    guard digits > 0, closing ? skip("}") : digits == count else {
      throw failure("has a malformed hexadecimal escape")
    }
    return value
  }

  private mutating func characterClass() throws -> CharacterSet {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepestNesting else { throw failure("is nested too deep") }
    let isNegated = skip("^")
    var set = try characters(mayClose: false)
    while skip(word: "&&") {
      let other = try characters(mayClose: true)
      set = CharacterSet(items: [.intersection(set, other)])
    }
    guard skip("]") else { throw failure("has a '[' without ']'") }
    set.isNegated = isNegated
    return set
  }

  /// What a class takes, up to its `]` or an `&&`.
  ///
  /// - Parameter mayClose: whether a `]` ends the class at once; the first one of a class is a character.
  private mutating func characters(mayClose: Bool) throws -> CharacterSet {
    var set = CharacterSet(ignoresCase: ignoresCase)
    var isFirst = !mayClose
    while let next = peek {
      if next == 0x5D && !isFirst || pattern[at...].starts(with: [0x26, 0x26]) { return set }
      isFirst = false
      if next == 0x5B {
        if let item = try posixClass() {
          set.items.append(item)
        } else {
          at += 1
          set.items.append(.nested(try characterClass()))
        }
        continue
      }
      if next == 0x5C {
        at += 1
        if let item = try classEscape() {
          set.items.append(item)
          continue
        }
        let low = peek == 0x62 ? 0x08 : try characterEscape()
        if low == 0x08, peek == 0x62 { at += 1 }
        set.items.append(try range(from: low))
      } else {
        at += 1
        set.items.append(try range(from: next))
      }
    }
    return set
  }

  private mutating func range(from low: UInt32) throws -> CharacterSet.Item {
    guard peek == 0x2D, at + 1 < pattern.count, pattern[at + 1] != 0x5D, pattern[at + 1] != 0x5B
    else { return .range(low...low) }
    at += 1
    var high = pattern[at]
    at += 1
    if high == 0x5C {
      if let item = try classEscape() {
        return .nested(CharacterSet(items: [.range(low...low), .range(0x2D...0x2D), item]))
      }
      high = try characterEscape()
    }
    guard low <= high else { throw failure("has a range out of order") }
    return .range(low...high)
  }

  /// `[:alpha:]` inside a class.
  private mutating func posixClass() throws -> CharacterSet.Item? {
    guard skip(word: "[:") else { return nil }
    let wanted = !skip("^")
    var name = ""
    while let next = peek, next != 0x3A {
      name.unicodeScalars.append(scalar(next))
      at += 1
    }
    guard skip(word: ":]") else { throw failure("has an open '[:'") }
    if name == "word" { return .word(wanted) }
    guard let property = CharacterProperty(name) else {
      throw failure("names the unknown character class '\(name)'")
    }
    return .property(property, wanted)
  }
}
