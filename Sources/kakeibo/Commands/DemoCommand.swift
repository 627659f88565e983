import Files
import Nightly
import SampleData
import TextFormats

/// `kakeibo demo`: the sample organisation, loaded and evaluated.
enum DemoCommand {
  static let command = Command(options: ["write-only": .flag], run: run)

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count <= 1 else {
      throw UsageError("expected one directory", command: "demo")
    }
    let directory = arguments.operands.first ?? "kakeibo-demo"
    let config = Path.join(directory, "nightly.json")
    if Directory.kind(config) == nil {
      session.terminal.note("writing a sample organisation to \(directory)")
      try SampleData.write(to: directory)
    }
    if arguments.has("write-only") { return .done }
    let lake = Path.join(directory, "lake")
    let summary = try NightlyCommand.run(
      try session.at(SampleData.asOf), try NightlyConfiguration(file: config), lake: lake)
    session.terminal.note(
      """

      Open \(Path.join(directory, "out/dashboard.html")) in a browser, and try:
        kakeibo --lake \(lake) report services
        kakeibo --lake \(lake) query 'SELECT service, start_day, end_day, impact FROM anomalies'
        kakeibo --lake \(lake) reconcile 2026-09
      """)
    return summary.failures.isEmpty ? .done : .failed
  }
}
