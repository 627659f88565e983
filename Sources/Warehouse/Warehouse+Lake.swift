extension Warehouse {
  /// The commits of a table, newest first: version, timestamp, operation, parameters, engine, files
  /// and rows added and removed.
  package func history(_ table: String, limit: Int = .max) throws -> QueryResult {
    preconditionFailure()
  }

  /// What is wrong with a table (all tables, if nil): one row per finding, none when all is well.
  package func check(_ table: String?) throws -> QueryResult { preconditionFailure() }

  /// Removes files that no version younger than `retention` (microseconds) needs, and what crashed
  /// writers left behind. One row per file; with `dryRun` nothing is removed.
  package func vacuum(_ table: String?, retention: Int64, dryRun: Bool) throws -> QueryResult {
    preconditionFailure()
  }

  /// Statements that register the lake's tables with another engine.
  ///
  /// - Parameter location: where that engine finds the lake (`s3://bucket/lake`); the lake's own
  ///   directory if nil.
  package func ddl(_ engine: DDLEngine, tables: [String]?, location: String?) throws -> String {
    preconditionFailure()
  }
}

/// Engines that `lake ddl` knows.
package enum DDLEngine: String, Sendable, CaseIterable {
  case athena, trino, spark, duckdb
}
