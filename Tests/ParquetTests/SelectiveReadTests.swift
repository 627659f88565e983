import Columns
import Files
import Parquet
import Testing
import TestSupport

/// Reading the columns that a test needs first, and of the others only the rows that pass.
struct SelectiveReadTests {
  /// Rows that pass, numbered over the whole file, read selectively with the columns in `order`.
  private static func read(
    _ file: ParquetFile, _ order: [Int], first: [Int], batchSize: Int, passing: Set<Int>
  ) throws -> [[Value]] {
    var read: [[Value]] = []
    var before = 0
    for group in file.rowGroups.indices {
      let reader = try file.reader(rowGroup: group, columns: order, batchSize: batchSize)
      while let batch = try reader.next(
        reading: first,
        passing: { tested in
          #expect(tested.columns.count == first.count)
          let rows = (0..<tested.count).filter { passing.contains(before + $0) }
          before += tested.count
          return rows.count == tested.count ? nil : Selection(rows.map(UInt32.init))
        })
      {
        #expect(batch.count > 0)
        for row in 0..<batch.count { read.append(batch.row(row)) }
      }
    }
    #expect(before == file.rowCount)
    return read
  }

  static func check(_ file: ParquetFile, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let all = try RoundTripTests.rows(of: file, batchSize: 1000)
    // Few rows are stepped to one by one, many are chosen from what is decoded in full.
    let share = [0, 1, 10, 200, 1000][Int(seed % 5)]
    let passing = Set(
      all.indices.filter { _ in Int.random(in: 0..<1000, using: &random) < share })
    let order = Array(0..<file.schema.count).shuffled(using: &random)
    let first = order.indices.filter { _ in Bool.random(using: &random) }
    let read = try SelectiveReadTests.read(
      file, order, first: first, batchSize: Int.random(in: 1...600, using: &random),
      passing: passing)
    let expected = all.indices.filter(passing.contains).map { all[$0] }
    try #require(read.count == expected.count)
    for (row, expected) in zip(read, expected) {
      let same = zip(order, row).allSatisfy { isSame($1, expected[$0]) }
      try #require(same, "\(row) is not \(expected)")
    }
  }

  @Test(arguments: 0..<100)
  func `the rows that pass are those that a full read gives`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed &+ 77)
    let schema = Schema((0..<4).map { Field("c\($0)", random.type(depth: 1)) })
    var options = ParquetWriterOptions()
    options.pageRows = Int.random(in: 1...400, using: &random)
    options.rowGroupRows = Int.random(in: 300...900, using: &random)
    let nullPercent = [0, 20, 100].randomElement(using: &random) ?? 0
    let count = Int.random(in: 1...1200, using: &random)
    let scratch = try ScratchDirectory()
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: schema, options: options)
    let columns = schema.fields.map {
      random.column($0.type, count: count, nullPercent: nullPercent)
    }
    try writer.write(Batch(columns, count: count))
    _ = try writer.finish()
    try SelectiveReadTests.check(try ParquetFile(scratch.file("t")), seed: seed)
  }

  @Test(arguments: [
    "delta-v2", "dictionary-given-up", "dictionary-v1-snappy", "dictionary-v2-gzip",
    "int96-old-lists", "plain-v1",
  ])
  func `every encoding can be passed over`(name: String) throws {
    let folder = Path.join(
      Path.split(Path.split(#filePath).directory).directory, "ParquetFiles")
    let file = try ParquetFile(Path.join(folder, name + ".parquet"))
    for seed in UInt64(0)..<15 { try SelectiveReadTests.check(file, seed: seed) }
  }

  @Test func `what the test throws ends the read`() throws {
    let scratch = try ScratchDirectory()
    let schema = Schema([Field("a", .bigint), Field("b", .varchar)])
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("t")), schema: schema, options: ParquetWriterOptions())
    let values: [Value] = [.int64(1), .null]
    try writer.write(
      Batch(
        [Column(.bigint, values: values), Column(.varchar, constant: .null, count: 2)], count: 2))
    _ = try writer.finish()
    let reader = try ParquetFile(scratch.file("t")).reader(
      rowGroup: 0, columns: [0, 1], batchSize: 10)
    #expect(throws: FormatError.self) {
      _ = try reader.next(reading: [0]) { _ in throw FormatError("t", "stop") }
    }
  }
}
