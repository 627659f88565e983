import Columns

/// What the points of a series have in common, and how the rest of them is kept.
///
/// A row in which the time, its day and what was measured are left open.
final class PointSeries: Sendable {
  let row: [Value]
  /// The names of the percentiles that each of its points has, in their order.
  let percentiles: [Value]
  /// What its points' keys have in common; nil where nothing tells what they are about.
  let key: PointIdentity.Key?
  /// Which of the columns that may be left open it has.
  let pattern: UInt8

  /// - Parameter point: any point of the series.
  convenience init(_ point: MetricPoint, _ layout: PointLayout) {
    self.init(
      point.row(layout.columns), percentiles: point.percentiles.map { .text($0.key) }, layout)
  }

  /// - Parameter row: that of any point of the series.
  init(_ row: [Value], percentiles: [Value], _ layout: PointLayout) {
    var row = row
    for (position, part) in layout.parts.enumerated() where part != .common {
      row[position] = .null
    }
    self.row = row
    self.percentiles = percentiles
    key = layout.identity.seriesKey(of: row)
    pattern = layout.filling.pattern(of: row)
  }
}

/// How rows of the table of metrics come about from series and points.
struct PointLayout: Sendable {
  enum Part: Sendable, Equatable {
    /// The same in all points of a series.
    case common
    case time
    case day
    /// One of the numbers of ``PointBlock``.
    case number(Int)
    case percentiles
  }

  let schema: Schema
  let columns: [MetricPoint.Column?]
  /// What each column holds.
  let parts: [Part]
  let identity: PointIdentity
  let filling: PointFilling

  /// Count, sum, average, minimum and maximum.
  static let numbers = 5

  init(_ schema: Schema, _ identity: PointIdentity, _ filling: PointFilling) {
    self.schema = schema
    self.identity = identity
    self.filling = filling
    columns = schema.fields.map { MetricPoint.Column(rawValue: $0.name) }
    parts = columns.map { column in
      switch column {
      case .timestamp: .time
      case .day: .day
      case .count: .number(0)
      case .sum: .number(1)
      case .average: .number(2)
      case .minimum: .number(3)
      case .maximum: .number(4)
      case .percentiles: .percentiles
      case .account, .region, .namespace, .name, .dimensions, .resource, .period, .unit, nil:
        .common
      }
    }
  }
}

/// The numbers of one point.
struct MeasuredNumbers {
  var count = 0.0
  var sum = 0.0
  var average = 0.0
  var minimum = 0.0
  var maximum = 0.0
  /// Which of them are there, a bit each in this order.
  var present: UInt8 = 0

  init() {}

  init(_ point: MetricPoint) {
    set(0, point.count)
    set(1, point.sum)
    set(2, point.average)
    set(3, point.minimum)
    set(4, point.maximum)
  }

  private mutating func set(_ number: Int, _ value: Double?) {
    if let value { self.set(number, value) }
  }

  /// Sets one of them by its place.
  @inline(__always)
  mutating func set(_ number: Int, _ value: Double) {
    switch number {
    case 0: count = value
    case 1: sum = value
    case 2: average = value
    case 3: minimum = value
    default: maximum = value
    }
    present |= 1 << UInt8(number)
  }

  /// Makes the average of the sum, where it can be made.
  @inline(__always)
  mutating func setAverage() {
    if present & 3 == 3, count > 0 { set(2, sum / count) }
  }
}
