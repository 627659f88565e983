import Columns
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

/// A scan over Parquet files that together are a table; its pieces are their row groups, large ones in
/// parts so that several threads can work on them.
///
/// Files are left out by what the log says of them, row groups by their own statistics. A column that
/// a file lacks reads as NULL; one that it has in a narrower type is widened.
struct FileScan: TableScan {
  private let schema: Schema
  private let request: ScanRequest
  private let pieces: [Piece]

  private struct Piece: Sendable {
    let file: ParquetFile
    let rowGroup: Int
    let rows: Range<Int>
    let constants: [Int: Value]
    let tests: [Test]
  }

  /// Rows of a piece, about; other writers put a million and more in a row group.
  private static let pieceRows = 1 << 17
  /// Each part of a row group reads its dictionaries again.
  private static let maximumParts = 16

  /// What a column of a file must meet; a nil position stands for a column that the file lacks.
  private typealias Test = (position: Int?, test: ScanCondition.Test)

  init(_ files: [DataFile], schema: Schema, request: ScanRequest, footers: FooterCache) throws {
    self.schema = schema
    self.request = request
    var pieces: [Piece] = []
    for data in files where data.mayMatch(request.conditions, schema) {
      let file = try footers.file(data.path, inside: data.folder)
      let tests = FileScan.tests(request.conditions, data, file, schema)
      for (index, group) in file.rowGroups.enumerated() where group.rowCount > 0 {
        if FileScan.mayMatch(group, tests) {
          for rows in FileScan.parts(ofRows: group.rowCount) {
            pieces.append(
              Piece(
                file: file, rowGroup: index, rows: rows, constants: data.constants, tests: tests))
          }
        }
      }
    }
    self.pieces = pieces
  }

  var pieceCount: Int { pieces.count }

  func open(piece: Int) throws -> any BatchReader {
    let piece = pieces[piece]
    return try PieceReader(
      piece.file, rowGroup: piece.rowGroup, rows: FileScan.rows(of: piece),
      constants: piece.constants, schema: schema, request: request)
  }

  private static func parts(ofRows count: Int) -> [Range<Int>] {
    let parts = max(1, min(maximumParts, (count + pieceRows / 2) / pieceRows))
    let size = (count + parts - 1) / parts
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Conditions on columns that the file has in the table's own type, or lacks (a nil position).
  private static func tests(
    _ conditions: [ScanCondition], _ data: DataFile, _ file: ParquetFile, _ schema: Schema
  ) -> [Test] {
    conditions.compactMap { condition in
      if data.constants[condition.column] != nil { return nil }
      let field = schema[condition.column]
      guard let position = file.schema.position(of: field.name) else {
        return (nil, condition.test)
      }
      return file.schema[position].type == field.type ? (position, condition.test) : nil
    }
  }

  /// The rows of a piece that are in pages which may meet all conditions.
  private static func rows(of piece: Piece) -> [Range<Int>] {
    var rows = [piece.rows]
    for (position, test) in piece.tests {
      guard let position,
        let pages = piece.file.pages(rowGroup: piece.rowGroup, column: position)
      else { continue }
      let kept = pages.filter { page in
        let known = page.statistics
        return ColumnBounds(
          min: known.min, max: known.max, nullCount: known.nullCount, rowCount: page.rows.count
        ).mayMatch(test)
      }
      if kept.count < pages.count { rows = common(rows, kept.map(\.rows)) }
    }
    return rows
  }

  /// The rows that are in both of two lists of ascending ranges; ranges that touch become one.
  private static func common(_ a: [Range<Int>], _ b: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var (i, j) = (0, 0)
    while i < a.count && j < b.count {
      let both = a[i].clamped(to: b[j])
      if !both.isEmpty {
        if let last = result.last, last.upperBound == both.lowerBound {
          result[result.count - 1] = last.lowerBound..<both.upperBound
        } else {
          result.append(both)
        }
      }
      if a[i].upperBound < b[j].upperBound { i += 1 } else { j += 1 }
    }
    return result
  }

  private static func mayMatch(_ group: ParquetRowGroup, _ tests: [Test]) -> Bool {
    tests.allSatisfy { position, test in
      guard let position else { return ColumnBounds(constant: .null).mayMatch(test) }
      let known = group.statistics[position]
      return ColumnBounds(
        min: known.min, max: known.max, nullCount: known.nullCount, rowCount: group.rowCount
      ).mayMatch(test)
    }
  }
}

/// Reads a row group as rows of the table.
private final class PieceReader: BatchReader {
  private enum Origin {
    /// A column of the file's batches.
    case file(Int)
    case constant(Value)
  }

  private let file: ParquetFile
  private let rowGroup: Int
  private let reader: ParquetBatchReader?
  private let types: [DataType]
  private let names: [String]
  private var origins: [Origin] = []
  /// Rows still to be delivered where no column of the file is wanted.
  private var remaining: Int
  private let batchSize: Int

  init(
    _ file: ParquetFile, rowGroup: Int, rows: [Range<Int>], constants: [Int: Value],
    schema: Schema, request: ScanRequest
  ) throws {
    self.file = file
    self.rowGroup = rowGroup
    batchSize = max(1, request.batchSize)
    types = request.columns.map { schema[$0].type }
    names = request.columns.map { schema[$0].name }
    var wanted: [Int] = []
    for column in request.columns {
      if let constant = constants[column] {
        origins.append(.constant(constant))
      } else if let position = file.schema.position(of: schema[column].name) {
        origins.append(.file(wanted.count))
        wanted.append(position)
      } else {
        origins.append(.constant(.null))
      }
    }
    remaining = rows.reduce(0) { $0 + $1.count }
    reader =
      wanted.isEmpty
      ? nil
      : try file.reader(rowGroup: rowGroup, columns: wanted, rows: rows, batchSize: batchSize)
  }

  func next() throws -> Batch? {
    guard let reader else {
      guard remaining > 0 else { return nil }
      let count = min(remaining, batchSize)
      remaining -= count
      return try assemble([], count: count)
    }
    return try reader.next().map { try assemble($0.columns, count: $0.count) }
  }

  func next(testing positions: [Int], _ test: (Batch) throws -> Selection?) throws -> Batch? {
    guard let reader else {
      while let batch = try next() {
        guard let rows = try test(batch) else { return batch }
        if rows.count > 0 { return batch.selected(rows) }
      }
      return nil
    }
    let tested = positions.compactMap { position in
      if case .file(let index) = origins[position] { index } else { nil }
    }
    let passing = try reader.next(reading: tested) { batch in
      var columns = [Column?](repeating: nil, count: origins.count)
      for (index, column) in zip(tested, batch.columns) { columns[index] = column }
      return try test(try assemble(columns, count: batch.count))
    }
    return try passing.map { try assemble($0.columns, count: $0.count) }
  }

  /// Rows of the table from columns of the file; NULLs stand for those that are not given.
  private func assemble(_ columns: [Column?], count: Int) throws -> Batch {
    var assembled: [Column] = []
    assembled.reserveCapacity(origins.count)
    for (position, origin) in origins.enumerated() {
      switch origin {
      case .constant(let value):
        assembled.append(Column(types[position], constant: value, count: count))
      case .file(let index):
        guard let column = columns[index] else {
          assembled.append(Column(types[position], constant: .null, count: count))
          continue
        }
        do {
          assembled.append(try SchemaWidening.widened(column, to: types[position]))
        } catch let error as UnfitType {
          throw FormatError(
            file.path, at: "column '\(names[position])'",
            "expected \(types[position]), found \(error.found)")
        }
      }
    }
    return Batch(assembled, count: count)
  }
}
