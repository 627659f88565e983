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
    if value.isNull { return options.nullText ?? (style == .markdown ? "" : "NULL") }
    let text = TerminalText.escaped(ValueText.string(value, type))
    return style == .markdown ? markdownCell(text) : text
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
    let names = schema.names.map(TerminalText.escaped)
    var widths = names.map(TerminalText.width)
    for row in head + tail {
      for (position, cell) in row.enumerated() {
        widths[position] = max(widths[position], TerminalText.width(cell))
      }
    }
    shrink(&widths)
    var text = rule("┌", "┬", "┐", widths) + line(names, widths, isHeader: true)
    text += rule("├", "┼", "┤", widths)
    for row in head { text += line(row, widths) }
    if hidden > 0 { text += line(names.map { _ in "…" }, widths) }
    for row in tail { text += line(row, widths) }
    text += rule("└", "┴", "┘", widths)
    return text + (rowCount == 1 ? "1 row\n" : "\(rowCount) rows\n")
  }

  /// Narrows the widest columns until the box fits the terminal; no column below six.
  private func shrink(_ widths: inout [Int]) {
    guard let limit = options.width else { return }
    var excess = widths.reduce(0) { $0 + $1 + 3 } + 1 - limit
    while excess > 0 {
      guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 6
      else { return }
      let next = widths.filter { $0 < widths[widest] }.max() ?? 6
      let cut = min(excess, max(1, widths[widest] - max(6, next)))
      widths[widest] -= cut
      excess -= cut
    }
  }

  private func rule(_ left: String, _ cross: String, _ right: String, _ widths: [Int]) -> String {
    left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: cross) + right
      + "\n"
  }

  private func line(_ cells: [String], _ widths: [Int], isHeader: Bool = false) -> String {
    var text = "│"
    for (position, cell) in cells.enumerated() {
      let cut = TerminalText.cut(cell, to: widths[position])
      let right = isRight(schema[position].type)
      text += " " + padded(cut, widths[position], right: right) + " │"
    }
    return text + "\n"
  }

  private func isRight(_ type: DataType) -> Bool { type.isNumeric }

  private func padded(_ text: String, _ width: Int, right: Bool) -> String {
    let blanks = String(repeating: " ", count: max(0, width - TerminalText.width(text)))
    return right ? blanks + text : text + blanks
  }
}
