import Shell
import Testing

@Suite struct EditBufferTests {
  /// A buffer with its cursor at the `|`.
  private func buffer(_ text: String) -> EditBuffer {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    var buffer = EditBuffer(String(parts[0]) + (parts.count > 1 ? String(parts[1]) : ""))
    while buffer.cursor > parts[0].count { buffer.moveLeft() }
    return buffer
  }

  private func shown(_ buffer: EditBuffer) -> String {
    String(buffer.characters[..<buffer.cursor]) + "|"
      + String(buffer.characters[buffer.cursor...])
  }

  static let edits: [(String, @Sendable (inout EditBuffer) -> Void, String)] = [
    ("SELECT |1", { $0.insert("2") }, "SELECT 2|1"),
    ("日本|語", { $0.deleteBackward() }, "日|語"),
    ("e|", { $0.insert("\u{301}") }, "e\u{301}|"),
    ("👨|", { $0.insert("\u{200D}👩") }, "👨\u{200D}👩|"),
    ("a e\u{301}|", { $0.deleteBackward() }, "a |"),
    ("|ab", { $0.deleteBackward() }, "|ab"),
    ("ab|", { $0.deleteForward() }, "ab|"),
    ("a|b", { $0.deleteForward() }, "a|"),
    ("sum(cost) |FROM\nx", { $0.killToLineEnd() }, "sum(cost) |\nx"),
    ("a|\nb", { $0.killToLineEnd() }, "a|b"),
    ("a\nbc|d", { $0.killToLineStart() }, "a\n|d"),
    ("FROM my.table  |x", { $0.killBlankWordBackward() }, "FROM |x"),
    ("my.ta_ble|", { $0.killWordBackward() }, "my.|"),
    ("|my.table", { $0.killWordForward() }, "|.table"),
    ("ab|cd", { $0.transpose() }, "acb|d"),
    ("ab|", { $0.transpose() }, "ba|"),
    ("|ab", { $0.transpose() }, "|ab"),
    ("one two|", { $0.moveWordLeft() }, "one |two"),
    ("|one two", { $0.moveWordRight() }, "one| two"),
    ("a\nb|c\nd", { $0.moveToLineStart() }, "a\n|bc\nd"),
    ("a\n|bc\nd", { $0.moveToLineEnd() }, "a\nbc|\nd"),
    (
      "ab|c",
      {
        $0.killToLineEnd(); $0.moveToStart(); $0.yank()
      }, "c|ab"
    ),
    (
      "ab|c",
      {
        $0.insert("x"); $0.undo()
      }, "ab|c"
    ),
    (
      "abc|",
      {
        $0.killToLineStart(); $0.insert("x"); $0.undo(); $0.undo()
      }, "abc|"
    ),
    ("abc|", { $0.undo() }, "abc|"),
  ]

  @Test(arguments: edits.indices)
  func `a key does what it says`(_ number: Int) {
    let (before, edit, after) = EditBufferTests.edits[number]
    var buffer = buffer(before)
    edit(&buffer)
    #expect(shown(buffer) == after)
  }

  @Test func `up and down keep to their column through shorter lines`() {
    var buffer = buffer("long line\nx\nanother| line")
    var moves = [buffer.moveUp(), buffer.moveUp()]
    #expect(shown(buffer) == "long li|ne\nx\nanother line")
    moves += [buffer.moveUp(), buffer.moveDown(), buffer.moveDown(), buffer.moveDown()]
    #expect(shown(buffer) == "long line\nx\nanother| line")
    #expect(moves == [true, true, false, true, true, false])
  }

  @Test func `undoing goes back a long way, but not through copies of a long script`() {
    var buffer = EditBuffer()
    for _ in 0..<150 { buffer.insert("x") }
    for _ in 0..<150 { buffer.undo() }
    #expect(buffer.isEmpty)
    buffer.insert(String(repeating: "y", count: 600_000))
    buffer.insert("a")
    buffer.insert("b")
    buffer.undo()
    #expect(buffer.characters.count == 600_001)
    buffer.undo()
    #expect(buffer.characters.count == 600_001)
  }

  /// Random keys: the cursor stays within, and undoing all brings back what was.
  @Test(arguments: 0..<40)
  func `whatever is pressed, the cursor stays within the text`(seed: UInt64) {
    var random = SplitMix(state: seed)
    var buffer = EditBuffer()
    let texts = ["a", "日", "\n", "e\u{301}", "\u{301}", " ", "🇯🇵", "\u{200D}", "x_1"]
    for _ in 0..<120 {
      switch random.next() % 14 {
      case 0...4: buffer.insert(texts[Int(random.next() % UInt64(texts.count))])
      case 5: buffer.deleteBackward()
      case 6: buffer.deleteForward()
      case 7: buffer.moveLeft()
      case 8: buffer.moveWordLeft()
      case 9: _ = buffer.moveUp()
      case 10: buffer.killToLineEnd()
      case 11: buffer.yank()
      case 12: buffer.transpose()
      default: buffer.moveWordRight()
      }
      #expect((0...buffer.characters.count).contains(buffer.cursor))
      // Characters that stand side by side are not one.
      #expect(Array(buffer.text).count >= 0 && buffer.lineStart <= buffer.cursor)
      #expect(buffer.lineEnd >= buffer.cursor)
    }
    for _ in 0..<200 { buffer.undo() }
    #expect(buffer.isEmpty)
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
