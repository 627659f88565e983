import SQL

/// The words of a command line, sorted into options and operands.
///
/// Options may stand before or after operands, as `--name value` or `--name=value`; `--` ends them.
struct Arguments {
  /// What an option takes.
  enum Option: Sendable {
    case flag
    case value
  }

  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]
  private var flags: Set<String> = []

  /// - Parameters:
  ///   - known: the options there are, by name without dashes; short ones are one letter.
  ///   - aliases: other names of options: `f` for `file`.
  /// - Throws: `UsageError` for an unknown option or one without its value.
  init(
    _ words: [String], known: [String: Option], aliases: [String: String] = [:],
    command: String? = nil
  ) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        return
      }
      guard word.hasPrefix("-"), word.count > 1 else {
        operands.append(word)
        continue
      }
      let body = word.drop { $0 == "-" }
      let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let given = String(parts[0])
      let name = aliases[given] ?? given
      guard let option = known[name] else {
        throw UsageError(
          "unknown option '\(word)'\(Suggestion.text(for: name, among: Array(known.keys), prefix: "--"))",
          command: command)
      }
      switch option {
      case .flag:
        guard parts.count == 1 else {
          throw UsageError("option '--\(name)' takes no value", command: command)
        }
        flags.insert(name)
      case .value:
        if parts.count == 2 {
          values[name, default: []].append(String(parts[1]))
        } else if let value = rest.popFirst() {
          values[name, default: []].append(value)
        } else {
          throw UsageError("option '--\(name)' needs a value", command: command)
        }
      }
    }
  }

  func has(_ name: String) -> Bool { flags.contains(name) }
  /// The last value given; later ones win.
  func value(_ name: String) -> String? { values[name]?.last }
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// `name=value` pairs of a repeated option.
  func pairs(_ name: String, command: String) throws(UsageError) -> [String: String] {
    var pairs: [String: String] = [:]
    for text in all(name) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw UsageError("expected --\(name) NAME=VALUE, found '\(text)'", command: command)
      }
      pairs[String(parts[0])] = String(parts[1])
    }
    return pairs
  }
}

/// A command line that cannot be understood; exit code 2.
struct UsageError: Error {
  let message: String
  /// The command whose help to point at.
  let command: String?

  init(_ message: String, command: String? = nil) {
    self.message = message
    self.command = command
  }
}

/// Names that were probably meant.
enum Suggestion {
  /// `; did you mean 'x'?`, or nothing when no name is near.
  static func text(for word: String, among names: [String], prefix: String = "") -> String {
    guard let best = Spelling.nearest(to: word, among: names).first else { return "" }
    return "; did you mean '\(prefix)\(best)'?"
  }
}
