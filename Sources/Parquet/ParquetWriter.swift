package import Columns
package import Files

/// How a Parquet file is laid out.
///
/// Rows stay in the order they come in: sorted by product, usage type, resource and hour a bill takes a
/// tenth less on disk (one of few resources up to two fifths), but the sort needs the whole delivery in
/// memory and four times the processor time of writing it.
package struct ParquetWriterOptions: Sendable {
  /// How pages are compressed; a column that this makes hardly smaller stays uncompressed.
  package enum Compression: Sendable { case uncompressed, snappy, gzip }

  /// Rows of a row group at most.
  package var rowGroupRows = 122_880
  /// Bytes of a row group at most, as its values are held in memory until it is written: four a value
  /// for what repeats, else what the value takes.
  package var rowGroupBytes = 128 << 20
  /// Rows of a page.
  package var pageRows = 20_000
  /// Gzip makes bills a quarter smaller again and takes twice the time or more to write.
  package var compression = Compression.snappy
  /// Whether TIMESTAMP columns are marked as instants in UTC (what Delta's `timestamp` is) or as
  /// local time without zone.
  package var timestampsAreUTC = true
  /// What columns, and what is in them, are kept as where that differs; by their paths in the file:
  /// `["a"]`, `["a", "list", "element"]`, `["m", "key_value", "value", "x"]`.
  package var storedTypes: [[String]: StoredType] = [:]
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
/// Rows are taken apart into columns as they come, and written when they fill a row group. In memory
/// are at most the bytes of a row group (`rowGroupBytes`), the pages made of them, and the rows of one
/// step: up to 8,192 of ordinary ones, down to 16 where rows are long, so that a step adds about an
/// eighth of a row group.
package final class ParquetWriter {
  private let output: OutputFile
  private let schema: Schema
  private let options: ParquetWriterOptions
  private let layout: WriteSchema
  private let gathering: RowGroupGathering
  /// Rows that came since the last step.
  private var waiting: [(batch: Batch, range: Range<Int>)] = []
  private var waitingRows = 0
  private var step = RowStep()
  private var gatheredRows = 0
  private var gatheredBytes = 0
  private var rowCount = 0
  private var rowGroups: [RowGroupMetadata] = []
  /// Of the row groups so far, by column chunk.
  private var indexes: [[PageIndex]] = []
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
    layout = WriteSchema(
      schema, timestampsAreUTC: options.timestampsAreUTC, storedTypes: options.storedTypes)
    gathering = RowGroupGathering(layout.nodes)
    statistics = schema.fields.map { _ in ColumnStatistics(nullCount: 0) }
    try output.write(ParquetWriter.magic)
  }

  /// Appends rows; columns are in the schema's order and have its types.
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func write(_ batch: Batch) throws {
    precondition(batch.columns.count == schema.count, "a batch has the columns of the schema")
    var start = 0
    while start < batch.count {
      let room = min(step.rows, max(1, options.rowGroupRows) - gatheredRows) - waitingRows
      let taken = min(batch.count - start, room)
      waiting.append((batch, start..<start + taken))
      waitingRows += taken
      start += taken
      if taken == room { try gather() }
    }
  }

  /// Bytes of rows that are in memory, not yet written; of those that are not yet taken into columns
  /// about as many as of the others.
  package var heldBytes: Int {
    let rowBytes = gatheredRows > 0 ? gatheredBytes / gatheredRows : 16 * schema.count
    return gatheredBytes + waitingRows * rowBytes
  }

  /// Writes the rows that are held as a row group of their own, however few they are.
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func endRowGroup() throws {
    if waitingRows > 0 { try gather() }
    if gatheredRows > 0 { try writeRowGroup() }
  }

  /// Writes the footer and gives the file its name (`OutputFile.finish()`).
  ///
  /// - Throws: `FileError` when the disk refuses, `FormatError` for a value its type cannot hold.
  package func finish() throws -> ParquetFileSummary {
    try endRowGroup()
    try writeIndexes()
    var metadata = FileMetadata()
    metadata.schema = layout.elements
    metadata.rowCount = rowCount
    metadata.rowGroups = rowGroups
    metadata.keyValues = options.keyValueMetadata.map { ($0.key, $0.value) }
    // The form that readers parse to know whose mistakes to expect.
    metadata.createdBy = "kakeibo version \(Release.version)"
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

  /// Takes the rows that wait into the row group, and writes it when it is full.
  private func gather() throws {
    let bytes = try columns(gathering.append(waiting))
    step.adapt(
      to: waitingRows, addedBytes: bytes - gatheredBytes, limit: options.rowGroupBytes)
    gatheredRows += waitingRows
    gatheredBytes = bytes
    waiting = []
    waitingRows = 0
    if gatheredRows >= options.rowGroupRows || gatheredBytes >= options.rowGroupBytes {
      try writeRowGroup()
    }
  }

  private func columns<T>(_ result: Result<T, ColumnDamage>) throws -> T {
    do throws(ColumnDamage) {
      return try result.get()
    } catch {
      throw FormatError(output.path, at: "column '\(schema[error.column].name)'", error.message)
    }
  }

  private func writeRowGroup() throws {
    let count = gatheredRows
    gatheredRows = 0
    gatheredBytes = 0
    var group = RowGroupMetadata()
    group.rowCount = count
    group.fileOffset = output.count
    var indexes: [PageIndex] = []
    for (position, column) in try columns(gathering.encode(options)).enumerated() {
      for chunk in column.chunks {
        let start = output.count
        var metadata = chunk.metadata
        metadata.dataPageOffset += start
        if let offset = metadata.dictionaryPageOffset {
          metadata.dictionaryPageOffset = offset + start
        }
        group.totalByteSize += metadata.uncompressedSize
        group.compressedSize = (group.compressedSize ?? 0) + metadata.compressedSize
        group.columns.append(metadata)
        indexes.append(chunk.index.moved(by: start))
        for piece in chunk.pieces { try output.write(piece) }
      }
      let previous = statistics[position]
      statistics[position] = previous.union(
        column.statistics,
        areEmpty: (previous.nullCount == rowCount, column.statistics.nullCount == count))
    }
    // One page a column leaves nothing to skip that the row group's statistics do not skip.
    if !indexes.contains(where: { $0.pages.count > 1 }) {
      indexes = []
      for chunk in group.columns.indices { group.columns[chunk].pageCounts = [] }
    }
    self.indexes.append(indexes)
    rowCount += count
    rowGroups.append(group)
  }

  /// Writes the bounds of all pages, then where they lie, so that each is read in one go.
  private func writeIndexes() throws {
    for (group, indexes) in indexes.enumerated() {
      for (chunk, index) in indexes.enumerated() {
        guard let bytes = index.bounds?.encoded() else { continue }
        rowGroups[group].columns[chunk].columnIndex = (output.count, bytes.count)
        try output.write(bytes)
      }
    }
    for (group, indexes) in indexes.enumerated() {
      for (chunk, index) in indexes.enumerated() {
        let bytes = index.encodedOffsets()
        rowGroups[group].columns[chunk].offsetIndex = (output.count, bytes.count)
        try output.write(bytes)
      }
    }
  }
}

/// How many rows are taken in at a time: few at first and where rows are long, so that a row group
/// ends soon after it has its bytes; the same for the same rows.
private struct RowStep {
  private(set) var rows = RowStep.fewest
  private static let fewest = 16
  private static let most = 8192

  mutating func adapt(to rows: Int, addedBytes: Int, limit: Int) {
    let rowBytes = max(1, addedBytes / max(1, rows))
    let wanted = limit / 8 / rowBytes
    self.rows = min(max(RowStep.fewest, wanted), self.rows * 2, RowStep.most)
  }
}
