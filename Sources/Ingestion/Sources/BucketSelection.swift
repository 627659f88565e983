import Buckets
import Files
import Reports

/// Which objects below a place in a bucket an ingest needs: the manifests, the parts that the current
/// ones name, and what may be a report that no manifest speaks for. A bucket that keeps all versions of
/// its bills has a hundred times as much.
struct BucketSelection {
  /// Sorted by key, manifests among them.
  private(set) var wanted: [BucketObject] = []
  /// Everything that was listed below ``prefix``, sorted by key.
  private(set) var listing: [BucketObject] = []
  let prefix: String
  /// Older versions of what is wanted, and files beside it that its manifest does not name.
  private(set) var superseded: [BucketObject] = []
  private(set) var ignored: [IgnoredFile] = []

  private let bucket: Bucket
  private let recogniser: Recogniser
  private var known: [String: BucketObject] = [:]
  /// Folders whose files manifests speak for.
  private var spokenFor: Set<String> = []
  private var listedFolders: Set<String> = []

  /// Lists the place and fetches its manifests.
  ///
  /// - Throws: `BucketError` when the place cannot be listed or nothing is there.
  init(_ url: BucketURL, _ bucket: Bucket, _ recogniser: Recogniser) throws(BucketError) {
    self.bucket = bucket
    self.recogniser = recogniser
    let isFolder = url.isPattern || url.key.isEmpty || url.key.hasSuffix("/")
    prefix = url.isPattern ? url.fixedPrefix : isFolder ? url.key : url.key + "/"
    listing = try bucket.objects(prefix: prefix)
    var found = listing
    if !isFolder { found = try bucket.objects(prefix: url.key, isFlat: true) + listing }
    let matching = found.filter { url.covers($0.key) }
    let objects = matching.filter { BucketSelection.isVisible($0, below: prefix, as: url) }
    guard !objects.isEmpty else { throw BucketSelection.nothing(at: url, found, matching) }
    for object in objects { known[object.key] = object }
    try select(objects, url)
  }

  private static func nothing(
    at url: BucketURL, _ listed: [BucketObject], _ matching: [BucketObject]
  ) -> BucketError {
    let what =
      matching.isEmpty
      ? "no object is there" : "there are only empty or hidden objects such as '\(matching[0].key)'"
    guard matching.isEmpty, let near = listed.first else { return BucketError("\(url)", what) }
    let hint =
      url.isPattern
      ? "; there is 's3://\(url.bucket)/\(near.key)'"
      : "; there is 's3://\(url.bucket)/\(near.key)': write '\(url)*' for all that begins so"
    return BucketError("\(url)", what + hint)
  }

  /// Markers of folders are empty; names that begin with `.` or `_` are hidden as below folders.
  private static func isVisible(
    _ object: BucketObject, below prefix: String, as url: BucketURL
  ) -> Bool {
    if object.key == url.key { return true }
    guard object.size > 0 else { return false }
    let fixed = prefix.lastIndex(of: "/").map { prefix[...$0].count } ?? 0
    return object.key.dropFirst(fixed).split(separator: "/").allSatisfy {
      !$0.hasPrefix(".") && !$0.hasPrefix("_")
    }
  }

  // MARK: Choosing

  private mutating func select(_ objects: [BucketObject], _ url: BucketURL) throws(BucketError) {
    let manifests = try currentManifests(objects)
    var parts: Set<String> = []
    for (object, manifest) in manifests {
      spokenFor.formUnion(folders(of: object.key))
      for key in manifest?.keys ?? [] {
        guard let part = try part(key, of: object.key) else { continue }
        parts.insert(part)
        spokenFor.insert(VersionFolder.period(of: part))
      }
    }
    let isManifest = Set(manifests.map(\.object.key))
    var chosen = manifests.map(\.object)
    for key in parts { if let object = known[key] { chosen.append(object) } }
    var passed: (count: Int, first: String) = (0, "")
    for object in objects where !parts.contains(object.key) && !isManifest.contains(object.key) {
      if object.key == url.key {
        chosen.append(object)
      } else if spokenFor.contains(VersionFolder.period(of: object.key))
        || BucketSelection.isManifest(object.key)
      {
        superseded.append(object)
      } else if BucketSelection.mayBeReport(object.key) {
        chosen.append(object)
      } else {
        if passed.count == 0 { passed.first = object.key }
        passed.count += 1
      }
    }
    wanted = chosen.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    if let first = superseded.first {
      ignored.append(
        IgnoredFile(
          path: bucket.url(first.key),
          reason: "not named by the current manifest"
            + BucketSelection.others(superseded.count) + "; not fetched"))
    }
    if passed.count > 0 {
      ignored.append(
        IgnoredFile(
          path: bucket.url(passed.first),
          reason: "no report by its name" + BucketSelection.others(passed.count)
            + "; not fetched"))
    }
  }

  private static func others(_ count: Int) -> String {
    count == 1 ? "" : ", and \(count - 1) more"
  }

