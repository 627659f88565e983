import Columns
import Foundation
import SQL
import Shell
import TextFormats
import Warehouse

/// `kakeibo query` on a terminal: asks for statements and commands until the person leaves.
final class InteractiveShell {
  let session: Session
  let warehouse: Warehouse
  let screen = RawTerminal()
  let output: ScreenOutput
  let style: TextStyle
  let vocabulary: WarehouseVocabulary
  private let interrupts: InterruptWatch

  // What commands change.
  var format = ResultFormat.table
  var nullText: String?
  var rowLimit = 10_000
  var showsTime = true

  static let prompt = "kakeibo> "
  private static let continuation = "      -> "

  init(_ session: Session, _ warehouse: Warehouse, _ arguments: Arguments) throws {
    self.session = session
    self.warehouse = warehouse
    let environment = ProcessInfo.processInfo.environment
    style = TextStyle(isColoured: session.terminal.isColoured)
    output = ScreenOutput(screen, pagerCommand: Pager.command(environment: environment))
    vocabulary = WarehouseVocabulary(warehouse, session)
    interrupts = InterruptWatch(warehouse)
    nullText = arguments.value("null")
    if let name = arguments.value("format") {
      guard let known = ResultFormat(rawValue: name) else {
        throw UsageError(
          "unknown format '\(name)' for the shell; there are "
            + ResultFormat.allCases.map(\.rawValue).joined(separator: ", "), command: "query")
      }
      format = known
    }
    try output.redirect(to: arguments.value("output"))
  }

  /// Runs until `.quit`, Ctrl-D, or the end of the terminal.
  func run() -> ExitCode {
    greet()
    let environment = ProcessInfo.processInfo.environment
    if (environment["TERM"] ?? "dumb") == "dumb" { return runPlainly() }
    let reader = LineReader(
      screen, style: style, historyFile: HistoryFile(environment: environment))
    let completer = Completer(vocabulary, commands: ShellCommands.names.map { "." + $0 })
    var isHistoryKept = true
    while true {
      let answer = reader.read(
        prompt: InteractiveShell.prompt, continuation: InteractiveShell.continuation,
        completer: completer)
      switch answer {
      case .end: return .done
      case .cancelled(let wasEmpty):
        if wasEmpty { tell("Ctrl-D or .quit leaves") }
      case .text(let text):
        if !reader.remember(text), isHistoryKept {
          isHistoryKept = false
          tell("note: the history file cannot be written; entries are kept for this session only")
        }
        guard perform(text) else { return .done }
      }
    }
  }

  /// Without an editor, where the terminal understands nothing (`TERM=dumb`).
  private func runPlainly() -> ExitCode {
    var text = ""
    while true {
      screen.write(text.isEmpty ? InteractiveShell.prompt : InteractiveShell.continuation)
      guard let line = readLine(strippingNewline: true) else { return .done }
      text += (text.isEmpty ? "" : "\n") + line
      guard LineEditor.isComplete(text) else { continue }
      guard perform(text) else { return .done }
      text = ""
    }
  }

  private func greet() {
    let lake = session.lakeName
    let count = (try? warehouse.tables().count) ?? 0
    let tables =
      count == 0
      ? "no tables yet ('kakeibo ingest FOLDER' loads reports)"
      : count == 1 ? "1 table" : "\(count) tables"
    tell(
      """
      kakeibo \(Help.version), lake '\(lake)': \(tables)
      Statements end with ';'. .help says more, Ctrl-D leaves.
      """)
  }

  // MARK: One entry

  /// Runs what was entered; false to leave.
  func perform(_ text: String) -> Bool {
    guard let command = DotCommand(text) else {
      runStatements(text)
      return true
    }
    do {
      return try ShellCommands.run(command, self)
    } catch {
      tellError(error is ShellError ? "error: \(error)" : message(error))
      return true
    }
  }

  /// Runs statements one after the other; what follows a failed one is not run.
  ///
  /// - Returns: whether all went well.
  @discardableResult
  func runStatements(_ text: String) -> Bool {
    defer { vocabulary.forget() }
    let statements = Script.statements(text)
    for (index, statement) in statements.enumerated() {
      let sink = ShellSink(output, format, options, interrupts)
      let start = ContinuousClock.now
      var failure: (any Error)?
      let waited = output.waited
      let wasInterrupted = interrupts.watch {
        do {
          try warehouse.run(statement.text, into: sink)
        } catch {
          failure = error
        }
      }
      let elapsed = ContinuousClock.now - start - (output.waited - waited)
      output.finish()
      if let message = sink.message { tell(message) }
      // A person who leaves the pager has seen enough; nothing is wrong.
      if let failure, !(failure is OutputClosed) {
        guard !wasInterrupted else {
          tellError("error: cancelled")
          return false
        }
        let isScript = statements.count > 1
        if let error = failure as? SQLError {
          tellError(
            isScript
              ? error.rendered(in: text, statement: index + 1, at: statement.offset)
              : error.rendered(in: statement.text))
        } else {
          tellError(isScript ? "error: statement \(index + 1): \(failure)" : message(failure))
        }
        return false
      }
      if showsTime { tellTime(elapsed) }
    }
    return true
  }

  private var options: ResultOptions {
    ResultOptions(
      nullText: nullText, width: output.width, rowLimit: rowLimit > 0 ? rowLimit : nil,
      isColoured: style.isColoured && output.isScreen)
  }

  /// Prints a result that no statement has: of a command.
  func print(_ result: QueryResult) throws {
    let sink = ShellSink(output, format, options, interrupts)
    defer { output.finish() }
    sink.begin(result.schema)
    for batch in result.batches where batch.count > 0 { try sink.receive(batch) }
    try sink.end(message: nil)
  }

  // MARK: Telling

  /// A line that is no result.
  func tell(_ text: String) {
    if !session.terminal.isQuiet { session.terminal.error(text) }
  }

  func tellError(_ text: String) {
    let mark = "error:"
    let rest = text.hasPrefix(mark) ? String(text.dropFirst(mark.count)) : " " + text
    session.terminal.error(style.painted(mark, .error) + rest)
  }

  private func tellTime(_ elapsed: Duration) {
    let milliseconds = Double(elapsed / .microseconds(1)) / 1000
    session.terminal.error(
      style.painted(String(format: "time: %.3f ms", milliseconds), .faint))
  }

  private func message(_ error: any Error) -> String {
    (error as? SQLError).map { "error: \($0.message)" } ?? "error: \(error)"
  }
}
