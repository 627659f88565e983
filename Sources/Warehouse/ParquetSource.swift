import Columns
import Execution
import Files
import Parquet
import Planning

/// Parquet files as a table: columns united by name, and columns that the folders' names state in the
/// Hive manner (`month=2026-09`).
struct ParquetSource: TableSource {
  let name: String
  let schema: Schema
  let partitionColumns: Set<Int>
  private let files: [DataFile]
  private let footers: FooterCache

  /// - Throws: `FileError`, `FormatError`.
  init(
    _ paths: [String], _ partitions: HivePartitions, named name: String, footers: FooterCache
  ) throws {
    self.name = name
    self.footers = footers
    let opened = try paths.map { ($0, try footers.file($0)) }
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

  var fileColumns: Schema { FileFacts.columns }

  var identity: String? { files.map(\.path).joined(separator: "\n") }

  var estimatedRowCount: Int? { files.reduce(0) { $0 + ($1.rowCount ?? 0) } }

  func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (kept: Int, total: Int)? {
    FilePruning.count(files, of: self, columns, filters)
  }

  func estimatedRowCount(_ columns: [ScanColumn], _ filters: [Expression]) -> Int? {
    FilePruning.rowCount(files, of: self, columns, filters)
  }

  func spread(of position: Int) -> ColumnSpread? {
    FilePruning.spread(files, of: position, schema.withFileFacts[position].type)
  }

  func fileValues(of positions: [Int]) -> [[Value]]? { FilePruning.values(files, of: positions) }

  func scan(_ request: ScanRequest) throws -> any TableScan {
    try FileScan(
      files, columns: FileColumns(schema.withFileFacts), request: request, footers: footers)
  }
}
