import Columns
import Reports
import Warehouse

/// The kinds of reports as a table: what `ingest --kinds` prints.
enum KindsTable {
  static func result(_ catalog: ReportCatalog) -> QueryResult {
    let columns: [(String, (ReportKind) -> String)] = [
      ("kind", \.name), ("title", \.title),
      ("table", { $0.tables.count == 1 ? $0.tables[0].name : "\($0.tables.count) tables" }),
      ("known by", \.recognition.summary),
    ]
    let kinds = catalog.kinds.sorted { $0.name < $1.name }
    return QueryResult(
      schema: Schema(columns.map { Field($0.0, .varchar) }),
      batches: [
        Batch(
          columns.map { column in Column(.varchar, values: kinds.map { .text(column.1($0)) }) },
          count: kinds.count)
      ])
  }
}
