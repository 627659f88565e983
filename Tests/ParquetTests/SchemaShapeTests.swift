import Columns
import Files
import Parquet
import Testing
import TestSupport

extension HandmadeFile {
  /// Opens the file and hands it to `body`.
  func open<Result>(_ body: (ParquetFile) throws -> Result) throws -> Result {
    let scratch = try ScratchDirectory()
    return try body(try ParquetFile(try scratch.write(bytes, "made.parquet")))
  }

  /// All rows, read in batches of that size.
  func rows(batchSize: Int = 1000) throws -> [[Value]] {
    try open { try RoundTripTests.rows(of: $0, batchSize: batchSize) }
  }

  /// What reading says of a file that is refused, without its path.
  func refusal() throws -> String {
    let scratch = try ScratchDirectory()
    let path = try scratch.write(bytes, "made.parquet")
    do {
      let file = try ParquetFile(path)
      _ = try RoundTripTests.rows(of: file, batchSize: 1000)
    } catch let error as FormatError {
      return (error.place.map { "\($0): " } ?? "") + error.message
    }
    return "no error"
  }
}

/// How groups, lists and maps of all ages become ROW, ARRAY and MAP.
struct SchemaShapeTests {
  @Test func `field ids are kept at each level, and found`() throws {
    let file = HandmadeFile(
      [
        .leaf("a", .required, .int32, fieldID: 7),
        .group("r", .required, fieldID: 3, [.leaf("x", .required, .int32, fieldID: 12)]),
        .group(
          "l", .required, converted: 3, fieldID: 4,
          [.group("list", .repeated, [.leaf("element", .required, .int32, fieldID: 20)])]),
        .leaf("none", .required, .int32),
      ], [])
    try file.open { file in
      #expect(
        file.fieldIDs == [
          ParquetFieldIDs(7), ParquetFieldIDs(3, [ParquetFieldIDs(12)]),
          ParquetFieldIDs(4, [ParquetFieldIDs(20)]), ParquetFieldIDs(nil),
        ])
      #expect(file.position(ofFieldID: 3) == 1)
      #expect(file.position(ofFieldID: 12) == nil)
      #expect(file.fieldIDs[1].position(of: 12) == 0)
    }
  }
}
