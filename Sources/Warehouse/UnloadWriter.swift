import Columns
import Delta
import Files
import Planning
import SQL

/// Writes rows to the files of an UNLOAD: one, or one per partition in folders as Hive names them.
final class UnloadWriter {
  /// One file that is being written.
  struct OpenFile {
    let write: (Batch) throws -> Void
    let finish: () throws -> Void
  }

  /// Files open at a time: the partitions that Athena lets a statement make.
  private static let largestPartitionCount = 100

  private let folder: String
  private let partitions: [(name: String, position: Int)]
  /// Positions of the columns that are written; partition columns stand in the folders' names.
  private let kept: [Int]
  private let open: (_ folder: String, _ schema: Schema) throws -> OpenFile
  private let schema: Schema
  private var splitter: PartitionSplitter
  private var files: [OpenFile] = []
  private(set) var rowCount = 0

  /// - Throws: `SQLError` for partition columns that the query does not have, or not last.
  init(
    folder: String, schema: Schema, partitionedBy: [TableProperties.Name],
    open: @escaping (_ folder: String, _ schema: Schema) throws -> OpenFile
  ) throws {
    self.folder = folder
    self.open = open
    partitions = try partitionedBy.map { column in
      guard let position = schema.position(of: column.name) else {
        throw SQLError(
          "no column named '\(column.name)' to partition by"
            + Spelling.hint(for: column.name, among: schema.names), at: column.range)
      }
      return (schema[position].name, position)
    }
    let positions = Set(partitions.map(\.position))
    kept = schema.fields.indices.filter { !positions.contains($0) }
    guard let first = partitionedBy.first else {
      self.schema = schema
      splitter = PartitionSplitter(positions: [], types: [])
      return
    }
    guard !kept.isEmpty else {
      throw SQLError("UNLOAD needs a column beside those it partitions by", at: first.range)
    }
    self.schema = Schema(kept.map { schema[$0] })
    splitter = PartitionSplitter(
      positions: partitions.map(\.position), types: partitions.map { schema[$0.position].type })
  }

  func write(_ batch: Batch) throws {
    rowCount += batch.count
    for (group, rows) in splitter.split(batch) {
      while files.count <= group { files.append(try open(folder(of: files.count), schema)) }
      let part = rows.map(batch.selected) ?? batch
      try files[group].write(
        kept.count == part.columns.count
          ? part : Batch(kept.map { part.columns[$0] }, count: part.count))
    }
  }

  private func folder(of group: Int) throws -> String {
    guard group < Self.largestPartitionCount else {
      throw SQLError(
        "UNLOAD would write more than \(Self.largestPartitionCount) partitions", at: nil)
    }
    let directory = PartitionPath.directory(
      Array(zip(partitions.map(\.name), splitter.partitions[group])))
    return directory.isEmpty ? folder : Path.join(folder, directory)
  }

  /// Ends the files; a query without rows and partitions leaves one file without rows.
  func finish() throws {
    if files.isEmpty, partitions.isEmpty { files.append(try open(folder, schema)) }
    for file in files { try file.finish() }
  }
}
