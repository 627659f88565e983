import Columns
import Kernels
import Planning

/// Window functions over all rows of the input, which keep their order.
///
/// Rows are sorted by partition and order, each function fills a column in that order, and the columns
/// are brought back into the order of the input. Functions over the same window share the sort.
final class WindowOperator: MaterializedOperator, @unchecked Sendable {
  private let computations: [WindowComputation]
  /// How often the rows have been shared out among partitions already.
  private let spillLevel: Int

  init(
    _ input: PhysicalOperator, _ computations: [WindowComputation], _ context: ExecutionContext,
    spillLevel: Int = 0
  ) {
    self.computations = computations
    self.spillLevel = spillLevel
    super.init(
      input.outputs + computations.map(\.output), children: [input], context: context)
  }

  override var name: String { "Window" }

  /// The rows, arguments in the order of a window and results, and what is known of each row's place.
  private static let cost = RowStore.Cost(factor: 2, perRow: 96, isJoined: true)

  override func computeRows() throws -> Rows {
    let store = try RowStore(of: children[0], context, cost: WindowOperator.cost)
    if let (rows, held) = store.takeBatch() {
      if rows.count == 0 { return .memory([]) }
      let columns = try results(rows)
      context.budget.give(held)
      let all = Batch(rows.columns + columns, count: rows.count)
      context.budget.note(all.byteCount)
      return .memory([all])
    }
    guard spillLevel < SpilledWindow.levels else {
      throw context.budget.exceeded(by: "a window function over one partition")
    }
    return .spilled(
      try SpilledWindow(children[0].outputs, store, context, level: spillLevel).run(computations))
  }

  private func results(_ rows: Batch) throws -> [Column] {
    let compiler = context.compiler(children[0].outputs)
    var layouts: [WindowKey: WindowLayout] = [:]
    var columns: [Column] = []
    for computation in computations {
      try context.options.cancellation.check()
      let key = WindowKey(partitionBy: computation.partitionBy, orderBy: computation.orderBy)
      let layout = try layouts[key] ?? WindowLayout(rows, key, compiler, context.workers)
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
    return columns
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
  /// Asked by what goes over many frames.
  let cancellation: CancellationToken

  init(
    _ rows: Batch, _ window: WindowKey, _ compiler: ExpressionCompiler, _ workers: Workers
  ) throws {
    var columns: [Column] = []
    if !window.partitionBy.isEmpty {
      let table = GroupTable(window.partitionBy.map(\.type))
      let keys = try compiler.compile(window.partitionBy).map { try $0.evaluate(rows) }
      let groups = try table.assign(keys, count: rows.count)
      columns.append(Column(.bigint, .int64(groups.map { Int64($0) })))
    }
    let partitionOrder = try SortOrder(
      columns: columns, descending: columns.map { _ in false },
      nullsFirst: columns.map { _ in false }, count: rows.count, workers)
    let orderColumns = try window.orderBy.map { try compiler.compile($0.expression).evaluate(rows) }
    let full = try SortOrder(
      columns: columns + orderColumns,
      descending: columns.map { _ in false } + window.orderBy.map(\.isDescending),
      nullsFirst: columns.map { _ in false } + window.orderBy.map(\.nullsFirst),
      count: rows.count, workers)
    let permutation = try full.permutation(workers)
    order = Selection(permutation)
    var places = [UInt32](repeating: 0, count: rows.count)
    for (place, row) in permutation.enumerated() { places[Int(row)] = UInt32(place) }
    inverse = Selection(places)
    key = orderColumns.first?.selected(order)
    isDescending = window.orderBy.first?.isDescending ?? false
    cancellation = workers.cancellation
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
