import Columns
import Files
import Foundation
import Reports
import Testing
import TextFormats
import Warehouse

/// What each report of the library answers over the sample organisation, to the last digit.
///
/// `GOLDEN_UPDATE=1 swift test --filter ReportGoldenTests` writes the files anew; read the difference
/// before committing it. `Tests/Peers/reports.py` asks DuckDB the same questions.
@Suite struct ReportGoldenTests {
  private static let folder: String = {
    let tests = Path.split(Path.split(#filePath).directory).directory
    return Path.join(tests, "Golden/Reports")
  }()

  private static let isUpdating = ProcessInfo.processInfo.environment["GOLDEN_UPDATE"] != nil

  /// Lines that are kept of a long answer.
  private static let lineLimit = 120

  private static let names: [String] = {
    let files = EmbeddedFiles.queries.map { (path: $0.name, text: $0.text) }
    return (try? QueryLibrary(files: files))?[.reports].map(\.name) ?? []
  }()

  private func answer(_ query: NamedQuery) throws -> String {
    let warehouse = try SampleNight.shared().night.warehouse()
    let result = try warehouse.query(try query.statement())
    var out: [UInt8] = []
    let writer = ResultFormat.csv.writer(result.schema) { out += $0 }
    for batch in result.batches where batch.count > 0 { try writer.write(batch) }
    try writer.finish()
    let lines = String(decoding: out, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > ReportGoldenTests.lineLimit else {
      return String(decoding: out, as: UTF8.self)
    }
    return lines.prefix(ReportGoldenTests.lineLimit).joined(separator: "\n")
      + "\n… \(result.rowCount) rows\n"
  }

  @Test(arguments: names)
  func `a report answers what it did`(_ name: String) throws {
    let query = try #require(try Night.queries().query(.reports, named: name))
    let answer = try answer(query)
    let path = Path.join(ReportGoldenTests.folder, name + ".csv")
    if ReportGoldenTests.isUpdating {
      try Directory.create(ReportGoldenTests.folder)
      let file = try OutputFile(path)
      try file.write(Array(answer.utf8))
      try file.finish()
    }
    let known = String(decoding: try FileSource(path).readAll(), as: UTF8.self)
    #expect(answer == known)
  }

  @Test func `each file is that of a report`() throws {
    let files = try Directory.files(below: ReportGoldenTests.folder).map { Path.split($0).name }
    #expect(Set(files) == Set(ReportGoldenTests.names.map { $0 + ".csv" }))
    #expect(files.count >= 60)
  }

  @Test func `each report says what it answers, by topic, and has a month to ask for by default`()
    throws
  {
    for query in try Night.queries()[.reports] {
      #expect(query.notes["topic"] != nil, "\(query.name)")
      #expect(query.answers != query.title && query.answers.count > 20, "\(query.name)")
      #expect(query.parameters.allSatisfy { $0.defaultExpression != nil }, "\(query.name)")
    }
  }

  @Test func `a month that is not there is an answer without rows, or one of other months`() throws
  {
    let warehouse = try SampleNight.shared().night.warehouse()
    for query in try Night.queries()[.reports]
    where query.parameters.contains(where: { $0.name == "month" }) {
      let result = try warehouse.query(try query.statement(["month": "2019-02"]))
      // These ask the inventory, which is of its own day.
      let others: Set = [
        "unused-volumes", "stopped-servers", "oldest-servers", "operating-systems", "software",
        "idle-addresses", "inventory-cost", "inventory-gaps", "bill-duplicates",
      ]
      if others.contains(query.name) { continue }
      #expect(result.rowCount == 0, "\(query.name)")
    }
  }
}
