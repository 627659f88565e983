import Columns
import Delta
import Execution
import Files
import Planning

/// A version of a table of the lake, to be read.
///
/// Files are skipped by partition values and by the statistics in the log, row groups by the
/// statistics in the files.
struct DeltaSource: FileTableSource {
  let name: String
  let snapshot: Snapshot
  let partitionColumns: Set<Int>
  let files: [DataFile]
  private let cache: ParquetFileCache

  /// - Throws: `FormatError` when the log names files outside of the table or partition values that
  ///   are not of their column's type.
  init(name: String, snapshot: Snapshot, cache: ParquetFileCache) throws {
    self.name = name
    self.snapshot = snapshot
    self.cache = cache
    let schema = snapshot.schema
    let partitions = snapshot.partitionPositions
    partitionColumns = Set(partitions)
    files = try snapshot.files.map { file in
      try DeltaSource.dataFile(file, snapshot, schema, partitions)
    }
  }

  var schema: Schema { snapshot.schema }
  var identity: String? { "\(snapshot.table)@\(snapshot.version)" }

  var estimatedRowCount: Int? {
    var total = 0
    for file in files {
      guard let count = file.rowCount else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(count)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  func scan(_ request: ScanRequest) throws -> any TableScan {
    for column in request.columns {
      guard let type = snapshot.metadata.schema.unsupported[column] else { continue }
      throw FormatError(
        snapshot.table, at: "column '\(schema[column].name)'",
        "not supported: the type \(type.prefix(100)); name the columns to be read without it")
    }
    return try FileScan(
      files, columns: FileColumns(snapshot), request: request, cache: cache)
  }

  private static func dataFile(
    _ file: AddFile, _ snapshot: Snapshot, _ schema: Schema, _ partitions: [Int]
  ) throws -> DataFile {
    let inTable = try PartitionPath.file(
      fromURI: file.path, entry: snapshot.table, table: snapshot.table)
    var constants: [Int: Value] = [:]
    for position in partitions {
      constants[position] = try snapshot.partitionValue(of: file, at: position)
    }
    let path = Path.join(snapshot.table, inTable)
    let (modified, isTooFar) = file.modificationTime.multipliedReportingOverflow(by: 1000)
    let facts = FileFacts.values(
      path: path, size: Int(clamping: file.size), modified: isTooFar ? nil : modified)
    for (offset, value) in facts.enumerated() { constants[schema.count + offset] = value }
    return DataFile(
      path: path, folder: snapshot.table,
      deletionVector: file.deletionVector, constants: constants,
      rowCount: FileStatistics.rowCount(in: file),
      byteCount: Int(clamping: file.size),
      logged: file.stats.map { LoggedBounds($0, snapshot) })
  }
}
