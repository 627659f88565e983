import Foundation

/// The command line: finds the command, runs it, turns what it throws into a message and exit code.
@main
enum Main {
  static func main() {
    // A reader that has gone, and a limit on file sizes, are noticed when writing fails.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let code = run(Array(CommandLine.arguments.dropFirst()))
    exit(Interruption.exitCode ?? code)
  }

  /// Runs a command line; the result is the exit code (`kakeibo help exit-codes`).
  private static func run(_ words: [String]) -> Int32 {
    let (global, rest) = split(words)
    do {
      let options = try Arguments(
        global, known: Session.options, aliases: ["q": "quiet", "h": "help"])
      if options.has("version") { return Help.printVersion() }
      guard let name = rest.first, !options.has("help") else {
        return Help.printTopic(rest.first ?? (options.has("help") ? "commands" : "start"))
      }
      guard let command = Commands.all[name] else {
        if name == "help" { return Help.printTopic(rest.dropFirst().first ?? "commands") }
        throw UsageError(
          "unknown command '\(name)'\(Suggestion.text(for: name, among: Array(Commands.all.keys)))")
      }
      let arguments = try Arguments(
        Array(rest.dropFirst()) + global,
        known: command.options.merging(Session.options) { own, _ in own },
        aliases: ["f": "file", "o": "output", "q": "quiet", "h": "help"], command: name)
      if arguments.has("help") { return Help.printTopic(name) }
      // On a terminal, statements are typed; there Ctrl-C does not end the program.
      let isTyped = name == "query" && arguments.operands.isEmpty && isatty(STDIN_FILENO) == 1
      if !isTyped || arguments.value("file") != nil { Interruption.watch() }
      return try command.run(try Session(arguments), arguments).rawValue
    } catch {
      return Failure(error).report()
    }
  }

  /// Options before the command's name, and the name with what follows.
  private static func split(_ words: [String]) -> (global: [String], rest: [String]) {
    var position = 0
    while position < words.count, words[position].hasPrefix("-"), words[position] != "--" {
      let name = String(words[position].drop { $0 == "-" })
      if case .value = Session.options[name] { position += 1 }
      position += 1
    }
    let end = min(position, words.count)
    return (Array(words[..<end]), Array(words[end...]))
  }
}

/// How a command ended.
enum ExitCode: Int32 {
  case done = 0
  /// Disk, network or data.
  case failed = 1
  /// Usage, SQL or config.
  case wrongRequest = 2
  /// Done, and something is in alarm; only with `--exit-code`.
  case alarm = 3
}

/// One command: its options and what it does.
struct Command: Sendable {
  let options: [String: Arguments.Option]
  let run: @Sendable (Session, Arguments) throws -> ExitCode
}

enum Commands {
  static let all: [String: Command] = [
    "demo": DemoCommand.command,
    "init": InitCommand.command,
    "nightly": NightlyCommand.command,
    "ingest": IngestCommand.command,
    "query": QueryCommand.command,
    "report": ReportCommand.command,
    "budgets": EvaluatorCommands.budgets,
    "commitments": EvaluatorCommands.commitments,
    "forecast": EvaluatorCommands.forecast,
    "anomalies": EvaluatorCommands.anomalies,
    "rightsize": EvaluatorCommands.rightsize,
    "rules": EvaluatorCommands.rules,
    "reconcile": ReconcileCommand.command,
    "doctor": DoctorCommand.command,
    "series": PublishCommands.series,
    "dashboard": PublishCommands.dashboard,
    "metrics": PublishCommands.metrics,
    "lake": LakeCommand.command,
    "completions": CompletionsCommand.command,
  ]
}
