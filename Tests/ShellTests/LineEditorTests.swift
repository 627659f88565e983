import Shell
import Testing

@Suite struct LineEditorTests {
  private struct Names: Vocabulary {
    var tables: [String] { ["compliance", "costs", "cur"] }
    var tagKeys: [String] { ["env", "team"] }
    var functions: [String] { ["sum", "split_part"] }
    var usualTables: [String] { ["costs"] }
    func columns(of table: String) -> [String] {
      switch table {
      case "costs": ["BilledCost", "BillingCurrency", "ServiceName", "Tags"]
      case "cur": ["line_item_unblended_cost", "line_item_usage_type"]
      default: []
      }
    }
    func arguments(of command: String) -> [String] { command == ".mode" ? ["csv", "table"] : [] }
    func files(beginning path: String) -> [String] {
      path.isEmpty ? ["data/", "a.csv"] : ["data/"]
    }
  }

  private static var completer: Completer {
    Completer(Names(), commands: [".mode", ".maxrows", ".read"])
  }

  private func editor(_ history: [String] = []) -> LineEditor {
    LineEditor(history: History(history), completer: LineEditorTests.completer)
  }

  @discardableResult
  private func type(_ text: String, into editor: inout LineEditor) -> LineEditor.Outcome {
    var outcome = LineEditor.Outcome.editing
    for character in text {
      switch character {
      case "\n": outcome = editor.handle(.enter)
      case "\t": outcome = editor.handle(.tab)
      default: outcome = editor.handle(.text(String(character)))
      }
    }
    return outcome
  }

  // MARK: Entering

  @Test func `a statement goes on over lines until its semicolon`() {
    var editor = editor()
    #expect(type("SELECT 1\n", into: &editor) == .editing)
    #expect(type(", 2;\n", into: &editor) == .submitted("SELECT 1\n, 2;"))
  }

  @Test(arguments: [
    ("SELECT ';'", false), ("SELECT 1; -- done", true), ("SELECT 1 -- ;", false),
    ("SELECT \"a;", false), ("/* ; */", true), ("/* ;", false), (".mode csv", true), ("", true),
    ("quit", true), ("exit", true), ("\\q", true), ("SELECT 1; SELECT 2", false),
    ("SELECT 'it''s';", true), ("  ", true),
  ])
  func `Enter runs what is whole`(_ text: String, _ isComplete: Bool) {
    #expect(LineEditor.isComplete(text) == isComplete)
  }

  @Test func `a new line begins as far in as the one before`() {
    var editor = editor()
    type("SELECT\n  a\nb", into: &editor)
    #expect(editor.buffer.text == "SELECT\n  a\n  b")
  }

  @Test func `Ctrl-C gives up, Ctrl-D leaves an empty line and deletes in others`() {
    var editor = editor()
    #expect(editor.handle(.control("d")) == .ended)
    type("ab", into: &editor)
    _ = editor.handle(.home)
    #expect(editor.handle(.control("d")) == .editing)
    #expect(editor.buffer.text == "b")
    #expect(editor.handle(.control("c")) == .cancelled)
  }

  @Test func `what is pasted is taken as it is, line breaks among it`() {
    var editor = editor()
    #expect(editor.handle(.paste("SELECT 1;\nSELECT\t2;\n")) == .editing)
    #expect(editor.handle(.enter) == .submitted("SELECT 1;\nSELECT\t2;\n"))
  }

  // MARK: History

  @Test func `up and down go through the history and come back to what was begun`() {
    var editor = editor(["SELECT 1;", "SELECT\n2;"])
    type("dra", into: &editor)
    _ = editor.handle(.up)
    #expect(editor.buffer.text == "SELECT\n2;")
    // Up within the entry first.
    _ = editor.handle(.up)
    #expect(editor.buffer.text == "SELECT\n2;")
    _ = editor.handle(.up)
    #expect(editor.buffer.text == "SELECT 1;")
    #expect(editor.handle(.up) == .refused)
    _ = editor.handle(.down)
    _ = editor.handle(.down)
    _ = editor.handle(.down)
    #expect(editor.buffer.text == "dra")
    #expect(editor.handle(.down) == .refused)
  }

