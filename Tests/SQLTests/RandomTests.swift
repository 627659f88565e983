import SQL
import Testing
import TestSupport

struct RandomTests {
  @Test(arguments: 0..<300) func `expressions written are read as the same`(seed: UInt64) throws {
    var tree = RandomTree(seed: seed)
    let text = tree.expression(4).text
    #expect(try Parser.expression(text).text == text)
  }

  @Test(arguments: 0..<300) func `queries written are read as the same`(seed: UInt64) throws {
    var tree = RandomTree(seed: seed)
    let text = tree.query(3).text
    #expect(try Parser.query(text).text == text)
  }

  @Test(arguments: 0..<200) func `a damaged statement is an error or another statement`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    var tree = RandomTree(seed: seed)
    let whole = Array(tree.query(3).text.utf8)
    for _ in 0..<20 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: index)
        case 2: bytes.removeSubrange(index...min(index + 3, bytes.count - 1))
        default: bytes = Array(bytes[...index])
        }
        if bytes.isEmpty { break }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do {
        let written = try Parser.statement(text).text
        #expect(try Parser.statement(written).text == written)
      } catch {
        #expect(error.rendered(in: text).contains("^"))
        let range = try #require(error.range)
        #expect(range.start >= 0 && range.start <= range.end && range.end <= text.utf8.count)
      }
      for statement in Script.statements(text) {
        #expect(statement.offset + statement.text.utf8.count <= text.utf8.count)
      }
    }
  }
}
