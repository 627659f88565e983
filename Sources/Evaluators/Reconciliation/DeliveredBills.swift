import Columns
import Warehouse

/// What the ledger of deliveries says that a lake's bills have, against what they have.
struct DeliveredBills {
  private struct Delivery: Hashable {
    let id: String
    let source: String
    /// The months that the delivery brought.
    let periods: [String]
    /// nil where the run that loaded it ended before it was written down.
    let rows: Int?
    let total: Double?
    let rejectedRows: Int
    let loadedAt: Int64

    var payer: String { String(source.prefix { $0 != "/" }) }
  }

  private let warehouse: Warehouse
  /// Of each table, the deliveries that were loaded, oldest first.
  private let deliveries: [String: [Delivery]]

  init(_ warehouse: Warehouse) throws {
    self.warehouse = warehouse
    guard let ledger = try warehouse.tables().first(where: { $0.name == "deliveries" }) else {
      deliveries = [:]
      return
    }
    // Ledgers of older versions of the program do not count rejected rows.
    let rejected = ledger.schema.position(of: "rejected_rows") == nil ? "0" : "rejected_rows"
    let result = try warehouse.query(
      """
      SELECT lower(table_name) AS table_name, delivery_id, source, billing_period, rows, total,
        loaded_at, \(rejected) AS rejected_rows
      FROM deliveries WHERE status = 'loaded' AND billing_period IS NOT NULL ORDER BY loaded_at
      """)
    var deliveries: [String: [Delivery]] = [:]
    for row in result.rows() {
      deliveries[row[0].string ?? "", default: []].append(
        Delivery(
          id: row[1].string ?? "", source: row[2].string ?? "",
          periods: (row[3].string ?? "").split(separator: ",").map { $0.filter { $0 != " " } },
          rows: row[4].int64.flatMap { Int(exactly: $0) }, total: row[5].double,
          rejectedRows: row[7].int64.flatMap { Int(exactly: $0) } ?? 0,
          loadedAt: row[6].int64 ?? 0))
    }
    self.deliveries = deliveries
  }

  /// Compares a month of a table with what was delivered of it: line items and total.
  ///
  /// - Parameters:
  ///   - proofs: those of all payers and currencies of the month.
  ///   - position: the one that the check is for.
  func check(
    _ proofs: [BillProof], at position: Int, tolerance: Double
  ) throws -> BillProof.Check {
    let proof = proofs[position]
    guard let current = current(proof.table, proof.period) else {
      return check(.noted, "not checked: one delivery brought several months, and some came again")
    }
    guard !current.deliveries.isEmpty else {
      return check(.noted, "not checked: the table 'deliveries' does not know of this bill")
    }
    let payers = Set(proofs.map(\.payer))
    var deliveries = current.deliveries
    var found: (rows: Int, total: Double)
    if current.periods.count == 1, Set(deliveries.map(\.payer)) == payers {
      deliveries = deliveries.filter { $0.payer == proof.payer }
      found = sums(proofs.filter { $0.payer == proof.payer })
    } else {
      found =
        current.periods.count == 1
        ? sums(proofs) : try sums(proof.table, current.periods, proof.charges.isEmpty)
    }
    return compare(deliveries, found, of: current.periods.sorted(), tolerance: tolerance)
  }

  /// The deliveries that make up a month, with all the months that they brought together.
  ///
  /// - Returns: nil where a delivery of several months was followed by one of some of them.
  private func current(
    _ table: String, _ period: String
  ) -> (deliveries: [Delivery], periods: Set<String>)? {
    let known = deliveries[table.lowercased()] ?? []
    var periods: Set = [period]
    while true {
      var latest: [String: [String: Delivery]] = [:]
      for delivery in known {
        for one in delivery.periods where periods.contains(one) {
          latest[delivery.source, default: [:]][one] = delivery
        }
      }
      let chosen = Set(latest.values.flatMap(\.values))
      let grown = chosen.reduce(into: periods) { $0.formUnion($1.periods) }
      guard grown == periods else {
        periods = grown
        continue
      }
      for delivery in chosen {
        for one in delivery.periods where latest[delivery.source]?[one] != delivery { return nil }
      }
      return (chosen.sorted { $0.source < $1.source }, periods)
    }
  }

  private func sums(_ proofs: [BillProof]) -> (rows: Int, total: Double) {
    (
      proofs.reduce(0) { $0 + $1.lineItems },
      CarefulSum.of(proofs.flatMap(\.charges).map(\.billed)) ?? 0
    )
  }

  /// The same of several months, which have to be counted.
  private func sums(
    _ table: String, _ periods: Set<String>, _ isEmpty: Bool
  ) throws -> (rows: Int, total: Double) {
    guard let bill = try BillTable.all(warehouse).first(where: { $0.name == table }), !isEmpty
    else { return (0, 0) }
    let cost = bill.form == .focus ? "BilledCost" : "line_item_unblended_cost"
    let list = periods.sorted().map { "'\($0)'" }.joined(separator: ", ")
    let row = try warehouse.query(
      """
      SELECT count(*), sum(\(cost)) FROM \(bill.quotedName) WHERE billing_period IN (\(list))
      """
    ).rows()[0]
    return (Int(row[0].int64 ?? 0), row[1].double ?? 0)
  }

  private func compare(
    _ deliveries: [Delivery], _ found: (rows: Int, total: Double), of periods: [String],
    tolerance: Double
  ) -> BillProof.Check {
    let sources =
      deliveries.map(\.source).joined(separator: ", ")
      + (periods.count == 1 ? "" : " for \(periods.joined(separator: " and ")) together")
    let day = deliveries.map(\.loadedAt).max().map { CivilTimeText.text(timestamp: $0).prefix(10) }
    guard deliveries.allSatisfy({ $0.rows != nil }) else {
      return check(
        .noted, "not checked: the run that loaded \(sources) ended before it wrote down its rows")
    }
    let rows = deliveries.reduce(0) { $0 + ($1.rows ?? 0) }
    let total = CarefulSum.of(deliveries.map(\.total))
    let rejected = deliveries.reduce(0) { $0 + $1.rejectedRows }
    let isTotal =
      total.map { abs($0 - found.total) <= max(tolerance, 1e-9 * abs($0)) } ?? true
    guard rows == found.rows, isTotal else {
      return check(
        .fails,
        "the table has \(Figure.count(found.rows)) line items of \(Figure.money(found.total)); "
          + "delivered were \(Figure.count(rows))"
          + (total.map { " of \(Figure.money($0))" } ?? "") + " on \(day ?? "") by \(sources)",
        expected: total, found: found.total)
    }
    let text =
      "\(Figure.count(rows)) line items of \(Figure.money(found.total)), as delivered on "
      + "\(day ?? "") by \(sources)"
    return rejected == 0
      ? check(.holds, text, expected: total, found: found.total)
      : check(
        .noted, "\(text), without \(Figure.count(rejected)) rows that were rejected",
        expected: total, found: found.total)
  }

  private func check(
    _ verdict: BillProof.Verdict, _ message: String, expected: Double? = nil, found: Double? = nil
  ) -> BillProof.Check {
    BillProof.Check(
      name: "the table has what was delivered", verdict: verdict, expected: expected,
      found: found, message: message)
  }
}