  /// The manifests above the folders of versions, of several for one period the newest; nil for one that
  /// cannot be read, which speaks for its folder all the same.
  private mutating func currentManifests(
    _ objects: [BucketObject]
  ) throws(BucketError) -> [(object: BucketObject, manifest: ReportManifest?)] {
    var candidates = objects.filter { BucketSelection.isManifest($0.key) }
    candidates += try manifestsAbove(objects, candidates)
    let keys = Set(candidates.map(\.key))
    candidates.removeAll { object in
      let (folder, name) = Path.split(object.key)
      return VersionFolder.isVersion(Path.name(folder))
        && keys.contains(Path.join(Path.split(folder).directory, name))
    }
    let fetched = bucket.fetch(candidates)
    var found: [(object: BucketObject, manifest: ReportManifest?)] = []
    var newest: [String: Int] = [:]
    for object in candidates {
      known[object.key] = object
      guard let file = fetched.files[object.key],
        case .manifest(let manifest) = recogniser.glance(at: file)
      else {
        found.append((object, nil))
        continue
      }
      let period = manifest.period ?? VersionFolder.period(of: object.key)
      let group = "\(manifest.payer)/\(manifest.reportName) \(period)"
      guard let other = newest[group] else {
        newest[group] = found.count
        found.append((object, manifest))
        continue
      }
      spokenFor.formUnion(folders(of: object.key) + folders(of: found[other].object.key))
      if isNewer((object, manifest), than: found[other]) { found[other] = (object, manifest) }
    }
    return found
  }

  private func isNewer(
    _ a: (object: BucketObject, manifest: ReportManifest?),
    than b: (object: BucketObject, manifest: ReportManifest?)
  ) -> Bool {
    (a.object.modified, a.object.key) > (b.object.modified, b.object.key)
  }

  /// Where a version's own folder was asked for: the manifests above it, which say whether it is current.
  private mutating func manifestsAbove(
    _ objects: [BucketObject], _ manifests: [BucketObject]
  ) throws(BucketError) -> [BucketObject] {
    let folders = Set(objects.map { Path.split($0.key).directory })
      .filter { VersionFolder.isVersion(Path.name($0)) }
      .map { Path.split($0).directory + "/" }
    var found: [BucketObject] = []
    for folder in Set(folders).sorted() where !folder.hasPrefix(prefix) {
      found += try bucket.objects(prefix: folder, isFlat: true).filter {
        BucketSelection.isManifest($0.key)
      }
    }
    return found
  }

  /// The object that a manifest's key stands for: the key itself, or where a report was copied to another
  /// place, the longest end of it that is there below the manifest's folder or one above.
  private mutating func part(
    _ key: String, of manifest: String
  ) throws(BucketError) -> String? {
    if known[key] != nil { return key }
    let components = key.split(separator: "/")
    var bases = [Path.split(manifest).directory]
    for _ in 0..<6 {
      guard let last = bases.last, last != "." else { break }
      bases.append(Path.split(last).directory)
    }
    for length in (1..<max(2, components.count)).reversed() {
      let end = components.suffix(length).joined(separator: "/")
      for base in length == 1 ? Array(bases.prefix(1)) : bases {
        let candidate = base == "." ? end : Path.join(base, end)
        if known[candidate] != nil { return candidate }
      }
    }
    // Outside of what was asked for: a manifest alone, or exports with the data elsewhere.
    let folder = Path.split(key).directory + "/"
    guard !folder.hasPrefix(prefix), listedFolders.insert(folder).inserted else { return nil }
    for object in try bucket.objects(prefix: folder, isFlat: true) { known[object.key] = object }
    return known[key] == nil ? nil : key
  }

  /// The folders whose files a manifest speaks for: its own period's, and where exports keep data apart
  /// from manifests, the period's data.
  private func folders(of manifest: String) -> [String] {
    let own = VersionFolder.period(of: manifest)
    let (parent, name) = Path.split(own)
    guard name.lowercased().hasPrefix("billing_period="), Path.name(parent) == "metadata" else {
      return [own]
    }
    return [own, Path.join(Path.join(Path.split(parent).directory, "data"), name)]
  }

  // MARK: Names

  private static func isManifest(_ key: String) -> Bool {
    let name = Path.name(key).lowercased()
    return name == "manifest.json" || name.hasSuffix("-manifest.json")
  }

  /// Whether a report may have such a name: with one of these endings, or with none, as streams name
  /// their files.
  private static func mayBeReport(_ key: String) -> Bool {
    var name = Path.name(key).lowercased()
    for packing in [".gz", ".zip"] where name.hasSuffix(packing) { return true }
    guard let dot = name.lastIndex(of: ".") else { return true }
    name = String(name[name.index(after: dot)...])
    return [
      "csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "prom", "metrics", "om",
    ].contains(name)
  }
}

/// Folders that are called after an assembly or execution.
enum VersionFolder {
  /// Whether a name ends with a UUID.
  static func isVersion(_ name: String) -> Bool {
    let groups = name.split(separator: "-", omittingEmptySubsequences: false).suffix(5)
    return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
  }

  /// The folder of all versions of a period: a file's own, or above the version's.
  static func period(of path: String) -> String {
    let folder = Path.split(path).directory
    return isVersion(Path.name(folder)) ? Path.split(folder).directory : folder
  }
}
