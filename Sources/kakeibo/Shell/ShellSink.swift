import Columns
import TextFormats
import Warehouse

/// Prints one result of the shell in its current form.
final class ShellSink: ResultSink {
  private let output: ScreenOutput
  private let format: ResultFormat
  private let options: ResultOptions
  private let interrupts: InterruptWatch
  private var writer: (any ResultWriter)?
  private(set) var message: String?

  init(
    _ output: ScreenOutput, _ format: ResultFormat, _ options: ResultOptions,
    _ interrupts: InterruptWatch
  ) {
    self.output = output
    self.format = format
    self.options = options
    self.interrupts = interrupts
  }

  func begin(_ schema: Schema) {
    guard schema.count > 0 else { return }
    let output = output
    writer = format.writer(schema, options: options) { try output.write($0) }
  }

  func receive(_ batch: Batch) throws {
    if interrupts.wasInterrupted { throw Interrupted() }
    try writer?.write(batch)
  }

  func end(message: String?) throws {
    if interrupts.wasInterrupted { throw Interrupted() }
    try writer?.finish()
    self.message = message
  }
}

/// Ctrl-C, noticed while a result was printed.
struct Interrupted: Error {}
