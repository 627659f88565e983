import Columns
import Kernels
import Planning

/// Computes one window function; columns are in window order.
struct WindowFunctionRun {
  private let computation: WindowComputation
  private let layout: WindowLayout
  private let arguments: [Column]
  /// The offsets of the frame that differ from row to row.
  private let offsets: [Column]
  private let filter: Column?

  init(
    _ computation: WindowComputation, layout: WindowLayout, arguments: [Column], filter: Column?
  ) {
    self.computation = computation
    self.layout = layout
    let own = arguments.count - computation.frame.computedOffsets
    self.arguments = Array(arguments[..<own])
    offsets = Array(arguments[own...])
    self.filter = filter
  }

  private var type: DataType { computation.output.type }
  private var count: Int { layout.partition.count }

  func result() throws -> Column {
    switch computation.function {
    case .rowNumber: return integers { place, partition in place - partition.lowerBound + 1 }
    case .rank:
      return integers { place, partition in peers(place).lowerBound - partition.lowerBound + 1 }
    case .denseRank:
      return integers { place, partition in
        layout.peer[place] - layout.peer[partition.lowerBound] + 1
      }
    case .percentRank:
      return doubles { place, partition in
        partition.count == 1
          ? 0
          : Double(peers(place).lowerBound - partition.lowerBound) / Double(partition.count - 1)
      }
    case .cumeDist:
      return doubles { place, partition in
        Double(peers(place).upperBound - partition.lowerBound) / Double(partition.count)
      }
    case .ntile: return try buckets()
    case .lag: return try shifted(-1)
    case .lead: return try shifted(1)
    case .firstValue: return try picked { frame in nth(1, of: frame, fromEnd: false) }
    case .lastValue: return try picked { frame in nth(1, of: frame, fromEnd: true) }
    case .nthValue: return try nthValue()
    case .aggregate(let function, let overload):
      return try WindowAggregate(
        function, overload: overload, type: type, argumentTypes: arguments.map(\.type),
        arguments: arguments,
        filter: computation.isDistinct ? try firstOccurrences() : filter, layout: layout,
        frames: try WindowFrames(computation.frame, layout, offsets: offsets)
      ).result()
    }
  }

  /// The rows whose arguments have not come before in their partition, of those that the filter leaves.
  private func firstOccurrences() throws -> Column {
    let count = layout.partition.count
    let table = GroupTable([.bigint] + arguments.map(\.type))
    let partitions = Column(.bigint, .int64(layout.partition.map { Int64($0) }))
    let groups = try table.assign([partitions] + arguments, count: count)
    var isWanted = [Bool](repeating: filter == nil, count: count)
    if let filter { for row in Selecting.trueRows(filter).rows { isWanted[Int(row)] = true } }
    var isSeen = [Bool](repeating: false, count: table.count)
    for place in isWanted.indices where isWanted[place] {
      let group = Int(groups[place])
      isWanted[place] = !isSeen[group]
      isSeen[group] = true
    }
    return Column(.boolean, .boolean(isWanted))
  }

  private func peers(_ place: Int) -> Range<Int> { layout.peers[layout.peer[place]] }

  private func integers(_ body: (_ place: Int, _ partition: Range<Int>) -> Int) -> Column {
    Column(
      type,
      .int64((0..<count).map { Int64(body($0, layout.partitions[layout.partition[$0]])) }))
  }

  private func doubles(_ body: (_ place: Int, _ partition: Range<Int>) -> Double) -> Column {
    Column(
      type, .double((0..<count).map { body($0, layout.partitions[layout.partition[$0]]) }))
  }

  /// ntile: the first buckets get one row more where the rows do not divide evenly.
  private func buckets() throws -> Column {
    var values: [Value] = []
    values.reserveCapacity(count)
    for place in 0..<count {
      guard case .int64(let wanted) = arguments[0].value(place) else {
        values.append(.null)
        continue
      }
      if wanted < 1 { throw EvaluationError("ntile needs a positive number of buckets") }
      let partition = layout.partitions[layout.partition[place]]
      let row = place - partition.lowerBound
      let buckets = Int(min(wanted, Int64(partition.count)))
      let size = partition.count / buckets
      let larger = partition.count % buckets
      let bucket =
        row < larger * (size + 1) ? row / (size + 1) : larger + (row - larger * (size + 1)) / size
      values.append(.int64(Int64(bucket) + 1))
    }
    return Column(type, values: values)
  }

  /// lag and lead.
  private func shifted(_ direction: Int) throws -> Column {
    let offsets = arguments.count > 1 ? arguments[1] : nil
    let null = UInt32(count)
    var index = [UInt32](repeating: null, count: count)
    for place in 0..<count {
      let value = offsets?.value(place) ?? .int64(1)
      guard case .int64(let offset) = value else { continue }
      if offset < 0 { throw EvaluationError("the offset of lag and lead must not be negative") }
      let partition = layout.partitions[layout.partition[place]]
      if let found = neighbour(place, direction, Int(min(offset, Int64(count))), partition) {
        index[place] = UInt32(found)
      } else if arguments.count > 2 {
        index[place] = null + 1 + UInt32(place)
      }
    }
    return try gathered(index, fallback: arguments.count > 2 ? arguments[2] : nil)
  }

  private func neighbour(_ place: Int, _ direction: Int, _ offset: Int, _ partition: Range<Int>)
    -> Int?
  {
    guard computation.ignoresNulls else {
      let target = place + direction * offset
      return partition.contains(target) ? target : nil
    }
    if offset == 0 { return place }
    var left = offset
    var target = place + direction
    while partition.contains(target) {
      if !arguments[0].isNull(target) {
        left -= 1
        if left == 0 { return target }
      }
      target += direction
    }
    return nil
  }

  private func picked(_ place: (_ frame: Range<Int>) -> Int?) throws -> Column {
    let frames = try WindowFrames(computation.frame, layout, offsets: offsets)
    return try gathered(
      (0..<count).map { UInt32(place(frames.places($0)) ?? count) }, fallback: nil)
  }

  private func nthValue() throws -> Column {
    let frames = try WindowFrames(computation.frame, layout, offsets: offsets)
    let index = try (0..<count).map { place -> UInt32 in
      guard case .int64(let wanted) = arguments[1].value(place) else { return UInt32(count) }
      if wanted < 1 { throw EvaluationError("nth_value counts from 1, found \(wanted)") }
      let position = Int(min(wanted, Int64(count) + 1))
      return UInt32(nth(position, of: frames.places(place), fromEnd: false) ?? count)
    }
    return try gathered(index, fallback: nil)
  }

  /// The n-th place of a frame, NULLs passed over where asked for.
  private func nth(_ n: Int, of frame: Range<Int>, fromEnd: Bool) -> Int? {
    guard computation.ignoresNulls else {
      if n > frame.count { return nil }
      return fromEnd ? frame.upperBound - n : frame.lowerBound + n - 1
    }
    var left = n
    var place = fromEnd ? frame.upperBound - 1 : frame.lowerBound
    while frame.contains(place) {
      if !arguments[0].isNull(place) {
        left -= 1
        if left == 0 { return place }
      }
      place += fromEnd ? -1 : 1
    }
    return nil
  }

  /// Values at places; `count` stands for NULL, and what is above for the rows of `fallback`.
  private func gathered(_ index: [UInt32], fallback: Column?) throws -> Column {
    let parts =
      [arguments[0].flattened(), Column(type, values: [.null])]
      + (fallback.map { [$0.flattened()] } ?? [])
    return Column.concatenated(parts, type: type).selected(Selection(index))
  }
}
