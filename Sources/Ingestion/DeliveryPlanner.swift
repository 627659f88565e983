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
  let recogniser: Recogniser

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
    try planInventory(files.filter { $0.kind.bill == nil }, &plan)
    refuseRivals(&plan)
    plan.deliveries.sort {
      ($0.table, $0.period ?? "", $0.source) < ($1.table, $1.period ?? "", $1.source)
    }
    return plan
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

  // MARK: Inventory and metrics

  /// One delivery per file, but for Systems Manager inventory, whose many small files are one per type.
  private func planInventory(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    let groups = Dictionary(grouping: files) { file in
      file.kind.tables.count > 1
        ? [InventoryPath(file.path)?.table ?? ""] : [file.kind.name, file.path]
    }
    for (_, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let members = members.sorted { $0.path < $1.path }
      let first = members[0]
      var hash = ContentHash()
      do {
        for file in members { try hash.add(file: file.path) }
      } catch {
        plan.settled.append(Self.damaged(first.path, "\(error)"))
        continue
      }
      let isInventory = first.kind.tables.count > 1
      let own = isInventory ? InventoryPath(first.path)?.table : first.kind.table?.name
      let isMetric = first.kind.table?.partitionColumns.contains("snapshot_date") == false
      plan.deliveries.append(
        Delivery(
          kind: first.kind, table: table ?? own ?? first.kind.name,
          source: isInventory ? first.kind.name : shortPath(first.path),
          period: isMetric && !isInventory ? nil : BillingPeriod.day(try day(of: members)),
          id: hash.text, version: hash.value, files: members, isComplete: false))
    }
  }

  /// Folder and file: what stays the same from one night to the next.
  private func shortPath(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  /// The day that inventory is of: what the user says, what the path says, when it was written.
  private func day(of files: [SourceFile]) throws -> Int {
    if let snapshotDay { return snapshotDay }
    var newest = Int.min
    for file in files {
      let modified = try Directory.attributes(file.path).modified
      let day =
        ReportFileName.day(in: file.path)
        ?? Int(modified.floorDivided(by: DeliveryPlanner.dayLength))
      newest = max(newest, day)
    }
    return newest
  }

  private static let dayLength: Int64 = 86_400_000_000
}
