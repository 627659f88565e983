import Columns
import Files
import Reports

/// Groups inventory, listings and metrics into deliveries.
struct InventoryPlanner {
  /// The table to load into instead of the reports' own.
  let table: String?
  /// The day of files that do not say it, days since the epoch.
  let snapshotDay: Int?

  /// One delivery per file, but for the pages of a listing and for Systems Manager inventory, whose many
  /// small files are one per type.
  func plan(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    let groups = Dictionary(grouping: files) { file in
      if file.kind.tables.count > 1 { return [InventoryPath(file.path)?.table ?? ""] }
      return isListing(file.kind) ? [file.kind.name] : [file.kind.name, file.path]
    }
    for (_, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let members = members.sorted { $0.path < $1.path }
      if isListing(members[0].kind) {
        try planListings(members, &plan)
      } else {
        try add(members, nil, source: nil, &plan)
      }
    }
  }

  private func isListing(_ kind: ReportKind) -> Bool {
    kind.rows != nil && kind.table != nil && !kind.isFlat
  }

  // MARK: Listings

  /// Files that are one listing: its pages in the order of their names.
  private struct Listing {
    var files: [SourceFile]
    var surveys: [ListingSurvey]
    let day: Int

    var scopes: Set<[String?]> {
      surveys.allSatisfy(\.isOwned) ? surveys.reduce(into: []) { $0.formUnion($1.scopes) } : []
    }
  }

  /// Joins pages, and passes over what a later listing of the same account, region and day replaces.
  private func planListings(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    guard let table = files[0].kind.table else { return }
    var listings: [Listing] = []
    for file in files {
      // What cannot be read fails by itself, in words of its own.
      guard let survey = try? ListingSurvey(file, table) else {
        try add([file], nil, source: nil, &plan)
        continue
      }
      let day = try day(of: [file], latest: survey.latest)
      if let last = listings.last, last.surveys.last?.hasMore == true, last.day == day,
        last.files[0].folder == file.folder
      {
        listings[listings.count - 1].files.append(file)
        listings[listings.count - 1].surveys.append(survey)
      } else {
        listings.append(Listing(files: [file], surveys: [survey], day: day))
      }
    }
    var hashes: [String: String] = [:]
    for (position, listing) in listings.enumerated() {
      let later = listings[(position + 1)...].first { other in
        !listing.scopes.isEmpty && other.day == listing.day
          && listing.scopes.isSubset(of: other.scopes)
      }
      if let later {
        passOver(
          listing.files,
          "'\(later.files[0].path)' is a later listing of the same account, region "
            + "and day", &plan)
        continue
      }
      guard let delivery = try delivery(listing, &plan) else { continue }
      let key = "\(delivery.period ?? "") \(delivery.id)"
      if let same = hashes[key], listing.scopes.isEmpty,
        listing.surveys.contains(where: { $0.entries > 0 })
      {
        passOver(listing.files, "its content is that of '\(same)'", &plan)
        continue
      }
      hashes[key] = listing.files[0].path
      plan.deliveries.append(delivery)
    }
  }

  private func delivery(_ listing: Listing, _ plan: inout DeliveryPlan) throws -> Delivery? {
    let kind = listing.files[0].kind
    let scopes = listing.scopes
    let source = scopes.count == 1 ? scopes.first?.compactMap { $0 } ?? [] : []
    guard
      var delivery = try delivery(
        listing.files, listing.day,
        source: source.isEmpty ? nil : ([kind.name] + source).joined(separator: "/"), &plan)
    else { return nil }
    if listing.surveys.last?.hasMore == true {
      delivery.notes.append(
        "its last page says that more pages follow, which are not there: fetch the listing without "
          + "--no-paginate and --max-items")
    }
    if listing.surveys.allSatisfy({ $0.entries == 0 }) {
      delivery.notes.append("the listing is empty: nothing is there on that day")
    }
    return delivery
  }

  private func passOver(_ files: [SourceFile], _ reason: String, _ plan: inout DeliveryPlan) {
    for file in files { plan.ignored.append(IgnoredFile(path: file.path, reason: reason)) }
  }

  // MARK: Deliveries

  private func add(
    _ files: [SourceFile], _ day: Int?, source: String?, _ plan: inout DeliveryPlan
  ) throws {
    guard let delivery = try delivery(files, day, source: source, &plan) else { return }
    plan.deliveries.append(delivery)
  }

  private func delivery(
    _ files: [SourceFile], _ day: Int?, source: String?, _ plan: inout DeliveryPlan
  ) throws -> Delivery? {
    let first = files[0]
    var hash = ContentHash()
    do {
      for file in files { try hash.add(file: file.path) }
    } catch {
      plan.settled.append(DeliveryPlanner.damaged(first.path, "\(error)"))
      return nil
    }
    if let table = first.kind.table, !table.scopeColumns.isEmpty {
      // The same content from another account is another listing.
      let owner = ListingOwner.of(path: first.path)
      hash.add("\(owner.account ?? "") \(owner.region ?? "")")
    }
    let isInventory = first.kind.tables.count > 1
    let own = isInventory ? InventoryPath(first.path)?.table : first.kind.table?.name
    let isMetric = first.kind.table?.partitionColumns.contains("snapshot_date") == false
    let day = isMetric && !isInventory ? nil : try day ?? self.day(of: files, latest: nil)
    return Delivery(
      kind: first.kind, table: table ?? own ?? first.kind.name,
      source: source ?? (isInventory ? first.kind.name : shortPath(first.path)),
      period: day.map(BillingPeriod.day), id: hash.text, version: hash.value, files: files,
      isComplete: false)
  }

  /// Folder and file: what stays the same from one night to the next.
  private func shortPath(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
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
