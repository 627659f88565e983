import Columns
import Files
import Parquet
import Testing
import TestSupport

/// Columns that are kept for later statements.
struct ColumnCacheTests {
  private static func write(_ path: String, seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 4242)
    let schema = Schema((0..<4).map { Field("c\($0)", random.type(depth: 1)) })
    var options = ParquetWriterOptions()
    options.pageRows = Int.random(in: 1...200, using: &random)
    options.rowGroupRows = Int.random(in: 200...600, using: &random)
    let count = Int.random(in: 1...900, using: &random)
    let nullPercent = [0, 20, 100].randomElement(using: &random) ?? 0
    let writer = try ParquetWriter(output: OutputFile(path), schema: schema, options: options)
    let columns = schema.fields.map {
      random.column($0.type, count: count, nullPercent: nullPercent)
    }
    try writer.write(Batch(columns, count: count))
    _ = try writer.finish()
  }

  /// One column of texts that the writer keeps as they are, of about 8 KiB.
  private static func writeTexts(_ path: String) throws {
    var options = ParquetWriterOptions()
    options.pageRows = 50
    options.compression = .uncompressed
    let writer = try ParquetWriter(
      output: OutputFile(path), schema: Schema([Field("c", .varchar)]), options: options)
    let texts = (0..<200).map { Value.text("a text of some length, number \($0)") }
    try writer.write(Batch([Column(.varchar, values: texts)], count: texts.count))
    _ = try writer.finish()
  }

  @Test(arguments: 0..<60)
  func `every reading gives the same rows, whatever was kept`(seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    try ColumnCacheTests.write(scratch.file("t"), seed: seed)
    let expected = try RoundTripTests.rows(of: try ParquetFile(scratch.file("t")), batchSize: 64)
    var random = SplitMix64(seed: seed)
    let cache = ColumnCache(limit: [0, 3_000, 1 << 20][Int(seed % 3)])
    let file = try ParquetFile(scratch.file("t"), keepingColumnsIn: cache)
    for pass in 0..<4 as Range<UInt64> {
      if Bool.random(using: &random) { cache.beginStatement() }
      let read = try RoundTripTests.rows(
        of: file, batchSize: Int.random(in: 1...300, using: &random))
      try #require(read.count == expected.count)
      for (row, expected) in zip(read, expected) {
        try #require(zip(row, expected).allSatisfy { isSame($0, $1) }, "\(row) is not \(expected)")
      }
      try SelectiveReadTests.check(file, seed: seed &+ pass)
    }
  }

  @Test func `a column is kept when it is read for the second time`() throws {
    let scratch = try ScratchDirectory()
    try ColumnCacheTests.writeTexts(scratch.file("t"))
    let cache = ColumnCache(limit: 1 << 20)
    let file = try ParquetFile(scratch.file("t"), keepingColumnsIn: cache)
    var bytes: [Int] = []
    for _ in 0..<3 {
      cache.beginStatement()
      _ = try RoundTripTests.rows(of: file, batchSize: 64)
      bytes.append(cache.byteCount)
    }
    #expect(bytes[0] > 0 && bytes[0] < 1_000)
    #expect(bytes[1] > 5_000)
    #expect(bytes[2] == bytes[1])
  }

  @Test func `what is kept stays within the limit and makes room for what is read later`() throws {
    let scratch = try ScratchDirectory()
    try ColumnCacheTests.writeTexts(scratch.file("a"))
    try ColumnCacheTests.writeTexts(scratch.file("b"))
    let cache = ColumnCache(limit: 12_000)
    let first = try ParquetFile(scratch.file("a"), keepingColumnsIn: cache)
    let second = try ParquetFile(scratch.file("b"), keepingColumnsIn: cache)
    func read(_ file: ParquetFile) throws {
      cache.beginStatement()
      _ = try RoundTripTests.rows(of: file, batchSize: 64)
      #expect(cache.byteCount <= 12_000)
    }
    for _ in 0..<3 { try read(first) }
    let ofOne = cache.byteCount
    #expect(ofOne > 5_000)
    // Both do not fit: what the last statement did not use goes.
    for _ in 0..<4 { try read(second) }
    #expect(cache.byteCount > 5_000 && cache.byteCount <= ofOne + 1_000)
  }

  @Test func `a page that does not meet its checksum is refused each time`() throws {
    let scratch = try ScratchDirectory()
    try ColumnCacheTests.writeTexts(scratch.file("t"))
    var bytes = try FileSource(scratch.file("t")).readAll()
    let text = Array("number 120".utf8)
    let place = try #require(
      (0..<bytes.count - text.count).first { bytes[$0..<$0 + text.count].elementsEqual(text) })
    bytes[place] ^= 1
    let output = try OutputFile(scratch.file("damaged"))
    try output.write(bytes)
    try output.finish()
    let cache = ColumnCache(limit: 1 << 20)
    let file = try ParquetFile(scratch.file("damaged"), keepingColumnsIn: cache)
    for _ in 0..<4 {
      cache.beginStatement()
      let error = #expect(throws: FormatError.self) {
        try RoundTripTests.rows(of: file, batchSize: 64)
      }
      #expect(error?.message.contains("checksum") == true)
    }
  }
}
