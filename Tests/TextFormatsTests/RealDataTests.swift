import Columns
import Files
import Glibc
import Testing
import TextFormats
import TestSupport

@Suite(.enabled(if: RealData.isThere, "the folder ../shared/data is absent"))
struct RealDataTests {
  private func batches(
    _ file: String, _ wanted: [String: DataType], _ options: CSVColumn.Options = .init()
  ) throws -> [Batch] {
    let reader = try CSVReader(FileSource("\(RealData.folder)/\(file)"))
    let columns = reader.header.enumerated().map {
      CSVColumn($0, $1, wanted[$1] ?? .varchar, options)
    }
    var batches: [Batch] = []
    try reader.readParts(columns, threads: 2) { part in
      #expect(part.rejects.isEmpty)
      batches.append(part.batch)
    }
    return batches
  }

  private func sum(_ batches: [Batch], _ position: Int) -> Double {
    batches.flatMap { $0.columns[position].allValues() }.compactMap(\.double).reduce(0, +)
  }

  @Test func `a legacy report adds up to its known total`() throws {
    let file = "cur-legacy-csv/sample-anonymous-aws-export-dataset.csv"
    let reader = try CSVReader(FileSource("\(RealData.folder)/\(file)"))
    #expect(reader.header.count == 94)
    let cost = try #require(reader.header.firstIndex(of: "lineItem/UnblendedCost"))
    let found = try batches(
      file, ["lineItem/UnblendedCost": .double, "lineItem/UsageStartDate": .timestamp])
    #expect(found.reduce(0) { $0 + $1.count } == 1281)
    #expect(abs(sum(found, cost) - 1.6823086974) < 1e-9)
  }

  @Test func `a FOCUS dump with NULL tokens and spaced dates reads whole`() throws {
    let found = try batches(
      "focus/focus_sample.csv", ["BilledCost": .double, "ChargePeriodStart": .timestamp],
      .init(nullTokens: ["NULL"]))
    #expect(found.reduce(0) { $0 + $1.count } == 1000)
  }

  @Test func `an export with CRLF keeps its rows`() throws {
    let found = try batches("rightsizing/WALAB-ec2-rightsizing-recommendations.csv", [:])
    #expect(found.reduce(0) { $0 + $1.count } == 1051)
  }

  @Test func `every small file of the folder that is CSV or JSON reads whole`() throws {
    for path in try Directory.files(below: RealData.folder)
    where try Directory.attributes(path).size < 100_000 {
      if path.hasSuffix(".csv") {
        let table = try TextTable.csv([{ try FileSource(path) }])[0]
        #expect(table.schema.count > 0 && table.rejects.isEmpty, "\(path)")
      } else if path.hasSuffix(".json") || path.hasSuffix(".jsonl") {
        let lines = JSONLines(try FileSource(path))
        while try lines.next() != nil {}
      }
    }
  }
}
