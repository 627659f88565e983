import Columns
import Files
import Testing
import TextFormats
import TestSupport

/// All rows of a text as strings, NULL as nil.
private func read(
  _ text: String, dialect: CSVDialect? = nil, blockSize: Int = 8 << 20,
  options: CSVColumn.Options = .init()
) throws -> (rows: [[String?]], rejects: [RejectedRow]) {
  try read(Array(text.utf8), dialect: dialect, blockSize: blockSize, options: options)
}

private func read(
  _ bytes: [UInt8], dialect: CSVDialect? = nil, blockSize: Int = 8 << 20, threads: Int = 1,
  options: CSVColumn.Options = .init()
) throws -> (rows: [[String?]], rejects: [RejectedRow]) {
  let reader = try CSVReader(
    MemorySource(bytes, name: "t.csv"), dialect: dialect, blockSize: blockSize)
  let columns = reader.header.enumerated().map { CSVColumn($0, $1, .varchar, options) }
  var rows: [[String?]] = []
  var rejects: [RejectedRow] = []
  try reader.readParts(columns, threads: threads) { part in
    for row in 0..<part.batch.count { rows.append(part.batch.row(row).map(\.string)) }
    rejects += part.rejects
  }
  return (rows, rejects)
}

/// One typed column of a text.
private func column(
  _ type: DataType, _ fields: [String], _ options: CSVColumn.Options = .init()
) throws -> (values: [Value], rejects: [RejectedRow]) {
  let text = "x,pad\n" + fields.map { $0 + ",1\n" }.joined()
  let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t.csv"))
  let parser = try CSVParser(reader, [CSVColumn(0, "x", type, options)])
  let block = try #require(try reader.nextBlock())
  let part = parser.parse(block)
  return (part.batch.columns[0].allValues(), part.rejects)
}

@Suite struct CSVReaderTests {
  @Test(arguments: [
    ("a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
    ("a,b\r1,2\r3,4\r", [["1", "2"], ["3", "4"]]),
    ("\u{FEFF}a,b\n1,2\n", [["1", "2"]]),
    ("a;b\n1,5;2\n", [["1,5", "2"]]),
    ("a\tb\n1\t\n", [["1", nil]]),
    ("a|b\n|\n", [[nil, nil]]),
    ("a,b\n\n1,2\n\n\n", [["1", "2"]]),
    ("a,b\n\"1,\"\"x\"\"\n2\",\"\"\n", [["1,\"x\"\n2", ""]]),
    ("a,b\n\"\"\"\",\"\"\"\"\"\"\n", [["\"", "\"\""]]),
    ("a,b\n5\" disk,x\"y\"\n1,2\n", [["5\" disk", "x\"y\""], ["1", "2"]]),
    ("a,b\r\n\"x\",\"y\"\r\n\"z\",\"w\"\r\n", [["x", "y"], ["z", "w"]]),
    ("a,b\n\"last\",\"one\"", [["last", "one"]]),
    ("\"a\nb\",\"c\"\n1,2\n", [["1", "2"]]),
    ("a,b", []),
    ("a\n1\n\n2\n", [["1"], [nil], ["2"]]),
  ])
  func `RFC 4180 and what files really hold`(text: String, expected: [[String?]]) throws {
    for blockSize in [1, 3, 8, 1 << 20] {
      let (rows, rejects) = try read(text, blockSize: blockSize)
      #expect(rows == expected)
      #expect(rejects.isEmpty)
    }
  }

  @Test func `the header is read by name, quotes and all`() throws {
    let text = "lineItem/UnblendedCost,\"costCategory/Charge, type\",é\n"
    let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t"))
    #expect(reader.header == ["lineItem/UnblendedCost", "costCategory/Charge, type", "é"])
    #expect(try reader.nextBlock() == nil)
    #expect(try CSVReader(MemorySource([], name: "t")).header == [])
    let bare = CSVDialect(hasHeader: false)
    let (rows, _) = try read("1,2\n3,4\n", dialect: bare)
    #expect(rows == [["1", "2"], ["3", "4"]])
  }

  @Test func `empty, quoted empty and NULL tokens are told apart`() throws {
    let text = "a,b,c\n,\"\",NULL\n"
    #expect(try read(text).rows == [[nil, "", "NULL"]])
    #expect(try read(text, options: .init(emptyIsNull: false)).rows == [["", "", "NULL"]])
    let strict = CSVColumn.Options(quotedEmptyIsNull: true, nullTokens: ["NULL"])
    #expect(try read(text, options: strict).rows == [[nil, nil, nil]])
    let trimmed = CSVColumn.Options(trims: true, normalise: { $0 + [0x21] })
    #expect(try read("a,b\n x ,\" y\"\n", options: trimmed).rows == [["x!", "y!"]])
  }

  @Test func `bad rows are kept apart with their line and reason, the others read on`() throws {
    let text = "a,b\n1,2\n1,2,3\n\"x\ny\",2\n4\n\"q\"z,1\n5,6\n"
    let (rows, rejects) = try read(text)
    #expect(rows == [["1", "2"], ["x\ny", "2"], ["5", "6"]])
    #expect(rejects.map(\.line) == [3, 6, 7])
    #expect(
      rejects.map(\.reason) == [
        "expected 2 fields, found 3", "expected 2 fields, found 1",
        "expected a separator after a closing quote, found more text",
      ])
    #expect(rejects.map { String(decoding: $0.text, as: UTF8.self) } == ["1,2,3", "4", "\"q\"z,1"])
  }

