import Columns
import Reports
import Warehouse

/// Loading a bill: whether it is news, then all its rows in one commit.
extension Ingest {
  func load(
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
      held: current, refuseRepeated: { try refuseSecondReport(delivery, log, $0, $1) },
      heldRows: { periods in
        try HeldRows(
          warehouse, table: delivery.table, source: delivery.source, periods: periods,
          cost: bill.cost)
      },
      progress: progress(of: delivery))
    var summary = delivery.summary(.loaded)
    do {
      try loader.load(&outcome)
    } catch let error as OtherMonth {
      throw error
    } catch {
      summary.status = .failed
      summary.notes.append("\(error)")
    }
    summary.rejectedRows = outcome.rejects.count
    keep(outcome.rejects.records, of: delivery, &summary)
    guard summary.status == .loaded else { return summary }
    summary.rows = outcome.rows
    summary.total = outcome.cost.value
    summary.currency = outcome.currencies.count == 1 ? outcome.currencies.first : nil
    summary.replaced = current.map { replaced($0, outcome, delivery) }
    if !outcome.periods.isEmpty {
      summary.period = outcome.periods.sorted().joined(separator: ", ")
    }
    for (column, values) in outcome.dropped.sorted(by: { $0.key < $1.key }) {
      summary.notes.append(
        "\(values.count) values of column '\(column)' are no numbers and became NULL, the first "
          + "is '\(values.first)'")
    }
    keep(outcome.replaced, of: delivery, &summary)
    for (column, values) in outcome.merged.sorted(by: { $0.key < $1.key }) {
      let headers = delivery.files.lazy.map { file in
        file.header.filter { delivery.kind.columnName($0).lowercased() == column.lowercased() }
      }
      summary.notes.append(values.note(column, headers: headers.first { $0.count > 1 } ?? []))
    }
    summary.notes += outcome.notes
    if outcome.currencies.count > 1 {
      summary.notes.append(
        "has costs in \(outcome.currencies.sorted().joined(separator: ", ")): the total mixes them")
    }
    return summary
  }

  /// What the table holds of the delivery's source and month; nil where that is nothing.
  private func heldVersion(_ delivery: Delivery, _ log: DeliveryLog) throws -> DeliveryLog.Entry? {
    guard try warehouse.hasTable(delivery.table) else { return nil }
    // A delivery of several months is remembered by its first.
    let known = try warehouse.transactionApplications(table: delivery.table).contains {
      $0 == delivery.application || $0.hasPrefix(delivery.source + "/")
    }
    return known ? try log.current(delivery) : nil
  }

  /// The version that a bill took the place of: in the months that it has, of all that version had.
  private func replaced(
    _ held: DeliveryLog.Entry, _ outcome: BillLoader.Outcome, _ delivery: Delivery
  ) -> ReplacedVersion {
    let isSame = held.period == outcome.periods.sorted().joined(separator: ", ")
    let isWhole = isSame || outcome.periods.isEmpty
    let day = Int(held.loadedAt.floorDivided(by: Microseconds.day))
    let loaded = BillingPeriod.of(Int64(day) * Microseconds.day)
    return ReplacedVersion(
      deliveryID: held.id, rows: isWhole ? held.rows : outcome.heldRows?.rows,
      total: isWhole ? held.total : outcome.heldRows?.total,
      wasClosed: delivery.period.map { $0 < loaded } ?? false)
  }

  private func text(_ time: Int64) -> String {
    String(CivilTimeText.text(timestamp: time, separator: " ").prefix(19))
  }

  /// A second report of the same payer and period would count the bill twice.
  private func refuseSecondReport(_ delivery: Delivery, _ log: DeliveryLog) throws {
    guard let other = try log.otherSource(of: delivery, in: tables(beside: delivery)) else {
      return
    }
    throw IngestError.countedTwice(
      table: other.table, period: delivery.period ?? "", payer: delivery.payer,
      loaded: String(other.source.dropFirst(delivery.payer.count + 1)),
      new: String(delivery.source.dropFirst(delivery.payer.count + 1)))
  }

  /// The same of every payer that rows have: a bill may be of several.
  private func refuseSecondReport(
    _ delivery: Delivery, _ log: DeliveryLog, _ payers: Set<String>, _ periods: Set<String>
  ) throws {
    // Of an id that is a path, as Azure's are, the last word stands for it in sources.
    let names = Set(payers.map { $0.split(separator: "/").last.map(String.init) ?? $0 })
    guard
      let (other, payer) = try log.otherReport(
        than: delivery, names.union(payers), periods, in: tables(beside: delivery))
    else { return }
    throw IngestError.countedTwice(
      table: other.table, period: other.period, payer: payer,
      loaded: String(other.source.drop { $0 != "/" }.dropFirst()),
      new: String(delivery.source.dropFirst(delivery.payer.count + 1)))
  }

  /// The tables that are added up together with a delivery's.
  private func tables(beside delivery: Delivery) -> [String] {
    let shared = catalog.costKinds.compactMap { $0.table?.name.lowercased() }
    return shared.contains(delivery.table.lowercased()) ? shared : [delivery.table]
  }
}
