import Files
import Ingestion
import TestSupport
import Testing

/// Bills that come from a bucket.
@Suite struct BucketSourceTests {
  private let lab: Lab
  private let fake: FakeBucket
  private static let versions = ["a", "b"].map { "0f7a8e0e-5a1b-4b43-9a40-3e6c9d0a000\($0)" }

  init() throws {
    lab = try Lab()
    fake = try FakeBucket()
  }

  private func ingest(_ paths: String..., isOffline: Bool = false) throws -> IngestSummary {
    var options = Ingest.Options(now: Lab.now)
    options.sources.setBuckets(aws: fake.program, cache: fake.cache, isOffline: isOffline)
    return try Ingest(lab.warehouse, lab.catalog, options).run(paths)
  }

  /// A month's version in a bucket that keeps all of them.
  private func put(_ version: String, _ costs: [String], missing: Set<Int> = []) throws {
    let folder = "cur/daily/20260501-20260601"
    let keys = costs.indices.map { "\(folder)/\(version)/daily-\($0 + 1).csv" }
    for (part, cost) in costs.enumerated() where !missing.contains(part) {
      try fake.put(keys[part], SmallReport.header + SmallReport.row("\(version)\(part)", cost))
    }
    let manifest = SmallReport.manifest(id: version, keys: keys)
    try fake.put("\(folder)/\(version)/daily-Manifest.json", manifest)
    try fake.put("\(folder)/daily-Manifest.json", manifest)
  }

  private var total: Double {
    get throws { try lab.number("SELECT sum(line_item_unblended_cost) FROM cur") }
  }

  // formats.md 1.2: create-new versions, and which of the manifests is rewritten.
  @Test func `of a bucket that keeps versions only the current one is fetched`() throws {
    try put(Self.versions[0], ["100", "200"])
    try put(Self.versions[1], ["1", "2"])
    let summary = try ingest("s3://bucket/cur")
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(try total == 3)
    // Two listings, the manifest, two parts.
    #expect(try fake.requests().count == 5)
    #expect(summary.ignored.count == 1)
    #expect(
      summary.deliveries[0].files.first
        == "s3://bucket/cur/daily/20260501-20260601/\(Self.versions[1])/daily-1.csv")
  }

  @Test func `the second time nothing is fetched and nothing changes`() throws {
    try put(Self.versions[0], ["1", "2"])
    _ = try ingest("s3://bucket/cur/")
    _ = try fake.requests()
    #expect(try ingest("s3://bucket/cur/").deliveries.map(\.status) == [.unchanged])
    #expect(try fake.requests() == ["list-objects-v2"])
  }

  @Test func `a part that is not there yet is waited for, and the cache does not stand in for it`()
    throws
  {
    try put(Self.versions[0], ["1", "2"], missing: [1])
    var summary = try ingest("s3://bucket/cur")
    #expect(summary.deliveries.map(\.status) == [.waiting])
    #expect(summary.deliveries[0].notes[0].contains("'s3://bucket/cur/daily"))
    try put(Self.versions[0], ["1", "2"])
    #expect(try ingest("s3://bucket/cur").deliveries.map(\.status) == [.loaded])
    try put(Self.versions[1], ["3", "4"])
    try fake.delete("cur/daily/20260501-20260601/\(Self.versions[1])/daily-1.csv")
    summary = try ingest("s3://bucket/cur")
    #expect(summary.deliveries.map(\.status) == [.waiting])
    #expect(try total == 3)
  }

  @Test func `a version's own folder is loaded only when the manifest above names it`() throws {
    try put(Self.versions[0], ["100"])
    try put(Self.versions[1], ["1"])
    let folder = "s3://bucket/cur/daily/20260501-20260601/"
    #expect(try ingest(folder + Self.versions[1]).deliveries.map(\.status) == [.loaded])
    _ = try ingest(folder + Self.versions[0])
    #expect(try total == 1)
  }

  @Test func `a manifest alone has its parts fetched`() throws {
    try put(Self.versions[0], ["1", "2"])
    let summary = try ingest("s3://bucket/cur/daily/20260501-20260601/daily-Manifest.json")
    #expect(summary.deliveries.map(\.status) == [.loaded])
    #expect(try total == 3)
  }

  @Test func `what is no report by its name is not fetched`() throws {
    try fake.put("x/bill-1.csv", SmallReport.header + SmallReport.row("a", "1"))
    try fake.put("x/table.sql", "CREATE TABLE")
    try fake.put("x/_hidden/bill-1.csv", SmallReport.header + SmallReport.row("a", "7"))
    try fake.put("x/empty.csv", "")
    let summary = try ingest("s3://bucket/x")
    #expect(try fake.requests().filter { $0 == "get-object" }.count == 1)
    #expect(summary.ignored.map(\.path) == ["s3://bucket/x/table.sql"])
    #expect(try total == 1)
  }

  @Test func `a damaged bill is told by its place in the bucket`() throws {
    try fake.put("x/bill-1.csv", SmallReport.header + SmallReport.row("a", "much"))
    let summary = try ingest("s3://bucket/x/bill-1.csv")
    #expect(summary.deliveries.map(\.status) == [.failed])
    #expect(summary.deliveries[0].files == ["s3://bucket/x/bill-1.csv"])
    #expect(!"\(summary)".contains(fake.cache))
  }

  @Test func `a place that cannot be read does not keep others from being loaded`() throws {
    let path = try lab.write("bill-1.csv", SmallReport.header + SmallReport.row("a", "1"))
    for place in ["s3://bucket/nothing", "s3://other/x", "s3://", "s3://bucket/**/*.parquet"] {
      let summary = try ingest(place, path)
      #expect(summary.hasFailures)
      #expect(summary.deliveries.count == 2)
    }
    #expect(try total == 1)
  }

  @Test func `offline a bill comes from the cache`() throws {
    try put(Self.versions[0], ["1", "2"])
    _ = try ingest("s3://bucket/cur")
    try fake.fail(with: "no network")
    #expect(try ingest("s3://bucket/cur").hasFailures)
    #expect(
      try ingest("s3://bucket/cur", isOffline: true).deliveries.map(\.status) == [.unchanged])
  }
}
