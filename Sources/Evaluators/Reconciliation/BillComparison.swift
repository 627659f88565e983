package import Columns
import Reports
import Warehouse

/// What two versions of a month have in common and what they have not.
package struct BillComparison: Sendable {
  /// What a group of line items was and is.
  package struct Change: Sendable {
    package let account: String
    package let service: String
    /// The line item type; the resource where resources are compared.
    package let item: String
    package let lineItemsBefore: Int
    package let lineItemsAfter: Int
    package let before: Double
    package let after: Double
    /// Of days that the older version does not have, and of days that the newer one does not.
    package var added = 0.0
    package var removed = 0.0
    package var addedLineItems = 0
    package var removedLineItems = 0
    /// Of days that both have.
    package var restated = 0.0
    package var daysChanged = 0

    package var change: Double { after - before }
    var hasChanged: Bool {
      daysChanged > 0 || lineItemsBefore != lineItemsAfter || abs(change) > 1e-9
    }
  }

  package let table: String
  package let period: String
  package let currency: String
  package let from: BillVersion
  package let to: BillVersion
  /// By how much the totals may differ.
  package let tolerance: Double
  /// Everything, as one.
  package let total: Change
  /// By account, service and line item type, largest change first; what did not change is left out.
  package let parts: [Change]
  package let resources: [Change]

  package var isEqual: Bool { abs(total.change) <= tolerance }

  /// The first parts, and all others as what is left of the total, so that they sum up to it.
  package func leading(_ count: Int) -> (shown: [Change], rest: Change?) {
    let shown = Array(parts.prefix(count))
    guard parts.count > count else { return (shown, nil) }
    let first = BillComparison.sum(shown, item: "")
    return (
      shown,
      Change(
        account: "", service: "", item: "everything else",
        lineItemsBefore: total.lineItemsBefore - first.lineItemsBefore,
        lineItemsAfter: total.lineItemsAfter - first.lineItemsAfter,
        before: total.before - first.before, after: total.after - first.after,
        added: total.added - first.added, removed: total.removed - first.removed,
        addedLineItems: total.addedLineItems - first.addedLineItems,
        removedLineItems: total.removedLineItems - first.removedLineItems,
        restated: total.restated - first.restated,
        daysChanged: total.daysChanged - first.daysChanged)
    )
  }

  static func sum(_ changes: [Change], item: String) -> Change {
    func sum(_ amount: KeyPath<Change, Double>) -> Double {
      CarefulSum.of(changes.map { $0[keyPath: amount] }) ?? 0
    }
    return Change(
      account: "", service: "", item: item,
      lineItemsBefore: changes.reduce(0) { $0 + $1.lineItemsBefore },
      lineItemsAfter: changes.reduce(0) { $0 + $1.lineItemsAfter },
      before: sum(\.before), after: sum(\.after), added: sum(\.added), removed: sum(\.removed),
      addedLineItems: changes.reduce(0) { $0 + $1.addedLineItems },
      removedLineItems: changes.reduce(0) { $0 + $1.removedLineItems },
      restated: sum(\.restated), daysChanged: changes.reduce(0) { $0 + $1.daysChanged })
  }
}

extension Reconciliation {
  /// Compares two versions of a month, by currency.
  ///
  /// Ids of line items are not stable between versions, so sums by account, service, line item type
  /// and day are compared.
  ///
  /// - Parameter table: the month's table; needed where several have it.
  /// - Throws: `ReconciliationError` for versions that are not there (any more); what querying throws.
  package func compare(
    _ period: String, between older: VersionName, and newer: VersionName, table name: String? = nil
  ) throws -> [BillComparison] {
    let tables = try billTables(name).filter { try $0.periods(warehouse).contains(period) }
    guard let table = tables.first else {
      let known = try Set(billTables(name).flatMap { try $0.periods(warehouse) })
      throw ReconciliationError.noPeriod(period, known: known.sorted())
    }
    guard tables.count == 1 else {
      throw ReconciliationError.noVersion(
        "\(period) is in \(tables.map { "'\($0.name)'" }.joined(separator: " and ")); say which "
          + "with --table")
    }
    let changes = try warehouse.versions(
      of: table.name, partition: "billing_period", value: period)
    let from = try BillVersion.find(older, of: period, in: changes, table: table.name)
    let to = try BillVersion.find(newer, of: period, in: changes, table: table.name)
    for version in [from, to] { try checkFiles(version, table, period) }
    let sources = [
      "before": try source(table, from.version), "after": try source(table, to.version),
    ]
    let parts = try changed("bill-changes", period, sources) { row in
      var change = BillComparison.Change(row, item: "line_item_type")
      change.added = row.number("added") ?? 0
      change.removed = row.number("removed") ?? 0
      change.restated = row.number("restated") ?? 0
      change.addedLineItems = row.count("line_items_added")
      change.removedLineItems = row.count("line_items_removed")
      change.daysChanged = row.count("days_changed")
      return change
    }
    let resources = try changed("bill-changed-resources", period, sources) {
      BillComparison.Change($0, item: "resource")
    }
    return parts.sorted { $0.key < $1.key }.map { currency, all in
      BillComparison(
        table: table.name, period: period, currency: currency, from: from, to: to,
        tolerance: tolerance,
        total: BillComparison.sum(all, item: "total"),
        parts: all.filter(\.hasChanged), resources: resources[currency] ?? [])
    }
  }

