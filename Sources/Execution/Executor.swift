package import Columns
package import Planning

/// Runs bound queries.
package struct Executor: Sendable {
  package let options: ExecutionOptions

  package init(options: ExecutionOptions) {
    self.options = options
  }

  /// Runs a query to its end; batches in order, columns as in `query.columns`.
  ///
  /// - Throws: `EvaluationError` for values that cannot be computed, ``ExecutionError`` where memory
  ///   does not suffice, ``QueryCancelled``, and whatever reading the tables throws.
  package func run(_ query: BoundQuery) throws -> ExecutionResult {
    let batches = Handoff(Box<[Batch]>([]))
    let report = try stream(query) { batch in
      batches.value.content.append(batch)
      return true
    }
    return ExecutionResult(batches: batches.value.content, report: report)
  }

  /// Runs a query and hands over its batches in order until `body` returns false.
  ///
  /// `body` is called on one thread at a time, but not always the same; of the result no more is held
  /// than a part of the memory.
  package func stream(
    _ query: BoundQuery, _ body: (_ batch: Batch) throws -> Bool
  ) throws -> OperatorReport {
    struct Enough: Error {}
    let context = ExecutionContext(options)
    let root = try PhysicalPlanner(context).plan(query.plan)
    try root.prepare()
    let positions = try root.positions(of: query.columns.map(\.reference))
    do {
      try context.forEachBatch(of: root) { _, batch in
        let shown = Batch(positions.map { batch.columns[$0] }, count: batch.count)
        if try !body(shown) { throw Enough() }
      }
    } catch is Enough {}
    return root.report
  }
}

/// What a query gave, and what it took.
package struct ExecutionResult: Sendable {
  package let batches: [Batch]
  package let report: OperatorReport

  package init(batches: [Batch], report: OperatorReport) {
    self.batches = batches
    self.report = report
  }

  package var rowCount: Int { batches.reduce(0) { $0 + $1.count } }
}

/// What one operator of a finished query did, for EXPLAIN ANALYZE.
package struct OperatorReport: Sendable {
  /// `Scan cur`, `HashAggregate`, …
  package let name: String
  /// What it computes; nil for steps that the plan does not name.
  package let logical: LogicalPlan?
  /// Rows handed to the parent.
  package let rows: Int
  /// Batches handed to the parent.
  package let batches: Int
  /// Rows delivered by the table, for scans; the others were skipped by statistics.
  package let rowsRead: Int?
  /// Pieces delivered by the table, for scans.
  package let pieces: Int?
  /// Time spent in this operator and those below it, over all threads.
  package let nanoseconds: Int
  /// Bytes of a table's files that are read and that it has, for scans; computed when asked for.
  package let byteCounts: @Sendable () -> (read: Int, total: Int)?
  package let children: [OperatorReport]

  package init(
    name: String, logical: LogicalPlan? = nil, rows: Int, batches: Int, rowsRead: Int?,
    pieces: Int?, nanoseconds: Int,
    byteCounts: @escaping @Sendable () -> (read: Int, total: Int)? = { nil },
    children: [OperatorReport]
  ) {
    self.name = name
    self.logical = logical
    self.byteCounts = byteCounts
    self.rows = rows
    self.batches = batches
    self.rowsRead = rowsRead
    self.pieces = pieces
    self.nanoseconds = nanoseconds
    self.children = children
  }
}
