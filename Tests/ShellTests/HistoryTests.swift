import Foundation
import Shell
import Testing

@Suite struct HistoryTests {
  /// A folder that goes with the test.
  private final class Scratch {
    let path = NSTemporaryDirectory() + "kakeibo-history-" + UUID().uuidString
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test func `what begins with a blank, is empty or comes twice is not kept`() {
    var history = History()
    let added = ["a", "a", " secret", "", "\n", "b\n", "a"].map { history.add($0) }
    #expect(added == [true, false, false, false, false, true, true])
    #expect(history.entries == ["a", "b", "a"])
  }

  @Test func `the oldest go when there are too many`() {
    #expect(History(["a", "b", "c"], limit: 2).entries == ["b", "c"])
  }

  @Test(arguments: ["SELECT 1;", "a\nb", "a\\nb\\", "日本\n\\\\語", "\r\nx"])
  func `an entry is one line of the file and comes back`(_ entry: String) {
    let line = History.line(entry)
    #expect(!line.contains { $0.isNewline })
    #expect(History.entry(line) == entry.replacing("\r\n", with: "\n"))
  }

  @Test func `the file and its folder are readable by their owner alone`() throws {
    let scratch = Scratch()
    let file = try #require(HistoryFile(environment: ["XDG_STATE_HOME": scratch.path]))
    #expect(file.append("SELECT\n1;"))
    #expect(file.append("SELECT 2;"))
    #expect(file.load().entries == ["SELECT\n1;", "SELECT 2;"])
    let modes = try [file.path, scratch.path + "/kakeibo"].map {
      try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
    }
    #expect(modes == [0o600, 0o700])
  }

  @Test func `a long file is cut back to the youngest entries`() throws {
    let scratch = Scratch()
    let file = try #require(HistoryFile(environment: ["XDG_STATE_HOME": scratch.path]))
    #expect(file.append("first"))
    let handle = try #require(FileHandle(forUpdatingAtPath: file.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((1...10_001).map { "SELECT \($0);\n" }.joined().utf8))
    try handle.close()
    #expect(file.load().entries.count == 5000)
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    #expect(text.split(separator: "\n").count == 5000 && text.hasSuffix("SELECT 10001;\n"))
    let mode =
      try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test(arguments: [
    (["KAKEIBO_HISTORY": "/x/h"], "/x/h"), (["KAKEIBO_HISTORY": "", "HOME": "/root"], nil),
    (["HOME": "/home/a"], "/home/a/.local/state/kakeibo/history"),
    (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/kakeibo/history"), ([:], nil),
  ])
  func `the environment says where it is`(_ environment: [String: String], _ path: String?) {
    #expect(HistoryFile(environment: environment)?.path == path)
  }

  @Test func `a file that cannot be written is said`() {
    #expect(!HistoryFile(path: "/proc/none/history").append("x"))
    #expect(HistoryFile(path: "/proc/none/history").load().entries.isEmpty)
  }
}
