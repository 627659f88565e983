import Columns
import Delta
import Execution
import Files
import Parquet

/// A scan over Parquet files that together are a table; its pieces are their row groups, large ones in
/// parts so that several threads can work on them.
///
/// Files are left out by what the log says of them, row groups by their own statistics. A column that
/// a file lacks reads as NULL; one that it has in a narrower type is widened. Rows that a deletion
/// vector names are left out.
struct FileScan: TableScan {
  private let columns: FileColumns
  private let request: ScanRequest
  private let pieces: [Piece]
  private let totalBytes: Int

  init(
    _ files: [DataFile], columns: FileColumns, request: ScanRequest, cache: ParquetFileCache
  ) throws {
    self.columns = columns
    self.request = request
    totalBytes = files.reduce(0) { $0 &+ $1.byteCount }
    var pieces: [Piece] = []
    for data in files where data.mayMatch(request.conditions, columns.schema) {
      let file = try cache.file(data.path, inside: data.folder)
      let tests = try FileScan.tests(request.conditions, data, file, columns)
      var firstRow = 0
      for (index, group) in file.rowGroups.enumerated() where group.rowCount > 0 {
        if FileScan.mayMatch(group, tests) {
          for rows in Piece.parts(ofRows: group.rowCount) {
            pieces.append(
              Piece(
                data: data, file: file, rowGroup: index, part: rows, firstRow: firstRow,
                tests: tests))
          }
        }
        firstRow += group.rowCount
      }
    }
    self.pieces = pieces
  }

  var pieceCount: Int { pieces.count }

  func open(piece: Int) throws -> any BatchReader {
    if let extremes = try extremes(of: pieces[piece]) { return ExtremesReader(extremes) }
    return try PieceReader(pieces[piece], columns, request)
  }

  /// Rows with the extremes of a piece's columns, as far as no more is asked for and they are known.
  private func extremes(of piece: Piece) throws -> Batch? {
    guard let wanted = request.extremes, piece.data.deletionVector == nil else { return nil }
    return try ExtremesReader.rows(
      of: piece.data, piece.file, rowGroup: piece.rowGroup, columns, request.columns, wanted)
  }

  /// Of a row group the wanted columns are read, as far as its pages are not skipped.
  func byteCounts() -> (read: Int, total: Int)? {
    var read = 0.0
    for piece in pieces where (try? extremes(of: piece)) == nil {
      let rows = piece.file.rowGroups[piece.rowGroup].rowCount
      let share = Double(piece.rows().reduce(0) { $0 + $1.count }) / Double(max(1, rows))
      for column in request.columns where piece.data.constants[column] == nil {
        guard let place = try? columns.place(of: column, in: piece.file) else { continue }
        read +=
          share * Double(piece.file.byteCount(rowGroup: piece.rowGroup, column: place.position))
      }
    }
    return (Int(read.rounded()), totalBytes)
  }

  /// Conditions on columns that the file has in the table's own type, or lacks (a nil position).
  private static func tests(
    _ conditions: [ScanCondition], _ data: DataFile, _ file: ParquetFile, _ columns: FileColumns
  ) throws(FormatError) -> [ColumnTest] {
    var tests: [ColumnTest] = []
    for condition in conditions where data.constants[condition.column] == nil {
      guard let place = try columns.place(of: condition.column, in: file) else {
        tests.append(ColumnTest(position: nil, test: condition.test))
        continue
      }
      if file.schema[place.position].type == columns.schema[condition.column].type {
        tests.append(ColumnTest(position: place.position, test: condition.test))
      }
    }
    return tests
  }

  private static func mayMatch(_ group: ParquetRowGroup, _ tests: [ColumnTest]) -> Bool {
    tests.allSatisfy { test in
      guard let position = test.position else {
        return ColumnBounds(constant: .null).mayMatch(test.test)
      }
      return test.mayMatch(group.statistics[position], rowCount: group.rowCount)
    }
  }
}

/// What a column of a file must meet.
private struct ColumnTest {
  /// nil stands for a column that the file lacks.
  let position: Int?
  let test: ScanCondition.Test

