import SQL

/// What each character of a statement is drawn as while it is typed.
struct Highlighter {
  private static let keywords = Set(SQLWords.keywords)

  /// One role per character; nil for plain ones.
  static func roles(_ characters: [Character]) -> [TextStyle.Role?] {
    var roles: [TextStyle.Role?] = Array(repeating: nil, count: characters.count)
    let text = ScannedText(characters)
    for piece in text.pieces {
      guard let role = role(piece, text) else { continue }
      for position in piece.range { roles[position] = role }
    }
    return roles
  }

  private static func role(_ piece: ScannedText.Piece, _ text: ScannedText) -> TextStyle.Role? {
    switch piece.kind {
    case .word: keywords.contains(text.text(piece).uppercased()) ? .keyword : nil
    case .string: .string
    case .number: .number
    case .comment: .comment
    case .quotedName, .sign, .space: nil
    }
  }
}
