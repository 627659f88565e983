/// Runs a ``RegexProgram`` over texts in time linear in the text, with buffers kept between texts.
struct RegexMatcher {
  let program: RegexProgram
  /// Positions saved per thread: two per group.
  private let slots: Int
  private var current: ThreadList
  private var next: ThreadList
  private var stack: [Step] = []
  private var saved: [Int]

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
    return run(text, from: text.startIndex, stopsAtFirst: true) != nil
  }

  /// The leftmost match at or after `start`: positions of group 0, 1, … in pairs, −1 for groups that
  /// took no part.
  mutating func firstMatch(_ text: ArraySlice<UInt8>, from start: Int) -> [Int]? {
    run(text, from: start, stopsAtFirst: false)
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
      let passes: Bool
      switch program.instructions[instruction] {
      case .match:
        // Threads after this one are less preferred.
        match = Array(current.captures[(position * slots)..<((position + 1) * slots)])
        return true
      case .character(let wanted): passes = scalar == wanted
      case .folded(let wanted):
        passes = !isEnd && CaseFolding.lower(scalar) == wanted
      case .any(let includesNewline): passes = !isEnd && (includesNewline || scalar != 0x0A)
      case .set(let index): passes = !isEnd && program.sets[index].contains(scalar)
      case .split, .jump, .save, .assert: passes = false
      }
      if passes {
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
        if RegexMatcher.holds(assertion, text, at) { stack.append(.visit(instruction + 1)) }
      case .character, .folded, .any, .set, .match:
        for slot in 0..<slots { current.captures[position * slots + slot] = saved[slot] }
      }
    }
  }

  private static func holds(_ assertion: RegexAssertion, _ text: ArraySlice<UInt8>, _ at: Int)
    -> Bool
  {
    switch assertion {
    case .textStart: at == text.startIndex
    case .textEnd: at == text.endIndex
    case .lineStart: at == text.startIndex || text[at - 1] == 0x0A
    case .lineEnd: at == text.endIndex || text[at] == 0x0A
    case .wordBoundary: isWord(text, at - 1) != isWord(text, at)
    case .notWordBoundary: isWord(text, at - 1) == isWord(text, at)
    }
  }

  private static func isWord(_ text: ArraySlice<UInt8>, _ at: Int) -> Bool {
    text.indices.contains(at) && CharacterSet.isWord(UInt32(text[at]))
  }
}

extension RegexMatcher {
  /// Calls `body` with every match from left to right, none overlapping.
  mutating func forEachMatch(_ text: ArraySlice<UInt8>, _ body: ([Int]) throws -> Void) rethrows {
    var at = text.startIndex
    while at <= text.endIndex, let match = firstMatch(text, from: at) {
      try body(match)
      if match[1] > match[0] {
        at = match[1]
      } else {
        guard match[1] < text.endIndex else { return }
        at = text.codePoint(at: match[1]).next
      }
    }
  }
}
