import Columns
import Files
import Testing
import TextFormats
import TestSupport

@Suite struct JSONTests {
  @Test func `a document reads and prints the same`() throws {
    let text = #"{"a":[1,-2.50,1e400,true,null],"b":{"c":"x\"\\\n\u0001é😀"},"":{}}"#
    let value = try JSONValue.parse(text)
    #expect(value.description == text)
    #expect(try JSONValue.parse(value.serialized(pretty: true), file: "x") == value)
  }

  @Test func `values are asked for by kind`() throws {
    let value = try JSONValue.parse(#"{"n":12,"f":1.5,"w":3.0,"s":"t","B":true,"l":[1,2]}"#)
    #expect(value["n"]?.int64 == 12)
    #expect(value["f"]?.double == 1.5)
    #expect(value["w"]?.int == 3)
    #expect(value["f"]?.int64 == nil)
    #expect(value["b"] == nil)
    #expect(value[ignoringCase: "b"]?.boolean == true)
    #expect(value["l"]?[1]?.int == 2)
    #expect(value["l"]?[2] == nil)
    #expect(value.at("s", "x") == nil)
  }

  @Test func `two members with one name are refused by it`() throws {
    let error = #expect(throws: FormatError.self) {
      try JSONValue.parse(#"{"a":1,"b":2,"a":3}"#)
    }
    #expect(error?.message.contains("'a' twice") == true)
    let many = (0..<5000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let object = try #require(try JSONValue.parse("{\(many)}").object)
    #expect(object.count == 5000 && object["k2507"]?.int == 2507)
    #expect(throws: FormatError.self) { try JSONValue.parse("{\(many),\"k7\":1}") }
  }

  @Test func `a document of more values than allowed is refused`() throws {
    var options = JSONOptions.data
    options.valueLimit = 100
    let list = { (count: Int) in Array(("[" + String(repeating: "1,", count: count) + "1]").utf8) }
    #expect(try JSONValue.parse(list(98), file: "x", options: options).array?.count == 99)
    #expect(throws: FormatError.self) {
      try JSONValue.parse(list(100), file: "x", options: options)
    }
  }

  @Test func `escapes and surrogates become characters`() throws {
    #expect(try JSONValue.parse(#""\u00e9\ud83d\ude00\/\t""#).string == "é😀/\t")
  }

  @Test(arguments: [#""\ud83dx""#, #""\ude00""#, #""\ud83d\u0041""#, #""\ud83d"#])
  func `half a character is refused`(text: String) {
    #expect(throws: FormatError.self) { try JSONValue.parse(text) }
  }

  @Test func `configs may have comments and trailing commas`() throws {
    let text = "// budgets\n{\"a\": [1, 2,], /* two */ \"b\": 2,\n}"
    let value = try JSONValue.parse(text, file: "c", options: .config)
    #expect(value["b"]?.int == 2 && value["a"]?.array?.count == 2)
    #expect(throws: FormatError.self) { try JSONValue.parse(text) }
  }

  @Test(arguments: [
    ("{\n  \"a\": tru\n}", "line 2, column 8"), ("[1,]", "line 1, column 4"),
    ("{\"a\" 1}", "line 1, column 6"), ("\"abc", "line 1, column 1"), ("[1 2]", "line 1, column 4"),
    ("01", "line 1, column 2"), ("1.", "line 1, column 3"), ("[\"é\", x]", "line 1, column 7"),
    ("\"\u{1}\"", "line 1, column 2"), ("{\"a\":1,}", "line 1, column 8"), ("", "line 1, column 1"),
    ("\"\\q\"", "line 1, column 2"), ("[1]]", "line 1, column 4"),
  ])
  func `an error says where`(text: String, place: String) {
    let error = #expect(throws: FormatError.self) { try JSONValue.parse(text, file: "x.json") }
    #expect(error?.place == place)
  }

  @Test func `nesting has a limit and no document overflows the stack`() throws {
    let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    _ = try JSONValue.parse(deep)
    #expect(throws: FormatError.self) { try JSONValue.parse("[" + deep + "]") }
    #expect(throws: FormatError.self) {
      try JSONValue.parse(String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: FormatError.self) {
      try JSONValue.parse([0x22, 0xC3, 0x28, 0x22], file: "x")
    }
  }

  @Test(arguments: 0..<200)
  func `damaged documents throw or read`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var bytes = Array(#"{"a":[1,-2.5e3,"\u00e9x"],"b":{"c":null,"d":[true,false]}}"#.utf8)
    for _ in 0..<3 {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
    }
    _ = try? JSONValue.parse(bytes, file: "x")
    _ = try? JSONValue.parse(bytes, file: "x", options: .config)
  }

  @Test func `lines come one after the other, with their line`() throws {
    let text = "\u{FEFF}{\"a\":1}\n\n{\"a\":\n2} {\"a\":\"}\\\"\"}\n7\n\"x\"\n"
    let lines = JSONLines(MemorySource(Array(text.utf8), name: "x"))
    var seen: [(Int, String)] = []
    while let value = try lines.next() { seen.append((lines.line, value.description)) }
    #expect(seen.map(\.0) == [1, 3, 4, 5, 6])
    #expect(seen.map(\.1) == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":"}\""}"#, "7", "\"x\""])
  }

  @Test func `a bad line is named, a document too large is refused`() throws {
    let bad = JSONLines(MemorySource(Array("{\"a\":1}\n{\"a\":x}\n".utf8), name: "x"))
    _ = try bad.next()
    let error = #expect(throws: FormatError.self) { try bad.next() }
    #expect(error?.place == "line 2, column 6")
    let large = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    let limited = JSONLines(MemorySource(large, name: "x"), documentLimit: 1000)
    #expect(throws: FormatError.self) { try limited.next() }
    let open = JSONLines(MemorySource(Array("{\"a\":1".utf8), name: "x"))
    #expect(throws: FormatError.self) { try open.next() }
  }

  @Test(arguments: [1, 2, 5]) func `threads hand on the documents in order`(threads: Int) throws {
    // Some megabytes, so that there are several parts.
    let text = (1...60_000).map {
      "{\"n\":\($0),\"text\":\"\(String(repeating: "x", count: $0 % 40))\"}"
    }
    .joined(separator: "\n")
    let lines = JSONLines(MemorySource(Array(text.utf8), name: "x"))
    var expected = 0
    try lines.forEach(threads: threads, map: { ($0["n"]?.int, $1) }) { number, line in
      expected += 1
      #expect(number == expected && line == expected)
    }
    #expect(expected == 60_000)
  }

  @Test(arguments: [1, 3]) func `threads stop at the first bad document`(threads: Int) throws {
    var documents = (1...50_000).map { "{\"n\":\($0)}" }
    documents[30_000] = "{\"n\":}"
    let lines = JSONLines(MemorySource(Array(documents.joined(separator: "\n").utf8), name: "x"))
    var last = 0
    let error = #expect(throws: FormatError.self) {
      try lines.forEach(threads: threads, map: { document, _ in document["n"]?.int ?? 0 }) {
        last = $0
      }
    }
    #expect(error?.place == "line 30001, column 6")
    #expect(last <= 30_000)
  }

  @Test func `documents agree on a schema`() throws {
    let rows = try [
      #"{"id":1,"cost":1,"at":"2026-09-01","tags":{"a":"x"},"l":[1],"mixed":1,"n":null}"#,
      #"{"ID":2,"cost":2.5,"at":"2026-09-01T01:00:00Z","tags":{"b":true},"l":[],"mixed":{"q":1}}"#,
      #"{"extra":"t"}"#,
    ].map { try JSONValue.parse($0) }
    let table = JSONTable(inferring: rows)
    #expect(
      table.schema.fields == [
        Field("id", .bigint), Field("cost", .double), Field("at", .timestamp),
        Field(
          "tags", .row([RowField(name: "a", type: .varchar), RowField(name: "b", type: .boolean)])),
        Field("l", .array(.bigint)), Field("mixed", .json), Field("n", .varchar),
        Field("extra", .varchar),
      ])
    let batch = try table.batch(rows, file: "x")
    #expect(
      batch.row(1) == [
        .int64(2), .double(2.5), .int64(1_788_224_400_000_000), .row([.null, .boolean(true)]),
        .array([]), .text(#"{"q":1}"#), .null, .null,
      ])
    #expect(batch.row(2)[0] == .null)
  }

  @Test(arguments: [
    (#"{"x":{"K":1,"k":2}}"#, DataType.json, #"{"K":1,"k":2}"#),
    (#"{"x":[{"K":1,"k":2}]}"#, .array(.json), #"[{"K":1,"k":2}]"#),
    (
      #"{"x":{"k":{"Ä":1,"ä":2}}}"#, .row([RowField(name: "k", type: .json)]),
      #"{"k":{"Ä":1,"ä":2}}"#
    ),
    // No two of one object, but of two objects: one field.
    (
      #"{"x":[{"K":1},{"k":2}]}"#, .array(.row([RowField(name: "K", type: .bigint)])),
      #"[{"K":1},{"K":2}]"#
    ),
  ])
  func `members whose names differ by case are all kept`(
    line: String, type: DataType, text: String
  ) throws {
    let bytes = Array(line.utf8)
    let table = try TextTable.json([{ MemorySource(bytes, name: "t.jsonl") }])[0]
    #expect(table.schema.fields == [Field("x", type)])
    let value = try #require(table.batches.first?.row(0).first)
    #expect(ValueText.string(value, type) == text)
  }

  @Test(arguments: ["{\"b\":1}\n{\"a\":1,\"A\":2}", "[{\"b\":1},\n\n{\"a\":1,\"A\":2}]"])
  func `a row with columns that differ by case alone is refused`(text: String) {
    let bytes = Array(text.utf8)
    let error = #expect(throws: FormatError.self) {
      try TextTable.json([{ MemorySource(bytes, name: "t.jsonl") }])
    }
    #expect(error?.file == "t.jsonl")
    #expect(error?.place == (text.first == "{" ? "line 2" : "line 1"))
    #expect(error?.message.hasPrefix("'a' and 'A' differ only by case") == true)
  }

  @Test func `a value that does not fit is named`() throws {
    let table = JSONTable(Schema([Field("a", .bigint)]))
    let rows = try [#"{"a":1}"#, #"{"a":"12"}"#, #"{"a":"x"}"#].map { try JSONValue.parse($0) }
    let error = #expect(throws: FormatError.self) { try table.batch(rows, file: "f") }
    #expect(error?.description == "f row 3, column 'a': expected a whole number, found '\"x\"'")
    let map = try JSONValue.parse(#"{"k":1.5}"#)
    #expect(
      JSONTable.value(map, as: .map(key: .varchar, value: .double))
        == .map([MapEntry(key: .text("k"), value: .double(1.5))]))
  }
}
