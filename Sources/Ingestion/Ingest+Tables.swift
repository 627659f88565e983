import Columns
import Reports
import SQL
import Warehouse

/// Loading what is no bill: flat tables, inventory, listings and metrics.
extension Ingest {
  func loadFlat(_ delivery: Delivery, _ table: ReportTable) -> DeliverySummary {
    var outcome = FlatLoader.Outcome()
    let loader = FlatLoader(
      warehouse: warehouse, delivery: delivery, table: table,
      day: delivery.period.flatMap { ReportFileName.day(in: $0) } ?? 0,
      maxBadRows: options.maxBadRows, progress: progress(of: delivery))
    var summary = delivery.summary(.loaded)
    do {
      try loader.load(&outcome)
      summary.rows = outcome.rows
    } catch {
      summary.status = .failed
      summary.notes.append("\(error)")
    }
    summary.rejectedRows = outcome.rejects.count
    if summary.status == .loaded && outcome.hasMore {
      summary.notes.append(ListingReader.morePages)
    }
    keep(outcome.rejects.records, of: delivery, &summary)
    if summary.status == .loaded, let note = twiceThere(delivery, table) {
      summary.notes.append(note)
    }
    return summary
  }

  /// A word on things that are in the table more than once, by the columns that tell them apart: an
  /// export of the same day under another name, say, or one with the same row twice.
  private func twiceThere(_ delivery: Delivery, _ table: ReportTable) -> String? {
    guard !table.keyColumns.isEmpty else { return nil }
    let key = table.keyColumns.map(SQLName.quoted).joined(separator: ", ")
    let day = delivery.period.map { " WHERE \(FlatColumns.day) = DATE '\($0)'" } ?? ""
    let counted = try? warehouse.query(
      """
      SELECT count(*) FROM (
        SELECT 1 FROM \(SQLName.quoted(delivery.table))\(day) GROUP BY \(key) HAVING count(*) > 1)
      """)
    guard let count = counted?.rows().first?.first?.int64, count > 0 else { return nil }
    return
      "\(count) \(table.keyColumns.joined(separator: ", ")) \(count == 1 ? "is" : "are") there "
      + "more than once" + (delivery.period.map { " on \($0)" } ?? "")
      + ": sums count them as often; was the same export loaded under two names?"
  }

  /// Another source of the same inventory, of the same day where there are days, whose content is the
  /// same, when this one is new.
  func sameContent(as delivery: Delivery) throws -> String? {
    guard delivery.kind.isFlat || delivery.kind.rows != nil && delivery.period != nil,
      try warehouse.hasTable(delivery.table),
      try warehouse.transactionVersion(table: delivery.table, application: delivery.application)
        == nil
    else { return nil }
    let ending = delivery.period.map { "/" + $0 } ?? ""
    let day = delivery.files.first.flatMap { ReportFileName.day(in: $0.path) }
    return try warehouse.transactionApplications(table: delivery.table).sorted().first { twin in
      guard twin.hasSuffix(ending), day == nil || ReportFileName.day(in: twin) ?? day == day,
        try warehouse.transactionVersion(table: delivery.table, application: twin)
          == delivery.version
      else { return false }
      return try isThere(String(twin.dropLast(ending.utf8.count)), delivery)
    }
  }

  /// Whether a table still has what a source brought for a delivery's day: a later listing may have taken
  /// its place.
  private func isThere(_ source: String, _ delivery: Delivery) throws -> Bool {
    guard let period = delivery.period, !delivery.kind.isFlat,
      delivery.surveys.contains(where: { $0.entries > 0 && !$0.isOwned })
    else { return true }
    let parts = try warehouse.deliveredParts(table: delivery.table).values
    return parts.isEmpty
      || parts.contains { $0.source == source && $0.partition["snapshot_date"] == period }
  }

  func loadInventory(_ delivery: Delivery) throws -> DeliverySummary {
    let day = delivery.period.flatMap { ReportFileName.day(in: $0) } ?? 0
    var summary = delivery.summary(.loaded)
    if delivery.kind.tables.count > 1 {
      let name = delivery.typeTable ?? delivery.table
      let outcome = try InventoryLoader(
        warehouse: warehouse, delivery: delivery, typeTable: name,
        table: delivery.kind.tables.first { $0.name == name }, day: day
      ).load()
      summary.rows = outcome.rows
      summary.notes += outcome.notes
    } else if let table = delivery.kind.table, delivery.kind.rows != nil {
      let outcome = try ListingLoader(
        warehouse: warehouse, delivery: delivery, table: table, day: day
      ).load()
      summary.rows = outcome.rows
      summary.notes += outcome.notes
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
