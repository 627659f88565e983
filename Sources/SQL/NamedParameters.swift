/// The parameters `:name` of a text of statements, which values stand in for before it is run.
package struct NamedParameters {
  private let text: [UInt8]
  private let places: [Place]

  private struct Place {
    let name: String
    let range: SourceRange
    /// The colon stands behind a value, as in `json_object('key' : value)`: a parameter only where one of
    /// that name is given.
    let mayBeSeparator: Bool
  }

  /// A text that cannot be cut into words has no parameters; running it says what is wrong.
  package init(_ text: String) {
    self.text = Array(text.utf8)
    let tokens = (try? Lexer.tokens(self.text)) ?? []
    var places: [Place] = []
    for (index, colon) in tokens.enumerated() where colon.kind == .colon {
      let word = tokens[index + 1]
      guard word.kind == .word, word.start == colon.end else { continue }
      places.append(
        Place(
          name: String(decoding: self.text[Int(word.start)..<Int(word.end)], as: UTF8.self),
          range: colon.range.through(word.range),
          mayBeSeparator: index > 0 && tokens[index - 1].endsValue))
    }
    self.places = places
  }

  /// The names that are surely parameters, in the order of the text, each once.
  package var names: [String] {
    var seen: Set<String> = []
    return places.filter { !$0.mayBeSeparator && seen.insert($0.name).inserted }.map(\.name)
  }

  /// The text with SQL in place of parameters.
  ///
  /// - Throws: `SQLError` at the first parameter without a value.
  package func text(with values: [String: String]) throws(SQLError) -> String {
    var result: [UInt8] = []
    var end = 0
    for place in places {
      guard let value = values[place.name] else {
        if place.mayBeSeparator { continue }
        throw SQLError(
          "the parameter ':\(place.name)' has no value", at: place.range)
      }
      result += text[end..<place.range.start]
      result += value.utf8
      end = place.range.end
    }
    return String(decoding: result + text[end...], as: UTF8.self)
  }

  /// Names of values that the text has no parameter for, sorted.
  package func unused(of values: [String: String]) -> [String] {
    let known = Set(places.map(\.name))
    return values.keys.filter { !known.contains($0) }.sorted()
  }
}

extension Token {
  fileprivate var endsValue: Bool {
    switch kind {
    case .word: keyword == nil
    case .quotedName, .backquotedName, .unicodeName, .integer, .decimal, .real, .string,
      .unicodeString, .binary, .rightParenthesis, .rightBracket, .question:
      true
    case .leftParenthesis, .leftBracket, .comma, .dot, .colon, .semicolon, .plus, .minus, .star,
      .slash, .percent, .concatenate, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .arrow, .endOfText:
      false
    }
  }
}
