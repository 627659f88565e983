/// Asks a person for statements on a terminal: keys in, drawing out, everything else in ``LineEditor``.
package final class LineReader {
  package enum Answer: Equatable {
    case text(String)
    /// Ctrl-C; whether there was anything to cancel.
    case cancelled(wasEmpty: Bool)
    /// Ctrl-D, or the terminal has gone.
    case end
  }

  private let terminal: RawTerminal
  private let style: TextStyle
  private let historyFile: HistoryFile?
  private var history: History
  /// What is drawn now, for drawing over it.
  private var drawn: EditorLayout?
  private var drawnWidth = 0
  private var decoder = KeyDecoder()
  /// Keys that came with those that ended the last entry.
  private var waiting: [Key] = []

  private static let pasteOn = "\u{1B}[?2004h"
  private static let pasteOff = "\u{1B}[?2004l"
  /// Milliseconds that the rest of an escape sequence may take.
  private static let escapeDelay: Int32 = 50

  package init(_ terminal: RawTerminal, style: TextStyle, historyFile: HistoryFile?) {
    self.terminal = terminal
    self.style = style
    self.historyFile = historyFile
    history = historyFile?.load() ?? History()
  }

  package var entries: [String] { history.entries }

  /// Remembers an entry, for the next session too.
  ///
  /// - Returns: false where it cannot be kept.
  package func remember(_ text: String) -> Bool {
    guard history.add(text), let entry = history.entries.last else { return true }
    return historyFile?.append(entry) ?? true
  }

  /// The next statement or command.
  package func read(prompt: String, continuation: String, completer: Completer) -> Answer {
    guard terminal.enterRaw() else { return .end }
    terminal.write(LineReader.pasteOn)
    defer {
      terminal.write(LineReader.pasteOff)
      terminal.leaveRaw()
    }
    drawn = nil
    var editor = LineEditor(history: history, completer: completer)
    let draw = { [self] (editor: LineEditor, below: [String]) in
      show(editor, prompt: prompt, continuation: continuation, below: below)
    }
    draw(editor, [])
    while true {
      guard let keys = nextKeys() else {
        leave(editor, draw)
        return .end
      }
      if keys.isEmpty, terminal.size.columns != drawnWidth { draw(editor, []) }
      var below: [String] = []
      for (position, key) in keys.enumerated() {
        below = []
        let outcome = editor.handle(key)
        if outcome.isLast { waiting = Array(keys[(position + 1)...]) }
        switch outcome {
        case .editing: break
        case .submitted(let text):
          leave(editor, draw)
          return .text(text)
        case .cancelled:
          leave(editor, draw, mark: "^C")
          return .cancelled(wasEmpty: editor.buffer.isEmpty)
        case .ended:
          leave(editor, draw)
          return .end
        case .clearScreen:
          terminal.write("\u{1B}[H\u{1B}[2J")
          drawn = nil
        case .suspended: suspend(editor, draw)
        case .candidates(let words):
          below = CandidateList.rows(words, width: terminal.size.columns)
        case .refused: terminal.write("\u{7}")
        }
      }
      if !keys.isEmpty { draw(editor, below) }
    }
  }

  /// What was pressed; nothing when a while has passed or the window has changed, nil at the end.
  private func nextKeys() -> [Key]? {
    if !waiting.isEmpty {
      defer { waiting = [] }
      return waiting
    }
    switch terminal.read(milliseconds: decoder.isWaiting ? LineReader.escapeDelay : 1000) {
    case .bytes(let bytes): return decoder.keys(bytes)
    case .nothing: return decoder.flush()
    case .end: return nil
    }
  }

  /// Leaves what was entered on the screen and the cursor below it.
  private func leave(
    _ editor: LineEditor, _ draw: (LineEditor, [String]) -> Void, mark: String = ""
  ) {
    draw(editor, [])
    let below = drawn.map { $0.rows.count - 1 - $0.cursorRow } ?? 0
    let width = drawn?.widths.last ?? 0
    let down = below > 0 ? "\u{1B}[\(below)B" : ""
    let right = width > 0 ? "\u{1B}[\(width)C" : ""
    terminal.write(down + "\r" + right + mark + "\r\n")
    drawn = nil
  }

  private func suspend(_ editor: LineEditor, _ draw: (LineEditor, [String]) -> Void) {
    leave(editor, draw)
    terminal.write(LineReader.pasteOff)
    terminal.leaveRaw()
    terminal.suspend()
    _ = terminal.enterRaw()
    terminal.write(LineReader.pasteOn)
  }

  // MARK: Drawing

  private func show(
    _ editor: LineEditor, prompt: String, continuation: String, below: [String]
  ) {
    let size = terminal.size
    let searching = editor.search.map {
      "(\($0.hasFailed ? "nothing has" : "search") '\($0.text)') "
    }
    var layout = EditorLayout(
      prompt: searching ?? prompt, continuation: continuation, characters: editor.buffer.characters,
      cursor: editor.buffer.cursor, width: size.columns, style: style)
    layout.limit(toHeight: max(1, size.rows - below.count))
    var text = LineReader.toStart(of: drawn, drawnWidth: drawnWidth, width: size.columns)
    text += "\r\u{1B}[J" + layout.rows.joined(separator: "\r\n")
    for row in below { text += "\r\n" + style.painted(row, .faint) }
    let up = layout.rows.count - 1 - layout.cursorRow + below.count
    if up > 0 { text += "\u{1B}[\(up)A" }
    text += "\r" + (layout.cursorColumn > 0 ? "\u{1B}[\(layout.cursorColumn)C" : "")
    // Written at once, the cursor hidden: nothing flickers.
    terminal.write("\u{1B}[?25l" + text + "\u{1B}[?25h")
    drawn = layout
    drawnWidth = size.columns
  }

  /// Moves to the first row of what is drawn; rows that a narrower window has wrapped count as many.
  private static func toStart(of drawn: EditorLayout?, drawnWidth: Int, width: Int) -> String {
    guard let drawn else { return "" }
    var up = drawn.cursorRow
    if width < drawnWidth {
      up = drawn.widths.prefix(drawn.cursorRow).reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
      up += drawn.cursorColumn / max(1, width)
    }
    return up > 0 ? "\u{1B}[\(up)A" : ""
  }
}
