import Columns
import Warehouse

/// The table `deliveries`: one row per delivery that was loaded or failed.
struct DeliveryLog {
  let warehouse: Warehouse
  /// Microseconds since the epoch.
  let now: Int64

  static let table = "deliveries"

  static let schema = Schema([
    Field("loaded_at", .timestamp), Field("table_name", .varchar), Field("source", .varchar),
    Field("billing_period", .varchar), Field("delivery_id", .varchar), Field("files", .bigint),
    Field("rows", .bigint), Field("total", .double), Field("currency", .varchar),
    Field("status", .varchar),
  ])

  /// Adds rows for deliveries, in one commit.
  func add(_ deliveries: [DeliverySummary], rowsKnown: Bool = true) throws {
    guard !deliveries.isEmpty else { return }
    var builders = DeliveryLog.schema.fields.map { ColumnBuilder($0.type) }
    for delivery in deliveries {
      let row: [Value] = [
        .int64(now), .text(delivery.table), .text(delivery.source), text(delivery.period),
        .text(delivery.deliveryID), .int64(Int64(delivery.files.count)),
        rowsKnown ? .int64(Int64(delivery.rows)) : .null,
        delivery.total.map { .double($0) } ?? .null,
        text(delivery.currency), .text(delivery.status.rawValue),
      ]
      for position in row.indices { builders[position].append(row[position]) }
    }
    let writer = try warehouse.writer(
      WriteRequest(
        table: DeliveryLog.table, schema: DeliveryLog.schema, mode: .append,
        operation: "INGEST LOG"))
    try writer.append(Batch(builders.map { $0.finish() }, count: deliveries.count))
    try writer.commit()
  }

  /// Another source of the same payer that some of these tables hold for a period, if there is one.
  func otherSource(
    of delivery: Delivery, in tables: [String]
  ) throws -> (table: String, source: String)? {
    guard let period = delivery.period else { return nil }
    if let known = try committedSource(of: delivery, period, in: tables) { return known }
    guard try warehouse.hasTable(DeliveryLog.table) else { return nil }
    let result = try warehouse.query(
      """
      SELECT DISTINCT table_name, source FROM \(DeliveryLog.table)
      WHERE status = 'loaded' AND billing_period LIKE '%\(period)%' ORDER BY 1, 2
      """)
    let wanted = Set(tables.map { $0.lowercased() })
    for row in result.rows() {
      guard let table = row[0].string, let source = row[1].string,
        wanted.contains(table.lowercased()), source.hasPrefix(delivery.payer + "/"),
        source != delivery.source || table.lowercased() != delivery.table.lowercased(),
        try warehouse.hasTable(table)
      else { continue }
      return (table, source)
    }
    return nil
  }

  /// The same from the logs of the tables themselves, which know of a bill from its commit on, also when
  /// the run ended before it was written down here.
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

  /// Adds what of these deliveries, which their tables have, is not written down here since the run that
  /// loaded them ended between the two; rows and totals are not known then.
  func addMissing(_ deliveries: [DeliverySummary]) throws {
    guard !deliveries.isEmpty else { return }
    var known: Set<[Value]> = []
    if try warehouse.hasTable(DeliveryLog.table) {
      known = Set(
        try warehouse.query(
          "SELECT table_name, source, delivery_id FROM \(DeliveryLog.table) WHERE status = 'loaded'"
        ).rows())
    }
    let missing = deliveries.filter {
      !known.contains([.text($0.table), .text($0.source), .text($0.deliveryID)])
    }
    let loaded = missing.map { delivery in
      var delivery = delivery
      delivery.status = .loaded
      return delivery
    }
    try add(loaded, rowsKnown: false)
  }

  private func text(_ string: String?) -> Value { string.map { .text($0) } ?? .null }
}
