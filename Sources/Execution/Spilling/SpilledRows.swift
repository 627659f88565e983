import Columns
import Files

/// Batches in a temporary file, by piece.
///
/// One thread appends, to any piece at any time; afterwards pieces may be read side by side and as often
/// as is needed.
final class SpilledRows: @unchecked Sendable {
  /// One batch in the file.
  struct Block {
    let bytes: Range<Int>
    let rows: Int
    /// A number that goes with the batch: which piece of the input it came from.
    let tag: Int
  }

  let types: [DataType]
  private(set) var pieces: [[Block]] = []
  private let file: SpillFile

  /// - Throws: `FileError` where no temporary file can be made.
  init(_ types: [DataType], _ context: ExecutionContext) throws {
    self.types = types
    file = try SpillFile(in: context.options.spillDirectory)
  }

  var pieceCount: Int { pieces.count }
  var byteCount: Int { file.byteCount }
  var rowCount: Int { pieces.reduce(0) { $0 + rowCount(piece: $1) } }

  func rowCount(piece: [Block]) -> Int { piece.reduce(0) { $0 + $1.rows } }

  /// Makes sure that there are so many pieces.
  func extend(toPieces count: Int) {
    while pieces.count < count { pieces.append([]) }
  }

  /// - Throws: `FileError` when the disk is full.
  func append(_ batch: Batch, piece: Int, tag: Int = 0) throws {
    if batch.count == 0 { return }
    extend(toPieces: piece + 1)
    let bytes = try file.append(bytes: BatchBytes.encode(batch))
    pieces[piece].append(Block(bytes: bytes, rows: batch.count, tag: tag))
  }

  func read(_ block: Block) throws -> Batch {
    BatchBytes.decode(try file.read(bytes: block.bytes), types: types)
  }

  func stream(piece: Int, batchSize: Int) -> any BatchStream {
    SpilledStream(self, pieces[piece], batchSize: batchSize)
  }
}

/// Reads some batches of a temporary file, cut to size.
final class SpilledStream: BatchStream {
  private let rows: SpilledRows
  private let blocks: [SpilledRows.Block]
  private let batchSize: Int
  private var position = 0
  private var batch = Batch([], count: 0)
  private var row = 0

  init(_ rows: SpilledRows, _ blocks: [SpilledRows.Block], batchSize: Int) {
    self.rows = rows
    self.blocks = blocks
    self.batchSize = batchSize
  }

  func next() throws -> Batch? {
    if row == batch.count {
      guard position < blocks.count else { return nil }
      batch = try rows.read(blocks[position])
      position += 1
      row = 0
    }
    let end = min(row + batchSize, batch.count)
    defer { row = end }
    return batch.sliced(row..<end)
  }
}

/// Rows in their order, cut in pieces of the size that ``MaterializedOperator`` has.
final class SpilledResult {
  let rows: SpilledRows
  private var piece = 0
  private var room = MaterializedOperator.pieceRows

  init(_ types: [DataType], _ context: ExecutionContext) throws {
    rows = try SpilledRows(types, context)
  }

  func append(_ batch: Batch) throws {
    var start = 0
    while start < batch.count {
      let end = min(batch.count, start + room)
      try rows.append(batch.sliced(start..<end), piece: piece)
      room -= end - start
      start = end
      if room == 0 { beginPiece() }
    }
  }

  /// What is appended from now on is in another piece.
  func beginPiece() {
    guard room < MaterializedOperator.pieceRows else { return }
    piece += 1
    room = MaterializedOperator.pieceRows
  }
}
