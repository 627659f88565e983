import Columns
import Reports
import Warehouse

/// Loads JSON listings whose schema says where rows and values are.
struct ListingLoader {
  let warehouse: Warehouse
  let delivery: Delivery
  let table: ReportTable
  /// The day that the listing is of, days since the epoch.
  let day: Int

  /// What was loaded, once it is in the lake.
  struct Outcome {
    var rows = 0
    /// What is worth knowing, a sentence each.
    var notes: [String] = []
  }

  /// Writes all rows in one commit.
  ///
  /// A listing of which account and region are known takes the place of what the table has of them for
  /// that day, whatever file that came from; any other replaces what its own file brought before, and
  /// listings with which it shares a resource, see ``HeldListings``. An entry that is there twice is stored
  /// as often, and told.
  ///
  /// - Throws: `FormatError` for a document that is no listing, lacks a required value, or has a value of
  ///   another type.
  func load() throws -> Outcome {
    var delivery = delivery
    if delivery.surveys.isEmpty {
      delivery.surveys = try delivery.files.map { try ListingSurvey($0, table) }
    }
    let surveys = delivery.surveys
    let isOwned = surveys.allSatisfy(\.isOwned)
    let displaced = try HeldListings(warehouse, delivery, table).displaced()
    var request = WriteRequest(
      table: delivery.table, schema: table.schema, partitionColumns: table.partitionColumns,
      mode: mode(surveys, isOwned), source: isOwned ? nil : delivery.source,
      transaction: (delivery.application, delivery.version), operation: "INGEST",
      operationParameters: ["report": delivery.kind.name, "source": delivery.source])
    request.displaced = Set(displaced.map(\.part))
    var repeated = RepeatedEntries(table, ListingSurvey.repeated(in: surveys))
    let rows = try warehouse.writing(request) { writer in
      var buffer = RowBuffer(table.schema, to: writer)
      for (file, survey) in zip(delivery.files, surveys) {
        let rows = ListingRow(delivery.kind, table, path: file.path)
        _ = try ListingReader(delivery.kind, path: file.path).forEach { entry in
          let row = try rows.values(of: entry, day: day, fallback: survey.fallback)
          repeated.add(row, number: entry.number, of: file.path)
          try buffer.append(row)
        }
      }
      try buffer.flush()
      return buffer.rowCount
    }
    return Outcome(
      rows: rows,
      notes: [repeated.note].compactMap { $0 } + HeldListings.notes(displaced))
  }

  private func mode(_ surveys: [ListingSurvey], _ isOwned: Bool) -> WriteRequest.Mode {
    var partition = ["snapshot_date": BillingPeriod.day(day)]
    guard isOwned else { return .replace(partition: partition) }
    guard surveys.allSatisfy({ $0.entries == 0 }), let scope = surveys.first?.owners.first else {
      return .replaceTouched
    }
    // Nothing is there: no row touches the partition that becomes empty.
    for (name, value) in zip(table.scopeColumns, scope) { partition[name] = value }
    return .replace(partition: partition)
  }
}
