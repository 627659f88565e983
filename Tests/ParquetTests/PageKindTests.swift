import Columns
import Files
import Parquet
import Testing
import TestSupport

/// Pages of every kind, and what is said of wrong ones.
struct PageKindTests {
  private static let optional = HandmadeNode.leaf("n", .optional, .int32)
  private static let required = HandmadeNode.leaf("n", .required, .int32)

  private static func numbers(_ numbers: Int...) -> [[Value]] {
    numbers.map { [.int64(Int64($0))] }
  }

  /// Snappy's framing of bytes that are not compressed.
  private static func snappy(_ bytes: [UInt8]) -> [UInt8] {
    varint(UInt64(bytes.count)) + (bytes.isEmpty ? [] : [UInt8(bytes.count - 1) << 2] + bytes)
  }

  @Test func `checksums that match are accepted, of each kind of page`() throws {
    for version in [1, 2] {
      let data =
        version == 1
        ? HandmadePage.v1(3, codes([1, 0], width: 1), encoding: 8, definitions: [1, 0, 1])
        : .v2(3, codes([1, 0], width: 1), encoding: 8, definitions: [1, 0, 1])
      let file = HandmadeFile(
        PageKindTests.optional, rows: 3,
        [.dictionary(2, plain([Int32(7), 8])).checked(), data.checked()])
      #expect(try file.rows() == [[.int64(8)], [.null], [.int64(7)]])
    }
  }

