import Columns
import Dispatch
import Synchronization

/// The columns of a row group on their way into the file: gathered leaf by leaf while its rows come
/// in, then encoded, side by side on all cores.
final class RowGroupGathering: Sendable {
  /// A column ready to be written.
  struct EncodedColumn: Sendable {
    var chunks: [EncodedChunk] = []
    var statistics = ColumnStatistics()
  }

  private let nodes: [WriteNode]
  /// One per column; nil while a thread has it.
  private let columns: Mutex<[RecordShredding?]>

  init(_ nodes: [WriteNode]) {
    self.nodes = nodes
    columns = Mutex(nodes.map(RecordShredding.init))
  }

  /// Takes in some rows of each batch.
  ///
  /// - Returns: bytes that everything gathered takes in memory, about; or the damage of the first
  ///   column that has any, with its position.
  func append(_ rows: [(batch: Batch, range: Range<Int>)]) -> Result<Int, ColumnDamage> {
    let results = onAllColumns { shredding, node, position throws(Damage) in
      for (batch, range) in rows {
        try shredding.append(batch.columns[position], range, node)
      }
      shredding.settle()
      return shredding.byteCount
    }
    return results.map { $0.reduce(0, +) }
  }

  /// Encodes what was gathered, which is then gone.
  func encode(_ options: ParquetWriterOptions) -> Result<[EncodedColumn], ColumnDamage> {
    onAllColumns { shredding, node, _ throws(Damage) in
      defer { shredding.reset() }
      return try RowGroupGathering.encode(shredding, node, options)
    }
  }

  private static func encode(
    _ shredding: RecordShredding, _ node: WriteNode, _ options: ParquetWriterOptions
  ) throws(Damage) -> EncodedColumn {
    var result = EncodedColumn()
    for gathering in shredding.leaves {
      result.chunks.append(
        try ChunkEncoder(leaf: gathering.leaf, options: options).encode(gathering))
    }
    if case .leaf = node.content, let chunk = result.chunks.first {
      result.statistics = ColumnStatistics(
        min: chunk.bounds?.min, max: chunk.bounds?.max, nullCount: chunk.nullCount)
    } else {
      result.statistics.nullCount = shredding.nullRows
    }
    return result
  }

  /// Runs something on each column; the results are in the order of the schema.
  private func onAllColumns<T: Sendable>(
    _ body: @Sendable (inout RecordShredding, WriteNode, Int) throws(Damage) -> T
  ) -> Result<[T], ColumnDamage> {
    let results = Mutex<[Result<T, Damage>?]>(Array(repeating: nil, count: nodes.count))
    DispatchQueue.concurrentPerform(iterations: nodes.count) { position in
      // Moved out and back, so that nothing is copied.
      let taken = columns.withLock { columns in
        let taken = columns[position]
        columns[position] = nil
        return taken
      }
      guard var shredding = taken else { return }
      let result = Result { () throws(Damage) in
        try body(&shredding, nodes[position], position)
      }
      columns.withLock { $0[position] = shredding }
      results.withLock { $0[position] = result }
    }
    var all: [T] = []
    for (position, result) in results.withLock({ $0 }).enumerated() {
      switch result {
      case .success(let value): all.append(value)
      case .failure(let damage):
        return .failure(ColumnDamage(column: position, message: damage.message))
      case nil: break
      }
    }
    return .success(all)
  }
}

/// What is wrong with the values of a column.
struct ColumnDamage: Error {
  let column: Int
  let message: String
}

extension RecordShredding {
  /// Bytes that it takes in memory, about.
  var byteCount: Int {
    var total = 0
    for index in leaves.indices { total += leaves[index].byteCount }
    return total
  }

  mutating func settle() {
    for index in leaves.indices { leaves[index].settle() }
  }
}
