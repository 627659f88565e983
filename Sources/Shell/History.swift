/// What was entered before, oldest first.
package struct History: Sendable {
  package private(set) var entries: [String] = []
  private let limit: Int

  package init(_ entries: [String] = [], limit: Int = 5000) {
    self.limit = limit
    for entry in entries { _ = add(entry) }
  }

  /// Adds an entry; what begins with a blank, is empty or repeats the last one is left out.
  ///
  /// - Returns: whether it was added.
  package mutating func add(_ text: String) -> Bool {
    let entry = History.trimmed(text)
    guard !entry.isEmpty, text.first != " ", entry != entries.last else { return false }
    entries.append(entry)
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
    return true
  }

  /// The youngest entry before `position` that contains a text, in any case.
  package func position(of text: String, before position: Int) -> Int? {
    guard !text.isEmpty else { return nil }
    let wanted = text.lowercased()
    return entries[..<min(max(0, position), entries.count)].lastIndex {
      $0.lowercased().contains(wanted)
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }

  // MARK: Lines of a file

  /// An entry as one line of the history file, without its line end.
  package static func line(_ entry: String) -> String {
    var line = ""
    for character in entry {
      switch character {
      case "\\": line += "\\\\"
      case "\n", "\r\n": line += "\\n"
      default: line.append(character)
      }
    }
    return line
  }

  /// The entry that a line stands for.
  package static func entry(_ line: some StringProtocol) -> String {
    var entry = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        entry.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        entry.append(character)
      }
    }
    return entry
  }
}
