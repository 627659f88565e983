import Ingestion
import Reports

/// `kakeibo ingest`: recognise reports and load them.
enum IngestCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(
      [
        "report": .value, "table": .value, "max-bad-rows": .value, "name": .value, "kinds": .flag,
        "replace": .flag,
      ], uniquingKeysWith: { _, own in own }
    ).merging(BucketOptions.options, uniquingKeysWith: { own, _ in own }),
    run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    if arguments.has("kinds") {
      let printer = try ResultPrinter(arguments, session.terminal, command: "ingest")
      defer { withExtendedLifetime(printer) {} }
      try printer.print(KindsTable.result(session.reports))
      try printer.finish()
      return .done
    }
    guard !arguments.operands.isEmpty else {
      throw UsageError(
        "expected files, folders, globs, s3:// places or - to load", command: "ingest")
    }
    var options = session.ingestOptions
    options.sources.inputName = arguments.value("name")
    BucketOptions.read(arguments, into: &options.sources)
    options.report = arguments.value("report")
    options.table = arguments.value("table")
    options.mayShrink = arguments.has("replace")
    if let text = arguments.value("max-bad-rows") {
      guard let count = Int(text), count >= 0 else {
        throw UsageError(
          "--max-bad-rows: expected a number from 0, found '\(text)'", command: "ingest")
      }
      options.maxBadRows = count
    }
    if let report = options.report, session.reports.kind(named: report) == nil {
      let names = session.reports.kinds.map(\.name)
      throw UsageError(
        "unknown kind of report '\(report)'"
          + Suggestion.text(for: report, among: names)
          + "; 'kakeibo ingest --kinds' lists them",
        command: "ingest")
    }
    let bar = ProgressLine(session.terminal)
    options.progress = { bar.show($0) }
    let summary: IngestSummary
    do {
      summary = try Ingest(try session.warehouse(), session.reports, options)
        .run(arguments.operands)
    } catch {
      bar.clear()
      throw error
    }
    bar.clear()
    for line in IngestText.lines(summary) { session.terminal.note(line) }
    for failure in IngestText.failures(summary) { session.terminal.error("error: \(failure)") }
    return summary.hasFailures ? .failed : .done
  }
}
