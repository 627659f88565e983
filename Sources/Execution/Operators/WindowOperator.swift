import Columns
import Kernels
import Planning

/// Window functions over all rows of the input, which keep their order.
///
/// Rows are sorted by partition and order, each function fills a column in that order, and the columns
/// are brought back into the order of the input. Functions over the same window share the sort.
final class WindowOperator: MaterializedOperator, @unchecked Sendable {
  private let computations: [WindowComputation]

  init(
    _ input: PhysicalOperator, _ computations: [WindowComputation], _ context: ExecutionContext
  ) {
    self.computations = computations
    super.init(
      input.outputs + computations.map(\.output), children: [input], context: context)
  }

  override var name: String { "Window" }

  override func compute() throws -> [Batch] {
    let rows = try context.collectOne(children[0], for: "a window function")
    if rows.count == 0 { return [] }
    let compiler = context.compiler(children[0].outputs)
    var layouts: [WindowKey: WindowLayout] = [:]
    var columns = rows.columns
    for computation in computations {
      try context.options.cancellation.check()
      let key = WindowKey(partitionBy: computation.partitionBy, orderBy: computation.orderBy)
      let layout = try layouts[key] ?? WindowLayout(rows, key, compiler)
      layouts[key] = layout
      let arguments = try computation.arguments.map {
        try compiler.compile($0).evaluate(rows).selected(layout.order)
      }
      let filter = try computation.filter.map {
        try compiler.compile($0).evaluate(rows).selected(layout.order)
      }
      let sorted = try WindowFunctionRun(
        computation, layout: layout, arguments: arguments, filter: filter
      ).result()
      columns.append(sorted.selected(layout.inverse))
    }
    return [Batch(columns, count: rows.count)]
  }
}

struct WindowKey: Hashable {
  let partitionBy: [Expression]
  let orderBy: [SortKey]
}

/// Rows in window order: which partition and which peers each has.
struct WindowLayout {
  /// The input row at each place.
  let order: Selection
  /// The place of each input row.
  let inverse: Selection
  /// Places of each partition.
  private(set) var partitions: [Range<Int>] = []
  /// The partition of each place.
  private(set) var partition: [Int] = []
  /// Places of the rows with the same order keys, by number of the peer group.
  private(set) var peers: [Range<Int>] = []
  /// The peer group of each place.
  private(set) var peer: [Int] = []
  /// The first order key in window order, for frames by RANGE.
  let key: Column?
  let isDescending: Bool

  init(_ rows: Batch, _ window: WindowKey, _ compiler: ExpressionCompiler) throws {
    var columns: [Column] = []
    if !window.partitionBy.isEmpty {
      let table = GroupTable(window.partitionBy.map(\.type))
      let keys = try compiler.compile(window.partitionBy).map { try $0.evaluate(rows) }
      let groups = try table.assign(keys, count: rows.count)
      columns.append(Column(.bigint, .int64(groups.map { Int64($0) })))
    }
    let partitionOrder = SortOrder(
      columns: columns, descending: columns.map { _ in false },
      nullsFirst: columns.map { _ in false }, count: rows.count)
    let orderColumns = try window.orderBy.map { try compiler.compile($0.expression).evaluate(rows) }
    let full = SortOrder(
      columns: columns + orderColumns,
      descending: columns.map { _ in false } + window.orderBy.map(\.isDescending),
      nullsFirst: columns.map { _ in false } + window.orderBy.map(\.nullsFirst),
      count: rows.count)
    let permutation = full.permutation()
    order = Selection(permutation)
    var places = [UInt32](repeating: 0, count: rows.count)
    for (place, row) in permutation.enumerated() { places[Int(row)] = UInt32(place) }
    inverse = Selection(places)
    key = orderColumns.first?.selected(order)
    isDescending = window.orderBy.first?.isDescending ?? false
    divide(permutation, partitionOrder, full)
  }

  private mutating func divide(
    _ permutation: [UInt32], _ partitionOrder: SortOrder, _ full: SortOrder
  ) {
    var partitionStart = 0
    var peerStart = 0
    for place in permutation.indices {
      let isFirst = place == 0
      let row = Int(permutation[place])
      let before = isFirst ? row : Int(permutation[place - 1])
      if !isFirst, !full.isTie(before, row) {
        peers.append(peerStart..<place)
        peerStart = place
      }
      if !isFirst, !partitionOrder.isTie(before, row) {
        partitions.append(partitionStart..<place)
        partitionStart = place
      }
      peer.append(peers.count)
      partition.append(partitions.count)
    }
    peers.append(peerStart..<permutation.count)
    partitions.append(partitionStart..<permutation.count)
  }
}
