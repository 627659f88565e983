import Files
import Foundation

/// Where output goes and what it may look like there.
struct Terminal: Sendable {
  let isQuiet: Bool
  /// Standard error is a terminal that understands colour and cursor movement.
  let isRich: Bool
  /// Standard output is a terminal that understands colour, and colour is wanted.
  let isColoured: Bool
  /// Columns of the terminal that standard output is, nil for files and pipes.
  let width: Int?

  init(isQuiet: Bool, noColor: Bool) {
    self.isQuiet = isQuiet
    let environment = ProcessInfo.processInfo.environment
    let isDumb = environment["TERM"] == "dumb" || environment["TERM"] == nil
    let wantsColour = !noColor && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
    isRich = isatty(STDERR_FILENO) == 1 && wantsColour
    isColoured = isatty(STDOUT_FILENO) == 1 && wantsColour
    width =
      TerminalWidth.ofStandardOutput()
      ?? (isatty(STDOUT_FILENO) == 1 ? environment["COLUMNS"].flatMap(Int.init) ?? 80 : nil)
  }

  /// Results: standard output. A reader that has gone (`| head`) ends the program quietly.
  func print(_ bytes: [UInt8]) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } catch {
      throw OutputClosed()
    }
  }

  func print(_ text: String) throws { try print(Array((text + "\n").utf8)) }

  /// Progress and notes: standard error, nothing with `--quiet`.
  func note(_ text: String) {
    if !isQuiet { FileHandle.standardError.write(Data((text + "\n").utf8)) }
  }

  /// Errors: standard error, always.
  func error(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

/// Standard output was closed by its reader: nothing is wrong, and nobody is left to tell.
struct OutputClosed: Error {}
