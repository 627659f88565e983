import Files
import Foundation

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
    let process = Process()
    // env finds the program in PATH as a shell would, without a shell's reading of the words.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.standardOutput = FileHandle.nullDevice
    let standardInput = Pipe()
    let standardError = Pipe()
    process.standardInput = standardInput
    process.standardError = standardError
    // A program that does not read its input must not end this one.
    signal(SIGPIPE, SIG_IGN)
    let finished = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in finished.signal() }
    do {
      try process.run()
    } catch {
      throw DeliveryError(channel: name, message: "cannot start '\(words[0])'")
    }
    try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    if finished.wait(timeout: .now() + Channel.patience) == .timedOut {
      process.terminate()
      throw DeliveryError(
        channel: name, message: "'\(words[0])' did not end within \(Int(Channel.patience)) seconds")
    }
    guard process.terminationStatus == 0 else {
      let said = (try? standardError.fileHandleForReading.read(upToCount: 400)) ?? Data()
      let firstLine = String(decoding: said, as: UTF8.self).split(separator: "\n").first ?? ""
      throw DeliveryError(
        channel: name,
        message: "'\(words[0])' ended with status \(process.terminationStatus)"
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
