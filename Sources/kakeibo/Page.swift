import Columns
import Evaluators
import TextFormats
import Warehouse

/// What commands that answer with a page for people have in common.
enum Page {
  /// Whether a person reads along: on a terminal, or with `--format page`; else there are rows.
  static func isWanted(_ arguments: Arguments, _ terminal: Terminal) throws(UsageError) -> Bool {
    if arguments.value("format") == "page" {
      guard arguments.value("output") == nil else {
        throw UsageError("--format page goes to standard output; leave out -o, or give a format")
      }
      return true
    }
    return arguments.value("format") == nil && arguments.value("output") == nil
      && terminal.width != nil
  }

  static func width(_ terminal: Terminal) -> Int { min(max(terminal.width ?? 100, 60), 120) }

  /// The rows of a page for programs, in the format asked for.
  static func printRows(
    _ table: FindingsTable, _ rows: [[Value]], _ session: Session, _ arguments: Arguments
  ) throws {
    let printer = try ResultPrinter(arguments, session.terminal, command: table.name)
    let columns = table.fields.indices.map { position in
      Column(table.fields[position].type, values: rows.map { $0[position] })
    }
    try printer.print(
      QueryResult(schema: Schema(table.fields), batches: [Batch(columns, count: rows.count)]))
    try printer.finish()
  }

  /// A text broken into lines at spaces, each after the first with an indent.
  static func wrapped(_ text: String, width: Int, indent: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    let room = max(20, width - indent)
    for word in text.split(separator: " ") {
      if !line.isEmpty, TerminalText.width(line) + 1 + TerminalText.width(String(word)) > room {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    let space = String(repeating: " ", count: indent)
    return lines.enumerated().map { $0.offset == 0 ? $0.element : space + $0.element }
  }

  static func left(_ text: String, _ width: Int) -> String {
    let cut = TerminalText.cut(text, to: width)
    return cut + String(repeating: " ", count: max(0, width - TerminalText.width(cut)))
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - TerminalText.width(text))) + text
  }
}
