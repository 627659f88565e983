import Files
import Foundation
import Shell

/// Where the shell's results go: the screen, through a pager when they are longer than it, or a file.
final class ScreenOutput {
  private let screen: RawTerminal
  private let pagerCommand: String?
  private var file: FileHandle?
  private(set) var path: String?
  private var held: [UInt8] = []
  private var lines = 0
  private var pager: Pager?
  /// Time that the person has taken to read, which is not the statement's.
  private(set) var waited = Duration.zero

  /// Bytes that are held back while it is not known whether they fit on the screen.
  private static let limit = 1 << 20

  init(_ screen: RawTerminal, pagerCommand: String?) {
    self.screen = screen
    self.pagerCommand = pagerCommand
  }

  /// Whether a person reads along, so that tables fit the window and may be coloured.
  var isScreen: Bool { file == nil }
  var width: Int? { isScreen ? screen.size.columns : nil }
  var usesPager = true

  /// Sends what follows to a file, made anew; nil for the screen.
  func redirect(to path: String?) throws {
    try file?.close()
    file = nil
    self.path = nil
    guard let path else { return }
    guard FileManager.default.createFile(atPath: path, contents: Data()),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw ShellError("cannot write '\(path)'") }
    file = handle
    self.path = path
  }

  /// - Throws: `OutputClosed` when the person has left the pager.
  func write(_ bytes: [UInt8]) throws {
    if let file {
      try file.write(contentsOf: Data(bytes))
      return
    }
    if pager != nil {
      try page(bytes)
      return
    }
    held += bytes
    lines += bytes.count { $0 == UInt8(ascii: "\n") }
    guard lines >= screen.size.rows || held.count > ScreenOutput.limit else { return }
    if usesPager, let pagerCommand, let pager = Pager(pagerCommand) {
      self.pager = pager
    }
    try flush()
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// The end of a result: what was held back is shown, and the pager is waited for.
  func finish() {
    try? flush()
    pager?.close()
    pager = nil
    lines = 0
  }

  private func flush() throws {
    let bytes = held
    held = []
    if pager != nil { try page(bytes) } else { screen.write(bytes) }
  }

  private func page(_ bytes: [UInt8]) throws {
    let start = ContinuousClock.now
    defer { waited += ContinuousClock.now - start }
    guard pager?.write(bytes) == true else { throw OutputClosed() }
  }
}

/// A command of the shell that cannot be done.
struct ShellError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
