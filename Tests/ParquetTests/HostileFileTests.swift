import Columns
import Files
import Parquet
import Testing
import TestSupport

/// Files that keep to the format, or nearly, and ask for more time or memory than they should get.
struct HostileFileTests {
  private static let number = HandmadeNode.leaf("n", .required, .int32)

  @Test func `a run of many rows in few bytes is read, within what a file may claim`() throws {
    let rows = 3_000_000
    let file = HandmadeFile(
      HostileFileTests.number, rows: rows,
      [.dictionary(1, plain([Int32(7)])), .v1(rows, [1] + run(of: rows, 0, width: 1), encoding: 8)])
    try file.open { open in
      let reader = try open.reader(rowGroup: 0, columns: [0], batchSize: 1 << 16)
      var count = 0
      while let batch = try reader.next() { count += batch.count }
      #expect(count == rows)
    }
  }

  @Test(arguments: [1 << 31, 1 << 40, 1 << 62])
  func `more rows than any file of the size has are refused`(rows: Int) throws {
    let file = HandmadeFile(
      HostileFileTests.number, rows: rows,
      [.dictionary(1, plain([Int32(7)])), .v1(rows, [1] + run(of: rows, 0, width: 1), encoding: 8)])
    #expect(try file.refusal().hasPrefix("not supported: \(rows) rows in a file of "))
    let columnless = HandmadeFile([], [HandmadeGroup(rows: rows, [])])
    #expect(try columnless.refusal().hasPrefix("not supported: \(rows) rows in a file of "))
  }

  @Test func `values are counted over all columns`() throws {
    let rows = 1 << 25
    let chunk = HandmadeChunk([
      .dictionary(1, plain([Int32(7)])), .v1(rows, [1] + run(of: rows, 0, width: 1), encoding: 8),
    ])
    let file = HandmadeFile(
      (0..<5).map { .leaf("n\($0)", .required, .int32) },
      [HandmadeGroup(rows: rows, [HandmadeChunk](repeating: chunk, count: 5))])
    #expect(try file.refusal().contains("may have up to 134217728 in all"))
  }

  @Test func `columns that share their bytes are refused`() throws {
    let page = HandmadePage.v1(100, plain([Int32](repeating: 1, count: 100)))
    var chunk = HandmadeChunk([page])
    chunk.changes = [9: .i64(4), 7: .i64(page.bytes.count)]
    var empty = HandmadeChunk([])
    empty.changes = [5: .i64(100), 7: .i64(page.bytes.count), 9: .i64(4)]
    let file = HandmadeFile(
      (0..<200).map { .leaf("n\($0)", .required, .int32) },
      [HandmadeGroup(rows: 100, [chunk] + [HandmadeChunk](repeating: empty, count: 199))])
    #expect(try file.refusal() == "the columns of row group 0 lie over each other")
  }