  @Test func `a quote left open takes the rest and says so`() throws {
    for blockSize in [4, 1 << 20] {
      let (rows, rejects) = try read("a,b\n1,2\n\"x,3\n4,5\n6,7\n", blockSize: blockSize)
      #expect(rows == [["1", "2"]])
      #expect(rejects.count == 1)
      #expect(rejects.first?.line == 3)
      #expect(rejects.first?.reason == "a quote is opened and never closed")
    }
  }

  @Test func `bytes that are not text reject their row alone`() throws {
    let bytes =
      Array("a,b\n1,é\n2,".utf8) + [0xC3, 0x28] + Array("\n3,".utf8) + [0] + Array("\n4,d\n".utf8)
    let (rows, rejects) = try read(bytes)
    #expect(rows == [["1", "é"], ["4", "d"]])
    #expect(rejects.map(\.line) == [3, 4])
    #expect(rejects.allSatisfy { $0.reason.hasPrefix("expected") })
  }

  @Test func `numbers and moments are read, what is none is rejected by column`() throws {
    let doubles = try column(
      .double, ["1.5", "0E-10", "", "1,20".replacing(",", with: ";"), "\"2\"", "1e400", "1.5"])
    #expect(doubles.values == [.double(1.5), .double(0), .null, .double(2), .double(1.5)])
    #expect(doubles.rejects.map(\.line) == [5, 7])
    #expect(doubles.rejects.first?.column == "x")
    #expect(doubles.rejects.first?.reason == "expected a number, found '1;20'")
    let nan = try column(.double, ["NaN", "-inf"], .init(allowsNonFinite: true))
    #expect(nan.rejects.isEmpty && nan.values[1] == .double(-.infinity))
    let times = try column(
      .timestamp, ["2023-11-05T04:00:00Z", "2023-11-05T04:00:00Z", "x", "NULL"],
      .init(nullTokens: ["NULL"]))
    #expect(times.values == [.int64(1_699_156_800_000_000), .int64(1_699_156_800_000_000), .null])
    #expect(times.rejects.count == 1)
    #expect(try column(.integer, ["2147483647", "2147483648"]).values == [.int64(2_147_483_647)])
    #expect(try column(.bigint, ["\"\"", "7"]).values == [.null, .int64(7)])
  }

