import Files
import Foundation
import Ingestion
import Testing

/// What paths stand for.
@Suite struct FoundFileTests {
  private let lab: Lab

  init() throws {
    lab = try Lab()
    for month in 1...3 {
      try lab.write(
        "bills/m\(month)/bill-1.csv",
        SmallReport.header + SmallReport.row("a", "1", month: "2026-0\(month)"))
    }
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: Path.join(lab.folder, name), withDestinationPath: target)
  }

  private func path(_ name: String) -> String { lab.folder + "/" + name }

  private var rows: Double { get throws { try lab.number("SELECT count(*) FROM cur") } }

  @Test(arguments: [
    ["bills"], ["bills/*"], ["bills/*/*.csv"], ["bills/**/*.csv"], ["bills/m?/b[a-i]ll-1.csv"],
    ["bills", "bills/m1"], ["bills/m1/bill-1.csv", "bills/./m1//bill-1.csv", "bills"],
  ])
  func `files, folders and globs load each file once`(paths: [String]) throws {
    let summary = try Ingest(lab.warehouse, lab.catalog, Ingest.Options(now: Lab.now))
      .run(paths.map(path))
    #expect(summary.deliveries.map(\.status) == [.loaded, .loaded, .loaded])
    #expect(try rows == 3)
  }

  @Test func `a file under two names by links is one file`() throws {
    try link("other", to: path("bills"))
    try link("bills/again", to: path("bills/m1"))
    try link("bills/m1/loop", to: path("bills"))
    #expect(try lab.ingest(path("bills"), path("other")).deliveries.count == 3)
    #expect(try rows == 3)
  }

  @Test func `what is missing or no file fails, the rest is loaded`() throws {
    try link("bills/nowhere", to: path("gone"))
    #expect(try Program(["mkfifo", path("bills/pipe")]).run().status == 0)
    let summary = try lab.ingest(
      path("bils"), path("bills/m9/*.csv"), path("bills/pipe"), "/dev/zero", path("bills"))
    let failures = summary.deliveries.filter { $0.status == .failed }.flatMap(\.notes)
    #expect(failures.count == 4)
    #expect(failures[0].hasSuffix("did you mean '\(path("bills"))'?"))
    #expect(failures[1].contains("no file matches"))
    #expect(failures[2].contains("'-'") && failures[3].contains("'-'"))
    #expect(summary.ignored.count == 2)
    #expect(try rows == 3)
  }

  @Test func `a glob that matches nothing names the folder that is there`() throws {
    let summary = try lab.ingest(path("bills/*.parquet"))
    #expect(summary.deliveries[0].notes[0].hasSuffix("there is a folder '\(path("bills"))'"))
  }

  @Test(.enabled(if: getuid() != 0, "the superuser may read everything"))
  func `a folder that may not be read fails alone`() throws {
    #expect(try Program(["chmod", "0", path("bills/m2")]).run().status == 0)
    defer { _ = try? Program(["chmod", "755", path("bills/m2")]).run() }
    let summary = try lab.ingest(path("bills"))
    #expect(summary.deliveries.filter { $0.status == .loaded }.count == 2)
    #expect(summary.deliveries.filter { $0.status == .failed }.count == 1)
  }
}
