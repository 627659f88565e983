import Columns
package import Warehouse

/// The table `budget_evaluations`: every evaluation with what it knew, never replaced.
///
/// `budget_status` holds the last state of each day; here each run adds its rows, so that it can be
/// told later why an alarm came when it came: the limit and where it came from, the figures, up to which
/// day the bills went, and the versions of the tables (`FROM cur FOR VERSION AS OF …`).
package enum BudgetRecord {
  package static let table = "budget_evaluations"

  /// Adds the statuses of a run; the same run again adds nothing.
  ///
  /// - Returns: whether rows were added.
  /// - Throws: what writing throws; then the table is as it was.
  @discardableResult
  package static func keep(
    _ statuses: [BudgetStatus], _ day: EvaluationDay, in warehouse: Warehouse
  ) throws -> Bool {
    let rows = statuses.flatMap(\.rows)
    let application = "evaluate/\(table)/\(day.asOf)"
    guard !rows.isEmpty,
      try warehouse.transactionVersion(table: table, application: application) == nil
    else { return false }
    let fields =
      [Field("evaluated_on", .varchar), Field("evaluated_at", .timestamp)]
      + BudgetStatus.table.fields
    let writer = try warehouse.writer(
      WriteRequest(
        table: table, schema: Schema(fields), partitionColumns: ["evaluated_on"], mode: .append,
        transaction: (application, 1), operation: "EVALUATE",
        operationParameters: ["evaluatedOn": day.partition]))
    let own = BudgetStatus.table.fields.indices.map { position in
      Column(BudgetStatus.table.fields[position].type, values: rows.map { $0[position] })
    }
    let columns =
      [
        Column(.varchar, constant: .text(day.partition), count: rows.count),
        Column(.timestamp, constant: .int64(day.asOf), count: rows.count),
      ] + own
    try writer.append(Batch(columns, count: rows.count))
    try writer.commit()
    return true
  }
}
