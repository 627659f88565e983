import Files
import SQL
import TextFormats

/// A value in a schema file with the way to it, so that what is wrong can be pointed at.
struct SchemaPlace {
  let value: JSONValue
  let file: String
  /// `columns[2].type`; empty at the top.
  let path: String
  /// Whether words that are not known are errors.
  let isStrict: Bool

  init(_ value: JSONValue, file: String, path: String = "", isStrict: Bool) {
    self.value = value
    self.file = file
    self.path = path
    self.isStrict = isStrict
  }

  func error(_ message: String) -> FormatError {
    FormatError(file, at: path.isEmpty ? nil : "'\(path)'", message)
  }

  /// - Throws: `FormatError` for a member of another name: a misspelt word must not be silently
  ///   without effect.
  func allow(_ words: [String]) throws(FormatError) {
    guard let members = value.object?.members else { throw expected("an object") }
    for member in members where isStrict && !words.contains(member.key) {
      let hint = Spelling.hint(for: member.key, among: words)
      throw place(member.key, member.value).error(
        "there is no such member"
          + (hint.isEmpty ? "; known are \(words.joined(separator: ", "))" : hint))
    }
  }

  /// The member of that name; nil when it is missing or null.
  func optional(_ name: String) throws(FormatError) -> SchemaPlace? {
    guard let object = value.object else { throw expected("an object") }
    guard let member = object[name], !member.isNull else { return nil }
    return place(name, member)
  }

  /// - Throws: `FormatError` when the member is missing.
  func required(_ name: String) throws(FormatError) -> SchemaPlace {
    guard let member = try optional(name) else {
      throw place(name, .null).error("is missing")
    }
    return member
  }

  func elements() throws(FormatError) -> [SchemaPlace] {
    guard let elements = value.array else { throw expected("a list") }
    return elements.enumerated().map {
      SchemaPlace($0.element, file: file, path: "\(path)[\($0.offset)]", isStrict: isStrict)
    }
  }

  /// Text that is not empty.
  func text() throws(FormatError) -> String {
    guard let text = value.string, !text.isEmpty else { throw expected("text") }
    return text
  }

  func texts() throws(FormatError) -> [String] {
    var texts: [String] = []
    for element in try elements() {
      guard let text = element.value.string else { throw element.expected("text") }
      texts.append(text)
    }
    return texts
  }

  func flag() throws(FormatError) -> Bool {
    guard let flag = value.boolean else { throw expected("true or false") }
    return flag
  }

  /// One of an enumeration's words.
  func choice<Choice: RawRepresentable>(of choices: [Choice]) throws(FormatError) -> Choice
  where Choice.RawValue == String {
    let word = try text()
    guard let choice = Choice(rawValue: word) else {
      let words = choices.map(\.rawValue)
      throw error(
        "'\(word)' is not one of \(words.joined(separator: ", "))"
          + Spelling.hint(for: word, among: words))
    }
    return choice
  }

  private func place(_ name: String, _ value: JSONValue) -> SchemaPlace {
    SchemaPlace(
      value, file: file, path: path.isEmpty ? name : "\(path).\(name)", isStrict: isStrict)
  }

  func expected(_ what: String) -> FormatError {
    let found =
      switch value {
      case .string(let text): text.isEmpty ? "empty text" : "'\(text.prefix(40))'"
      case .number(let text): "\(text.prefix(40))"
      case .boolean(let flag): "\(flag)"
      case .null: "null"
      case .array: "a list"
      case .object: "an object"
      }
    return error("expected \(what), found \(found)")
  }
}