  func mayMatch(_ known: ColumnStatistics, rowCount: Int) -> Bool {
    ColumnBounds(min: known.min, max: known.max, nullCount: known.nullCount, rowCount: rowCount)
      .mayMatch(test)
  }
}

/// A row group of a file, or a part of one.
private struct Piece: Sendable {
  let data: DataFile
  let file: ParquetFile
  let rowGroup: Int
  /// Rows, counted within the row group.
  let part: Range<Int>
  /// The position in the file of the row group's first row.
  let firstRow: Int
  let tests: [ColumnTest]

  /// Rows of a part, about; other writers put a million and more in a row group.
  private static let partRows = 1 << 17
  /// Each part of a row group reads its dictionaries again.
  private static let maximumParts = 16

  static func parts(ofRows count: Int) -> [Range<Int>] {
    let parts = max(1, min(maximumParts, (count + partRows / 2) / partRows))
    let size = (count + parts - 1) / parts
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// The rows, counted within the row group, that are in pages which may meet all conditions.
  func rows() -> [Range<Int>] {
    var rows = [part]
    for test in tests {
      guard let position = test.position,
        let pages = file.pages(rowGroup: rowGroup, column: position)
      else { continue }
      let kept = pages.filter { test.mayMatch($0.statistics, rowCount: $0.rows.count) }
      if kept.count < pages.count { rows = Piece.common(rows, kept.map(\.rows)) }
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
  private var live: LiveRows
  /// Rows still to be delivered where no column of the file is wanted.
  private var remaining: Int
  private let batchSize: Int

  init(_ piece: Piece, _ columns: FileColumns, _ request: ScanRequest) throws {
    file = piece.file
    batchSize = max(1, request.batchSize)
    types = request.columns.map { columns.schema[$0].type }
    names = request.columns.map { columns.schema[$0].name }
    let rows = piece.rows()
    live = LiveRows(try piece.deletedRows(), rows, firstRow: piece.firstRow)
    remaining = rows.reduce(0) { $0 + $1.count }
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
      ? nil
      : try file.reader(
        rowGroup: piece.rowGroup, columns: wanted, rows: rows, batchSize: batchSize)
  }

  func next() throws -> Batch? {
    while let batch = try nextStored() {
      switch live.next(batch.count) {
      case .all: return try assemble(batch.columns, count: batch.count)
      case .none: continue
      case .some(let kept):
        let batch = batch.selected(Selection(kept))
        return try assemble(batch.columns, count: batch.count)
      }
    }
    return nil
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
      if case .file(let index, _) = origins[position] { index } else { nil }
    }
    let passing = try reader.next(reading: tested) { batch in
      var columns = [Column?](repeating: nil, count: origins.count)
      for (index, column) in zip(tested, batch.columns) { columns[index] = column }
      switch live.next(batch.count) {
      case .all: return try test(try assemble(columns, count: batch.count))
      case .none: return Selection([])
      case .some(let kept):
        let alive = try assemble(columns, count: batch.count).selected(Selection(kept))
        guard let rows = try test(alive) else { return Selection(kept) }
        return Selection(rows.rows.map { kept[Int($0)] })
      }
    }
    return try passing.map { try assemble($0.columns, count: $0.count) }
  }

  /// The next rows of the file, those taken out among them.
  private func nextStored() throws -> Batch? {
    if let reader { return try reader.next() }
    guard remaining > 0 else { return nil }
    let count = min(remaining, batchSize)
    remaining -= count
    return Batch([], count: count)
  }

  /// Rows of the table from columns of the file; NULLs stand for those that are not given.
  private func assemble(_ columns: [Column?], count: Int) throws -> Batch {
    var assembled: [Column] = []
    assembled.reserveCapacity(origins.count)
    for (position, origin) in origins.enumerated() {
      switch origin {
      case .constant(let value):
        assembled.append(Column(types[position], constant: value, count: count))
      case .file(let index, let reading):
        guard let column = columns[index] else {
          assembled.append(Column(types[position], constant: .null, count: count))
          continue
        }
        do {
          assembled.append(try reading.column(from: column))
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
