import Columns
import Warehouse

/// The table `deliveries`: one row per delivery that was loaded, failed, waits for a part of its files or
/// came too late.
///
/// It is read once a run. The logs of the tables themselves, which know of a bill from its commit on, fill
/// in what a run that was killed did not write down here.
final class DeliveryLog {
  private let warehouse: Warehouse
  /// Microseconds since the epoch.
  private let now: Int64
  private var entries: [Entry]?
  /// By table, in lower case.
  private var commits: [String: [Entry]] = [:]

  static let table = "deliveries"

  static let schema = Schema([
    Field("loaded_at", .timestamp), Field("table_name", .varchar), Field("source", .varchar),
    Field("billing_period", .varchar), Field("delivery_id", .varchar), Field("files", .bigint),
    Field("rows", .bigint), Field("total", .double), Field("currency", .varchar),
    Field("status", .varchar), Field("issued_at", .timestamp), Field("restated", .boolean),
    Field("previous_delivery_id", .varchar), Field("previous_rows", .bigint),
    Field("previous_total", .double), Field("kind", .varchar), Field("rejected_rows", .bigint),
    Field("note", .varchar),
  ])

  /// A delivery that was loaded, waits or came too late.
  struct Entry {
    var loadedAt: Int64
    var table: String
    var source: String
    /// `2026-05`, or several with commas between.
    var period: String
    var id: String
    var files: Int?
    var rows: Int?
    var total: Double?
    var currency: String?
    var status: String
    var issuedAt: Int64?
    /// What the commit says of the bill besides.
    var firstPart: Int?
    var earliest: Int64?
    /// All payers, where there are several.
    var payers: Set<String> = []

    var isLoaded: Bool { status == DeliverySummary.Status.loaded.rawValue }

    func isOf(_ delivery: Delivery) -> Bool {
      source == delivery.source && table.lowercased() == delivery.table.lowercased()
    }
  }

  init(warehouse: Warehouse, now: Int64) {
    self.warehouse = warehouse
    self.now = now
  }

  /// Adds rows for deliveries, in one commit; what waits or came too late is said once.
  func add(_ deliveries: [DeliverySummary]) throws {
    let known = try loadedEntries()
    let new = deliveries.filter { delivery in
      (delivery.status != .superseded && delivery.status != .waiting)
        || !known.contains {
          $0.status == delivery.status.rawValue && $0.source == delivery.source
            && $0.table == delivery.table && $0.id == delivery.deliveryID
        }
    }
    guard !new.isEmpty else { return }
    try append(new.map(row))
    entries = known + new.filter { $0.status != .failed }.map(entry)
    for loaded in new where loaded.status == .loaded {
      commits[loaded.table.lowercased()]?.insert(entry(loaded), at: 0)
    }
  }

  private func append(_ rows: [[Value]]) throws {
    var builders = DeliveryLog.schema.fields.map { ColumnBuilder($0.type) }
    for row in rows {
      for position in row.indices { builders[position].append(row[position]) }
    }
    let writer = try warehouse.writer(
      WriteRequest(
        table: DeliveryLog.table, schema: DeliveryLog.schema, mode: .append,
        operation: "INGEST LOG"))
    try writer.append(Batch(builders.map { $0.finish() }, count: rows.count))
    try writer.commit()
  }

  private func row(_ delivery: DeliverySummary) -> [Value] {
    let isLoaded = delivery.status == .loaded
    return [
      .int64(now), .text(delivery.table), .text(delivery.source), text(delivery.period),
      .text(delivery.deliveryID), .int64(Int64(delivery.files.count)),
      .int64(Int64(delivery.rows)), delivery.total.map { .double($0) } ?? .null,
      text(delivery.currency), .text(delivery.status.rawValue),
      delivery.issued.map { .int64($0) } ?? .null,
      isLoaded ? .boolean(delivery.replaced?.wasClosed ?? false) : .null,
      text(delivery.replaced?.deliveryID),
      delivery.replaced?.rows.map { .int64(Int64($0)) } ?? .null,
      delivery.replaced?.total.map { .double($0) } ?? .null, text(delivery.kind),
      .int64(Int64(delivery.rejectedRows)),
      delivery.notes.isEmpty ? .null : .text(delivery.notes.joined(separator: "; ")),
    ]
  }

