package import Columns

/// A lake and the SQL engine over it.
///
/// INTERFACE SKETCH: signatures that other modules build against; bodies to come.
package final class Warehouse: Sendable {
  package let configuration: Configuration

  /// Opens a lake; nothing is created before something is written.
  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
  }

  package struct Configuration: Sendable {
    /// A directory, or `:memory:`.
    package var lake: String
    package var threads: Int
    /// Bytes that queries may hold.
    package var memory: Int
    /// Microseconds since the epoch: what `now()` answers.
    package var now: Int64
    /// Views that every lake has, by lower-case name: SQL text.
    package var views: [String: String] = [:]
    /// Views whose text depends on the tables there are (`costs`): called with the lake's tables.
    package var generatedViews: [String: @Sendable ([TableSummary]) throws -> String] = [:]
    /// Columns that tables of these names have in general (see `Catalog.declaredColumns`).
    package var declaredTables: [String: Schema] = [:]
    /// Files, globs and Delta folders that are tables of these names (`--table NAME=PATH`), before
    /// those of the lake.
    package var fileTables: [String: String] = [:]
    /// Called with notes for the user (a qualifier that fell back to the default database).
    package var note: @Sendable (String) -> Void = { _ in }

    package init(lake: String, threads: Int = 2, memory: Int = 2 << 30, now: Int64) {
      self.lake = lake
      self.threads = threads
      self.memory = memory
      self.now = now
    }
  }

  /// Runs one statement and returns its whole result.
  ///
  /// - Throws: `SQLError` for what is wrong with the text; `EvaluationError` for values that cannot
  ///   be computed; `FileError`, `FormatError` for what is wrong with the lake.
  package func query(_ sql: String) throws -> QueryResult { preconditionFailure() }

  /// Tables in the lake, sorted by name.
  package func tables() throws -> [TableSummary] { preconditionFailure() }

  package func hasTable(_ name: String) throws -> Bool { preconditionFailure() }

  /// Begins to write rows into a table, made if missing, its schema widened as needed.
  package func writer(_ request: WriteRequest) throws -> TableWriter { preconditionFailure() }

  /// The version recorded by the last commit of an application (Delta's `txn`), nil if none.
  package func transactionVersion(table: String, application: String) throws -> Int64? {
    preconditionFailure()
  }
}

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

/// What to write, and what it replaces.
package struct WriteRequest: Sendable {
  package var table: String
  /// Columns of the batches to come, partition columns among them.
  package var schema: Schema
  package var partitionColumns: [String]
  package var mode: Mode
  /// Who delivered the rows: recorded with each file, so that a newer delivery replaces just those.
  package var source: String?
  /// Recorded in the same commit: an application's name and its new version (Delta's `txn`).
  package var transaction: (application: String, version: Int64)?
  /// For `lake history`: `INGEST`, `CREATE TABLE AS`, …, and details.
  package var operation: String
  package var operationParameters: [String: String]

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

/// Writes rows into files that become visible together, in one commit, or not at all.
package final class TableWriter {
  /// Adds rows; columns as the request's schema says.
  package func append(_ batch: Batch) throws { preconditionFailure() }

  /// Makes the rows visible. Returns the table's new version.
  @discardableResult
  package func commit() throws -> Int64 { preconditionFailure() }

  /// Removes what was written so far; also done when the writer is dropped without a commit.
  package func cancel() { preconditionFailure() }

  init() {}
}