  @Test func `other types go by way of their text`() throws {
    #expect(
      try column(.boolean, ["true", "FALSE", ""]).values == [
        .boolean(true), .boolean(false), .null,
      ])
    #expect(try column(.date, ["2026-09-01", "x"]).values == [.int64(20_697)])
    #expect(
      try column(.decimal(precision: 10, scale: 2), ["1.5", "1.234"]).values == [.decimal(150)])
    let map = DataType.map(key: .varchar, value: .varchar)
    let tags = try column(
      map, [#""{""user_team"":""x""}""#, "{}", "", #""{""a"":""#, #""{""user_team"":""x""}""#])
    let entry = Value.map([MapEntry(key: .text("user_team"), value: .text("x"))])
    #expect(tags.values == [entry, .map([]), .null, entry])
    #expect(tags.rejects.map(\.line) == [5])
  }

  @Test func `repeated text is a dictionary, unique text is flat, one text is a constant`() throws {
    var text = "few,many,one\n"
    for row in 0..<5000 { text += "v\(row % 17),id-\(row),c\n" }
    let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t"))
    let parser = try CSVParser(
      reader, reader.header.enumerated().map { CSVColumn($0, $1, .varchar) })
    let batch = parser.parse(try #require(try reader.nextBlock())).batch
    guard case .dictionary(_, let dictionary) = batch.columns[0].form else {
      Issue.record("not a dictionary")
      return
    }
    #expect(dictionary.count == 17)
    guard case .flat = batch.columns[1].form, case .constant = batch.columns[2].form else {
      Issue.record("wrong forms")
      return
    }
    #expect(batch.row(4321) == [.text("v3"), .text("id-4321"), .text("c")])
  }

  @Test func `limits are kept`() throws {
    let wide = (0..<20_000).map { "c\($0)" }.joined(separator: ",")
    #expect(throws: FormatError.self) { try read(wide + "\n") }
    #expect(throws: FormatError.self) { try read(String(repeating: "n", count: 1025) + ",b\n") }
    let long = "a,b\n1," + String(repeating: "x", count: (16 << 20) + 1) + "\n3,4\n"
    let (rows, rejects) = try read(long)
    #expect(rows == [["3", "4"]])
    #expect(rejects.map(\.line) == [2])
    #expect(rejects.first?.text.count == 65_536)
    let endless = Array("a,b\n1,\"".utf8) + [UInt8](repeating: 10, count: 200_000)
    let limited = try CSVReader(
      MemorySource(endless, name: "t"), blockSize: 1000, recordLimit: 100_000)
    let error = #expect(throws: FormatError.self) { try limited.nextBlock() }
    #expect(error?.description.contains("row 2: the record is longer") == true)
    #expect(throws: FormatError.self) { try read([0xFF, 0xFE, 0x61, 0]) }
    let glued = #expect(throws: FormatError.self) { try read("\"a\"\"x\"y,b\n1,2\n") }
    #expect(glued?.description.contains("row 1: expected a separator") == true)
  }

  @Test(arguments: 0..<60)
  func `random rows survive writing and reading`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = ["", "a", "é", "\"", ",", "\n", "\r\n", "word", "x y", ";", "0", "日本"]
    let columnCount = Int.random(in: 2...9, using: &random)
    let schema = Schema((0..<columnCount).map { Field("c\($0)", .varchar) })
    let rows: [[Value]] = (0..<Int.random(in: 1...300, using: &random)).map { _ in
      (0..<columnCount).map { _ in
        if UInt8.random(in: 0..<8, using: &random) == 0 { return .null }
        return .text(
          (0..<Int.random(in: 0...4, using: &random)).map { _ in
            pieces[Int.random(in: pieces.indices, using: &random)]
          }.joined())
      }
    }
    let batch = Batch(
      (0..<columnCount).map { position in
        Column(.varchar, values: rows.map { $0[position] })
      }, count: rows.count)
    var out: [UInt8] = []
    let writer = ResultFormat.csv.writer(schema, options: ResultOptions(nullText: "∅")) {
      out += $0
    }
    try writer.write(batch)
    try writer.finish()
    let expected = rows.map { $0.map(\.string) }
    for (blockSize, threads) in [(1 << 20, 1), (Int.random(in: 1...200, using: &random), 3)] {
      let result = try read(
        out, dialect: .csv, blockSize: blockSize, threads: threads,
        options: .init(emptyIsNull: false, nullTokens: ["∅"]))
      #expect(result.rows == expected)
      #expect(result.rejects.isEmpty)
    }
  }

  @Test(arguments: 0..<100)
  func `noise gives rows or rejects, the same whatever the block size`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("\"\",,\n\r\na b1".utf8) + [0xC3, 0]
    let noise = (0..<Int.random(in: 1...400, using: &random)).map { _ in
      alphabet[Int.random(in: alphabet.indices, using: &random)]
    }
    let text = Array("a,b\n".utf8) + noise
    let whole = try read(text, dialect: .csv)
    for blockSize in [1, 17, 64] {
      let parts = try read(text, dialect: .csv, blockSize: blockSize)
      #expect(parts.rows == whole.rows)
      #expect(parts.rejects == whole.rejects)
    }
  }

  @Test(arguments: 0..<40)
  func `what is not text is found, and lines are counted, whatever the block size`(seed: UInt64)
    throws
  {
    var random = SplitMix64(seed: seed)
    let rare: [[UInt8]] = [
      [0], [0xC3], Array("é".utf8), Array("\r\n".utf8), [0x0D], Array("\"a\nb\"".utf8),
      Array("x\"y".utf8), Array("\n\n".utf8), Array("\",\"".utf8),
    ]
    var text = Array("a,b\n".utf8)
    while text.count < 40_000 {
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        text += Array("\(Int.random(in: 0..<1_000_000_000, using: &random)),plain text\n".utf8)
      }
      text += rare[Int.random(in: rare.indices, using: &random)]
      if Bool.random(using: &random) { text.append(0x0A) }
    }
    let whole = try read(text, dialect: .csv)
    #expect(!whole.rows.isEmpty && !whole.rejects.isEmpty)
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    for reject in whole.rejects where !reject.text.contains(0x0A) {
      #expect(lines[reject.line - 1].starts(with: reject.text))
    }
    for blockSize in [200, 5000, 16_384] {
      let parts = try read(text, dialect: .csv, blockSize: blockSize, threads: 2)
      #expect(parts.rows == whole.rows)
      #expect(parts.rejects == whole.rejects)
    }
  }

  @Test(arguments: 0..<100)
  func `long lines, quotes and CRs are read as byte by byte`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pieces = [
      "a", "word", "\"", "\"\"", ",", ",", "\n", "\r\n", "\r", ",\"x,y\",", "\"q\"\r\n", " ",
      String(repeating: "0123456789", count: 7), ",,,", "\"a\nb\"",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 1...120, using: &random) {
      text += pieces[Int.random(in: pieces.indices, using: &random)]
    }
    // Whole rows in between, so that there are some.
    for row in 0..<20 {
      text += "\n\(row),\"\(String(repeating: "\"\"", count: row)),\",end\(row)"
    }
    let expected = RecordsByByte(Array(text.utf8), fieldCount: 3)
    for blockSize in [64, 300, 1 << 20] {
      let found = try read(
        Array("a,b,c\n".utf8) + Array(text.utf8), dialect: .csv, blockSize: blockSize)
      #expect(found.rows == expected.rows)
      #expect(found.rejects.count == expected.rejected)
    }
  }

  @Test(arguments: [1, 3])
  func `columns that change late, repeat or never do keep their values`(threads: Int) throws {
    let text = (0..<20_000).map { row in
      let phase = row / 5000
      return
        "\(phase > 1 ? "x" : ""),\(phase == 2 ? "" : "7.5"),\(row),same,\(row % 700),"
        + "\(phase == 3 && row % 2 == 0 ? "2026-09-01T00:00:00Z" : "")\n"
    }.joined()
    let reader = try CSVReader(
      MemorySource(Array("a,b,c,d,e,f\n\(text)".utf8), name: "t"), blockSize: 1 << 14)
    let types: [DataType] = [.varchar, .double, .varchar, .varchar, .varchar, .timestamp]
    let columns = types.enumerated().map { CSVColumn($0, reader.header[$0], $1) }
    var row = 0
    try reader.readParts(columns, threads: threads) { part in
      for place in 0..<part.batch.count {
        let phase = row / 5000
        #expect(
          part.batch.row(place) == [
            phase > 1 ? .text("x") : .null, phase == 2 ? .null : .double(7.5), .text("\(row)"),
            .text("same"), .text("\(row % 700)"),
            phase == 3 && row % 2 == 0 ? .int64(1_788_220_800_000_000) : .null,
          ])
        row += 1
      }
    }
    #expect(row == 20_000)
  }

  @Test(arguments: 0..<60)
  func `noise in typed columns gives values or rejects`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let types: [DataType] = [
      .double, .bigint, .integer, .timestamp, .date, .boolean, .json,
      .decimal(precision: 38, scale: 10), .map(key: .varchar, value: .double), .array(.bigint),
    ]
    let pieces = [
      "1", "-", "9999999999999999999", ".", "e", "2026-09-01", "T00:00:00Z", "\"", "{", "}", "[1]",
      "true", "", " ", "é", "+", "NULL", ":",
    ]
    var text = types.indices.map { "c\($0)" }.joined(separator: ",") + "\n"
    for _ in 0..<50 {
      text +=
        types.indices.map { _ in
          (0..<Int.random(in: 0...2, using: &random)).map { _ in
            pieces[Int.random(in: pieces.indices, using: &random)]
          }.joined()
        }.joined(separator: ",") + "\n"
    }
    let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t"), dialect: .csv)
    let columns = types.enumerated().map { CSVColumn($0, "c\($0)", $1, .init(trims: true)) }
    var rows = 0
    try reader.readParts(columns, threads: 1) { part in
      rows += part.batch.count + part.rejects.count
      #expect(part.batch.columns.allSatisfy { $0.count == part.batch.count })
    }
    #expect((1...50).contains(rows))
  }

  @Test func `threads keep the order and errors arrive after the rows before them`() throws {
    struct Stop: Error {}
    let text = "a,b\n" + (0..<20_000).map { "\($0),x\n" }.joined()
    let reader = try CSVReader(MemorySource(Array(text.utf8), name: "t"), blockSize: 1000)
    var next: Int64 = 0
    try reader.readParts([CSVColumn(0, "a", .bigint)], threads: 4) { part in
      for value in part.batch.columns[0].allValues() {
        #expect(value == .int64(next))
        next += 1
      }
    }
    #expect(next == 20_000)
    let again = try CSVReader(MemorySource(Array(text.utf8), name: "t"), blockSize: 1000)
    var parts = 0
    #expect(throws: Stop.self) {
      try again.readParts([CSVColumn(0, "a", .bigint)], threads: 4) { _ in
        parts += 1
        if parts == 3 { throw Stop() }
      }
    }
    #expect(throws: FormatError.self) {
      try again.readParts([CSVColumn(9, "z", .bigint)], threads: 4) { _ in }
    }
  }

  @Test(arguments: [
    // As DuckDB 2.0 names them.
    ("a,a,b", ["a", "a_1", "b"]), ("Cost,cost,b", ["Cost", "cost_1", "b"]),
    ("a,a,a_1,A", ["a", "a_1", "a_1_1", "A_2"]),
    // By our own rule: the next number that is free.
    ("a,A_1,a", ["a", "A_1", "a_2"]),
    (",b,", ["column1", "b", "column3"]), ("column2,,x", ["column2", "column2_1", "x"]),
  ])
  func `names of a header are made distinct`(header: String, names: [String]) throws {
    let values = (1...names.count).map(String.init)
    let bytes = Array("\(header)\n\(values.joined(separator: ","))\n".utf8)
    let table = try TextTable.csv([{ MemorySource(bytes, name: "t.csv") }])[0]
    #expect(table.schema.names == names)
    #expect(table.batches.first?.row(0) == values.map { .int64(Int64($0) ?? 0) })
  }

  @Test(arguments: [
    // The ends of BIGINT, of DECIMAL(38, 0), and one beyond each.
    (["9223372036854775807", "-9223372036854775808"], DataType.bigint),
    (["9223372036854775808", "1"], .decimal(precision: 38, scale: 0)),
    (["-9223372036854775809", "-1"], .decimal(precision: 38, scale: 0)),
    ([String(repeating: "9", count: 38)], .decimal(precision: 38, scale: 0)),
    (["1" + String(repeating: "0", count: 38), "1"], .varchar),
    // Measured, not counted.
    (["9223372036854775808", "1.5"], .double), (["1e20"], .double),
  ])
  func `long whole numbers keep their digits`(texts: [String], type: DataType) throws {
    let bytes = Array("n\n\(texts.joined(separator: "\n"))\n".utf8)
    let csv = try TextTable.csv([{ MemorySource(bytes, name: "t.csv") }])[0]
    #expect(csv.schema.fields == [Field("n", type)])
    #expect(csv.rejects.isEmpty)
    let lines = Array(texts.map { "{\"n\":\($0)}" }.joined(separator: "\n").utf8)
    let json = try TextTable.json([{ MemorySource(lines, name: "t.jsonl") }])[0]
    #expect(json.schema.fields == [Field("n", type)])
    for table in [csv, json] {
      let batch = try #require(table.batches.first)
      let found = (0..<batch.count).map { ValueText.string(batch.row($0)[0], type) }
      if type != .double { #expect(found == texts) }
    }
  }

  @Test func `types are found over the whole file`() throws {
    let text = """
      id,account,cost,day,at,flag,note,mixed,empty
      1,012345678901,1,2026-09-01,2026-09-01T00:00:00Z,true,x,1,
      2,112345678901,0E-6,2026-09-02,2026-09-02,NULL,NULL,x,
      NULL,2,2.5,NULL,2026-09-01 00:00:00+00:00,false,,2,
      """
    let bytes = Array(text.utf8)
    let table = try TextTable.csv([{ MemorySource(bytes, name: "t.csv") }])[0]
    #expect(
      table.schema.fields.map(\.type) == [
        .bigint, .varchar, .double, .date, .timestamp, .boolean, .varchar, .varchar, .varchar,
      ])
    #expect(table.rejects.isEmpty)
    let batch = try #require(table.batches.first)
    #expect(
      batch.row(2)[0] == .null && batch.row(1)[6] == .text("NULL") && batch.row(2)[8] == .null)
    let lines = Array("{\"a\":1}\n{\"a\":2.5,\"b\":\"x\"}\n".utf8)
    let json = try TextTable.json([{ MemorySource(lines, name: "t.jsonl") }])[0]
    #expect(json.schema.fields == [Field("a", .double), Field("b", .varchar)])
    #expect(json.batches.first?.row(1) == [.double(2.5), .text("x")])
    let array = Array("[{\"a\":1},{\"a\":null}]".utf8)
    #expect(try TextTable.json([{ MemorySource(array, name: "t") }])[0].batches.first?.count == 2)
  }
}

