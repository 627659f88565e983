import Columns
import Evaluators
import TextFormats
import Warehouse

/// `kakeibo reconcile`: proves that bills add up, or compares two versions of one.
enum ReconcileCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      ["table": .value, "tolerance": .value, "between": .value], uniquingKeysWith: { own, _ in own }
    ),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let tolerance = try tolerance(arguments.value("tolerance"))
    if arguments.value("between") != nil { return try compare(session, arguments, tolerance) }
    for period in arguments.operands where !isMonth(period) {
      throw UsageError(
        "expected a billing period such as 2026-09, found '\(period)'", command: "reconcile")
    }
    let warehouse = try session.warehouse()
    let reconciliation = Reconciliation(
      warehouse, queries: session.queries, reports: session.reports, tolerance: tolerance)
    let proofs = try reconciliation.prove(
      periods: arguments.operands, table: arguments.value("table"))
    guard try !Page.isWanted(arguments, session.terminal) else {
      try session.terminal.print(
        ReconcilePage.lines(proofs, width: Page.width(session.terminal)).joined(separator: "\n"))
      return proofs.allSatisfy(\.isProved) ? .done : .alarm
    }
    try Page.printRows(BillProof.table, proofs.flatMap(\.rows), session, arguments)
    for proof in proofs where !proof.isProved {
      for check in proof.checks where check.verdict > .noted {
        session.terminal.note(
          TerminalText.escaped(
            "\(check.verdict.rawValue): \(proof.period) of \(proof.table), payer "
              + "\(proof.payer): \(check.message)"))
      }
    }
    return proofs.allSatisfy(\.isProved) ? .done : .alarm
  }

  // MARK: Two versions

  /// `reconcile 2026-09 --between previous current`, `reconcile --between 2026-09@3 2026-09@5`.
  private static func compare(
    _ session: Session, _ arguments: Arguments, _ tolerance: Double
  ) throws -> ExitCode {
    let months = arguments.operands.filter(isMonth)
    let names =
      (arguments.all("between") + arguments.operands.filter { !isMonth($0) }).map(VersionName.init)
    guard (1...2).contains(names.count), months.count <= 1 else {
      throw UsageError(
        "expected one month and two versions of it, as in 'reconcile 2026-09 --between previous "
          + "current'", command: "reconcile")
    }
    let periods = Set(months + names.compactMap(\.period))
    guard let period = periods.first, periods.count == 1, isMonth(period) else {
      throw UsageError(
        periods.isEmpty
          ? "expected the month whose versions to compare, as in 'reconcile 2026-09 --between "
            + "previous current'"
          : "expected two versions of one month, found "
            + periods.sorted().map { "'\($0)'" }.joined(separator: " and "),
        command: "reconcile")
    }
    let reconciliation = Reconciliation(
      try session.warehouse(), queries: session.queries, reports: session.reports,
      tolerance: tolerance)
    let comparisons = try reconciliation.compare(
      period, between: names[0], and: names.count > 1 ? names[1] : VersionName("current"),
      table: arguments.value("table"))
    if try Page.isWanted(arguments, session.terminal) {
      try session.terminal.print(ComparisonPage.lines(comparisons).joined(separator: "\n"))
    } else {
      try Page.printRows(
        BillComparison.table, comparisons.flatMap(\.rows), session, arguments)
    }
    return comparisons.allSatisfy(\.isEqual) ? .done : .alarm
  }

  static func isMonth(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      Int(parts[0]) != nil,
      let month = Int(parts[1])
    else { return false }
    return (1...12).contains(month)
  }

  private static func tolerance(_ text: String?) throws -> Double {
    guard let text else { return Reconciliation.usualTolerance }
    guard let value = NumberText.double(Array(text.utf8)), value.isFinite, value >= 0 else {
      throw UsageError(
        "--tolerance: expected an amount such as 0.0001, found '\(text)'", command: "reconcile")
    }
    return value
  }
}
