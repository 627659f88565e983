import Columns
import Kernels
import Planning

/// GROUP BY with more groups than fit into memory.
///
/// The rows are shared out by a hash of the keys, and each partition is grouped on its own, by an operator
/// that shares out again what is still too much. Each group has the number of its first row, by which all
/// are brought into the order that they would have had. DISTINCT values of few large groups are made
/// distinct first, by an operator of their own.
struct SpilledAggregation {
  /// How often rows are shared out before a group counts as one that is too large.
  static let levels = 4
  private static let partitions = 32
  private static let bitsPerLevel = 5

  private let layout: AggregateLayout
  private let input: PhysicalOperator
  private let context: ExecutionContext
  private let level: Int

  /// - Parameter input: prepared; its rows are read once per grouping set, and more for DISTINCT.
  init(
    _ layout: AggregateLayout, _ input: PhysicalOperator, _ context: ExecutionContext, level: Int
  ) {
    self.layout = layout
    // A barrier: what reads the rows again must not prepare the operators below again.
    self.input = StreamOperator(input.outputs, pieceCount: input.pieceCount) { piece in
      try input.open(piece: piece)
    }
    self.context = context
    self.level = level
  }

  func run(_ outputs: [ColumnReference]) throws -> SpilledRows {
    let result = try SpilledResult(outputs.map(\.type), context)
    for (number, set) in layout.sets.enumerated() {
      result.beginPiece()
      try forEachBatch(ofSet: set) { batch in
        var columns = layout.aggregation.keys.indices.map { key -> Column in
          if let position = set.firstIndex(of: key) { return batch.columns[position] }
          return Column(
            layout.aggregation.keys[key].expression.type, constant: .null, count: batch.count)
        }
        columns += batch.columns[set.count...].prefix(layout.aggregation.aggregates.count)
        if layout.aggregation.groupingId != nil {
          columns.append(Column(.bigint, constant: .int64(Int64(number)), count: batch.count))
        }
        try result.append(Batch(columns, count: batch.count))
      }
    }
    return result.rows
  }

  /// The groups of a grouping set in the order of their first rows: keys, then aggregates.
  private func forEachBatch(ofSet set: [Int], _ body: (Batch) throws -> Void) throws {
    let tagged = try TaggedRows(
      layout, set: set, input, context,
      separatesDistinct: set.isEmpty || level > 0)
    guard !set.isEmpty else {
      let child = AggregateOperator(
        tagged.rows, tagged.aggregation, context, spillLevel: SpilledAggregation.levels)
      return try forEachBatch(of: child, body)
    }
    let parts = try PartitionedRows(
      of: tagged.rows, by: tagged.aggregation.keys.map(\.expression),
      partitionCount: SpilledAggregation.partitions,
      shift: level * SpilledAggregation.bitsPerLevel, context)
    var types = tagged.aggregation.keys.map(\.output.type)
    types += tagged.aggregation.aggregates.map(\.output.type)
    let groups = try SortedRuns(
      types, keyPosition: types.count - 1, expectedRuns: SpilledAggregation.partitions, context)
    for partition in 0..<SpilledAggregation.partitions {
      groups.beginRun()
      let child = AggregateOperator(
        parts.reader(partition, tagged.rows.outputs, context), tagged.aggregation, context,
        spillLevel: level + 1)
      try forEachBatch(of: child) { try groups.append($0) }
    }
    let merge = try groups.merged()
    while let batch = try merge.next() { try body(batch) }
  }

  private func forEachBatch(
    of child: AggregateOperator, _ body: (Batch) throws -> Void
  ) throws {
    let used = context.budget.used
    try child.prepare()
    for piece in 0..<child.pieceCount {
      let stream = try child.open(piece: piece)
      while let batch = try stream.next() { try body(batch) }
    }
    context.budget.reset(to: used)
  }
}

/// The rows of an aggregation with all its expressions computed, and the aggregation over them. A last
/// aggregate gives the number of the first row of each group.
private struct TaggedRows {
  let rows: PhysicalOperator
  let aggregation: Aggregation

  private static let number = RowNumber.reference(3)

