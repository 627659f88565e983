import Reports
import SQL
import Warehouse

/// `kakeibo report`: a query of the library by name.
enum ReportCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      ["param": .value, "list": .flag], uniquingKeysWith: { own, _ in own }),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    if arguments.has("list") {
      try list(session, arguments)
      return .done
    }
    let printer = try ResultPrinter(arguments, session.terminal, command: "report")
    defer { withExtendedLifetime(printer) {} }
    guard let name = arguments.operands.first, arguments.operands.count == 1 else {
      throw UsageError("expected the name of a report, or --list", command: "report")
    }
    guard let query = session.queries.query(.reports, named: name) else {
      let names = session.queries[.reports].map(\.name)
      throw UsageError(
        "no report named '\(name)'\(Suggestion.text(for: name, among: names))", command: "report")
    }
    // Beside a table a person wants to know what it is; a program has asked for it by name.
    if session.terminal.width != nil, arguments.value("output") == nil {
      session.terminal.note("\(query.title): \(query.answers)")
    }
    let statement = try query.statement(try arguments.pairs("param", command: "report"))
    do {
      try printer.print(try session.warehouse().query(statement))
    } catch let error as SQLError {
      session.terminal.error(error.rendered(in: statement))
      throw ReportedFailure(code: .wrongRequest)
    }
    try printer.finish()
    return .done
  }

  /// All reports, or those with a text in their topic, name or description.
  private static func list(_ session: Session, _ arguments: Arguments) throws {
    let reports = session.queries[.reports]
    let text = arguments.operands.first
    if try Page.isWanted(arguments, session.terminal) {
      let width = Page.width(session.terminal)
      try session.terminal.print(
        Array(ReportList.page(reports, matching: text, width: width).utf8))
      return
    }
    let printer = try ResultPrinter(arguments, session.terminal, command: "report")
    try printer.print(ReportList.result(reports, matching: text))
    try printer.finish()
  }
}
