import Columns
import Kernels
import Planning

/// An aggregate over the frame of each row.
///
/// Frames that are whole partitions are aggregated as GROUP BY does; frames that only grow from row to
/// row are followed with one state; all others are aggregated frame by frame, many at a time.
struct WindowAggregate {
  /// Rows of frames aggregated in one go.
  private static let blockRows = 65_536
  /// Aggregates whose result depends on the order of rows.
  private static let ordered: Set<String> = [
    "array_agg", "listagg", "string_agg", "map_agg", "multimap_agg", "arbitrary", "any_value",
    "set_agg", "histogram", "map_union",
  ]

  private let overload: AggregateOverload
  private let isOrdered: Bool
  private let type: DataType
  private let argumentTypes: [DataType]
  private let arguments: [Column]
  private let isWanted: [Bool]?
  private let layout: WindowLayout
  private let frames: WindowFrames

  init(
    _ function: AggregateFunction, overload: Int, type: DataType, argumentTypes: [DataType],
    arguments: [Column], filter: Column?, layout: WindowLayout, frames: WindowFrames
  ) {
    self.overload = function.overloads[overload]
    isOrdered = Self.ordered.contains(function.name)
    self.type = type
    self.argumentTypes = argumentTypes
    self.arguments = arguments
    self.layout = layout
    self.frames = frames
    isWanted = filter.map { filter in
      var wanted = [Bool](repeating: false, count: filter.count)
      for row in Selecting.trueRows(filter).rows { wanted[Int(row)] = true }
      return wanted
    }
  }

  func result() throws -> Column {
    if frames.isWholePartition { return try overPartitions() }
    if frames.growsFromStart { return try following(backwards: false) }
    if frames.growsFromEnd, !isOrdered { return try following(backwards: true) }
    return try frameByFrame()
  }

  private func overPartitions() throws -> Column {
    let accumulator = overload.makeAccumulator(argumentTypes)
    accumulator.resize(groups: layout.partitions.count)
    try update(
      accumulator, places: 0..<layout.partition.count,
      groups: layout.partition.map { UInt32($0) })
    return try accumulator.finish().selected(
      Selection(layout.partition.map { UInt32($0) }))
  }

  /// One state per partition that takes in what the frame gains from row to row.
  private func following(backwards: Bool) throws -> Column {
    var parts: [Column] = []
    var index = [UInt32](repeating: 0, count: layout.partition.count)
    for partition in layout.partitions {
      let accumulator = overload.makeAccumulator(argumentTypes)
      accumulator.resize(groups: 1)
      var edge = backwards ? partition.upperBound : partition.lowerBound
      var isKnown = false
      for step in 0..<partition.count {
        if step % 1024 == 0 { try layout.cancellation.check() }
        let place =
          backwards ? partition.upperBound - 1 - step : partition.lowerBound + step
        let frame = frames.places(place)
        let gained =
          backwards
          ? min(edge, frame.isEmpty ? edge : frame.lowerBound)..<edge
          : edge..<max(edge, frame.isEmpty ? edge : frame.upperBound)
        if !gained.isEmpty {
          try update(accumulator, places: gained, groups: nil)
          edge = backwards ? gained.lowerBound : gained.upperBound
          isKnown = false
        }
        if !isKnown {
          parts.append(try accumulator.finish())
          isKnown = true
        }
        index[place] = UInt32(parts.count - 1)
      }
    }
    return Column.concatenated(parts.map { $0.flattened() }, type: type)
      .selected(Selection(index))
  }

  /// Neighbours with one frame, such as rows that are equal in the order of a RANGE, share its result.
  private func frameByFrame() throws -> Column {
    var parts: [Column] = []
    var results = 0
    var index = [UInt32](repeating: 0, count: layout.partition.count)
    var place = 0
    while place < layout.partition.count {
      try layout.cancellation.check()
      var rows: [UInt32] = []
      var groups: [UInt32] = []
      var frame = frames.places(place)
      var groupCount = 0
      while place < layout.partition.count, groupCount == 0 || rows.count < Self.blockRows {
        let next = frames.places(place)
        if groupCount == 0 || next != frame {
          frame = next
          for row in frame where isWanted?[row] ?? true {
            rows.append(UInt32(row))
            groups.append(UInt32(groupCount))
          }
          groupCount += 1
        }
        index[place] = UInt32(results + groupCount - 1)
        place += 1
      }
      results += groupCount
      let accumulator = overload.makeAccumulator(argumentTypes)
      accumulator.resize(groups: groupCount)
      let selection = Selection(rows)
      if !rows.isEmpty {
        try accumulator.update(
          groups: groups, arguments: arguments.map { $0.selected(selection) },
          rowCount: rows.count)
      }
      parts.append(try accumulator.finish().flattened())
    }
    return Column.concatenated(parts, type: type).selected(Selection(index))
  }

  private func update(
    _ accumulator: any Accumulator, places: Range<Int>, groups: [UInt32]?
  ) throws {
    guard let isWanted else {
      return try accumulator.update(
        groups: groups, arguments: arguments.map { $0.sliced(places) }, rowCount: places.count)
    }
    let rows = places.filter { isWanted[$0] }
    if rows.isEmpty { return }
    let selection = Selection(rows.map { UInt32($0) })
    try accumulator.update(
      groups: groups.map { groups in rows.map { groups[$0] } },
      arguments: arguments.map { $0.selected(selection) }, rowCount: rows.count)
  }
}
