extension ExpressionSyntax {
  /// The expression written as SQL again, on one line, with no more parentheses than it needs.
  ///
  /// Names keep their case and quotes, numbers their digits.
  package var text: String {
    var writer = SQLWriter()
    writer.write(self)
    return writer.text
  }
}

extension Query {
  /// The query written as SQL again, on one line.
  package var text: String {
    var writer = SQLWriter()
    writer.write(self)
    return writer.text
  }
}

extension Statement {
  /// The statement written as SQL again, on one line.
  package var text: String {
    var writer = SQLWriter()
    writer.write(self)
    return writer.text
  }
}

extension TypeSyntax {
  /// The type as Athena writes it: `decimal(16,8)`, `timestamp(3) with time zone`.
  package var text: String {
    var writer = SQLWriter()
    writer.write(self)
    return writer.text
  }
}

/// Writes syntax trees as text.
struct SQLWriter {
  private(set) var text = ""

  mutating func write(_ words: String) { text += words }

  mutating func list<Element>(
    _ elements: [Element], _ separator: String = ", ", _ one: (inout SQLWriter, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 { text += separator }
      one(&self, element)
    }
  }

  mutating func list(_ expressions: [ExpressionSyntax]) {
    list(expressions) { $0.write($1) }
  }

  mutating func write(_ name: Identifier) {
    text += name.isQuoted ? quoted(name.text, "\"") : name.text
  }

  mutating func write(_ name: QualifiedName) {
    list(name.parts, ".") { $0.write($1) }
  }

  /// `(a, b)`, nothing for an empty list.
  mutating func write(_ names: [Identifier]) {
    guard !names.isEmpty else { return }
    text += "("
    list(names) { $0.write($1) }
    text += ")"
  }

  /// In quotes, quotes inside doubled.
  func quoted(_ content: String, _ quote: Character) -> String {
    var result = String(quote)
    for character in content.unicodeScalars {
      if Character(character) == quote { result.append(quote) }
      result.unicodeScalars.append(character)
    }
    result.append(quote)
    return result
  }

  mutating func write(_ type: TypeSyntax) {
    let zone = " with time zone"
    let hasZone = type.name.hasSuffix(zone)
    text += hasZone ? String(type.name.dropLast(zone.count)) : type.name
    if !type.arguments.isEmpty {
      text += "("
      list(type.arguments, type.name == "decimal" ? "," : ", ") { writer, argument in
        switch argument {
        case .number(let number): writer.write(String(number))
        case .type(let type): writer.write(type)
        case .field(let name, let type):
          writer.write(name)
          writer.write(" ")
          writer.write(type)
        }
      }
      text += ")"
    }
    if hasZone { text += zone }
  }
}
