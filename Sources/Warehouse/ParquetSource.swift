import Columns
import Execution
import Files
import Parquet
import Planning

/// Parquet files as a table: columns united by name, and columns that the folders' names state in the
/// Hive manner (`month=2026-09`).
struct ParquetSource: FileTableSource {
  let name: String
  let schema: Schema
  let partitionColumns: Set<Int>
  let files: [DataFile]
  private let cache: ParquetFileCache

  /// - Throws: `FileError`, `FormatError`.
  init(
    _ paths: [String], _ partitions: HivePartitions, named name: String, cache: ParquetFileCache
  ) throws {
    self.name = name
    self.cache = cache
    let opened = try paths.map { ($0, try cache.file($0)) }
    let stated = Set(partitions.fields.map { $0.name.lowercased() })
    let stored = try SchemaUnion.of(opened.map { ($0.0, $0.1.schema) })
      .fields.filter { !stated.contains($0.name.lowercased()) }
    schema = Schema(stored + partitions.fields)
    partitionColumns = Set(schema.fields.indices.dropFirst(stored.count))
    files = try zip(opened, partitions.values).map { entry, values in
      let (size, modified) = try Directory.attributes(entry.0)
      let facts = FileFacts.values(path: entry.0, size: size, modified: modified)
      return DataFile(
        path: entry.0,
        constants: Dictionary(
          uniqueKeysWithValues: (values + facts).enumerated().map { (stored.count + $0, $1) }),
        rowCount: entry.1.rowCount,
        byteCount: entry.1.rowGroups.reduce(0) { $0 + $1.byteCount }, logged: nil)
    }
  }

  var identity: String? { files.map(\.path).joined(separator: "\n") }

  var estimatedRowCount: Int? { files.reduce(0) { $0 + ($1.rowCount ?? 0) } }

  func scan(_ request: ScanRequest) throws -> any TableScan {
    try FileScan(
      files, columns: FileColumns(schema.withFileFacts), request: request, cache: cache)
  }
}
