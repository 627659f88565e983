import Columns
import Planning

/// The rows of an operator by piece, in memory while they fit, in a temporary file otherwise.
final class RowStore: @unchecked Sendable {
  /// What one buffer of texts, or of the entries of a collection, can hold.
  private static let largestBuffer = Int(Int32.max)

  let types: [DataType]
  /// The file, when the rows did not fit.
  private(set) var spilled: SpilledRows?
  private(set) var rowCount = 0
  private let context: ExecutionContext
  private let cost: Cost
  private var batches: [[Batch]] = []
  private var held = 0
  private var heldBytes = 0
  private var dictionaries: Set<ObjectIdentifier> = []

  /// What keeping rows costs, with what is made of them.
  struct Cost {
    /// Bytes per byte of the rows.
    var factor = 1
    /// Bytes per row.
    var perRow = 0
    /// Whether the rows are to become one batch.
    var isJoined = false

    static let plain = Cost()
  }

  init(_ types: [DataType], _ context: ExecutionContext, cost: Cost = .plain) {
    self.types = types
    self.context = context
    self.cost = cost
  }

  /// All rows of a prepared operator.
  convenience init(
    of input: PhysicalOperator, _ context: ExecutionContext, cost: Cost = .plain
  ) throws {
    self.init(input.types, context, cost: cost)
    try context.forEachBatch(of: input) { piece, batch in try append(batch, piece: piece) }
    extend(toPieces: input.pieceCount)
  }

  var pieceCount: Int { spilled?.pieceCount ?? batches.count }

  func extend(toPieces count: Int) {
    if let spilled { return spilled.extend(toPieces: count) }
    while batches.count < count { batches.append([]) }
  }

  /// Adds rows behind those of the piece.
  ///
  /// - Throws: `FileError` when they have to go to a disk that is full.
  func append(_ batch: Batch, piece: Int) throws {
    if batch.count == 0 { return }
    rowCount += batch.count
    if let spilled { return try spilled.append(batch, piece: piece) }
    let bytes =
      cost.isJoined ? batch.flatByteCount : batch.byteCount + newDictionaryBytes(batch)
    let price = bytes * cost.factor + batch.count * cost.perRow
    let fits = !cost.isJoined || heldBytes + bytes <= RowStore.largestBuffer
    guard fits, context.budget.canTake(price) else { return try spill(andThen: batch, piece) }
    extend(toPieces: piece + 1)
    batches[piece].append(batch)
    held += price
    heldBytes += bytes
  }

  private func newDictionaryBytes(_ batch: Batch) -> Int {
    var bytes = 0
    for column in batch.columns {
      guard case .dictionary(_, let dictionary) = column.form,
        dictionaries.insert(ObjectIdentifier(dictionary)).inserted
      else { continue }
      bytes += dictionary.values.byteCount
    }
    return bytes
  }

  private func spill(andThen batch: Batch, _ piece: Int) throws {
    let rows = try SpilledRows(types, context)
    rows.extend(toPieces: batches.count)
    for (number, piece) in batches.enumerated() {
      for batch in piece { try rows.append(batch, piece: number) }
    }
    batches = []
    context.budget.give(held)
    held = 0
    spilled = rows
    try rows.append(batch, piece: piece)
  }

  /// The rows as one batch and the bytes of the budget that are held for them, where they are in memory;
  /// they are given up here.
  func takeBatch() -> (batch: Batch, held: Int)? {
    if spilled != nil { return nil }
    let all = batches.flatMap { $0 }
    batches = []
    defer { held = 0 }
    return (Batch.concatenated(all, types: types), held)
  }

  /// The batches of all pieces where they are in memory.
  var batchesInMemory: [Batch]? { spilled == nil ? batches.flatMap { $0 } : nil }

  /// Bytes of the rows, or of the temporary file where they are there.
  var byteCount: Int { spilled?.byteCount ?? heldBytes }

  /// Returns to the budget what is held.
  func giveBack() {
    context.budget.give(held)
    held = 0
  }

  func stream(piece: Int) -> any BatchStream {
    if let spilled { return spilled.stream(piece: piece, batchSize: context.options.batchSize) }
    return StoredStream(batches[piece], batchSize: context.options.batchSize)
  }
}

/// Reads a store.
final class StoreOperator: PhysicalOperator, @unchecked Sendable {
  private let store: RowStore

  init(_ outputs: [ColumnReference], _ store: RowStore) {
    self.store = store
    super.init(outputs, children: [])
  }

  override var pieceCount: Int { store.pieceCount }

  var byteCount: Int { store.byteCount }

  override func stream(piece: Int) -> any BatchStream { store.stream(piece: piece) }
}
