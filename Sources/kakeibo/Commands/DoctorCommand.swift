import Evaluators

/// `kakeibo doctor`: what is fresh, missing and rejected, and what to do.
enum DoctorCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      ["exit-code": .flag], uniquingKeysWith: { own, _ in own })
  ) { session, arguments in
    guard arguments.operands.isEmpty else {
      throw UsageError("expected no words, found '\(arguments.operands[0])'", command: "doctor")
    }
    let health = try Doctor(
      try session.warehouse(), queries: session.queries, reports: session.reports, now: session.now
    ).examine()
    if try Page.isWanted(arguments, session.terminal) {
      let lines = DoctorPage.lines(health, width: Page.width(session.terminal))
      try session.terminal.print(lines.joined(separator: "\n"))
    } else {
      try Page.printRows(LakeHealth.table, health.rows, session, arguments)
    }
    return health.isWrong && arguments.has("exit-code") ? .alarm : .done
  }
}