  private func changed(
    _ query: String, _ period: String, _ sources: [String: String],
    _ change: (ResultRow) -> BillComparison.Change
  ) throws -> [String: [BillComparison.Change]] {
    guard let query = queries.query(.reports, named: query) else {
      throw ReconciliationError.noQuery(query)
    }
    let statement = try query.statement(["month": period], expressions: sources)
    var changes: [String: [BillComparison.Change]] = [:]
    for row in ResultRow.all(try warehouse.query(statement)) {
      changes[row.text("currency"), default: []].append(change(row))
    }
    return changes
  }

  private func source(_ table: BillTable, _ version: Int64) throws -> String {
    let schema = try warehouse.query(
      "SELECT * FROM \(table.quotedName) FOR VERSION AS OF \(version) LIMIT 0"
    ).schema
    return table.comparable(version: version, Set(schema.names.map { $0.lowercased() }))
  }

  /// Files of older versions go with `vacuum`: that is no damage, and has to be said as what it is.
  private func checkFiles(
    _ version: BillVersion, _ table: BillTable, _ period: String
  ) throws {
    let missing = try warehouse.missingFiles(
      of: table.name, version: version.version, partition: "billing_period", value: period)
    guard missing > 0 else { return }
    let days = try warehouse.retention(of: table.name) / Microseconds.day
    throw ReconciliationError.noVersion(
      "\(period) as of \(version.description) of '\(table.name)' is no longer there: vacuum took its "
        + "files, which are kept for \(days) days after they were replaced")
  }
}

extension BillComparison.Change {
  fileprivate init(_ row: ResultRow, item: String) {
    self.init(
      account: row.text("account"), service: row.text("service"), item: row.text(item),
      lineItemsBefore: row.count("line_items_before"),
      lineItemsAfter: row.count("line_items_after"), before: row.number("cost_before") ?? 0,
      after: row.number("cost_after") ?? 0)
  }
}

extension BillComparison {
  /// `bill_changes`: the total, then a row per part and per resource.
  package static let table = FindingsTable(
    "bill_changes",
    [
      Field("table_name", .varchar), Field("billing_period", .varchar), Field("currency", .varchar),
      Field("from_version", .bigint), Field("to_version", .bigint), Field("section", .varchar),
      Field("account", .varchar), Field("service", .varchar), Field("item", .varchar),
      Field("line_items_before", .bigint), Field("line_items_after", .bigint),
      Field("cost_before", .double), Field("cost_after", .double), Field("change", .double),
      Field("added", .double), Field("removed", .double), Field("restated", .double),
      Field("days_changed", .bigint),
    ])

  package var rows: [[Value]] {
    [row("total", total)] + parts.map { row("part", $0) } + resources.map { row("resource", $0) }
  }

  private func row(_ section: String, _ change: Change) -> [Value] {
    let isResource = section == "resource"
    return [
      .text(table), .text(period), .text(currency), .int64(from.version), .int64(to.version),
      .text(section), .text(change.account), .text(change.service), .text(change.item),
      .int64(Int64(change.lineItemsBefore)), .int64(Int64(change.lineItemsAfter)),
      .number(change.before), .number(change.after), .number(change.change),
      isResource ? .null : .number(change.added), isResource ? .null : .number(change.removed),
      isResource ? .null : .number(change.restated),
      isResource ? .null : .int64(Int64(change.daysChanged)),
    ]
  }
}
