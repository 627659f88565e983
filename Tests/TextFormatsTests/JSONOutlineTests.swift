import TestSupport
import Testing
import TextFormats

/// What two lines of JSON have in common but for their numbers.
@Suite struct JSONOutlineTests {
  private func numbers(_ text: String) -> [String]? {
    let bytes = Array(text.utf8)
    var outline = JSONOutline()
    guard outline.scan(bytes.span, from: 0) != nil else { return nil }
    return zip(outline.starts, outline.ends).map {
      String(decoding: bytes[$0..<$1], as: UTF8.self)
    }
  }

  private func matches(_ a: String, _ b: String) -> Bool {
    let (first, second) = (Array(a.utf8), Array(b.utf8))
    var outline = JSONOutline()
    guard outline.scan(first.span, from: 0) != nil else { return false }
    let rest = outline.rest(first.span)
    let hash = outline.hash
    guard outline.scan(second.span, from: 0) != nil else { return false }
    let isSame = outline.matches(rest, second.span)
    // What is the same has the same hash.
    if isSame { #expect(outline.hash == hash) }
    return isSame
  }

  @Test func `numbers are found outside of strings only`() {
    #expect(numbers(#"{"a1":-1.5e+3,"b\"2":"3","c":[0,10]}"#) == ["-1.5e+3", "0", "10"])
    #expect(numbers("12\n13") == ["12"])
    #expect(numbers("") == [])
    #expect(numbers(#"{"a":true}"#) == [])
  }

  @Test(arguments: [
    "01", "-", "1.", "1.e3", "1e", "1e+", "-a", #"{"a":"x"#, "{\"a\":\"\n\"}", "\"\\",
  ])
  func `what is no number and no string of one line is no line`(_ text: String) {
    #expect(numbers(text) == nil)
  }

  @Test func `lines match where all but their numbers is the same`() {
    let line = #"{"metric":"CPUUtilization","at":1700000000000,"value":{"max":40,"min":1.5}}"#
    #expect(matches(line, line.replacing("40", with: "-7e1")))
    #expect(!matches(line, line.replacing("CPU", with: "GPU")))
    #expect(!matches(line, line.replacing("40", with: "null")))
    #expect(!matches(line, line.replacing("40", with: "\"40\"")))
    #expect(!matches(line, line.replacing("40,", with: "40 ,")))
    #expect(!matches(line, line + "}"))
    #expect(!matches("[1]", "[]") && !matches("[1,2]", "[12,]") && !matches("[1]", "[1,1]"))
  }

  @Test(arguments: 0..<40)
  func `a changed byte outside of numbers is noticed`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let line = Array(#"{"a":"bcdefghijklmnop","q":12,"r":{"s":-1.25},"t":"uvw"}"#.utf8)
    var outline = JSONOutline()
    let end = outline.scan(line.span, from: 0)
    #expect(end == line.count)
    let rest = outline.rest(line.span)
    var inNumbers = Set<Int>()
    for (start, end) in zip(outline.starts, outline.ends) { inNumbers.formUnion(start..<end) }
    for place in line.indices where !inNumbers.contains(place) {
      var changed = line
      changed[place] ^= UInt8.random(in: 1...255, using: &random)
      guard outline.scan(changed.span, from: 0) == line.count else { continue }
      let isSame = outline.matches(rest, changed.span)
      #expect(!isSame, "byte \(place)")
    }
  }

  @Test(arguments: 0..<60)
  func `places do not depend on where a line stands in blocks of bytes`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let words = [
      #""name":"#, #""a b-1""#, "-12.5e3", "0", "1700000000000", ",", "{", "}", " ", #""x\"9\\""#,
      "null",
      #""2026-05-01T00:00:00Z and some more that is long, 64 bytes and beyond that: 1 2 3""#, "[",
      "]",
    ]
    var line: [String] = []
    var numbers: [String] = []
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let word = words.randomElement(using: &random) ?? ""
      if word.first?.isNumber == true || word.first == "-" {
        numbers.append(word)
        line.append(word + " ")
      } else {
        line.append(word)
      }
    }
    let text = line.joined()
    #expect(self.numbers(text) == numbers, "\(text)")
    // Behind another line, before a further one.
    let lead = String(repeating: "7", count: Int.random(in: 0...70, using: &random)) + "\n"
    let bytes = Array((lead + text + "\n\"8").utf8)
    var outline = JSONOutline()
    let end = outline.scan(bytes.span, from: lead.utf8.count)
    #expect(end == bytes.count - 3)
    let found = zip(outline.starts, outline.ends).map {
      String(decoding: bytes[$0..<$1], as: UTF8.self)
    }
    #expect(found == numbers, "\(text)")
  }
}
