import Columns
import Evaluators
import TextFormats
import Warehouse

/// `kakeibo reconcile`: proves that bills add up, or compares two versions of one.
enum ReconcileCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      ["table": .value, "tolerance": .value], uniquingKeysWith: { own, _ in own }),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let tolerance = try tolerance(arguments.value("tolerance"))
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
