package import Columns
import Files

/// A Parquet file, opened for reading: its footer is read, its pages are not.
///
/// Source: Apache Parquet format 2.11, README.md and parquet.thrift.
package final class ParquetFile: Sendable {
  package let path: String
  package let schema: Schema
  package let rowCount: Int
  package let rowGroups: [ParquetRowGroup]
  package let keyValueMetadata: [String: String]
  /// The program that wrote the file, as it calls itself.
  package let createdBy: String?
  /// The numbers of the fields, one tree per column of the schema.
  package let fieldIDs: [ParquetFieldIDs]
  let bytes: MappedFile
  /// What is kept of columns that were read before.
  let kept: FileColumnCache?
  let tree: SchemaTree
  /// The names of the columns as the file has them, which may be there twice.
  package var storedNames: [String] { tree.storedNames }
  let chunks: [RowGroupMetadata]
  /// Whether each leaf declares the order of its bounds.
  let columnOrders: [Bool]

  /// - Parameter cache: where columns are kept that are read more than once; the file must never change
  ///   then.
  /// - Throws: `FileError` when the file cannot be read, `FormatError` when it is not Parquet or
  ///   has a type that is not supported.
  package init(_ path: String, keepingColumnsIn cache: ColumnCache? = nil) throws {
    let bytes = try MappedFile(path)
    do throws(Damage) {
      let footer = try ParquetFile.footer(bytes)
      let metadata = try ParquetFile.readFooter(bytes.copy(footer))
      let tree = try SchemaTree(metadata.schema)
      try ParquetFile.check(metadata, leaves: tree.leaves, fileSize: bytes.count)
      self.path = path
      self.bytes = bytes
      kept = cache?.columnsOfFile()
      self.tree = tree
      schema = tree.schema
      fieldIDs = tree.nodes.map(ParquetFieldIDs.init)
      rowCount = metadata.rowCount
      createdBy = metadata.createdBy
      keyValueMetadata = Dictionary(
        metadata.keyValues.map { ($0.key, $0.value ?? "") }, uniquingKeysWith: { _, last in last })
      chunks = metadata.rowGroups
      columnOrders = metadata.columnOrders
      rowGroups = metadata.rowGroups.map { group in
        ParquetRowGroup(
          rowCount: group.rowCount,
          byteCount: group.columns.indices.reduce(0) { $0 &+ group.columns[$1].compressedSize },
          statistics: RowGroupStatistics(
            bytes, footerStart: footer.lowerBound, group, orders: metadata.columnOrders, tree))
      }
    } catch {
      throw FormatError(path, error.message)
    }
  }

  /// Reads some columns of a row group, in the order given, in batches of up to `batchSize` rows.
  ///
  /// `rows` are the rows wanted, in ascending ranges that do not touch; nil for all. Pages without any
  /// of them are not inflated, those of lists and maps apart.
  ///
  /// - Precondition: the row group, the columns and the rows exist.
  /// - Throws: `FormatError` when the pages cannot be what the footer says.
  package func reader(
    rowGroup: Int, columns: [Int], rows: [Range<Int>]? = nil, batchSize: Int
  ) throws -> ParquetBatchReader {
    try ParquetBatchReader(
      self, rowGroup: rowGroup, chunks[rowGroup], columns: columns, rows: rows,
      batchSize: batchSize)
  }

  func error(_ damage: Damage, rowGroup: Int, column: String) -> FormatError {
    // Names are as long as a file makes them.
    let column = column.count > 100 ? column.prefix(100) + "…" : column[...]
    let page = damage.page.map { ", page \($0)" } ?? ""
    return FormatError(path, at: "row group \(rowGroup), column '\(column)'\(page)", damage.message)
  }

  private static let magic = Array("PAR1".utf8)

  /// Where the footer lies.
  private static func footer(_ file: MappedFile) throws(Damage) -> Range<Int> {
    let count = file.count
    guard count >= 12 else { throw Damage("not a Parquet file: it has only \(count) bytes") }
    let tail = file.copy(count - 8..<count)
    guard file.copy(0..<4) == magic, Array(tail[4...]) == magic else {
      if Array(tail[4...]) == Array("PARE".utf8) {
        throw Damage("not supported: an encrypted footer")
      }
      throw Damage("not a Parquet file: expected 'PAR1' at its start and its end")
    }
    let size = Int(tail.paddedUInt64(at: 0) & 0xFFFF_FFFF)
    guard size <= count - 12 else {
      throw Damage("its footer of \(size) bytes is larger than the file; is it cut short?")
    }
    return count - 8 - size..<count - 8
  }

  private static func readFooter(_ bytes: [UInt8]) throws(Damage) -> FileMetadata {
    var reader = ThriftReader(bytes)
    do {
      return try FileMetadata(reading: &reader)
    } catch {
      throw Damage(error.isUnsupported ? error.message : "its footer is damaged: \(error.message)")
    }
  }

  private static func check(
    _ metadata: FileMetadata, leaves: [LeafColumn], fileSize: Int
  ) throws(Damage) {
    var rows = 0
    var values = 0
    for (position, group) in metadata.rowGroups.enumerated() {
      guard group.columns.count == leaves.count else {
        throw Damage(
          "row group \(position) has \(group.columns.count) columns, the schema \(leaves.count)")
      }
      guard group.rowCount >= 0, group.rowCount <= Int.max - rows else {
        throw Damage("row group \(position) claims \(group.rowCount) rows")
      }
      guard group.rowCount <= Limits.values(inBytes: fileSize) else {
        throw Damage("not supported: \(group.rowCount) rows in a file of \(fileSize) bytes")
      }
      rows += group.rowCount
      try checkChunks(of: group, position, leaves, fileSize: fileSize, values: &values)
    }
    guard rows == metadata.rowCount else {
      throw Damage("it has \(rows) rows in its row groups, but says \(metadata.rowCount)")
    }
  }
}

extension ParquetFile {
  /// Chunks lie apart in the file, so all their bytes together cannot be more than it has; some
  /// writers count them a little wrong. What they claim to hold has a limit too.
  private static func checkChunks(
    of group: RowGroupMetadata, _ position: Int, _ leaves: [LeafColumn], fileSize: Int,
    values: inout Int
  ) throws(Damage) {
    var bytes = 0
    let limit = Limits.values(inBytes: fileSize)
    // By position: a copy of each chunk's metadata would take longer than to read it.
    for column in leaves.indices where group.columns[column].hasMetadata {
      let size = group.columns[column].compressedSize
      guard (0...fileSize).contains(size) else {
        throw Damage("row group \(position) has a column of \(size) bytes")
      }
      bytes += size
      let count = group.columns[column].valueCount
      let weight = leaves[column].maxRepetition > 0 ? Limits.listValueWeight : 1
      guard count >= 0, count <= (limit - values) / weight else {
        throw Damage(
          "row group \(position) has a column of \(count) values; "
            + "a file of \(fileSize) bytes may have up to \(limit / weight) in all")
      }
      values += count * weight
    }
    guard bytes <= 2 * fileSize else {
      throw Damage("the columns of row group \(position) lie over each other")
    }
  }
}
