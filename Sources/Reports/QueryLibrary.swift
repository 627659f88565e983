import SQL
/// The queries that the program knows by name: reports, rules, savings, series and views, a SQL file each.
///
/// A file opens with comments that say what it is:
///
///     -- title: Cost by service
///     -- answers: what each service cost in a month, and its share of the bill
///     -- param month text default (SELECT max(billing_period) FROM costs): billing period, YYYY-MM
///     SELECT … WHERE billing_period = :month
package struct QueryLibrary: Sendable {
  /// The folders of `queries/`.
  package enum Shelf: String, Sendable, CaseIterable { case reports, rules, savings, series, views }

  /// In order: a later file replaces an earlier one of the same path. They are read when their shelf is
  /// asked for: most statements need none of them, and reading all takes longer than many a statement.
  private let files: [(path: String, text: String)]

  /// - Parameters:
  ///   - standard: paths below `queries/` (`reports/services.sql`) and texts of files that are known to be
  ///     right.
  ///   - files: the same of any files; each replaces an earlier one of the same path.
  /// - Throws: `QueryLibraryError` for a comment of `files` that cannot be understood.
  package init(
    standard: [(path: String, text: String)] = [], files: [(path: String, text: String)]
  ) throws(QueryLibraryError) {
    self.files = standard + files
    for file in files {
      for shelf in Shelf.allCases {
        guard let name = shelf.name(ofQueryIn: file.path) else { continue }
        _ = try NamedQuery(name: name, path: file.path, text: file.text)
      }
    }
  }

  /// All queries of a shelf, by name.
  package subscript(_ shelf: Shelf) -> [NamedQuery] {
    var texts: [String: (path: String, text: String)] = [:]
    for file in files {
      if let name = shelf.name(ofQueryIn: file.path) { texts[name] = file }
    }
    return texts.sorted { $0.key < $1.key }.compactMap { name, file in
      try? NamedQuery(name: name, path: file.path, text: file.text)
    }
  }

  package func query(_ shelf: Shelf, named name: String) -> NamedQuery? {
    self[shelf].first { $0.name == name }
  }
}

extension QueryLibrary.Shelf {
  /// The query's name, which is its file's without `.sql`; nil for a file elsewhere, and one that is none.
  fileprivate func name(ofQueryIn path: String) -> String? {
    let folder = rawValue + "/"
    guard path.hasPrefix(folder), path.hasSuffix(".sql") else { return nil }
    let name = path.dropFirst(folder.count).dropLast(4)
    return name.contains("/") ? nil : String(name)
  }
}

/// A comment or parameter of a query file that cannot be understood, or a parameter given wrongly.
package struct QueryLibraryError: Error, Sendable, Equatable, CustomStringConvertible {
  package let query: String
  package let message: String

  package var description: String { "query '\(query)': \(message)" }
}

