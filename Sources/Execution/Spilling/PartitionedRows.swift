import Columns
import Planning

/// Rows in a temporary file, shared out among partitions by a hash of some of their columns. The rows of
/// a partition are in the order they came in.
final class PartitionedRows: @unchecked Sendable {
  /// A partition a piece; batches are tagged with the piece of the input that they came from.
  let rows: SpilledRows
  let partitionCount: Int
  /// Hashes are used up from their lowest bits.
  private let shift: UInt64
  private var held: [[Batch]]
  private var heldRows: [Int]
  private var heldBytes = 0
  private let heldLimit: Int
  private var tag = 0

  /// - Parameter partitionCount: a power of two.
  init(
    _ types: [DataType], partitionCount: Int, shift: Int = 0, _ context: ExecutionContext
  ) throws {
    rows = try SpilledRows(types, context)
    rows.extend(toPieces: partitionCount)
    self.partitionCount = partitionCount
    self.shift = UInt64(shift)
    held = [[Batch]](repeating: [], count: partitionCount)
    heldRows = [Int](repeating: 0, count: partitionCount)
    heldLimit = context.budget.share / 4
  }

  /// How many partitions to make so that each has about so many bytes at most.
  static func count(for bytes: Int, partBytes: Int) -> Int {
    var count = 2
    while count < 256, bytes / count > partBytes { count *= 2 }
    return count
  }

  func append(_ batch: Batch, hashes: [UInt64], tag: Int) throws {
    if tag != self.tag { try flush() }
    self.tag = tag
    var selections = [[UInt32]](repeating: [], count: partitionCount)
    let mask = UInt64(partitionCount - 1)
    for (row, hash) in hashes.enumerated() {
      selections[Int(hash &>> shift & mask)].append(UInt32(row))
    }
    for (partition, rows) in selections.enumerated() where !rows.isEmpty {
      let part = batch.selected(Selection(rows))
      held[partition].append(part)
      heldRows[partition] += part.count
      heldBytes += part.flatByteCount
      if heldRows[partition] >= 8192 { try flush(partition) }
    }
    if heldBytes > heldLimit { try flush() }
  }

  private func flush(_ partition: Int) throws {
    if held[partition].isEmpty { return }
    let batch = Batch.concatenated(held[partition], types: rows.types)
    heldBytes -= held[partition].reduce(0) { $0 + $1.flatByteCount }
    held[partition] = []
    heldRows[partition] = 0
    try rows.append(batch, piece: partition, tag: tag)
  }

  /// Writes what is held; to be called at the end.
  func flush() throws {
    for partition in held.indices { try flush(partition) }
  }

  /// All rows of a prepared operator, by a hash of some expressions.
  convenience init(
    of input: PhysicalOperator, by keys: [Expression], partitionCount: Int, shift: Int = 0,
    _ context: ExecutionContext
  ) throws {
    try self.init(input.types, partitionCount: partitionCount, shift: shift, context)
    let hashed = HashedOperator(input, keys, context)
    try context.forEachBatch(of: hashed) { piece, batch in
      guard case .flat(.int64(let hashes), _)? = batch.columns.last?.form else { return }
      try append(
        Batch(Array(batch.columns.dropLast()), count: batch.count),
        hashes: hashes.map { UInt64(bitPattern: $0) }, tag: piece)
    }
    try flush()
  }

  /// Gives back an operator's rows of one partition, in the pieces that they came from.
  func reader(
    _ partition: Int, _ outputs: [ColumnReference], _ context: ExecutionContext
  ) -> PhysicalOperator {
    PartitionOperator(outputs, rows, partition, context)
  }
}

/// Adds a hash of some expressions as a last column, on the threads that compute the rows.
private final class HashedOperator: PhysicalOperator, @unchecked Sendable {
  private let keys: [Expression]
  private let context: ExecutionContext

  init(_ input: PhysicalOperator, _ keys: [Expression], _ context: ExecutionContext) {
    self.keys = keys
    self.context = context
    super.init(input.outputs + [RowNumber.reference(-1)], children: [input])
  }

  override func stream(piece: Int) throws -> any BatchStream {
    let evaluations = try context.compiler(children[0].outputs).compile(keys)
    return MappedStream(try children[0].open(piece: piece)) { batch in
      let columns = try evaluations.map { try $0.evaluate(batch) }
      let hashes = RowHash.hashes(columns, count: batch.count)
      return Batch(
        batch.columns + [Column(.bigint, .int64(hashes.map { Int64(bitPattern: $0) }))],
        count: batch.count)
    }
  }
}

private final class PartitionOperator: PhysicalOperator, @unchecked Sendable {
  private let rows: SpilledRows
  private let context: ExecutionContext
  /// The batches of each piece of the input that has any.
  private let blocks: [[SpilledRows.Block]]

  init(
    _ outputs: [ColumnReference], _ rows: SpilledRows, _ partition: Int,
    _ context: ExecutionContext
  ) {
    self.rows = rows
    self.context = context
    var pieces: [[SpilledRows.Block]] = []
    for block in rows.pieces[partition] {
      if pieces.last?.last?.tag == block.tag {
        pieces[pieces.count - 1].append(block)
      } else {
        pieces.append([block])
      }
    }
    blocks = pieces
    super.init(outputs, children: [])
  }

  override var pieceCount: Int { blocks.count }

  override func stream(piece: Int) -> any BatchStream {
    SpilledStream(rows, blocks[piece], batchSize: context.options.batchSize)
  }
}
