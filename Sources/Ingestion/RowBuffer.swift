import Columns
import Warehouse

/// Collects rows and hands them to a writer in batches.
struct RowBuffer {
  let schema: Schema
  private let writer: TableWriter
  private var builders: [ColumnBuilder]
  private(set) var rowCount = 0
  private var pending = 0
  private static let batchRows = 1 << 15

  init(_ schema: Schema, to writer: TableWriter) {
    self.schema = schema
    self.writer = writer
    builders = schema.fields.map { ColumnBuilder($0.type) }
  }

  /// - Precondition: one value for each column of the schema.
  mutating func append(_ row: [Value]) throws {
    for position in builders.indices { builders[position].append(row[position]) }
    rowCount += 1
    pending += 1
    if pending == RowBuffer.batchRows { try flush() }
  }

  /// Hands on what is left.
  mutating func flush() throws {
    guard pending > 0 else { return }
    try writer.append(Batch(builders.map { $0.finish() }, count: pending))
    builders = schema.fields.map { ColumnBuilder($0.type) }
    pending = 0
  }
}
