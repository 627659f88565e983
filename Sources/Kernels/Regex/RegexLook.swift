/// A look ahead or behind: whether an expression matches from a place on, or up to it.
///
/// Where it holds is found for all places of a text in one pass, for a look behind from the start, for one
/// ahead from the end with the expression reversed. So it stays linear in the text, and what is looked
/// back at can be as long as it likes.
struct RegexLook: Sendable {
  private let program: RegexProgram
  private let isAhead: Bool
  private let isNegated: Bool

  /// - Parameter source: the whole expression, for messages.
  /// - Throws: `EvaluationError` if it is too large.
  init(_ node: RegexNode, isAhead: Bool, isNegated: Bool, of source: String) throws {
    program = try RegexProgram(isAhead ? node.reversed : node, of: source)
    self.isAhead = isAhead
    self.isNegated = isNegated
  }

  /// Instructions, those of looks within included.
  var size: Int { program.looks.reduce(program.instructions.count) { $0 + $1.size } }

  /// For each place of a text by its distance from the start, the end included: whether the look holds.
  ///
  /// - Complexity: O(text x instructions).
  func places(in text: ArraySlice<UInt8>) -> [Bool] {
    var walk = Walk(program: program, text: text)
    var places = [Bool](repeating: isNegated, count: text.count + 1)
    var at = isAhead ? text.endIndex : text.startIndex
    while true {
      // What is looked for can begin at any place.
      if walk.arrive(at) { places[at - text.startIndex] = !isNegated }
      guard at != (isAhead ? text.startIndex : text.endIndex) else { return places }
      let first = isAhead ? text.startOfCodePoint(before: at) : at
      let (scalar, after) = text.codePoint(at: first)
      walk.take(scalar)
      at = isAhead ? first : after
    }
  }

  /// All threads of a program at once, without captures.
  private struct Walk {
    let program: RegexProgram
    let text: ArraySlice<UInt8>
    let looks: [[Bool]]
    /// Instructions to go on from at the next place, and those that take a character here.
    private var open: [Int] = []
    private var waiting: [Int] = []
    /// The place at which an instruction was last reached.
    private var reached: [Int]

    init(program: RegexProgram, text: ArraySlice<UInt8>) {
      self.program = program
      self.text = text
      looks = program.looks.map { $0.places(in: text) }
      reached = [Int](repeating: -1, count: program.instructions.count)
    }

    /// Follows what takes no character; true where the program matches.
    mutating func arrive(_ at: Int) -> Bool {
      var isMatch = false
      open.append(0)
      while let instruction = open.popLast() {
        if reached[instruction] == at { continue }
        reached[instruction] = at
        switch program.instructions[instruction] {
        case .match: isMatch = true
        case .jump(let target): open.append(target)
        case .split(let first, let second): open += [first, second]
        case .save: open.append(instruction + 1)
        case .assert(let assertion):
          if assertion.holds(text, at) { open.append(instruction + 1) }
        case .look(let index):
          if looks[index][at - text.startIndex] { open.append(instruction + 1) }
        case .character, .folded, .any, .set: waiting.append(instruction)
        }
      }
      return isMatch
    }

    mutating func take(_ scalar: UInt32) {
      for instruction in waiting where program.takes(scalar, instruction) {
        open.append(instruction + 1)
      }
      waiting.removeAll(keepingCapacity: true)
    }
  }
}

extension ArraySlice<UInt8> {
  /// Where the code point begins that ends before a place.
  fileprivate func startOfCodePoint(before place: Int) -> Int {
    var at = place - 1
    while at > startIndex && place - at < 4 && self[at] & 0xC0 == 0x80 { at -= 1 }
    return at
  }
}
