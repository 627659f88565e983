import Columns
package import Warehouse

/// The table `alerts`: what was found, what was told, so that nothing is told twice.
///
/// A crossing is written down before it is told, and marked as told after: when a run dies in between,
/// the next one tells it. A channel that fails keeps its alerts pending.
package struct AlertLedger {
  package private(set) var records: [AlertRecord]
  private let warehouse: Warehouse
  private static let table = "alerts"

  /// Reads the ledger of a lake; empty where there is none yet.
  ///
  /// - Throws: what querying the lake throws.
  package init(_ warehouse: Warehouse) throws {
    self.warehouse = warehouse
    records = []
    guard try warehouse.hasTable(AlertLedger.table) else { return }
    // A ledger of an earlier version may lack a column.
    let known = Set(
      try warehouse.query("SELECT * FROM \(AlertLedger.table) LIMIT 0").schema.names)
    let names = AlertRecord.fields.map { field in
      known.contains(field.name) ? field.name : "CAST(NULL AS \(field.type)) AS \(field.name)"
    }.joined(separator: ", ")
    let result = try warehouse.query(
      "SELECT \(names) FROM \(AlertLedger.table) ORDER BY first_seen, fingerprint, period")
    records = result.rows().compactMap(AlertRecord.init)
  }

  /// Takes in what a run found: new alerts become pending for every channel, known ones stay as they
  /// are, those no longer found are resolved; a fact of a period, such as money spent, stays to be told
  /// where a channel has not been told yet. Nothing is written yet.
  ///
  /// - Parameter judged: the kinds of alerts that were looked for; those of other kinds stay in the
  ///   state they are in, since nothing is known of them.
  /// - Parameter unjudged: fingerprints of which nothing is known either.
  /// - Returns: whether anything but the time of the last sighting changed.
  package mutating func update(
    with alerts: [Alert], now: Int64, channels: [String],
    judged: Set<Alert.Kind> = Set(Alert.Kind.allCases), unjudged: Set<String> = []
  ) -> Bool {
    var changed = false
    var found: Set<Key> = []
    for alert in alerts {
      let key = Key(alert.fingerprint, alert.period)
      found.insert(key)
      guard let position = records.firstIndex(where: { Key($0) == key }) else {
        records.append(AlertRecord(alert, now: now, channels: channels))
        changed = true
        continue
      }
      let fresh = AlertRecord(alert, now: now, channels: channels)
      if records[position].state == .resolved {
        let firstSeen = records[position].firstSeen
        let (sent, pending) = (records[position].sent, records[position].pending)
        records[position] = fresh
        records[position].firstSeen = firstSeen
        if !fresh.passes {
          records[position].pending = pending
          records[position].sent = sent
        }
        changed = true
      } else if records[position].title != fresh.title
        || records[position].details != fresh.details
      {
        records[position].title = fresh.title
        records[position].details = fresh.details
        records[position].lastSeen = now
        changed = true
      }
    }
    for position in records.indices
    where records[position].state == .alarm && !found.contains(Key(records[position]))
      && judged.contains(where: { $0.rawValue == records[position].kind })
      && !unjudged.contains(records[position].fingerprint)
    {
      records[position].state = .resolved
      records[position].lastSeen = now
      if records[position].passes { records[position].pending = [] }
      changed = true
    }
    return changed
  }

  /// Alerts that a channel has not been told of, oldest first.
  package func pending(for channel: String) -> [AlertRecord] {
    records.filter { $0.pending.contains(channel) }
  }

  /// Notes that a channel was told everything that was pending for it.
  package mutating func markSent(to channel: String) {
    for position in records.indices where records[position].pending.contains(channel) {
      records[position].pending.removeAll { $0 == channel }
      records[position].sent.append(channel)
    }
  }

  /// Writes the ledger back in one commit.
  ///
  /// - Throws: what writing throws; then the table is as it was.
  package func save() throws {
    let writer = try warehouse.writer(
      WriteRequest(
        table: AlertLedger.table, schema: Schema(AlertRecord.fields), mode: .replaceAll,
        operation: "ALERT"))
    let rows = records.map(\.row)
    let columns = AlertRecord.fields.indices.map { position in
      Column(AlertRecord.fields[position].type, values: rows.map { $0[position] })
    }
    if !rows.isEmpty { try writer.append(Batch(columns, count: rows.count)) }
    try writer.commit()
  }

  private struct Key: Hashable {
    let fingerprint: String
    let period: String

    init(_ fingerprint: String, _ period: String) {
      self.fingerprint = fingerprint
      self.period = period
    }

    init(_ record: AlertRecord) { self.init(record.fingerprint, record.period) }
  }
}
