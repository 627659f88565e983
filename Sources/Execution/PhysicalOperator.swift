import Columns
import Planning
import Synchronization

/// A step of a query as it is run: its rows come in pieces that can be worked on side by side.
///
/// First ``prepare()`` is called once, on one thread: steps that need all rows of their input before
/// they have a first one to give (sorts, aggregates, the build side of joins) do their work there, on
/// all threads. From then on the step is fixed, and pieces may be opened on any thread.
class PhysicalOperator: @unchecked Sendable {
  /// What the columns of the step's batches are.
  let outputs: [ColumnReference]
  let children: [PhysicalOperator]
  let statistics = OperatorStatistics()

  init(_ outputs: [ColumnReference], children: [PhysicalOperator]) {
    self.outputs = outputs
    self.children = children
  }

  /// For EXPLAIN ANALYZE.
  var name: String { "Operator" }

  var types: [DataType] { outputs.map(\.type) }

  /// Pieces in order; known after ``prepare()``, and fixed by the data, not by the number of threads.
  var pieceCount: Int { children[0].pieceCount }

  func prepare() throws {
    for child in children { try child.prepare() }
  }

  /// Tells the step, before it is prepared, that only rows which meet a condition over its outputs are
  /// of use. Others may still come.
  func narrow(by condition: Expression) {}

  /// Starts to compute a piece; used by one thread.
  func stream(piece: Int) throws -> any BatchStream {
    preconditionFailure("an operator says how its pieces are computed")
  }

  /// As ``stream(piece:)``, counted.
  final func open(piece: Int) throws -> any BatchStream {
    CountedStream(try stream(piece: piece), statistics)
  }

  /// What the step computes, as the plan says it; nil for steps that only Execution knows of.
  final var logical: LogicalPlan?

  /// Bytes of a table's files that are read and that it has, for scans.
  var byteCounts: (read: Int, total: Int)? { nil }

  final var report: OperatorReport {
    var seen: Set<ObjectIdentifier> = []
    return report(&seen)
  }

  /// A step that several read from tells what is below it once.
  private final func report(_ seen: inout Set<ObjectIdentifier>) -> OperatorReport {
    let isFirst = seen.insert(ObjectIdentifier(self)).inserted
    return statistics.report(
      name: name, logical: logical, children: isFirst ? children.map { $0.report(&seen) } : [],
      byteCounts: { [self] in byteCounts })
  }
}

/// The batches of a piece in order.
protocol BatchStream: AnyObject {
  /// The next batch, never empty; nil at the end.
  func next() throws -> Batch?
}

/// What the streams of an operator have done so far, over all threads.
final class OperatorStatistics: Sendable {
  private let rows = Atomic<Int>(0)
  private let batches = Atomic<Int>(0)
  private let nanoseconds = Atomic<Int>(0)
  private let rowsRead = Atomic<Int>(-1)
  private let pieces = Atomic<Int>(-1)

  func add(rows count: Int, batches batchCount: Int, _ time: Duration) {
    rows.add(count, ordering: .relaxed)
    batches.add(batchCount, ordering: .relaxed)
    add(time)
  }

  func add(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    nanoseconds.add(
      Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000), ordering: .relaxed)
  }

  func beginScan(pieces count: Int) {
    pieces.store(count, ordering: .relaxed)
    rowsRead.store(0, ordering: .relaxed)
  }

  func addRead(_ count: Int) { rowsRead.add(count, ordering: .relaxed) }

  func report(
    name: String, logical: LogicalPlan?, children: [OperatorReport],
    byteCounts: @escaping @Sendable () -> (read: Int, total: Int)?
  ) -> OperatorReport {
    let read = rowsRead.load(ordering: .relaxed)
    let pieces = pieces.load(ordering: .relaxed)
    return OperatorReport(
      name: name, logical: logical, rows: rows.load(ordering: .relaxed),
      batches: batches.load(ordering: .relaxed),
      rowsRead: read < 0 ? nil : read, pieces: pieces < 0 ? nil : pieces,
      nanoseconds: nanoseconds.load(ordering: .relaxed), byteCounts: byteCounts,
      children: children)
  }
}

private final class CountedStream: BatchStream {
  private let inner: any BatchStream
  private let statistics: OperatorStatistics
  private var rows = 0
  private var batches = 0
  private var time = Duration.zero

  init(_ inner: any BatchStream, _ statistics: OperatorStatistics) {
    self.inner = inner
    self.statistics = statistics
  }

  deinit {
    statistics.add(rows: rows, batches: batches, time)
  }

  func next() throws -> Batch? {
    let start = ContinuousClock.now
    let batch = try inner.next()
    time += ContinuousClock.now - start
    if let batch {
      rows += batch.count
      batches += 1
    }
    return batch
  }
}

/// A stream that turns each batch of another into at most one.
final class MappedStream: BatchStream {
  private let input: any BatchStream
  private let transform: (Batch) throws -> Batch?

  init(_ input: any BatchStream, _ transform: @escaping (Batch) throws -> Batch?) {
    self.input = input
    self.transform = transform
  }

  func next() throws -> Batch? {
    while let batch = try input.next() {
      if let result = try transform(batch), result.count > 0 { return result }
    }
    return nil
  }
}

/// An operator of which each piece is a stream made by a closure.
final class StreamOperator: PhysicalOperator, @unchecked Sendable {
  private let count: Int
  private let make: (_ piece: Int) throws -> any BatchStream

  init(
    _ outputs: [ColumnReference], pieceCount: Int,
    _ make: @escaping (_ piece: Int) throws -> any BatchStream
  ) {
    count = pieceCount
    self.make = make
    super.init(outputs, children: [])
  }

  override var pieceCount: Int { count }

  override func stream(piece: Int) throws -> any BatchStream { try make(piece) }
}

/// A stream over batches that are there already, cut to size.
final class StoredStream: BatchStream {
  private let batches: [Batch]
  private let batchSize: Int
  private var position = 0
  private var row = 0

  init(_ batches: [Batch], batchSize: Int) {
    self.batches = batches
    self.batchSize = batchSize
  }

  func next() -> Batch? {
    while position < batches.count, row >= batches[position].count {
      position += 1
      row = 0
    }
    guard position < batches.count else { return nil }
    let end = min(row + batchSize, batches[position].count)
    defer { row = end }
    return batches[position].sliced(row..<end)
  }
}
