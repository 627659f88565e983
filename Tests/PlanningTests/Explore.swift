import Planning
import Testing
import SQL
import Foundation

@Test func `explore`() throws {
  let text = try String(contentsOfFile: "/tmp/explore.sql", encoding: .utf8)
  for piece in text.components(separatedBy: ";\n") where !piece.allSatisfy(\.isWhitespace) {
    print("== " + piece.trimmingCharacters(in: .whitespacesAndNewlines))
    do { print(try PlanningFixture().plan(piece)) } catch { print("ERROR", error) }
  }
}
