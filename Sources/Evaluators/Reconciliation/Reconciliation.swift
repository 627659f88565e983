package import Reports
package import Warehouse

import Columns

/// Proves that the bills in a lake add up, each month by itself.
///
/// What is computed is in `queries/reports/bill-*.sql` and `focus-*.sql`; here is what must be equal.
package struct Reconciliation {
  let warehouse: Warehouse
  let queries: QueryLibrary
  let reports: ReportCatalog
  /// By how much sums may differ: of each commitment, and of a bill once per commitment.
  let tolerance: Double

  /// What AWS rounds to in each line item, over the line items of one commitment.
  package static let usualTolerance = 1e-4

  package init(
    _ warehouse: Warehouse, queries: QueryLibrary, reports: ReportCatalog,
    tolerance: Double = usualTolerance
  ) {
    self.warehouse = warehouse
    self.queries = queries
    self.reports = reports
    self.tolerance = tolerance
  }

  /// Proves the bills of some months, all that there are if none is named, by table and month.
  ///
  /// - Parameter table: the only table to look at.
  /// - Throws: `ReconciliationError` for months and tables that are not there; what querying throws.
  package func prove(periods wanted: [String] = [], table: String? = nil) throws -> [BillProof] {
    let tables = try billTables(table)
    let ledger = try DeliveredBills(warehouse)
    var proofs: [BillProof] = []
    var found: Set<String> = []
    for table in tables {
      let periods = try table.periods(warehouse)
      found.formUnion(periods)
      for period in periods where wanted.isEmpty || wanted.contains(period) {
        proofs += try prove(table, period, ledger)
      }
    }
    if let missing = wanted.first(where: { !found.contains($0) }) {
      throw ReconciliationError.noPeriod(missing, known: found.sorted())
    }
    guard !proofs.isEmpty else { throw ReconciliationError.noBills(warehouse.configuration.lake) }
    return proofs
  }

  /// The tables with bills, or the one of that name.
  func billTables(_ name: String?) throws -> [BillTable] {
    let tables = try BillTable.all(warehouse)
    guard let name else {
      guard !tables.isEmpty else {
        throw ReconciliationError.noBills(warehouse.configuration.lake)
      }
      return tables
    }
    guard let table = tables.first(where: { $0.name == name.lowercased() }) else {
      throw ReconciliationError.noTable(name, known: tables.map(\.name))
    }
    return [table]
  }

  private func prove(
    _ table: BillTable, _ period: String, _ ledger: DeliveredBills
  ) throws -> [BillProof] {
    var proofs =
      switch table.form {
      case .usageReport: try UsageReportProof(self, table, period).prove()
      case .focus: try FocusProof(self, table, period).prove()
      }
    for position in proofs.indices {
      let check = try ledger.check(proofs, at: position, tolerance: tolerance)
      proofs[position].checks.append(check)
    }
    return proofs
  }

  /// Asks a query of the library about a month of a table.
  func rows(
    _ query: String, _ table: BillTable, _ period: String
  ) throws -> [ResultRow] {
    guard let query = queries.query(.reports, named: query) else {
      throw ReconciliationError.noQuery(query)
    }
    let statement = try query.statement(
      ["month": period], expressions: ["bill": table.source])
    return ResultRow.all(try warehouse.query(statement))
  }

  /// A proof for each payer and currency of a month, by their names.
  ///
  /// - Parameters:
  ///   - charges: the query of the library that gives the charges.
  ///   - commitments: the one that gives the commitments, and what each of its rows says.
  ///   - fill: adds to a proof with commitments and invoices what its charges say.
  func proofs(
    _ table: BillTable, _ period: String, charges: String,
    commitments: (query: String, proof: (ResultRow) -> BillProof.Commitment),
    fill: (inout BillProof, [ResultRow]) -> Void
  ) throws -> [BillProof] {
    let charges = Dictionary(grouping: try rows(charges, table, period), by: BillKey.init)
    let rows = Dictionary(grouping: try rows(commitments.query, table, period), by: BillKey.init)
    let invoices = try invoices(table, period)
    return charges.sorted { ($0.key.payer, $0.key.currency) < ($1.key.payer, $1.key.currency) }
      .map { key, charges in
        var proof = BillProof(
          table: table.name, period: period, payer: key.payer, currency: key.currency)
        proof.commitments = (rows[key] ?? []).map(commitments.proof)
        proof.invoices = invoices[key] ?? []
        fill(&proof, charges)
        return proof
      }
  }

  /// Invoices by payer and currency.
  private func invoices(_ table: BillTable, _ period: String) throws -> [BillKey: [BillProof
    .Invoice]]
  {
    let query = table.form == .focus ? "focus-invoices" : "bill-invoices"
    var invoices: [BillKey: [BillProof.Invoice]] = [:]
    for row in try rows(query, table, period) {
      invoices[BillKey(row), default: []].append(
        BillProof.Invoice(
          id: row.text("invoice"), type: row.text("bill_type"), entity: row.text("entity"),
          lineItems: row.count("line_items"), total: row.number("total") ?? 0,
          tax: row.number("tax") ?? 0))
    }
    return invoices
  }
}

/// Who pays a bill, and in what.
struct BillKey: Hashable {
  let payer: String
  let currency: String

  init(_ row: ResultRow) {
    payer = row.text("payer")
    currency = row.text("currency")
  }
}

/// A reconciliation that was asked for and cannot be begun.
package enum ReconciliationError: Error, Sendable, Equatable, CustomStringConvertible {
  case noBills(_ lake: String)
  case noPeriod(_ period: String, known: [String])
  case noTable(_ name: String, known: [String])
  /// A query of the library was taken away.
  case noQuery(_ name: String)
  /// A version of a bill that cannot be told or is not there.
  case noVersion(_ message: String)

  /// Whether what was asked for is wrong, rather than what is there.
  package var isWrongRequest: Bool {
    switch self {
    case .noBills, .noQuery: false
    case .noPeriod, .noTable, .noVersion: true
    }
  }

  package var description: String {
    switch self {
    case .noBills(let lake):
      "there are no bills in the lake '\(lake)'; load some with 'kakeibo ingest FOLDER'"
    case .noPeriod(let period, let known):
      "there is no bill of \(period) in the lake; there are \(ReconciliationError.list(known))"
    case .noTable(let name, let known):
      "there are no bills in a table named '\(name)'; there are some in "
        + ReconciliationError.list(known)
    case .noQuery(let name): "the query 'reports/\(name).sql' is missing"
    case .noVersion(let message): message
    }
  }

  /// The first and last of many names.
  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    if names.count <= 6 { return names.joined(separator: ", ") }
    return "\(names.count), from \(names[0]) to \(names[names.count - 1])"
  }
}
