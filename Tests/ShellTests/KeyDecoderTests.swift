import Shell
import Testing

@Suite struct KeyDecoderTests {
  static let sequences: [(String, [Key])] = [
    ("a日🚀", [.text("a"), .text("日"), .text("🚀")]),
    ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
    ("\u{3}\u{4}\u{12}", [.control("c"), .control("d"), .control("r")]),
    ("\u{1B}[A\u{1B}[B\u{1B}OC\u{1B}[D", [.up, .down, .right, .left]),
    ("\u{1B}[1;5C\u{1B}[1;3D", [.wordRight, .wordLeft]),
    ("\u{1B}[H\u{1B}[4~\u{1B}OF\u{1B}[1~", [.home, .end, .end, .home]),
    ("\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[Z", [.delete, .pageUp, .pageDown, .backTab]),
    ("\u{1B}b\u{1B}F\u{1B}\r\u{1B}\u{7F}", [.alt("b"), .alt("f"), .alt("\r"), .alt("\u{8}")]),
    ("\u{1B}[200~a\r\nb\rc\u{1B}[201~x", [.paste("a\nb\nc"), .text("x")]),
    ("\u{1B}[200~\u{1B}[31mred\u{7}\t;\u{1B}[201~", [.paste("[31mred  ;")]),
    ("\u{1B}[200~\u{1B}[201~", [.paste("")]),
    ("\u{1B}[99~\u{1B}[1;2R", [.unknown, .unknown]),
  ]

  @Test(arguments: sequences.indices)
  func `bytes become keys`(_ number: Int) {
    let (text, keys) = KeyDecoderTests.sequences[number]
    var decoder = KeyDecoder()
    #expect(decoder.keys(Array(text.utf8)) == keys)
    #expect(!decoder.isWaiting)
  }

  @Test(arguments: sequences.indices)
  func `bytes that come one by one become the same keys`(_ number: Int) {
    let (text, keys) = KeyDecoderTests.sequences[number]
    var decoder = KeyDecoder()
    #expect(text.utf8.flatMap { decoder.keys([$0]) } == keys)
  }

  @Test func `a lone escape is a key once nothing follows it`() {
    var decoder = KeyDecoder()
    #expect(decoder.keys([0x1B]).isEmpty)
    #expect(decoder.isWaiting)
    #expect(decoder.flush() == [.escape])
    #expect(decoder.flush().isEmpty)
  }

  @Test func `bytes that are no UTF-8 do not stop it`() {
    var decoder = KeyDecoder()
    let keys = decoder.keys([0xFF, 0xC0, 0x61])
    #expect(keys.last == .text("a"))
    #expect(keys.count == 3)
    #expect(
      decoder.keys(Array(repeating: 0x1B, count: 3) + [0x5B] + Array(repeating: 0x30, count: 99))
        .allSatisfy { $0 == .escape })
    #expect(decoder.keys(Array("mab".utf8)).last == .text("b"))
  }
}
