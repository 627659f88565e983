/// Runs a ``RegexProgram`` over texts in time linear in the text, with buffers kept between texts.
struct RegexMatcher {
  let program: RegexProgram
  /// Positions saved per thread: two per group.
  private let slots: Int
  private var current: ThreadList
  private var next: ThreadList
  private var stack: [Step] = []
  private var saved: [Int]
  /// Where each look ahead or behind holds in the text at hand, by the distance from its start.
  private var looks: [[Bool]] = []

  /// Threads in order of preference, at most one per instruction.
  private struct ThreadList {
    var count = 0
    var instructions: [Int]
    var captures: [Int]
    /// Where an instruction stands in the list; valid only if the list agrees.
    var positions: [Int]

    init(size: Int, slots: Int) {
      instructions = [Int](repeating: 0, count: size)
      captures = [Int](repeating: -1, count: size * slots)
      positions = [Int](repeating: 0, count: size)
    }

    func has(_ instruction: Int) -> Bool {
      let position = positions[instruction]
      return position < count && instructions[position] == instruction
    }
  }

  private enum Step {
    case visit(Int)
    case restore(slot: Int, value: Int)
  }

  /// - Parameter capturing: Without it only ``matches(_:)`` and whole matches are known.
  init(_ program: RegexProgram, capturing: Bool) {
    self.program = program
    slots = capturing ? 2 * (program.groupCount + 1) : 2
    current = ThreadList(size: program.instructions.count, slots: slots)
    next = current
    saved = [Int](repeating: -1, count: slots)
  }

  /// Whether the expression matches anywhere.
  mutating func matches(_ text: ArraySlice<UInt8>) -> Bool {
    if let literal = program.literal { return text.firstIndex(of: literal[...]) != nil }
    look(at: text)
    return run(text, from: text.startIndex, stopsAtFirst: true) != nil
  }

  /// The leftmost match: positions of group 0, 1, … in pairs, −1 for groups that took no part.
  mutating func firstMatch(_ text: ArraySlice<UInt8>) -> [Int]? {
    look(at: text)
    return run(text, from: text.startIndex, stopsAtFirst: false)
  }

  private mutating func look(at text: ArraySlice<UInt8>) {
    if !program.looks.isEmpty { looks = program.looks.map { $0.places(in: text) } }
  }

  private mutating func run(_ text: ArraySlice<UInt8>, from start: Int, stopsAtFirst: Bool)
    -> [Int]?
  {
    current.count = 0
    next.count = 0
    var match: [Int]?
    var at = start
    while true {
      if current.count == 0 {
        if match != nil { return match }
        if let firstBytes = program.firstBytes {
          while at < text.endIndex && !firstBytes[Int(text[at])] { at += 1 }
          if at >= text.endIndex { return nil }
        }
      }
      if match == nil { addThread(0, text, at, saving: nil) }
      if current.count == 0 && at >= text.endIndex { return match }
      let (scalar, after) =
        at < text.endIndex ? text.codePoint(at: at) : (UInt32.max, text.endIndex)
      if step(scalar, text, after, &match) && stopsAtFirst { return match }
      swap(&current, &next)
      next.count = 0
      if at >= text.endIndex { return match }
      at = after
    }
  }

  /// Moves every thread over one character; true when a match was found.
  private mutating func step(
    _ scalar: UInt32, _ text: ArraySlice<UInt8>, _ after: Int, _ match: inout [Int]?
  ) -> Bool {
    let isEnd = scalar == UInt32.max
    for position in 0..<current.count {
      let instruction = current.instructions[position]
      if case .match = program.instructions[instruction] {
        // Threads after this one are less preferred.
        match = Array(current.captures[(position * slots)..<((position + 1) * slots)])
        return true
      }
      if !isEnd && program.takes(scalar, instruction) {
        swap(&current, &next)
        addThread(instruction + 1, text, after, saving: position)
        swap(&current, &next)
      }
    }
    return false
  }

  /// Adds to `current` what is reachable from an instruction without taking a character. Captures are
  /// those of a thread of `next`, or none.
  private mutating func addThread(
    _ start: Int, _ text: ArraySlice<UInt8>, _ at: Int, saving source: Int?
  ) {
    for slot in 0..<slots { saved[slot] = source.map { next.captures[$0 * slots + slot] } ?? -1 }
    stack.removeAll(keepingCapacity: true)
    stack.append(.visit(start))
    while let step = stack.popLast() {
      guard case .visit(let instruction) = step else {
        if case .restore(let slot, let value) = step { saved[slot] = value }
        continue
      }
      if current.has(instruction) { continue }
      let position = current.count
      current.positions[instruction] = position
      current.instructions[position] = instruction
      current.count += 1
      switch program.instructions[instruction] {
      case .jump(let target): stack.append(.visit(target))
      case .split(let first, let second):
        stack.append(.visit(second))
        stack.append(.visit(first))
      case .save(let slot):
        if slot < slots {
          stack.append(.restore(slot: slot, value: saved[slot]))
          saved[slot] = at
        }
        stack.append(.visit(instruction + 1))
      case .assert(let assertion):
        if assertion.holds(text, at) { stack.append(.visit(instruction + 1)) }
      case .look(let index):
        if looks[index][at - text.startIndex] { stack.append(.visit(instruction + 1)) }
      case .character, .folded, .any, .set, .match:
        for slot in 0..<slots { current.captures[position * slots + slot] = saved[slot] }
      }
    }
  }
}

extension RegexAssertion {
  /// Whether it holds at a place of a text.
  func holds(_ text: ArraySlice<UInt8>, _ at: Int) -> Bool {
    switch self {
    case .textStart: at == text.startIndex
    case .textEnd: at == text.endIndex
    case .lineStart: at == text.startIndex || text[at - 1] == 0x0A
    case .lineEnd: at == text.endIndex || text[at] == 0x0A
    case .wordBoundary: isWord(text, at - 1) != isWord(text, at)
    case .notWordBoundary: isWord(text, at - 1) == isWord(text, at)
    }
  }

  private func isWord(_ text: ArraySlice<UInt8>, _ at: Int) -> Bool {
    text.indices.contains(at) && CharacterSet.isWord(UInt32(text[at]))
  }
}

extension RegexMatcher {
  /// Calls `body` with every match from left to right, none overlapping.
  mutating func forEachMatch(_ text: ArraySlice<UInt8>, _ body: ([Int]) throws -> Void) rethrows {
    try search(text, from: text.startIndex) { match in
      try body(match)
      return false
    }
  }

  /// As ``forEachMatch(_:_:)``, until a match is the one that is looked for.
  ///
  /// - Parameter start: where to begin; what stands before can still be looked back at.
  mutating func search(
    _ text: ArraySlice<UInt8>, from start: Int, _ isFound: ([Int]) throws -> Bool
  ) rethrows {
    look(at: text)
    var at = start
    while at <= text.endIndex, let match = run(text, from: at, stopsAtFirst: false) {
      if try isFound(match) { return }
      if match[1] > match[0] {
        at = match[1]
      } else {
        guard match[1] < text.endIndex else { return }
        at = text.codePoint(at: match[1]).next
      }
    }
  }
}