/// One query of the library.
package struct NamedQuery: Sendable {
  /// The file's name without `.sql`.
  package let name: String
  package let title: String
  /// What question it answers.
  package let answers: String
  /// Further `-- key: value` comments, by key: `severity` of a rule, `chart` of a series.
  package let notes: [String: String]
  package let parameters: [Parameter]
  /// The statement, with `:name` where parameters go.
  package let sql: String

  package struct Parameter: Sendable, Equatable {
    /// What a value is written as: a literal, or the name of a table.
    package enum Kind: String, Sendable { case text, number, date, table }

    package let name: String
    package let kind: Kind
    /// A SQL expression, nil where the caller has to give a value.
    package let defaultExpression: String?
    package let summary: String
  }

  /// A text of someone's own that declares parameters as the library's files do.
  ///
  /// - Returns: nil where it declares none.
  /// - Throws: `QueryLibraryError` for a comment that cannot be understood.
  package init?(declaredIn text: String, named name: String) throws(QueryLibraryError) {
    guard NamedQuery.head(of: text).contains(where: { $0.hasPrefix("-- param ") }) else {
      return nil
    }
    try self.init(name: name, path: name, text: text, defaultTitle: name)
  }

  init(
    name: String, path: String, text: String, defaultTitle: String? = nil
  ) throws(QueryLibraryError) {
    self.name = name
    var notes: [String: String] = [:]
    var parameters: [Parameter] = []
    for line in NamedQuery.head(of: text) {
      let comment = line.dropFirst(3)
      if comment.hasPrefix("param ") {
        guard let parameter = Parameter(comment.dropFirst(6)) else {
          throw QueryLibraryError(
            query: path,
            message:
              "expected '-- param NAME text|number|date|table [default EXPRESSION]: summary', "
              + "found '\(line)'")
        }
        parameters.append(parameter)
      } else if let colon = comment.firstIndex(of: ":") {
        notes[String(comment[..<colon])] = comment[comment.index(after: colon)...].trimmed
      }
    }
    guard let title = notes["title"] ?? defaultTitle else {
      throw QueryLibraryError(query: path, message: "expected a first line '-- title: …'")
    }
    self.title = title
    answers = notes["answers"] ?? title
    self.notes = notes
    self.parameters = parameters
    sql = text
  }

  /// The comments that a file opens with, by bytes.
  private static func head(of text: String) -> [Substring] {
    var lines: [Substring] = []
    var rest = text.utf8[...]
    while rest.starts(with: "-- ".utf8) {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      lines.append(Substring(rest[..<end]))
      rest = rest[end...].dropFirst()
    }
    return lines
  }

  /// The statement with values in place of parameters, as literals; defaults where none is given.
  ///
  /// - Parameter expressions: SQL to stand in place of parameters, as it is.
  /// - Throws: `QueryLibraryError` for an unknown name, a missing or malformed value.
  package func statement(
    _ values: [String: String] = [:], expressions: [String: String] = [:]
  ) throws(QueryLibraryError) -> String {
    let names = values.keys.sorted() + expressions.keys.sorted()
    for given in names where !parameters.contains(where: { $0.name == given }) {
      let known = parameters.map(\.name).joined(separator: ", ")
      throw QueryLibraryError(
        query: name,
        message: "no parameter named '\(given)'"
          + (known.isEmpty ? "; it takes none" : "; it takes \(known)"))
    }
    var replacements: [String: String] = [:]
    for parameter in parameters {
      if let expression = expressions[parameter.name] {
        replacements[parameter.name] = expression
      } else if let value = values[parameter.name] {
        replacements[parameter.name] = try literal(value, parameter)
      } else if let expression = parameter.defaultExpression {
        replacements[parameter.name] = expression
      } else {
        throw QueryLibraryError(
          query: name,
          message: "parameter '\(parameter.name)' is needed: \(parameter.summary)")
      }
    }
    return substituted(replacements)
  }

  private func literal(
    _ value: String, _ parameter: Parameter
  ) throws(QueryLibraryError) -> String {
    let quoted = SQLLiteral.text(value)
    switch parameter.kind {
    case .text: return quoted
    case .date: return "DATE " + quoted
    case .table:
      return value.split(separator: ".").map { "\"\($0.filter { $0 != "\"" })\"" }.joined(
        separator: ".")
    case .number:
      guard Double(value)?.isFinite == true else {
        throw QueryLibraryError(
          query: name,
          message: "parameter '\(parameter.name)': expected a number, found '\(value)'")
      }
      return value
    }
  }

  /// Replaces `:name` outside of quotes and comments.
  private func substituted(_ replacements: [String: String]) -> String {
    var result = ""
    var rest = sql[...]
    while let character = rest.first {
      if rest.hasPrefix("--") {
        let end = rest.firstIndex(of: "\n") ?? rest.endIndex
        result += rest[..<end]
        rest = rest[end...]
      } else if character == "'" || character == "\"" {
        let body = rest.dropFirst()
        let end = body.firstIndex(of: character).map { body.index(after: $0) } ?? body.endIndex
        result += rest[..<end]
        rest = rest[end...]
      } else if character == ":" {
        let word = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        if let replacement = replacements[String(word)] {
          result += replacement
          rest = rest[word.endIndex...]
        } else {
          result.append(character)
          rest = rest.dropFirst()
        }
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}

extension NamedQuery.Parameter {
  /// Reads `month text default EXPRESSION: summary`.
  fileprivate init?(_ text: Substring) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let words = text[..<colon].split(separator: " ", maxSplits: 3)
    guard words.count >= 2, let kind = Kind(rawValue: String(words[1])) else { return nil }
    guard words.count == 2 || (words.count == 4 && words[2] == "default") else { return nil }
    name = String(words[0])
    self.kind = kind
    defaultExpression = words.count == 4 ? words[3].trimmed : nil
    summary = text[text.index(after: colon)...].trimmed
  }
}

extension Substring {
  /// Without spaces at either end.
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
