import Files

/// Where alerts go.
package struct Channel: Sendable {
  package enum Target: Sendable, Hashable {
    case standardOutput
    /// A file that grows by one JSON object a line.
    case file(String)
    /// A program that gets the alerts as a JSON document on its standard input; the first element is
    /// the program, nothing passes through a shell.
    case command([String])
  }

  package let name: String
  package let target: Target
  /// Seconds that a command may take.
  private static let patience = 60.0

  package init(name: String, target: Target) {
    self.name = name
    self.target = target
  }

  /// Tells alerts, all of them or none.
  ///
  /// - Parameter output: takes what goes to standard output.
  /// - Throws: `DeliveryError` saying what the target answered; `FileError`.
  package func deliver(_ records: [AlertRecord], output: (String) -> Void) throws {
    switch target {
    case .standardOutput: output(AlertText.plain(records))
    case .file(let path):
      try Directory.create(Path.split(path).directory)
      let lines = records.map { AlertText.json($0) + "\n" }.joined()
      try AppendingFile.append(Array(lines.utf8), to: path)
    case .command(let words): try run(words, AlertText.document(records))
    }
  }

  private func run(_ words: [String], _ input: String) throws {
    var program = Program(words)
    program.input = Array(input.utf8)
    program.patience = Channel.patience
    program.outputLimit = 64 << 20
    let outcome: Program.Outcome
    do {
      outcome = try program.run()
    } catch {
      throw DeliveryError(channel: name, message: "\(error)")
    }
    guard outcome.status == 0 else {
      let firstLine = outcome.complaint.prefix(400).split(separator: "\n").first ?? ""
      throw DeliveryError(
        channel: name,
        message: "'\(words[0])' ended with status \(outcome.status)"
          + (firstLine.isEmpty ? "" : ": \(AlertText.cleaned(String(firstLine)))"))
    }
  }
}

/// A channel that could not be told; its alerts stay pending and are told by the next run.
package struct DeliveryError: Error, Sendable, Equatable, CustomStringConvertible {
  package let channel: String
  package let message: String

  package var description: String { "channel '\(channel)': \(message)" }
}
