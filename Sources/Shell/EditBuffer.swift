/// A text of one or more lines with a cursor, and what editing keys do to it.
///
/// Counted in characters as people see them: an accent or the parts of an emoji move with what they
/// belong to.
package struct EditBuffer: Sendable, Equatable {
  package private(set) var characters: [Character] = []
  /// Characters before the cursor.
  package private(set) var cursor = 0
  /// What the last kill has taken, for ``yank()``.
  private var killed: [Character] = []
  private var undone: [Snapshot] = []
  /// The column that moving up and down aims at.
  private var wantedColumn: Int?

  private struct Snapshot: Sendable, Equatable {
    let characters: [Character]
    let cursor: Int
  }

  private static let undoLimit = 200
  /// Characters that all earlier texts may have together: a pasted script is not kept 200 times.
  private static let undoSizeLimit = 1 << 20
  private var undoneSize = 0

  package init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  package var text: String { String(characters) }
  package var isEmpty: Bool { characters.isEmpty }
  package var lineCount: Int { characters.count { $0 == "\n" } + 1 }

  /// Where the cursor's line begins.
  package var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
  /// Where the cursor's line ends, its line break not counted.
  package var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

  // MARK: Changing

  /// Puts text at the cursor; an accent joins the character before it.
  package mutating func insert(_ text: String) {
    remember()
    let before = String(characters[..<cursor]) + text
    let after = String(characters[cursor...])
    characters = Array(before + after)
    // Where text before and after the cursor join, the cursor stands behind what they became.
    cursor = min(before.count, characters.count)
  }

  /// Puts other text in the place of all, the cursor at its end.
  package mutating func replaceAll(_ text: String) {
    remember()
    characters = Array(text)
    cursor = characters.count
  }

  package mutating func replace(_ range: Range<Int>, with text: String) {
    remember()
    let range = range.clamped(to: 0..<characters.count)
    characters.replaceSubrange(range, with: Array(text))
    cursor = range.lowerBound + text.count
  }

  package mutating func deleteBackward() {
    guard cursor > 0 else { return }
    remove(cursor - 1..<cursor)
  }

  package mutating func deleteForward() {
    guard cursor < characters.count else { return }
    remove(cursor..<cursor + 1)
  }

  /// To the end of the line; at the end of a line, the line break.
  package mutating func killToLineEnd() {
    kill(cursor..<max(lineEnd, min(cursor + (lineEnd == cursor ? 1 : 0), characters.count)))
  }

  package mutating func killToLineStart() { kill(lineStart..<cursor) }

  /// The word before the cursor, where blanks end words.
  package mutating func killBlankWordBackward() {
    var start = cursor
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    kill(start..<cursor)
  }

  package mutating func killWordBackward() { kill(wordStart..<cursor) }
  package mutating func killWordForward() { kill(cursor..<wordEnd) }

  package mutating func yank() {
    guard !killed.isEmpty else { return }
    insert(String(killed))
  }

  /// Exchanges the two characters around the cursor.
  package mutating func transpose() {
    let second = cursor == characters.count || characters[cursor] == "\n" ? cursor - 1 : cursor
    guard second >= 1, second > lineStart else { return }
    remember()
    characters.swapAt(second - 1, second)
    cursor = second + 1
  }

  package mutating func undo() {
    guard let last = undone.popLast() else { return }
    undoneSize -= last.characters.count
    characters = last.characters
    cursor = last.cursor
    wantedColumn = nil
  }

  private mutating func kill(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(characters[range])
    remove(range)
  }

  private mutating func remove(_ range: Range<Int>) {
    remember()
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func remember() {
    wantedColumn = nil
    undone.append(Snapshot(characters: characters, cursor: cursor))
    undoneSize += characters.count
    while undone.count > EditBuffer.undoLimit || undoneSize > EditBuffer.undoSizeLimit {
      undoneSize -= undone.removeFirst().characters.count
    }
  }

  // MARK: Moving

  package mutating func moveLeft() { move(to: cursor - 1) }
  package mutating func moveRight() { move(to: cursor + 1) }
  package mutating func moveToLineStart() { move(to: lineStart) }
  package mutating func moveToLineEnd() { move(to: lineEnd) }
  package mutating func moveToStart() { move(to: 0) }
  package mutating func moveToEnd() { move(to: characters.count) }
  package mutating func moveWordLeft() { move(to: wordStart) }
  package mutating func moveWordRight() { move(to: wordEnd) }

  private mutating func move(to position: Int) {
    cursor = min(max(0, position), characters.count)
    wantedColumn = nil
  }

  /// One line up; false where there is none.
  package mutating func moveUp() -> Bool {
    let start = lineStart
    guard start > 0 else { return false }
    let column = wantedColumn ?? cursor - start
    let above = (characters[..<(start - 1)].lastIndex(of: "\n") ?? -1) + 1
    cursor = min(above + column, start - 1)
    wantedColumn = column
    return true
  }

  /// One line down; false where there is none.
  package mutating func moveDown() -> Bool {
    let end = lineEnd
    guard end < characters.count else { return false }
    let column = wantedColumn ?? cursor - lineStart
    let below = end + 1
    let belowEnd = characters[below...].firstIndex(of: "\n") ?? characters.count
    cursor = min(below + column, belowEnd)
    wantedColumn = column
    return true
  }

  private var wordStart: Int {
    var position = cursor
    while position > 0, !EditBuffer.isOfWord(characters[position - 1]) { position -= 1 }
    while position > 0, EditBuffer.isOfWord(characters[position - 1]) { position -= 1 }
    return position
  }

  private var wordEnd: Int {
    var position = cursor
    while position < characters.count, !EditBuffer.isOfWord(characters[position]) { position += 1 }
    while position < characters.count, EditBuffer.isOfWord(characters[position]) { position += 1 }
    return position
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
