/// What keys do to a statement that is being entered: a state machine without a terminal.
package struct LineEditor {
  package enum Outcome: Equatable {
    /// Go on; what is shown may have changed.
    case editing
    /// The statement is whole.
    case submitted(String)
    /// Ctrl-C.
    case cancelled
    /// Ctrl-D on an empty line.
    case ended
    case clearScreen
    /// Ctrl-Z.
    case suspended
    /// Several words could stand here.
    case candidates([String])
    /// A key that could do nothing.
    case refused

    /// Whether the entry has ended with it.
    var isLast: Bool {
      switch self {
      case .submitted, .cancelled, .ended: true
      case .editing, .clearScreen, .suspended, .candidates, .refused: false
      }
    }
  }

  package private(set) var buffer: EditBuffer
  package private(set) var search: Search?
  private let history: History
  private let completer: Completer?
  /// The entry of the history that is shown; `history.entries.count` for the new text.
  private var place: Int
  /// The new text while an entry of the history is shown.
  private var draft = ""

  /// Ctrl-R: looking for an entry of the history.
  package struct Search: Equatable {
    package var text = ""
    /// The entry that is shown.
    var place: Int
    package var hasFailed = false
    let original: String
  }

  package init(history: History = History(), completer: Completer? = nil, text: String = "") {
    self.history = history
    self.completer = completer
    buffer = EditBuffer(text)
    place = history.entries.count
  }

  /// Whether Enter would run what is there: a whole statement, a command of the shell, or nothing.
  package static func isComplete(_ text: String) -> Bool {
    let words = text.split { $0.isWhitespace }
    guard let first = words.first else { return true }
    if first.hasPrefix(".") || first.hasPrefix("\\") { return true }
    if words.count == 1, ["quit", "exit", "help"].contains(first.lowercased()) { return true }
    return ScannedText(text).isComplete
  }

  package mutating func handle(_ key: Key) -> Outcome {
    if search != nil, let outcome = handleSearch(key) { return outcome }
    switch key {
    case .text(let text): buffer.insert(text)
    case .paste(let text): buffer.insert(text)
    case .enter: return enter()
    case .tab: return complete()
    case .backspace, .control("h"): buffer.deleteBackward()
    case .delete: buffer.deleteForward()
    case .left, .control("b"): buffer.moveLeft()
    case .right, .control("f"): buffer.moveRight()
    case .up: return moveUp()
    case .down: return moveDown()
    case .home, .control("a"): buffer.moveToLineStart()
    case .end, .control("e"): buffer.moveToLineEnd()
    case .pageUp, .control("p"): return showOlder()
    case .pageDown, .control("n"): return showYounger()
    case .wordLeft, .alt("b"): buffer.moveWordLeft()
    case .wordRight, .alt("f"): buffer.moveWordRight()
    case .control("d"):
      if buffer.isEmpty { return .ended }
      buffer.deleteForward()
    case .control("c"): return .cancelled
    case .control("z"): return .suspended
    case .control("l"): return .clearScreen
    case .control("k"): buffer.killToLineEnd()
    case .control("u"): buffer.killToLineStart()
    case .control("w"): buffer.killBlankWordBackward()
    case .control("y"): buffer.yank()
    case .control("t"): buffer.transpose()
    case .control("_"): buffer.undo()
    case .control("r"): search = Search(place: history.entries.count, original: buffer.text)
    case .alt("\u{8}"): buffer.killWordBackward()
    case .alt("d"): buffer.killWordForward()
    case .alt("\r"), .alt("\n"): buffer.insert("\n")
    case .alt("<"): buffer.moveToStart()
    case .alt(">"): buffer.moveToEnd()
    case .control, .alt, .escape, .backTab, .unknown: return .refused
    }
    return .editing
  }

  private mutating func enter() -> Outcome {
    if LineEditor.isComplete(buffer.text) { return .submitted(buffer.text) }
    buffer.insert("\n" + indent)
    return .editing
  }

  /// The blanks that the cursor's line begins with.
  private var indent: String {
    String(buffer.characters[buffer.lineStart..<buffer.cursor].prefix { $0 == " " })
  }

  // MARK: History

  private mutating func moveUp() -> Outcome { buffer.moveUp() ? .editing : showOlder() }
  private mutating func moveDown() -> Outcome { buffer.moveDown() ? .editing : showYounger() }

  private mutating func showOlder() -> Outcome {
    guard place > 0 else { return .refused }
    if place == history.entries.count { draft = buffer.text }
    place -= 1
    buffer.replaceAll(history.entries[place])
    return .editing
  }

  private mutating func showYounger() -> Outcome {
    guard place < history.entries.count else { return .refused }
    place += 1
    buffer.replaceAll(place < history.entries.count ? history.entries[place] : draft)
    return .editing
  }

  /// A key while searching; nil when it ends the search and means what it always does.
  private mutating func handleSearch(_ key: Key) -> Outcome? {
    guard var current = search else { return nil }
    switch key {
    case .text(let text), .paste(let text):
      current.text += text
      current.place = min(current.place + 1, history.entries.count)
    case .backspace, .control("h"):
      if !current.text.isEmpty { current.text.removeLast() }
      current.place = history.entries.count
    case .control("r"): break
    case .control("c"), .control("g"), .escape:
      search = nil
      buffer.replaceAll(current.original)
      return .editing
    default:
      search = nil
      return nil
    }
    let found = history.position(of: current.text, before: current.place)
    current.hasFailed = found == nil && !current.text.isEmpty
    if let found {
      current.place = found
      place = found
      buffer.replaceAll(history.entries[found])
    }
    search = current
    return current.hasFailed ? .refused : .editing
  }

  // MARK: Completion

  private mutating func complete() -> Outcome {
    let line = buffer.characters[buffer.lineStart..<buffer.cursor]
    if line.allSatisfy({ $0 == " " }), !buffer.isEmpty {
      buffer.insert("  ")
      return .editing
    }
    guard
      let completion = completer?.completion(of: buffer.characters, at: buffer.cursor)
    else { return .refused }
    if completion.candidates.count == 1 {
      let word = completion.candidates[0]
      // A folder goes on.
      buffer.replace(
        completion.range, with: word + (word.hasSuffix("/") ? "" : ending(completion)))
      return .editing
    }
    let prefix = completion.commonPrefix
    if prefix.count > completion.range.count {
      buffer.replace(completion.range, with: prefix)
      return .editing
    }
    return .candidates(completion.candidates)
  }

  /// What follows a completed word, unless it stands there already.
  private func ending(_ completion: Completion) -> String {
    let after = buffer.characters[completion.range.upperBound...]
    return after.starts(with: completion.ending) ? "" : completion.ending
  }
}
