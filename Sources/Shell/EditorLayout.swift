import TextFormats

/// Where a text that is being entered stands on a terminal of some width: its rows, and the cursor.
package struct EditorLayout: Equatable {
  package private(set) var rows: [String] = []
  /// Columns that each row takes.
  package private(set) var widths: [Int] = []
  package private(set) var cursorRow = 0
  package private(set) var cursorColumn = 0

  /// - Parameters:
  ///   - prompt: before the first line; ``continuation`` before the others.
  ///   - width: columns of the terminal; the last stays free, so that a full row never wraps by itself.
  package init(
    prompt: String, continuation: String, characters: [Character], cursor: Int, width: Int,
    style: TextStyle
  ) {
    let roles = style.isColoured ? Highlighter.roles(characters) : []
    let room = max(8, width - 1)
    var row = Row(style)
    row.add(prompt, .prompt)
    for (position, character) in characters.enumerated() {
      if position == cursor { place(row) }
      if character.isNewline {
        finish(&row)
        row.add(continuation, .faint)
        continue
      }
      let text = TerminalText.escaped(String(character))
      let columns = TerminalText.width(text)
      if row.columns + columns > room {
        finish(&row)
        if position == cursor { place(row) }
      }
      row.add(text, position < roles.count ? roles[position] : nil, columns: columns)
    }
    if cursor >= characters.count { place(row) }
    finish(&row)
  }

  private mutating func place(_ row: Row) {
    cursorRow = rows.count
    cursorColumn = row.columns
  }

  private mutating func finish(_ row: inout Row) {
    rows.append(row.finished())
    widths.append(row.columns)
    row = Row(row.style)
  }

  /// The rows around the cursor where there are more than fit.
  package mutating func limit(toHeight height: Int) {
    guard rows.count > height, height > 0 else { return }
    let first = min(max(0, cursorRow - height / 2), rows.count - height)
    rows = Array(rows[first..<first + height])
    widths = Array(widths[first..<first + height])
    cursorRow -= first
  }

  /// A row while it is filled; neighbours of one colour share its marks.
  private struct Row {
    let style: TextStyle
    private(set) var columns = 0
    private var text = ""
    private var run = ""
    private var role: TextStyle.Role?

    init(_ style: TextStyle) { self.style = style }

    mutating func add(_ piece: String, _ role: TextStyle.Role?, columns count: Int? = nil) {
      if role != self.role {
        flush()
        self.role = role
      }
      run += piece
      columns += count ?? TerminalText.width(piece)
    }

    private mutating func flush() {
      text += role.map { style.painted(run, $0) } ?? run
      run = ""
    }

    mutating func finished() -> String {
      flush()
      return text
    }
  }
}
