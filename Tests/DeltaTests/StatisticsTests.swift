import Columns
import Delta
import Testing

@Suite struct StatisticsTests {
  let schema = Schema([
    Field("n", .bigint), Field("x", .double), Field("d", .date), Field("t", .timestamp),
    Field("s", .varchar), Field("m", .decimal(precision: 10, scale: 2)), Field("b", .boolean),
  ])

  private func roundTrip(_ position: Int, _ min: Value, _ max: Value) throws
    -> FileStatistics.Bounds?
  {
    let bounds = FileStatistics.Bounds(min: min, max: max, nullCount: 1)
    let text = FileStatistics(rowCount: 9, columns: [position: bounds]).text(schema)
    let read = try #require(FileStatistics(parsing: text, schema: schema))
    #expect(read.rowCount == 9)
    return read.columns[position]
  }

  @Test func `bounds come back`() throws {
    #expect(try roundTrip(0, .int64(-3), .int64(.max))?.max == .int64(.max))
    #expect(try roundTrip(1, .double(0.1), .double(1e300))?.min == .double(0.1))
    #expect(try roundTrip(2, .int64(-1), .int64(20_000))?.min == .int64(-1))
    #expect(try roundTrip(5, .decimal(-125), .decimal(7))?.min == .decimal(-125))
    #expect(try roundTrip(4, .text("a"), .text("ü"))?.nullCount == 1)
  }

  @Test func `times keep milliseconds and never exclude a value`() throws {
    let bounds = try #require(try roundTrip(3, .int64(1_500_001), .int64(1_500_001)))
    let min = try #require(bounds.min?.int64)
    let max = try #require(bounds.max?.int64)
    #expect(min <= 1_500_001 && min >= 1_500_000)
    #expect(max >= 1_500_001 && max <= 1_502_999)
    let before = try #require(try roundTrip(3, .int64(-1), .int64(-1)))
    #expect(before.min == .int64(-1000))
    #expect(try #require(before.max?.int64) >= 0)
  }

  @Test func `long texts are cut to bounds that hold`() throws {
    let low = String(repeating: "m", count: 100)
    let high = String(repeating: "z", count: 100)
    let bounds = try #require(try roundTrip(4, .text(low), .text(high)))
    guard case .bytes(let min) = bounds.min, case .bytes(let max) = bounds.max else {
      Issue.record("no bounds")
      return
    }
    #expect(min.count < 100 && max.count < 100)
    #expect(!Array(low.utf8).lexicographicallyPrecedes(min))
    #expect(Array(high.utf8).lexicographicallyPrecedes(max))
  }

  @Test func `what is not finite, or has no order, has no bounds`() throws {
    #expect(try roundTrip(1, .double(-.infinity), .double(1))?.min == nil)
    #expect(try roundTrip(6, .boolean(false), .boolean(true))?.min == nil)
  }

  @Test(arguments: [
    "", "{", "[]", "7", #"{"numRecords":-1}"#, #"{"minValues":{"n":"x","s":5,"d":"soon"}}"#,
    #"{"maxValues":{"n":1e99,"gone":1},"nullCount":{"n":"x"}}"#,
  ])
  func `nonsense is taken as unknown`(text: String) {
    let read = FileStatistics(parsing: text, schema: schema)
    #expect(read?.rowCount == nil)
    #expect(read?.columns.values.allSatisfy { $0.min == nil && $0.max == nil } ?? true)
  }
}
