import Columns
import Delta
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

  /// - Parameter folder: where the names of partition folders begin to count.
  /// - Throws: `FileError`, `FormatError`.
  init(
    _ paths: [String], below folder: String, named name: String, footers: FooterCache
  ) throws {
    self.name = name
    self.footers = footers
    let opened = try paths.map { ($0, try footers.file($0)) }
    let folders = paths.map { path in
      PartitionPath.values(inPath: String(path.dropFirst(folder.count)))
    }
    let partitions = ParquetSource.partitionFields(folders)
    let stored = try SchemaUnion.of(opened.map { ($0.0, $0.1.schema) })
    let isPartition = Set(partitions.map { $0.name.lowercased() })
    let fields = stored.fields.filter { !isPartition.contains($0.name.lowercased()) } + partitions
    let schema = Schema(fields)
    self.schema = schema
    partitionColumns = Set((fields.count - partitions.count)..<fields.count)
    files = try zip(opened, folders).map { entry, values in
      var constants: [Int: Value] = [:]
      for (column, value) in values {
        guard let position = schema.position(of: column), isPartition.contains(column.lowercased())
        else { continue }
        constants[position] = try PartitionValue.value(
          of: value, as: schema[position].type, column: column, file: entry.0)
      }
      return DataFile(
        path: entry.0, constants: constants, rowCount: entry.1.rowCount,
        byteCount: entry.1.rowGroups.reduce(0) { $0 + $1.byteCount }, bounds: [:])
    }
  }

  var estimatedRowCount: Int? { files.reduce(0) { $0 + ($1.rowCount ?? 0) } }

  func pruning(_ columns: [ScanColumn], _ filters: [Expression]) -> (kept: Int, total: Int)? {
    FilePruning.count(files, of: self, columns, filters)
  }

  func scan(_ request: ScanRequest) throws -> any TableScan {
    try FileScan(files, schema: schema, request: request, footers: footers)
  }

  /// Columns that every file's path states, with the narrowest type that spells all values the same.
  private static func partitionFields(
    _ files: [[(column: String, value: String?)]]
  ) -> [Field] {
    guard let first = files.first else { return [] }
    return first.compactMap { column, _ in
      var values: [String?] = []
      for file in files {
        guard let found = file.first(where: { $0.column == column }) else { return nil }
        values.append(found.value)
      }
      let texts = values.compactMap { $0 }
      let areNumbers =
        !texts.isEmpty && texts.allSatisfy { text in Int64(text).map(String.init) == text }
      return Field(column, areNumbers ? .bigint : .varchar)
    }
  }
}
