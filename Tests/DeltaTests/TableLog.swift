import Columns
import Delta
import Files

/// Logs of tables whose data files are not there: what most tests of a log need.
enum TableLog {
  static let schema = Schema([Field("a", .bigint), Field("month", .varchar)])

  static func metadata(_ schema: Schema = schema) -> TableMetadata {
    TableMetadata(
      id: "00000000-0000-4000-8000-000000000000", schema: TableSchema(schema),
      partitionColumns: ["month"], createdTime: 0)
  }

  static func file(_ name: String, month: String = "2026-09", rows: Int = 1) -> AddFile {
    AddFile(
      path: "month=\(month)/\(name).parquet", partitionValues: ["month": month], size: 10,
      modificationTime: 0,
      stats: FileStatistics(rowCount: rows, columns: [:]).text(schema))
  }

  static func info(_ operation: String = "WRITE", at time: Int64 = 1000) -> CommitInfo {
    CommitInfo(timestamp: time, operation: operation)
  }

  /// Makes the table, with these files in version 0.
  @discardableResult
  static func create(_ path: String, _ files: [AddFile] = []) throws -> DeltaTable {
    let table = DeltaTable(path)
    _ = try table.commit(
      [.protocolVersions(.written), .metadata(metadata())] + files.map(Action.add),
      basis: CommitBasis(readVersion: nil), info: info("CREATE"))
    return table
  }

  static func append(_ table: DeltaTable, _ file: AddFile, at time: Int64 = 1000) throws -> Int64 {
    try table.commit(
      [.add(file)], basis: CommitBasis(readVersion: table.latestVersion()), info: info(at: time))
  }
}
