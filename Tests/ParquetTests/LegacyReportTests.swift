import Columns
import Files
import Parquet
import TestSupport
import Testing

/// Cost and usage reports as AWS delivered them in 2018: parquet-mr 1.8.2, required fields, the
/// dictionary page where the first data page is said to be.
struct LegacyReportTests {
  static let directory = Path.join(RealData.folder, "cur-legacy-parquet")

  @Test(
    .enabled(if: RealData.isThere, "the reports of ../shared/data are not here"),
    arguments: [
      ("Oct2018-WorkshopCUR-00001.snappy.parquet", 119_307, 4064.4831315379),
      ("Nov2018-WorkshopCUR-00001.snappy.parquet", 124_340, 3505.3269681268),
    ])
  func `a report of 2018 adds up`(name: String, rows: Int, total: Double) throws {
    let file = try ParquetFile(Path.join(LegacyReportTests.directory, name))
    #expect(file.rowCount == rows)
    let cost = try #require(file.schema.position(of: "line_item_unblended_cost"))
    let start = try #require(file.schema.position(of: "line_item_usage_start_date"))
    #expect(file.schema[cost] == Field("line_item_unblended_cost", .double, isNullable: false))
    #expect(file.schema[start].type == .timestamp)
    let usage = try #require(file.schema.position(of: "line_item_usage_type"))
    var sum = 0.0
    var types: Set<Value> = []
    var read = 0
    var first = Int64.max
    for group in file.rowGroups.indices {
      let reader = try file.reader(
        rowGroup: group, columns: [cost, start, usage], batchSize: 8192)
      while let batch = try reader.next() {
        read += batch.count
        types.insert(batch.columns[2].value(0))
        for row in 0..<batch.count {
          sum += batch.columns[0].value(row).double ?? .nan
          first = min(first, batch.columns[1].value(row).int64 ?? .min)
        }
      }
    }
    #expect(read == rows && types.count > 1 && !types.contains(.null))
    #expect(abs(sum - total) < 1e-6)
    #expect(file.rowGroups[0].statistics[start].min == .int64(first))
  }
}
