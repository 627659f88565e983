import Columns
import Delta
import Files
import Parquet

/// A version of a table in which one of its partitions became other than before.
package struct PartitionVersion: Sendable, Hashable {
  package let version: Int64
  /// Microseconds since the epoch.
  package let timestamp: Int64
  /// `INGEST`, `INSERT`, …
  package let operation: String
  package let parameters: [String: String]
}

extension Warehouse {
  /// The versions of a table in which a partition changed, oldest first, as far as its log has them.
  ///
  /// - Throws: `FormatError` when there is no such table, or none on disk, or its log is damaged.
  /// - Complexity: reads the whole log.
  package func versions(
    of table: String, partition column: String, value: String
  ) throws -> [PartitionVersion] {
    try DeltaTable(path(of: table)).history(partition: column, value: value).map { entry in
      PartitionVersion(
        version: entry.version, timestamp: entry.timestamp &* 1000,
        operation: entry.info?.operation ?? "", parameters: entry.info?.operationParameters ?? [:])
    }
  }

  /// The versions of a table with the microseconds since the epoch at which each was committed, oldest first,
  /// as far as its log has them.
  ///
  /// - Throws: `FormatError` when there is no such table, or none on disk, or its log is damaged.
  package func versions(of table: String) throws -> [(version: Int64, timestamp: Int64)] {
    try DeltaTable(path(of: table)).commitTimes().map { ($0.version, $0.timestamp &* 1000) }
  }

  /// Whether every file of a version is still there; older ones go when a table is vacuumed.
  ///
  /// - Throws: `FormatError` when the log does not have the version.
  package func isWhole(_ table: String, version: Int64) throws -> Bool {
    let snapshot = try DeltaTable(path(of: table)).snapshot(version: version)
    return try snapshot.files.allSatisfy { file in
      let path = try PartitionPath.file(
        fromURI: file.path, entry: snapshot.table, table: snapshot.table)
      return Directory.kind(Path.join(snapshot.table, path)) == .file
    }
  }

  /// How many files of a partition, as of a version, are not there any more.
  ///
  /// - Throws: `FormatError` when the log does not have the version.
  package func missingFiles(
    of table: String, version: Int64, partition column: String, value: String
  ) throws -> Int {
    let snapshot = try DeltaTable(path(of: table)).snapshot(version: version)
    return try snapshot.files.count { file in
      guard file.partitionValues[column] == value else { return false }
      let path = try PartitionPath.file(
        fromURI: file.path, entry: snapshot.table, table: snapshot.table)
      return Directory.kind(Path.join(snapshot.table, path)) != .file
    }
  }

  /// How long a table keeps the files of older versions before `vacuum` takes them. Microseconds.
  package func retention(of table: String) throws -> Int64 {
    try DeltaTable.retention(of: DeltaTable(path(of: table)).snapshot().metadata) &* 1000
  }

  /// The columns that the files of a partition have, in lower case: fewer than the table's where what
  /// was written lacked some. Those of the table for a lake in memory.
  ///
  /// - Complexity: opens each file of the partition, and reads none of its values.
  package func deliveredColumns(
    of table: String, partition column: String, value: String
  ) throws -> Set<String> {
    guard store is DirectoryStore else {
      return Set(try store.summary(TableName(table))?.schema.names.map { $0.lowercased() } ?? [])
    }
    let snapshot = try DeltaTable(path(of: table)).snapshot()
    var names: Set<String> = []
    for file in snapshot.files where file.partitionValues[column] == value {
      let path = try PartitionPath.file(
        fromURI: file.path, entry: snapshot.table, table: snapshot.table)
      let schema = try ParquetFile(Path.join(snapshot.table, path)).schema
      names.formUnion(schema.names.map { $0.lowercased() })
    }
    return names
  }
}
