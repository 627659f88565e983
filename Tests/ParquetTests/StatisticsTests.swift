import Columns
import Files
import Parquet
import Testing

struct StatisticsTests {
  private func statistics(
    _ type: DataType, _ values: [Value], rowGroupRows: Int = 100
  ) throws -> (groups: [ColumnStatistics], summary: ColumnStatistics) {
    var options = ParquetWriterOptions()
    options.rowGroupRows = rowGroupRows
    let batch = Batch([Column(type, values: values)], count: values.count)
    let (file, _, summary) = try RoundTripTests.roundTrip(
      [batch], Schema([Field("c", type)]), options, batchSize: 100)
    return (file.rowGroups.map { $0.statistics[0] }, summary.columns[0])
  }

  /// Bounds that are values.
  private static func attained(min: Value, max: Value, nullCount: Int) -> ColumnStatistics {
    var statistics = ColumnStatistics(min: min, max: max, nullCount: nullCount)
    statistics.isMinAttained = true
    statistics.isMaxAttained = true
    return statistics
  }

  @Test func `bounds and NULLs are known per row group and for the file`() throws {
    let (groups, summary) = try statistics(
      .bigint, [.int64(5), .null, .int64(-3), .int64(9), .null, .null], rowGroupRows: 3)
    #expect(
      groups == [
        StatisticsTests.attained(min: .int64(-3), max: .int64(5), nullCount: 1),
        StatisticsTests.attained(min: .int64(9), max: .int64(9), nullCount: 2),
      ])
    #expect(summary == ColumnStatistics(min: .int64(-3), max: .int64(9), nullCount: 3))
  }

  @Test func `a row group of NULLs does not hide the bounds of the others`() throws {
    let (groups, summary) = try statistics(
      .varchar, [.null, .null, .text("b"), .text("a")], rowGroupRows: 2)
    #expect(groups[0] == ColumnStatistics(nullCount: 2))
    #expect(summary == ColumnStatistics(min: .text("a"), max: .text("b"), nullCount: 2))
  }

  @Test func `NaN bounds nothing and a zero bounds zeros of both signs`() throws {
    let (groups, _) = try statistics(.double, [.double(.nan), .double(0), .double(-1)])
    #expect(groups[0].min == .double(-1))
    let max = try #require(groups[0].max?.double)
    #expect(max == 0 && max.sign == .plus)
    let (onlyNaN, _) = try statistics(.double, [.double(.nan)])
    #expect(onlyNaN[0] == ColumnStatistics(nullCount: 0))
  }

  @Test func `long texts are bounded by short ones`() throws {
    let low = "a" + String(repeating: "é", count: 100)
    let high = String(repeating: "z", count: 100)
    let (groups, summary) = try statistics(.varchar, [.text(high), .text(low)])
    let min = try #require(groups[0].min?.string)
    let max = try #require(groups[0].max?.string)
    #expect(low.hasPrefix(min) && min.utf8.count <= 64)
    #expect(max.utf8.count <= 64 && Array(high.utf8).lexicographicallyPrecedes(Array(max.utf8)))
    #expect(summary.min == .text(low) && summary.max == .text(high))
  }

  @Test(arguments: [
    DataType.decimal(precision: 7, scale: 2), .decimal(precision: 18, scale: 2),
    .decimal(precision: 38, scale: 2),
  ])
  func `decimals are bounded whatever they are stored as`(type: DataType) throws {
    let (groups, _) = try statistics(type, [.decimal(12), .decimal(-1234), .decimal(99_999)])
    #expect(
      groups[0]
        == StatisticsTests.attained(min: .decimal(-1234), max: .decimal(99_999), nullCount: 0))
  }

  @Test func `nothing is claimed of types without order`() throws {
    let (groups, _) = try statistics(.json, [.text("1"), .text("2")])
    #expect(groups[0].min == nil && groups[0].max == nil)
    let (nested, summary) = try statistics(.array(.bigint), [.array([.int64(1)]), .null])
    #expect(nested[0] == ColumnStatistics())
    #expect(summary == ColumnStatistics(nullCount: 1))
  }
}
