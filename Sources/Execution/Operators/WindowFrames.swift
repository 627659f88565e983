import Columns
import Kernels
import Planning

/// The places that the frame of each row covers.
struct WindowFrames {
  private let frame: WindowFrame
  private let layout: WindowLayout
  /// The offset of each place, where there is one.
  private let startOffsets: Column?
  private let endOffsets: Column?
  /// For RANGE with an offset: the key at which each row's frame starts or ends.
  private let startKeys: Column?
  private let endKeys: Column?

  /// - Parameter offsets: those that are no constants, the start's before the end's.
  init(_ frame: WindowFrame, _ layout: WindowLayout, offsets: [Column] = []) throws {
    self.frame = frame
    self.layout = layout
    let count = layout.partition.count
    startOffsets = Self.offsets(frame.start, offsets.first, count)
    endOffsets = Self.offsets(frame.end, offsets.last, count)
    for offsets in [startOffsets, endOffsets] {
      if let offsets { try Self.check(offsets) }
    }
    startKeys = try Self.shiftedKeys(frame.start, startOffsets, frame.unit, layout)
    endKeys = try Self.shiftedKeys(frame.end, endOffsets, frame.unit, layout)
  }

  private static func offsets(
    _ bound: WindowFrame.Bound, _ computed: Column?, _ count: Int
  ) -> Column? {
    switch bound {
    case .preceding(let value, let type), .following(let value, let type):
      Column(type, constant: value, count: count)
    case .precedingBy, .followingBy: computed
    case .unboundedPreceding, .currentRow, .unboundedFollowing: nil
    }
  }

  private static func check(_ offsets: Column) throws {
    let places = if case .constant = offsets.form { min(1, offsets.count) } else { offsets.count }
    for place in 0..<places {
      let isNegative =
        switch offsets.value(place) {
        case .int64(let number): number < 0
        case .double(let number): !(number >= 0)
        case .decimal(let number): number < 0
        case .null, .boolean, .bytes, .array, .map, .row: true
        }
      if isNegative { throw EvaluationError("a window frame offset must not be negative or null") }
    }
  }

  private static func shiftedKeys(
    _ bound: WindowFrame.Bound, _ offsets: Column?, _ unit: WindowFrame.Unit,
    _ layout: WindowLayout
  ) throws -> Column? {
    guard unit == .range, let key = layout.key, let offsets else { return nil }
    let isPreceding =
      switch bound {
      case .preceding, .precedingBy: true
      case .unboundedPreceding, .currentRow, .following, .followingBy, .unboundedFollowing: false
      }
    return isPreceding != layout.isDescending
      ? try Arithmetic.subtract(key, offsets, as: key.type)
      : try Arithmetic.add(key, offsets, as: key.type)
  }

  /// Whether every row's frame is its whole partition.
  var isWholePartition: Bool {
    guard case .unboundedPreceding = frame.start else { return false }
    switch frame.end {
    case .unboundedFollowing: return true
    case .currentRow: return frame.unit != .rows && layout.key == nil
    case .unboundedPreceding, .preceding, .precedingBy, .following, .followingBy: return false
    }
  }

  /// Whether frames only gain rows from place to place.
  var growsFromStart: Bool {
    guard case .unboundedPreceding = frame.start else { return false }
    return !frame.end.isComputed
  }

  /// Whether frames only gain rows from place to place, seen from the end.
  var growsFromEnd: Bool {
    guard case .unboundedFollowing = frame.end else { return false }
    return !frame.start.isComputed
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
    case .preceding, .precedingBy: return shifted(-1, place, partition, isEnd: isEnd)
    case .following, .followingBy: return shifted(1, place, partition, isEnd: isEnd)
    }
  }

  private func shifted(
    _ direction: Int, _ place: Int, _ partition: Range<Int>, isEnd: Bool
  ) -> Int {
    let value = (isEnd ? endOffsets : startOffsets)?.value(place)
    // Offsets beyond the partition all mean its end, and no sum overflows.
    let offset = direction * Int(min(value?.int64 ?? 0, Int64(layout.peer.count)))
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
