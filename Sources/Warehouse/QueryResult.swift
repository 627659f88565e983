package import Columns

/// A table of the lake: its columns, and how large it is.
package struct TableSummary: Sendable {
  package let name: String
  package let schema: Schema
  package let partitionColumns: [String]
  package let rowCount: Int?
  package let fileCount: Int
  package let byteCount: Int
  package let version: Int64

  package init(
    name: String, schema: Schema, partitionColumns: [String], rowCount: Int?, fileCount: Int,
    byteCount: Int, version: Int64
  ) {
    self.name = name
    self.schema = schema
    self.partitionColumns = partitionColumns
    self.rowCount = rowCount
    self.fileCount = fileCount
    self.byteCount = byteCount
    self.version = version
  }
}

/// A statement's result.
package struct QueryResult: Sendable {
  package let schema: Schema
  package let batches: [Batch]
  /// For statements that change something: what was done, in a sentence.
  package let message: String?

  package init(schema: Schema, batches: [Batch], message: String? = nil) {
    self.schema = schema
    self.batches = batches
    self.message = message
  }

  package var rowCount: Int { batches.reduce(0) { $0 + $1.count } }

  /// All rows as values, for small results.
  package func rows() -> [[Value]] { batches.flatMap { batch in (0..<batch.count).map(batch.row) } }
}
