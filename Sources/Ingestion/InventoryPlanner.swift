import Columns
import Files
import Reports

/// Groups inventory, listings and metrics into deliveries.
struct InventoryPlanner {
  /// The table to load into instead of the reports' own.
  let table: String?
  /// The day of files that do not say it, days since the epoch.
  let snapshotDay: Int?
  /// When scrapes were made that do not say it themselves, microseconds since 1970.
  var scrapeTime: Int64?

  /// One delivery per file, but for the pages of a listing and for Systems Manager inventory, whose many
  /// small files are one per type.
  func plan(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    try planScrapes(files.filter { $0.kind.recognition.text != nil }, &plan)
    try planNodes(files.filter { $0.kind.tables.count > 1 }, &plan)
    let others = files.filter { $0.kind.recognition.text == nil && $0.kind.tables.count <= 1 }
    let groups = Dictionary(grouping: others) { file in
      isListing(file.kind) ? [file.kind.name] : [file.kind.name, file.path]
    }
    for (_, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let members = members.sorted { $0.path < $1.path }
      if isListing(members[0].kind) {
        try planListings(members, &plan)
      } else {
        try add(members, nil, source: nil, &plan)
      }
    }
    passOverTwins(&plan)
  }

  /// Of flat files with the same content, whatever they are called and however packed, one is enough.
  private func passOverTwins(_ plan: inout DeliveryPlan) {
    var known: [String: String] = [:]
    plan.deliveries.removeAll { delivery in
      guard delivery.kind.isFlat, delivery.kind.bill == nil, delivery.files.count == 1,
        let path = delivery.files.first?.path
      else { return false }
      let day = ReportFileName.day(in: path).map { " \($0)" } ?? ""
      let content = "\(delivery.table) \(delivery.period ?? "")\(day) \(delivery.id)"
      guard let same = known[content] else {
        known[content] = path
        return false
      }
      plan.ignored.append(IgnoredFile(path: path, reason: "its content is that of '\(same)'"))
      return true
    }
  }

  private func isListing(_ kind: ReportKind) -> Bool {
    kind.rows != nil && kind.table != nil && !kind.isFlat
  }

  // MARK: Systems Manager inventory

  /// One delivery per type, of all files that have entries of it.
  private func planNodes(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    var groups: [String: [SourceFile]] = [:]
    var unfinished: Set<String> = []
    for file in files {
      do {
        let survey = try InventoryReader(file.path).survey()
        for type in survey.types {
          groups[InventoryPath.table(ofType: type), default: []].append(file)
        }
        if survey.hasMore { unfinished.insert(file.path) }
      } catch {
        plan.settled.append(DeliveryPlanner.damaged(file.path, "\(error)"))
      }
    }
    for (name, members) in groups {
      guard
        var delivery = try delivery(
          members.sorted { $0.path < $1.path }, nil, source: members[0].kind.name, &plan,
          table: name)
      else { continue }
      delivery.typeTable = name
      if members.contains(where: { unfinished.contains($0.path) }) {
        delivery.notes.append(ListingReader.morePages)
      }
      plan.deliveries.append(delivery)
    }
  }

  // MARK: Scrapes

  /// One delivery per folder and day, since there is a file per scrape; files that cannot be read do not
  /// keep the others back.
  private func planScrapes(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    struct Place: Hashable {
      let folder: String
      let day: Int
    }
    var groups: [Place: [SourceFile]] = [:]
    for file in files {
      do {
        let time = try Scrape(file.path, asOf: scrapeTime).latest
        let day = Int(time.floorDivided(by: Microseconds.day))
        groups[Place(folder: file.folder, day: day), default: []].append(file)
      } catch {
        plan.settled.append(DeliveryPlanner.damaged(file.path, "\(error)"))
      }
    }
    for (place, members) in groups {
      try add(
        members.sorted { $0.path < $1.path }, place.day,
        source: "scrapes/" + shortPath(place.folder), &plan)
    }
  }

  // MARK: Deliveries

  func add(
    _ files: [SourceFile], _ day: Int?, source: String?, _ plan: inout DeliveryPlan
  ) throws {
    guard let delivery = try delivery(files, day, source: source, &plan) else { return }
    plan.deliveries.append(delivery)
  }

  func delivery(
    _ files: [SourceFile], _ day: Int?, source: String?, _ plan: inout DeliveryPlan,
    table own: String? = nil
  ) throws -> Delivery? {
    let first = files[0]
    var hash = ContentHash()
    do {
      for file in files { try hash.add(content: file) }
    } catch {
      plan.settled.append(DeliveryPlanner.damaged(first.path, "\(error)"))
      return nil
    }
    if let table = first.kind.table, !table.scopeColumns.isEmpty {
      // The same content from another account is another listing.
      let owner = ListingOwner.of(path: first.path)
      hash.add("\(owner.account ?? "") \(owner.region ?? "")")
    }
    let isMetric = first.kind.table?.partitionColumns.contains("snapshot_date") == false
    let day = isMetric ? nil : try day ?? self.day(of: files, latest: nil)
    return Delivery(
      kind: first.kind, table: table ?? own ?? first.kind.table?.name ?? first.kind.name,
      source: source ?? shortPath(first.path),
      period: day.map(BillingPeriod.day), id: hash.text, version: hash.value, files: files,
      isComplete: false)
  }

  /// Folder and file, or more folders: what stays the same from one night to the next.
  func shortPath(_ path: String, names: Int = 2) -> String {
    path.split(separator: "/").suffix(names).joined(separator: "/")
  }

  /// The day that inventory is of: what the user says, what the path says, what its content says, when
  /// it was written.
  func day(of files: [SourceFile], latest: Int64?) throws -> Int {
    if let snapshotDay { return snapshotDay }
    var newest = Int.min
    for file in files {
      newest = max(newest, try day(of: file, latest: latest))
    }
    return newest
  }

  private func day(of file: SourceFile, latest: Int64?) throws -> Int {
    if let day = ReportFileName.day(in: file.path) { return day }
    let moment = try latest ?? Directory.attributes(file.path).modified
    return Int(moment.floorDivided(by: Microseconds.day))
  }
}
