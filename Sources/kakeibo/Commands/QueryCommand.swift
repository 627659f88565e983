import Files
import Foundation
import Reports
import SQL
import Shell
import TextFormats
import Warehouse

/// `kakeibo query`: statements from the argument, a file or standard input; on a terminal, the shell.
enum QueryCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      [
        "file": .value, "table": .value, "param": .value, "timing": .flag, "keep-going": .flag,
      ], uniquingKeysWith: { own, _ in own }),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    if arguments.operands.isEmpty && arguments.value("file") == nil && RawTerminal.isAvailable {
      let tables = try arguments.pairs("table", command: "query")
      guard arguments.value("param") == nil else {
        throw UsageError("--param belongs to SQL as an argument or in a file", command: "query")
      }
      return try InteractiveShell(session, session.warehouse(tables: tables), arguments).run()
    }
    guard let text = try bound(statements(arguments), session, arguments) else {
      return .wrongRequest
    }
    let tables = try arguments.pairs("table", command: "query")
    let warehouse = try session.warehouse(tables: tables)
    let printer = try ResultPrinter(arguments, session.terminal, command: "query")
    var code = ExitCode.done
    let isScript = Script.statements(text).count > 1
    try warehouse.script(
      text,
      sink: { _ in printer.sink() },
      finished: { report in
        if let error = report.error {
          if error is OutputClosed { throw error }
          session.terminal.error(describe(error, report, text, isScript: isScript))
          code = error is SQLError ? .wrongRequest : .failed
          return arguments.has("keep-going")
        }
        if isScript { try printer.separate() }
        if arguments.has("timing") {
          let milliseconds = Double(report.elapsed / .microseconds(1)) / 1000
          session.terminal.error(String(format: "time: %.3f ms", milliseconds))
        }
        return true
      })
    if code == .done || arguments.has("keep-going") { try printer.finish() }
    return code
  }

  private static func statements(_ arguments: Arguments) throws -> String {
    if let path = arguments.value("file") {
      guard arguments.operands.isEmpty else {
        throw UsageError("expected SQL or --file, found both", command: "query")
      }
      return String(decoding: try FileSource(path).readAll(limit: 64 << 20), as: UTF8.self)
    }
    guard arguments.operands.count <= 1 else {
      throw UsageError(
        "expected one text of SQL, found \(arguments.operands.count); put it in quotes",
        command: "query")
    }
    if let text = arguments.operands.first, text != "-" { return text }
    if arguments.operands.isEmpty && isatty(STDIN_FILENO) == 1 {
      throw UsageError("expected SQL as an argument, --file or standard input", command: "query")
    }
    return String(
      decoding: try FileSource.standardInput().readAll(limit: 64 << 20), as: UTF8.self)
  }

  /// The text with values in place of its parameters: of the types that its head declares, as in the files
  /// of the library, or as the values are written.
  ///
  /// - Returns: nil where a parameter has no value, which is said.
  private static func bound(
    _ text: String, _ session: Session, _ arguments: Arguments
  ) throws -> String? {
    var text = text
    var values = try arguments.pairs("param", command: "query")
    let name = arguments.value("file").map(Path.name) ?? "query"
    if let declared = try NamedQuery(declaredIn: text, named: name) {
      text = try declared.statement(values)
      values = [:]
    }
    let parameters = NamedParameters(text)
    if let unused = parameters.unused(of: values).first {
      let known = parameters.names.map { ":" + $0 }
      throw UsageError(
        "no parameter ':\(unused)' in the SQL; "
          + (known.isEmpty ? "it has none" : "it has " + known.joined(separator: ", ")),
        command: "query")
    }
    do {
      return try parameters.text(with: values.mapValues(SQLLiteral.value))
    } catch {
      let hinted = SQLError(error.message + "; --param NAME=VALUE gives one", at: error.range)
      session.terminal.error(hinted.rendered(in: text))
      return nil
    }
  }

  private static func describe(
    _ error: any Error, _ report: StatementReport, _ text: String, isScript: Bool
  ) -> String {
    guard let error = error as? SQLError else {
      return isScript ? "error: \(place(of: report, in: text)): \(error)" : "error: \(error)"
    }
    return isScript
      ? error.rendered(in: text, statement: report.number, at: report.offset)
      : error.rendered(in: text)
  }

  /// `statement 2 (line 3, column 1)`: where a statement begins, for errors that have no place of
  /// their own.
  private static func place(of report: StatementReport, in text: String) -> String {
    let before =
      String(decoding: text.utf8.prefix(report.offset), as: UTF8.self)
      + report.text.prefix { $0.isWhitespace }
    let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let column = (lines.last?.count ?? 0) + 1
    return "statement \(report.number) (line \(lines.count), column \(column))"
  }
}
