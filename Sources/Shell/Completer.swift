import SQL

/// Finds out what the word before the cursor could become: by what stands before it, never by running
/// anything but questions to the vocabulary.
package struct Completer {
  private let vocabulary: any Vocabulary
  /// Commands of the shell, with their dot.
  private let commands: [String]

  package init(_ vocabulary: any Vocabulary, commands: [String]) {
    self.vocabulary = vocabulary
    self.commands = commands
  }

  /// - Parameter cursor: in characters of the text.
  package func completion(of characters: [Character], at cursor: Int) -> Completion? {
    let before = Array(characters[..<min(cursor, characters.count)])
    if before.first == "." { return ofCommand(before) }
    let text = ScannedText(before)
    guard let last = text.pieces.last, !last.isClosed else {
      return ofWord(text, in: characters)
    }
    switch last.kind {
    case .string: return ofString(last, text)
    case .quotedName:
      let start = last.range.lowerBound + 1
      let names = names(before: text.pieces.count - 1, in: text, characters)
      return completion(
        String(before[start...]), start..<before.count, among: names.tables + names.columns,
        ending: String(before[start - 1]))
    case .word, .number, .comment, .sign, .space: return nil
    }
  }

  // MARK: Where the cursor is

  private func ofCommand(_ before: [Character]) -> Completion? {
    guard let blank = before.firstIndex(of: " ") else {
      return completion(String(before), 0..<before.count, among: commands, ending: " ")
    }
    let command = String(before[..<blank])
    let start = (before.lastIndex(of: " ") ?? blank) + 1
    let word = String(before[start...])
    let range = start..<before.count
    if command == ".read" || command == ".output" || command == ".once" {
      return completion(word, range, among: vocabulary.files(beginning: word))
    }
    return completion(
      word, range, among: vocabulary.arguments(of: command) + tablesFor(command), ending: " ")
  }

  private func tablesFor(_ command: String) -> [String] {
    [".schema", ".tables", ".columns"].contains(command) ? vocabulary.tables : []
  }

  /// `Tags['te`: keys of tags; `FROM 'da`: files.
  private func ofString(_ string: ScannedText.Piece, _ text: ScannedText) -> Completion? {
    let range = string.range.lowerBound + 1..<text.characters.count
    let typed = String(text.characters[range])
    let earlier = text.pieces.prefix { $0.range.lowerBound < string.range.lowerBound }
    guard let previous = earlier.last(where: { $0.kind != .space && $0.kind != .comment }) else {
      return nil
    }
    if text.text(previous) == "[" {
      return completion(typed, range, among: vocabulary.tagKeys, ending: "']")
    }
    if Completer.tableWords.contains(text.text(previous).uppercased()) {
      return completion(typed, range, among: vocabulary.files(beginning: typed))
    }
    return nil
  }

  private func ofWord(_ text: ScannedText, in characters: [Character]) -> Completion? {
    var count = text.pieces.count
    var word = ""
    if let last = text.pieces.last, last.kind == .word {
      word = text.text(last)
      count -= 1
    } else if text.pieces.last?.kind == .number || text.pieces.last?.kind == .comment {
      return nil
    }
    let range = text.characters.count - word.count..<text.characters.count
    let names = names(before: count, in: text, characters)
    if names.isQualified || names.isTable {
      return completion(word, range, among: names.isTable ? names.tables : names.columns)
    }
    let words = vocabulary.functions + Completer.cased(SQLWords.keywords, like: word)
    return completion(
      word, range, among: names.columns + (word.isEmpty ? [] : words + names.tables))
  }

  /// Keywords in small letters for those who write them so.
  private static func cased(_ keywords: [String], like word: String) -> [String] {
    word.contains { $0.isLowercase } ? keywords.map { $0.lowercased() } : keywords
  }

  // MARK: What may stand there

  private struct Names {
    var tables: [String] = []
    var columns: [String] = []
    /// A table is expected, and nothing else.
    var isTable = false
    /// After a table's name or alias and a dot.
    var isQualified = false
  }

  private static let tableWords: Set<String> = [
    "FROM", "JOIN", "INTO", "TABLE", "DESCRIBE", "DESC", "VIEW",
  ]

  /// The names for what follows the first `count` pieces.
  private func names(before count: Int, in text: ScannedText, _ all: [Character]) -> Names {
    let earlier = text.pieces.prefix(count).filter { $0.kind != .space && $0.kind != .comment }
    let used = tablesUsed(in: ScannedText(all), at: text.characters.count)
    var names = Names()
    if let dot = earlier.last, text.text(dot) == ".", earlier.count > 1 {
      let qualifier = Completer.name(text.text(earlier[earlier.count - 2]))
      names.isQualified = true
      names.columns = vocabulary.columns(of: used.byAlias[qualifier.lowercased()] ?? qualifier)
      return names
    }
    let previous = earlier.last.map { text.text($0).uppercased() } ?? ""
    names.isTable = Completer.tableWords.contains(previous)
    if previous == "," {
      let clause = earlier.last {
        Completer.clauseWords.contains(text.text($0).uppercased())
      }
      names.isTable = clause.map { text.text($0).uppercased() == "FROM" } ?? false
    }
    names.tables = vocabulary.tables + used.withNames
    let tables = used.tables.isEmpty ? vocabulary.usualTables : used.tables
    names.columns = tables.flatMap(vocabulary.columns)
    return names
  }

  private static let clauseWords: Set<String> = [
    "SELECT", "FROM", "WHERE", "BY", "HAVING", "ON", "USING", "LIMIT",
  ]

  private struct TablesUsed {
    var tables: [String] = []
    var byAlias: [String: String] = [:]
    /// Names that WITH defines.
    var withNames: [String] = []
  }

  /// Tables after FROM and JOIN of the statement that the cursor is in, with their aliases.
  private func tablesUsed(in text: ScannedText, at cursor: Int) -> TablesUsed {
    let pieces = Completer.statement(text, at: cursor)
    var used = TablesUsed()
    for (position, piece) in pieces.enumerated() {
      let word = text.text(piece).uppercased()
      if word == "AS", position > 0, position + 1 < pieces.count,
        text.text(pieces[position + 1]) == "(", pieces[position - 1].kind == .word
      {
        used.withNames.append(text.text(pieces[position - 1]))
      }
      guard word == "FROM" || word == "JOIN" else { continue }
      var next = position + 1
      while let table = Completer.table(text, pieces, &next) {
        used.tables.append(table.name)
        used.byAlias[table.alias.lowercased()] = table.name
        guard next < pieces.count, text.text(pieces[next]) == "," else { break }
        next += 1
      }
    }
    return used
  }

  private static func statement(
    _ text: ScannedText, at cursor: Int
  ) -> [ScannedText.Piece] {
    let solid = text.pieces.filter { $0.kind != .space && $0.kind != .comment }
    let ends = solid.filter { $0.kind == .sign && text.text($0) == ";" }.map(\.range.lowerBound)
    let start = ends.last { $0 < cursor } ?? -1
    let end = ends.first { $0 >= cursor } ?? text.characters.count
    return solid.filter { $0.range.lowerBound > start && $0.range.lowerBound < end }
  }

  /// `db.table AS t`: the table and what it is called.
  private static func table(
    _ text: ScannedText, _ pieces: [ScannedText.Piece], _ next: inout Int
  ) -> (name: String, alias: String)? {
    guard next < pieces.count, [.word, .quotedName].contains(pieces[next].kind) else { return nil }
    var table = name(text.text(pieces[next]))
    next += 1
    while next + 1 < pieces.count, text.text(pieces[next]) == "." {
      table = name(text.text(pieces[next + 1]))
      next += 2
    }
    if next < pieces.count, text.text(pieces[next]).uppercased() == "AS" { next += 1 }
    guard next < pieces.count, [.word, .quotedName].contains(pieces[next].kind) else {
      return (table, table)
    }
    let alias = name(text.text(pieces[next]))
    if SQLWords.reserved.contains(alias.uppercased()) { return (table, table) }
    next += 1
    return (table, alias)
  }

  private static func name(_ text: String) -> String { text.filter { $0 != "\"" && $0 != "`" } }

  /// The candidates that begin as typed; nil where there are none.
  private func completion(
    _ typed: String, _ range: Range<Int>, among words: [String], ending: String = ""
  ) -> Completion? {
    let prefix = typed.lowercased()
    var seen: Set<String> = []
    let candidates = words.filter {
      $0.lowercased().hasPrefix(prefix) && seen.insert($0.lowercased()).inserted
    }
    guard !candidates.isEmpty else { return nil }
    return Completion(
      range: range, candidates: candidates.sorted { $0.lowercased() < $1.lowercased() },
      ending: ending)
  }
}
