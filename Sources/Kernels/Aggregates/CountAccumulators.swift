import Columns

/// count(*), and count(x), which leaves out NULLs.
final class CountAccumulator: Accumulator {
  private var counts: [Int64] = []

  func resize(groups count: Int) { counts.extend(to: count, with: 0) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    var mine = counts
    counts = []
    defer { counts = mine }
    if arguments.isEmpty || arguments[0].hasNoNulls {
      Self.countAll(&mine, groups, rowCount)
      return
    }
    switch arguments[0].form {
    case .constant: return
    case .flat(_, let validity):
      guard let mask = validity.mask else { return }
      var out = mine.mutableSpan
      for row in mask.indices where mask[row] { out[Int(groups?[row] ?? 0)] += 1 }
    case .dictionary(let codes, let dictionary):
      let isPresent = (0..<dictionary.count).map { !dictionary.values.isNull($0) }
      var out = mine.mutableSpan
      if let groups {
        for row in codes.indices {
          out[Int(groups[row])] &+= isPresent[Int(codes[row])] ? 1 : 0
        }
      } else {
        var sum: Int64 = 0
        for code in codes { sum &+= isPresent[Int(code)] ? 1 : 0 }
        out[0] += sum
      }
    }
  }

  private static func countAll(_ counts: inout [Int64], _ groups: [UInt32]?, _ rowCount: Int) {
    var out = counts.mutableSpan
    guard let groups else {
      out[0] += Int64(rowCount)
      return
    }
    let group = groups.span
    for row in group.indices { out[Int(group[row])] &+= 1 }
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? Self else { return }
    for (group, count) in other.counts.enumerated() { counts[Int(mapping[group])] += count }
  }

  func finish() -> Column { Column(.bigint, .int64(counts)) }
}

/// count_if: rows whose argument is true.
struct TrueCount: GroupState {
  var count: Int64 = 0

  mutating func add(_ value: Bool) { count &+= value ? 1 : 0 }
  mutating func merge(_ other: TrueCount) { count &+= other.count }
}

/// bool_and, bool_or and their other names.
struct BooleanFold: GroupState {
  var hasTrue = false
  var hasFalse = false

  mutating func add(_ value: Bool) {
    if value { hasTrue = true } else { hasFalse = true }
  }

  mutating func merge(_ other: BooleanFold) {
    hasTrue = hasTrue || other.hasTrue
    hasFalse = hasFalse || other.hasFalse
  }

  var isPresent: Bool { hasTrue || hasFalse }
}
