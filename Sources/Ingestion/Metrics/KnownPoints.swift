import Columns

/// What a first reading of new points, and the points that are there, tell of each other.
struct KnownPoints {
  private var identity: PointIdentity
  private var existing: PointIdentity
  private let filling: PointFilling
  private let samples: Int?
  private var points = PointTable()
  /// Points that are there without all that is known of them now.
  private var completed: Set<PointIdentity.Key> = []
  /// Rows that are there, of points that the source has otherwise or several times.
  private var old: [PointIdentity.Key: [Value]] = [:]
  private(set) var count = 0
  /// Whether every point of the source is to be written as it is.
  private var isAllNew = true
  typealias Span = (days: ClosedRange<Int64>, times: ClosedRange<Int64>)
  private(set) var span: Span?
  /// Which columns that may be left open the rows of the source have.
  private(set) var patterns: Set<UInt8> = []
  /// What the rows of the source are named.
  private(set) var names: PointNames
  /// Rows to be written in place of those that are there, or of several of the source.
  private(set) var merged: [PointIdentity.Key: [Value]] = [:]
  /// In which order, that of the source.
  private(set) var order: [PointIdentity.Key] = []
  /// The points that are there and get other values.
  private(set) var changed: Set<PointIdentity.Key> = []

  init(_ filling: PointFilling, _ identity: PointIdentity, samples: Int?, names: PointNames) {
    self.filling = filling
    self.names = names
    self.identity = identity
    existing = identity
    self.samples = samples
  }

  /// A row of the source.
  mutating func add(_ row: [Value], time: Int64?, day: Int64?) {
    patterns.insert(filling.pattern(of: row))
    names.insert(row)
    add(identity.key(of: row), identity.values(of: row))
    guard let time, let day else { return }
    widen(days: day...day, times: time...time)
  }

  /// Points of the source.
  mutating func add(_ block: PointBlock) {
    for series in block.series {
      patterns.insert(series.pattern)
      names.insert(series.row)
    }
    for (position, key) in block.keys(&identity).enumerated() {
      add(key, block.values(position))
    }
    guard let first = block.times.min(), let last = block.times.max() else { return }
    widen(days: PointBlock.day(of: first)...PointBlock.day(of: last), times: first...last)
  }

  @inline(__always)
  private mutating func add(_ key: PointIdentity.Key, _ values: Int) {
    count += 1
    points.add(key, values)
  }

  private mutating func widen(days: ClosedRange<Int64>, times: ClosedRange<Int64>) {
    guard let span else {
      self.span = (days, times)
      return
    }
    self.span = (KnownPoints.hull(span.days, days), KnownPoints.hull(span.times, times))
  }

  private static func hull(_ a: ClosedRange<Int64>, _ b: ClosedRange<Int64>) -> ClosedRange<Int64> {
    min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }

  /// A row that is there, as it was told or filled with what the source tells.
  mutating func meet(_ row: [Value], isFilled: Bool) {
    let key = existing.key(of: row)
    if points.contains(key) { meet(row, key, isFilled: isFilled) }
  }

  /// Points that are there, as they were told.
  mutating func meet(_ block: PointBlock) {
    for (position, key) in block.keys(&existing).enumerated() where points.contains(key) {
      if old[key] == nil && points.isOnce(key, block.values(position)) {
        markThere(key)
      } else {
        meet(block.row(position), key, isFilled: false)
      }
    }
  }

  private mutating func meet(_ row: [Value], _ key: PointIdentity.Key, isFilled: Bool) {
    if isFilled {
      completed.insert(key)
      old[key] = old[key].map { identity.merged($0, row, samples: samples) } ?? row
    } else if let other = old[key] {
      old[key] = identity.merged(other, row, samples: samples)
    } else if points.isOnce(key, identity.values(of: row)) {
      markThere(key)
    } else {
      old[key] = row
    }
  }

  private mutating func markThere(_ key: PointIdentity.Key) {
    points.markThere(key)
    isAllNew = false
  }

  /// How many of the source's points are there again.
  var repeated: Int { count - points.count }

  var needsMerging: Bool { !old.isEmpty || repeated > 0 }

  /// Two rows of a source that say different things of one point.
  struct Conflict {
    let row: [Value]
    let position: Int
    let other: Value
  }

  /// The rows of one point each, put together.
  struct Merging {
    fileprivate var identity: PointIdentity
    fileprivate let samples: Int?
    fileprivate let wanted: Set<PointIdentity.Key>
    fileprivate var rows: [PointIdentity.Key: [Value]]
    fileprivate var order: [PointIdentity.Key] = []
    /// What the source itself said before.
    fileprivate var said: [PointIdentity.Key: [Value]] = [:]
    private(set) var conflict: Conflict?

    mutating func add(_ part: PointPart) {
      switch part {
      case .row(let row):
        let key = identity.key(of: row)
        if wanted.contains(key) { add(row, key) }
      case .block(let block):
        for (position, key) in block.keys(&identity).enumerated() where wanted.contains(key) {
          add(block.row(position), key)
        }
      }
    }

    private mutating func add(_ row: [Value], _ key: PointIdentity.Key) {
      if let before = said[key] {
        if conflict == nil, let position = identity.conflict(before, row, samples: samples) {
          conflict = Conflict(row: before, position: position, other: row[position])
        }
        said[key] = identity.merged(before, row, samples: samples)
      } else {
        order.append(key)
        said[key] = row
      }
      rows[key] = rows[key].map { identity.merged($0, row, samples: samples) } ?? row
    }
  }

  func merging() -> Merging {
    Merging(
      identity: identity.anew, samples: samples, wanted: Set(old.keys).union(points.repeatedKeys),
      rows: old)
  }

  mutating func settle(_ merging: Merging) {
    isAllNew = false
    merged = merging.rows
    order = merging.order
    for (key, row) in old {
      if let now = merged[key],
        completed.contains(key) || identity.values(of: now) != identity.values(of: row)
      {
        changed.insert(key)
      } else {
        merged[key] = nil
        markThere(key)
      }
    }
  }

  /// Which points of a block are to be written as they are.
  func newPoints(of block: PointBlock, _ identity: inout PointIdentity) -> [Int] {
    if isAllNew { return Array(0..<block.count) }
    return block.keys(&identity).enumerated().filter { isNew($0.element) }.map(\.offset)
  }

  /// Whether a row of the source is to be written as it is.
  func isNew(_ key: PointIdentity.Key) -> Bool {
    points.isMissing(key) && merged[key] == nil
  }
}