  private func entry(_ delivery: DeliverySummary) -> Entry {
    Entry(
      loadedAt: now, table: delivery.table, source: delivery.source,
      period: delivery.period ?? "", id: delivery.deliveryID, files: delivery.files.count,
      rows: delivery.rows, total: delivery.total, currency: delivery.currency,
      status: delivery.status.rawValue,
      issuedAt: delivery.issued)
  }

  // MARK: What is known

  private func loadedEntries() throws -> [Entry] {
    if let entries { return entries }
    guard try warehouse.hasTable(DeliveryLog.table) else { return [] }
    let result = try warehouse.query(
      """
      SELECT * FROM \(DeliveryLog.table) WHERE status IN ('loaded', 'superseded', 'waiting')
      ORDER BY loaded_at
      """)
    let places = Dictionary(
      result.schema.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let found = result.rows().map { row -> Entry in
      func value(_ name: String) -> Value { places[name].map { row[$0] } ?? .null }
      return Entry(
        loadedAt: value("loaded_at").int64 ?? 0, table: value("table_name").string ?? "",
        source: value("source").string ?? "", period: value("billing_period").string ?? "",
        id: value("delivery_id").string ?? "", files: value("files").int64.map(Int.init),
        rows: value("rows").int64.map(Int.init), total: value("total").double,
        currency: value("currency").string,
        status: value("status").string ?? "", issuedAt: value("issued_at").int64)
    }
    entries = found
    return found
  }

  /// The version of a delivery's period that its table holds; nil where nothing is known of one.
  ///
  /// Versions are loaded in the order in which they were made: of several, the last made is the one.
  func current(_ delivery: Delivery) throws -> Entry? {
    guard let period = delivery.period else { return nil }
    let known = try loadedEntries().filter {
      $0.isLoaded && $0.isOf(delivery) && $0.period.contains(period)
    }
    let last = known.max { ($0.loadedAt, $0.issuedAt ?? 0) < ($1.loadedAt, $1.issuedAt ?? 0) }
    let commit = try committed(delivery.table, delivery.source, id: last?.id) {
      $0.contains(period)
    }
    guard var last else { return commit }
    last.firstPart = commit?.firstPart
    last.earliest = commit?.earliest
    return last
  }

  /// Another report than a delivery's that some of these tables hold for one of its months and payers.
  func otherReport(
    than delivery: Delivery, _ payers: Set<String>, _ periods: Set<String>, in tables: [String]
  ) throws -> (entry: Entry, payer: String)? {
    func report(_ source: String) -> Substring { source.drop { $0 != "/" } }
    for table in tables where try warehouse.hasTable(table) {
      let held = Set(try warehouse.transactionApplications(table: table))
      for entry in try commits(of: table)
      where report(entry.source) != report(delivery.source) {
        let own =
          entry.payers.isEmpty ? Set([String(entry.source.prefix { $0 != "/" })]) : entry.payers
        guard let payer = own.intersection(payers).min(),
          periods.contains(where: { entry.period.contains($0) }),
          held.contains(where: { $0.hasPrefix(entry.source + "/") || $0 == entry.source })
        else { continue }
        return (entry, payer)
      }
    }
    return nil
  }

  /// Whether a delivery that its table remembers is still what the table has of its month: a delivery of
  /// several months may have taken its place.
  func hasCurrent(_ delivery: Delivery) throws -> Bool {
    guard let period = delivery.period, let known = try current(delivery),
      known.id != delivery.id
    else { return true }
    // The run that loaded it may have ended before it was written down.
    let last = try committed(delivery.table, delivery.source) { $0.contains(period) }
    return last?.id == delivery.id
  }

  /// Another source of the same payer that some of these tables hold for a period, if there is one.
  func otherSource(
    of delivery: Delivery, in tables: [String]
  ) throws -> (table: String, source: String)? {
    guard let period = delivery.period else { return nil }
    if let known = try committedSource(of: delivery, period, in: tables) { return known }
    let wanted = Set(tables.map { $0.lowercased() })
    for entry in try loadedEntries().sorted(by: { ($0.table, $0.source) < ($1.table, $1.source) })
    where entry.isLoaded && entry.period.contains(period)
      && wanted.contains(entry.table.lowercased()) && entry.source.hasPrefix(delivery.payer + "/")
      && !entry.isOf(delivery)
    {
      if try warehouse.hasTable(entry.table) { return (entry.table, entry.source) }
    }
    return nil
  }

  /// The same from the logs of the tables themselves.
  private func committedSource(
    of delivery: Delivery, _ period: String, in tables: [String]
  ) throws -> (table: String, source: String)? {
    for table in tables where try warehouse.hasTable(table) {
      for application in try warehouse.transactionApplications(table: table)
      where application.hasPrefix(delivery.payer + "/") && application.hasSuffix("/" + period) {
        let source = String(application.dropLast(period.utf8.count + 1))
        if source != delivery.source || table.lowercased() != delivery.table.lowercased() {
          return (table, source)
        }
      }
    }
    return nil
  }

  // MARK: What a killed run left out

  /// Adds what of these deliveries, which their tables have, is not written down here since the run that
  /// loaded them ended between the two.
  func addMissing(_ deliveries: [DeliverySummary]) throws {
    guard !deliveries.isEmpty else { return }
    let known = Set(try loadedEntries().filter(\.isLoaded).map { [$0.table, $0.source, $0.id] })
    let missing = deliveries.filter {
      !known.contains([$0.table, $0.source, $0.deliveryID])
    }
    guard !missing.isEmpty else { return }
    let rows = try missing.map { delivery -> [Value] in
      var delivery = delivery
      delivery.status = .loaded
      let commit = try committed(delivery.table, delivery.source, id: delivery.deliveryID)
      delivery.total = commit?.total
      delivery.currency = commit?.currency
      delivery.period = commit.map(\.period).flatMap { $0.isEmpty ? nil : $0 } ?? delivery.period
      delivery.issued = commit?.issuedAt ?? delivery.issued
      var row = row(delivery)
      row[6] = commit?.rows.map { .int64(Int64($0)) } ?? .null
      row[11] = .null
      return row
    }
    try append(rows)
    entries = nil
  }

  /// The last commit of a source's bill in the log of its table, with what the commit says of it.
  private func committed(
    _ table: String, _ source: String, id: String? = nil,
    where isWanted: (String) -> Bool = { _ in true }
  ) throws -> Entry? {
    try commits(of: table).first {
      $0.source == source && (id == nil || $0.id == id) && isWanted($0.period)
    }
  }

  /// All commits of bills to a table, the last one first; read once a run.
  private func commits(of table: String) throws -> [Entry] {
    if let known = commits[table.lowercased()] { return known }
    guard warehouse.configuration.lake != ":memory:", try warehouse.hasTable(table) else {
      return []
    }
    let found = try warehouse.history(table).rows().compactMap { row -> Entry? in
      guard case .map(let pairs) = row[3] else { return nil }
      let details = Dictionary(
        pairs.compactMap { pair in pair.key.string.map { ($0, pair.value.string ?? "") } },
        uniquingKeysWith: { first, _ in first })
      guard let source = details["source"], let id = details["delivery"] else { return nil }
      return Entry(
        loadedAt: row[1].int64 ?? 0, table: table, source: source, period: details["period"] ?? "",
        id: id, files: details["files"].flatMap(Int.init),
        rows: (details["rows"].flatMap(Int.init)) ?? row[6].int64.map(Int.init),
        total: details["total"].flatMap(Double.init), currency: details["currency"],
        status: DeliverySummary.Status.loaded.rawValue,
        issuedAt: details["issued"].flatMap(Int64.init),
        firstPart: details["part"].flatMap(Int.init),
        earliest: details["earliest"].flatMap(Int64.init),
        payers: Set((details["payers"] ?? "").split(separator: ",").map(String.init)))
    }
    commits[table.lowercased()] = found
    return found
  }

  private func text(_ string: String?) -> Value { string.map { .text($0) } ?? .null }
}
