import Columns
import Files
import Foundation
import Reports
import SQL
import Shell
import TextFormats
import Warehouse

/// What a person can tell the shell itself: `.mode csv`.
enum ShellCommands {
  private struct Entry: Sendable {
    let name: String
    let usage: String
    let summary: String
    /// Returns false to leave the shell.
    let run: @Sendable (InteractiveShell, [String]) throws -> Bool
  }

  private static let entries: [Entry] = [
    Entry(name: "columns", usage: ".columns TABLE", summary: "names and types of a table's columns")
    {
      shell, words in
      try one(words, ".columns TABLE") { shell.runStatements("DESCRIBE \(quoted($0))") }
    },
    Entry(name: "help", usage: ".help [TEXT]", summary: "these commands, or those with a text") {
      shell, words in
      try help(shell, words.first ?? "")
    },
    Entry(
      name: "maxrows", usage: ".maxrows N", summary: "rows of a table that are shown; 0 for all"
    ) {
      shell, words in
      try setRowLimit(shell, words)
    },
    Entry(
      name: "mode", usage: ".mode FORMAT",
      summary: "table, vertical, csv, tsv, json, jsonl, markdown"
    ) { shell, words in
      try setMode(shell, words)
    },
    Entry(name: "nullvalue", usage: ".nullvalue [TEXT]", summary: "what NULL is shown as") {
      shell, words in
      shell.nullText = words.first
      return true
    },
    Entry(
      name: "output", usage: ".output [FILE]",
      summary: "results go to a file; without one, back here"
    ) { shell, words in
      try shell.output.redirect(to: words.first)
      return true
    },
    Entry(
      name: "pager", usage: ".pager on|off", summary: "whether long results are shown by $PAGER"
    ) {
      shell, words in
      shell.output.usesPager = try onOrOff(words, ".pager", now: shell.output.usesPager)
      return true
    },
    Entry(name: "quit", usage: ".quit", summary: "leave; Ctrl-D does, too") { _, _ in false },
    Entry(name: "read", usage: ".read FILE", summary: "run statements and commands of a file") {
      shell, words in
      try one(words, ".read FILE") { try read(shell, $0) }
    },
    Entry(name: "report", usage: ".report NAME [KEY=VALUE]…", summary: "a report of the library") {
      shell, words in
      try report(shell, words)
    },
    Entry(
      name: "reports", usage: ".reports [TEXT]",
      summary: "the reports there are, or those with a text"
    ) { shell, words in
      defer { shell.output.finish() }
      try shell.output.write(
        ReportList.page(
          shell.session.queries[.reports], matching: words.first,
          width: min(max(shell.output.width ?? 100, 60), 120)))
      return true
    },
    Entry(
      name: "schema", usage: ".schema [TABLE]", summary: "the statement that makes a table or view"
    ) {
      shell, words in
      try schema(shell, words.first)
    },
    Entry(
      name: "tables", usage: ".tables [TEXT]", summary: "tables and views, or those with a text"
    ) {
      shell, words in
      try tables(shell, words.first)
    },
    Entry(name: "timer", usage: ".timer on|off", summary: "whether each statement's time is told") {
      shell, words in
      shell.showsTime = try onOrOff(words, ".timer", now: shell.showsTime)
      return true
    },
  ]

  static var names: [String] { entries.map(\.name) }

  /// - Returns: false to leave the shell.
  /// - Throws: `ShellError` for what cannot be done.
  static func run(_ command: DotCommand, _ shell: InteractiveShell) throws -> Bool {
    guard let entry = entries.first(where: { $0.name == command.name }) else {
      throw ShellError(
        "no command '.\(command.name)'"
          + Suggestion.text(for: command.name, among: names, prefix: ".")
          + (Suggestion.text(for: command.name, among: names).isEmpty ? "; see .help" : ""))
    }
    return try entry.run(shell, command.arguments)
  }

  // MARK: Settings

  private static func setMode(_ shell: InteractiveShell, _ words: [String]) throws -> Bool {
    guard let name = words.first else {
      shell.tell("the mode is \(shell.format.rawValue)")
      return true
    }
    // What other shells call them.
    let synonyms = ["box": "table", "line": "vertical", "tabs": "tsv", "md": "markdown"]
    let known = ResultFormat.allCases.map(\.rawValue)
    guard let format = ResultFormat(rawValue: synonyms[name] ?? name) else {
      throw ShellError(
        "no mode '\(name)'\(Suggestion.text(for: name, among: known)); there are "
          + known.joined(separator: ", "))
    }
    shell.format = format
    return true
  }

  private static func setRowLimit(_ shell: InteractiveShell, _ words: [String]) throws -> Bool {
    guard let word = words.first else {
      shell.tell("tables show \(shell.rowLimit == 0 ? "all" : "\(shell.rowLimit)") rows")
      return true
    }
    guard let count = Int(word), count >= 0 else {
      throw ShellError("expected .maxrows N, a number of rows, found '\(word)'")
    }
    shell.rowLimit = count
    return true
  }

