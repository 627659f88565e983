import Buckets
import Columns
import Files
package import Reports
package import Warehouse

/// Loads report files into a lake: find, group into deliveries, then load each in one commit.
package struct Ingest {
  package struct Options: Sendable {
    /// The table to load into instead of the report's own.
    package var table: String?
    /// The kind of report, instead of recognising it.
    package var report: String?
    /// Rows per delivery that may be wrong before it is refused.
    package var maxBadRows = 0
    /// Whether a bill without a manifest may take the place of one with more files and rows.
    package var mayShrink = false
    /// The day of inventory, days since the epoch; nil to take it from paths and files.
    package var snapshotDay: Int?
    /// How standard input and buckets are read.
    package var sources = SourceSettings()
    /// When scrapes were made that do not say it themselves: the time that the user gave, if any.
    var scrapeTime: Int64? { snapshotDay == nil ? nil : now }
    /// Called now and then on the ingesting thread.
    package var progress: @Sendable (IngestProgress) -> Void = { _ in }
    /// Microseconds since the epoch: when this run is.
    package var now: Int64

    package init(now: Int64) { self.now = now }
  }

  let warehouse: Warehouse
  let catalog: ReportCatalog
  let options: Options

  package init(_ warehouse: Warehouse, _ catalog: ReportCatalog, _ options: Options) {
    self.warehouse = warehouse
    self.catalog = catalog
    self.options = options
  }

  /// Finds, recognises and loads what is at the paths: files, folders, globs, `s3://` places, and `-` for
  /// standard input.
  ///
  /// A path that is not there and a delivery that fails do not keep others from being loaded; the summary
  /// tells.
  ///
  /// - Throws: `IngestError` for an unknown `report`; what the lake throws when it cannot be read.
  package func run(_ paths: [String]) throws -> IngestSummary {
    let recogniser = Recogniser(catalog: catalog, forced: try forcedKind())
    let found = FoundSources(paths, sourceSettings, recogniser)
    let summary = try load(found, recogniser)
    return found.names.shown(summary)
  }

  /// Shows how far a delivery is, by its rows and bytes so far.
  func progress(of delivery: Delivery) -> (_ rows: Int, _ bytes: Int) -> Void {
    { rows, bytes in
      options.progress(
        IngestProgress(
          delivery: delivery.application, rows: rows, bytesRead: bytes,
          bytesTotal: delivery.byteCount))
    }
  }

  /// Fetching shows how far it is as loading does.
  private var sourceSettings: SourceSettings {
    var settings = options.sources
    let progress = options.progress
    settings.buckets?.progress = { bytes, total in
      progress(
        IngestProgress(delivery: "fetching", rows: 0, bytesRead: bytes, bytesTotal: total))
    }
    return settings
  }

  private func load(_ found: FoundSources, _ recogniser: Recogniser) throws -> IngestSummary {
    var plan = try DeliveryPlanner(
      table: options.table, snapshotDay: options.snapshotDay, scrapeTime: options.scrapeTime,
      recogniser: recogniser
    ).plan(found.files)
    plan.ignored += found.ignored
    refuseUnknown(found.named, &plan)
    var summary = IngestSummary(deliveries: found.failures + plan.settled, ignored: plan.ignored)
    let log = DeliveryLog(warehouse: warehouse, now: options.now)
    var unlogged = plan.settled.filter { $0.status == .failed || $0.status == .waiting }
    for group in BareGroups.gathered(plan.deliveries) {
      let results = try load(group, log)
      summary.deliveries += results
      let news = results.filter { $0.status != .unchanged && $0.status != .waiting }
      guard !news.isEmpty else { continue }
      unlogged += news
      // Bills are logged at once: the next one may be another report of the same bill.
      if group[0].kind.bill != nil {
        try write(unlogged, to: log)
        unlogged = []
      }
    }
    try write(unlogged, to: log)
    try log.addMissing(summary.deliveries.filter { $0.status == .unchanged })
    return summary
  }

  /// Logs deliveries. Where one of them has failed, a lake that cannot be written is most likely why:
  /// the delivery's own error is then the one to tell.
  private func write(_ deliveries: [DeliverySummary], to log: DeliveryLog) throws {
    do {
      try log.add(deliveries)
    } catch {
      if !deliveries.contains(where: { $0.status == .failed }) { throw error }
    }
  }

  /// A file that the user names is meant to be loaded: passing it over would hide that it was not, as
  /// when a failed download left an error page under the report's name.
  private func refuseUnknown(_ wanted: Set<String>, _ plan: inout DeliveryPlan) {
    plan.settled += plan.ignored.filter { wanted.contains($0.path) && $0.isUnknown }.map {
      DeliveryPlanner.damaged($0.path, "\($0.path): \($0.reason)")
    }
    plan.ignored.removeAll { wanted.contains($0.path) && $0.isUnknown }
  }

  private func forcedKind() throws -> ReportKind? {
    guard let name = options.report else { return nil }
    guard let kind = catalog.kind(named: name) else {
      throw IngestError.unknownReport(name: name, known: catalog.kinds.map(\.name))
    }
    return kind
  }

  /// Loads deliveries that belong together: one by one, or all as one where their months overlap.
  private func load(_ group: [Delivery], _ log: DeliveryLog) throws -> [DeliverySummary] {
    guard group.count > 1 else { return [try load(group[0], log)] }
    let combined = BareGroups.combined(group)
    if (try? isLoaded(combined, log)) == true { return [try load(combined, log)] }
    var results: [DeliverySummary] = []
    for var delivery in group {
      delivery.mayHaveOtherMonths = false
      do {
        results.append(try load(delivery, log))
      } catch is OtherMonth {
        return [try load(combined, log)]
      }
    }
    return results
  }

  /// Loads one delivery; what goes wrong is in the summary.
  ///
  /// - Throws: `OtherMonth` where the delivery must not have any.
  private func load(_ delivery: Delivery, _ log: DeliveryLog) throws -> DeliverySummary {
    do {
      if try isLoaded(delivery, log) {
        return delivery.summary(
          .unchanged, notes: ["the same delivery was loaded before: nothing to do"])
      }
      if let bill = delivery.kind.bill, let table = delivery.kind.table {
        return try load(delivery, table, bill, log)
      }
      if let twin = try sameContent(as: delivery) {
        return delivery.summary(
          .unchanged, notes: ["the same content was loaded before as '\(twin)': nothing to do"])
      }
      if delivery.kind.isFlat, let table = delivery.kind.table {
        return loadFlat(delivery, table)
      }
      return try loadInventory(delivery)
    } catch let error as OtherMonth {
      throw error
    } catch {
      return delivery.summary(.failed, notes: ["\(error)"])
    }
  }

  /// Whether the table has this very delivery, and nothing that took its place since.
  private func isLoaded(_ delivery: Delivery, _ log: DeliveryLog) throws -> Bool {
    guard try warehouse.hasTable(delivery.table),
      try warehouse.transactionVersion(table: delivery.table, application: delivery.application)
        == delivery.version
    else { return false }
    return try delivery.kind.bill == nil || log.hasCurrent(delivery)
  }
}

/// How far an ingest is.
package struct IngestProgress: Sendable {
  /// The delivery being loaded, in a few words.
  package let delivery: String
  package let rows: Int
  /// Bytes of the delivery's files that are done, and of all of them.
  package let bytesRead: Int
  package let bytesTotal: Int
}
