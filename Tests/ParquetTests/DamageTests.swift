import Columns
import Files
import Parquet
import Testing
import TestSupport

struct DamageTests {
  private static func sample(
    _ compression: ParquetWriterOptions.Compression, in scratch: ScratchDirectory
  ) throws -> [UInt8] {
    var random = SplitMix64(seed: 42)
    let types: [DataType] = [
      .bigint, .varchar, .double, .boolean, .decimal(precision: 30, scale: 2),
      .map(key: .varchar, value: .varchar),
      .array(.row([RowField(name: "a", type: .array(.bigint))])), .timestamp,
    ]
    let schema = Schema(types.enumerated().map { Field("c\($0.offset)", $0.element) })
    var options = ParquetWriterOptions()
    options.rowGroupRows = 150
    options.pageRows = 40
    options.compression = compression
    let writer = try ParquetWriter(
      output: OutputFile(scratch.file("whole")), schema: schema, options: options)
    let columns = types.map { type in
      Column(type, values: (0..<200).map { _ in random.value(type, nullPercent: 15) })
    }
    try writer.write(Batch(columns, count: 200))
    _ = try writer.finish()
    return try FileSource(scratch.file("whole")).readAll()
  }

  /// Reads all there is.
  @discardableResult
  private func read(_ path: String) throws -> [[Value]] {
    let file = try ParquetFile(path)
    var rows: [[Value]] = []
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: Array(0..<file.schema.count), batchSize: 64)
      while let batch = try reader.next() {
        for row in 0..<batch.count { rows.append(batch.row(row)) }
      }
    }
    return rows
  }

  @Test(arguments: 0..<40)
  func `flipped bytes throw a FormatError or go unseen`(seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    var random = SplitMix64(seed: seed)
    let compression: ParquetWriterOptions.Compression =
      seed % 10 == 9 ? .gzip : seed % 2 == 0 ? .snappy : .uncompressed
    let whole = try DamageTests.sample(compression, in: scratch)
    var thrown = 0
    for round in 0..<40 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let position =
          round % 2 == 0
          ? Int.random(in: 0..<bytes.count, using: &random)
          : Int.random(in: bytes.count * 2 / 3..<bytes.count, using: &random)
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      let path = try scratch.write(bytes, "damaged")
      do { try read(path) } catch is FormatError { thrown += 1 }
    }
    #expect(thrown > 0)
  }

  @Test(arguments: 0..<20)
  func `a file cut short throws a FormatError`(seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    var random = SplitMix64(seed: seed)
    let whole = try DamageTests.sample(.snappy, in: scratch)
    let cut = Array(whole[..<Int.random(in: 0..<whole.count, using: &random)])
    let path = try scratch.write(cut, "cut")
    #expect(throws: FormatError.self) { try self.read(path) }
    // Its end in place, but bytes missing from the middle; between the pages and the footer stand
    // their indexes, which reading all rows does without.
    let start = Int.random(in: 4..<whole.count - 8, using: &random)
    let gap = Array(whole[..<start]) + whole[min(whole.count - 8, start + 100)...]
    let gapped = try scratch.write(gap, "gapped")
    do {
      let (rows, expected) = (try read(gapped), try read(scratch.file("whole")))
      #expect(rows.count == expected.count)
      #expect(zip(rows, expected).allSatisfy { zip($0, $1).allSatisfy(isSame) })
    } catch is FormatError {}
  }

  @Test func `another kind of file is called so`() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(Array("a,b,c\n1,2,3\n4,5,6\n".utf8), "t.csv")
    #expect(
      throws: FormatError(path, "not a Parquet file: expected 'PAR1' at its start and its end")
    ) { try ParquetFile(path) }
    let empty = try scratch.write([], "empty")
    #expect(throws: FormatError(empty, "not a Parquet file: it has only 0 bytes")) {
      try ParquetFile(empty)
    }
  }

  @Test func `a missing file is a FileError`() throws {
    #expect(throws: FileError.self) { try ParquetFile("/nowhere/t.parquet") }
  }
}
