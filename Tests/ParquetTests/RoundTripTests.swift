import Columns
import Files
import Parquet
import Testing
import TestSupport

struct RoundTripTests {
  /// Writes batches, reads the file back batch by batch.
  static func roundTrip(
    _ batches: [Batch], _ schema: Schema, _ options: ParquetWriterOptions, batchSize: Int
  ) throws -> (file: ParquetFile, rows: [[Value]], summary: ParquetFileSummary) {
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t.parquet")), schema: schema, options: options)
    for batch in batches { try writer.write(batch) }
    let summary = try writer.finish()
    let file = try ParquetFile(scratch.file("t.parquet"))
    return (file, try rows(of: file, batchSize: batchSize), summary)
  }

  static func rows(of file: ParquetFile, batchSize: Int) throws -> [[Value]] {
    var rows: [[Value]] = []
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: Array(0..<file.schema.count), batchSize: batchSize)
      while let batch = try reader.next() {
        #expect(batch.count > 0 && batch.count <= batchSize)
        for row in 0..<batch.count { rows.append(batch.row(row)) }
      }
    }
    return rows
  }

  @Test(arguments: 0..<60)
  func `what is written reads back the same, nested to depth 3`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let schema = Schema(
      (0..<4).map { Field("c\($0)", random.type(depth: 3)) })
    var options = ParquetWriterOptions()
    options.rowGroupRows = Int.random(in: 1...400, using: &random)
    options.pageRows = Int.random(in: 1...90, using: &random)
    options.compression =
      [.snappy, .uncompressed].randomElement(using: &random) ?? .snappy
    if seed % 8 == 0 {
      options.compression = .gzip
      options.pageRows = 400
    }
    let nullPercent = [0, 20, 100].randomElement(using: &random) ?? 0
    var batches: [Batch] = []
    for _ in 0..<Int.random(in: 0..<5, using: &random) {
      let count = Int.random(in: 0..<300, using: &random)
      let columns = schema.fields.map {
        random.column($0.type, count: count, nullPercent: nullPercent)
      }
      batches.append(Batch(columns, count: count))
    }
    let (file, rows, summary) = try RoundTripTests.roundTrip(
      batches, schema, options, batchSize: Int.random(in: 1...500, using: &random))
    #expect(file.schema == schema)
    let expected = batches.flatMap { batch in (0..<batch.count).map { batch.row($0) } }
    try #require(rows.count == expected.count)
    #expect(file.rowCount == expected.count && summary.rowCount == expected.count)
    for row in expected.indices {
      for column in schema.fields.indices where !isSame(rows[row][column], expected[row][column]) {
        Issue.record(
          "row \(row), \(schema[column].type): \(rows[row][column]) is not \(expected[row][column])"
        )
        return
      }
    }
    for column in schema.fields.indices {
      let nulls = expected.count { $0[column].isNull }
      #expect(summary.columns[column].nullCount == nulls)
    }
  }

  @Test func `a file without rows keeps its schema`() throws {
    let schema = Schema([
      Field("a", .varchar), Field("m", .map(key: .varchar, value: .array(.double))),
    ])
    let (file, rows, _) = try RoundTripTests.roundTrip([], schema, .init(), batchSize: 10)
    #expect(file.schema == schema)
    #expect(rows.isEmpty && file.rowGroups.isEmpty)
  }

  @Test func `intervals are stored as numbers and unknown types as NULLs`() throws {
    let schema = Schema([Field("i", .intervalDayToSecond), Field("n", .null)])
    let batch = Batch(
      [
        Column(.intervalDayToSecond, .int64([1, 2])),
        Column(.null, constant: .null, count: 2),
      ], count: 2)
    let (file, rows, _) = try RoundTripTests.roundTrip([batch], schema, .init(), batchSize: 10)
    #expect(file.schema.fields.map(\.type) == [.bigint, .null])
    #expect(rows == [[.int64(1), .null], [.int64(2), .null]])
  }

  @Test func `a file keeps the narrow types of its table, and refuses what they have no room for`()
    throws
  {
    let schema = Schema([
      Field("b", .integer), Field("f", .array(.double)), Field("t", .timestamp),
    ])
    func written(_ number: Int64) throws -> [[Value]] {
      var options = ParquetWriterOptions()
      options.storedTypes = [
        ["b"]: .tinyint, ["f", "list", "element"]: .real, ["t"]: .localTimestamp,
      ]
      let batch = Batch(
        [
          Column(.integer, values: [.int64(number), .int64(-128)]),
          Column(.array(.double), values: [.array([.double(0.1), .double(.nan)]), .array([])]),
          Column(.timestamp, values: [.int64(1), .null]),
        ], count: 2)
      return try RoundTripTests.roundTrip([batch], schema, options, batchSize: 10).rows
    }
    let rows = try written(127)
    #expect(rows[0][0] == .int64(127))
    guard case .array(let floats) = rows[0][1] else { throw Damaged() }
    #expect(floats[0] == .double(Double(Float(0.1))))
    #expect(floats[1].double?.isNaN == true)
    #expect(rows[1] == [.int64(-128), .array([]), .null])
    let error = #expect(throws: FormatError.self) { try written(128) }
    #expect(error?.message.contains("128 does not fit the type tinyint") == true)
  }

  private struct Damaged: Error {}

  @Test func `the bytes do not depend on how rows are cut into batches`() throws {
    var random = SplitMix64(seed: 7)
    let schema = Schema([
      Field("t", .varchar), Field("d", .double), Field("u", .varchar), Field("l", .array(.bigint)),
    ])
    let count = 40_000
    let whole = Batch(
      [
        Column(.varchar, values: (0..<count).map { .text("service \($0 % 17)") }),
        Column(.double, values: (0..<count).map { .double(Double($0) / 3) }),
        Column(.varchar, values: (0..<count).map { .text("line \($0)") }),
        Column(.array(.bigint), values: (0..<count).map { .array([.int64(Int64($0 % 9))]) }),
      ], count: count)
    let scratch = try ScratchDirectory()
    var files: [[UInt8]] = []
    for name in ["one", "many"] {
      let writer = try ParquetWriter(output: OutputFile(scratch.file(name)), schema: schema)
      if name == "one" { try writer.write(whole) }
      var start = 0
      while name == "many" && start < count {
        let end = min(count, start + Int.random(in: 1...5000, using: &random))
        try writer.write(whole.sliced(start..<end))
        start = end
      }
      _ = try writer.finish()
      files.append(try FileSource(scratch.file(name)).readAll())
    }
    #expect(files[0] == files[1])
  }

  @Test func `dictionary chunks share one dictionary, with NULL as its last entry`() throws {
    let schema = Schema([Field("s", .varchar)])
    let texts: [Value] = (0..<5000).map { $0 % 5 == 0 ? .null : .text("service \($0 % 7)") }
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(output: OutputFile(scratch.file("t")), schema: schema)
    try writer.write(Batch([Column(.varchar, values: texts)], count: texts.count))
    _ = try writer.finish()
    let file = try ParquetFile(scratch.file("t"))
    let reader = try file.reader(rowGroup: 0, columns: [0], batchSize: 700)
    var shared: ColumnDictionary?
    var read: [Value] = []
    while let batch = try reader.next() {
      guard case .dictionary(_, let dictionary) = batch.columns[0].form else {
        Issue.record("a batch is not in dictionary form")
        return
      }
      #expect(shared == nil || shared === dictionary)
      shared = dictionary
      #expect(dictionary.count == 8 && dictionary.values.isNull(7))
      read += batch.columns[0].allValues()
    }
    #expect(read == texts)
  }

  @Test func `unique texts are stored as they are`() throws {
    let schema = Schema([Field("s", .varchar)])
    let texts: [Value] = (0..<30_000).map { .text("line item \($0)") }
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(output: OutputFile(scratch.file("t")), schema: schema)
    try writer.write(Batch([Column(.varchar, values: texts)], count: texts.count))
    _ = try writer.finish()
    let file = try ParquetFile(scratch.file("t"))
    let reader = try file.reader(rowGroup: 0, columns: [0], batchSize: 100_000)
    let batch = try #require(try reader.next())
    guard case .flat = batch.columns[0].form else {
      Issue.record("the batch is not flat")
      return
    }
    #expect(batch.columns[0].allValues() == texts)
  }

  @Test func `columns come in the order asked for, and only those`() throws {
    let schema = Schema([Field("a", .bigint), Field("b", .varchar), Field("c", .boolean)])
    let batch = Batch(
      [
        Column(.bigint, .int64([1, 2])), Column(.varchar, values: [.text("x"), .null]),
        Column(.boolean, .boolean([true, false])),
      ], count: 2)
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(output: OutputFile(scratch.file("t")), schema: schema)
    try writer.write(batch)
    _ = try writer.finish()
    let file = try ParquetFile(scratch.file("t"))
    let some = try #require(try file.reader(rowGroup: 0, columns: [2, 0], batchSize: 9).next())
    #expect(some.row(1) == [.boolean(false), .int64(2)])
    let none = try #require(try file.reader(rowGroup: 0, columns: [], batchSize: 9).next())
    #expect(none.count == 2 && none.columns.isEmpty)
  }

  @Test func `pairs of text in the footer come back, and the writer names itself`() throws {
    let scratch = try ScratchDirectory()
    var options = ParquetWriterOptions()
    options.keyValueMetadata = [("source", "cur"), ("period", "2026-09")]
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: Schema([Field("a", .bigint)]),
      options: options)
    _ = try writer.finish()
    let file = try ParquetFile(scratch.file("t"))
    #expect(file.keyValueMetadata == ["source": "cur", "period": "2026-09"])
    #expect(file.createdBy == "kakeibo version \(Release.version)")
  }

  @Test func `a number beyond its type is refused with its column, and no file appears`() throws {
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: Schema([Field("n", .integer)]))
    try writer.write(Batch([Column(.integer, .int64([3_000_000_000]))], count: 1))
    #expect(
      throws: FormatError(
        scratch.file("t"), at: "column 'n'", "3000000000 does not fit the type integer")
    ) { try writer.finish() }
    #expect(Directory.kind(scratch.file("t")) == nil)
  }
}
