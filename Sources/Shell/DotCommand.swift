/// A line that speaks to the shell, not to the lake: `.mode csv`.
package struct DotCommand: Sendable, Equatable {
  /// The command's name without its dot, in lower case.
  package let name: String
  package let arguments: [String]

  /// Words that people know from elsewhere.
  private static let synonyms = [
    "\\q": "quit", "quit": "quit", "exit": "quit", "\\d": "schema", "\\dt": "tables",
    "\\l": "tables", "\\?": "help", "help": "help", "\\i": "read", "\\o": "output",
    "\\timing": "timer",
  ]

  /// - Returns: nil for a text that is SQL.
  package init?(_ text: String) {
    let words = DotCommand.words(text)
    guard let first = words.first else { return nil }
    if first.hasPrefix("."), first.count > 1, first.dropFirst().first?.isLetter == true {
      let name = first.dropFirst().lowercased()
      self.name = name == "exit" ? "quit" : name
    } else if let known = DotCommand.synonyms[first.lowercased()],
      first.hasPrefix("\\") || words.count == 1
    {
      name = known
    } else {
      return nil
    }
    var rest = Array(words.dropFirst())
    // `.quit;` is meant as `.quit`.
    if let last = rest.last, last == ";" { rest.removeLast() }
    arguments = rest
  }

  /// Words between blanks; quotes keep blanks in.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isWord = false
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        isWord = true
      } else if character.isWhitespace {
        if isWord { words.append(word) }
        (word, isWord) = ("", false)
      } else {
        word.append(character)
        isWord = true
      }
    }
    if isWord { words.append(word) }
    return words
  }
}
