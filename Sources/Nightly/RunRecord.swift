import Columns
import Evaluators
import Ingestion
import Warehouse

/// A row of the table `runs`: when the batch ran, what it loaded, found and told.
struct RunRecord {
  private let summary: NightlySummary
  private let asOf: Int64

  init(_ summary: NightlySummary, asOf: Int64) {
    self.summary = summary
    self.asOf = asOf
  }

  private static let schema = Schema([
    Field("started_at", .timestamp), Field("status", .varchar), Field("seconds", .double),
    Field("deliveries_loaded", .bigint), Field("deliveries_unchanged", .bigint),
    Field("deliveries_failed", .bigint), Field("rows_loaded", .bigint),
    Field("thresholds_crossed", .bigint), Field("anomalies", .bigint),
    Field("rule_violations", .bigint), Field("alerts_sent", .bigint), Field("message", .varchar),
  ])

  func append(to warehouse: Warehouse) throws {
    let count = { (status: String) in
      summary.deliveries.filter { $0.status.rawValue == status }.count
    }
    let crossed = summary.budgets.flatMap(\.thresholds).filter { $0.state == .alarm }.count
    let values: [Value] = [
      .int64(asOf), .text(summary.failures.isEmpty ? "done" : "done with failures"),
      .double(summary.seconds), .int64(Int64(count("loaded"))),
      .int64(Int64(count("unchanged"))), .int64(Int64(count("failed"))),
      .int64(Int64(summary.deliveries.filter { $0.status == .loaded }.reduce(0) { $0 + $1.rows })),
      .int64(Int64(crossed)), .int64(Int64(summary.anomalies.count)),
      .int64(Int64(summary.rules.violations.count)), .int64(Int64(summary.alertsSent)),
      .text(
        summary.failures.isEmpty
          ? (summary.changedAnything ? "" : "nothing changed")
          : summary.failures.joined(separator: "; ")),
    ]
    let writer = try warehouse.writer(
      WriteRequest(
        table: "runs", schema: RunRecord.schema, mode: .append, operation: "NIGHTLY"))
    let columns = RunRecord.schema.fields.indices.map {
      Column(RunRecord.schema[$0].type, values: [values[$0]])
    }
    try writer.append(Batch(columns, count: 1))
    try writer.commit()
  }
}
