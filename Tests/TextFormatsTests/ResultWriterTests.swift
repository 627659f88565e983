import Columns
import Files
import TestSupport
import Testing
import TextFormats

@Suite struct ResultWriterTests {
  private let schema = Schema([
    Field("service", .varchar), Field("cost", .double), Field("day", .date),
    Field("tags", .map(key: .varchar, value: .varchar)),
  ])

  private var batch: Batch {
    let tags = Value.map([MapEntry(key: .text("team"), value: .text("a\"b"))])
    let rows: [[Value]] = [
      [.text("Amazon EC2, east"), .double(4064.4831315379), .int64(20_697), tags],
      [.text(""), .double(1e-7), .null, .map([])],
      [.null, .double(.nan), .int64(0), .null],
    ]
    return Batch(
      schema.fields.indices.map { position in
        Column(schema[position].type, values: rows.map { $0[position] })
      }, count: rows.count)
  }

  private func printed(_ format: ResultFormat, _ options: ResultOptions = .init()) throws -> String
  {
    var out: [UInt8] = []
    let writer = format.writer(schema, options: options) { out += $0 }
    try writer.write(batch)
    try writer.finish()
    return String(decoding: out, as: UTF8.self)
  }

  @Test func `CSV quotes what it must and leaves NULL empty`() throws {
    #expect(
      try printed(.csv) == """
        service,cost,day,tags
        "Amazon EC2, east",4064.4831315379,2026-09-01,"{""team"":""a\\""b""}"
        ,1.0E-7,,{}
        ,NaN,1970-01-01,

        """)
  }

  @Test func `a null text makes empty strings quoted`() throws {
    let text = try printed(.csv, ResultOptions(nullText: "NULL", hasHeader: false))
    #expect(text.hasSuffix("\"\",1.0E-7,NULL,{}\nNULL,NaN,1970-01-01,NULL\n"))
  }

  @Test(arguments: [
    #"b"#, #"a "quoted" text"#, "{", "[1,]", #"{"a":1,}"#, #"{"a" 1}"#, "{1:2}", "01", "1.", "-",
    "1e", "+1", ".5", "NaN", "True", "nul", #""open"#, #""\x""#, #""\u12g4""#, "\"a\nb\"", "1 2",
    "[1}", "[1]]", " ",
  ])
  func `what is no JSON is a string in JSON`(text: String) throws {
    #expect(throws: FormatError.self) { try JSONValue.parse(text) }
    var out: [UInt8] = []
    ValueText.appendJSON(.text(text), .json, to: &out)
    #expect(try JSONValue.parse(out, file: "out") == .string(text))
  }

  @Test(arguments: [
    "{}", "[ ]", #" { "a" : [1, {}, [[]]] , "b" : null } "#, "-0.50E-07", "0", "12", "true",
    "false", #""a\"\\\/\b\f\n\r\t\u00e9é""#,
    String(repeating: "[", count: 300) + String(repeating: "]", count: 300),
  ])
  func `what is JSON stays as it is`(text: String) throws {
    #expect(throws: Never.self) { try JSONValue.parse(text) }
    var out: [UInt8] = []
    ValueText.appendJSON(.text(text), .json, to: &out)
    #expect(String(decoding: out, as: UTF8.self) == text)
  }

  @Test(arguments: 0..<20)
  func `what is JSON is found as a parser finds it`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array(#"{}[]:,"\ 01.-e+tfnul"#.utf8)
    let seeds = [#"{"a":[1,-2.5e+1,null]}"#, #"["\n\u0041",true,{"":{}}]"#].map { Array($0.utf8) }
    for _ in 0..<500 {
      var text = seeds[Int.random(in: 0..<seeds.count, using: &random)]
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let place = Int.random(in: 0..<text.count, using: &random)
        text[place] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      var out: [UInt8] = []
      ValueText.appendJSON(.bytes(text), .json, to: &out)
      let isJSON = (try? JSONValue.parse(text, file: "t")) != nil
      #expect((out == text) == isJSON, "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test func `TSV escapes instead of quoting`() throws {
    var out: [UInt8] = []
    let writer = ResultFormat.tsv.writer(Schema([Field("a", .varchar), Field("b", .varchar)])) {
      out += $0
    }
    try writer.write(
      Batch(
        [Column(.varchar, values: [.text("x\ty\\")]), Column(.varchar, values: [.text("l\nm")])],
        count: 1))
    try writer.finish()
    #expect(String(decoding: out, as: UTF8.self) == "a\tb\nx\\ty\\\\\tl\\nm\n")
  }

  @Test func `JSON has null for NULL, a word for NaN, and reads back`() throws {
    let lines = try printed(.jsonl).split(separator: "\n")
    #expect(
      lines.first
        == #"{"service":"Amazon EC2, east","cost":4064.4831315379,"day":"2026-09-01","tags":{"team":"a\"b"}}"#
    )
    #expect(lines.last == #"{"service":null,"cost":"NaN","day":"1970-01-01","tags":null}"#)
    #expect(try JSONValue.parse(try printed(.json)).array?.count == 3)
    var out: [UInt8] = []
    try ResultFormat.json.writer(schema) { out += $0 }.finish()
    #expect(String(decoding: out, as: UTF8.self) == "[]\n")
  }

  @Test func `the box aligns numbers right`() throws {
    #expect(
      try printed(.table) == """
        ┌──────────────────┬─────────────────┬────────────┬─────────────────┐
        │ service          │            cost │ day        │ tags            │
        ├──────────────────┼─────────────────┼────────────┼─────────────────┤
        │ Amazon EC2, east │ 4064.4831315379 │ 2026-09-01 │ {"team":"a\\"b"} │
        │                  │          1.0E-7 │ NULL       │ {}              │
        │ NULL             │             NaN │ 1970-01-01 │ NULL            │
        └──────────────────┴─────────────────┴────────────┴─────────────────┘
        3 rows

        """)
  }

  @Test(arguments: [40, 50, 60])
  func `the box keeps within the terminal`(width: Int) throws {
    let text = try printed(.table, ResultOptions(width: width))
    #expect(text.split(separator: "\n").allSatisfy { TerminalText.width(String($0)) <= width })
    #expect(text.contains("…"))
  }

  private func box(
    _ columns: [(String, DataType, [Value])], _ options: ResultOptions = ResultOptions()
  ) throws -> String {
    var out: [UInt8] = []
    let schema = Schema(columns.map { Field($0.0, $0.1) })
    let writer = ResultFormat.table.writer(schema, options: options) { out += $0 }
    try writer.write(
      Batch(columns.map { Column($0.1, values: $0.2) }, count: columns.first?.2.count ?? 0))
    try writer.finish()
    return String(decoding: out, as: UTF8.self)
  }

  @Test func `amounts stand with their points below each other`() throws {
    let text = try box([
      ("cost", .double, [.double(-108.864), .double(5), .double(1234.5), .null]),
      ("who", .varchar, [.text("日本語🚀"), .text("❤️"), .text("e\u{301}"), .null]),
    ])
    #expect(
      text == """
        ┌──────────┬──────────┐
        │     cost │ who      │
        ├──────────┼──────────┤
        │ -108.864 │ 日本語🚀 │
        │    5.0   │ ❤️       │
        │ 1234.5   │ e\u{301}        │
        │     NULL │ NULL     │
        └──────────┴──────────┘
        4 rows

        """)
  }

  @Test(arguments: [30, 60, 80, 200])
  func `columns that do not fit are left out of the middle, and numbers are never cut`(
    width: Int
  ) throws {
    var columns: [(String, DataType, [Value])] = (1...40).map {
      ("a_rather_long_name_\($0)", .varchar, [.text("some text that is long")])
    }
    columns.append(("amount", .bigint, [.int64(1_234_567)]))
    let text = try box(columns, ResultOptions(width: width))
    let lines = text.split(separator: "\n")
    #expect(lines.dropLast().allSatisfy { TerminalText.width(String($0)) <= width })
    #expect(lines[3].contains("1234567"))
    #expect(lines[3].contains("│ … │"))
    #expect(text.hasSuffix("41 columns (\(lines[1].split(separator: "│").count - 1) shown)\n"))
  }

  @Test func `colour sets names and NULL apart and changes nothing else`() throws {
    let columns: [(String, DataType, [Value])] = [("a", .varchar, [.text("NULL"), .null])]
    let plain = try box(columns)
    let coloured = try box(columns, ResultOptions(isColoured: true))
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1ma\u{1B}[0m"))
    #expect(coloured.contains("│ NULL │\n│ \u{1B}[2mNULL\u{1B}[0m │"))
    #expect(coloured.replacing(/\x{1B}\[\dm/, with: "") == plain)
  }

  @Test func `long tables lose their middle`() throws {
    let schema = Schema([Field("n", .bigint)])
    var out: [UInt8] = []
    let writer = ResultFormat.table.writer(schema, options: ResultOptions(rowLimit: 4)) {
      out += $0
    }
    for start in [0, 500] {
      let values = (start..<start + 500).map { Value.int64(Int64($0)) }
      try writer.write(Batch([Column(.bigint, values: values)], count: 500))
    }
    try writer.finish()
    let lines = String(decoding: out, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(
      lines[3].contains("0") && lines[7].contains("999") && lines[9] == "1,000 rows (4 shown)")
  }

  @Test func `Markdown and vertical`() throws {
    let markdown = try printed(.markdown).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(markdown[1] == "|---|---:|---|---|")
    #expect(markdown[3] == "|  | 1.0E-7 |  | {} |")
    #expect(
      try printed(.vertical).hasPrefix("-- row 1 --\nservice: Amazon EC2, east\n   cost: 4064"))
  }

  @Test func `data cannot steer the terminal`() throws {
    #expect(TerminalText.escaped("a\u{1B}[31mb\u{202E}c\n") == "a\\u{1B}[31mb\\u{202E}c\\n")
    #expect(TerminalText.width("日本x") == 5)
    #expect(TerminalText.cut("日本x", to: 4) == "日…")
  }

  @Test(arguments: [
    (Value.int64(14), DataType.intervalYearToMonth, "1-2"),
    (.int64(-90_061_500_000), .intervalDayToSecond, "-1 01:01:01.500"),
    (.decimal(-5), .decimal(precision: 5, scale: 2), "-0.05"),
    (.bytes([0, 255]), .varbinary, "00ff"),
    (.array([.int64(1), .null]), .array(.date), "[\"1970-01-02\",null]"),
    (.row([.text("x")]), .row([RowField(name: nil, type: .varchar)]), "{\"field0\":\"x\"}"),
    (.boolean(true), .boolean, "true"), (.null, .double, "NULL"),
    (.int64(1_788_220_800_000_000), .timestamp, "2026-09-01 00:00:00.000"),
    (.bytes(Array("{\"a\":\n1}".utf8)), .json, "{\"a\":\n1}"),
  ])
  func `values of every type have one text`(value: Value, type: DataType, text: String) {
    #expect(ValueText.string(value, type) == text)
  }
}
