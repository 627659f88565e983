import Columns
import Delta
import Execution
import Files
import Parquet
import Synchronization

/// Footers of files that were opened before; data files never change, so neither do these.
final class FooterCache: Sendable {
  private let files = Mutex<[String: Entry]>([:])
  private static let limit = 1024

  private struct Entry {
    let size: Int
    let modified: Int64
    let file: ParquetFile
  }

  /// - Parameter folder: where the file must be, links followed; nil for anywhere.
  /// - Throws: `FormatError` when it is elsewhere, or no Parquet file; `FileError`.
  func file(_ path: String, inside folder: String? = nil) throws -> ParquetFile {
    let (size, modified) = try Directory.attributes(path)
    let known = files.withLock { $0[path] }
    if let known, known.size == size, known.modified == modified { return known.file }
    if let folder {
      let (path, root) = (try Directory.resolved(path), try Directory.resolved(folder))
      guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
        throw FormatError(folder, "data file '\(path)' lies outside of the table")
      }
    }
    let file = try ParquetFile(path)
    files.withLock { files in
      if files.count >= FooterCache.limit { files.removeAll() }
      files[path] = Entry(size: size, modified: modified, file: file)
    }
    return file
  }
}

/// A scan over Parquet files that together are a table; its pieces are their row groups.
///
/// Files are left out by what the log says of them, row groups by their own statistics. A column that
/// a file lacks reads as NULL; one that it has in a narrower type is widened. Rows that a deletion
/// vector names are left out.
struct FileScan: TableScan {
  private let columns: FileColumns
  private let request: ScanRequest
  private let pieces: [Piece]

  init(
    _ files: [DataFile], columns: FileColumns, request: ScanRequest, footers: FooterCache
  ) throws {
    self.columns = columns
    self.request = request
    var pieces: [Piece] = []
    for data in files where data.mayMatch(request.conditions, columns.schema) {
      let file = try footers.file(data.path, inside: data.folder)
      let tests = try FileScan.tests(request.conditions, data, file, columns)
      var firstRow = 0
      for (index, group) in file.rowGroups.enumerated() where group.rowCount > 0 {
        if FileScan.mayMatch(group, tests) {
          pieces.append(Piece(data: data, file: file, rowGroup: index, firstRow: firstRow))
        }
        firstRow += group.rowCount
      }
    }
    self.pieces = pieces
  }

  var pieceCount: Int { pieces.count }

  func open(piece: Int) throws -> any BatchReader {
    try PieceReader(pieces[piece], columns, request)
  }

  /// Conditions on columns that the file has in the table's own type, or lacks (a nil position).
  private static func tests(
    _ conditions: [ScanCondition], _ data: DataFile, _ file: ParquetFile, _ columns: FileColumns
  ) throws(FormatError) -> [(position: Int?, test: ScanCondition.Test)] {
    var tests: [(position: Int?, test: ScanCondition.Test)] = []
    for condition in conditions where data.constants[condition.column] == nil {
      guard let place = try columns.place(of: condition.column, in: file) else {
        tests.append((nil, condition.test))
        continue
      }
      if file.schema[place.position].type == columns.schema[condition.column].type {
        tests.append((place.position, condition.test))
      }
    }
    return tests
  }

  private static func mayMatch(
    _ group: ParquetRowGroup, _ tests: [(position: Int?, test: ScanCondition.Test)]
  ) -> Bool {
    tests.allSatisfy { position, test in
      guard let position else { return ColumnBounds(constant: .null).mayMatch(test) }
      let known = group.statistics[position]
      return ColumnBounds(
        min: known.min, max: known.max, nullCount: known.nullCount, rowCount: group.rowCount
      ).mayMatch(test)
    }
  }
}

/// A row group of a file.
private struct Piece: Sendable {
  let data: DataFile
  let file: ParquetFile
  let rowGroup: Int
  /// The position in the file of the row group's first row.
  let firstRow: Int

  /// - Throws: `FormatError` when the vector is damaged or names rows that the file has not.
  func deletedRows() throws -> DeletedRows? {
    guard let vector = data.deletionVector, let folder = data.folder else { return nil }
    let deleted = try vector.deletedRows(inTable: folder)
    guard deleted.last ?? 0 < file.rowCount || file.rowCount == 0 else {
      throw FormatError(
        file.path,
        "its deletion vector names row \(deleted.last ?? 0), but the file has only "
          + "\(file.rowCount) rows")
    }
    return deleted
  }
}

/// Reads a row group as rows of the table.
private final class PieceReader: BatchReader {
  private enum Origin {
    /// A column of the file's batches.
    case file(Int, ColumnReading)
    case constant(Value)
  }

  private let file: ParquetFile
  private let reader: ParquetBatchReader?
  private let types: [DataType]
  private let names: [String]
  private var origins: [Origin] = []
  private let deleted: DeletedRows?
  /// The positions in the file of the next row and of the row behind the last.
  private var row: Int
  private let endRow: Int
  private let batchSize: Int

  init(_ piece: Piece, _ columns: FileColumns, _ request: ScanRequest) throws {
    file = piece.file
    batchSize = max(1, request.batchSize)
    types = request.columns.map { columns.schema[$0].type }
    names = request.columns.map { columns.schema[$0].name }
    deleted = try piece.deletedRows()
    row = piece.firstRow
    endRow = piece.firstRow + file.rowGroups[piece.rowGroup].rowCount
    var wanted: [Int] = []
    for column in request.columns {
      if let constant = piece.data.constants[column] {
        origins.append(.constant(constant))
      } else if let place = try columns.place(of: column, in: file) {
        origins.append(.file(wanted.count, place.reading))
        wanted.append(place.position)
      } else {
        origins.append(.constant(.null))
      }
    }
    reader =
      wanted.isEmpty
      ? nil : try file.reader(rowGroup: piece.rowGroup, columns: wanted, batchSize: batchSize)
  }

  func next() throws -> Batch? {
    while let batch = try nextStored() {
      let first = row
      row += batch.count
      guard let deleted else { return try assemble(batch) }
      switch deleted.remainder(of: first..<row) {
      case .all: return try assemble(batch)
      case .none: continue
      case .some(let kept): return try assemble(batch.selected(Selection(kept)))
      }
    }
    return nil
  }

  /// The next rows of the file, those taken out among them.
  private func nextStored() throws -> Batch? {
    if let reader { return try reader.next() }
    return row < endRow ? Batch([], count: min(endRow - row, batchSize)) : nil
  }

  private func assemble(_ batch: Batch) throws -> Batch {
    var assembled: [Column] = []
    assembled.reserveCapacity(origins.count)
    for (position, origin) in origins.enumerated() {
      switch origin {
      case .constant(let value):
        assembled.append(Column(types[position], constant: value, count: batch.count))
      case .file(let index, let reading):
        do {
          assembled.append(try reading.column(from: batch.columns[index]))
        } catch let error as UnfitType {
          throw FormatError(
            file.path, at: "column '\(names[position])'",
            "expected \(types[position]), found \(error.found)")
        }
      }
    }
    return Batch(assembled, count: batch.count)
  }
}
