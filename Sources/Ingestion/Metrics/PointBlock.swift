import Columns

/// Points in the order of their source, numbers apart from what whole series have in common.
struct PointBlock: Sendable {
  let layout: PointLayout
  private(set) var series: [PointSeries] = []
  /// Of each point: which of ``series`` it belongs to, and its time.
  private(set) var members: [UInt32] = []
  private(set) var times: [Int64] = []
  /// Of each point: ``PointLayout/numbers`` of them, anything where they are absent.
  private(set) var numbers: [Double] = []
  /// Of each point: which numbers it has, a bit each.
  private(set) var present: [UInt8] = []
  /// Of each point as many as its series has names of; where those of each point begin.
  private(set) var percentiles: [Double] = []
  private(set) var percentileStarts: [Int32] = []

  init(_ layout: PointLayout) { self.layout = layout }

  var count: Int { times.count }

  /// Bytes that it takes in memory, about.
  var byteCount: Int { count * 64 + percentiles.count * 8 + series.count * 1024 }

  /// Adds a series; its position.
  mutating func add(_ one: PointSeries) -> UInt32 {
    series.append(one)
    return UInt32(series.count - 1)
  }

  /// Adds a point but for its percentiles, which follow by ``append(percentile:)``.
  @inline(__always)
  mutating func append(_ member: UInt32, at time: Int64, _ values: MeasuredNumbers) {
    members.append(member)
    times.append(time)
    numbers.append(values.count)
    numbers.append(values.sum)
    numbers.append(values.average)
    numbers.append(values.minimum)
    numbers.append(values.maximum)
    present.append(values.present)
    percentileStarts.append(Int32(percentiles.count))
  }

  mutating func append(percentile: Double) { percentiles.append(percentile) }

  /// Adds a point of another block as one of a series of this one.
  mutating func append(_ position: Int, of other: PointBlock, as member: UInt32) {
    members.append(member)
    times.append(other.times[position])
    let first = position * PointLayout.numbers
    for number in first..<first + PointLayout.numbers { numbers.append(other.numbers[number]) }
    present.append(other.present[position])
    percentileStarts.append(Int32(percentiles.count))
    for percentile in other.percentileRange(position) {
      percentiles.append(other.percentiles[percentile])
    }
  }

  /// The points but for some at the beginning.
  func dropFirst(_ dropped: Int) -> PointBlock {
    var rest = PointBlock(layout)
    rest.series = series
    for position in dropped..<count { rest.append(position, of: self, as: members[position]) }
    return rest
  }

  /// Where the percentiles of a point are.
  func percentileRange(_ position: Int) -> Range<Int> {
    let start = Int(percentileStarts[position])
    let isLast = position + 1 == percentileStarts.count
    return start..<(isLast ? percentiles.count : Int(percentileStarts[position + 1]))
  }

  /// The day of a point.
  func day(_ position: Int) -> Int64 { PointBlock.day(of: times[position]) }

  static func day(of time: Int64) -> Int64 { time.floorDivided(by: Microseconds.day) }

  /// One of the numbers of a point; nil where it is absent.
  @inline(__always)
  private func number(_ number: Int, _ position: Int) -> Double? {
    present[position] & 1 << UInt8(number) == 0
      ? nil : numbers[position * PointLayout.numbers + number]
  }

  /// A point as a row of the table.
  func row(_ position: Int) -> [Value] {
    let one = series[Int(members[position])]
    var row = one.row
    for (column, part) in layout.parts.enumerated() {
      switch part {
      case .common: continue
      case .time: row[column] = .int64(times[position])
      case .day: row[column] = .int64(day(position))
      case .number(let index):
        row[column] = number(index, position).map { .double($0) } ?? .null
      case .percentiles: row[column] = percentileMap(position)
      }
    }
    return row
  }

  private func percentileMap(_ position: Int) -> Value {
    let names = series[Int(members[position])].percentiles
    return .map(
      zip(names, percentileRange(position)).map {
        MapEntry(key: $0, value: .double(percentiles[$1]))
      })
  }

  /// The keys of the points.
  ///
  /// - Parameter identity: to be asked of all points of a source once and in order.
  func keys(_ identity: inout PointIdentity) -> [PointIdentity.Key] {
    let known = series.map(\.key)
    var keys: [PointIdentity.Key] = []
    keys.reserveCapacity(count)
    for position in 0..<count {
      keys.append(
        known[Int(members[position])]?.at(times[position]) ?? identity.key(of: row(position)))
    }
    return keys
  }

  /// A hash of what was measured, equal to that of the point's row.
  func values(_ position: Int) -> Int {
    var hash: UInt64 = 0
    for column in layout.identity.measured {
      switch layout.parts[column] {
      case .number(let index):
        layout.identity.add(number(index, position).map { .double($0) } ?? .null, to: &hash)
      case .percentiles: layout.identity.add(percentileMap(position), to: &hash)
      case .common, .time, .day: layout.identity.add(row(position)[column], to: &hash)
      }
    }
    return Int(truncatingIfNeeded: hash)
  }

  /// All points as rows of the table.
  func batch() -> Batch {
    let columns = zip(layout.schema.fields, layout.parts.enumerated()).map { field, part in
      switch part.element {
      case .common:
        Column(
          codes: members,
          ColumnDictionary(Column(field.type, values: series.lazy.map { $0.row[part.offset] })))
      case .time: Column(field.type, .int64(times))
      case .day:
        Column(field.type, .int64(times.map(PointBlock.day)))
      case .number(let index): column(index, field.type)
      case .percentiles where percentiles.isEmpty:
        Column(field.type, constant: .map([]), count: count)
      case .percentiles:
        Column(field.type, values: (0..<count).lazy.map { percentileMap($0) })
      }
    }
    return Batch(columns, count: count)
  }

  private func column(_ number: Int, _ type: DataType) -> Column {
    var values: [Double] = []
    var mask: [Bool] = []
    values.reserveCapacity(count)
    mask.reserveCapacity(count)
    let bit = UInt8(1) << UInt8(number)
    for position in 0..<count {
      let isPresent = present[position] & bit != 0
      values.append(isPresent ? numbers[position * PointLayout.numbers + number] : 0)
      mask.append(isPresent)
    }
    return Column(type, .double(values), Validity(checking: mask))
  }
}
