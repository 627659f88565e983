package import Columns

/// Results for people: a box of lines, a Markdown table, or one column a line.
///
/// The widths of a box depend on every row, so rows are kept until the end; past a row limit only the first
/// and the last are.
package final class TableWriter: ResultWriter {
  enum Style { case box, markdown, vertical }

  private let schema: Schema
  private let style: Style
  private let options: ResultOptions
  private let sink: ([UInt8]) throws -> Void
  private var head: [[String]] = []
  private var tail: [[String]] = []
  private var rowCount = 0

  init(
    _ schema: Schema, style: Style, options: ResultOptions,
    sink: @escaping ([UInt8]) throws -> Void
  ) {
    self.schema = schema
    self.style = style
    self.options = options
    self.sink = sink
  }

  package func write(_ batch: Batch) throws {
    for row in 0..<batch.count {
      rowCount += 1
      let cells = schema.fields.indices.map { position in
        cell(batch.columns[position].value(row), schema[position].type)
      }
      if style == .vertical {
        try sink(Array(record(cells, number: rowCount).utf8))
      } else if let limit = options.rowLimit, head.count >= max(1, limit - limit / 2) {
        tail.append(cells)
        if tail.count > limit / 2 * 2 + 64 { tail.removeFirst(tail.count - limit / 2) }
      } else {
        head.append(cells)
      }
    }
  }

  package func finish() throws {
    if style == .vertical { return }
    if let limit = options.rowLimit, tail.count > limit / 2, rowCount > limit {
      tail.removeFirst(tail.count - limit / 2)
    }
    try sink(Array((style == .box ? box() : markdown()).utf8))
  }

  private func cell(_ value: Value, _ type: DataType) -> String {
    if value.isNull { return nullCell }
    let text = TerminalText.escaped(ValueText.string(value, type))
    return style == .markdown ? markdownCell(text) : text
  }

  private var nullCell: String {
    if style == .box { return String(ResultBox.nullMark) + (options.nullText ?? "NULL") }
    return options.nullText ?? (style == .markdown ? "" : "NULL")
  }

  private func markdownCell(_ text: String) -> String {
    text.contains { "|<\\`".contains($0) }
      ? text.map { character in
        switch character {
        case "|": "\\|"
        case "<": "&lt;"
        case "\\": "\\\\"
        case "`": "\\`"
        default: String(character)
        }
      }.joined() : text
  }

  private func record(_ cells: [String], number: Int) -> String {
    let names = schema.names.map(TerminalText.escaped)
    let width = names.map(TerminalText.width).max() ?? 0
    var text = "-- row \(number) --\n"
    for (name, cell) in zip(names, cells) {
      text += padded(name, width, right: true) + ": " + cell + "\n"
    }
    return text
  }

  private func markdown() -> String {
    var text =
      "| " + schema.names.map { markdownCell(TerminalText.escaped($0)) }.joined(separator: " | ")
      + " |\n|"
    for field in schema.fields { text += isRight(field.type) ? "---:|" : "---|" }
    text += "\n"
    for row in head + tail { text += "| " + row.joined(separator: " | ") + " |\n" }
    if hidden > 0 { text += "\n\(hidden) more rows\n" }
    return text
  }

  private var hidden: Int { rowCount - head.count - tail.count }

  private func box() -> String {
    ResultBox(
      schema, head: head, tail: tail, rowCount: rowCount, options: options
    ).text
  }

  private func isRight(_ type: DataType) -> Bool { type.isNumeric }

  private func padded(_ text: String, _ width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - TerminalText.width(text)))
    return right ? blanks + text : text + blanks
  }
}
