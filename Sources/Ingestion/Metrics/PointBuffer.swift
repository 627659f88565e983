import Columns
import Warehouse

/// Collects rows and points, and hands them to a writer in batches and in their order.
struct PointBuffer {
  private let writer: TableWriter
  private var rows: RowBuffer
  /// Points that wait, and the places of their series.
  private var block: PointBlock?
  private var members: [ObjectIdentifier: UInt32] = [:]
  private var pointCount = 0
  private static let batchPoints = 1 << 15

  var rowCount: Int { rows.rowCount + pointCount }

  init(_ schema: Schema, to writer: TableWriter) {
    self.writer = writer
    rows = RowBuffer(schema, to: writer)
  }

  mutating func append(_ row: [Value]) throws {
    try flushPoints()
    try rows.append(row)
  }

  /// Appends some points of a block.
  mutating func append(_ positions: [Int], of added: PointBlock) throws {
    if positions.isEmpty { return }
    try rows.flush()
    // Moved out and back, so that it is not copied when it grows.
    var waiting = block ?? PointBlock(added.layout)
    block = nil
    let places = added.series.map { series in
      let known = members[ObjectIdentifier(series)]
      let place = known ?? waiting.add(series)
      members[ObjectIdentifier(series)] = place
      return place
    }
    for position in positions {
      waiting.append(position, of: added, as: places[Int(added.members[position])])
    }
    pointCount += positions.count
    block = waiting
    if waiting.count >= PointBuffer.batchPoints { try flushPoints() }
  }

  /// Hands on what is left.
  mutating func flush() throws {
    try flushPoints()
    try rows.flush()
  }

  private mutating func flushPoints() throws {
    guard let block, block.count > 0 else { return }
    try writer.append(block.batch())
    self.block = nil
    members = [:]
  }
}
