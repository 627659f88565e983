import Foundation
import Nightly
import Ingestion

/// `kakeibo nightly`: the batch.
enum NightlyCommand {
  static let command = Command(options: ["config": .value, "exit-code": .flag]) {
    session, arguments in
    guard let path = arguments.value("config") else {
      throw UsageError("expected --config FILE", command: "nightly")
    }
    let summary = try run(
      session, try NightlyConfiguration(file: path), lake: arguments.value("lake"))
    if !summary.failures.isEmpty { return .failed }
    return summary.isInAlarm && arguments.has("exit-code") ? .alarm : .done
  }

  /// Runs the batch and prints its summary; what went wrong goes to standard error.
  ///
  /// - Parameter lake: where the command line wants the lake; the config's own otherwise.
  static func run(
    _ session: Session, _ configuration: NightlyConfiguration, lake: String?
  ) throws -> NightlySummary {
    let session = try session.adding(schemas: configuration.schemas)
    let warehouse = try session.warehouse(lake: lake ?? configuration.lake)
    let terminal = session.terminal
    let bar = ProgressLine(terminal)
    var options = session.ingestOptions
    options.progress = { bar.show($0) }
    let nightly = Nightly(
      configuration, warehouse, reports: session.reports, queries: session.queries,
      ingestOptions: options,
      progress: { step in
        bar.clear()
        terminal.note("· \(step)")
      },
      output: { text in
        // A closed standard output must not keep the other channels from being told.
        try? terminal.print(text)
      })
    let summary: NightlySummary
    do { summary = try nightly.run() } catch {
      bar.clear()
      throw error
    }
    bar.clear()
    for line in NightlyText.lines(summary) { terminal.note(line) }
    for failure in summary.failures { terminal.error("error: \(failure)") }
    return summary
  }
}
