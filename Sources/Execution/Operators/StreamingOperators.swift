import Columns
import Kernels
import Planning

/// WHERE and HAVING.
final class FilterOperator: PhysicalOperator, @unchecked Sendable {
  private let condition: Expression
  private let context: ExecutionContext

  init(_ input: PhysicalOperator, _ condition: Expression, _ context: ExecutionContext) {
    self.condition = condition
    self.context = context
    super.init(input.outputs, children: [input])
  }

  override var name: String { "Filter" }

  override func narrow(by condition: Expression) { children[0].narrow(by: condition) }

  override func stream(piece: Int) throws -> any BatchStream {
    let conditions = if case .and(let operands) = condition { operands } else { [condition] }
    let filter = try ConjunctFilter(conditions, compiler: context.compiler(outputs))
    return MappedStream(try children[0].open(piece: piece), filter.apply)
  }
}

/// Computes new columns.
final class ProjectOperator: PhysicalOperator, @unchecked Sendable {
  private let expressions: [Expression]
  private let context: ExecutionContext

  init(
    _ input: PhysicalOperator, _ projections: [Projection], _ context: ExecutionContext
  ) {
    expressions = projections.map(\.expression)
    self.context = context
    super.init(projections.map(\.output), children: [input])
  }

  override var name: String { "Project" }

  override func narrow(by condition: Expression) {
    // What is computed would be computed twice.
    narrow(
      0, by: condition,
      zip(outputs, expressions).compactMap { output, expression in
        if case .column(let column) = expression { (output, column) } else { nil }
      })
  }

  override func stream(piece: Int) throws -> any BatchStream {
    let evaluations = try context.compiler(children[0].outputs).compile(expressions)
    return MappedStream(try children[0].open(piece: piece)) { batch in
      Batch(try evaluations.map { try $0.evaluate(batch) }, count: batch.count)
    }
  }
}

/// UNION ALL: the pieces of each input in turn, columns picked and renamed.
final class UnionOperator: PhysicalOperator, @unchecked Sendable {
  private let positions: [[Int]]
  /// The number of pieces up to the end of each input; known after ``prepare()``.
  private var ends: [Int] = []

  init(
    _ inputs: [PhysicalOperator], outputs: [ColumnReference], columns: [[ColumnReference]]
  ) throws {
    positions = try zip(inputs, columns).map { try $0.positions(of: $1) }
    super.init(outputs, children: inputs)
  }

  override var name: String { "UnionAll" }

  override var pieceCount: Int { ends.last ?? 0 }

  override func narrow(by condition: Expression) {
    for (input, positions) in positions.enumerated() {
      narrow(
        input, by: condition,
        zip(outputs, positions).map { ($0, children[input].outputs[$1]) })
    }
  }

  override func prepare() throws {
    try super.prepare()
    var count = 0
    ends = children.map { child in
      count += child.pieceCount
      return count
    }
  }

  override func stream(piece: Int) throws -> any BatchStream {
    let input = inputIndex(of: piece)
    let positions = positions[input]
    let first = input == 0 ? 0 : ends[input - 1]
    return MappedStream(try children[input].open(piece: piece - first)) { batch in
      Batch(positions.map { batch.columns[$0] }, count: batch.count)
    }
  }

  /// The first input that ends after the piece: a binary search, as there may be thousands.
  private func inputIndex(of piece: Int) -> Int {
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > piece { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Picks and renames columns.
final class RenameOperator: PhysicalOperator, @unchecked Sendable {
  private let positions: [Int]

  init(
    _ input: PhysicalOperator, outputs: [ColumnReference], columns: [ColumnReference]
  ) throws {
    positions = try input.positions(of: columns)
    super.init(outputs, children: [input])
  }

  override var name: String { "Rename" }

  override func narrow(by condition: Expression) {
    narrow(0, by: condition, zip(outputs, positions).map { ($0, children[0].outputs[$1]) })
  }

  override func stream(piece: Int) throws -> any BatchStream {
    let positions = positions
    return MappedStream(try children[0].open(piece: piece)) { batch in
      Batch(positions.map { batch.columns[$0] }, count: batch.count)
    }
  }
}

/// LIMIT and OFFSET: reads its input in order and stops as soon as it has enough.
final class LimitOperator: PhysicalOperator, @unchecked Sendable {
  private let offset: Int
  private let count: Int?

  init(_ input: PhysicalOperator, offset: Int, count: Int?) {
    self.offset = offset
    self.count = count
    super.init(input.outputs, children: [input])
  }

  override var name: String { "Limit" }

  override var pieceCount: Int { 1 }

  override func stream(piece: Int) -> any BatchStream {
    LimitStream(children[0], offset: offset, count: count)
  }
}

private final class LimitStream: BatchStream {
  private let input: PhysicalOperator
  private var current: (any BatchStream)?
  private var piece = 0
  private var toSkip: Int
  private var toGive: Int

  init(_ input: PhysicalOperator, offset: Int, count: Int?) {
    self.input = input
    toSkip = offset
    toGive = count ?? Int.max
  }

  func next() throws -> Batch? {
    while toGive > 0, let batch = try nextInput() {
      if batch.count <= toSkip {
        toSkip -= batch.count
        continue
      }
      let end = min(batch.count, toSkip + min(toGive, batch.count))
      let part = batch.sliced(toSkip..<end)
      toSkip = 0
      toGive -= part.count
      return part
    }
    current = nil
    return nil
  }

  private func nextInput() throws -> Batch? {
    while true {
      if let batch = try current?.next() { return batch }
      guard piece < input.pieceCount else { return nil }
      current = try input.open(piece: piece)
      piece += 1
    }
  }
}

extension PhysicalOperator {
  /// Tells a child of a condition on columns that are the child's own under other names.
  fileprivate func narrow(
    _ child: Int, by condition: Expression,
    _ names: [(own: ColumnReference, childs: ColumnReference)]
  ) {
    let columns = Dictionary(
      names.map { ($0.own.id, $0.childs) }, uniquingKeysWith: { first, _ in first })
    guard condition.inputs.allSatisfy({ columns[$0.id] != nil }) else { return }
    children[child].narrow(
      by: condition.replacingColumns { columns[$0.id].map(Expression.column) })
  }

  /// Where columns are in the batches of this operator.
  func positions(of columns: [ColumnReference]) throws -> [Int] {
    try columns.map { column in
      guard let position = outputs.firstIndex(of: column) else {
        throw ExecutionError("the plan gives no column '\(column.name)' here")
      }
      return position
    }
  }
}
