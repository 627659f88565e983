/// A regular expression compiled for ``RegexMatcher``.
///
/// Source: Russ Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009), Pike's VM.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    case character(UInt32)
    case folded(UInt32)
    case any(includesNewline: Bool)
    case set(Int)
    /// Both, the first preferred.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case assert(RegexAssertion)
    case look(Int)
    case match
  }

  private static let largestProgram = 20_000

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [CharacterSet] = []
  private(set) var looks: [RegexLook] = []
  let groupCount: Int
  let groupNames: [String: Int]
  let source: String
  /// Bytes with which a match can begin; nil when it can be empty.
  private(set) var firstBytes: [Bool]?
  /// The text that the expression stands for when it has no operators.
  private(set) var literal: [UInt8]?

  /// - Throws: `EvaluationError` for syntax that is wrong, unsupported or too large.
  init(_ pattern: ArraySlice<UInt8>) throws {
    var parser = RegexParser(pattern)
    let node = try parser.parse()
    groupCount = parser.groupCount
    groupNames = parser.groupNames
    source = pattern.string
    literal = RegexProgram.literal(node)
    try emit(.save(0))
    try compile(node)
    try emit(.save(1))
    try emit(.match)
    firstBytes = findFirstBytes()
  }

  /// What a look ahead or behind asks, of an expression that is named in messages.
  init(_ node: RegexNode, of source: String) throws {
    groupCount = 0
    groupNames = [:]
    self.source = source
    try compile(node)
    try emit(.match)
  }

  private mutating func emit(_ instruction: Instruction) throws {
    guard instructions.count < Self.largestProgram else { throw tooLarge }
    instructions.append(instruction)
  }

  private var tooLarge: EvaluationError {
    EvaluationError("the regular expression '\(source.prefix(40))…' is too large")
  }

  /// Whether an instruction takes a character.
  func takes(_ scalar: UInt32, _ instruction: Int) -> Bool {
    switch instructions[instruction] {
    case .character(let wanted): scalar == wanted
    case .folded(let wanted): CaseFolding.lower(scalar) == wanted
    case .any(let includesNewline): includesNewline || scalar != 0x0A
    case .set(let index): sets[index].contains(scalar)
    case .split, .jump, .save, .assert, .look, .match: false
    }
  }

  private mutating func compile(_ node: RegexNode) throws {
    switch node {
    case .empty: break
    case .character(let scalar, let ignoresCase):
      let lower = CaseFolding.lower(scalar)
      let hasCases = ignoresCase && (lower != scalar || CaseFolding.upper(scalar) != scalar)
      try emit(hasCases ? .folded(lower) : .character(scalar))
    case .any(let includesNewline): try emit(.any(includesNewline: includesNewline))
    case .set(let set):
      sets.append(set)
      try emit(.set(sets.count - 1))
    case .assertion(let assertion): try emit(.assert(assertion))
    case .sequence(let nodes): for node in nodes { try compile(node) }
    case .alternatives(let choices): try compile(choices)
    case .group(let node, let index):
      try emit(.save(2 * index))
      try compile(node)
      try emit(.save(2 * index + 1))
    case .repetition(let node, let least, let most, let isLazy):
      try compile(node, least, most, isLazy)
    case .look(let node, let isAhead, let isNegated):
      let look = try RegexLook(node, isAhead: isAhead, isNegated: isNegated, of: source)
      looks.append(look)
      try emit(.look(looks.count - 1))
      guard looks.reduce(0, { $0 + $1.size }) < Self.largestProgram else { throw tooLarge }
    }
  }

  private mutating func compile(_ choices: [RegexNode]) throws {
    var exits: [Int] = []
    for (position, choice) in choices.enumerated() {
      guard position < choices.count - 1 else {
        try compile(choice)
        break
      }
      let fork = instructions.count
      try emit(.split(fork + 1, fork + 1))
      try compile(choice)
      exits.append(instructions.count)
      try emit(.jump(0))
      instructions[fork] = .split(fork + 1, instructions.count)
    }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  private mutating func compile(_ node: RegexNode, _ least: Int, _ most: Int?, _ isLazy: Bool)
    throws
  {
    for _ in 0..<least {
      let before = instructions.count
      try compile(node)
      // What takes nothing need not be repeated, however deep the counts are nested.
      if instructions.count == before { return }
    }
    guard let most else {
      let fork = instructions.count
      try emit(.split(fork + 1, fork + 1))
      try compile(node)
      try emit(.jump(fork))
      branch(at: fork, isLazy)
      return
    }
    var forks: [Int] = []
    for _ in least..<max(most, least) {
      let fork = instructions.count
      forks.append(fork)
      try emit(.split(0, 0))
      try compile(node)
      if instructions.count == fork + 1 { break }
    }
    for position in forks { branch(at: position, isLazy) }
  }

  /// Into the repetition that follows, or past what has been emitted.
  private mutating func branch(at position: Int, _ isLazy: Bool) {
    let end = instructions.count
    instructions[position] = isLazy ? .split(end, position + 1) : .split(position + 1, end)
  }

  private static func literal(_ node: RegexNode) -> [UInt8]? {
    var bytes: [UInt8] = []
    let nodes: [RegexNode] = if case .sequence(let nodes) = node { nodes } else { [node] }
    for node in nodes {
      guard case .character(let scalar, false) = node else { return nil }
      UTF8Text.append(scalar, to: &bytes)
    }
    return bytes
  }

  private func findFirstBytes() -> [Bool]? {
    var bytes = [Bool](repeating: false, count: 256)
    var seen = [Bool](repeating: false, count: instructions.count)
    var open = [0]
    while let at = open.popLast() {
      if seen[at] { continue }
      seen[at] = true
      switch instructions[at] {
      case .split(let a, let b): open += [a, b]
      case .jump(let target): open.append(target)
      case .save, .assert, .look: open.append(at + 1)
      case .match: return nil
      case .any: return nil
      case .character(let scalar): bytes.allow(scalar)
      case .folded(let scalar):
        bytes.allow(scalar)
        bytes.allow(CaseFolding.upper(scalar))
        // Some ASCII letters have a partner beyond ASCII, such as the Kelvin sign.
        for byte in 0x80..<256 { bytes[byte] = true }
      case .set(let index):
        for scalar in 0..<UInt32(0x80) where sets[index].contains(scalar) {
          bytes[Int(scalar)] = true
        }
        for byte in 0x80..<256 { bytes[byte] = true }
      }
    }
    return bytes
  }
}

extension [Bool] {
  /// Marks the first byte of a code point.
  fileprivate mutating func allow(_ scalar: UInt32) {
    var bytes: [UInt8] = []
    UTF8Text.append(scalar, to: &bytes)
    if let first = bytes.first { self[Int(first)] = true }
  }
}
