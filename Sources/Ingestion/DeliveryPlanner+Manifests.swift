import Columns
import Files
import Reports

/// Bills with a manifest, which decides.
extension DeliveryPlanner {
  /// Plans what manifests name and takes those files, and older versions beside them, out of `files`.
  ///
  /// - Returns: all paths that manifests name.
  func planManifests(
    _ manifests: [FoundManifest], _ files: inout [SourceFile], _ plan: inout DeliveryPlan
  ) -> Set<String> {
    var named: Set<String> = []
    var scopes: [(folder: String, manifest: FoundManifest)] = []
    for group in groups(of: manifests) {
      guard let current = current(of: group, &plan) else {
        for manifest in group {
          scopes += folders(of: manifest).map { ($0, manifest) }
        }
        continue
      }
      let parts = current.manifest.keys.map {
        (key: $0, path: ManifestParts.file($0, from: current.folder))
      }
      for part in parts { if let path = part.path { named.insert(path) } }
      for other in group where other.manifest.id != current.manifest.id {
        scopes += folders(of: other).map { ($0, current) }
      }
      scopes += Set(parts.compactMap { $0.path.map(periodFolder) } + folders(of: current))
        .map { ($0, current) }
      if parts.isEmpty {
        settleEmpty(current, files, &plan)
      } else {
        planManifest(current, parts, files, &plan)
      }
    }
    files.removeAll { file in
      if named.contains(ManifestParts.canonical(file.path)) { return true }
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

  /// A manifest that names nothing: of a month without costs, unless data lies where it speaks for.
  private func settleEmpty(
    _ found: FoundManifest, _ files: [SourceFile], _ plan: inout DeliveryPlan
  ) {
    let own = folders(of: found)
    guard
      let data = files.first(where: { $0.kind.bill != nil && own.contains(periodFolder($0.path)) })
    else {
      plan.ignored.append(
        IgnoredFile(path: found.path, reason: "a manifest that names no files"))
      return
    }
    plan.settled.append(
      DeliverySummary(
        kind: data.kind.name, title: data.kind.title, table: table ?? data.kind.table?.name ?? "",
        source: found.source, period: found.manifest.period, deliveryID: found.manifest.id,
        files: [found.path], rows: 0, total: nil, currency: nil, status: .failed,
        notes: [
          "'\(found.path)' names no files, but '\(data.path)' is there: its delivery may not be over"
        ], rejectedRows: 0))
  }

  /// The folders whose files a manifest speaks for: its own period's, and where exports keep data apart
  /// from manifests, the period's data.
  private func folders(of manifest: FoundManifest) -> [String] {
    let own = periodFolder(manifest.path)
    return [own] + (ManifestParts.dataFolder(beside: own).map { [$0] } ?? [])
  }

  /// Without its manifest nobody knows which files a bill is of.
  func passOver(
    _ files: inout [SourceFile], besideDamagedManifests plan: inout DeliveryPlan
  ) {
    var manifests: [String: String] = [:]
    for path in plan.settled.flatMap(\.files) where path.hasSuffix("anifest.json") {
      let folder = Path.split(path).directory
      manifests[folder] = path
      if let data = ManifestParts.dataFolder(beside: periodFolder(path)) { manifests[data] = path }
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
  func addPeriodManifests(_ bills: [String], _ manifests: inout [FoundManifest]) {
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
      "\(found.source) \(found.manifest.period ?? periodFolder(found.path))"
    }
    return keyed.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The manifest that names the current version: the one above the versions' own folders, which is
  /// rewritten with each version, and of several of those the newest.
  private func current(
    of group: [FoundManifest], _ plan: inout DeliveryPlan
  ) -> FoundManifest? {
    let folders = Set(group.map(\.folder))
    let top = group.filter { found in
      !isVersionFolder(Path.name(found.folder))
        || !folders.contains(Path.split(found.folder).directory)
    }.sorted { $0.path < $1.path }
    guard Set(top.map(\.manifest.id)).count > 1 else { return top.first }
    if let newest = newest(of: top) {
      plan.ignored += top.filter { $0.manifest.id != newest.manifest.id }.map {
        IgnoredFile(
          path: $0.path,
          reason: "names version \($0.manifest.id), and '\(newest.path)' is newer")
      }
      return newest
    }
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

  /// The one that was made last, nil where that cannot be told: files that were written within a second
  /// may have been copied in any order.
  private func newest(of manifests: [FoundManifest]) -> FoundManifest? {
    let stated = manifests.map(\.stated)
    let times =
      stated.contains(nil) ? manifests.map { VersionTime.lastChange([$0.path]) } : stated
    let margin: Int64 = stated.contains(nil) ? Microseconds.second : 0
    let ordered = zip(manifests, times.map { $0 ?? .min }).sorted { $0.1 > $1.1 }
    guard let (best, time) = ordered.first, time != .min,
      ordered.allSatisfy({ $0.0.manifest.id == best.manifest.id || time - margin > $0.1 })
    else { return nil }
    return best
  }

  private func planManifest(
    _ found: FoundManifest, _ parts: [(key: String, path: String?)], _ files: [SourceFile],
    _ plan: inout DeliveryPlan
  ) {
    let missing = parts.filter { $0.path == nil }.map(\.key)
    let present = parts.compactMap(\.path)
    let known = Dictionary(
      files.map { (ManifestParts.canonical($0.path), $0) }, uniquingKeysWith: { first, _ in first })
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
      case .unknown(let reason), .damaged(let reason):
        problem = Recogniser.problem(ofPart: path, reason)
      }
    }
    sources = sources.map { file in
      file.recognised(
        as: recogniser.catalog.kind(file.kind, of: file.header, in: found.manifest.form))
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
    if let problem = wrongSize(parts, found.manifest) { return settle(.failed, problem) }
    if let twin = twin(parts) {
      return settle(
        .failed,
        "'\(found.path)' names '\(twin.0)' and '\(twin.1)', and both are '\(twin.path)' here: "
          + "keep the folders of the bucket when fetching the report")
    }
    guard let kind, let target = kind.table, kind.bill != nil || kind.isFlat else {
      return settle(.failed, "what '\(found.path)' names is not a report of costs")
    }
    var hash = ContentHash()
    hash.add(found.manifest.id)
    for file in sources {
      hash.add(file.name)
      hash.add(String(file.size))
    }
    var delivery = Delivery(
      kind: kind, table: table ?? target.name, source: found.source,
      period: kind.isFlat
        ? (try? InventoryPlanner(table: table, snapshotDay: snapshotDay)
          .day(of: sources, latest: nil)).map(BillingPeriod.day)
        : found.manifest.period ?? sources.lazy.compactMap(\.period).first,
      id: found.manifest.id, version: hash.value, files: sources,
      isComplete: found.manifest.period != nil)
    delivery.issued = found.stated ?? VersionTime.lastChange(present + [found.path])
    plan.deliveries.append(delivery)
  }

  /// What is wrong with a part that has not as many bytes as its manifest says. Of packed parts manifests
  /// may mean the bytes inside.
  private func wrongSize(
    _ parts: [(key: String, path: String?)], _ manifest: ReportManifest
  ) -> String? {
    for case (let key, let path?) in parts where path.hasSuffix(".csv") {
      guard let size = manifest.sizes[key],
        let found = try? Directory.attributes(path).size, found != size
      else { continue }
      return "\(path): has \(found) bytes, expected \(size), as the manifest says: fetch it again"
    }
    return nil
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

  /// The folder of all versions of a period: the file's own, or above the version's.
  func periodFolder(_ path: String) -> String {
    let folder = Path.split(path).directory
    return isVersionFolder(Path.name(folder)) ? Path.split(folder).directory : folder
  }

  /// Whether a folder is called after an assembly or execution: ends with a UUID, is the id that a
  /// manifest has, or begins with the time when the version was made.
  func isVersionFolder(_ name: String) -> Bool {
    if versionIDs.contains(name) || VersionTime.stated(in: name + "/x") != nil { return true }
    let groups = name.split(separator: "-", omittingEmptySubsequences: false).suffix(5)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
  }
}

extension FoundManifest {
  /// When the version was made, where the manifest or a folder's name says it.
  var stated: Int64? {
    manifest.issued
      ?? manifest.keys.lazy.compactMap(VersionTime.stated).first ?? VersionTime.stated(in: path)
  }
}