  @Test func `a checksum that does not match says so, with the page`() throws {
    let page = HandmadePage.v1(1, plain([Int32(7)]))
    let found = String(crc32(page.body), radix: 16)
    let file = HandmadeFile(
      PageKindTests.required, rows: 2, [page.checked(), page.checked(error: 0xF000_0000)])
    let text = try file.refusal()
    #expect(
      text.hasPrefix(
        "row group 0, column 'n', page 1: the page is damaged: its checksum is "))
    #expect(text.contains(found))
    let dictionary = HandmadeFile(
      PageKindTests.required, rows: 1,
      [
        .dictionary(1, plain([Int32(7)])).checked(error: 1),
        .v1(1, codes([0], width: 1), encoding: 8),
      ])
    #expect(try dictionary.refusal().contains("page 0: the page is damaged"))
  }

  @Test func `pages after a second dictionary use that one`() throws {
    let file = HandmadeFile(
      PageKindTests.optional, rows: 7,
      [
        .dictionary(2, plain([Int32(1), 2])),
        .v1(2, codes([0, 1], width: 1), encoding: 8, definitions: [1, 1]),
        .dictionary(3, plain([Int32(30), 40, 50])),
        .v1(2, codes([2], width: 2), encoding: 8, definitions: [0, 1]),
        .v1(1, plain([Int32(9)]), definitions: [1]),
        .dictionary(1, plain([Int32(60)])),
        .v1(2, codes([0, 0], width: 0), encoding: 2, definitions: [1, 1]),
      ])
    for size in [1, 3, 100] {
      #expect(
        try file.rows(batchSize: size) == [
          [.int64(1)], [.int64(2)], [.null], [.int64(50)], [.int64(9)], [.int64(60)],
          [.int64(60)],
        ])
    }
  }

  @Test func `codes beyond their dictionary are refused`() throws {
    for (count, width) in [(2, 2), (0, 1), (0, 0)] {
      let file = HandmadeFile(
        PageKindTests.required, rows: 1,
        [
          .dictionary(count, plain([Int32](repeating: 1, count: count))),
          .v1(1, codes([width == 2 ? 3 : 0], width: width), encoding: 8),
        ])
      #expect(try file.refusal().contains("in a dictionary of \(count)"))
    }
    let none = HandmadeFile(
      PageKindTests.required, rows: 1, [.v1(1, codes([0], width: 1), encoding: 8)])
    #expect(try none.refusal().hasSuffix("codes of a dictionary that is not there"))
    let wide = HandmadeFile(
      PageKindTests.required, rows: 1,
      [.dictionary(1, plain([Int32(1)])), .v1(1, [33, 2, 0], encoding: 8)])
    #expect(try wide.refusal().hasSuffix("numbers are packed in 33 bits, more than 32"))
    let negative = HandmadeFile(
      PageKindTests.required, rows: 1,
      [.dictionary(-1, plain([Int32(1)])), .v1(1, codes([0], width: 1), encoding: 8)])
    #expect(try negative.refusal().hasSuffix("its dictionary claims -1 entries"))
  }

  @Test func `a dictionary of texts behind lengths, where lengths are fixed, is refused`() throws {
    let file = HandmadeFile(
      .leaf("f", .required, .fixedLengthByteArray, length: 4), rows: 1,
      [.dictionary(2, plain(["abcd", "efgh"])), .v1(1, codes([1], width: 1), encoding: 8)])
    #expect(
      try file.refusal().hasSuffix("a dictionary of 2 values of 4 bytes has 16 bytes"))
  }

  @Test func `booleans may have a dictionary`() throws {
    let file = HandmadeFile(
      .leaf("b", .required, .boolean), rows: 3,
      [.dictionary(2, [0b10]), .v1(3, codes([1, 0, 1], width: 1), encoding: 8)])
    #expect(try file.rows() == [[.boolean(true)], [.boolean(false)], [.boolean(true)]])
  }

  @Test func `booleans are bits, or runs behind their length`() throws {
    let node = HandmadeNode.leaf("b", .required, .boolean)
    let expected: [[Value]] = [[.boolean(true)], [.boolean(false)], [.boolean(true)]]
    #expect(try HandmadeFile(node, rows: 3, [.v1(3, [0b101])]).rows() == expected)
    let bytes = packedRun([1, 0, 1], width: 1)
    #expect(
      try HandmadeFile(
        node, rows: 3, [.v2(3, littleEndian(UInt32(bytes.count)) + bytes, encoding: 3)]
      ).rows() == expected)
  }

  @Test func `pages without values, index pages and pages of later kinds are passed over`() throws {
    let file = HandmadeFile(
      PageKindTests.optional, rows: 2,
      [
        .v1(0, []), .other(kind: 1, [1, 2, 3]), .v2(0, [], definitions: []),
        .v1(1, plain([Int32(1)]), definitions: [1]), .other(kind: 9, [4]), .v1(0, []),
        .v1(1, [], definitions: [0]), .v1(0, []),
      ])
    #expect(try file.rows() == [[.int64(1)], [.null]])
  }

  @Test func `row groups and files without rows are read`() throws {
    let empty = HandmadeGroup(rows: 0, [HandmadeChunk([])])
    let one = HandmadeGroup(rows: 1, [HandmadeChunk([.v1(1, plain([Int32(5)]))])])
    let file = HandmadeFile([PageKindTests.required], [empty, one, empty])
    #expect(try file.rows() == PageKindTests.numbers(5))
    #expect(try HandmadeFile([PageKindTests.required], []).rows() == [])
    var nowhere = empty
    nowhere.chunks[0].changes[9] = .i64(0)
    #expect(try HandmadeFile([PageKindTests.required], [nowhere]).rows() == [])
  }

  @Test func `pages of version 2 may be left uncompressed, or have no bytes to inflate`() throws {
    var file = HandmadeFile(
      PageKindTests.optional, rows: 4,
      [
        .v2(1, plain([Int32(1)]), definitions: [1], isCompressed: false),
        .v2(1, plain([Int32(2)]), definitions: [1], compress: PageKindTests.snappy),
        .v2(1, [], definitions: [0]), .v2(1, [], definitions: [0], compress: PageKindTests.snappy),
      ])
    file.groups[0].chunks[0].codec = 1
    #expect(try file.rows() == [[.int64(1)], [.int64(2)], [.null], [.null]])
  }

  @Test(arguments: [1, 2, 3, 5])
  func `levels packed from the top, as of old, are read`(most: Int) throws {
    var node = HandmadeNode.leaf("x", .optional, .int32)
    for _ in 1..<most { node = .group("g", .optional, [node]) }
    let definitions = (0..<21).map { $0 % (most + 1) }
    let present = definitions.count { $0 == most }
    let values = plain((0..<present).map { Int32($0) })
    func file(_ levels: HandmadePage.LevelEncoding) -> HandmadeFile {
      HandmadeFile(
        node, rows: 21,
        [.v1(21, values, definitions: definitions, maxDefinition: most, levels: levels)])
    }
    #expect(try file(.packed).rows() == file(.runs).rows())
  }

  @Test func `a page that reaches a little over the end of its column is read`() throws {
    var file = HandmadeFile(
      PageKindTests.required, rows: 3,
      [
        .dictionary(2, plain([Int32(7), 8])), .v1(3, codes([0, 1, 0], width: 1), encoding: 2),
      ])
    file.groups[0].chunks[0].sizeError = -14
    #expect(try file.rows() == PageKindTests.numbers(7, 8, 7))
    var long = HandmadeFile(
      PageKindTests.required, rows: 100, [.v1(100, plain([Int32](repeating: 1, count: 100)))])
    long.groups[0].chunks[0].sizeError = -300
    #expect(try long.refusal().hasSuffix("a page has fewer values than it says"))
    long.groups[0].chunks[0].codec = 1
    #expect(try long.refusal().hasSuffix("reaches past the end of its column"))
  }

  @Test func `a plain page that claims more bytes than there are is read if its values are there`()
    throws
  {
    var page = HandmadePage.v1(3, codes([0, 1, 0], width: 1), encoding: 2)
    for field in [2, 3] { page.header[field] = .i32(1000) }
    var file = HandmadeFile(
      PageKindTests.required, rows: 3, [.dictionary(2, plain([Int32(7), 8])), page])
    #expect(try file.rows() == PageKindTests.numbers(7, 8, 7))
    file.groups[0].chunks[0].codec = 1
    #expect(try file.refusal().contains("page 0"))
  }

  @Test func `the offset of a dictionary may be unset, zero, or that of the data`() throws {
    let pages: [HandmadePage] = [
      .dictionary(2, plain([Int32(7), 8])), .v1(2, codes([0, 1], width: 1), encoding: 2),
    ]
    for change in [nil, Thrift.i64(0), .i64(4), .i64(1000), .i64(-1)] {
      var file = HandmadeFile(PageKindTests.required, rows: 2, pages)
      file.groups[0].chunks[0].changes = [11: change, 9: .i64(4)]
      #expect(try file.rows() == PageKindTests.numbers(7, 8))
    }
  }

  @Test func `names in errors are printable and of bounded length`() throws {
    var file = HandmadeFile(
      .leaf("\u{1B}[31mred\u{202E}", .required, .int32), rows: 1, [.v1(1, plain([Int32(1)]))])
    file.groups[0].chunks[0].codec = 4
    try file.open { open in
      do {
        _ = try open.reader(rowGroup: 0, columns: [0], batchSize: 1).next()
        Issue.record("BROTLI was read")
      } catch let error as FormatError {
        #expect(error.description.contains("column '\\u{1b}[31mred\\u{202e}': not supported"))
      }
    }
    file.schema[0].name = String(repeating: "x", count: 1000)
    #expect(try file.refusal().contains("column '\(String(repeating: "x", count: 100))…'"))
  }

  @Test func `a chunk may have more pages than 15 bits count`() throws {
    let file = HandmadeFile(
      PageKindTests.required, rows: 40_000,
      (0..<40_000).map { HandmadePage.v1(1, plain([Int32($0)])) })
    #expect(try file.rows() == (0..<40_000).map { [.int64($0)] })
  }

  @Test func `an offset of a dictionary that lies before the chunk is not followed`() throws {
    let group = HandmadeGroup(
      rows: 2,
      [
        HandmadeChunk([
          .dictionary(2, plain([Int32(7), 8])), .v1(2, codes([0, 1], width: 1), encoding: 2),
        ]),
        HandmadeChunk([.v1(2, plain([Int32(5), 6]))]),
      ])
    var file = HandmadeFile([PageKindTests.required, .leaf("m", .required, .int32)], [group])
    file.groups[0].chunks[1].changes[11] = .i64(4)
    #expect(try file.rows() == [[.int64(7), .int64(5)], [.int64(8), .int64(6)]])
  }

  @Test func `a column that names its own file is read, one in another file refused`() throws {
    var file = HandmadeFile(PageKindTests.required, rows: 1, [.v1(1, plain([Int32(5)]))])
    file.groups[0].chunks[0].chunkChanges[1] = .text("made.parquet")
    #expect(try file.rows() == PageKindTests.numbers(5))
    file.groups[0].chunks[0].chunkChanges[1] = .text("other.parquet")
    #expect(
      try file.refusal()
        == "row group 0, column 'n': not supported: columns in a file of their own")
  }

  @Test func `encryption is refused by name, of the footer or a column`() throws {
    var file = HandmadeFile(
      [PageKindTests.required, .leaf("secret", .required, .int32)],
      [
        HandmadeGroup(
          rows: 1,
          [
            HandmadeChunk([.v1(1, plain([Int32(5)]))]),
            HandmadeChunk([.v1(1, plain([Int32(5)]))]),
          ])
      ])
    file.groups[0].chunks[1].chunkChanges = [3: nil, 8: .structure([1: .empty]), 9: .text("x")]
    // A footer in plain text has its signature behind it.
    file.footer[8] = .structure([1: .empty])
    file.afterFooter = [UInt8](repeating: 0xAB, count: 28)
    #expect(
      try file.refusal() == "row group 0, column 'secret': not supported: encrypted columns")
    try file.open { open in
      let batch = try open.reader(rowGroup: 0, columns: [0], batchSize: 10).next()
      #expect(batch?.row(0) == [.int64(5)])
    }
    let scratch = try ScratchDirectory()
    let bytes = Array("PARE".utf8) + Array(file.bytes[4...].dropLast(4)) + Array("PARE".utf8)
    let path = try scratch.write(bytes, "e.parquet")
    #expect(throws: FormatError(path, "not supported: an encrypted footer")) {
      try ParquetFile(path)
    }
  }

  @Test func `encodings and codecs that are not known are named`() throws {
    let node = HandmadeNode.leaf("d", .required, .double)
    for (number, name) in [(10, "ALP"), (11, "number 11")] {
      let file = HandmadeFile(node, rows: 1, [.v1(1, [0], encoding: number)])
      #expect(
        try file.refusal() == "row group 0, column 'd': not supported: values in encoding \(name)")
    }
    let misfit = HandmadeFile(node, rows: 1, [.v1(1, [0], encoding: 5)])
    #expect(
      try misfit.refusal()
        == "row group 0, column 'd': not supported: encoding DELTA_BINARY_PACKED of DOUBLE values")
    for (codec, name) in [(3, "LZO"), (4, "BROTLI")] {
      var file = HandmadeFile(node, rows: 1, [.v1(1, [0])])
      file.groups[0].chunks[0].codec = codec
      #expect(
        try file.refusal().hasPrefix("row group 0, column 'd': not supported: \(name) compression"))
    }
    var unknown = HandmadeFile(node, rows: 1, [.v1(1, [0])])
    unknown.groups[0].chunks[0].codec = 99
    #expect(try unknown.refusal().contains("compression codec with number 99"))
  }

  @Test func `a page whose header lacks a field, or has it in another type, is refused`() throws {
    let node = HandmadeNode.leaf("d", .required, .double)
    let pages: [(HandmadePage, inside: Int, required: [Int])] = [
      (.v1(1, plain([1.5])), 5, [1, 2, 3, 4]), (.v2(1, plain([1.5])), 8, [1, 2, 3, 4, 5, 6]),
      (.dictionary(1, plain([1.5])), 7, [1, 2]),
    ]
    for (page, inside, required) in pages {
      func refusal(_ change: (inout [Int: Thrift]) -> Void) throws -> String {
        var changed = page
        guard case .structure(var fields)? = page.header[inside] else { return "" }
        change(&fields)
        changed.header[inside] = .structure(fields)
        let data = HandmadePage.v1(1, [1, 2, 0], encoding: 8)
        return try HandmadeFile(node, rows: 1, page.isDictionary ? [changed, data] : [changed])
          .refusal()
      }
      for field in required {
        #expect(try refusal { $0[field] = nil }.contains("has no '"))
        #expect(try refusal { $0[field] = .flag(true) }.contains("of its type"))
      }
      for (field, wrong) in [(1, nil), (2, nil), (3, nil), (1, Thrift.i32(inside == 5 ? 3 : 0))] {
        var changed = page
        changed.header[field] = wrong
        let pages = page.isDictionary ? [changed, .v1(1, [1, 2, 0], encoding: 8)] : [changed]
        #expect(try HandmadeFile(node, rows: 1, pages).refusal().contains("has no '"))
      }
    }
  }

  @Test func `levels or values that end before their page does are refused`() throws {
    let short = HandmadeFile(
      PageKindTests.optional, rows: 9, [.v1(9, plain([Int32(1)]), definitions: [1])])
    #expect(try short.refusal().hasSuffix("its runs end too early"))
    let repeated = HandmadeFile(
      .leaf("n", .repeated, .int32), rows: 9,
      [
        .v1(
          9, plain([Int32](repeating: 1, count: 9)), repetitions: [0],
          definitions: [Int](repeating: 1, count: 9))
      ])
    #expect(try repeated.refusal().hasSuffix("its runs end too early"))
    // A column that is required in the schema, NULLs and levels in its pages.
    let null = HandmadeFile(
      .leaf("f", .required, .fixedLengthByteArray, length: 4), rows: 20,
      [
        .v1(
          20, plain([Int32](repeating: 1, count: 10)),
          definitions: (0..<20).map { $0 % 2 })
      ])
    #expect(
      try null.refusal().hasSuffix(
        "a page of 20 FIXED_LEN_BYTE_ARRAY values has 84 bytes of them"))
    var fewer = null
    fewer.groups[0].chunks[0].pages = [.v1(20, plain([Int32](repeating: 1, count: 19)))]
    #expect(try fewer.refusal().hasSuffix("a page has fewer values than it says"))
  }

  @Test func `columns of different lengths are refused`() throws {
    let file = HandmadeFile(
      [PageKindTests.required, .leaf("m", .required, .int32)],
      [
        HandmadeGroup(
          rows: 2,
          [
            HandmadeChunk([.v1(2, plain([Int32(1), 2]))]),
            HandmadeChunk([.v1(1, plain([Int32(1)]))]),
          ])
      ])
    #expect(try file.refusal() == "row group 0, column 'm': it has 1 values for 2 rows")
  }

  @Test func `a footer in which fields are wrong is refused`() throws {
    let good = HandmadeFile(PageKindTests.required, rows: 1, [.v1(1, plain([Int32(5)]))])
    func refusal(_ change: (inout HandmadeFile) -> Void) throws -> String {
      var file = good
      change(&file)
      return try file.refusal()
    }
    #expect(
      try refusal { $0.footer[3] = .i64(2) } == "it has 1 rows in its row groups, but says 2")
    #expect(
      try refusal { $0.groups[0].changes[3] = .i64(-1) } == "row group 0 claims -1 rows")
    #expect(
      try refusal { $0.groups[0].chunks[0].changes = [9: nil] }
        == "its footer is damaged: a column of a row group lacks required metadata")
    #expect(
      try refusal { $0.groups[0].chunks[0].chunkChanges = [3: nil] }
        == "its footer is damaged: a column of a row group has no metadata")
    #expect(
      try refusal { $0.groups[0].chunks[0].changes[1] = .i32(2) }
        == "row group 0, column 'n': it is stored as INT64, the schema says INT32")
    #expect(
      try refusal { $0.groups[0].chunks[0].changes[1] = .i32(77) }
        == "its footer is damaged: there is no physical type with number 77")
    #expect(
      try refusal { $0.groups[0].chunks[0].changes[9] = .i64(1 << 40) }
        .contains("lie outside the file"))
    #expect(
      try refusal { $0.footer[2] = .list([]) }
        == "its footer is damaged: a row group has more columns than the schema")
    #expect(
      try refusal { $0.footer = [2: .list([]), 3: .i64(0), 4: .list([])] }
        == "its schema is empty")
  }
}
