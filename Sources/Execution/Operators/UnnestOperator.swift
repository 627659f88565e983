import Columns
import Planning

/// CROSS JOIN UNNEST: each row once per entry of its collections.
final class UnnestOperator: PhysicalOperator, @unchecked Sendable {
  private let unnest: Unnest
  private let context: ExecutionContext

  init(
    _ input: PhysicalOperator, _ unnest: Unnest, outputs: [ColumnReference],
    _ context: ExecutionContext
  ) {
    self.unnest = unnest
    self.context = context
    super.init(outputs, children: [input])
  }

  override var name: String { "Unnest" }

  override func stream(piece: Int) throws -> any BatchStream {
    UnnestStream(
      try children[0].open(piece: piece),
      try context.compiler(children[0].outputs).compile(unnest.collections), unnest,
      context.options)
  }
}

/// Rows times entries can be far more than what came in: they are made a batch at a time.
private final class UnnestStream: BatchStream {
  private let input: any BatchStream
  private let collections: [Evaluation]
  private let unnest: Unnest
  private let options: ExecutionOptions
  private var batch: Batch?
  private var ranges: [EntryRanges] = []
  /// The next output row: of which row of the batch, and which entry of it.
  private var row = 0
  private var ordinal = 0

  init(
    _ input: any BatchStream, _ collections: [Evaluation], _ unnest: Unnest,
    _ options: ExecutionOptions
  ) {
    self.input = input
    self.collections = collections
    self.unnest = unnest
    self.options = options
  }

  func next() throws -> Batch? {
    while true {
      try options.cancellation.check()
      if let batch {
        if let output = expand(batch) { return output }
        self.batch = nil
      }
      guard let next = try input.next() else { return nil }
      ranges = try collections.map { EntryRanges(try $0.evaluate(next)) }
      (batch, row, ordinal) = (next, 0, 0)
    }
  }

  /// The next output rows of a batch, nil when it has no more.
  private func expand(_ batch: Batch) -> Batch? {
    // Which input row each output row comes from, and which entry of its collections it is.
    var rows: [UInt32] = []
    var ordinals: [UInt32] = []
    while row < batch.count, rows.count < options.batchSize {
      let longest = ranges.reduce(unnest.keepsEmpty ? 1 : 0) { max($0, $1.count(row)) }
      let end = min(longest, ordinal + options.batchSize - rows.count)
      while ordinal < end {
        rows.append(UInt32(row))
        ordinals.append(UInt32(ordinal))
        ordinal += 1
      }
      if ordinal >= longest { (row, ordinal) = (row + 1, 0) }
    }
    guard !rows.isEmpty else { return nil }
    let selection = Selection(rows)
    var columns = batch.columns.map { $0.selected(selection) }
    for range in ranges { columns += range.entries(rows, ordinals) }
    if unnest.ordinality != nil {
      let numbers = zip(rows, ordinals).map { row, ordinal -> Value in
        ranges.contains { $0.count(Int(row)) > ordinal } ? .int64(Int64(ordinal) + 1) : .null
      }
      columns.append(Column(.bigint, values: numbers))
    }
    return Batch(columns, count: rows.count)
  }
}

/// The entries of a collection column, by row.
private struct EntryRanges {
  private let offsets: [Int32]
  private let validity: Validity
  /// Element columns, each with a NULL behind its entries: one for an array, one per field for an array
  /// of rows, key and value for a map.
  private let columns: [Column]
  /// One collection for all rows: it is there once.
  private let isConstant: Bool

  init(_ column: Column) {
    if case .constant = column.form, column.count > 0 {
      isConstant = true
    } else {
      isConstant = false
    }
    let collection = (isConstant ? column.selected(Selection([0])) : column).flattened()
    guard case .flat(let values, let present) = collection.form else {
      offsets = [Int32](repeating: 0, count: collection.count + 1)
      validity = .allPresent
      columns = []
      return
    }
    validity = present
    switch values {
    case .array(let list):
      offsets = list.offsets
      if case .row(let fields) = list.elements.type {
        columns = fields.indices.map { position in
          EntryRanges.ended(list.elements.field(position, type: fields[position].type))
        }
      } else {
        columns = [EntryRanges.ended(list.elements)]
      }
    case .map(let map):
      offsets = map.offsets
      columns = [map.keys, map.values].map(EntryRanges.ended)
    case .boolean, .int64, .double, .decimal, .text, .row:
      offsets = [Int32](repeating: 0, count: collection.count + 1)
      columns = []
    }
  }

  func count(_ row: Int) -> Int {
    let row = isConstant ? 0 : row
    return validity.isPresent(row) ? Int(offsets[row + 1] - offsets[row]) : 0
  }

  private static func ended(_ column: Column) -> Column {
    Column.concatenated(
      [column.flattened(), Column(column.type, values: [.null])], type: column.type)
  }

  /// The entry of each (row, ordinal), NULL beyond the end.
  func entries(_ rows: [UInt32], _ ordinals: [UInt32]) -> [Column] {
    columns.map { column in
      let missing = UInt32(column.count - 1)
      let positions = rows.indices.map { position -> UInt32 in
        let row = Int(rows[position])
        return Int(ordinals[position]) < count(row)
          ? UInt32(offsets[isConstant ? 0 : row]) + ordinals[position] : missing
      }
      return column.selected(Selection(positions))
    }
  }
}