  @Test func `Ctrl-R finds older and older entries`() {
    var editor = editor(["SELECT cost;", "SHOW TABLES;", "SELECT COSTS;"])
    _ = editor.handle(.control("r"))
    type("cost", into: &editor)
    #expect(editor.buffer.text == "SELECT COSTS;")
    #expect(editor.handle(.control("r")) == .editing)
    #expect(editor.buffer.text == "SELECT cost;")
    #expect(editor.handle(.control("r")) == .refused)
    #expect(editor.search?.hasFailed == true)
    #expect(editor.handle(.enter) == .submitted("SELECT cost;"))
  }

  @Test(arguments: [Key.escape, .control("c"), .control("g")])
  func `a search that is given up changes nothing`(key: Key) {
    var editor = editor(["SELECT cost;"])
    type("abc", into: &editor)
    _ = editor.handle(.control("r"))
    type("sel", into: &editor)
    #expect(editor.handle(key) == .editing)
    #expect(editor.buffer.text == "abc" && editor.search == nil)
  }

  // MARK: Completion

  @Test(arguments: [
    ("SELECT Bille\t", "SELECT BilledCost"), ("SELECT bil\t", "SELECT Bill"),
    ("selec\t", "select"), ("SELEC\t", "SELECT"), ("SELECT * FROM cos\t", "SELECT * FROM costs"),
    ("SELECT * FROM cur WHERE line_item_un\t", "SELECT * FROM cur WHERE line_item_unblended_cost"),
    ("SELECT c.line_item_us\t", "SELECT c.line_item_us"),
    (
      "SELECT * FROM cur c WHERE c.line_item_us\t",
      "SELECT * FROM cur c WHERE c.line_item_usage_type"
    ),
    ("SELECT Tags['te\t", "SELECT Tags['team']"), ("SELECT * FROM 'da\t", "SELECT * FROM 'data/"),
    ("SELECT \"Servi\t", "SELECT \"ServiceName\""), ("SELECT spl\t", "SELECT split_part"),
    ("WITH mine AS (SELECT 1) SELECT * FROM mi\t", "WITH mine AS (SELECT 1) SELECT * FROM mine"),
    (".mo\t", ".mode "), (".mode c\t", ".mode csv "), (".read d\t", ".read data/"),
    ("SELECT 'nothing\t", "SELECT 'nothing"), ("SELECT 12\t", "SELECT 12"),
    ("SELECT 1; SELECT * FROM cur WHERE Bille\t", "SELECT 1; SELECT * FROM cur WHERE Bille"),
  ])
  func `Tab completes what can stand there`(_ typed: String, _ completed: String) {
    var editor = editor()
    type(typed, into: &editor)
    #expect(editor.buffer.text == completed)
  }

  @Test func `several words are offered once they have nothing more in common`() {
    var editor = editor()
    #expect(type("SELECT * FROM \t", into: &editor) == .editing)
    #expect(editor.buffer.text == "SELECT * FROM c")
    #expect(editor.handle(.tab) == .candidates(["compliance", "costs", "cur"]))
  }

  @Test func `columns after the cursor's table are known before it is written`() {
    var editor = editor()
    type("SELECT  FROM cur;", into: &editor)
    for _ in 0..<10 { _ = editor.handle(.left) }
    type("line_item_us\t", into: &editor)
    #expect(editor.buffer.text == "SELECT line_item_usage_type FROM cur;")
  }

  @Test func `Tab moves in at the beginning of a further line`() {
    var editor = editor()
    type("SELECT\n\t1", into: &editor)
    #expect(editor.buffer.text == "SELECT\n  1")
  }
}
