import Columns
import Files
import Foundation
import TextFormats
import Warehouse

/// Prints results in the form asked for, to standard output or a file that appears when complete.
final class ResultPrinter {
  static let options: [String: Arguments.Option] = [
    "format": .value, "output": .value, "null": .value,
  ]

  /// nil for Parquet, which is written by the warehouse.
  private let format: ResultFormat?
  /// Whether plans are lines for `less` and `grep`: no format was asked for, and no box is drawn.
  private let showsPlainPlans: Bool
  private let options: ResultOptions
  private let file: OutputFile?
  private let terminal: Terminal
  private var parquet: ParquetSink?

  /// - Throws: `UsageError` for an unknown format; `FileError` when the file cannot be made.
  init(_ arguments: Arguments, _ terminal: Terminal, command: String) throws {
    self.terminal = terminal
    let path = arguments.value("output")
    showsPlainPlans =
      arguments.value("format") == nil && (terminal.width == nil || path != nil)
    let isParquet = arguments.value("format") == "parquet"
    if isParquet && path == nil {
      throw UsageError("--format parquet needs -o FILE", command: command)
    }
    format =
      isParquet
      ? nil
      : try ResultPrinter.format(
        arguments.value("format"), isForPeople: terminal.width != nil && path == nil, command)
    options = ResultOptions(
      nullText: arguments.value("null"), width: path == nil ? terminal.width : nil,
      isColoured: path == nil && terminal.isColoured)
    file = try path.map { try OutputFile($0) }
  }

  private static func format(
    _ name: String?, isForPeople: Bool, _ command: String
  ) throws(UsageError) -> ResultFormat {
    guard let name else { return isForPeople ? .table : .csv }
    guard let format = ResultFormat(rawValue: name) else {
      let known = ResultFormat.allCases.map(\.rawValue) + ["parquet"]
      throw UsageError(
        "unknown format '\(name)'; there are \(known.joined(separator: ", "))", command: command)
    }
    return format
  }

  /// A line that is not part of a result: an empty one between the results of a script.
  func separate() throws {
    if format == .csv || format == .tsv || format == .jsonl { try write([UInt8(ascii: "\n")]) }
  }

  func sink() -> any ResultSink {
    if let file, format == nil { return parquet ?? remember(ParquetSink(file)) }
    return PrintingSink(self)
  }

  /// One sink for all statements: it refuses a second result.
  private func remember(_ sink: ParquetSink) -> ParquetSink {
    parquet = sink
    return sink
  }

  func print(_ result: QueryResult) throws {
    let sink = sink()
    try sink.begin(result.schema)
    for batch in result.batches where batch.count > 0 { try sink.receive(batch) }
    try sink.end(message: result.message)
  }

  /// Gives the file its name; nothing to do for standard output.
  func finish() throws {
    if format != nil { try file?.finish() }
  }

  private func write(_ bytes: [UInt8]) throws {
    if let file { try file.write(bytes) } else { try terminal.print(bytes) }
  }

  private final class PrintingSink: ResultSink {
    private let printer: ResultPrinter
    private var writer: (any ResultWriter)?
    private var isPlainPlan = false

    init(_ printer: ResultPrinter) {
      self.printer = printer
    }

    func begin(_ schema: Schema) {
      guard schema.count > 0 else { return }
      writer = newWriter(schema)
    }

    private func newWriter(_ schema: Schema) -> (any ResultWriter)? {
      let printer = printer
      return printer.format?.writer(schema, options: printer.options) { try printer.write($0) }
    }

    func beginPlan(_ schema: Schema) {
      isPlainPlan = printer.showsPlainPlans
      if !isPlainPlan { begin(schema) }
    }

    func receive(_ batch: Batch) throws {
      guard isPlainPlan else {
        try writer?.write(batch)
        return
      }
      for row in 0..<batch.count {
        let line = TerminalText.escaped(batch.columns[0].value(row).string ?? "")
        try printer.write(Array((line + "\n").utf8))
      }
    }

    func end(message: String?) throws {
      // A query without columns, such as that of an empty file; in JSON that is an empty list.
      if writer == nil, message == nil, printer.format == .json { writer = newWriter(Schema([])) }
      try writer?.finish()
      if let message { printer.terminal.note(message) }
    }
  }
}
