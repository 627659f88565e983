import Reports

/// `kakeibo completions`: what lets bash, zsh and fish complete this program's words.
enum CompletionsCommand {
  static let command = Command(options: [:], run: run)

  private static let shells = ["bash", "zsh", "fish"]

  private static func run(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    guard let shell = arguments.operands.first, arguments.operands.count == 1,
      shells.contains(shell)
    else {
      let given = arguments.operands.first.map {
        ", found '\($0)'\(Suggestion.text(for: $0, among: shells))"
      }
      throw UsageError("expected bash, zsh or fish\(given ?? "")", command: "completions")
    }
    let words = ProgramWords(session)
    switch shell {
    case "bash": try session.terminal.print(words.bash)
    case "zsh":
      try session.terminal.print(
        "#compdef kakeibo\nautoload -U +X bashcompinit && "
          + "bashcompinit\n" + words.bash)
    default: try session.terminal.print(words.fish)
    }
    return .done
  }
}

/// Commands, their options and what may follow them.
private struct ProgramWords {
  private let commands: [String]
  private let options: [String: [String]]
  private let operands: [String: [String]]

  init(_ session: Session) {
    commands = Commands.all.keys.sorted() + ["help"]
    options = Commands.all.mapValues { command in
      (Array(command.options.keys) + Array(Session.options.keys)).sorted().map { "--\($0)" }
    }
    operands = [
      "report": session.queries[.reports].map(\.name),
      "lake": ["tables", "history", "check", "vacuum", "ddl"],
      "completions": ["bash", "zsh", "fish"],
      "help": Help.topicNames,
    ]
  }

  /// One function that looks at the command's name: zsh understands it as well.
  var bash: String {
    var cases = ""
    for name in commands {
      let words = (operands[name] ?? []) + (options[name] ?? [])
      cases += "    \(name)) words='\(words.joined(separator: " "))' ;;\n"
    }
    return """
      _kakeibo() {
        local word command words i
        word=${COMP_WORDS[COMP_CWORD]}
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            --lake|--threads|--memory|--as-of|--schemas|--queries) ((i++)) ;;
            -*) ;;
            *) command=${COMP_WORDS[i]}; break ;;
          esac
        done
        case $command in
          '') words='\(commands.joined(separator: " ")) \(Session.options.keys.sorted().map { "--\($0)" }.joined(separator: " "))' ;;
      \(cases)  esac
        COMPREPLY=($(compgen -W "$words" -- "$word"))
      }
      complete -o default -F _kakeibo kakeibo
      """
  }

  var fish: String {
    var lines = [
      "complete -c kakeibo -n __fish_use_subcommand -a '\(commands.joined(separator: " "))'"
    ]
    for name in commands {
      let seen = "-n '__fish_seen_subcommand_from \(name)'"
      if let words = operands[name] {
        lines.append("complete -c kakeibo \(seen) -a '\(words.joined(separator: " "))'")
      }
      for option in options[name] ?? [] {
        lines.append("complete -c kakeibo \(seen) -l \(option.dropFirst(2))")
      }
    }
    return lines.joined(separator: "\n")
  }
}