/// What a text of records holds, read as plainly as can be.
private struct RecordsByByte {
  private(set) var rows: [[String?]] = []
  private(set) var rejected = 0

  init(_ text: [UInt8], fieldCount: Int) {
    let bytes = text.last == 0x0A ? text : text + [0x0A]
    var at = 0
    while at < bytes.count {
      let start = at
      var fields: [[UInt8]] = [[]]
      var isGood = true
      while at < bytes.count && bytes[at] != 0x0A {
        if bytes[at] == UInt8(ascii: ",") {
          fields.append([])
          at += 1
        } else if bytes[at] == UInt8(ascii: "\""), fields[fields.count - 1].isEmpty,
          at == start || bytes[at - 1] == UInt8(ascii: ",")
        {
          let end = RecordsByByte.close(bytes, at)
          fields[fields.count - 1] += bytes[at..<end.after]
          at = end.after
          isGood = isGood && end.isClosed
        } else {
          fields[fields.count - 1].append(bytes[at])
          at += 1
        }
      }
      let isWhole = at < bytes.count
      let hasReturn = isWhole && at > start && bytes[at - 1] == 0x0D
      if hasReturn { fields[fields.count - 1].removeLast() }
      let isBlank = at - (hasReturn ? 1 : 0) == start
      at += 1
      if isBlank { continue }
      // A lone CR outside of quotes is the line end of another system.
      isGood =
        isGood
        && fields.allSatisfy { $0.first == UInt8(ascii: "\"") || !$0.contains(0x0D) }
      if isWhole && isGood && fields.count == fieldCount {
        rows.append(fields.map(RecordsByByte.value))
      } else {
        rejected += 1
      }
    }
  }

  private static func close(_ bytes: [UInt8], _ opening: Int) -> (after: Int, isClosed: Bool) {
    let quote = UInt8(ascii: "\"")
    var at = opening + 1
    while at < bytes.count {
      if bytes[at] != quote {
        at += 1
      } else if at + 1 < bytes.count && bytes[at + 1] == quote {
        at += 2
      } else {
        let next = at + 1 < bytes.count ? bytes[at + 1] : 0x0A
        let ends = next == UInt8(ascii: ",") || next == 0x0A
        return (
          at + 1, ends || next == 0x0D && at + 2 < bytes.count && bytes[at + 2] == 0x0A
        )
      }
    }
    return (bytes.count, false)
  }

  private static func value(_ field: [UInt8]) -> String? {
    if field.isEmpty { return nil }
    let text = String(decoding: field, as: UTF8.self)
    guard text.count >= 2, text.first == "\"" else { return text }
    return text.dropFirst().dropLast().split(
      separator: "\"\"", omittingEmptySubsequences: false
    ).joined(separator: "\"")
  }
}
