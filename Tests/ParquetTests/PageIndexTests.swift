import Columns
import Files
import Parquet
import Testing
import TestSupport

struct PageIndexTests {
  private static func write(
    _ columns: [Column], _ schema: Schema, _ options: ParquetWriterOptions,
    in scratch: ScratchDirectory
  ) throws -> ParquetFile {
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: schema, options: options)
    try writer.write(Batch(columns, count: columns[0].count))
    _ = try writer.finish()
    return try ParquetFile(scratch.file("t"))
  }

  private static func pages(
    _ type: DataType, _ values: [Value], pageRows: Int
  ) throws -> [ParquetPage]? {
    let scratch = try ScratchDirectory()
    var options = ParquetWriterOptions()
    options.pageRows = pageRows
    return try write(
      [Column(type, values: values)], Schema([Field("c", type)]), options, in: scratch
    ).pages(rowGroup: 0, column: 0)
  }

  @Test func `pages have their rows, bounds and NULLs`() throws {
    let pages = try #require(
      try PageIndexTests.pages(
        .bigint, [.int64(5), .null, .int64(7), .null, .null, .null, .int64(-1)], pageRows: 3))
    #expect(pages.map(\.rows) == [0..<3, 3..<6, 6..<7])
    #expect(
      pages.map(\.statistics) == [
        ColumnStatistics(min: .int64(5), max: .int64(7), nullCount: 1),
        ColumnStatistics(nullCount: 3),
        ColumnStatistics(min: .int64(-1), max: .int64(-1), nullCount: 0),
      ])
  }

  @Test func `bounds of pages come from the entries of a dictionary that each page uses`() throws {
    let values: [Value] = (0..<4000).map { .text("service \($0 / 1000)") }
    let pages = try #require(try PageIndexTests.pages(.varchar, values, pageRows: 1000))
    #expect(pages.map(\.statistics.min) == (0..<4).map { .text("service \($0)") })
    #expect(pages.map(\.statistics.max) == (0..<4).map { .text("service \($0)") })
  }

  @Test func `a page of nothing but NaN leaves the whole column without bounds`() throws {
    let some: [Value] = [.double(1), .double(.nan), .double(2), .double(3)]
    let known = try #require(try PageIndexTests.pages(.double, some, pageRows: 2))
    #expect(known[0].statistics == ColumnStatistics(min: .double(1), max: .double(1), nullCount: 0))
    let all: [Value] = [.double(.nan), .double(.nan), .double(2), .double(3)]
    #expect(try PageIndexTests.pages(.double, all, pageRows: 2) == nil)
  }

  @Test func `bounds of long texts stay below 65 bytes and around their texts`() throws {
    let texts = ["é", "日", "🧾", "\u{10FFFF}a", "\u{D7FF}"].map {
      String(repeating: $0, count: 40) + "end"
    }
    let pages = try #require(
      try PageIndexTests.pages(.varchar, texts.map { .text($0) }, pageRows: 1))
    for (page, text) in zip(pages, texts) {
      let min = try #require(page.statistics.min?.string)
      let max = try #require(page.statistics.max?.string)
      #expect(text.hasPrefix(min) && min.utf8.count <= 64)
      #expect(Array(text.utf8).lexicographicallyPrecedes(Array(max.utf8)) && max.utf8.count <= 65)
    }
    // Where no character can be raised there is no upper bound, and so no index.
    let top = String(repeating: "\u{10FFFF}", count: 40)
    #expect(try PageIndexTests.pages(.varchar, [.text(top), .text("a")], pageRows: 1) == nil)
  }

  @Test func `one page a column needs no index, and nested columns have none to search`() throws {
    #expect(try PageIndexTests.pages(.bigint, [.int64(1)], pageRows: 10) == nil)
    #expect(
      try PageIndexTests.pages(
        .array(.bigint), [.array([.int64(1)]), .array([]), .null], pageRows: 1) == nil)
  }

  @Test(arguments: 0..<60)
  func `some rows read the same as all rows, whatever is skipped`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let schema = Schema((0..<4).map { Field("c\($0)", random.type(depth: 2)) })
    let count = Int.random(in: 1...900, using: &random)
    var options = ParquetWriterOptions()
    options.pageRows = Int.random(in: 1...200, using: &random)
    let nullPercent = [0, 20, 100].randomElement(using: &random) ?? 0
    let scratch = try ScratchDirectory()
    let file = try PageIndexTests.write(
      schema.fields.map { random.column($0.type, count: count, nullPercent: nullPercent) }, schema,
      options, in: scratch)
    let all = try RoundTripTests.rows(of: file, batchSize: 100)
    var ranges: [Range<Int>] = []
    var start = 0
    while start < count {
      let low = Int.random(in: start..<count, using: &random)
      let high = Int.random(in: low...min(count, low + 300), using: &random)
      if low < high { ranges.append(low..<high) }
      start = high + 1
    }
    let reader = try file.reader(
      rowGroup: 0, columns: [3, 0, 1, 2], rows: ranges,
      batchSize: Int.random(in: 1...400, using: &random))
    var read: [[Value]] = []
    while let batch = try reader.next() { read += (0..<batch.count).map { batch.row($0) } }
    let expected = ranges.flatMap { $0.map { all[$0] } }
    try #require(read.count == expected.count)
    for (row, expected) in zip(read, expected) {
      let same = zip([3, 0, 1, 2], row).allSatisfy { isSame($1, expected[$0]) }
      try #require(same, "\(row) is not \(expected)")
    }
  }

  @Test(arguments: 0..<40)
  func `every value lies within the bounds of its page`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let types = SplitMix64.scalarTypes
    let schema = Schema(types.enumerated().map { Field("c\($0.offset)", $0.element) })
    var options = ParquetWriterOptions()
    options.pageRows = Int.random(in: 1...60, using: &random)
    let scratch = try ScratchDirectory()
    let file = try PageIndexTests.write(
      types.map { random.column($0, count: 300, nullPercent: 30) }, schema, options, in: scratch)
    let rows = try RoundTripTests.rows(of: file, batchSize: 300)
    var known = 0
    for column in types.indices {
      guard let pages = file.pages(rowGroup: 0, column: column) else { continue }
      known += 1
      #expect(pages.first?.rows.lowerBound == 0 && pages.last?.rows.upperBound == 300)
      for page in pages {
        let values = page.rows.map { rows[$0][column] }
        #expect(page.statistics.nullCount == values.count { $0.isNull })
        for value in values { #expect(Self.holds(page.statistics, value)) }
      }
    }
    #expect(known >= 6)
  }

  private static func holds(_ statistics: ColumnStatistics, _ value: Value) -> Bool {
    switch (statistics.min, statistics.max, value) {
    case (_, _, .null): true
    case (.int64(let low), .int64(let high), .int64(let value)): low <= value && value <= high
    case (.double(let low), .double(let high), .double(let value)):
      value.isNaN || (low <= value && value <= high)
    case (.decimal(let low), .decimal(let high), .decimal(let value)):
      low <= value && value <= high
    case (.boolean(let low), .boolean(let high), .boolean(let value)):
      (!low || value) && (high || !value)
    case (.bytes(let low), .bytes(let high), .bytes(let value)):
      !value.lexicographicallyPrecedes(low) && !high.lexicographicallyPrecedes(value)
    default: false
    }
  }

  @Test(arguments: 0..<60)
  func `an index that is damaged is as good as none`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let scratch = try ScratchDirectory()
    var options = ParquetWriterOptions()
    options.pageRows = 50
    let values: [Value] = (0..<400).map { .int64(Int64($0)) }
    let file = try PageIndexTests.write(
      [Column(.bigint, values: values)], Schema([Field("c", .bigint)]), options, in: scratch)
    let whole = try FileSource(scratch.file("t")).readAll()
    let tail = whole[(whole.count - 8)...].prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let footer = whole.count - 8 - tail
    let pagesEnd = 4 + file.rowGroups[0].byteCount
    try #require(footer > pagesEnd)
    for _ in 0..<20 {
      var bytes = whole
      let position = Int.random(in: pagesEnd..<footer, using: &random)
      bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let damaged = try ParquetFile(scratch.write(bytes, "damaged"))
      guard let pages = damaged.pages(rowGroup: 0, column: 0) else { continue }
      // Bounds may lie, places may not.
      #expect(pages.map(\.rows) == (0..<8).map { $0 * 50..<($0 + 1) * 50 })
    }
  }
}
