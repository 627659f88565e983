import Columns
import Warehouse

/// The table `deliveries`, read for what it says of each source.
struct DeliveryLedger {
  struct Entry {
    let loadedAt: Int64
    let table: String
    let source: String
    let period: String
    let id: String
    let status: String
    let rows: Int
    let rejectedRows: Int
    let note: String
    let isRestated: Bool
    let total: Double?
    let previousTotal: Double?
  }

  /// Oldest first.
  let entries: [Entry]

  /// Older ledgers lack some of the columns; an empty one is there before anything was loaded.
  init(_ warehouse: Warehouse) throws {
    guard try warehouse.hasTable("deliveries") else {
      entries = []
      return
    }
    let columns = try warehouse.query("SELECT * FROM deliveries LIMIT 0").schema
    let order = columns.position(of: "issued_at") == nil ? "" : ", issued_at"
    let result = try warehouse.query("SELECT * FROM deliveries ORDER BY loaded_at\(order)")
    let schema = result.schema
    entries = result.rows().map { row in
      func value(_ name: String) -> Value { schema.position(of: name).map { row[$0] } ?? .null }
      func count(_ name: String) -> Int { value(name).int64.flatMap { Int(exactly: $0) } ?? 0 }
      return Entry(
        loadedAt: value("loaded_at").int64 ?? 0,
        table: (value("table_name").string ?? "").lowercased(),
        source: value("source").string ?? "", period: value("billing_period").string ?? "",
        id: value("delivery_id").string ?? "", status: value("status").string ?? "",
        rows: count("rows"), rejectedRows: count("rejected_rows"),
        note: value("note").string ?? "", isRestated: value("restated").boolean ?? false,
        total: value("total").double, previousTotal: value("previous_total").double)
    }
  }

  /// Deliveries that were not loaded, nor another of the same source and period since, the last attempt of
  /// each, newest first.
  var unresolved: [Entry] {
    var open: [String: Entry] = [:]
    for entry in entries {
      let key = "\(entry.table)|\(entry.source)|\(entry.period)"
      switch entry.status {
      case "failed", "waiting": open[key] = entry
      case "loaded": open[key] = nil
      default: break
      }
    }
    return open.values.sorted {
      ($1.loadedAt, $0.source, $0.period) < ($0.loadedAt, $1.source, $1.period)
    }
  }

  /// Hours between deliveries, as they usually come; nil before there are enough to tell.
  ///
  /// Deliveries less than an hour apart are one: a backfill brings many months at once.
  static func cadence(_ times: [Int64]) -> Double? {
    let gaps = zip(times, times.dropFirst()).map { Double($1 - $0) / Double(Microseconds.hour) }
      .filter { $0 >= 1 }.sorted()
    return gaps.count < 3 ? nil : gaps[gaps.count / 2]
  }
}
