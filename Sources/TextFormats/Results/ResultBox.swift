import Columns

/// A result in a box of lines, fitted to a terminal.
///
/// What does not fit is given up in the order in which it is least missed: blanks, the ends of long texts,
/// then whole columns from the middle, which is said. A number is never cut: half of one is a wrong one.
struct ResultBox {
  /// Stands before the text of NULL, so that it is not taken for a text; not printed.
  static let nullMark: Character = "\u{0}"
  /// A text column keeps so many characters before others are left out.
  private static let narrowest = 12
  /// Digits after the point up to which points are aligned: more would push the column far apart.
  private static let longestFraction = 14

  private let types: [DataType]
  private let names: [String]
  private let head: [[String]]
  private let tail: [[String]]
  private let rowCount: Int
  private let options: ResultOptions
  /// Columns that are shown, nil for the gap where some are left out.
  private var shown: [Int?]
  private var widths: [Int]

  init(
    _ schema: Schema, head: [[String]], tail: [[String]], rowCount: Int, options: ResultOptions
  ) {
    types = schema.fields.map(\.type)
    names = schema.names.map(TerminalText.escaped)
    let blanks = ResultBox.fractions(types, head + tail)
    self.head = head.map { ResultBox.aligned($0, blanks) }
    self.tail = tail.map { ResultBox.aligned($0, blanks) }
    self.rowCount = rowCount
    self.options = options
    shown = Array(names.indices)
    widths = names.map(TerminalText.width)
    fit()
  }

  var text: String {
    var text = rule("┌", "┬", "┐") + line(names, isHeader: true) + rule("├", "┼", "┤")
    for row in head { text += line(row) }
    if hidden > 0 { text += line(names.map { _ in "…" }) }
    for row in tail { text += line(row) }
    return text + rule("└", "┴", "┘") + footer + "\n"
  }

  private var hidden: Int { rowCount - head.count - tail.count }

  private var footer: String {
    var text = rowCount == 1 ? "1 row" : "\(FigureText.count(rowCount)) rows"
    if hidden > 0 { text += " (\(FigureText.count(head.count + tail.count)) shown)" }
    let columns = shown.count { $0 != nil }
    if columns < names.count { text += ", \(names.count) columns (\(columns) shown)" }
    return text
  }

  // MARK: Numbers, one point below the other

  /// Digits after the point in each column of numbers; nil where points are not aligned.
  private static func fractions(_ types: [DataType], _ rows: [[String]]) -> [Int?] {
    types.indices.map { position in
      guard case .double = types[position] else { return nil }
      var longest = 0
      for row in rows {
        let cell = row[position]
        if cell.first == nullMark { continue }
        guard cell.utf8.allSatisfy({ $0 >= 0x2D && $0 <= 0x39 }) else { return nil }
        longest = max(longest, fraction(cell))
      }
      return longest <= longestFraction ? longest : nil
    }
  }

  private static func fraction(_ cell: String) -> Int {
    guard let point = cell.utf8.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
    return cell.utf8.distance(from: point, to: cell.utf8.endIndex) - 1
  }

  private static func aligned(_ row: [String], _ fractions: [Int?]) -> [String] {
    row.indices.map { position in
      guard let longest = fractions[position], row[position].first != nullMark else {
        return row[position]
      }
      return row[position]
        + String(repeating: " ", count: max(0, longest - fraction(row[position])))
    }
  }

  // MARK: Widths

  private mutating func fit() {
    var floors = names.indices.map { isRight($0) ? 1 : min(widths[$0], ResultBox.narrowest) }
    for row in head + tail {
      for (position, cell) in row.enumerated() {
        let width = ResultBox.width(cell)
        widths[position] = max(widths[position], width)
        if isRight(position) {
          floors[position] = max(floors[position], width)
        } else {
          floors[position] = max(floors[position], min(width, ResultBox.narrowest))
        }
      }
    }
    guard let limit = options.width else { return }
    leaveOut(floors, limit)
    shrink(floors, limit)
  }

  private func total(_ widths: [Int]) -> Int {
    shown.reduce(1) { $0 + ($1.map { widths[$0] } ?? 1) + 3 }
  }

  /// Leaves out columns from the middle until the others fit at their narrowest.
  private mutating func leaveOut(_ floors: [Int], _ limit: Int) {
    guard total(floors) > limit else { return }
    var left = names.count / 2
    var right = left
    while total(floors) > limit, left > 1 || right < names.count - 1 {
      if left > 1 && (left > names.count - right || right == names.count - 1) {
        left -= 1
      } else {
        right += 1
      }
      shown = Array(0..<left) + [nil] + Array(right..<names.count)
    }
  }

  /// Narrows the widest columns until the box fits.
  private mutating func shrink(_ floors: [Int], _ limit: Int) {
    var excess = total(widths) - limit
    while excess > 0 {
      let columns = shown.compactMap { $0 }.filter { widths[$0] > floors[$0] }
      guard let widest = columns.max(by: { widths[$0] < widths[$1] }) else { break }
      let next = columns.map { widths[$0] }.filter { $0 < widths[widest] }.max() ?? 1
      let cut = min(excess, max(1, widths[widest] - max(floors[widest], next)))
      widths[widest] -= cut
      excess -= cut
    }
    // A window of a few columns: everything gives way.
    while excess > 0, let widest = shown.compactMap({ $0 }).max(by: { widths[$0] < widths[$1] }),
      widths[widest] > 1
    {
      widths[widest] -= 1
      excess -= 1
    }
  }

  // MARK: Drawing

  private func rule(_ left: String, _ cross: String, _ right: String) -> String {
    let lines = shown.map { String(repeating: "─", count: ($0.map { widths[$0] } ?? 1) + 2) }
    return left + lines.joined(separator: cross) + right + "\n"
  }

  private func line(_ cells: [String], isHeader: Bool = false) -> String {
    var text = "│"
    for position in shown {
      guard let position else {
        text += " … │"
        continue
      }
      text += " " + cell(cells[position], position, isHeader: isHeader) + " │"
    }
    return text + "\n"
  }

  private func cell(_ cell: String, _ position: Int, isHeader: Bool) -> String {
    let isNull = cell.first == ResultBox.nullMark
    let cut = TerminalText.cut(isNull ? String(cell.dropFirst()) : cell, to: widths[position])
    let blanks = String(
      repeating: " ", count: max(0, widths[position] - TerminalText.width(cut)))
    let painted =
      options.isColoured && (isNull || isHeader)
      ? "\u{1B}[\(isHeader ? 1 : 2)m\(cut)\u{1B}[0m" : cut
    return isRight(position) ? blanks + painted : painted + blanks
  }

  private static func width(_ cell: String) -> Int {
    TerminalText.width(cell) - (cell.first == nullMark ? 1 : 0)
  }

  private func isRight(_ position: Int) -> Bool { types[position].isNumeric }
}
