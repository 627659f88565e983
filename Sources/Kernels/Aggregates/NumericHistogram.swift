import Columns

/// numeric_histogram: values put together into so many buckets, each a mean and its weight.
///
/// The two neighbours that are cheapest to join are joined until no more buckets are left than wanted;
/// joining costs what the sum of squared distances to the means grows by. As all values of a group are
/// at hand, the buckets do not depend on the order of rows.
///
/// Source for the form: Y. Ben-Haim, E. Tom-Tov, "A streaming parallel decision tree algorithm", 2010.
enum NumericHistogram {
  static let function = AggregateFunction(
    "numeric_histogram", summary: "a map of so many values to the weight about each of them",
    overloads: [
      AggregateOverload(
        [.exactly(.bigint), .exactly(.double)], result: { _ in .map(key: .double, value: .double) }
      ) { accumulator($0) },
      AggregateOverload(
        [.exactly(.bigint), .exactly(.double), .exactly(.double)],
        result: { _ in .map(key: .double, value: .double) }
      ) { accumulator($0) },
    ])

  private static func accumulator(_ types: [DataType]) -> any Accumulator {
    CollectingAccumulator(types) { rows in
      try rows.map(.map(key: .double, value: .double)) { range in
        let limit = rows.columns[0].value(range.lowerBound).int64 ?? 0
        guard limit >= 2 else {
          throw EvaluationError("numeric_histogram: expected 2 buckets or more, found \(limit)")
        }
        let values = range.compactMap { row -> Bucket? in
          guard let mean = rows.columns[1].value(row).double else { return nil }
          guard types.count > 2 else { return Bucket(mean: mean, weight: 1) }
          return rows.columns[2].value(row).double.map { Bucket(mean: mean, weight: $0) }
        }
        if values.isEmpty { return .null }
        return .map(
          joined(values, limit: Int(clamping: limit)).map {
            MapEntry(key: .double($0.mean), value: .double($0.weight))
          })
      }
    }
  }

  struct Bucket: Equatable {
    var mean: Double
    var weight: Double

    /// How much the sum of squared distances grows when the two become one.
    func cost(_ next: Bucket) -> Double {
      let distance = next.mean - mean
      return distance * distance * weight * next.weight / (weight + next.weight)
    }

    mutating func join(_ next: Bucket) {
      let sum = weight + next.weight
      mean = (mean * weight + next.mean * next.weight) / sum
      weight = sum
    }
  }

  /// - Complexity: O(n log n) for n values: neighbours wait by cost in a heap.
  static func joined(_ values: [Bucket], limit: Int) -> [Bucket] {
    var buckets: [Bucket] = []
    for value in values.sorted(by: { $0.mean < $1.mean }) {
      if let last = buckets.last, last.mean == value.mean {
        buckets[buckets.count - 1].weight += value.weight
      } else {
        buckets.append(value)
      }
    }
    return BucketChain(buckets).joined(limit: limit)
  }
}

/// Buckets in a row whose cheapest neighbours are found by a heap; entries of it that have changed
/// since are told by their version.
private struct BucketChain {
  private var buckets: [NumericHistogram.Bucket]
  private var next: [Int]
  private var previous: [Int]
  private var versions: [Int]
  private var isAlive: [Bool]
  private var heap: [(cost: Double, left: Int, version: Int)] = []

  init(_ buckets: [NumericHistogram.Bucket]) {
    self.buckets = buckets
    next = buckets.indices.map { $0 + 1 }
    previous = buckets.indices.map { $0 - 1 }
    versions = [Int](repeating: 0, count: buckets.count)
    isAlive = [Bool](repeating: true, count: buckets.count)
  }

  consuming func joined(limit: Int) -> [NumericHistogram.Bucket] {
    var count = buckets.count
    guard count > limit else { return buckets }
    for left in buckets.indices { offer(left) }
    while count > limit, let cheapest = pop() {
      guard isAlive[cheapest.left], versions[cheapest.left] == cheapest.version else { continue }
      let right = next[cheapest.left]
      buckets[cheapest.left].join(buckets[right])
      isAlive[right] = false
      next[cheapest.left] = next[right]
      if next[right] < buckets.count { previous[next[right]] = cheapest.left }
      offer(cheapest.left)
      if previous[cheapest.left] >= 0 { offer(previous[cheapest.left]) }
      count -= 1
    }
    return buckets.indices.filter { isAlive[$0] }.map { buckets[$0] }
  }

  private mutating func offer(_ left: Int) {
    versions[left] += 1
    guard next[left] < buckets.count else { return }
    heap.append((buckets[left].cost(buckets[next[left]]), left, versions[left]))
    var child = heap.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() -> (cost: Double, left: Int, version: Int)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if precedes(child, least) { least = child }
      }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    (heap[a].cost, heap[a].left) < (heap[b].cost, heap[b].left)
  }
}
