import Columns
import Files
import Ingestion
import Testing
import Warehouse

/// `<table>_latest`: accounts and regions are listed by jobs of their own, and each job fails by itself.
@Suite struct LatestListingTests {
  private let lab: Lab
  private static let first = 20_000

  init() throws { lab = try Lab() }

  /// Lists the volumes of accounts and regions on a day counted from the first one.
  private func list(_ day: Int, _ volumes: [String: [String]]) throws {
    for (place, ids) in volumes {
      let region = place.split(separator: "/").last ?? "us-east-1"
      let rows = ids.map {
        #"{"VolumeId":"\#($0)","Size":8,"State":"available","AvailabilityZone":"\#(region)a"}"#
      }
      try lab.write(
        "day\(day)/\(place)/volumes.json", "{\"Volumes\":[\(rows.joined(separator: ","))]}")
    }
    let path = Path.join(lab.folder, "day\(day)")
    let summary = try lab.ingest(path) { $0.snapshotDay = LatestListingTests.first + day }
    #expect(summary.deliveries.allSatisfy { $0.status == .loaded })
  }

  private var latest: [String] {
    get throws {
      try lab.rows("SELECT volume_id FROM ec2_volumes_latest ORDER BY 1").compactMap(
        \.first?.string)
    }
  }

  private static let one = "111122223333/us-east-1"
  private static let two = "444455556666/us-east-1"

  @Test func `an account whose listing is late keeps the one before`() throws {
    try list(0, [Self.one: ["vol-a", "vol-gone"], Self.two: ["vol-b"]])
    try list(1, [Self.one: ["vol-a", "vol-new"]])
    #expect(try latest == ["vol-a", "vol-b", "vol-new"])
    #expect(try lab.number("SELECT count(*) FROM ec2_volumes") == 5)
  }

  @Test func `regions of an account are listed by themselves`() throws {
    try list(0, [Self.one: ["vol-a"], "111122223333/eu-west-1": ["vol-e"]])
    try list(1, ["111122223333/eu-west-1": ["vol-f"]])
    #expect(try latest == ["vol-a", "vol-f"])
  }

  @Test func `a listing without a row takes the place of the one before`() throws {
    try list(0, [Self.one: ["vol-a"], Self.two: ["vol-b"]])
    try list(1, [Self.one: [], Self.two: ["vol-b"]])
    #expect(try latest == ["vol-b"])
    try list(2, [Self.one: ["vol-c"]])
    #expect(try latest == ["vol-b", "vol-c"])
  }

  @Test(arguments: [(7, ["vol-a", "vol-b"]), (8, ["vol-a"])])
  func `an account that is no longer listed is left out after a week`(
    day: Int, expected: [String]
  ) throws {
    try list(0, [Self.two: ["vol-b"]])
    try list(day, [Self.one: ["vol-a"]])
    #expect(try latest == expected)
  }

  @Test func `listings that do not tell whose they are count on the newest day alone`() throws {
    try list(0, ["here/us-east-1": ["vol-a", "vol-gone"]])
    try list(1, ["here/us-east-1": ["vol-a"]])
    #expect(try latest == ["vol-a"])
    try list(2, [Self.one: ["vol-a"]])
    #expect(try latest == ["vol-a"])
  }

  @Test func `the view is there with its table, and has the columns that listings may have`() throws
  {
    #expect(throws: (any Error).self) { try latest }
    try list(0, [Self.one: ["vol-a"]])
    #expect(try lab.rows("SELECT iops, tags FROM ec2_volumes_latest").count == 1)
    let views = try lab.rows("SHOW VIEWS").compactMap(\.first?.string)
    #expect(views.contains("ec2_volumes_latest"))
    #expect(throws: (any Error).self) { try lab.rows("SELECT * FROM cur_latest") }
  }
}
