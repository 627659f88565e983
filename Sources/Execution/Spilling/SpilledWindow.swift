import Columns
import Planning

/// Window functions over more rows than fit into memory.
///
/// Only what the functions look at is shared out, by a hash of what they are partitioned by; the results
/// of each partition are brought back into the order of the rows and put beside them. A function without
/// PARTITION BY has one partition, which must fit.
struct SpilledWindow {
  /// How often rows are shared out before a partition counts as one that cannot be.
  static let levels = 3
  private static let bitsPerLevel = 8

  private let columns: [ColumnReference]
  private let store: RowStore
  private let context: ExecutionContext
  private let level: Int

  init(
    _ columns: [ColumnReference], _ store: RowStore, _ context: ExecutionContext, level: Int
  ) {
    self.columns = columns
    self.store = store
    self.context = context
    self.level = level
  }

  /// The rows with the result of each computation behind them.
  func run(_ computations: [WindowComputation]) throws -> SpilledRows {
    var groups: [[Expression]] = []
    for computation in computations where !groups.contains(computation.partitionBy) {
      groups.append(computation.partitionBy)
    }
    // Per computation: which group's results, and which column of them.
    var places = [(group: Int, column: Int)](repeating: (0, 0), count: computations.count)
    var cursors: [RowCursor] = []
    for (number, partitionBy) in groups.enumerated() {
      let members = computations.indices.filter { computations[$0].partitionBy == partitionBy }
      for (column, member) in members.enumerated() { places[member] = (number, column) }
      cursors.append(try results(members.map { computations[$0] }))
    }
    let result = try SpilledResult(
      columns.map(\.type) + computations.map(\.output.type), context)
    for piece in 0..<store.pieceCount {
      let stream = store.stream(piece: piece)
      while let batch = try stream.next() {
        try context.options.cancellation.check()
        let found = try cursors.map { try $0.next(batch.count) }
        let added = places.map { found[$0.group].columns[$0.column] }
        try result.append(Batch(batch.columns + added, count: batch.count))
      }
    }
    return result.rows
  }

  /// The results of functions with one PARTITION BY, row by row.
  private func results(_ computations: [WindowComputation]) throws -> RowCursor {
    var inputs = InputColumns()
    let rewritten = computations.map { computation in
      var copy = computation
      copy.arguments = computation.arguments.map { inputs.column(for: $0) }
      copy.partitionBy = computation.partitionBy.map { inputs.column(for: $0) }
      copy.filter = computation.filter.map { inputs.column(for: $0) }
      copy.orderBy = computation.orderBy.map { key in
        SortKey(
          expression: inputs.column(for: key.expression), isDescending: key.isDescending,
          nullsFirst: key.nullsFirst)
      }
      return copy
    }
    let number = RowNumber.reference(0)
    let narrow = NumberedOperator(
      ProjectOperator(StoreOperator(columns, store), inputs.projections, context), number)
    let types = rewritten.map(\.output.type) + [RowNumber.type]
    let keys = rewritten.first?.partitionBy ?? []
    if keys.isEmpty {
      let child = WindowOperator(narrow, rewritten, context, spillLevel: SpilledWindow.levels)
      let runs = try SortedRuns(types, keyPosition: types.count - 1, expectedRuns: 1, context)
      try add(child, computations.count, to: runs)
      return RowCursor(try runs.merged(), types: types)
    }
    let count = PartitionedRows.count(
      for: store.byteCount + store.rowCount * 96, partBytes: context.budget.share)
    let parts = try PartitionedRows(
      of: narrow, by: keys, partitionCount: count, shift: level * SpilledWindow.bitsPerLevel,
      context)
    let runs = try SortedRuns(types, keyPosition: types.count - 1, expectedRuns: count, context)
    for partition in 0..<count {
      let child = WindowOperator(
        parts.reader(partition, narrow.outputs, context), rewritten, context,
        spillLevel: level + 1)
      try add(child, computations.count, to: runs)
    }
    return RowCursor(try runs.merged(), types: types)
  }

  /// Adds the results of a partition: the last columns of its rows, behind them the row's number.
  private func add(_ child: WindowOperator, _ count: Int, to runs: SortedRuns) throws {
    let used = context.budget.used
    runs.beginRun()
    try child.prepare()
    let number = child.outputs.count - count - 1
    for piece in 0..<child.pieceCount {
      let stream = try child.open(piece: piece)
      while let batch = try stream.next() {
        try runs.append(
          Batch(batch.columns.suffix(count) + [batch.columns[number]], count: batch.count))
      }
    }
    context.budget.reset(to: used)
  }
}

/// Expressions computed once, and columns that stand for them.
struct InputColumns {
  private(set) var projections: [Projection] = []
  private var known: [Expression: ColumnReference] = [:]

  /// The column that holds an expression's values.
  mutating func column(for expression: Expression) -> Expression {
    if let column = known[expression] { return .column(column) }
    let column = ColumnReference(
      id: -100 - projections.count, name: "input \(projections.count)", type: expression.type)
    known[expression] = column
    projections.append(Projection(output: column, expression: expression))
    return .column(column)
  }
}

/// Takes rows from a stream, as many as are wanted at a time.
final class RowCursor {
  private let stream: any BatchStream
  private let types: [DataType]
  private var batch = Batch([], count: 0)
  private var row = 0

  init(_ stream: any BatchStream, types: [DataType]) {
    self.stream = stream
    self.types = types
  }

  /// - Precondition: there are so many.
  func next(_ count: Int) throws -> Batch {
    var parts: [Batch] = []
    var left = count
    while left > 0 {
      if row == batch.count {
        guard let more = try stream.next() else { break }
        batch = more
        row = 0
      }
      let end = min(batch.count, row + left)
      parts.append(batch.sliced(row..<end))
      left -= end - row
      row = end
    }
    return Batch.concatenated(parts, types: types)
  }
}
