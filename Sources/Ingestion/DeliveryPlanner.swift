import Columns
import Compression
import Files
import Reports
import TextFormats

/// Groups files into deliveries. Where there is a manifest, it decides.
struct DeliveryPlanner {
  /// The table to load into instead of the reports' own.
  let table: String?
  /// The day of inventory whose files do not say it, days since the epoch.
  let snapshotDay: Int?
  /// When scrapes were made that do not say it themselves, microseconds since 1970.
  let scrapeTime: Int64?
  let recogniser: Recogniser
  /// The ids of versions that manifests tell.
  private(set) var versionIDs: Set<String> = []

  init(table: String?, snapshotDay: Int?, scrapeTime: Int64?, recogniser: Recogniser) {
    self.table = table
    self.snapshotDay = snapshotDay
    self.scrapeTime = scrapeTime
    self.recogniser = recogniser
  }

  /// - Throws: `FileError` when a file vanishes while it is looked at.
  func plan(_ paths: [String]) throws -> DeliveryPlan {
    var plan = DeliveryPlan()
    var files: [SourceFile] = []
    var manifests: [FoundManifest] = []
    for path in paths {
      switch recogniser.glance(at: path) {
      case .report(let file): files.append(file)
      case .manifest(let manifest):
        manifests.append(FoundManifest(path: path, manifest: manifest))
      case .unknown(let reason):
        if let problem = manifestProblem(path) {
          plan.settled.append(Self.damaged(path, problem))
          continue
        }
        plan.ignored.append(IgnoredFile(path: path, reason: reason, isUnknown: true))
      case .damaged(let reason): plan.settled.append(Self.damaged(path, reason))
      }
    }
    var planner = self
    planner.versionIDs = Set(manifests.map(\.manifest.id))
    try planner.plan(files, manifests, &plan)
    return plan
  }

  private func plan(
    _ files: [SourceFile], _ manifests: [FoundManifest], _ plan: inout DeliveryPlan
  ) throws {
    var files = files
    var manifests = manifests
    passOver(&files, besideDamagedManifests: &plan)
    addPeriodManifests(files.filter { $0.kind.bill != nil }.map(\.path), &manifests)
    let damaged = plan.settled
    plan.settled = []
    let named = planManifests(manifests, &files, &plan)
    // The delivery of a manifest says itself what is wrong with its parts.
    plan.settled =
      damaged.filter { !$0.files.allSatisfy { named.contains(ManifestParts.canonical($0)) } }
      + plan.settled
    try planBareBills(files.filter { $0.kind.bill != nil }, &plan)
    try InventoryPlanner(table: table, snapshotDay: snapshotDay, scrapeTime: scrapeTime).plan(
      files.filter { $0.kind.bill == nil }, &plan)
    refuseRivals(&plan)
    plan.deliveries.sort {
      ($0.table, $0.period ?? "", $0.order, $0.source)
        < ($1.table, $1.period ?? "", $1.order, $1.source)
    }
  }

  /// What is wrong with a file that has a manifest's name and ends before it says what it is, as one that
  /// is still being written; nil for others.
  private func manifestProblem(_ path: String) -> String? {
    let name = Path.name(path).lowercased()
    guard name == "manifest.json" || name.hasSuffix("-manifest.json") else { return nil }
    do {
      let text = try PackedFile.open(path).readAll(limit: 64 << 20)
      guard !text.isEmpty else { return "\(path): is empty, its delivery may not be over" }
      _ = try JSONValue.parse(text, file: path)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// A file of which nothing can be said but that it was not loaded.
  static func damaged(_ path: String, _ reason: String) -> DeliverySummary {
    DeliverySummary(
      kind: "", title: "File", table: "", source: Path.name(path), period: nil, deliveryID: "",
      files: [path], rows: 0, total: nil, currency: nil, status: .failed, notes: [reason],
      rejectedRows: 0)
  }
}
