package import Columns

/// What to write, and what it replaces.
package struct WriteRequest: Sendable {
  package var table: String
  /// Columns of the batches to come, partition columns among them.
  package var schema: Schema
  package var partitionColumns: [String]
  package var mode: Mode
  /// What the rows take the place of besides, whoever delivered it.
  package var displaced: Set<DeliveredPart> = []
  /// What the writer relies on: a conflict if it is not so, at the beginning or at the commit.
  package var expected = Presence.any
  /// Who delivered the rows: recorded with each file, so that a newer delivery replaces just those.
  package var source: String?
  /// Recorded in the same commit: an application's name and its new version (Delta's `txn`).
  package var transaction: (application: String, version: Int64)?
  /// For `lake history`: `INGEST`, `CREATE TABLE AS`, …, and details.
  package var operation: String
  package var operationParameters: [String: String]

  /// Whether the table is there before.
  package enum Presence: Sendable {
    case any, present, absent
  }

  package enum Mode: Sendable {
    case append
    /// Replaces the files of `source` (all, if nil) whose partition values include these.
    case replace(partition: [String: String])
    /// Replaces every partition that the new rows touch, and only those, of `source`.
    case replaceTouched
    case replaceAll
  }

  package init(
    table: String, schema: Schema, partitionColumns: [String] = [], mode: Mode,
    source: String? = nil, transaction: (application: String, version: Int64)? = nil,
    operation: String, operationParameters: [String: String] = [:]
  ) {
    self.table = table
    self.schema = schema
    self.partitionColumns = partitionColumns
    self.mode = mode
    self.source = source
    self.transaction = transaction
    self.operation = operation
    self.operationParameters = operationParameters
  }
}
