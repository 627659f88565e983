import Columns
import Delta
import Files
import SQL

extension Warehouse {
  /// The commits of a table, newest first: version, timestamp, operation, parameters, engine, files
  /// and rows added and removed.
  ///
  /// - Throws: `FormatError` when there is no such table or its log is damaged.
  package func history(_ table: String, limit: Int = .max) throws -> QueryResult {
    let entries = try DeltaTable(path(of: table)).history(limit: limit)
    return SmallResult.result(
      [
        ("version", .bigint), ("timestamp", .timestamp), ("operation", .varchar),
        ("parameters", .map(key: .varchar, value: .varchar)), ("files_added", .bigint),
        ("files_removed", .bigint), ("rows_added", .bigint), ("bytes_added", .bigint),
        ("engine", .varchar),
      ],
      entries.map { entry in
        [
          .int64(entry.version), .int64(entry.timestamp &* 1000),
          entry.info.map { .text($0.operation) } ?? .null,
          .map(
            (entry.info?.operationParameters ?? [:]).sorted { $0.key < $1.key }
              .map { MapEntry(key: .text($0.key), value: .text($0.value)) }),
          .int64(Int64(entry.addedFiles)), .int64(Int64(entry.removedFiles)),
          entry.addedRows.map { .int64(Int64($0)) } ?? .null, .int64(entry.addedBytes),
          entry.info?.engineInfo.map(Value.text) ?? .null,
        ]
      })
  }

  /// What is wrong with a table (all tables, if nil), or with the Delta table in a folder: one row per
  /// finding, none when all is well. Its severity is `error` or `note`.
  ///
  /// - Parameter isDeep: whether all values are read and compared with what is said of them.
  package func check(_ table: String?, isDeep: Bool = false) throws -> QueryResult {
    var rows: [[Value]] = []
    for (name, path) in try tablePaths(table) {
      for finding in TableCheck.run(DeltaTable(path), isDeep: isDeep) {
        rows.append([
          .text(name), finding.file.map(Value.text) ?? .null, .text(finding.message),
          .text(finding.severity.rawValue),
        ])
      }
    }
    return SmallResult.result(
      [("table", .varchar), ("file", .varchar), ("finding", .varchar), ("severity", .varchar)],
      rows)
  }

  /// Removes files that no version younger than `retention` needs, and what crashed writers left behind.
  /// One row per file; with `dryRun` nothing is removed.
  ///
  /// - Parameters:
  ///   - retention: microseconds; what each table says of itself, or else a week, if nil.
  ///   - force: allows less than that, which takes files from readers of older versions.
  /// - Throws: `FormatError` for a shorter retention without `force`; `FileError`.
  package func vacuum(
    _ table: String?, retention: Int64? = nil, force: Bool = false, dryRun: Bool
  ) throws -> QueryResult {
    let now = Clock.milliseconds()
    let tables = try tablePaths(table).map { name, path in
      let table = DeltaTable(path)
      return (
        name: name, table: table, own: DeltaTable.retention(of: try table.snapshot().metadata)
      )
    }
    // All are asked before the first one loses a file.
    if let retention, !force && !dryRun,
      let strict = tables.first(where: { retention / 1000 < $0.own })
    {
      throw FormatError(
        strict.name,
        "keeps removed files for \(strict.own / 3_600_000) hours, which its readers rely on; "
          + "to keep them for \(retention / 3_600_000_000) only, add --force")
    }
    if table == nil && !dryRun { try (store as? DirectoryStore)?.sweep() }
    var rows: [[Value]] = []
    for (name, delta, own) in tables {
      let files = try delta.vacuum(
        retention: retention.map { $0 / 1000 } ?? own, now: now, dryRun: dryRun)
      for file in files {
        let reason =
          switch file.reason {
          case .expired: "expired"
          case .leftover: "leftover of a writer"
          case .temporary: "temporary file"
          }
        rows.append([
          .text(name), .text(file.path), .int64(Int64(file.size)), .text(reason),
        ])
      }
    }
    return SmallResult.result(
      [("table", .varchar), ("file", .varchar), ("bytes", .bigint), ("reason", .varchar)], rows)
  }

  /// Removes what killed writers left in the lake, once it is old enough to be nobody's; versions keep
  /// all their files. Does what it can: a table that cannot be looked after is passed over.
  package func sweep() {
    guard let store = store as? DirectoryStore else { return }
    try? store.sweep()
    for (_, path) in (try? tablePaths(nil)) ?? [] {
      _ = try? DeltaTable(path).vacuum(retention: nil, now: Clock.milliseconds(), dryRun: false)
    }
  }

  /// Statements that register the lake's tables with another engine.
  ///
  /// - Parameter location: where that engine finds the lake (`s3://bucket/lake`); the lake's own
  ///   directory if nil.
  package func ddl(_ engine: DDLEngine, tables: [String]?, location: String?) throws -> String {
    var statements: [String] = []
    let names = try tables ?? self.tables().map(\.name)
    for name in names {
      let path = try path(of: name)
      let relative = String(path.dropFirst(configuration.lake.count).drop { $0 == "/" })
      guard let summary = try store.summary(TableName(name)) else { continue }
      statements.append(
        engine.statement(summary, at: Path.join(location ?? configuration.lake, relative)))
    }
    return statements.joined(separator: "\n")
  }

  private func tablePaths(_ table: String?) throws -> [(name: String, path: String)] {
    if let table { return [(table, try path(of: table))] }
    return try tables().map { ($0.name, try path(of: $0.name)) }
  }

  func path(of table: String) throws -> String {
    // A folder is named by a path: tables have no slash in their names.
    if table.contains("/"), DeltaTable(table).exists { return table }
    guard let store = store as? DirectoryStore else {
      throw FormatError(configuration.lake, "a lake in memory has no files")
    }
    let name = TableName(table)
    if let path = try store.path(of: name) { return path }
    let hint = Spelling.hint(for: name.name, among: try store.tableNames(in: name.database))
    throw FormatError(configuration.lake, "no table named '\(table)'\(hint)")
  }
}

/// Engines that `lake ddl` knows.
package enum DDLEngine: String, Sendable, CaseIterable {
  case athena, trino, spark, duckdb

  /// The statement that makes a table of the lake known to the engine; all read its log.
  func statement(_ table: TableSummary, at location: String) -> String {
    let name = TableName(table.name).name
    switch self {
    case .athena:
      return """
        CREATE EXTERNAL TABLE `\(name)`
        LOCATION \(SQLLiteral.text(location + "/"))
        TBLPROPERTIES ('table_type' = 'DELTA');
        """
    case .trino:
      return """
        CALL delta.system.register_table(schema_name => 'default', table_name => \(SQLLiteral.text(name)), \
        table_location => \(SQLLiteral.text(location)));
        """
    case .spark:
      return "CREATE TABLE `\(name)` USING DELTA LOCATION \(SQLLiteral.text(location));"
    case .duckdb:
      return """
        CREATE OR REPLACE VIEW \(SQLName.written(name)) AS SELECT * FROM delta_scan(\(SQLLiteral.text(location)));
        """
    }
  }
}
