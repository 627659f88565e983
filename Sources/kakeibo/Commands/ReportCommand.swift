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
    let printer = try ResultPrinter(arguments, session.terminal, command: "report")
    defer { withExtendedLifetime(printer) {} }
    if arguments.has("list") {
      try printer.print(ReportList.result(session.queries[.reports]))
      try printer.finish()
      return .done
    }
    guard let name = arguments.operands.first, arguments.operands.count == 1 else {
      throw UsageError("expected the name of a report, or --list", command: "report")
    }
    guard let query = session.queries.query(.reports, named: name) else {
      let names = session.queries[.reports].map(\.name)
      throw UsageError(
        "no report named '\(name)'\(Suggestion.text(for: name, among: names))", command: "report")
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
}
