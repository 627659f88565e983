import Reports

/// Listings: pages joined, and those passed over that a later one of the same day replaces.
extension InventoryPlanner {
  /// Joins pages, and passes over what a later listing of the same owner and day replaces.
  ///
  /// - Throws: `FileError` when a file vanishes while it is looked at.
  func planListings(_ files: [SourceFile], _ plan: inout DeliveryPlan) throws {
    guard let table = files[0].kind.table else { return }
    var listings: [Listing] = []
    for file in files {
      // What cannot be read fails by itself, in words of its own.
      guard let survey = try? ListingSurvey(file, table) else {
        try add([file], nil, source: nil, &plan)
        continue
      }
      let day = try day(of: [file], latest: survey.latest)
      if let last = listings.last, last.isContinued(by: file, day: day) {
        listings[listings.count - 1].add(file, survey)
      } else {
        listings.append(Listing(file, survey, day: day))
      }
    }
    try planOrdered(listings.sorted { $0.isBefore($1) }, &plan)
  }

  /// - Parameter listings: in the order in which they were made.
  private func planOrdered(_ listings: [Listing], _ plan: inout DeliveryPlan) throws {
    var succession = ListingSuccession()
    var deliveries: [String: Delivery] = [:]
    var contents: [String: String] = [:]
    for listing in listings {
      guard let delivery = try delivery(listing, &plan) else { continue }
      let content = "\(delivery.period ?? "") \(delivery.id)"
      if let same = contents[content], !listing.isOwned,
        listing.surveys.contains(where: { $0.entries > 0 }), succession.isUntouched(same)
      {
        passOver(listing.files, "its content is that of '\(same)'", &plan)
        continue
      }
      contents[content] = listing.path
      deliveries[listing.path] = delivery
      succession.add(listing)
    }
    for replaced in succession.replaced { passOver(replaced.listing.files, replaced.reason, &plan) }
    for (order, listing) in succession.remaining.enumerated() {
      guard var delivery = deliveries[listing.path] else { continue }
      delivery.order = order
      plan.deliveries.append(delivery)
    }
  }

  private func delivery(_ listing: Listing, _ plan: inout DeliveryPlan) throws -> Delivery? {
    let kind = listing.files[0].kind
    let owners = listing.isOwned ? listing.owners : []
    let owner = owners.count == 1 ? owners.first?.compactMap { $0 } ?? [] : []
    // Two accounts' listings that do not name them often lie at the same place below different folders.
    let source =
      owner.isEmpty
      ? shortPath(listing.path, names: 4) : ([kind.name] + owner).joined(separator: "/")
    guard var delivery = try delivery(listing.files, listing.day, source: source, &plan) else {
      return nil
    }
    delivery.surveys = listing.surveys
    if listing.surveys.last?.hasMore == true {
      delivery.notes.append(ListingReader.morePages)
    }
    if listing.surveys.allSatisfy({ $0.entries == 0 }) {
      delivery.notes.append("the listing is empty: nothing is there on that day")
    }
    return delivery
  }

  private func passOver(_ files: [SourceFile], _ reason: String, _ plan: inout DeliveryPlan) {
    for file in files { plan.ignored.append(IgnoredFile(path: file.path, reason: reason)) }
  }
}
