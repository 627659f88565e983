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
  }

  /// Positions of the columns that identify, and of those that hold what was measured.
  private(set) var identifying: [Int]
  let measured: [Int]
  /// Positions of columns one of which tells what a point is about.
  private var telling: [Int]
  private var occurrences: [Key: Int] = [:]

  /// - Parameters:
  ///   - identifying: names of the columns that identify a point.
  ///   - telling: names of those of which one at least is there in points that tell what they are about.
  init(_ schema: Schema, identifying: [String], telling: [String], day: String) {
    self.identifying = identifying.compactMap { schema.position(of: $0) }
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
    let isTold = telling.contains { position in
      switch row[position] {
      case .null: false
      case .map(let entries): !entries.isEmpty
      default: true
      }
    }
    return isTold ? key(row, identifying, 0) : nil
  }

  /// The same but for some columns, before any row.
  func without(_ open: [Int]) -> PointIdentity {
    var fewer = anew
    fewer.identifying.removeAll(where: open.contains)
    fewer.telling.removeAll(where: open.contains)
    return fewer
  }

  /// A hash of what was measured.
  func values(of row: [Value]) -> Int { key(row, measured, 0).first }

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
