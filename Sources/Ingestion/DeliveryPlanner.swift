import Columns
import Files
import Reports

/// Groups files into deliveries. Where there is a manifest, it decides.
struct DeliveryPlanner {
  /// The table to load into instead of the reports' own.
  let table: String?
  /// The day of inventory whose files do not say it, days since the epoch.
  let snapshotDay: Int?
  /// When scrapes were made that do not say it themselves, microseconds since 1970.
  let scrapeTime: Int64?
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
      damaged.filter { !$0.files.allSatisfy { named.contains(canonical($0)) } } + plan.settled
    try planBareBills(files.filter { $0.kind.bill != nil }, &plan)
    try InventoryPlanner(table: table, snapshotDay: snapshotDay, scrapeTime: scrapeTime).plan(
      files.filter { $0.kind.bill == nil }, &plan)
    plan.deliveries.sort {
      ($0.table, $0.period ?? "", $0.source) < ($1.table, $1.period ?? "", $1.source)
    }
    return plan
  }

  /// A file of which nothing can be said but that it was not loaded.
  static func damaged(_ path: String, _ reason: String) -> DeliverySummary {
    DeliverySummary(
      kind: "", title: "File", table: "", source: Path.name(path), period: nil, deliveryID: "",
      files: [path], rows: 0, total: nil, currency: nil, status: .failed, notes: [reason],
      rejectedRows: 0)
  }

  // MARK: Bills with a manifest

  /// Plans what manifests name and takes those files, and older versions beside them, out of `files`.
  ///
  /// - Returns: all paths that manifests name.
  private func planManifests(
    _ manifests: [FoundManifest], _ files: inout [SourceFile], _ plan: inout DeliveryPlan
  ) -> Set<String> {
    var named: Set<String> = []
    var scopes: [(folder: String, manifest: FoundManifest)] = []
    for group in groups(of: manifests) {
      guard let current = current(of: group, &plan) else {
        for manifest in group { scopes.append((manifest.folder, manifest)) }
        continue
      }
      if current.manifest.keys.isEmpty {
        plan.ignored.append(
          IgnoredFile(path: current.path, reason: "a manifest that names no files"))
        continue
      }
      let parts = current.manifest.keys.map { (key: $0, path: resolve($0, from: current.folder)) }
      for part in parts { if let path = part.path { named.insert(path) } }
      for folder in Set(
        parts.compactMap { $0.path.map(periodFolder) } + [periodFolder(current.path)])
      {
        scopes.append((folder, current))
      }
      planManifest(current, parts, files, &plan)
    }
    files.removeAll { file in
      if named.contains(canonical(file.path)) { return true }
      guard file.kind.bill != nil,
        let scope = scopes.first(where: { $0.folder == periodFolder(file.path) })
      else { return false }
      plan.ignored.append(
        IgnoredFile(
          path: file.path,
          reason: "not of the version \(scope.manifest.manifest.id) that '\(scope.manifest.path)' "
            + "names"))
      return true
    }
    return named
  }

  /// Without its manifest nobody knows which files a bill is of.
  private func passOver(
    _ files: inout [SourceFile], besideDamagedManifests plan: inout DeliveryPlan
  ) {
    var manifests: [String: String] = [:]
    for path in plan.settled.flatMap(\.files) where path.hasSuffix("anifest.json") {
      manifests[Path.split(path).directory] = path
    }
    guard !manifests.isEmpty else { return }
    files.removeAll { file in
      guard file.kind.bill != nil,
        let manifest = manifests[file.folder] ?? manifests[periodFolder(file.path)]
      else { return false }
      plan.ignored.append(
        IgnoredFile(path: file.path, reason: "its manifest '\(manifest)' cannot be read"))
      return true
    }
  }

  /// Where only a version's own folder was given: the manifest above it says whether it is the current one.
  private func addPeriodManifests(_ bills: [String], _ manifests: inout [FoundManifest]) {
    let folders = Set((bills + manifests.map(\.path)).map { Path.split($0).directory })
    for folder in folders.sorted() where isVersionFolder(Path.name(folder)) {
      let above = Path.split(folder).directory
      for name in (try? Directory.names(above)) ?? [] where name.hasSuffix("anifest.json") {
        let path = Path.join(above, name)
        guard !manifests.contains(where: { $0.path == path }), Directory.kind(path) == .file,
          case .manifest(let manifest) = recogniser.glance(at: path)
        else { continue }
        manifests.append(FoundManifest(path: path, manifest: manifest))
      }
    }
  }

  /// Manifests of one report and period each.
  private func groups(of manifests: [FoundManifest]) -> [[FoundManifest]] {
    let keyed = Dictionary(grouping: manifests) { found in
      "\(found.source) \(found.manifest.period ?? found.folder)"
    }
    return keyed.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The manifest that names the current version: the only one, or the one nearest to the top, which
  /// is rewritten with each version while those in the versions' own folders stay.
  private func current(
    of group: [FoundManifest], _ plan: inout DeliveryPlan
  ) -> FoundManifest? {
    func depth(_ found: FoundManifest) -> Int { found.path.utf8.count { $0 == UInt8(ascii: "/") } }
    let ordered = group.sorted { (depth($0), $0.path) < (depth($1), $1.path) }
    let top = ordered.filter { depth($0) == depth(ordered[0]) }
    guard Set(top.map(\.manifest.id)).count > 1 else { return ordered[0] }
    let folder = Path.split(top[0].folder).directory
    let error = IngestError.severalAssemblies(
      folder: folder, names: top.map { Path.name($0.folder) })
    plan.settled.append(
      DeliverySummary(
        kind: "", title: "Bill", table: "", source: top[0].source, period: top[0].manifest.period,
        deliveryID: "", files: top.map(\.path), rows: 0, total: nil, currency: nil,
        status: .failed, notes: ["\(error)"], rejectedRows: 0))
    return nil
  }

  private func planManifest(
    _ found: FoundManifest, _ parts: [(key: String, path: String?)], _ files: [SourceFile],
    _ plan: inout DeliveryPlan
  ) {
    let missing = parts.filter { $0.path == nil }.map(\.key)
    let present = parts.compactMap(\.path)
    let known = Dictionary(
      files.map { (canonical($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    var sources: [SourceFile] = []
    var problem: String?
    for path in present {
      if let file = known[path] {
        sources.append(file)
        continue
      }
      switch recogniser.glance(at: path) {
      case .report(let file): sources.append(file)
      case .manifest: problem = "'\(path)' is a manifest where data was expected"
      case .unknown(let reason), .damaged(let reason): problem = "\(path): \(reason)"
      }
    }
    let kind = sources.first?.kind
    func settle(_ status: DeliverySummary.Status, _ note: String) {
      plan.settled.append(
        DeliverySummary(
          kind: kind?.name ?? "", title: kind?.title ?? "Bill",
          table: table ?? kind?.table?.name ?? "", source: found.source,
          period: found.manifest.period, deliveryID: found.manifest.id, files: present, rows: 0,
          total: nil, currency: nil, status: status, notes: [note], rejectedRows: 0))
    }
    guard missing.isEmpty else {
      let count = missing.count == 1 ? "a part" : "\(missing.count) parts"
      return settle(
        .waiting, "waits for \(count) that '\(found.path)' names: '\(missing[0])'")
    }
    if let problem { return settle(.failed, problem) }
    if let twin = twin(parts) {
      return settle(
        .failed,
        "'\(found.path)' names '\(twin.0)' and '\(twin.1)', and both are '\(twin.path)' here: "
          + "keep the folders of the bucket when fetching the report")
    }
    guard let kind, let target = kind.table, kind.bill != nil else {
      return settle(.failed, "what '\(found.path)' names is not a report of costs")
    }
    var hash = ContentHash()
    hash.add(found.manifest.id)
    for file in sources {
      hash.add(file.name)
      hash.add(String(file.size))
    }
    plan.deliveries.append(
      Delivery(
        kind: kind, table: table ?? target.name, source: found.source,
        period: found.manifest.period ?? sources.lazy.compactMap(\.period).first,
        id: found.manifest.id, version: hash.value, files: sources, isComplete: true))
  }

  /// Two keys that one file stands for, whose rows would be counted twice.
  private func twin(
    _ parts: [(key: String, path: String?)]
  ) -> (String, String, path: String)? {
    var keys: [String: String] = [:]
    for case (let key, let path?) in parts {
      if let other = keys.updateValue(key, forKey: path) { return (other, key, path) }
    }
    return nil
  }

  /// The file that a key of the bucket stands for: the longest end of the key that is there below the
  /// manifest's folder or one above it.
  private func resolve(_ key: String, from folder: String) -> String? {
    let components = key.split(separator: "/").map(String.init)
    var bases = [folder]
    for _ in 0..<DeliveryPlanner.levels {
      guard let last = bases.last, last != "/", last != "." else { break }
      bases.append(Path.split(last).directory)
    }
    for length in (1...max(1, components.count)).reversed() {
      let end = components.suffix(length).joined(separator: "/")
      // A bare name is looked for beside the manifest only.
      for base in length == 1 ? [folder] : bases {
        let path = base == "." ? end : Path.join(base, end)
        if Directory.kind(path) == .file { return canonical(path) }
      }
    }
    return components.last.flatMap { renamedCopy(of: $0, in: folder) }
  }

  /// The one file beside the manifest whose name is the part's with words put before the extension:
  /// `bill-1.anon.csv.gz` for `bill-1.csv.gz`. Two such files would be a guess, so they are none.
  private func renamedCopy(of name: String, in folder: String) -> String? {
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let stem = name[...dot]
    let ending = name[dot...]
    let names = (try? Directory.names(folder)) ?? []
    let copies = names.filter {
      $0 != name && $0.hasPrefix(stem) && $0.hasSuffix(ending)
        && $0.utf8.count > stem.utf8.count + ending.utf8.count
    }
    return copies.count == 1 ? canonical(Path.join(folder, copies[0])) : nil
  }

  private static let levels = 6

  /// A path without `./` in front, so that the same file has one spelling.
  private func canonical(_ path: String) -> String {
    var path = Substring(path)
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return String(path)
  }

  /// The folder of all versions of a period: the file's own, or above the version's.
  private func periodFolder(_ path: String) -> String {
    let folder = Path.split(path).directory
    return isVersionFolder(Path.name(folder)) ? Path.split(folder).directory : folder
  }

  /// Whether a folder is called after an assembly or execution: ends with a UUID.
  private func isVersionFolder(_ name: String) -> Bool {
    let groups = name.split(separator: "-", omittingEmptySubsequences: false).suffix(5)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
  }

  // MARK: Bills without a manifest

  private func planBareBills(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    var refused: Set<String> = []
    let versions = Dictionary(grouping: files.filter { isVersionFolder(Path.name($0.folder)) }) {
      Path.split($0.folder).directory
    }
    for (folder, members) in versions.sorted(by: { $0.key < $1.key }) {
      let names = Set(members.map { Path.name($0.folder) }).sorted()
      guard names.count > 1 else { continue }
      refused.formUnion(members.map(\.path))
      plan.settled.append(
        refusal(members, IngestError.severalAssemblies(folder: folder, names: names)))
    }
    let groups = Dictionary(grouping: files.filter { !refused.contains($0.path) }) { file in
      [
        file.folder, file.kind.name, file.payer ?? "", ReportFileName.report(of: file.name),
        file.period ?? "",
      ]
    }
    for (_, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      try planBareBill(members.sorted { $0.path < $1.path }, &plan)
    }
  }

  private func planBareBill(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    guard let first = files.first, let target = first.kind.table else { return }
    var hash = ContentHash()
    for file in files {
      do {
        try hash.add(file: file.path)
      } catch {
        plan.settled.append(Self.damaged(file.path, "\(error)"))
        return
      }
    }
    let report = ReportFileName.report(of: first.name)
    plan.deliveries.append(
      Delivery(
        kind: first.kind, table: table ?? target.name,
        source: (first.payer ?? "unknown") + "/" + report, period: first.period, id: hash.text,
        version: hash.value, files: files, isComplete: false))
  }

  private func refusal(_ files: [SourceFile], _ error: IngestError) -> DeliverySummary {
    DeliverySummary(
      kind: files[0].kind.name, title: files[0].kind.title,
      table: table ?? files[0].kind.table?.name ?? "", source: files[0].payer ?? "",
      period: files[0].period, deliveryID: "", files: files.map(\.path), rows: 0, total: nil,
      currency: nil, status: .failed, notes: ["\(error)"], rejectedRows: 0)
  }
}
