import Shell
import TextFormats
import Testing

@Suite struct EditorLayoutTests {
  private func layout(
    _ text: String, cursor: Int? = nil, width: Int = 20, isColoured: Bool = false
  ) -> EditorLayout {
    EditorLayout(
      prompt: "> ", continuation: "- ", characters: Array(text), cursor: cursor ?? text.count,
      width: width, style: TextStyle(isColoured: isColoured))
  }

  @Test func `lines have their prompts`() {
    let layout = layout("SELECT\n1;", cursor: 7)
    #expect(layout.rows == ["> SELECT", "- 1;"])
    #expect((layout.cursorRow, layout.cursorColumn) == (1, 2))
  }

  @Test func `wide characters take two columns and are not cut in two`() {
    let layout = layout("日本語日本語日本語", width: 10)
    #expect(layout.rows == ["> 日本語", "日本語日", "本語"])
    #expect((layout.cursorRow, layout.cursorColumn) == (2, 4))
    #expect(layout.widths == [8, 8, 4])
  }

  @Test func `the cursor at a row's end stands at the next one's beginning`() {
    let layout = layout(String(repeating: "x", count: 30), cursor: 17)
    #expect((layout.cursorRow, layout.cursorColumn) == (1, 0))
  }

  @Test func `colour takes no columns`() {
    let plain = layout("SELECT 'a' -- x")
    let coloured = layout("SELECT 'a' -- x", isColoured: true)
    #expect(coloured.rows != plain.rows)
    #expect(coloured.widths == plain.widths && coloured.cursorColumn == plain.cursorColumn)
    #expect(coloured.rows.joined().replacing(/\x{1B}\[[\d;]*m/, with: "") == plain.rows.joined())
  }

  @Test func `control characters are shown, not sent`() {
    #expect(layout("a\u{1B}[31m", width: 40).rows == ["> a\\u{1B}[31m"])
  }

  @Test(arguments: [(0, 0), (50, 3), (99, 5)])
  func `of a text longer than the window the rows around the cursor are drawn`(
    line: Int, cursorRow: Int
  ) {
    let text = (0..<100).map { "line \($0)" }.joined(separator: "\n")
    let cursor = text.split(separator: "\n").prefix(line).reduce(0) { $0 + $1.count + 1 }
    var layout = layout(text, cursor: cursor)
    layout.limit(toHeight: 6)
    #expect(layout.rows.count == 6)
    #expect(layout.cursorRow == cursorRow)
    #expect(layout.rows[cursorRow].hasSuffix("line \(line)"))
  }

  @Test func `candidates stand in columns within the window`() {
    let words = (1...100).map { "word_\($0)" }
    let rows = CandidateList.rows(words, width: 40)
    #expect(rows.allSatisfy { TerminalText.width($0) < 40 })
    #expect(rows.count == 13 && rows[0].hasPrefix("word_1 "))
    #expect(rows.last == "… 100 in all; go on typing")
    #expect(CandidateList.rows(["日本", "b"], width: 80) == ["日本  b"])
  }
}
