import Columns
import Evaluators
import Nightly
import Warehouse

/// `costs`: the bills in five views, the rules that are added to them, shared costs.
enum CostsCommand {
  static let command = Command(
    options: ResultPrinter.options.merging(["month": .value, "category": .value]) { own, _ in own }
  ) { session, arguments in
    switch arguments.operands.first {
    case nil: return try bases(session, arguments)
    case "set": return try install(session, arguments)
    case "split": return try split(session, arguments)
    case let word?:
      throw UsageError(
        "expected 'set', 'split' or nothing, found '\(word)'"
          + Suggestion.text(for: word, among: ["set", "split"]), command: "costs")
    }
  }

  /// Each month in the five bases.
  private static func bases(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let month = try arguments.month(command: "costs")
    let condition = month.map { "WHERE billing_period = '\($0)'" } ?? ""
    let warehouse = try session.warehouse()
    try session.noteMissingBills(warehouse, month: month)
    let result = try warehouse.query(
      """
      SELECT billing_period, BillingCurrency AS currency, count(*) AS charges,
        \(CostBasis.allCases.map(total).joined(separator: ",\n  "))
      FROM costs \(condition)
      GROUP BY 1, 2 ORDER BY 1, 2
      """)
    let printer = try ResultPrinter(arguments, session.terminal, command: "costs")
    try printer.print(result)
    try printer.finish()
    try noteGaps(warehouse, session, condition)
    return .done
  }

  /// A sum to the cent, NULL where some of the bills do not have the figure: a part of a sum is none.
  private static func total(_ basis: CostBasis) -> String {
    let sum = "round(sum(\(basis.column)), 2) + 0e0"
    guard let isMissing = basis.isMissing else { return "\(sum) AS \(basis.rawValue)" }
    return "CASE WHEN count_if(\(isMissing)) = 0 THEN \(sum) END AS \(basis.rawValue)"
  }

  /// Says why a cell is empty though some of its bills have the figure.
  private static func noteGaps(
    _ warehouse: Warehouse, _ session: Session, _ condition: String
  ) throws {
    let bases = CostBasis.allCases.filter { $0.isMissing != nil }
    let counts = bases.flatMap {
      ["count_if(\($0.isMissing ?? "false"))", "count_if(\($0.column) <> 0)"]
    }
    let rows = try warehouse.query(
      """
      SELECT billing_period, coalesce(BillingCurrency, ''), coalesce(BillingAccountId, ''),
        \(counts.joined(separator: ", "))
      FROM costs \(condition) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """
    ).rows()
    var months: [String: Set<String>] = [:]
    for payers in Dictionary(grouping: rows, by: { [$0[0].string, $0[1].string] }).values {
      for (position, basis) in bases.enumerated() {
        let lacking = payers.filter { ($0[3 + 2 * position].int64 ?? 0) > 0 }
        guard !lacking.isEmpty, payers.contains(where: { ($0[4 + 2 * position].int64 ?? 0) > 0 })
        else { continue }
        let names = Set(lacking.compactMap { $0[2].string }).sorted().joined(separator: " and ")
        months["the bills of \(names) \(basis.lack)", default: []]
          .formUnion(lacking.compactMap { $0[0].string })
      }
    }
    for (reason, found) in months.sorted(by: { $0.key < $1.key }) {
      session.terminal.note(
        "note: cells of \(found.sorted().joined(separator: ", ")) are empty: \(reason)")
    }
  }

  private static func install(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    guard arguments.operands.count == 2 else {
      throw UsageError("expected a file: kakeibo costs set FILE", command: "costs")
    }
    let warehouse = try session.warehouse()
    let today = Int(session.now.floorDivided(by: Microseconds.day))
    let (rules, notes) = try InstalledCostRules.install(
      arguments.operands[1], lake: warehouse.configuration.lake, today: today)
    for note in notes { session.terminal.note("note: \(note)") }
    session.terminal.note("the lake has these rules now: \(rules.summary)")
    for missing in try InstalledCostRules.missingRates(rules.rules, warehouse) {
      session.terminal.note("note: \(missing)")
    }
    return .done
  }

  private static func split(_ session: Session, _ arguments: Arguments) throws -> ExitCode {
    let warehouse = try session.warehouse()
    let rules = try InstalledCostRules.load(lake: warehouse.configuration.lake)
    var shared = rules?.splits ?? []
    if let name = arguments.value("category") {
      let known = shared.map(\.category)
      shared = shared.filter { $0.category == name }
      guard !shared.isEmpty else {
        throw UsageError(
          "--category: no category '\(name)' shares costs"
            + Suggestion.text(for: name, among: known), command: "costs")
      }
    }
    guard !shared.isEmpty else {
      throw UsageError(
        "no category shares costs: give one SplitChargeRules and run kakeibo costs set FILE",
        command: "costs")
    }
    let (rows, notes) = try CostAllocation.evaluate(
      shared, month: try arguments.month(command: "costs"), warehouse)
    for note in notes { session.terminal.note("note: \(note)") }
    let table = CostAllocation.table
    let columns = table.fields.indices.map { position in
      Column(table.fields[position].type, values: rows.map { $0[position] })
    }
    let printer = try ResultPrinter(arguments, session.terminal, command: "costs")
    try printer.print(
      QueryResult(schema: Schema(table.fields), batches: [Batch(columns, count: rows.count)]))
    try printer.finish()
    return .done
  }
}