  /// - Parameter separatesDistinct: whether DISTINCT values are made distinct here. They come as rows of
  ///   their own behind all others, and flags tell for which aggregate a row is.
  init(
    _ layout: AggregateLayout, set: [Int], _ input: PhysicalOperator, _ context: ExecutionContext,
    separatesDistinct: Bool
  ) throws {
    var inputs = InputColumns()
    let keys = set.map { key in
      let projection = layout.aggregation.keys[key]
      return Projection(
        output: projection.output, expression: inputs.column(for: projection.expression))
    }
    let aggregates = layout.aggregation.aggregates
    let separated = aggregates.indices.filter { separatesDistinct && aggregates[$0].isDistinct }
    let isPlain = Expression.column(TaggedRows.flag(0))
    var rewritten = aggregates.enumerated().map { position, aggregate in
      var filter = aggregate.filter.map { inputs.column(for: $0) }
      let source = separated.firstIndex(of: position)
      if let source {
        filter = .column(TaggedRows.flag(source + 1))
      } else if !separated.isEmpty {
        filter = filter.map { .and([$0, isPlain]) } ?? isPlain
      }
      return AggregateComputation(
        output: aggregate.output, function: aggregate.function, overload: aggregate.overload,
        arguments: aggregate.arguments.map { inputs.column(for: $0) },
        isDistinct: source == nil && aggregate.isDistinct, filter: filter,
        orderBy: aggregate.orderBy.map { key in
          SortKey(
            expression: inputs.column(for: key.expression), isDescending: key.isDescending,
            nullsFirst: key.nullsFirst)
        })
    }
    guard let least = AggregateFunctions.named("min") else {
      throw ExecutionError("GROUP BY cannot be done without the aggregate min")
    }
    rewritten.append(
      AggregateComputation(
        output: RowNumber.reference(4), function: least, overload: 0,
        arguments: [.column(TaggedRows.number)]))
    aggregation = Aggregation(keys: keys, aggregates: rewritten)
    let plain = NumberedOperator(
      ProjectOperator(input, inputs.projections, context), TaggedRows.number)
    if separated.isEmpty {
      rows = plain
      return
    }
    let sources = try separated.map { position in
      try TaggedRows.distinct(
        set.map { layout.aggregation.keys[$0].expression }, aggregates[position], input, context)
    }
    rows = TaggedRows.joined(plain, sources, inputs.projections)
  }

  private static func flag(_ source: Int) -> ColumnReference {
    ColumnReference(id: -50 - source, name: "source \(source)", type: .boolean)
  }

  /// The keys and arguments of an aggregate over DISTINCT values, each combination once.
  private static func distinct(
    _ keys: [Expression], _ aggregate: AggregateComputation, _ input: PhysicalOperator,
    _ context: ExecutionContext
  ) throws -> (columns: [Expression], rows: PhysicalOperator) {
    let columns = keys + aggregate.arguments.filter { !keys.contains($0) }
    let projections = columns.enumerated().map {
      Projection(
        output: ColumnReference(
          id: -1000 - $0.offset, name: "value \($0.offset)", type: $0.element.type),
        expression: $0.element)
    }
    let wanted = aggregate.filter.map { FilterOperator(input, $0, context) } ?? input
    let distinct = AggregateOperator(
      wanted, Aggregation(keys: projections, aggregates: []), context)
    try distinct.prepare()
    return (columns, distinct)
  }

  /// All rows, then those of each aggregate over DISTINCT values as a piece of its own.
  private static func joined(
    _ plain: PhysicalOperator, _ sources: [(columns: [Expression], rows: PhysicalOperator)],
    _ projections: [Projection]
  ) -> PhysicalOperator {
    let flags = (0...sources.count).map(flag)
    func marks(_ source: Int, _ count: Int) -> [Column] {
      flags.indices.map { Column(.boolean, constant: .boolean($0 == source), count: count) }
    }
    let places = sources.map { source in
      projections.map { source.columns.firstIndex(of: $0.expression) }
    }
    return StreamOperator(
      plain.outputs + flags, pieceCount: plain.pieceCount + sources.count
    ) { piece in
      guard piece >= plain.pieceCount else {
        return MappedStream(try plain.open(piece: piece)) { batch in
          Batch(batch.columns + marks(0, batch.count), count: batch.count)
        }
      }
      let source = piece - plain.pieceCount
      let all = LimitOperator(sources[source].rows, offset: 0, count: nil)
      return MappedStream(try all.open(piece: 0)) { batch in
        var columns = projections.indices.map { position -> Column in
          if let place = places[source][position] { return batch.columns[place] }
          return Column(
            projections[position].output.type, constant: .null, count: batch.count)
        }
        columns.append(Column(RowNumber.type, constant: .null, count: batch.count))
        return Batch(columns + marks(source + 1, batch.count), count: batch.count)
      }
    }
  }
}
