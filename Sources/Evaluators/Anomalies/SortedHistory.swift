import Forecasting

/// The latest values of a stream in order of size, for its quantiles.
struct SortedHistory {
  private var sorted: [Double] = []
  /// The same values as they came; `next` is the oldest once the capacity is reached.
  private var arrived: [Double] = []
  private var next = 0
  private let capacity: Int

  init(capacity: Int = 20_000) {
    self.capacity = capacity
  }

  /// Nil without values.
  var mean: Double? {
    arrived.isEmpty ? nil : arrived.reduce(0, +) / Double(arrived.count)
  }

  /// The mean of the two in the middle where they are even; nil without values.
  var median: Double? {
    sorted.isEmpty ? nil : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// Adds a value, the oldest leaves when there is no room.
  ///
  /// - Complexity: O(capacity) moves of memory, O(log capacity) comparisons.
  mutating func insert(_ value: Double) {
    if arrived.count < capacity {
      arrived.append(value)
    } else {
      sorted.remove(at: place(of: arrived[next]))
      arrived[next] = value
      next = (next + 1) % capacity
    }
    sorted.insert(value, at: place(of: value))
  }

  /// The first position whose value is not less.
  private func place(of value: Double) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How far the nearest of the values is; infinity without values.
  ///
  /// - Complexity: O(log capacity).
  func distance(toNearest value: Double) -> Double {
    let above = place(of: value)
    return min(
      above < sorted.count ? sorted[above] - value : .infinity,
      above > 0 ? value - sorted[above - 1] : .infinity)
  }

  /// A quantile by linear interpolation; 0 without values.
  func quantile(_ fraction: Double) -> Double {
    sorted.isEmpty ? 0 : Robust.quantile(sorted: sorted, fraction)
  }

  /// The mean distance of the values beyond a limit from it; 0 without such values.
  func meanExcess(over limit: Double) -> Double {
    var sum = 0.0
    var count = 0
    for value in sorted.reversed() {
      guard value > limit else { break }
      sum += value - limit
      count += 1
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}
