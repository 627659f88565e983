extension SQLError {
  /// The error as a person reads it, with its line and a row of carets under the words it is about.
  ///
  ///     error: line 1, column 8: no column named 'csot'; did you mean 'cost'?
  ///       1 | SELECT csot FROM usage
  ///         |        ^^^^
  ///
  /// Lines and columns count from 1, columns in characters; a very long line is cut around the words.
  /// No line break at the end.
  package func rendered(in text: String) -> String {
    guard let range else { return "error: \(message)" }
    let excerpt = Excerpt(of: range, in: text)
    return "error: line \(excerpt.line), column \(excerpt.column): \(message)\n\(excerpt.drawing)"
  }

  /// The error of one statement of a script, lines and columns counted in the script.
  ///
  ///     error: statement 2 (line 3, column 8): no column named 'csot'; did you mean 'cost'?
  ///
  /// - Parameters:
  ///   - script: the whole text that statements were cut from.
  ///   - offset: where the statement begins in it, in UTF-8 bytes (see ``Script/statements(_:)``).
  package func rendered(in script: String, statement number: Int, at offset: Int) -> String {
    guard let range else { return "error: statement \(number): \(message)" }
    let excerpt = Excerpt(
      of: SourceRange(offset + range.start, offset + range.end), in: script)
    return "error: statement \(number) (line \(excerpt.line), column \(excerpt.column)): "
      + "\(message)\n\(excerpt.drawing)"
  }

  /// The source line and the caret row alone, nil for an error without a place.
  package func drawing(in text: String) -> String? {
    range.map { Excerpt(of: $0, in: text).drawing }
  }
}

/// The line that a range begins on, and where in it.
private struct Excerpt {
  let line: Int
  let column: Int
  /// `  1 | text` and the caret row below it.
  let drawing: String

  /// More characters than this and the line is cut.
  private static let widest = 160
  private static let context = 60

  init(of range: SourceRange, in text: String) {
    let bytes = Array(text.utf8)
    let start = min(max(range.start, 0), bytes.count)
    let newline = UInt8(ascii: "\n")
    let lineStart = bytes[..<start].lastIndex(of: newline).map { $0 + 1 } ?? 0
    var lineEnd = bytes[start...].firstIndex(of: newline) ?? bytes.count
    if lineEnd > start, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
    let end = min(max(range.end, start), lineEnd)

    let before = Array(String(decoding: bytes[lineStart..<start], as: UTF8.self))
    let marked = Array(String(decoding: bytes[start..<end], as: UTF8.self))
    let after = Array(String(decoding: bytes[end..<lineEnd], as: UTF8.self))
    line = bytes[..<lineStart].count { $0 == newline } + 1
    column = before.count + 1
    drawing = Self.draw(line: line, before: before, marked: marked, after: after)
  }

  private static func draw(
    line: Int, before: [Character], marked: [Character], after: [Character]
  ) -> String {
    var (before, marked, after) = (before[...], marked[...], after[...])
    if before.count + marked.count + after.count > widest {
      if before.count > context { before = ["…"] + before.suffix(context) }
      if marked.count > context { (marked, after) = (marked.prefix(context), ["…"]) }
      if after.count > context { after = after.prefix(context) + ["…"] }
    }
    let number = String(line)
    let gutter = String(repeating: " ", count: number.count + 3)
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    let carets = String(repeating: "^", count: max(1, marked.count))
    return "  \(number) | \(String(before + marked + after))\n\(gutter)| \(indent)\(carets)"
  }
}
