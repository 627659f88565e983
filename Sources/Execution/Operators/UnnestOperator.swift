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
    let evaluations = try context.compiler(children[0].outputs).compile(unnest.collections)
    return MappedStream(try children[0].open(piece: piece)) { [self] batch in
      expand(batch, try evaluations.map { try $0.evaluate(batch).flattened() })
    }
  }

  private func expand(_ batch: Batch, _ collections: [Column]) -> Batch {
    let ranges = collections.map(EntryRanges.init)
    // Which input row each output row comes from, and which entry of its collections it is.
    var rows: [UInt32] = []
    var ordinals: [UInt32] = []
    for row in 0..<batch.count {
      let longest = ranges.reduce(0) { max($0, $1.count(row)) }
      for ordinal in 0..<max(longest, unnest.keepsEmpty ? 1 : 0) {
        rows.append(UInt32(row))
        ordinals.append(UInt32(ordinal))
      }
    }
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
  /// Element columns: one for an array, one per field for an array of rows, key and value for a map.
  private let columns: [Column]

  init(_ collection: Column) {
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
          list.elements.field(position, type: fields[position].type)
        }
      } else {
        columns = [list.elements]
      }
    case .map(let map):
      offsets = map.offsets
      columns = [map.keys, map.values]
    case .boolean, .int64, .double, .decimal, .text, .row:
      offsets = [Int32](repeating: 0, count: collection.count + 1)
      columns = []
    }
  }

  func count(_ row: Int) -> Int {
    validity.isPresent(row) ? Int(offsets[row + 1] - offsets[row]) : 0
  }

  /// The entry of each (row, ordinal), NULL beyond the end.
  func entries(_ rows: [UInt32], _ ordinals: [UInt32]) -> [Column] {
    columns.map { column in
      let missing = UInt32(column.count)
      let positions = rows.indices.map { position -> UInt32 in
        let row = Int(rows[position])
        return Int(ordinals[position]) < count(row)
          ? UInt32(offsets[row]) + ordinals[position] : missing
      }
      return Column.concatenated(
        [column.flattened(), Column(column.type, values: [.null])], type: column.type
      ).selected(Selection(positions))
    }
  }
}
