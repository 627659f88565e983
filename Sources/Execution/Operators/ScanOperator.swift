import Columns
import Kernels
import Planning

/// Reads a table and applies the scan's filters.
final class ScanOperator: PhysicalOperator, @unchecked Sendable {
  private var scan: Scan
  private let source: any TableSource
  private let context: ExecutionContext
  private var opened: (any TableScan)?

  init(_ scan: Scan, _ context: ExecutionContext) throws {
    guard let source = scan.table as? any TableSource else {
      throw ExecutionError("table '\(scan.table.name)' cannot be read")
    }
    self.scan = scan
    self.source = source
    self.context = context
    super.init(scan.columns.map(\.reference), children: [])
  }

  override var name: String { "Scan \(scan.table.name)" }

  override var pieceCount: Int { opened?.pieceCount ?? 0 }

  override var byteCounts: (read: Int, total: Int)? { opened?.byteCounts() }

  override func narrow(by condition: Expression) {
    scan.filters.append(condition)
    // What passes is told row by row from here on.
    scan.extremes = nil
  }

  override func prepare() throws {
    let scanned = try source.scan(
      ScanRequest(
        columns: distinctPositions, conditions: ScanConditions.extract(scan),
        batchSize: context.options.batchSize, extremes: extremes))
    statistics.beginScan(pieces: scanned.pieceCount)
    opened = scanned
  }

  override func stream(piece: Int) throws -> any BatchStream {
    guard let opened else { return StoredStream([], batchSize: 1) }
    let positions = distinctPositions
    let order = scan.columns.map { positions.firstIndex(of: $0.position) ?? 0 }
    return ScanStream(
      try opened.open(piece: piece),
      order: order == Array(positions.indices) ? nil : order,
      filter: scan.filters.isEmpty
        ? nil : try ConjunctFilter(scan.filters, compiler: context.compiler(outputs)),
      cancellation: context.options.cancellation, statistics: statistics)
  }

  /// By position in the table's schema.
  private var extremes: Extremes<Int>? {
    scan.extremes.map { extremes in
      func positions(_ columns: Set<ColumnReference>) -> Set<Int> {
        Set(scan.columns.filter { columns.contains($0.reference) }.map(\.position))
      }
      return Extremes(least: positions(extremes.least), greatest: positions(extremes.greatest))
    }
  }

  /// Positions in the table's schema, each once, as sources want them.
  private var distinctPositions: [Int] {
    var seen: Set<Int> = []
    return scan.columns.map(\.position).filter { seen.insert($0).inserted }
  }
}

private final class ScanStream: BatchStream {
  private let reader: any BatchReader
  private let order: [Int]?
  private let filter: ConjunctFilter?
  private let cancellation: CancellationToken
  private let statistics: OperatorStatistics

  init(
    _ reader: any BatchReader, order: [Int]?, filter: ConjunctFilter?,
    cancellation: CancellationToken, statistics: OperatorStatistics
  ) {
    self.reader = reader
    self.order = order
    self.filter = filter
    self.cancellation = cancellation
    self.statistics = statistics
  }

  func next() throws -> Batch? {
    guard let filter else {
      guard let batch = try reader.next() else { return nil }
      try cancellation.check()
      statistics.addRead(batch.count)
      return ordered(batch)
    }
    let tested = filter.positions.map { order?[$0] ?? $0 }
    let passing = try reader.next(testing: tested) { batch in
      try cancellation.check()
      statistics.addRead(batch.count)
      return try filter.rows(ordered(batch))
    }
    return passing.map(ordered)
  }

  private func ordered(_ batch: Batch) -> Batch {
    guard let order else { return batch }
    return Batch(order.map { batch.columns[$0] }, count: batch.count)
  }
}
