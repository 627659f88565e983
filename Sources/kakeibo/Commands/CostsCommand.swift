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
    let condition =
      try arguments.month(command: "costs").map { "WHERE billing_period = '\($0)'" } ?? ""
    let result = try session.warehouse().query(
      """
      SELECT billing_period, BillingCurrency AS currency, count(*) AS charges,
        round(sum(BilledCost), 2) + 0e0 AS unblended, round(sum(EffectiveCost), 2) + 0e0 AS amortized,
        round(sum(x_BlendedCost), 2) + 0e0 AS blended, round(sum(x_NetUnblendedCost), 2) + 0e0 AS net_unblended,
        round(sum(x_NetAmortizedCost), 2) + 0e0 AS net_amortized
      FROM costs \(condition)
      GROUP BY 1, 2 ORDER BY 1, 2
      """)
    let printer = try ResultPrinter(arguments, session.terminal, command: "costs")
    try printer.print(result)
    try printer.finish()
    return .done
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
