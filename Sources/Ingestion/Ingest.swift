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

  private let warehouse: Warehouse
  private let catalog: ReportCatalog
  private let options: Options

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

  // MARK: Bills

  private func load(
    _ delivery: Delivery, _ table: ReportTable, _ bill: ReportBill, _ log: DeliveryLog
  ) throws -> DeliverySummary {
    try refuseSecondReport(delivery, log)
    let current = try heldVersion(delivery, log)
    if let current, let made = delivery.issued, let currentMade = current.issuedAt,
      made < currentMade
    {
      return delivery.summary(
        .superseded,
        notes: [
          "was made \(text(made)), and version \(current.id), made \(text(currentMade)), is loaded: "
            + "nothing to do"
        ])
    }
    var outcome = BillLoader.Outcome()
    let loader = BillLoader(
      warehouse: warehouse, delivery: delivery, table: table, bill: bill, options: options,
      held: current
    ) { rows, bytes in
      options.progress(
        IngestProgress(
          delivery: delivery.application, rows: rows, bytesRead: bytes,
          bytesTotal: delivery.byteCount))
    }
    var summary = delivery.summary(.loaded)
    do {
      try loader.load(&outcome)
    } catch let error as OtherMonth {
      throw error
    } catch {
      summary.status = .failed
      summary.notes.append("\(error)")
    }
    summary.rejectedRows = outcome.rejectedCount
    keep(outcome.rejects, of: delivery, &summary)
    guard summary.status == .loaded else { return summary }
    summary.rows = outcome.rows
    summary.total = outcome.cost.value
    summary.currency = outcome.currencies.count == 1 ? outcome.currencies.first : nil
    summary.replaced = current.map { replaced($0, delivery) }
    if !outcome.periods.isEmpty {
      summary.period = outcome.periods.sorted().joined(separator: ", ")
    }
    for (column, values) in outcome.dropped.sorted(by: { $0.key < $1.key }) {
      summary.notes.append(
        "\(values.count) values of column '\(column)' are no numbers and became NULL, the first "
          + "is '\(values.first)'")
    }
    keep(outcome.replaced, of: delivery, &summary)
    summary.notes += outcome.notes
    if outcome.currencies.count > 1 {
      summary.notes.append(
        "has costs in \(outcome.currencies.sorted().joined(separator: ", ")): the total mixes them")
    }
    return summary
  }

  /// What the table holds of the delivery's source and month; nil where that is nothing.
  private func heldVersion(_ delivery: Delivery, _ log: DeliveryLog) throws -> DeliveryLog.Entry? {
    guard try warehouse.hasTable(delivery.table),
      try warehouse.transactionVersion(table: delivery.table, application: delivery.application)
        != nil
    else { return nil }
    return try log.current(delivery)
  }

  private func replaced(_ held: DeliveryLog.Entry, _ delivery: Delivery) -> ReplacedVersion {
    let day = Int(held.loadedAt.floorDivided(by: Microseconds.day))
    let loaded = BillingPeriod.of(Int64(day) * Microseconds.day)
    return ReplacedVersion(
      deliveryID: held.id, rows: held.rows, total: held.total,
      wasClosed: delivery.period.map { $0 < loaded } ?? false)
  }

  private func text(_ time: Int64) -> String {
    String(CivilTimeText.text(timestamp: time, separator: " ").prefix(19))
  }

  /// A second report of the same payer and period would count the bill twice.
  private func refuseSecondReport(_ delivery: Delivery, _ log: DeliveryLog) throws {
    let shared = catalog.costKinds.compactMap { $0.table?.name.lowercased() }
    let tables = shared.contains(delivery.table.lowercased()) ? shared : [delivery.table]
    guard let other = try log.otherSource(of: delivery, in: tables) else { return }
    throw IngestError.countedTwice(
      table: other.table, period: delivery.period ?? "", payer: delivery.payer,
      loaded: String(other.source.dropFirst(delivery.payer.count + 1)),
      new: String(delivery.source.dropFirst(delivery.payer.count + 1)))
  }

  /// Writes rejected rows beside the tables, where there is a place for them.
  private func keep(
    _ rejects: [RejectedRecord], of delivery: Delivery, _ summary: inout DeliverySummary
  ) {
    let lake = warehouse.configuration.lake
    guard !rejects.isEmpty, lake != ":memory:" else { return }
    do {
      let path = try RejectedRecord.write(
        rejects, lake: lake, run: runName, name: fileName(delivery))
      summary.notes.append("rejected rows are in '\(path)'")
    } catch {
      summary.notes.append("rejected rows could not be kept: \(error)")
    }
  }

  /// Writes words that became NULL beside the tables, so that nothing of the report is lost.
  private func keep(
    _ values: ReplacedValues, of delivery: Delivery, _ summary: inout DeliverySummary
  ) {
    let lake = warehouse.configuration.lake
    guard values.count > 0, lake != ":memory:" else { return }
    do {
      summary.notes.append(try values.write(lake: lake, run: runName, name: fileName(delivery)))
    } catch {
      summary.notes.append("values that became NULL could not be kept: \(error)")
    }
  }

  /// What a delivery's files beside the tables are called.
  private func fileName(_ delivery: Delivery) -> String {
    String(delivery.application.map { $0 == "/" || $0 == ":" ? "-" : $0 })
  }

  /// The run's time as the name of a folder: `2026-05-01T120000`.
  private var runName: String {
    let time = CivilTimeText.text(timestamp: options.now, separator: "T")
    return String(time.prefix(19).filter { $0 != ":" })
  }

  // MARK: Flat tables

  private func loadFlat(_ delivery: Delivery, _ table: ReportTable) -> DeliverySummary {
    var outcome = FlatLoader.Outcome()
    let loader = FlatLoader(
      warehouse: warehouse, delivery: delivery, table: table,
      day: delivery.period.flatMap { ReportFileName.day(in: $0) } ?? 0,
      maxBadRows: options.maxBadRows
    ) { rows, bytes in
      options.progress(
        IngestProgress(
          delivery: delivery.application, rows: rows, bytesRead: bytes,
          bytesTotal: delivery.byteCount))
    }
    var summary = delivery.summary(.loaded)
    do {
      try loader.load(&outcome)
      summary.rows = outcome.rows
    } catch {
      summary.status = .failed
      summary.notes.append("\(error)")
    }
    summary.rejectedRows = outcome.rejectedCount
    keep(outcome.rejects, of: delivery, &summary)
    if summary.status == .loaded, let note = twiceThere(delivery, table) {
      summary.notes.append(note)
    }
    return summary
  }

  /// A word on things that are in the table more than once, by the columns that tell them apart: an
  /// export of the same day under another name, say, or one with the same row twice.
  private func twiceThere(_ delivery: Delivery, _ table: ReportTable) -> String? {
    guard !table.keyColumns.isEmpty else { return nil }
    func quoted(_ name: String) -> String {
      "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
    }
    let key = table.keyColumns.map(quoted).joined(separator: ", ")
    let day = delivery.period.map { " WHERE \(FlatColumns.day) = DATE '\($0)'" } ?? ""
    let counted = try? warehouse.query(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM \(quoted(delivery.table))\(day) GROUP BY \(key) HAVING count(*) > 1)
      """)
    guard let count = counted?.rows().first?.first?.int64, count > 0 else { return nil }
    return
      "\(count) \(table.keyColumns.joined(separator: ", ")) \(count == 1 ? "is" : "are") there "
      + "more than once" + (delivery.period.map { " on \($0)" } ?? "")
      + ": sums count them as often; was the same export loaded under two names?"
  }

  // MARK: Inventory

  /// Another source of the same day's inventory whose content is the same, when this one is new.
  private func sameContent(as delivery: Delivery) throws -> String? {
    guard delivery.kind.rows != nil || delivery.kind.isFlat, let period = delivery.period,
      try warehouse.hasTable(delivery.table),
      try warehouse.transactionVersion(table: delivery.table, application: delivery.application)
        == nil
    else { return nil }
    return try warehouse.transactionApplications(table: delivery.table).sorted().first {
      try $0.hasSuffix("/" + period)
        && warehouse.transactionVersion(table: delivery.table, application: $0) == delivery.version
    }
  }

  private func loadInventory(_ delivery: Delivery) throws -> DeliverySummary {
    let day = delivery.period.flatMap { ReportFileName.day(in: $0) } ?? 0
    var summary = delivery.summary(.loaded)
    if delivery.kind.tables.count > 1 {
      let name = delivery.typeTable ?? delivery.table
      summary.rows = try InventoryLoader(
        warehouse: warehouse, delivery: delivery, typeTable: name,
        table: delivery.kind.tables.first { $0.name == name }, day: day
      ).load()
    } else if let table = delivery.kind.table, delivery.kind.rows != nil {
      summary.rows = try ListingLoader(
        warehouse: warehouse, delivery: delivery, table: table, day: day
      ).load()
    } else if let table = delivery.kind.table, delivery.kind.recognition.text != nil {
      let outcome = try PointLoader.scrapes(warehouse, delivery, table, asOf: options.scrapeTime)
      summary.rows = outcome.rows
      if let note = outcome.note("sample") { summary.notes.append(note) }
    } else if let table = delivery.kind.table {
      let outcome = try MetricsLoader(warehouse: warehouse, delivery: delivery, table: table).load()
      summary.rows = outcome.rows
      summary.notes += outcome.notes
    }
    return summary
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
