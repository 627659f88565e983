import Columns
import Files
import Parquet
import Testing
import TestSupport

/// Files of another writer, in encodings and shapes that this one does not write; how they were made
/// is in `Tests/ParquetFiles/generate.py`.
struct ForeignFileTests {
  private static let directory = Path.join(
    Path.split(Path.split(#filePath).directory).directory, "ParquetFiles")

  private static func expected(_ row: Int) -> [Value] {
    if row % 7 == 3 { return [Value](repeating: .null, count: 9) }
    let number = Int64(row * 7919 % 1000 - 500)
    return [
      .int64(number), .int64(number * 10_000_000_000), .double(Double(row) / 8),
      .text("text \(row % 11)"), .boolean(row % 3 == 0), .int64(Int64(row) * 1_000_003),
      .array((0..<row % 4).map { $0 == 1 ? .null : .int64(Int64(row + $0)) }),
      .map((0..<row % 3).map { MapEntry(key: .text("k\($0)"), value: .text("v\(row)")) }),
      .row([.int64(Int64(row)), row % 2 == 1 ? .null : .text("y")]),
    ]
  }

  @Test(arguments: [
    "plain-v1", "dictionary-v1-snappy", "dictionary-v2-gzip", "dictionary-given-up", "delta-v2",
    "int96-old-lists", "lz4-raw", "zstd",
  ])
  func `files of pyarrow are read`(name: String) throws {
    let file = try ParquetFile(Path.join(ForeignFileTests.directory, name + ".parquet"))
    #expect(
      file.schema.fields.map(\.type) == [
        .integer, .bigint, .double, .varchar, .boolean, .timestamp, .array(.bigint),
        .map(key: .varchar, value: .varchar),
        .row([RowField(name: "x", type: .bigint), RowField(name: "y", type: .varchar)]),
      ])
    for batchSize in [1, 13, 1000] {
      let rows = try RoundTripTests.rows(of: file, batchSize: batchSize)
      #expect(rows.count == 100)
      for (row, values) in rows.enumerated() { #expect(values == ForeignFileTests.expected(row)) }
    }
    #expect(file.rowGroups[0].statistics[0].nullCount == 14)
    #expect(file.rowGroups[0].statistics[2].max == .double(99.0 / 8))
  }

  @Test func `compression that is not supported is named`() throws {
    let path = Path.join(ForeignFileTests.directory, "brotli.parquet")
    let file = try ParquetFile(path)
    #expect(
      throws: FormatError(
        path, at: "row group 0, column 'i32'",
        "not supported: BROTLI compression; UNCOMPRESSED, SNAPPY, GZIP, LZ4, LZ4_RAW and ZSTD are")
    ) { try file.reader(rowGroup: 0, columns: [0], batchSize: 10).next() }
  }

  @Test(
    arguments: ["dictionary-v2-gzip", "delta-v2", "int96-old-lists", "lz4-raw", "zstd"], 0..<10)
  func `damaged files of pyarrow throw or go unseen`(name: String, seed: UInt64) throws {
    let scratch = try ScratchDirectory()
    let whole = try FileSource(Path.join(ForeignFileTests.directory, name + ".parquet")).readAll()
    var random = SplitMix64(seed: seed)
    var thrown = 0
    for _ in 0..<60 {
      var bytes = whole
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(random.next() & 255)
      }
      let path = try scratch.write(bytes, "damaged")
      do {
        let file = try ParquetFile(path)
        for group in file.rowGroups.indices {
          let reader = try file.reader(
            rowGroup: group, columns: Array(0..<file.schema.count), batchSize: 30)
          while let batch = try reader.next() {
            for row in 0..<batch.count { _ = batch.row(row) }
          }
        }
      } catch is FormatError {
        thrown += 1
      }
    }
    #expect(thrown > 0)
  }
}
