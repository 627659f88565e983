import Columns

/// What makes a point of a metric the same point, whatever file brings it.
///
/// A point is one row: what is measured (account, region, namespace, metric, dimensions, unit), the period
/// and its time; each statistic of it is a cell of that row. Where nothing tells what a point is about (an
/// answer of CloudWatch names neither resource nor account), its values and how often they occurred
/// before belong to its identity as well, so that points of two unnamed resources are not taken for one.
struct PointIdentity {
  /// Two hashes of what is the same in equal points; 128 bits, so that no two others meet.
  struct Key: Hashable, Sendable {
    let first: Int
    let second: Int

    /// The key of a series' point at a time.
    func at(_ time: Int64) -> Key {
      let (low, high) = (UInt64(bitPattern: Int64(first)), UInt64(bitPattern: Int64(second)))
      let moment = UInt64(bitPattern: time)
      return Key(
        first: Int(truncatingIfNeeded: Folding.fold(low ^ moment, Folding.first)),
        second: Int(truncatingIfNeeded: Folding.fold(high &+ moment, Folding.second)))
    }

    // One half of what is a hash already is enough of it.
    func hash(into hasher: inout Hasher) { hasher.combine(first) }
  }

  /// Positions of the columns that identify, and of those that hold what was measured.
  private(set) var identifying: [Int]
  let measured: [Int]
  /// The position of the column with a point's time, which tells the points of a series apart.
  private let time: Int?
  /// Positions of columns one of which tells what a point is about.
  private var telling: [Int]
  private var occurrences: [Key: Int] = [:]

  /// - Parameters:
  ///   - identifying: names of the columns that identify a point.
  ///   - telling: names of those of which one at least is there in points that tell what they are about.
  ///   - time: name of the column with a point's time, one of those that identify.
  init(
    _ schema: Schema, identifying: [String], telling: [String], time: String = "timestamp",
    day: String
  ) {
    self.identifying = identifying.compactMap { schema.position(of: $0) }
    self.time = schema.position(of: time)
    self.telling = telling.compactMap { schema.position(of: $0) }
    let others = Set(self.identifying + [schema.position(of: day)].compactMap { $0 })
    measured = schema.fields.indices.filter { !others.contains($0) }
  }

  /// The same, before any row.
  var anew: PointIdentity {
    var anew = self
    anew.occurrences = [:]
    return anew
  }

  /// The identity of a row; to be asked of each row of a source once and in order.
  mutating func key(of row: [Value]) -> Key {
    if let told = toldKey(of: row) { return told }
    let plain = key(row, identifying + measured, 0)
    let before = occurrences[plain, default: 0]
    occurrences[plain] = before + 1
    return key(row, identifying + measured, before + 1)
  }

  /// The identity of a row; nil where nothing tells what it is about.
  func toldKey(of row: [Value]) -> Key? {
    seriesKey(of: row)?.at(time.flatMap { row[$0].int64 } ?? .min)
  }

  /// What is the same in the keys of all points of a row's series; nil where nothing tells which it is.
  func seriesKey(of row: [Value]) -> Key? {
    let isTold = telling.contains { position in
      switch row[position] {
      case .null: false
      case .map(let entries): !entries.isEmpty
      default: true
      }
    }
    return isTold ? key(row, identifying.filter { $0 != time }, 0) : nil
  }

  /// The same but for some columns, before any row.
  func without(_ open: [Int]) -> PointIdentity {
    var fewer = anew
    fewer.identifying.removeAll(where: open.contains)
    fewer.telling.removeAll(where: open.contains)
    return fewer
  }

  /// A hash of what was measured.
  func values(of row: [Value]) -> Int {
    var hash: UInt64 = 0
    for position in measured { add(row[position], to: &hash) }
    return Int(truncatingIfNeeded: hash)
  }

  /// Adds a value to a hash of what was measured.
  @inline(__always)
  func add(_ value: Value, to hash: inout UInt64) {
    switch value {
    case .null: hash = Folding.fold(hash ^ Folding.second, Folding.first)
    // Both zeros are the same.
    case .double(let number):
      hash = Folding.fold(hash ^ (number == 0 ? 0 : number.bitPattern), Folding.second)
    case .map(let entries) where entries.isEmpty:
      hash = Folding.fold(hash &+ Folding.first, Folding.second)
    case .boolean, .int64, .decimal, .bytes, .array, .map, .row:
      var hasher = Hasher()
      hasher.combine(hash)
      hasher.combine(ordered(value))
      hash = UInt64(bitPattern: Int64(hasher.finalize()))
    }
  }

  private func key(_ row: [Value], _ positions: [Int], _ occurrence: Int) -> Key {
    var first = Hasher()
    first.combine(occurrence)
    for position in positions { first.combine(ordered(row[position])) }
    var second = first
    first.combine(0)
    second.combine(1)
    return Key(first: first.finalize(), second: second.finalize())
  }

  /// Maps by key, since their order is not told by what is measured.
  private func ordered(_ value: Value) -> Value {
    guard case .map(let entries) = value, entries.count > 1 else { return value }
    return .map(entries.sorted { $0.key.isSurelyLess(than: $1.key) })
  }

  /// The position of a value that two rows of one point have otherwise; nil where none is in doubt: of
  /// different counts of samples the greater is the later and whole one.
  func conflict(_ old: [Value], _ new: [Value], samples: Int?) -> Int? {
    if let samples, let before = old[samples].double, let now = new[samples].double, before != now {
      return nil
    }
    return measured.first { position in
      if case .map(let mine) = old[position], case .map(let others) = new[position] {
        return mine.contains { entry in
          others.contains { $0.key == entry.key && $0.value != entry.value }
        }
      }
      return !old[position].isNull && !new[position].isNull && old[position] != new[position]
    }
  }

  /// One row of two of the same point: statistics of both; where both have one, that of the newer,
  /// unless the older was made of more samples.
  func merged(_ old: [Value], _ new: [Value], samples: Int?) -> [Value] {
    var (winner, other) = (new, old)
    if let samples, let before = old[samples].double, let now = new[samples].double, before > now {
      (winner, other) = (old, new)
    }
    for position in measured {
      if case .map(let mine) = winner[position], case .map(let others) = other[position] {
        let known = Set(mine.map(\.key))
        winner[position] = .map(mine + others.filter { !known.contains($0.key) })
      } else if winner[position].isNull {
        winner[position] = other[position]
      }
    }
    return winner
  }
}

/// A fast hash of words, another one in each run.
///
/// Source: Wang Yi, "wyhash" (github.com/wangyi-fudan/wyhash), its 64-bit fold of a 128-bit product.
private enum Folding {
  static let first = UInt64.random(in: 0 ... .max) | 1
  static let second = UInt64.random(in: 0 ... .max) | 1

  @inline(__always)
  static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = (a ^ first).multipliedFullWidth(by: b)
    return product.low ^ product.high
  }
}
