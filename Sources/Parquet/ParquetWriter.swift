package import Columns
import Dispatch
package import Files
import Synchronization

/// How a Parquet file is laid out.
package struct ParquetWriterOptions: Sendable {
  /// How pages are compressed; a column that this makes hardly smaller stays uncompressed.
  package enum Compression: Sendable { case uncompressed, snappy, gzip }

  /// Rows of a row group; the writer holds that many in memory.
  package var rowGroupRows = 122_880
  /// Rows of a page.
  package var pageRows = 20_000
  package var compression = Compression.snappy
  /// Whether TIMESTAMP columns are marked as instants in UTC (what Delta's `timestamp` is) or as
  /// local time without zone.
  package var timestampsAreUTC = true
  /// Text pairs for the footer, in this order.
  package var keyValueMetadata: [(key: String, value: String)] = []

  /// The usual layout; change what differs.
  package init() {}
}

/// What was written to a Parquet file.
package struct ParquetFileSummary: Sendable {
  package let rowCount: Int
  package let byteCount: Int
  /// One entry per column; bounds are exact, texts are not shortened. Of nested columns only the
  /// number of NULLs is known.
  package let columns: [ColumnStatistics]
}

/// Writes batches as a Parquet file. The same rows and options give the same bytes, however the rows
/// are cut into batches.
///
/// Rows wait until a row group is full; its columns are then encoded side by side on all cores.
package final class ParquetWriter {
  private let output: OutputFile
  private let schema: Schema
  private let options: ParquetWriterOptions
  private let layout: WriteSchema
  private var waiting: [Batch] = []
  private var waitingRows = 0
  private var rowCount = 0
  private var rowGroups: [RowGroupMetadata] = []
  private var statistics: [ColumnStatistics]
  private static let magic = Array("PAR1".utf8)

  /// The writer takes over `output`; unless ``finish()`` is called, no file appears.
  ///
  /// - Throws: `FileError` when the disk refuses.
  package init(
    output: OutputFile, schema: Schema, options: ParquetWriterOptions = .init()
  ) throws {
    self.output = output
    self.schema = schema
    self.options = options
    layout = WriteSchema(schema, timestampsAreUTC: options.timestampsAreUTC)
    statistics = schema.fields.map { _ in ColumnStatistics(nullCount: 0) }
    try output.write(ParquetWriter.magic)
  }

  /// Appends rows; columns are in the schema's order and have its types.
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func write(_ batch: Batch) throws {
    precondition(batch.columns.count == schema.count, "a batch has the columns of the schema")
    let limit = max(1, options.rowGroupRows)
    var start = 0
    while start < batch.count {
      let taken = min(batch.count - start, limit - waitingRows)
      waiting.append(batch.sliced(start..<start + taken))
      waitingRows += taken
      start += taken
      if waitingRows == limit { try writeRowGroup() }
    }
  }

  /// Writes the footer and gives the file its name (`OutputFile.finish()`).
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func finish() throws -> ParquetFileSummary {
    if waitingRows > 0 { try writeRowGroup() }
    var metadata = FileMetadata()
    metadata.version = 2
    metadata.schema = layout.elements
    metadata.rowCount = rowCount
    metadata.rowGroups = rowGroups
    metadata.keyValues = options.keyValueMetadata.map { ($0.key, $0.value) }
    metadata.createdBy = "kakeibo"
    metadata.columnOrders = layout.nodes.flatMap(\.leaves).map { _ in true }
    let footer = metadata.encoded()
    try output.write(footer)
    var tail: [UInt8] = []
    tail.appendLittleEndian(UInt32(footer.count).littleEndian)
    try output.write(tail + ParquetWriter.magic)
    let byteCount = output.count
    try output.finish()
    return ParquetFileSummary(rowCount: rowCount, byteCount: byteCount, columns: statistics)
  }

  private func writeRowGroup() throws {
    let batches = waiting
    let count = waitingRows
    waiting = []
    waitingRows = 0
    var group = RowGroupMetadata()
    group.rowCount = count
    group.fileOffset = output.count
    for (position, encoded) in encodeColumns(batches).enumerated() {
      let column: EncodedColumn
      do throws(Damage) {
        column = try encoded.get()
      } catch {
        throw FormatError(output.path, at: "column '\(schema[position].name)'", error.message)
      }
      for chunk in column.chunks {
        var metadata = chunk.metadata
        metadata.dataPageOffset += output.count
        if let offset = metadata.dictionaryPageOffset {
          metadata.dictionaryPageOffset = offset + output.count
        }
        group.totalByteSize += metadata.uncompressedSize
        group.compressedSize = (group.compressedSize ?? 0) + metadata.compressedSize
        group.columns.append(metadata)
        try output.write(chunk.bytes)
      }
      let previous = statistics[position]
      statistics[position] = previous.union(
        column.statistics,
        areEmpty: (previous.nullCount == rowCount, column.statistics.nullCount == count))
    }
    rowCount += count
    rowGroups.append(group)
  }

  private struct EncodedColumn: Sendable {
    var chunks: [EncodedChunk] = []
    var statistics = ColumnStatistics()
  }

  /// Encodes all columns of a row group, in the order of the schema.
  private func encodeColumns(_ batches: [Batch]) -> [Result<EncodedColumn, Damage>] {
    let results = Mutex<[Result<EncodedColumn, Damage>?]>(
      Array(repeating: nil, count: schema.count))
    let (nodes, options) = (layout.nodes, options)
    DispatchQueue.concurrentPerform(iterations: schema.count) { position in
      let columns = batches.map { $0.columns[position] }
      let result = ParquetWriter.encode(columns, nodes[position], options)
      results.withLock { $0[position] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  private static func encode(
    _ columns: [Column], _ node: WriteNode, _ options: ParquetWriterOptions
  ) -> Result<EncodedColumn, Damage> {
    var shredding = RecordShredding(node)
    var result = EncodedColumn()
    do throws(Damage) {
      for column in columns { try shredding.append(column, node) }
      for (position, leaf) in node.leaves.enumerated() {
        result.chunks.append(
          try ChunkEncoder(leaf: leaf, options: options).encode(&shredding.leaves[position]))
      }
    } catch {
      return .failure(error)
    }
    if case .leaf = node.content, let chunk = result.chunks.first {
      result.statistics = ColumnStatistics(
        min: chunk.bounds?.min, max: chunk.bounds?.max, nullCount: chunk.nullCount)
    } else {
      result.statistics.nullCount = columns.reduce(0) { sum, column in
        sum + (0..<column.count).reduce(0) { $0 + (column.isNull($1) ? 1 : 0) }
      }
    }
    return .success(result)
  }
}