  /// Without a word, the other way round.
  private static func onOrOff(_ words: [String], _ name: String, now: Bool) throws -> Bool {
    switch words.first {
    case nil: return !now
    case "on": return true
    case "off": return false
    case .some(let word): throw ShellError("expected \(name) on or \(name) off, found '\(word)'")
    }
  }

  private static func one(
    _ words: [String], _ usage: String, _ body: (String) throws -> Void
  ) throws -> Bool {
    guard words.count == 1, let word = words.first else { throw ShellError("expected \(usage)") }
    try body(word)
    return true
  }

  private static func help(_ shell: InteractiveShell, _ text: String) throws -> Bool {
    let wanted = text.drop { $0 == "." }.lowercased()
    let chosen = entries.filter {
      wanted.isEmpty || ($0.usage + " " + $0.summary).lowercased().contains(wanted)
    }
    guard !chosen.isEmpty else { throw ShellError("no command has '\(text)'") }
    let width = chosen.map(\.usage.count).max() ?? 0
    var page = ""
    for entry in chosen {
      let blanks = String(repeating: " ", count: width - entry.usage.count + 2)
      page += "\(entry.usage)\(blanks)\(entry.summary)\n"
    }
    if wanted.isEmpty {
      page += """

        Tab completes, Up and Down go through the history, Ctrl-R searches it, Alt-Enter begins a
        line, Ctrl-C gives up a line or ends a statement. 'kakeibo help' has the rest.

        """
    }
    defer { shell.output.finish() }
    try shell.output.write(page)
    return true
  }

  // MARK: The lake

  private static func tables(_ shell: InteractiveShell, _ text: String?) throws -> Bool {
    let summaries = try shell.warehouse.tables()
    let fields = [
      Field("name", .varchar), Field("kind", .varchar), Field("rows", .bigint),
      Field("columns", .bigint), Field("partitioned by", .varchar),
    ]
    var rows: [[Value]] = []
    for name in shell.vocabulary.tables {
      if let text, !name.lowercased().contains(text.lowercased()) { continue }
      let table = summaries.first { $0.name.lowercased() == name.lowercased() }
      rows.append([
        .text(name), .text(table == nil ? "view" : "table"),
        table?.rowCount.map { .int64(Int64($0)) } ?? .null,
        table.map { .int64(Int64($0.schema.count)) } ?? .null,
        .text(table?.partitionColumns.joined(separator: ", ") ?? ""),
      ])
    }
    let columns = fields.indices.map { position in
      Column(fields[position].type, values: rows.map { $0[position] })
    }
    let kept = shell.nullText
    defer { shell.nullText = kept }
    // A view has no rows of its own; NULL would say that they are not known.
    shell.nullText = kept ?? ""
    try shell.print(
      QueryResult(schema: Schema(fields), batches: [Batch(columns, count: rows.count)]))
    return true
  }

  private static func schema(_ shell: InteractiveShell, _ name: String?) throws -> Bool {
    defer { shell.output.finish() }
    let tables = Set(try shell.warehouse.tables().map { $0.name.lowercased() })
    let names = name.map { [$0] } ?? shell.vocabulary.tables.filter { tables.contains($0) }
    for name in names {
      let kind = tables.contains(name.lowercased()) ? "TABLE" : "VIEW"
      do {
        let result = try shell.warehouse.query("SHOW CREATE \(kind) \(quoted(name))")
        for row in result.rows() { try shell.output.write((row.first?.string ?? "") + ";\n") }
      } catch let error as SQLError {
        throw ShellError(error.message)
      }
    }
    return true
  }

  private static func quoted(_ name: String) -> String {
    name.split(separator: ".").map { "\"\($0.filter { $0 != "\"" })\"" }.joined(separator: ".")
  }

  // MARK: Files and reports

  private static func read(_ shell: InteractiveShell, _ path: String, depth: Int = 0) throws {
    guard depth < 16 else { throw ShellError("'\(path)' reads itself") }
    let text = String(decoding: try FileSource(path).readAll(limit: 64 << 20), as: UTF8.self)
    var statements = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("."), let command = DotCommand(String(line)),
        ScannedText(statements).isComplete
      else {
        statements += line + "\n"
        continue
      }
      guard shell.runStatements(statements) else { return }
      statements = ""
      if command.name == "read" {
        guard let path = command.arguments.first else { throw ShellError("expected .read FILE") }
        try read(shell, path, depth: depth + 1)
      } else if try !run(command, shell) {
        return
      }
    }
    shell.runStatements(statements)
  }

  private static func report(_ shell: InteractiveShell, _ words: [String]) throws -> Bool {
    guard let name = words.first else { throw ShellError("expected .report NAME; see .reports") }
    let reports = shell.session.queries[.reports]
    guard let query = shell.session.queries.query(.reports, named: name) else {
      throw ShellError(
        "no report named '\(name)'\(Suggestion.text(for: name, among: reports.map(\.name)))")
    }
    var values: [String: String] = [:]
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw ShellError("expected KEY=VALUE, found '\(word)'") }
      values[String(parts[0])] = String(parts[1])
    }
    shell.runStatements(try query.statement(values))
    return true
  }
}
