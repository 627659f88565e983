import Columns
import Planning
import Synchronization

/// VALUES and SELECT without FROM.
final class ValuesOperator: MaterializedOperator, @unchecked Sendable {
  private let rows: [[Expression]]

  init(_ columns: [ColumnReference], _ rows: [[Expression]], _ context: ExecutionContext) {
    self.rows = rows
    super.init(columns, children: [], context: context)
  }

  override var name: String { "Values" }

  override func compute() throws -> [Batch] {
    if rows.isEmpty { return [] }
    let compiler = context.compiler([])
    let one = Batch([], count: 1)
    let columns = try outputs.indices.map { position in
      var builder = ColumnBuilder(outputs[position].type)
      for row in rows {
        builder.append(try compiler.compile(row[position]).evaluate(one).value(0))
      }
      return builder.finish()
    }
    return [Batch(columns, count: rows.count)]
  }
}

/// A scalar subquery: exactly one row.
final class SingleRowOperator: MaterializedOperator, @unchecked Sendable {
  init(_ input: PhysicalOperator, _ context: ExecutionContext) {
    super.init(input.outputs, children: [input], context: context)
  }

  override var name: String { "SingleRow" }

  override func compute() throws -> [Batch] {
    let rows = try context.collectOne(children[0], for: "a scalar subquery")
    if rows.count > 1 {
      throw ExecutionError(
        "a scalar subquery gave \(rows.count) rows where one was expected; "
          + "add LIMIT 1 or an aggregate")
    }
    return rows.count == 1
      ? [rows] : [Batch(types.map { Column($0, constant: .null, count: 1) }, count: 1)]
  }
}

/// A plan named in several places, computed when the first of them is prepared.
final class SharedOperator: PhysicalOperator, @unchecked Sendable {
  private let context: ExecutionContext
  private let planName: String
  private var rows: RowStore?

  init(_ input: PhysicalOperator, name: String, _ context: ExecutionContext) {
    self.context = context
    planName = name
    super.init(input.outputs, children: [input])
  }

  override var name: String { "Shared \(planName)" }

  override var pieceCount: Int { rows?.pieceCount ?? 0 }

  override func prepare() throws {
    if rows != nil { return }
    try super.prepare()
    rows = try RowStore(of: children[0], context)
  }

  override func stream(piece: Int) -> any BatchStream {
    rows?.stream(piece: piece) ?? StoredStream([], batchSize: 1)
  }
}

/// Rows that a recursion hands to its step.
final class StoredRows: Sendable {
  private let content = Mutex<[Batch]>([])

  var batches: [Batch] {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}

/// Reads stored rows.
final class StoredRowsOperator: PhysicalOperator, @unchecked Sendable {
  private let rows: StoredRows
  private let context: ExecutionContext

  init(_ outputs: [ColumnReference], _ rows: StoredRows, _ context: ExecutionContext) {
    self.rows = rows
    self.context = context
    super.init(outputs, children: [])
  }

  override var name: String { "RecursiveReference" }

  override var pieceCount: Int { 1 }

  override func stream(piece: Int) -> any BatchStream {
    StoredStream(rows.batches, batchSize: context.options.batchSize)
  }
}

/// TABLESAMPLE: each row with the same chance, the same rows every time.
final class SampleOperator: PhysicalOperator, @unchecked Sendable {
  private let percent: Double

  init(_ input: PhysicalOperator, percent: Double) {
    self.percent = percent
    super.init(input.outputs, children: [input])
  }

  override var name: String { "Sample" }

  override func stream(piece: Int) throws -> any BatchStream {
    let chance = percent / 100
    var state = UInt64(piece) &* 0x9E37_79B9_7F4A_7C15
    return MappedStream(try children[0].open(piece: piece)) { batch in
      var rows: [UInt32] = []
      for row in 0..<UInt32(batch.count) {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        if Double(KeyHash.mix(KeyHash.mix(state)) >> 11) * 0x1p-53 < chance { rows.append(row) }
      }
      return batch.selected(Selection(rows))
    }
  }
}
