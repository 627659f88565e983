import Columns
import Ingestion
import Testing
import Warehouse

/// Several listings of one day that do not say whose they are: what they have in common tells.
@Suite struct ListingSuccessionTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func ingest(_ name: String, day: Int? = 20_000) throws -> IngestSummary {
    try lab.ingest(lab.folder + "/" + name) { options in options.snapshotDay = day }
  }

  private func volumes(_ ids: String..., zone: String = "us-east-1a", size: Int = 8) -> String {
    #"{"Volumes":["# + list(ids, zone, size) + "]}"
  }

  private func list(_ ids: [String], _ zone: String, _ size: Int) -> String {
    ids.map { #"{"VolumeId":"\#($0)","Size":\#(size),"AvailabilityZone":"\#(zone)"}"# }
      .joined(separator: ",")
  }

  private var stored: [String] {
    get throws {
      try lab.rows("SELECT volume_id, account_id FROM ec2_volumes ORDER BY 1, 2").map { row in
        row.compactMap(\.string).joined(separator: " ")
      }
    }
  }

  // MARK: One owner

  private static let kinds: [(table: String, key: String, list: String, entry: String)] = [
    ("ec2_volumes", "volume_id", "Volumes", #""VolumeId":"@","AvailabilityZone":"us-east-1a""#),
    (
      "ec2_addresses", "allocation_id", "Addresses",
      #""PublicIp":"1.2.3.4","AllocationId":"@","NetworkBorderGroup":"us-east-1""#
    ),
    ("ec2_snapshots", "snapshot_id", "Snapshots", #""SnapshotId":"@","OwnerId":"111122223333""#),
    ("ec2_images", "image_id", "Images", #""ImageId":"@","OwnerId":"111122223333""#),
    (
      "ssm_managed_instances", "instance_id", "InstanceInformationList",
      #""InstanceId":"@","PingStatus":"Online""#
    ),
    (
      "ec2_instance_status", "instance_id", "InstanceStatuses",
      #""InstanceId":"@","InstanceState":{"Name":"running"}"#
    ),
    (
      "elb_load_balancers", "dns_name", "LoadBalancerDescriptions",
      #""LoadBalancerName":"lb","DNSName":"@","AvailabilityZones":["us-east-1a"]"#
    ),
  ]

  @Test(arguments: kinds)
  func `a later listing with a resource of the earlier takes its place`(
    _ kind: (table: String, key: String, list: String, entry: String)
  ) throws {
    func text(_ ids: String...) -> String {
      let entries = ids.map { "{" + kind.entry.replacing("@", with: $0) + "}" }
      return #"{"\#(kind.list)":["# + entries.joined(separator: ",") + "]}"
    }
    try lab.write("a/list.json", text("x-1", "x-2"))
    try lab.write("b/list.json", text("x-2", "x-3", "x-4"))
    #expect(try ingest("a").deliveries.map(\.rows) == [2])
    let later = try #require(try ingest("b").deliveries.first)
    #expect(later.status == .loaded)
    #expect(later.notes.first?.contains("took the place of") == true, "\(later.notes)")
    #expect(later.notes.first?.contains("1 of the 2 resources there is here") == true)
    #expect(
      try lab.rows("SELECT \(kind.key) FROM \(kind.table) ORDER BY 1")
        == ["x-2", "x-3", "x-4"].map { [.text($0)] })
    // The same two again change nothing.
    #expect(try ingest("a").deliveries.map(\.status) == [.unchanged])
    #expect(try ingest("b").deliveries.map(\.status) == [.unchanged])
    #expect(try lab.number("SELECT count(*) FROM \(kind.table)") == 3)
  }

  @Test func `in one run the earlier is passed over, and that is said`() throws {
    try lab.write("in/a/volumes.json", volumes("vol-1", "vol-2"))
    try lab.write("in/b/volumes.json", volumes("vol-1", "vol-2", "vol-3"))
    let summary = try ingest("in")
    #expect(summary.deliveries.map(\.rows) == [3])
    #expect(
      summary.ignored.map(\.reason) == [
        "'\(lab.folder)/in/b/volumes.json' is a later listing of the same account, region and day: "
          + "it has 2 of the 2 resources"
      ])
    #expect(try stored == ["vol-1", "vol-2", "vol-3"])
    #expect(try ingest("in").deliveries.map(\.status) == [.unchanged])
  }

  @Test(arguments: [
    ("in/z/volumes-20261122-0600.json", "in/a/volumes-20261122-1200.json"),
    ("in/2026-11-22T0600/z.json", "in/2026-11-22T1200/a.json"),
    ("in/v-2026-11-22T06:00:00Z.json", "in/a-2026-11-22T06:01:00Z.json"),
  ])
  func `the time in a path comes before its name`(_ early: String, _ late: String) throws {
    try lab.write(late, volumes("vol-1", "vol-3"))
    try lab.write(early, volumes("vol-1", "vol-2"))
    #expect(try ingest("in").deliveries.map(\.rows) == [2])
    #expect(try stored == ["vol-1", "vol-3"])
  }

  @Test func `what is as it was in the morning again is not taken for the morning's`() throws {
    let morning = volumes("vol-1", "vol-2")
    try lab.write("in/2026-11-22T0600.json", morning)
    try lab.write("in/2026-11-22T1200.json", volumes("vol-1", "vol-3"))
    try lab.write("in/2026-11-22T1800.json", morning)
    #expect(try ingest("in").ignored.count == 2)
    #expect(try stored == ["vol-1", "vol-2"])
  }

  @Test func `so it is when they come one by one`() throws {
    let morning = volumes("vol-1", "vol-2")
    for (name, text) in [("a", morning), ("b", volumes("vol-1", "vol-3")), ("c", morning)] {
      try lab.write("\(name)/v.json", text)
      #expect(try ingest(name).deliveries.map(\.status) == [.loaded])
    }
    #expect(try stored == ["vol-1", "vol-2"])
  }

  @Test(arguments: [true, false])
  func `of a listing with two regions only the one that is listed again goes`(_ oneRun: Bool) throws
  {
    let both = [
      list(["vol-1", "vol-2"], "us-east-1a", 8), list(["vol-8", "vol-9"], "eu-west-1a", 8),
    ]
    try lab.write("in/a.json", #"{"Volumes":[\#(both.joined(separator: ","))]}"#)
    if !oneRun { _ = try ingest("in") }
    try lab.write("in/b.json", volumes("vol-2", "vol-3"))
    #expect(try ingest("in").ignored.isEmpty)
    #expect(try stored == ["vol-2", "vol-3", "vol-8", "vol-9"])
  }

  // MARK: Several owners

  @Test(arguments: [true, false])
  func `listings without a common resource are of two accounts, and stay both`(
    _ oneRun: Bool
  ) throws {
    try lab.write("in/prod/ec2/volumes.json", volumes("vol-1", "vol-2"))
    if !oneRun { _ = try ingest("in") }
    try lab.write("in/test/ec2/volumes.json", volumes("vol-8"))
    let summary = try ingest("in")
    #expect(summary.ignored.isEmpty)
    let notes = summary.deliveries.map { $0.notes.joined() }
    #expect(notes.allSatisfy { !$0.contains("place") }, "\(notes)")
    #expect(try stored == ["vol-1", "vol-2", "vol-8"])
  }

  @Test func `a listing that names its account and one that does not are compared`() throws {
    try lab.write("a/111122223333/volumes.json", volumes("vol-1", "vol-2"))
    try lab.write("a/444455556666/volumes.json", volumes("vol-8"))
    try lab.write("b/volumes.json", volumes("vol-1", "vol-3"))
    _ = try ingest("a")
    let later = try #require(try ingest("b").deliveries.first)
    #expect(
      later.notes == [
        "took the place of the listing of 111122223333 in us-east-1 of the same day, as a listing of "
          + "the same account and region: 1 of the 2 resources there is here"
      ])
    #expect(try stored == ["vol-1", "vol-3", "vol-8 444455556666"])
    // The other way round the account is known again.
    try lab.write("c/111122223333/volumes.json", volumes("vol-3"))
    _ = try ingest("c")
    #expect(try stored == ["vol-3 111122223333", "vol-8 444455556666"])
  }

  @Test func `of two of the same minute the one that names its account counts`() throws {
    try lab.write("in/111122223333/2026-11-22T0600.json", volumes("vol-1"))
    try lab.write("in/2026-11-22T0600.json", volumes("vol-1"))
    #expect(try ingest("in").ignored.count == 1)
    #expect(try stored == ["vol-1 111122223333"])
  }

  @Test func `the day before stays`() throws {
    try lab.write("a/v.json", volumes("vol-1"))
    try lab.write("b/v.json", volumes("vol-1", "vol-2"))
    _ = try ingest("a", day: 19_999)
    _ = try ingest("b", day: 20_000)
    #expect(try stored == ["vol-1", "vol-1", "vol-2"])
  }

  // MARK: Twice in one listing

  @Test(arguments: ["twice", "pages", "changed"])
  func `an entry that is there twice is stored as often, and told with both places`(
    _ how: String
  ) throws {
    let path = try lab.write("in/v-1.json", text(how))
    if how == "pages" { try lab.write("in/v-2.json", volumes("vol-2")) }
    let delivery = try #require(try ingest("in").deliveries.first)
    let other = how == "pages" ? "entry 1 of '\(lab.folder)/in/v-2.json'" : "entry 3 of '\(path)'"
    #expect(delivery.rows == 3)
    #expect(
      delivery.notes == [
        "an id is there before, such as 'vol-2' in entry 2 of '\(path)' and \(other): sums count "
          + "them as often; were two listings joined?"
      ])
    #expect(try stored == ["vol-1", "vol-2", "vol-2"])
  }

  private func text(_ how: String) -> String {
    let ids = ["vol-1", "vol-2"]
    return switch how {
    case "twice": #"{"Volumes":[\#(list(ids + ["vol-2"], "us-east-1a", 8))]}"#
    case "changed":
      #"{"Volumes":[\#(list(ids, "us-east-1a", 8)),\#(list(["vol-2"], "us-east-1a", 9))]}"#
    default: volumes("vol-1", "vol-2").replacing("]}", with: #"],"NextToken":"t"}"#)
    }
  }
}