  @Test func `a row of more values than a batch may have is refused`() throws {
    let entries = 1 << 25
    let file = HandmadeFile(
      .leaf("n", .repeated, .int32), rows: 1,
      [
        .dictionary(1, plain([Int32(7)])),
        HandmadePage(
          count: entries,
          header: HandmadePage.v2(
            entries, [0], encoding: 8, rows: 1, repetitions: [0], definitions: [1]
          ).header.merging([
            2: .i32(15), 3: .i32(15),
            8: .structure([
              1: .i32(entries), 2: .i32(0), 3: .i32(1), 4: .i32(8), 5: .i32(5), 6: .i32(7),
            ]),
          ]) { $1 },
          body: run(of: 1, 0, width: 1) + run(of: entries - 1, 1, width: 1)
            + run(of: entries, 1, width: 1) + [0, 2, 0]),
      ])
    #expect(
      try file.refusal()
        == "row group 0, column 'n': not supported: rows of 33554432 values; up to 16777216 are")
  }

  @Test func `a page that cannot hold what it claims is refused before memory is taken`() throws {
    for (codec, message) in [(1, "cannot hold the 1000000000"), (2, "cannot hold the 1000000000")] {
      var page = HandmadePage.v1(1, plain([Int32(7)]))
      page.header[2] = .i32(1_000_000_000)
      var file = HandmadeFile(HostileFileTests.number, rows: 1, [page])
      file.groups[0].chunks[0].codec = codec
      #expect(try file.refusal().contains(message))
    }
    for size in [-1, 1 << 31] {
      var page = HandmadePage.v1(1, plain([Int32(7)]))
      page.header[2] = .i32(size)
      let file = HandmadeFile(HostileFileTests.number, rows: 1, [page])
      #expect(try file.refusal().hasSuffix("a page claims to hold \(size) bytes"))
      page.header[2] = .i32(4)
      page.header[3] = .i32(size)
      var long = HandmadeFile(HostileFileTests.number, rows: 1, [page])
      long.groups[0].chunks[0].codec = 1
      #expect(try long.refusal().contains("reaches past the end of its column"))
    }
  }

  @Test func `texts that share their prefixes may not grow without end`() throws {
    // A text of a megabyte, and a thousand that begin with all of it.
    let count = 1000
    let long = [UInt8](repeating: 65, count: 1 << 20)
    let bytes =
      deltas([0] + [Int](repeating: long.count, count: count - 1))
      + deltas([long.count] + [Int](repeating: 0, count: count - 1)) + long
    let file = HandmadeFile(
      .leaf("s", .required, .byteArray), rows: count, [.v1(count, bytes, encoding: 7)])
    #expect(try file.refusal().contains("not supported: a page of"))
  }

  @Test func `deltas of nothing take no memory before they are asked for`() throws {
    // 2^27 numbers of no bits each.
    let count = 1 << 27
    var bytes = varint(1 << 16) + varint(1) + varint(UInt64(count)) + varint(zigzag(5))
    for _ in 0..<count >> 16 { bytes += varint(zigzag(0)) + [0] }
    let file = HandmadeFile(
      HostileFileTests.number, rows: count, [.v1(count, bytes, encoding: 5)])
    try file.open { open in
      let reader = try open.reader(rowGroup: 0, columns: [0], batchSize: 10)
      let batch = try #require(try reader.next())
      #expect(batch.row(9) == [.int64(5)])
    }
    let texts = HandmadeFile(
      .leaf("s", .required, .byteArray), rows: count, [.v1(count, bytes, encoding: 6)])
    #expect(try texts.refusal().contains("with \(count) texts"))
  }

  @Test func `a batch that stands for much text is handed out in parts`() throws {
    // 2,000 codes of a text of 200 KB.
    let text = [UInt8](repeating: 65, count: 200_000)
    let file = HandmadeFile(
      .leaf("s", .required, .byteArray), rows: 2000,
      [
        .dictionary(1, littleEndian(UInt32(text.count)) + text),
        .v1(2000, [1] + run(of: 2000, 0, width: 1), encoding: 8),
      ])
    try file.open { open in
      let reader = try open.reader(rowGroup: 0, columns: [0], batchSize: 2000)
      var rows = 0
      while let batch = try reader.next() {
        #expect(batch.count * text.count <= 1 << 26)
        #expect(batch.row(0) == [.bytes(text)])
        rows += batch.count
      }
      #expect(rows == 2000)
    }
  }

  @Test func `codes may not stand for text without end`() throws {
    let text = [UInt8](repeating: 65, count: 1 << 20)
    let rows = 1 << 20
    let file = HandmadeFile(
      .leaf("s", .required, .byteArray), rows: rows,
      [
        .dictionary(1, littleEndian(UInt32(text.count)) + text),
        .v1(rows, [1] + run(of: rows, 0, width: 1), encoding: 8),
      ])
    try file.open { open in
      let reader = try open.reader(rowGroup: 0, columns: [0], batchSize: 8192)
      #expect(throws: FormatError.self) { while try reader.next() != nil {} }
      #expect(try reader.next() == nil)
    }
  }

  @Test func `long lists come in fewer rows at a time`() throws {
    // 40 rows of 65,536 elements.
    let (rows, length) = (40, 1 << 16)
    var repetitions: [UInt8] = []
    for _ in 0..<rows {
      repetitions += run(of: 1, 0, width: 1) + run(of: length - 1, 1, width: 1)
    }
    let definitions = run(of: rows * length, 1, width: 1)
    let body = repetitions + definitions + [0, 2, 0]
    let page = HandmadePage(
      count: rows * length,
      header: [
        1: .i32(3), 2: .i32(body.count), 3: .i32(body.count),
        8: .structure([
          1: .i32(rows * length), 2: .i32(0), 3: .i32(rows), 4: .i32(8), 5: .i32(definitions.count),
          6: .i32(repetitions.count),
        ]),
      ], body: body)
    let file = HandmadeFile(
      .leaf("n", .repeated, .int32), rows: rows, [.dictionary(1, plain([Int32(7)])), page])
    try file.open { open in
      let reader = try open.reader(rowGroup: 0, columns: [0], batchSize: 1000)
      var counts: [Int] = []
      while let batch = try reader.next() { counts.append(batch.count) }
      #expect(counts == [32, 8])
    }
  }

  @Test func `footers that claim more than their bytes, or nest without end, are refused`() throws {
    let good = HandmadeFile(HostileFileTests.number, rows: 1, [.v1(1, plain([Int32(7)]))])
    func refusal(_ field: Int, _ value: Thrift) throws -> String {
      var file = good
      file.footer[field] = value
      return try file.refusal()
    }
    let many = varint(1 << 40)
    #expect(
      try refusal(4, .raw(kind: 9, [0xFC] + many)) == "its footer is damaged: it ends too early")
    #expect(
      try refusal(5, .raw(kind: 9, [0xFC] + many)) == "its footer is damaged: it ends too early")
    #expect(
      try refusal(6, .raw(kind: 8, many)) == "its footer is damaged: it ends too early")
    // Elements of no kind take no bytes: skipping a list of them must not take time either.
    let pairs = [UInt8](repeating: 0, count: 1 << 17)
    #expect(
      try refusal(5, .raw(kind: 9, [0xFC] + varint(1 << 17) + pairs))
        == "not supported: more than 65536 pairs of metadata")
    #expect(
      try refusal(20, .raw(kind: 9, [0x10]))
        == "its footer is damaged: a list has elements of no kind")
    #expect(
      try refusal(20, .raw(kind: 11, [1, 0x00]))
        == "its footer is damaged: a map has entries of no kind")
    var nested = Thrift.empty
    for _ in 0..<100 { nested = .structure([1: nested]) }
    #expect(
      try refusal(20, nested) == "its footer is damaged: structures are nested deeper than 48")
    // A field number that overflows when the next is counted from it.
    #expect(
      try refusal(20, .raw(kind: 12, [0x05] + varint(zigzag(.max)) + [2, 0x15, 2, 0])) == "no error"
    )
  }

  @Test func `a schema that claims children it does not have is refused`() throws {
    var file = HandmadeFile(HostileFileTests.number, rows: 1, [.v1(1, plain([Int32(7)]))])
    for count in [2, 1 << 30, -1] {
      file.footer[2] = .list([
        .structure([4: .text("schema"), 5: .i32(count)]),
        .structure([1: .i32(1), 3: .i32(0), 4: .text("n")]),
      ])
      #expect(try file.refusal() == "its schema ends too early")
    }
  }

  @Test func `a footer longer than its file is refused`() throws {
    let scratch = try ScratchDirectory()
    let whole = HandmadeFile(HostileFileTests.number, rows: 1, [.v1(1, plain([Int32(7)]))]).bytes
    var bytes = whole
    bytes.replaceSubrange(bytes.count - 8..<bytes.count - 4, with: littleEndian(UInt32.max))
    let path = try scratch.write(bytes, "f.parquet")
    #expect(
      throws: FormatError(
        path, "its footer of 4294967295 bytes is larger than the file; is it cut short?")
    ) { try ParquetFile(path) }
  }
}
