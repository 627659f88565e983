import Columns

/// Rows of several partitions, each in the order of a row number, brought into one order.
final class SortedRuns {
  private let types: [DataType]
  private let keyPosition: Int
  private let context: ExecutionContext
  private let rows: SpilledRows
  private let expectedRuns: Int
  private var runCount = 0

  /// - Parameter keyPosition: the column with the number.
  init(
    _ types: [DataType], keyPosition: Int, expectedRuns: Int, _ context: ExecutionContext
  ) throws {
    self.expectedRuns = max(1, expectedRuns)
    self.types = types
    self.keyPosition = keyPosition
    self.context = context
    rows = try SpilledRows(types, context)
  }

  /// What is appended from now on is another run.
  func beginRun() { runCount += 1 }

  func append(_ batch: Batch) throws {
    let step = context.budget.blockRows(of: batch, runs: expectedRuns)
    for start in stride(from: 0, to: batch.count, by: step) {
      try rows.append(
        batch.sliced(start..<min(start + step, batch.count)), piece: max(0, runCount - 1))
    }
  }

  /// All rows in order.
  func merged() throws -> RunMerge {
    rows.extend(toPieces: runCount)
    return try RunMerge(
      (0..<runCount).map { rows.stream(piece: $0, batchSize: 8192) },
      types: types, keyPosition: keyPosition, context.options.cancellation)
  }

  /// All rows in order, in a single piece.
  func inOnePiece() throws -> SpilledRows {
    let result = try SpilledRows(types, context)
    result.extend(toPieces: 1)
    let merge = try merged()
    while let batch = try merge.next() { try result.append(batch, piece: 0) }
    return result
  }

  /// All rows in order, by the pieces that their numbers name.
  func byPiece(count: Int) throws -> SpilledRows {
    let result = try SpilledRows(types, context)
    result.extend(toPieces: count)
    let merge = try merged()
    while let batch = try merge.next() {
      for (piece, range) in SortedRuns.pieces(batch.columns[keyPosition]) {
        try result.append(batch.sliced(range), piece: piece)
      }
    }
    return result
  }

  /// The stretches of ascending row numbers that are in one piece each.
  private static func pieces(_ numbers: Column) -> [(piece: Int, rows: Range<Int>)] {
    guard case .flat(.int64(let numbers), _) = numbers.flattened().form else { return [] }
    var found: [(piece: Int, rows: Range<Int>)] = []
    for (row, number) in numbers.enumerated() {
      let piece = RowNumber.piece(number)
      if let last = found.last, last.piece == piece {
        found[found.count - 1].rows = last.rows.lowerBound..<row + 1
      } else {
        found.append((piece, row..<row + 1))
      }
    }
    return found
  }
}
