/// A text that is still being written, cut into pieces as SQL would: unlike a parser it takes anything.
package struct ScannedText: Sendable {
  package enum Kind: Sendable { case word, number, string, quotedName, comment, sign, space }

  package struct Piece: Sendable {
    package let kind: Kind
    /// In characters of the text.
    package let range: Range<Int>
    /// false for a quote or comment that the text ends within.
    package let isClosed: Bool
  }

  package let characters: [Character]
  package private(set) var pieces: [Piece] = []

  /// - Complexity: O(length).
  package init(_ characters: [Character]) {
    self.characters = characters
    var position = 0
    while position < characters.count {
      let piece = piece(at: position)
      pieces.append(piece)
      position = piece.range.upperBound
    }
  }

  package init(_ text: String) { self.init(Array(text)) }

  package func text(_ piece: Piece) -> String { String(characters[piece.range]) }

  /// Whether a statement has its end: the last thing that counts is `;`, with no quote left open.
  package var isComplete: Bool {
    guard pieces.allSatisfy({ $0.isClosed }) else { return false }
    let last = pieces.last { $0.kind != .space && $0.kind != .comment }
    guard let last else { return true }
    return last.kind == .sign && text(last) == ";"
  }

  private func piece(at start: Int) -> Piece {
    let character = characters[start]
    let next = start + 1 < characters.count ? characters[start + 1] : " "
    switch character {
    case "'": return quoted(.string, from: start)
    case "\"", "`": return quoted(.quotedName, from: start)
    case "-" where next == "-":
      let end = characters[start...].firstIndex(of: "\n") ?? characters.count
      return Piece(kind: .comment, range: start..<end, isClosed: true)
    case "/" where next == "*": return blockComment(from: start)
    case _ where character.isWhitespace: return run(.space, from: start) { $0.isWhitespace }
    case _ where character.isASCII && character.isNumber:
      return run(.number, from: start) { $0.isNumber || $0 == "." || $0 == "e" || $0 == "E" }
    case _ where ScannedText.isOfWord(character):
      return run(.word, from: start, while: ScannedText.isOfWord)
    default: return Piece(kind: .sign, range: start..<start + 1, isClosed: true)
    }
  }

  static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "$"
  }

  private func run(_ kind: Kind, from start: Int, while belongs: (Character) -> Bool) -> Piece {
    let end = characters[start...].firstIndex { !belongs($0) } ?? characters.count
    return Piece(kind: kind, range: start..<end, isClosed: true)
  }

  private func quoted(_ kind: Kind, from start: Int) -> Piece {
    let quote = characters[start]
    var position = start + 1
    while position < characters.count {
      if characters[position] == quote {
        // A doubled quote stands for one.
        guard position + 1 < characters.count, characters[position + 1] == quote else {
          return Piece(kind: kind, range: start..<position + 1, isClosed: true)
        }
        position += 1
      }
      position += 1
    }
    return Piece(kind: kind, range: start..<characters.count, isClosed: false)
  }

  private func blockComment(from start: Int) -> Piece {
    var position = start + 2
    while position + 1 < characters.count {
      if characters[position] == "*", characters[position + 1] == "/" {
        return Piece(kind: .comment, range: start..<position + 2, isClosed: true)
      }
      position += 1
    }
    return Piece(kind: .comment, range: start..<characters.count, isClosed: false)
  }
}
