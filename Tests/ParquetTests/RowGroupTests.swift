import Columns
import Files
import Parquet
import Testing
import TestSupport

struct RowGroupTests {
  /// The bytes of a file of some rows that come in batches of random sizes.
  private static func bytes(
    _ whole: Batch, _ schema: Schema, _ options: ParquetWriterOptions, seed: UInt64?
  ) throws -> [UInt8] {
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: schema, options: options)
    if let seed {
      var random = SplitMix64(seed: seed)
      var start = 0
      while start < whole.count {
        let end = min(whole.count, start + Int.random(in: 1...3000, using: &random))
        let part = whole.sliced(start..<end)
        // The form of a column must not show either.
        let columns = part.columns.map { random.chance(50) ? $0 : $0.flattened() }
        try writer.write(Batch(columns, count: part.count))
        start = end
      }
    } else {
      try writer.write(whole)
    }
    _ = try writer.finish()
    return try FileSource(scratch.file("t")).readAll()
  }

  @Test(arguments: 0..<12)
  func `the bytes depend on the rows alone`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let schema = Schema((0..<5).map { Field("c\($0)", random.type(depth: 3)) })
    let count = Int.random(in: 1...6000, using: &random)
    let whole = Batch(
      schema.fields.map { random.column($0.type, count: count, nullPercent: 10) }, count: count)
    var options = ParquetWriterOptions()
    options.rowGroupRows = Int.random(in: 500...9000, using: &random)
    options.rowGroupBytes = Int.random(in: 10_000...500_000, using: &random)
    options.pageRows = Int.random(in: 100...2000, using: &random)
    let expected = try RowGroupTests.bytes(whole, schema, options, seed: nil)
    for cut in 1...3 {
      let other = try RowGroupTests.bytes(whole, schema, options, seed: seed * 10 + UInt64(cut))
      #expect(other == expected)
    }
  }

  @Test(arguments: [14_000, 16_384, 17_000, 40_000])
  func `the bytes do not depend on batches where a dictionary is about to be given up`(
    distinct: Int
  ) throws {
    let schema = Schema([Field("t", .varchar), Field("n", .bigint), Field("d", .double)])
    let count = 40_000
    let whole = Batch(
      [
        Column(.varchar, values: (0..<count).map { .text("item \($0 % distinct)") }),
        Column(.bigint, values: (0..<count).map { .int64(Int64($0 % distinct) * 1_000_003) }),
        Column(.double, values: (0..<count).map { .double(Double($0 % distinct) / 7) }),
      ], count: count)
    var options = ParquetWriterOptions()
    options.compression = .uncompressed
    let expected = try RowGroupTests.bytes(whole, schema, options, seed: nil)
    #expect(try RowGroupTests.bytes(whole, schema, options, seed: 3) == expected)
  }

  @Test func `long texts end a row group by their bytes`() throws {
    let schema = Schema([Field("t", .varchar), Field("l", .array(.varchar))])
    var options = ParquetWriterOptions()
    options.rowGroupBytes = 1 << 20
    let text = String(repeating: "long ", count: 4000)
    let batch = Batch(
      [
        Column(.varchar, values: (0..<400).map { .text("\($0) " + text) }),
        Column(.array(.varchar), values: (0..<400).map { .array([.text("\($0) " + text)]) }),
      ], count: 400)
    let (file, rows, _) = try RoundTripTests.roundTrip([batch], schema, options, batchSize: 100)
    #expect(rows.count == 400)
    // 40 KB a row: a step of 16 rows is more than half a row group.
    #expect(file.rowGroups.allSatisfy { $0.rowCount <= 48 })
  }

  @Test func `a few long texts that repeat stay in their dictionary`() throws {
    let schema = Schema([Field("t", .varchar)])
    let texts = (0..<8).map { "\($0) " + String(repeating: "x", count: 1 << 20) }
    let entries = ColumnDictionary(Column(.varchar, values: texts.map { .text($0) }))
    let column = Column(codes: (0..<60_000).map { UInt32($0 % 8) }, entries)
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(output: OutputFile(scratch.file("t")), schema: schema)
    try writer.write(Batch([column], count: column.count))
    let summary = try writer.finish()
    #expect(summary.byteCount < 1 << 20)
    let reader = try ParquetFile(scratch.file("t")).reader(
      rowGroup: 0, columns: [0], batchSize: 20)
    let read = try #require(try reader.next())
    #expect((0..<8).map { read.row($0)[0] } == texts.map { .text($0) })
  }

  @Test func `ten thousand columns fit into memory and come back`() throws {
    let count = 3
    let schema = Schema((0..<10_000).map { Field("c\($0)", $0 % 2 == 0 ? .double : .varchar) })
    let batch = Batch(
      schema.fields.enumerated().map { position, field in
        Column(
          field.type,
          values: (0..<count).map { row in
            row == 1
              ? .null
              : field.type == .double ? .double(Double(position + row)) : .text("\(position)")
          })
      }, count: count)
    let (file, rows, summary) = try RoundTripTests.roundTrip(
      [batch], schema, .init(), batchSize: 10)
    #expect(file.schema.count == 10_000 && summary.columns.count == 10_000)
    #expect(rows == (0..<count).map { batch.row($0) })
  }
}
