import Columns
import Kernels
import Planning

/// The places that the frame of each row covers.
struct WindowFrames {
  private let frame: WindowFrame
  private let layout: WindowLayout
  /// For RANGE with an offset: the key at which each row's frame starts or ends.
  private let startKeys: Column?
  private let endKeys: Column?

  init(_ frame: WindowFrame, _ layout: WindowLayout) throws {
    self.frame = frame
    self.layout = layout
    startKeys = try Self.shiftedKeys(frame.start, frame.unit, layout)
    endKeys = try Self.shiftedKeys(frame.end, frame.unit, layout)
    try Self.check(frame.start)
    try Self.check(frame.end)
  }

  private static func check(_ bound: WindowFrame.Bound) throws {
    switch bound {
    case .preceding(let value, _), .following(let value, _):
      let isNegative =
        switch value {
        case .int64(let number): number < 0
        case .double(let number): !(number >= 0)
        case .decimal(let number): number < 0
        case .null, .boolean, .bytes, .array, .map, .row: true
        }
      if isNegative { throw EvaluationError("a window frame offset must not be negative or null") }
    case .unboundedPreceding, .currentRow, .unboundedFollowing: break
    }
  }

  private static func shiftedKeys(
    _ bound: WindowFrame.Bound, _ unit: WindowFrame.Unit, _ layout: WindowLayout
  ) throws -> Column? {
    guard unit == .range, let key = layout.key else { return nil }
    switch bound {
    case .preceding(let value, let type), .following(let value, let type):
      let isPreceding = if case .preceding = bound { true } else { false }
      let offset = Column(type, constant: value, count: key.count)
      return isPreceding != layout.isDescending
        ? try Arithmetic.subtract(key, offset, as: key.type)
        : try Arithmetic.add(key, offset, as: key.type)
    case .unboundedPreceding, .currentRow, .unboundedFollowing: return nil
    }
  }

  /// Whether every row's frame is its whole partition.
  var isWholePartition: Bool {
    guard case .unboundedPreceding = frame.start else { return false }
    switch frame.end {
    case .unboundedFollowing: return true
    case .currentRow: return frame.unit != .rows && layout.key == nil
    case .unboundedPreceding, .preceding, .following: return false
    }
  }

  var startsAtPartition: Bool {
    if case .unboundedPreceding = frame.start { true } else { false }
  }

  var endsAtPartition: Bool {
    if case .unboundedFollowing = frame.end { true } else { false }
  }

  /// The frame of the row at a place, possibly empty.
  func places(_ place: Int) -> Range<Int> {
    let partition = layout.partitions[layout.partition[place]]
    let start = max(partition.lowerBound, bound(frame.start, place, partition, isEnd: false))
    let end = min(partition.upperBound, bound(frame.end, place, partition, isEnd: true))
    return start < end
      ? start..<end
      : min(
        start, partition.upperBound)..<min(
          start, partition.upperBound)
  }

  /// The first place of the frame, or the one after its last.
  private func bound(
    _ bound: WindowFrame.Bound, _ place: Int, _ partition: Range<Int>, isEnd: Bool
  ) -> Int {
    switch bound {
    case .unboundedPreceding: return partition.lowerBound
    case .unboundedFollowing: return partition.upperBound
    case .currentRow:
      if frame.unit == .rows { return isEnd ? place + 1 : place }
      let peers = layout.peers[layout.peer[place]]
      return isEnd ? peers.upperBound : peers.lowerBound
    case .preceding(let value, _): return shifted(-1, value, place, partition, isEnd: isEnd)
    case .following(let value, _): return shifted(1, value, place, partition, isEnd: isEnd)
    }
  }

  private func shifted(
    _ direction: Int, _ value: Value, _ place: Int, _ partition: Range<Int>, isEnd: Bool
  ) -> Int {
    // Offsets beyond the partition all mean its end, and no sum overflows.
    let offset = direction * Int(min(value.int64 ?? 0, Int64(layout.peer.count)))
    switch frame.unit {
    case .rows: return place + offset + (isEnd ? 1 : 0)
    case .groups:
      let first = layout.peer[partition.lowerBound]
      let last = layout.peer[partition.upperBound - 1]
      let group = layout.peer[place] + offset
      if group < first { return partition.lowerBound }
      if group > last { return partition.upperBound }
      return isEnd ? layout.peers[group].upperBound : layout.peers[group].lowerBound
    case .range: return searched(place, partition, isEnd: isEnd)
    }
  }

  /// Binary search for the shifted key among the keys of the partition that are not NULL.
  private func searched(_ place: Int, _ partition: Range<Int>, isEnd: Bool) -> Int {
    guard let key = layout.key, let bounds = isEnd ? endKeys : startKeys, !key.isNull(place) else {
      let peers = layout.peers[layout.peer[place]]
      return isEnd ? peers.upperBound : peers.lowerBound
    }
    var low = partition.lowerBound
    var high = partition.upperBound
    if key.isNull(low) { low = layout.peers[layout.peer[low]].upperBound }
    if key.isNull(high - 1) { high = layout.peers[layout.peer[high - 1]].lowerBound }
    while low < high {
      let middle = (low + high) / 2
      let comparison = Ordering.compare(key, middle, bounds, place)
      let order = layout.isDescending ? -comparison : comparison
      if isEnd ? order <= 0 : order < 0 { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
