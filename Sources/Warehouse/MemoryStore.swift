import Columns
import Delta
import Execution
import Files
import Planning
import Synchronization

/// A lake in memory: the same tables and views, gone with the process.
final class MemoryStore: TableStore {
  private let state = Mutex(State())

  fileprivate struct State: Sendable {
    var tables: [TableName: MemoryTableState] = [:]
    var views: [TableName: String] = [:]
  }

  func databases() -> [String] {
    let names = state.withLock { Set($0.tables.keys.map(\.database)) }
    return names.subtracting([TableName.defaultDatabase]).sorted()
  }

  func tableNames(in database: String) -> [String] {
    state.withLock { $0.tables.keys.filter { $0.database == database }.map(\.name) }.sorted()
  }

  func source(_ name: TableName, version: ResolvedVersion?) throws -> (any TableSource)? {
    guard let table = table(name) else { return nil }
    switch version {
    case nil: break
    case .version(let wanted) where wanted == table.version: break
    case .version, .timestamp:
      throw FormatError(name.description, "a table in memory has no versions but the newest")
    }
    let schema = table.shape.schema
    return MemoryTable(
      name: name.description, schema: schema, parts: table.parts.map(\.batch),
      partitionColumns: Set(table.shape.partitionColumns.compactMap(schema.position)),
      identity: "\(name.description)@\(table.version)")
  }

  func summary(_ name: TableName) -> TableSummary? {
    table(name).map { table in
      TableSummary(
        name: name.description, schema: table.shape.schema,
        partitionColumns: table.shape.partitionColumns,
        rowCount: table.parts.reduce(0) { $0 + $1.batch.count }, fileCount: table.parts.count,
        byteCount: 0, version: table.version)
    }
  }

  func transactionApplications(_ name: TableName) -> [String] {
    table(name)?.transactions.keys.sorted() ?? []
  }

  /// Nothing: what is in memory is in no files.
  func deliveredParts(_ name: TableName) -> [String: DeliveredPart] { [:] }

  func transactionVersion(_ name: TableName, application: String) -> Int64? {
    table(name)?.transactions[application]
  }

  func partitions(_ name: TableName) -> [PartitionSummary] {
    var found: [[String?]: PartitionSummary] = [:]
    for part in table(name)?.parts ?? [] {
      var summary =
        found[part.partition]
        ?? PartitionSummary(values: part.partition, rowCount: 0, fileCount: 0, byteCount: 0)
      summary.rowCount = summary.rowCount.map { $0 + part.batch.count }
      summary.fileCount += 1
      found[part.partition] = summary
    }
    return found.values.sorted {
      $0.values.map { $0 ?? "" }.lexicographicallyPrecedes($1.values.map { $0 ?? "" })
    }
  }

  func writer(_ name: TableName, _ request: WriteRequest) throws -> any WriterBackend {
    try MemoryWriter(self, name, request)
  }

  func dropTable(_ name: TableName) { state.withLock { $0.tables[name] = nil } }

  func viewNames(in database: String) -> [String] {
    state.withLock { $0.views.keys.filter { $0.database == database }.map(\.name) }.sorted()
  }

  func viewText(_ name: TableName) -> String? { state.withLock { $0.views[name] } }
  func setView(_ name: TableName, _ text: String?) { state.withLock { $0.views[name] = text } }

  fileprivate func table(_ name: TableName) -> MemoryTableState? {
    state.withLock { $0.tables[name] }
  }

  /// Changes a table in one step.
  fileprivate func update(
    _ name: TableName, _ body: (MemoryTableState?) throws -> MemoryTableState
  ) throws -> Int64 {
    try state.withLock { state in
      let table = try body(state.tables[name])
      state.tables[name] = table
      return table.version
    }
  }
}

private struct MemoryTableState: Sendable {
  var shape: TableShape
  var parts: [Part]
  var version: Int64
  var transactions: [String: Int64]

  /// Rows of one partition from one source, with the table's columns.
  struct Part: Sendable {
    let batch: Batch
    let partition: [String?]
    let source: String?
  }
}

private final class MemoryWriter: WriterBackend {
  var details: [String: String] = [:]
  private let store: MemoryStore
  private let name: TableName
  private let request: WriteRequest
  private var batches: [Batch] = []

  init(_ store: MemoryStore, _ name: TableName, _ request: WriteRequest) throws {
    self.store = store
    self.name = name
    self.request = request
    _ = try MemoryWriter.shape(name, request, store.table(name))
  }

  private static func shape(
    _ name: TableName, _ request: WriteRequest, _ table: MemoryTableState?
  ) throws -> TableShape {
    try TableShape(
      table: name.description,
      existing: table.map { ($0.shape.schema, $0.shape.partitionColumns) },
      written: request.schema, partitionColumns: request.partitionColumns)
  }

  func append(_ batch: Batch) { batches.append(batch) }

  func commit() throws -> Int64 {
    try store.update(name) { table in
      if let reason = request.expected.conflict(isPresent: table != nil) {
        throw CommitConflict(
          table: name.description, version: table?.version ?? 0, reason: reason)
      }
      let shape = try MemoryWriter.shape(name, request, table)
      let new = try newParts(shape)
      let touched = Set(new.map(\.partition))
      var parts = try (table?.parts ?? []).filter { !replaces($0, shape, touched) }.map { part in
        MemoryTableState.Part(
          batch: try widened(part.batch, to: shape), partition: part.partition,
          source: part.source)
      }
      parts += new
      var transactions = table?.transactions ?? [:]
      if let transaction = request.transaction {
        transactions[transaction.application] = transaction.version
      }
      return MemoryTableState(
        shape: shape, parts: parts, version: table.map { $0.version + 1 } ?? 0,
        transactions: transactions)
    }
  }

  func cancel() { batches = [] }

  private func newParts(_ shape: TableShape) throws -> [MemoryTableState.Part] {
    let positions = shape.partitionColumns.compactMap { shape.schema.position(of: $0) }
    var splitter = PartitionSplitter(
      positions: positions, types: positions.map { shape.schema[$0].type })
    var parts: [MemoryTableState.Part] = []
    for batch in batches {
      let fitted = try shape.fitted(batch, table: name.description)
      let whole = Batch(
        shape.schema.fields.indices.map { position in
          shape.targets.firstIndex(of: position).map { fitted.columns[$0] }
            ?? Column(shape.schema[position].type, constant: .null, count: batch.count)
        }, count: batch.count)
      for (group, rows) in splitter.split(whole) {
        parts.append(
          MemoryTableState.Part(
            batch: rows.map(whole.selected) ?? whole, partition: splitter.partitions[group],
            source: request.source))
      }
    }
    return parts
  }

  /// A part written before, with the columns that the table has now.
  private func widened(_ batch: Batch, to shape: TableShape) throws -> Batch {
    Batch(
      try shape.schema.fields.enumerated().map { position, field in
        position < batch.columns.count
          ? try SchemaWidening.widened(batch.columns[position], to: field.type)
          : Column(field.type, constant: .null, count: batch.count)
      }, count: batch.count)
  }

  private func replaces(
    _ part: MemoryTableState.Part, _ shape: TableShape, _ touched: Set<[String?]>
  ) -> Bool {
    guard request.source == nil || part.source == request.source else { return false }
    switch request.mode {
    case .append: return false
    case .replaceAll: return true
    case .replaceTouched: return touched.contains(part.partition)
    case .replace(let wanted):
      let names = shape.partitionColumns.map { $0.lowercased() }
      return wanted.allSatisfy { column, value in
        names.firstIndex(of: column.lowercased()).map { part.partition[$0] == value } ?? false
      }
    }
  }
}
